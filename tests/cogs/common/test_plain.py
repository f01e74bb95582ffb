"""What comes unasked is plain content and buttons, and what was sent as Components V2 stays editable as that."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.sandbox.world import Message
from bot.sandbox.world.messages import COMPONENTS_V2
from cogs.meetings import cards
from db import meetings
from db.meetings.integrations import listing_of
from db.models import V2Message
from tests.cogs.ground import Ground, both, buttons, card_text, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_upcoming import lists, switch

LOOKS: dict[str, Any] = {"type": 17, "id": 1, "components": [{"type": 10, "id": 2, "content": "as it was"}]}


async def as_sent_before(ground: Ground, message: Message, components: list[dict[str, Any]]) -> None:
    """Turn a message into one that a version before plain messages would have sent."""

    def keep(session: Session) -> None:
        session.add(V2Message(message_id=message.id))

    await ground.running.store.write(keep)
    message.flags |= COMPONENTS_V2
    message.content, message.embeds, message.components = "", [], components


@both
async def test_a_meeting_is_announced_reminded_of_and_moved_in_plain_words(ground: Ground) -> None:
    card = await ground.scheduled("Palestine twinning", venue="Old Town Hall")
    assert card.content == "London meeting: Palestine twinning, Thursday 5 March, 6pm, Old Town Hall."
    assert "**Where:** Old Town Hall" in card.embeds[0]["description"]
    assert buttons(card)[:3] == ["Going", "Maybe", "Can't come"]
    await ground.grace.press(card, "Going")
    assert "1 going," in card.embeds[0]["description"]
    assert card.content == "London meeting: Palestine twinning, Thursday 5 March, 6pm, Old Town Hall."
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 6.30pm"))
    await ground.later(timedelta(minutes=3))
    assert ground.grace.phone.lock_screen[-1].body.partition("\n")[0] == (
        "Moved: Palestine twinning, now Friday 6 March, 6.30pm, Old Town Hall."
    )
    assert "Friday 6 March, 6.30pm" in card.content
    await ground.go_to(ground.wall("2026-03-06T17:45"))
    assert ground.grace.phone.lock_screen[-1].body.partition("\n")[0] == (
        "In 1 hour: Palestine twinning, Friday 6 March, 6.30pm, Old Town Hall."
    )
    sent = [*ground.grace.dms, *ground.london.messages]
    assert [one.text for one in sent if one.flags & COMPONENTS_V2] == []
    assert all(not one.embeds for one in ground.grace.dms)


@both
async def test_a_card_of_an_earlier_version_is_edited_in_its_own_form(ground: Ground) -> None:
    card = await ground.scheduled()
    meeting = await ground.running.store.read(meetings.find, 1, guild_id=ground.sandbox.guild().id)
    await as_sent_before(ground, card, cards.meeting_card(meeting, ground.texts).to_components())
    await ground.grace.press(card, "Going")
    assert card.flags & COMPONENTS_V2
    assert not card.content
    assert "1 going," in card.text
    says(await use(ground.amina, "#london", "meeting edit", meeting="1", venue="Town hall"))
    await ground.later(timedelta(minutes=3))
    assert not card.content
    assert "**Where:** Town hall" in card.text
    rows = await ground.rows(meetings.CARD)
    assert {row.status for row in rows} == {"sent"}


async def test_a_pinned_list_of_an_earlier_version_is_posted_anew(ground: Ground) -> None:
    await switch(ground, upcoming="On")
    await ground.later()
    (old,) = lists(ground)
    await as_sent_before(ground, old, [LOOKS])
    await ground.scheduled()
    await ground.later(timedelta(minutes=5))
    (new,) = lists(ground)
    assert old not in ground.london.messages
    assert new.pinned_at is not None
    assert new.content
    guild = await ground.running.guild_record(ground.sandbox.guild().id)
    assert guild is not None
    kept = await ground.running.store.read(listing_of, guild.regions[0].id)
    assert kept is not None
    assert kept.message_id == new.id
    assert card_text(new).startswith("## Coming up in London")
