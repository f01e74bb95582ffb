"""What was done for campaigns, over the wire: counted and taken back, notes, and the progress that all may see."""

import struct
from datetime import timedelta

import pytest

from bot.sandbox.interactions import Refused
from tests.flows.campaigns import ASSEMBLY, act_in, deeds, done
from tests.flows.ground import Ground, both, says

# What was done.


@both
async def test_a_deed_is_stored_for_the_region_counted_once_and_can_be_undone(ground: Ground) -> None:
    answer = await ground.grace.slash(
        "#london", "campaign done", campaign="Cuba", action="assembly", note="Year 9!"
    )
    text = says(answer)
    assert text.startswith("## Thank you!\nCuba: I have counted it for London.")
    assert "**Your note, for yourself:** Year 9!" in text
    again = await done(ground, ground.grace)
    assert "you told me that already" in again
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
    assert "I know no such action for Cuba" in await done(ground, ground.grace, "juggling")
    assert "I have counted it" in await done(ground, ground.grace, ASSEMBLY)
    assert [deed.action for deed in await deeds(ground)] == ["assembly"]


async def test_outside_a_regions_channel_it_counts_for_the_network_that_was_joined(ground: Ground) -> None:
    assert "counted it for this server" in await done(ground, ground.grace, place="#welcome")
    says(await ground.grace.slash("#wales", "network join"))
    assert "counted it for Wales" in await done(ground, ground.grace, "newsletter", place="#welcome")


# Progress.


async def test_counts_below_five_are_hidden_and_names_and_notes_are_never_shown(ground: Ground) -> None:
    await act_in(ground, "#london", "cuba", 4)
    text = says(await ground.tomasz.slash("#london", "campaign progress"))
    assert "There is nothing to show yet" in text
    await act_in(ground, "#wales", "rights", 5)
    answer = await ground.tomasz.slash("#london", "campaign progress")
    text = says(answer)
    assert "**At least 5** in the last twelve months." in text
    assert "- Wales: 5" in text
    assert "- Human and Trade Union Rights: 5" in text
    assert "- March 2026: 5" in text
    assert "Fewer than five each, or none: London, North West, Yorkshire" in text
    assert "secret" not in text
    for person in (ground.grace, ground.tomasz, ground.cerys):
        assert person.mention not in text
        assert person.user.username not in text.lower()
    await act_in(ground, "#london", "cuba", 7)
    text = says(await ground.tomasz.slash("#london", "campaign progress", campaign="cuba"))
    assert text.startswith("## What was done: Cuba\n**At least 7**")
    text = says(await ground.tomasz.slash("#london", "campaign progress", region="Wales"))
    assert text.startswith("## What was done: Wales\n**At least 5**")
    text = says(await ground.tomasz.slash("#london", "campaign progress", campaign="cuba", region="Wales"))
    assert text.startswith("## What was done: Cuba, Wales\nThere is nothing to show yet")


async def test_the_chart_is_a_picture_with_the_same_numbers_in_words(ground: Ground) -> None:
    await act_in(ground, "#london", "cuba", 6)
    ground.clock.move(timedelta(days=62))
    await act_in(ground, "#london", "cuba", 9)
    answer = await ground.grace.slash("#london", "campaign progress", campaign="cuba")
    text = says(answer)
    assert "- March 2026: 6\n- May 2026: 9" in text
    (file,) = answer.message.attachments
    alt = "Bar chart. Done, by month: Cuba. March 2026: 6, April 2026: 0, May 2026: 9."
    assert file["description"] == alt
    (gallery,) = [part for part in answer.message.walk() if part["type"] == 12]
    assert gallery["items"][0]["description"] == alt
    request = next(one for one in reversed(ground.sandbox.requests) if one.files)
    assert request.files == ("progress.png",)


async def test_the_picture_is_a_png_and_any_title_can_be_drawn(ground: Ground) -> None:
    from bot.ui.campaigns.chart import draw

    picture = await draw({"March 2026": 6, "April 2026": 0}, title="$x^2 & 中文", axis="How many")
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (800, 400)


async def test_who_is_erased_leaves_a_count_that_names_nobody(ground: Ground) -> None:
    await act_in(ground, "#london", "cuba", 5)
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    assert [deed.user_id for deed in await deeds(ground)].count(None) == 1
    assert "secret 0" not in [deed.note for deed in await deeds(ground)]
    assert "**At least 5**" in says(await ground.tomasz.slash("#london", "campaign progress"))
