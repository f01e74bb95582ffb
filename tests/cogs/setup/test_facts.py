"""Facts that age: checked and changed by an admin, spoken by every text, asked after a year later."""

from datetime import timedelta

from bot.sandbox.world.messages import SUPPRESS_NOTIFICATIONS
from tests.cogs.campaigns.steps import switched
from tests.cogs.ground import Ground, both, buttons, says
from tests.cogs.panels import standing


async def checked(ground: Ground, button: str, values: dict[str, str] | None = None) -> str:
    """Have Ruth check a section of the facts; returns what she is shown then."""
    card = await ground.ruth.slash("#london", "setup change", section="facts")
    form = await ground.ruth.press(card, button)
    return says(await ground.ruth.submit(form.modal, values or {}))


async def pass_days(ground: Ground, days: int) -> None:
    """Let days pass, with the daily work."""
    await ground.jump_to(ground.clock.now() + timedelta(days=days))
    await ground.running.maintenance.idle()
    await ground.settled()


@both
async def test_helplines_show_once_an_admin_has_checked_them(ground: Ground) -> None:
    before = says(await ground.grace.slash("#london", "guidance ask", topic="i want to die"))
    assert "116 123" in before
    assert "Education Support" not in before
    assert "NSPCC" not in before

    assert "Not checked yet" in says(await ground.ruth.slash("#london", "setup change", section="facts"))
    shown = await checked(ground, "Check the helplines", {"child": "", "anybody": "Shout by text to 85258"})
    assert "Checked by" in shown

    after = says(await ground.grace.slash("#london", "guidance ask", topic="i want to die"))
    assert "Shout by text to 85258" in after
    assert "116 123" not in after
    assert "08000 562 561" in after
    assert "NSPCC" not in after


async def test_a_fact_that_is_changed_stands_in_every_text_and_after_a_restart(ground: Ground) -> None:
    await checked(ground, "Check the rest", {"contact": "solidarity@example.org"})
    await ground.restart()
    asked = says(await ground.grace.slash("#london", "guidance ask", topic="asdfgh"))
    assert "solidarity@example.org" in asked
    shown = await ground.grace.slash("#london", "campaign show", campaign="palestine")
    page = says(await ground.grace.press(shown, "See more on this campaign"))
    assert "solidarity@example.org" in page
    piece = says(await ground.grace.slash("#london", "guidance ask", topic="Who to ask"))
    assert "international@neu.org.uk" not in asked + page + piece
    private = await ground.grace.slash("dm", "guidance ask", topic="asdfgh")
    assert "solidarity@example.org" in private.text


async def test_in_private_somebody_in_two_servers_reads_the_defaults(ground: Ground) -> None:
    await checked(ground, "Check the rest", {"contact": "solidarity@example.org"})
    ground.second_guild()
    await ground.jump_to(ground.clock.now() + timedelta(minutes=1))
    for person, address in (
        (ground.grace, "international@neu.org.uk"),
        (ground.tomasz, "solidarity@example.org"),
    ):
        assert address in (await person.slash("dm", "guidance ask", topic="asdfgh")).text


async def test_in_private_whatever_discord_takes_to_say_who_is_where_is_not_waited_for(
    ground: Ground,
) -> None:
    for _ in range(3):
        ground.second_guild()
    ground.sandbox.faults.add(r"GET /guilds/\d+/members/\d+$", kind="slow", seconds=1.3, times=None)
    for command, values in (("guidance ask", {"topic": "asdfgh"}), ("privacy show", {})):
        answer = await ground.grace.slash("dm", command, **values)
        assert answer.failed is None, command
        assert answer.text


async def test_a_call_for_help_in_private_is_met_with_the_helplines_of_the_server(ground: Ground) -> None:
    await checked(ground, "Check the helplines", {"anybody": "Shout by text to 85258"})
    answer = await ground.grace.slash("dm", "guidance ask", topic="i want to die")
    assert "Shout by text to 85258" in answer.text
    assert "08000 562 561" in answer.text


async def test_another_server_keeps_its_own_facts(ground: Ground) -> None:
    await checked(ground, "Check the rest", {"contact": "solidarity@example.org"})
    assert "contact" not in (await ground.running.facts.of(ground.second_guild().id)).changed


async def test_a_fact_that_can_not_be_left_out_goes_back_to_its_default(ground: Ground) -> None:
    await checked(ground, "Check the helplines", {"emergency": "112"})
    shown = await checked(ground, "Check the helplines", {"emergency": " "})
    assert "999" in shown
    assert "112" not in shown


async def test_what_is_typed_for_a_fact_is_shown_literally(ground: Ground) -> None:
    shown = await checked(ground, "Check the helplines", {"education": "**x** @everyone {contact}"})
    assert r"\*\*x\*\*" in shown
    assert "@everyone" not in shown


async def test_only_those_who_manage_the_server_change_facts(ground: Ground) -> None:
    card = await ground.ruth.slash("#london", "setup change", section="facts")
    assert buttons(card.message) == [
        "Check the helplines",
        "Check the rest",
        "Check training",
        "Check publications",
        "Check partners",
    ]
    answer = await ground.press_old(ground.grace, ground.london, "facts:helplines")
    assert not answer.has_modal


async def test_organisers_are_asked_after_a_year_unless_it_was_looked_at_since(ground: Ground) -> None:
    await checked(ground, "Check the helplines")
    organisers = ground.sandbox.channel("#organisers")
    await pass_days(ground, 200)
    await checked(ground, "Check the helplines")
    await pass_days(ground, 170)
    assert not [message for message in organisers.messages if "Is this still right?" in message.text]
    await pass_days(ground, 200)
    (question,) = [message for message in organisers.messages if "Is this still right?" in message.text]
    assert "Samaritans" in question.text
    assert (await ground.ruth.press(question, "Check the helplines")).has_modal


async def test_organisers_are_asked_a_year_after_setting_up_where_nobody_ever_looked(ground: Ground) -> None:
    organisers = ground.sandbox.channel("#organisers")
    form = await ground.ruth.slash("#organisers", "setup start")
    await ground.ruth.submit(form.modal, {})
    await pass_days(ground, 366)
    (question,) = [message for message in organisers.messages if "Is this still right?" in message.text]
    assert question.flags & SUPPRESS_NOTIFICATIONS


@both
async def test_organisers_are_asked_a_year_after_a_set_up_without_the_form_and_each_year(
    ground: Ground,
) -> None:
    """The ground's server was set up in the store, as one that is older than the question."""
    organisers = ground.sandbox.channel("#organisers")

    def asked() -> int:
        return sum("Is this still right?" in message.text for message in organisers.messages)

    for year in (1, 2, 3):
        await pass_days(ground, 367)
        assert asked() == year


async def test_where_there_is_no_channel_of_organisers_whoever_set_up_is_asked(ground: Ground) -> None:
    guild = ground.second_guild()
    await ground.jump_to(ground.clock.now() + timedelta(minutes=1))
    (branch,) = (each.id for each in guild.channels.values() if each.name == "branch")
    says(await ground.ruth.slash("#branch", "setup region", name="Kent", channel=branch))
    await pass_days(ground, 367)
    said = [message.text for message in ground.ruth.dms]
    assert any("still right" in words and "Another network" in words for words in said), said


@both
async def test_what_the_union_publishes_follows_its_facts(ground: Ground) -> None:
    assert "Educate" in says(await ground.grace.slash("#london", "comms calendar"))
    shown = await checked(ground, "Check publications", {"educate_about": "Our News: every term, for reps"})
    assert "Our News: every term, for reps" in shown
    calendar = says(await ground.grace.slash("#london", "comms calendar"))
    assert "**Our News**\nComes out every term, for reps." in calendar
    assert "Educate" not in calendar
    piece = says(
        await ground.grace.slash("#london", "guidance ask", topic="What the international team sends out")
    )
    assert "Our News: every term, for reps" in piece
    assert "Educate" not in piece


async def test_what_can_not_be_read_is_refused_with_how_to_write_it(ground: Ground) -> None:
    for button, values, said in (
        ("Check publications", {"educate_about": "Educate, sometimes"}, "Write its name, a colon"),
        ("Check the rest", {"forum_seats": "two each"}, "as numbers of seats"),
    ):
        card = await ground.ruth.slash("#london", "setup change", section="facts")
        form = await ground.ruth.press(card, button)
        refused = await ground.ruth.submit(form.modal, values)
        assert said in says(refused)
        # What was typed is given back to whoever typed it.
        again = await ground.ruth.press(refused, "Change what I typed")
        (name,) = values
        assert values[name] in again.modal.values().values()
    assert "2 for each region and Wales" in says(
        await ground.ruth.slash("#london", "setup change", section="facts")
    )


async def test_facts_and_the_rest_of_the_set_up_are_reached_by_section(ground: Ground) -> None:
    shown = await ground.ruth.slash("#london", "setup change", section="facts")
    assert "For people in need" in says(shown)
    assert (await ground.ruth.press(shown, "Check the helplines")).has_modal
    for section, words in (("features", "Extra features"), ("campaigns", "suggest")):
        assert words in says(await ground.ruth.slash("#london", "setup change", section=section))
    assert (await ground.ruth.slash("#london", "setup change", section="terms")).has_modal
    shown = await ground.ruth.slash("#london", "setup change", section="channels")
    assert (await ground.ruth.press(shown, "Change organisers, regions, welcome")).has_modal


@both
async def test_seats_follow_their_fact(ground: Ground) -> None:
    assert "0 of 4" in says(await ground.grace.slash("#london", "network contacts"))
    await checked(ground, "Check the rest", {"forum_seats": "3 for each region, 1 for London"})
    assert "0 of 1" in says(await ground.grace.slash("#london", "network contacts"))
    assert "0 of 3" in says(await ground.grace.slash("#wales", "network contacts"))


async def test_partners_and_offers_follow_their_facts(ground: Ground) -> None:
    await checked(ground, "Check partners", {"csc": "Friends of Cuba"})
    await checked(ground, "Check training", {"conference": "the Solidarity Weekend in May"})
    page = says(await ground.grace.slash("#london", "campaign show", campaign="cuba"))
    assert "Look up the Friends of Cuba" in page
    assert "Cuba Solidarity Campaign" not in page
    assert "Friends of Cuba" in says(await ground.grace.slash("#london", "affiliation list"))
    assert "the Solidarity Weekend in May" in says(await ground.grace.slash("#london", "events list"))
    assert "the Solidarity Weekend in May" in says(
        await ground.grace.slash("#london", "guidance ask", topic="Become an ISO")
    )


@both
async def test_advice_names_only_the_campaigns_that_are_on(ground: Ground) -> None:
    async def advice(topic: str) -> str:
        return says(await ground.grace.slash("#london", "guidance ask", topic=topic))

    assert "Cuba, Palestine, Quality Education for All" in await advice("The priority campaigns")
    await switched(ground, "Cuba", "off")
    assert "At present they are: Palestine, Quality Education for All" in await advice(
        "The priority campaigns"
    )
    assert "At present they are: Palestine" in await advice("What you can do on Cuba")
    form = await ground.grace.slash("#london", "interests set")
    form = await ground.grace.press(form, "I agree: open the form")
    offered = str(form.modal.components)
    assert "'Palestine'" in offered
    assert "'Cuba'" not in offered
    await switched(ground, "Cuba", "on")
    assert "blockade" in await advice("What you can do on Cuba")


@both
async def test_advice_names_the_networks_that_are_established_in_this_server(ground: Ground) -> None:
    async def advice() -> str:
        return says(await ground.grace.slash("#london", "guidance ask", topic="Find your network"))

    assert "London and the North West" in await advice()
    await standing(ground.amina, "#london", "London", "none")
    assert "These regions have an established network: North West." in await advice()
    await standing(ground.gareth, "#north-west", "North West", "unknown")
    assert "none that I know of" in await advice()
