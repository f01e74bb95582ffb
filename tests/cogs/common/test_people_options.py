"""Options and texts that say who, when and where: people only, ends of times, months without a day."""

import pytest
from discord import AppCommandOptionType, app_commands

from bot.domain.reports import Unread, read_goals
from tests.cogs.events.steps import added as event_added
from tests.cogs.ground import LONDON, MONDAY, Ground, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import listed


async def test_no_option_takes_a_bot_for_a_person(ground: Ground) -> None:
    bot, seen = ground.sandbox.world.bot.id, 0
    needed = {
        "meeting schedule": {"title": "Forum", "when": "friday 6pm"},
    }
    await ground.scheduled()
    for command in ground.running.tree.walk_commands():
        if not isinstance(command, app_commands.Command):
            continue
        for option in command.parameters:
            if option.type is AppCommandOptionType.user:
                seen += 1
                given = needed[command.qualified_name] | {option.name: bot}
                answer = await ground.ruth.slash("#london", command.qualified_name, **given)
                assert "a bot can't do this" in says(answer)
    assert seen == len(needed)
    for kind, more in (("representative", {}), ("district", {"district": "Camden"})):
        answer = await listed(ground.ruth, "#london", kind, "London", member=bot, **more)
        assert "a bot can't do this" in says(answer)
    for change in ("host", "co-host"):
        given = {"meeting": "1", "member": bot, "change": change}
        assert "a bot can't do this" in says(await use(ground.ruth, "#london", "meeting host", **given))
    given = {"meeting": "1", "add": "Book a room", "owner": bot}
    assert "a bot can't do this" in says(await use(ground.ruth, "#london", "meeting checklist", **given))


async def test_a_day_that_some_months_lack_is_said_plainly(ground: Ground) -> None:
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Forum", when="31 march 6pm", repeat="monthly on the 31st"
    )
    assert "none in February, April, June, September and November" in says(answer)
    await ground.settled()
    assert "none in February, April, June, September and November" in ground.london.messages[-1].text


async def test_voters_see_how_long_a_time_is(ground: Ground) -> None:
    given = {"title": "Workshop", "options": "saturday 7 march 10am-4pm, sunday 8 march 10am"}
    asked = await use(ground.amina, "#london", "meeting poll", **given)
    says(await ground.amina.press(asked, "Post the poll"))
    await ground.settled()
    card = ground.london.messages[-1]
    assert "for 6 hours" in card.text
    assert "for 6 hours" in says(await ground.grace.press(card, "Say what suits you"))


async def test_an_organiser_of_one_region_posts_to_that_region_alone(ground: Ground) -> None:
    gareth = ground.gareth
    guild = ground.sandbox.guild()
    organisers = next(role.id for role in guild.roles.values() if role.name == "Organisers")
    member = guild.members[gareth.id]
    member.roles = tuple(role for role in member.roles if role != organisers)
    assert "Only organisers of" in says(await event_added(ground, gareth, "#north-west", everywhere=True))


@pytest.mark.parametrize("name", ["amina_87", "R2D2", "Grace Owusu"])
def test_a_name_can_have_digits(name: str) -> None:
    found = read_goals(f"Book the hall; {name}; friday", now=MONDAY, zone=LONDON)
    assert not isinstance(found, Unread)
    assert found[0].owner == name


@pytest.mark.parametrize("words", ["5 maybe", "3pm-ish", "room 5"])
def test_what_looks_like_a_time_is_no_name(words: str) -> None:
    assert isinstance(read_goals(f"Book the hall; {words}", now=MONDAY, zone=LONDON), Unread)
