"""What is said where a reader has embeds switched off, and to a reader in another zone."""

from datetime import timedelta

from bot.sandbox.people import Person
from bot.sandbox.world import Message
from tests.cogs.ground import Ground, both, buttons, says
from tests.cogs.keydates.steps import added, prompted
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_rsvp import beside
from tests.cogs.panels import settings


def said(message: Message, *words: str) -> None:
    """Check that the content alone has the words, and that there are buttons to go on with."""
    missing = [one for one in words if one not in message.content]
    assert missing == [], message.content
    assert len(message.content.splitlines()[0]) <= 150


@both
async def test_content_says_what_when_and_where_without_an_embed(ground: Ground) -> None:
    card = await ground.scheduled("Forum", "thursday 6pm", venue="Old Town Hall")
    said(card, "Forum", "Thursday 5 March", "6pm", "Old Town Hall")
    assert "Going" in buttons(card)
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="06/03/2026 19:00"))
    await ground.later(timedelta(minutes=20))
    moved = ground.london.messages[-1]
    assert moved.id != card.id
    said(moved, "Forum", "Friday 6 March", "7pm")
    says(await prompted(ground.amina, to="on", before="on the day"))
    says(await added(ground.amina, "Branch day", "5 March 2026"))
    await ground.go_to(ground.wall("2026-03-05T13:00"))
    said(ground.london.messages[-1], "Branch day")
    await ground.go_to(ground.wall("2026-03-06T18:10"))
    said(ground.london.messages[-1], "Forum", "7pm", "Old Town Hall")


def sentences(person: Person) -> list[str]:
    """Return what a locked phone shows of each direct message that tells of a time."""
    return [one.content.splitlines()[0] for one in person.dms if "pm" in one.content]


async def test_a_reader_elsewhere_has_their_own_time_named_and_others_have_no_zone(ground: Ground) -> None:
    says(await settings(ground.grace, "#london", zone="Europe/Paris"))
    card = await ground.scheduled("Forum", "thursday 6pm", venue="Old Town Hall")
    for person in (ground.grace, ground.tomasz):
        await person.press(card, "Going")
    assert "5 March, 7pm your time, Old Town Hall" in await beside(ground, ground.grace, card, "Going")
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="06/03/2026 19:00"))
    await ground.go_to(ground.wall("2026-03-06T18:30"))
    paris, london = sentences(ground.grace), sentences(ground.tomasz)
    assert len(paris) == len(london) >= 2
    assert all("8pm your time" in one and "7pm" not in one for one in paris), paris
    assert all("7pm" in one and "your time" not in one and "UK" not in one for one in london), london
