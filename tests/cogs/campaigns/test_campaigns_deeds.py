"""What was done for campaigns, over the wire: counted and taken back, notes, and the progress that all may see."""

from datetime import timedelta

import pytest

from bot.sandbox.interactions import Refused
from bot.sandbox.people import Person
from cogs.admin.counting import Counting
from cogs.common.charts import Charts
from tests.cogs.campaigns.steps import ASSEMBLY, deeds, done
from tests.cogs.counts import counted, crowd
from tests.cogs.ground import Ground, both, says

# What was done.


@both
async def test_a_deed_is_stored_for_the_region_counted_once_and_can_be_undone(ground: Ground) -> None:
    says(await ground.grace.slash("#london", "network join"))
    answer = await ground.grace.slash(
        "#wales", "campaign done", campaign="Cuba", action="assembly", note="Year 9!"
    )
    text = says(answer)
    assert text.startswith("## Thank you!\nCuba: I have counted it for London.")
    assert "**Your note, for yourself:** Year 9!" in text
    again = await done(ground, ground.grace)
    assert "you already told me that" in again
    (deed,) = await deeds(ground)
    assert (deed.user_id, deed.campaign, deed.action, deed.month) == (
        ground.grace.id,
        "cuba",
        "assembly",
        "2026-03",
    )
    assert deed.note == "Year 9!"
    guild = await ground.running.guild_record(ground.sandbox.guild().id)
    assert guild is not None
    assert deed.region_id == next(region.id for region in guild.regions if region.name == "London")
    assert "I have taken it back" in says(await ground.grace.press(answer, "Undo"))
    assert await deeds(ground) == []
    twice = await ground.press_old(ground.grace, ground.london, f"deed:undo:{deed.id}")
    assert "no longer there" in says(twice)


async def test_a_note_is_added_after_a_restart_and_is_for_its_writer_alone(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "campaign done", campaign="Cuba", action="Something else")
    await ground.restart()
    form = (await ground.grace.press(answer, "Add a note")).modal
    await ground.restart()
    noted = await ground.grace.submit(form, {"What did you do?": "**Stall** at @everyone's fair\nwith music"})
    assert r"\*\*Stall\*\*" in says(noted)
    (deed,) = await deeds(ground)
    assert (deed.action, deed.note) == ("other", "**Stall** at @everyone's fair with music")
    mine = says(await ground.grace.slash("#london", "campaign mine"))
    assert "something else (Cuba)" in mine
    assert "fair with music" in mine
    assert "fair with music" not in says(await ground.tomasz.slash("#london", "campaign mine"))
    theirs = await ground.press_old(ground.tomasz, ground.london, f"deed:undo:{deed.id}")
    assert "no longer there" in says(theirs)
    stolen = await ground.press_old(ground.tomasz, ground.london, f"deed:note:{deed.id}")
    assert "no longer there" in says(await ground.tomasz.submit(stolen.modal, {"What did you do?": "mine"}))
    assert [deed.note for deed in await deeds(ground)] == ["**Stall** at @everyone's fair with music"]


async def test_a_note_is_as_long_as_discord_lets_it_be(ground: Ground) -> None:
    assert "x" * 300 in await done(ground, ground.grace, note="x" * 300)
    with pytest.raises(Refused):
        await done(ground, ground.grace, action="newsletter", note="x" * 301)


async def test_an_unknown_action_is_refused_and_a_typed_one_is_found(ground: Ground) -> None:
    assert "I can't find the action juggling here" in await done(ground, ground.grace, "juggling")
    assert "I have counted it" in await done(ground, ground.grace, ASSEMBLY)
    assert [deed.action for deed in await deeds(ground)] == ["assembly"]


async def test_wherever_it_is_noted_it_counts_for_the_network_that_was_joined(ground: Ground) -> None:
    assert "counted it for this server" in await done(ground, ground.grace, place="#london")
    says(await ground.grace.slash("#wales", "network join"))
    assert "counted it for Wales" in await done(ground, ground.grace, "newsletter", place="#welcome")


# Progress.


async def act(ground: Ground, people: list[Person], campaign: str, place: str, action: str = "other") -> None:
    for person in people:
        says(await person.slash(place, "network join"))
        await done(ground, person, action, place, campaign=campaign, note="secret")


async def progress(ground: Ground, **of: str) -> str:
    return says(await ground.tomasz.slash("#london", "campaign progress", **of))


async def test_people_are_counted_once_a_night_from_six_on_and_never_shown(ground: Ground) -> None:
    people = crowd(ground, 7)
    await act(ground, people[:5], "cuba", "#london")
    await act(ground, [ground.cerys], "cuba", "#wales")
    await counted(ground)
    assert "There is no total to show yet" in await progress(ground)
    await act(ground, people[5:], "cuba", "#london")
    assert "There is no total to show yet" in await progress(ground)
    await counted(ground)
    text = await progress(ground)
    assert "- Cuba: 7" in text
    assert "Human and Trade Union Rights" in text
    assert "- Human and Trade Union Rights:" not in text
    text = await progress(ground, campaign="cuba")
    assert "**7 members** did something in the last three months." in text
    assert "- London: 7" in text
    assert "Wales" in text
    assert "- Wales:" not in text
    assert "secret" not in text
    for person in (*people, ground.cerys):
        assert str(person.id) not in text
        assert person.user.username not in text.lower()
    assert "**7 members**" in await progress(ground, campaign="cuba", region="London")
    assert "There is no total" in await progress(ground, campaign="cuba", region="Wales")
    assert "- Cuba: 7" in await progress(ground, region="London")


async def test_one_account_that_does_much_in_many_places_moves_no_number(ground: Ground) -> None:
    people = crowd(ground, 6)
    await act(ground, people, "cuba", "#london")
    await counted(ground)
    before = [await progress(ground), await progress(ground, campaign="cuba")]
    for number in range(8):
        await done(ground, ground.imran, place="#wales", campaign="palestine", note=f"{number}")
        await done(ground, ground.imran, place="#london", campaign="cuba", note=f"{number}")
    says(await ground.imran.slash("#wales", "network join"))
    await counted(ground)
    assert [await progress(ground), await progress(ground, campaign="cuba")] == before
    for deed in await deeds(ground):
        if deed.user_id == ground.imran.id:
            await ground.press_old(ground.imran, ground.london, f"deed:undo:{deed.id}")
    await counted(ground)
    assert [await progress(ground), await progress(ground, campaign="cuba")] == before


async def test_five_can_take_it_back_or_be_erased_before_a_number_falls(ground: Ground) -> None:
    people = crowd(ground, 12)
    await act(ground, people, "cuba", "#london")
    await counted(ground)
    before = await progress(ground, campaign="cuba")
    assert "**12 members**" in before
    asked = await people[0].slash("#london", "privacy erase")
    await (await people[0].press(asked, "Delete everything about me")).final()
    assert people[0].id not in {deed.user_id for deed in await deeds(ground)}
    for deed in (await deeds(ground))[:5]:
        await ground.press_old(
            next(one for one in people if one.id == deed.user_id), ground.london, f"deed:undo:{deed.id}"
        )
    await counted(ground)
    assert await progress(ground, campaign="cuba") == before
    last = (await deeds(ground))[0]
    await ground.press_old(
        next(one for one in people if one.id == last.user_id), ground.london, f"deed:undo:{last.id}"
    )
    await counted(ground)
    # Six took it back, and with them goes the one who was erased: five are left, which is too few.
    assert "There is no total" in await progress(ground, campaign="cuba")


async def test_a_second_snapshot_on_one_day_changes_nothing(ground: Ground) -> None:
    await act(ground, crowd(ground, 6), "cuba", "#london")
    await counted(ground)
    await act(ground, crowd(ground, 6, "other"), "cuba", "#london")
    cog = ground.running.get_cog("Counting")
    assert isinstance(cog, Counting)
    await cog.take()
    assert "**6 members**" in await progress(ground, campaign="cuba")
    await ground.restart()
    await counted(ground)
    assert "**12 members**" in await progress(ground, campaign="cuba")


async def test_the_chart_is_a_picture_with_the_same_numbers_in_words(ground: Ground) -> None:
    await act(ground, crowd(ground, 6), "cuba", "#london")
    await counted(ground)
    ground.clock.move(timedelta(days=31))
    await ground.running.maintenance.idle()  # the snapshot of that day is taken before, not in between
    await act(ground, crowd(ground, 7, "other"), "cuba", "#london")
    await counted(ground)
    answer = await ground.grace.slash("#london", "campaign progress", campaign="cuba")
    text = says(answer)
    assert "- March 2026: 6\n- April 2026: 13" in text
    (file,) = answer.message.attachments
    alt = "Bar chart. Members who take part: Cuba. March 2026: 6, April 2026: 13."
    assert file["description"] == alt
    (gallery,) = [part for part in answer.message.walk() if part["type"] == 12]
    assert gallery["items"][0]["description"] == alt
    request = next(one for one in reversed(ground.sandbox.requests) if one.files)
    assert request.files == ("progress.png",)


async def test_where_no_chart_can_be_drawn_the_numbers_come_in_words(ground: Ground) -> None:
    await act(ground, crowd(ground, 6), "cuba", "#london")
    await counted(ground)
    ground.running.provide(Charts(seconds=0.01))
    answer = await ground.grace.slash("#london", "campaign progress", campaign="cuba")
    text = says(answer)
    assert answer.message.attachments == []
    assert "- March 2026: 6" in text
    assert "I couldn't draw the chart. Here are its numbers in words." in text
