"""What the page asks of a phone, and what it may not."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import MovableClock
from bot.sandbox.checks.messages import Draft
from bot.sandbox.people import Person
from bot.sandbox.phone import Level
from bot.sandbox.server import Sandbox
from bot.sandbox.world import posting
from tests.sandbox.page_calls import Page, told


@pytest.fixture
def clock() -> MovableClock:
    """Time that stands still unless it is moved."""
    return MovableClock(frozen=True)


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncGenerator[Page]:
    """The page of the sandbox."""
    async with aiohttp.ClientSession() as session:
        yield Page(sandbox, session)


async def phone(page: Page, person: Person) -> Any:
    return await page.get("/sandbox/phone", **{"as": str(person.id)})


async def test_it_shows_the_newest_first_and_what_is_unread(
    sandbox: Sandbox, page: Page, clock: MovableClock, tomasz: Person
) -> None:
    grace, london = sandbox.person("grace"), sandbox.channel("#london")
    read = grace.say("#london", "Hello all")
    tomasz.phone.open(london)
    first = grace.say("#london", f"Hello {tomasz.mention}")
    clock.move(timedelta(minutes=5))
    posting.post(sandbox.world, tomasz.dm, sandbox.world.bot, Draft(content="In private"))
    seen = await phone(page, tomasz)
    assert seen == (await page.snapshot(tomasz))["phone"]
    assert [shown["body"] for shown in seen["lock_screen"]] == ["In private", "Hello @Tomasz Zieliński"]
    assert seen["lock_screen"][1] == {
        "message_id": str(first.id),
        "channel_id": str(london.id),
        "channel": "#london",
        "title": "Grace Owusu (#london, ISO Network (demo))",
        "body": "Hello @Tomasz Zieliński",
        "at": first.created_at.isoformat(),
    }
    assert seen["badge"] == 2
    assert seen["unread"][str(london.id)] == {"dot": True, "mentions": 1, "read": str(read.id)}


async def test_the_stream_tells_one_person_of_their_phone_alone(
    sandbox: Sandbox, page: Page, amina: Person, tomasz: Person
) -> None:
    async with page.stream(tomasz) as his, page.stream(amina) as hers:
        sandbox.person("grace").say("#london", f"Hello {tomasz.mention}")
        assert await told(his, "phone") == {"id": str(tomasz.id)}
        sandbox.person("grace").say("#london", f"Hello {amina.mention}")
        assert await told(hers, "phone") == {"id": str(amina.id)}


async def test_reading_here_leaves_the_lock_screen_and_opening_clears_it(
    sandbox: Sandbox, page: Page, tomasz: Person
) -> None:
    london = sandbox.channel("#london")
    sandbox.person("grace").say("#london", f"Hello {tomasz.mention}")
    seen = await page.act(tomasz, "read", channel=str(london.id))
    assert (len(seen["lock_screen"]), seen["badge"], seen["unread"]) == (1, 0, {})
    seen = await page.act(tomasz, "read", channel=str(london.id), opened=True)
    assert seen["lock_screen"] == []
    sandbox.person("grace").say("#london", f"Hello {tomasz.mention}")
    seen = await page.act(tomasz, "clear")
    assert (seen["lock_screen"], seen["badge"]) == ([], 1)


async def test_settings_are_set_and_given_back(sandbox: Sandbox, page: Page, tomasz: Person) -> None:
    guild, wales = str(sandbox.guild().id), str(sandbox.channel("#wales").id)
    seen = await page.act(tomasz, "server settings", guild=guild, level=0, suppress_roles=True)
    assert seen["servers"][guild] == {
        "level": 0,
        "muted": False,
        "suppress_everyone": False,
        "suppress_roles": True,
        "mobile_push": True,
        "default": 1,
        "manages": False,
    }
    seen = await page.act(tomasz, "channel settings", channel=wales, muted=True)
    assert (seen["channels"], seen["muted"]) == ({wales: {"level": 3, "muted": True}}, [wales])
    seen = await page.act(tomasz, "server settings", guild=guild, muted=True)
    assert wales in seen["muted"]
    assert len(seen["muted"]) == len(sandbox.guild().channels)
    seen = await page.act(sandbox.person("ruth"), "server default", guild=guild, level=0)
    assert (seen["servers"][guild]["default"], seen["servers"][guild]["manages"]) == (0, True)


async def test_what_makes_no_sense_or_is_not_theirs_is_refused(
    sandbox: Sandbox, page: Page, tomasz: Person
) -> None:
    guild, hidden = str(sandbox.guild().id), str(sandbox.channel("#organisers").id)
    leila = sandbox.person("leila")
    for person, what, status, given in (
        (tomasz, "server default", 400, {"guild": guild, "level": 0}),
        (sandbox.person("ruth"), "server default", 400, {"guild": guild, "level": 2}),
        (sandbox.person("ruth"), "server default", 400, {"guild": guild}),
        (tomasz, "server settings", 400, {"guild": guild, "level": 7}),
        (leila, "server settings", 400, {"guild": guild, "muted": True}),
        (tomasz, "channel settings", 400, {"channel": hidden, "muted": True}),
        (tomasz, "read", 400, {"channel": hidden}),
        (tomasz, "read", 404, {"channel": "1"}),
    ):
        await page.act(person, what, status=status, **given)
    assert sandbox.guild().default_notifications is Level.ONLY_MENTIONS
    assert tomasz.phone.state.channels == {}
