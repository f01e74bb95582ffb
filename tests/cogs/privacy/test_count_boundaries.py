"""Each count of people at its boundary, over the wire: with four, five and six, whoever looks is one of them or not."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.sandbox.people import Person
from db.meetings.models import Meeting
from tests.cogs.campaigns.steps import done
from tests.cogs.counts import counted, crowd
from tests.cogs.ground import THURSDAY_6PM, Ground, custom_ids, says
from tests.cogs.groups.test_groups import group
from tests.cogs.interests.test_interests import opens_up, tells
from tests.cogs.panels import found_about, newcomers, steps

Doing = Callable[[Ground, Person], Awaitable[object]]
Looking = Callable[[Ground], Awaitable[str]]


async def cares(ground: Ground, person: Person) -> None:
    says(await tells(ground, person, "#london", issue=["Cuba"]))


async def cares_no_more(ground: Ground, person: Person) -> None:
    says(await tells(ground, person, "#london", issue=["Palestine"]))


async def did(ground: Ground, person: Person) -> None:
    assert "counted it" in await done(ground, person)


async def takes_back(ground: Ground, person: Person) -> None:
    mine = await person.slash("#london", "campaign mine")
    (undo,) = (one for one in custom_ids(mine.message) if one.startswith("deed:undo:"))
    says(await person.press(mine, undo))


async def joins(ground: Ground, person: Person) -> None:
    says(await person.press(await group(ground, person), "Join this group"))


async def leaves(ground: Ground, person: Person) -> None:
    says(await person.press(await group(ground, person), "Leave this group"))


async def starts(ground: Ground, person: Person) -> None:
    says(await steps(person, "#london"))


async def stops(ground: Ground, person: Person) -> None:
    says(await person.press(await steps(person, "#london"), "Stop for good"))


def by_command(place: str, command: str, **options: str) -> Looking:
    """Return how Amina, an organiser, looks at a count."""

    async def look(ground: Ground) -> str:
        return says(await ground.amina.slash(place, command, **options))

    return look


async def underway(ground: Ground) -> str:
    text = says(await newcomers(ground.amina, "#london"))
    return next(one for one in text.split("\n") if "Taking the steps" in one).partition(". **Finished")[0]


async def from_outside(ground: Ground) -> str:
    return says(await group(ground, ground.siobhan))  # whoever is in a group sees its names


async def found(ground: Ground) -> str:
    return says(await found_about(ground.siobhan, "#london", "Cuba"))


CASES: dict[str, tuple[Doing, Doing, Looking, str]] = {
    "campaign": (did, takes_back, by_command("#london", "campaign progress", campaign="cuba"), "**6 members**"),
    "a region of a campaign": (
        did, takes_back, by_command("#london", "campaign progress", campaign="cuba", region="London"), "**6 members**",
    ),
    "all campaigns": (did, takes_back, by_command("#london", "campaign progress"), "- Cuba: 6"),
    "map": (cares, cares_no_more, by_command("#wales", "interests map", issue="Cuba"), "- London: 6"),
    "find": (cares, cares_no_more, found, "- Cuba: 6"),
    "group": (joins, leaves, from_outside, "6 members are in it"),
    "welcome": (starts, stops, underway, "**Taking the steps:** 6"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("as_well", [False, True])
async def test_four_and_five_look_like_nobody_and_six_are_shown_and_go_together(
    ground: Ground, case: str, as_well: bool
) -> None:
    do, undo, look, shown = CASES[case]
    people = [*([ground.amina] if as_well else []), *crowd(ground, 6)][:6]
    for person in people:
        says(await person.slash("#london", "network join"))
    await opens_up(ground, ground.siobhan, "#london", issue=["Palestine"])
    nobody = await look(ground)
    assert shown not in nobody
    for person in people[:4]:
        await do(ground, person)
    await counted(ground)
    assert await look(ground) == nobody
    await do(ground, people[4])
    await counted(ground)
    assert await look(ground) == nobody
    await do(ground, people[5])
    assert await look(ground) == nobody
    await counted(ground)
    six = await look(ground)
    assert shown in six
    for person in people[:5]:
        await undo(ground, person)
    await counted(ground)
    assert await look(ground) == six
    await undo(ground, people[5])
    assert await look(ground) == six
    await counted(ground)
    assert shown not in await look(ground)


@pytest.mark.parametrize("people", [4, 5, 6])
async def test_attendance_shows_five_and_what_is_fewer_takes_the_smallest_other_with_it(
    ground: Ground, people: int
) -> None:
    await ground.scheduled("Spring")
    await ground.scheduled("Summer", "9 April 2026 18:00")
    await ground.scheduled("Autumn", "7 May 2026 18:00")

    def fill(session: Session) -> None:
        for title, going in (("Spring", 12), ("Summer", 9), ("Autumn", people)):
            session.execute(
                update(Meeting).where(Meeting.title == title).values(going=going, maybe=0, cant=0)
            )

    await ground.running.store.write(fill)
    ground.clock.move_to(THURSDAY_6PM + timedelta(days=90))
    text = (await (await ground.grace.slash("#london", "meeting attendance")).final()).text
    few = "fewer than five going"
    assert "**March 2026:** 1 meeting. 12 going" in text
    assert f"**April 2026:** 1 meeting. {few if people == 4 else '9 going'}" in text
    assert f"**May 2026:** 1 meeting. {few if people == 4 else f'{people} going'}" in text


@pytest.mark.parametrize("people", [4, 5, 6])
async def test_suggested_dates_are_learned_from_six_on(ground: Ground, people: int) -> None:
    answering = crowd(ground, people)
    for number, day in enumerate(("3", "10", "17"), 1):
        card = await ground.scheduled(f"Forum {number}", f"{day} march 6pm")
        for person in answering:
            await person.press(card, "Can't come")
    await ground.jump_to(ground.wall("2026-03-25T10:00"))
    await counted(ground)
    text = says(await ground.amina.slash("#london", "meeting suggest"))
    assert ("Going by the answers to 3 meetings" in text) is (people == 6)
    assert ("I can't say yet what is fair" in text) is (people < 6)
