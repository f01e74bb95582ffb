"""Who hears of what may change about a meeting: made over the wire, and held against the table of the documentation."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.sandbox.world import Guild, Message, building
from cogs.meetings.calendars import meeting_file
from db.meetings import integrations
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_news import Crowd, meeting_of
from tests.cogs.meetings.test_polls import posted, vote

PAGE = Path(__file__).parents[3] / "docs" / "meetings.md"

CHANGES: dict[str, tuple[str, dict[str, str | int]]] = {
    "title": ("edit", {"title": "Big forum"}),
    "length": ("edit", {"duration": "2 hours"}),
    "venue": ("edit", {"venue": "Town hall"}),
    "online link": ("edit", {"online": "https://meet.example/x"}),
    "access": ("edit", {"access": "No lift today"}),
    "time (moved)": ("move", {"when": "13/03/2026 19:00"}),
    "more places": ("edit", {"capacity": 5}),
    "fewer places": ("edit", {"capacity": 1}),
    "host": ("edit", {"host": 0}),
    "cancelled": ("cancel", {"reason": "Strike"}),
    "one of a series: moved": ("move", {"when": "13/03/2026 19:00"}),
    "one of a series: cancelled": ("cancel", {"reason": "Strike"}),
    "a series from one on: moved": ("move", {"when": "13/03/2026 19:00", "which": "later"}),
    "a series from one on: ended": ("cancel", {"reason": "Enough", "which": "later"}),
    "a series from one on: venue": ("edit", {"venue": "Town hall", "which": "later"}),
}


async def place_known(ground: Ground, _crowd: Crowd, _card: Message) -> None:
    """Have an organiser change what is known of the place."""
    form = (await use(ground.ruth, "#london", "venue check", venue="Room 1")).modal
    says(await ground.ruth.submit(form, {"Step-free access": "none, the lift is broken"}))


async def place_free(ground: Ground, crowd: Crowd, card: Message) -> None:
    """Have somebody who goes give their place back."""
    assert (await ground.grace.press(card, "Can't come")).failed is None
    crowd.people.pop("going")


async def agenda(ground: Ground, _crowd: Crowd, _card: Message) -> None:
    """Have somebody add to the agenda."""
    says(await ground.tomasz.slash("#london", "meeting agenda", meeting="1", item="Banners"))


async def report(ground: Ground, crowd: Crowd, _card: Message) -> None:
    """Have the host report."""
    form = (await ground.gareth.slash("#london", "meeting report", meeting="1")).modal
    says(await ground.gareth.submit(form, {"How many came?": "6", "What was decided?": "A stall"}))


async def channel(ground: Ground, _crowd: Crowd, _card: Message) -> None:
    """Move the region to another channel."""
    made = building.channel(ground.sandbox.world, ground.sandbox.guild(), "london-new")
    await ground.settled()
    says(await ground.ruth.slash("#welcome", "setup region", name="London", channel=made.id))


ACTS: dict[str, Callable[[Ground, Crowd, Message], Awaitable[None]]] = {
    "what is known of the place": place_known,
    "a place comes free": place_free,
    "agenda": agenda,
    "report posted": report,
    "another channel for the region": channel,
}
ROLES = ("going", "maybe", "cant", "waiting", "offered", "host", "channel")
POLL = "a poll is settled"
EVERY = [*CHANGES, *ACTS, POLL]
HEADINGS = {
    "going": "going", "maybe": "maybe", "cant": "can't come", "waiting": "waiting list", "offered": "offered a place",
    "host": "hosts", "channel": "channel", "card": "card", "calendar": "calendars", "event": "Discord's event",
}  # fmt: skip


def stamp(meeting: Meeting, ground: Ground) -> tuple[str, ...]:
    """What a calendar sees of a meeting."""
    (event,) = Calendar.from_ical(meeting_file(meeting, ground.texts)).walk("VEVENT")
    return tuple(str(event.get(name).to_ical()) for name in ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED"))


def looks_of(guild: Guild, event_id: int) -> tuple[object, ...]:
    """Return what members see of one of Discord's own events; nothing once it is gone."""
    event = guild.events.get(event_id)
    if event is None:
        return ()
    return (event.name, event.description, event.location, event.status, event.starts_at, event.ends_at)


async def row(ground: Ground, name: str) -> str:
    """Make one change and return who heard of it, as a row of the table."""
    guild = ground.sandbox.guild()
    await ground.running.store.write(
        integrations.choose, guild.id, actor_id=ground.ruth.id, now=ground.clock.now(), events=True
    )
    crowd = Crowd(ground)
    card = await crowd.gather(**({"repeat": "weekly"} if "series" in name else {}))
    event_id = min(guild.events)
    if name == "report posted":  # once it is over and its host has been asked
        await ground.go_to(ground.wall("2026-03-13T12:00"))
        crowd.mark()
    looks, was, text = looks_of(guild, event_id), await meeting_of(ground), card.text
    if name in ACTS:
        await ACTS[name](ground, crowd, card)
    else:
        verb, given = CHANGES[name]
        given = {key: ground.ruth.id if key == "host" else value for key, value in given.items()}
        answer = await use(ground.amina, "#london", f"meeting {verb}", meeting="1", **given)
        says(answer)
    await ground.later(timedelta(minutes=3))
    news = crowd.news()
    meeting = await meeting_of(ground)
    calendar = stamp(meeting, ground)
    assert all(now >= then for now, then in zip(calendar, stamp(was, ground), strict=True))
    marks = {role: "yes" if news.get(role) else "" for role in ROLES} | {
        "card": "yes" if card.text != text else "",
        "calendar": "yes" if calendar != stamp(was, ground) else "",
        "event": "yes" if looks_of(guild, event_id) != looks else "",
    }
    news["channel"] = [head for head in news["channel"] if head != "## Forum"]  # cards of later ones
    for role in ROLES:
        assert len(news.get(role, ())) <= 1
    return f"| {name} | " + " | ".join(marks[column] for column in HEADINGS) + " |"


async def settled_poll(ground: Ground) -> str:
    """Have a poll be settled, and return who heard of it as a row: 'maybe' are those who could if need be."""
    people = {"going": ground.grace, "maybe": ground.tomasz, "cant": ground.cerys, "host": ground.amina}
    preview = await use(
        ground.amina,
        "#london",
        "meeting poll",
        title="Forum",
        options="friday 13 march 6pm, saturday 14 march 6pm",
    )
    await posted(ground, preview)
    await ground.settled()
    card = ground.london.messages[-1]
    for role, words in (("going", "I can come"), ("maybe", "Only if I have to"), ("cant", "I can't come")):
        await vote(people[role], card, t1=words)
    crowd, text = Crowd(ground, people), card.text
    crowd.mark()
    guild = ground.sandbox.guild().id
    says(await ground.press_old(ground.amina, ground.london, f"poll-settle:{guild}:1:1"))
    await ground.later(timedelta(minutes=3))
    news = crowd.news()
    marks = {role: "yes" if news.get(role) else "" for role in ROLES}
    marks |= {"card": "yes" if card.text != text else "", "calendar": "", "event": ""}
    return f"| {POLL} | " + " | ".join(marks[column] for column in HEADINGS) + " |"


def table() -> list[str]:
    """The rows as the documentation has them."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and line.split(" | ")[0][2:] in EVERY]


@pytest.mark.parametrize("name", EVERY)
async def test_who_hears_of_a_change_is_what_the_documentation_says(ground: Ground, name: str) -> None:
    made = await (settled_poll(ground) if name == POLL else row(ground, name))
    assert made in table()


def test_the_table_has_every_change_once() -> None:
    assert [line.split(" | ")[0][2:] for line in table()] == EVERY
