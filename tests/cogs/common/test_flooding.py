"""Nobody can be flooded: each limit at its boundary, where nothing more is stored or sent, also once erased."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.limits import LIMITS
from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.meetings import agenda
from db.meetings.models import AgendaItem
from db.schema import Base
from tests.cogs.comms import steps as comms
from tests.cogs.floods import CASES, WHEN
from tests.cogs.ground import Ground, buttons, says
from tests.cogs.interests.test_interests import opens_up
from tests.cogs.network.test_twinning import looks

BY_THEMSELVES = {"introduction", "suggested_to"}
"""Limits that have a test of their own below."""


def test_every_limit_is_tried() -> None:
    assert set(CASES) | BY_THEMSELVES == set(LIMITS)


async def stored(ground: Ground) -> dict[str, int]:
    """Return how many rows each table has; what somebody typed is kept for them, and is not counted."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in ("draft", "plan")]

    def load(session: Session) -> dict[str, int]:
        counts = select(*[select(func.count()).select_from(table).scalar_subquery() for table in tables])
        return dict(zip([table.name for table in tables], session.execute(counts).one(), strict=True))

    return await ground.running.store.read(load)


async def erase(person: Person) -> None:
    """Have somebody erase everything about them, if there is anything."""
    asked = await person.slash("#london", "privacy erase")
    if buttons(asked.message):
        await (await person.press(asked, "Delete everything about me")).final()


def posted(ground: Ground) -> int:
    """Return how many messages the bot has sent, to channels, threads and people."""
    world = ground.sandbox.world
    return sum(
        one.author_id == world.bot.id for channel in world.channels.values() for one in channel.messages
    )


def refuses(ground: Ground, answer: Answer, what: str) -> bool:
    """Whether an answer is the refusal of a limit, which says when it works again."""
    now, limit = int(ground.clock.now().timestamp()), LIMITS[what]
    words = str(ground.texts(f"limits.{what}", most=limit.most, until=0))
    found = re.search(re.escape(words).replace("<t:0:R>", r"<t:(\d+):R>"), says(answer))
    return found is not None and now < int(found[1]) <= now + limit.within.total_seconds()


@pytest.mark.parametrize("what", CASES)
async def test_whoever_did_it_as_often_as_they_may_hears_when_it_works_again_and_nothing_is_stored_or_sent(
    ground: Ground, what: str
) -> None:
    person, act = await CASES[what](ground)
    most = LIMITS[what].most
    for number in range(most):
        assert not refuses(ground, await act(number), what)
    await ground.settled()
    before, said = await stored(ground), posted(ground)
    assert refuses(ground, await act(most), what)
    await ground.settled()
    assert await stored(ground) == before
    assert posted(ground) == said
    await erase(person)
    await ground.settled()
    assert refuses(ground, await act(most), what)


async def test_introductions_asked_for_before_an_erasure_count(ground: Ground) -> None:
    for number in range(LIMITS["introduction"].most + 1):
        await opens_up(ground, ground.grace, "#london")
        found = await ground.grace.slash("#london", "interests find")
        answer = await ground.grace.press(found, "Ask someone for me")
        assert refuses(ground, answer, "introduction") is (number == LIMITS["introduction"].most)
        await erase(ground.grace)


async def test_nobody_is_asked_for_their_words_more_often_when_those_who_suggest_erase_themselves(
    ground: Ground,
) -> None:
    await comms.set_up(ground)
    for number in range(LIMITS["suggested_to"].most + 1):
        message = ground.grace.say("#london", f"Our branch raised {number} pounds")
        answer = await ground.tomasz.menu(message, "Suggest for mail-out")
        full = number == LIMITS["suggested_to"].most
        assert ("can't ask the author" in says(answer)) is full
        await erase(ground.tomasz)
    await ground.settled()
    assert len(ground.grace.dms) <= LIMITS["suggested_to"].most


async def test_one_member_does_not_fill_an_agenda_and_its_host_may(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)

    async def add(person: Person, number: int) -> str:
        return says(await person.slash("#london", "meeting agenda", meeting="1", item=f"Item {number}"))

    for number in range(agenda.SHARE):
        assert "Item" in await add(ground.grace, number)
    assert "others need room too" in await add(ground.grace, agenda.SHARE)
    message = ground.grace.say("#london", "From the menu")
    assert "others need room" in says(await ground.grace.menu(message, "Add to agenda"))
    assert "Item" in await add(ground.tomasz, 99)
    for number in range(agenda.MOST - agenda.SHARE - 1):
        assert "Item" in await add(ground.amina, number)
    assert "already has 25 items" in await add(ground.amina, 99)
    assert await ground.count(AgendaItem) == agenda.MOST


async def test_one_member_looks_for_partners_for_few_branches(ground: Ground) -> None:
    for number in range(6):
        values: dict[str, Any] = {
            "name": f"Branch {number}",
            "world": ["Latin America and the Caribbean"],
            "hopes": "",
        }
        answer = await looks(ground, ground.grace, **values)
        assert ("the most for one member" in says(answer)) is (number == 5)
