"""A message that is longer than Discord takes says that there is more, and a button shows all of it."""

from bot.delivery import Outgoing
from bot.delivery.outgoing import Kind
from bot.sandbox.world import Message
from bot.texts import Markup
from cogs.common.base import Card
from db import deliveries
from db.deliveries import NewDelivery
from db.models import Delivery
from tests.cogs.ground import Ground, buttons

LINES = [f"Line {number}: {'what was decided ' * 3}" for number in range(150)]


async def sent(ground: Ground, lines: list[str], *, private: bool) -> Message:
    """Send a message of so many lines to Grace, or to #london."""
    bot, now = ground.running, ground.clock.now()

    async def render(_: Delivery) -> Outgoing:
        return Outgoing(Card(Markup("## Report of the meeting"), Markup("\n".join(lines))))

    bot.sender.kinds["meeting.test"] = Kind(render)
    new = NewDelivery(
        key="test",
        kind="meeting.test",
        guild_id=ground.sandbox.guild().id,
        target_id=ground.grace.id if private else ground.london.id,
        private=private,
        subject="test:1",
        due_at=now,
        data={},
    )
    await bot.store.write(lambda session: deliveries.enqueue(session, [new]))
    await ground.settled()
    return (ground.grace.dms if private else ground.london.messages)[-1]


async def test_all_of_a_long_message_can_be_read_in_a_channel(ground: Ground) -> None:
    message = await sent(ground, LINES, private=False)
    (embed,) = message.embeds
    words = embed["description"].splitlines()
    assert words[-1] == "… There is more: press **Read all of it**."
    assert words[:-1] == LINES[: len(words) - 1]
    answer = await ground.tomasz.press(message, "Read all of it")
    await answer.until_followups(2)
    assert all(one.ephemeral for one in answer.messages)
    assert [line for line in LINES if line.strip() not in answer.text] == []


async def test_all_of_a_long_message_can_be_read_where_embeds_are_off(ground: Ground) -> None:
    message = await sent(ground, LINES, private=True)
    assert not message.embeds
    assert len(message.content) <= 2_000
    assert "There is more" in message.content
    answer = await ground.grace.press(message, "Read all of it")
    assert "Line 10:" in answer.text
    (button,) = [part["custom_id"] for part in message.walk() if part.get("custom_id")]
    assert "isn't for you" in (await ground.press_old(ground.tomasz, ground.tomasz.dm, button)).text


async def test_what_fits_has_no_such_button(ground: Ground) -> None:
    message = await sent(ground, LINES[:20], private=True)
    assert "There is more" not in message.text
    assert buttons(message) == []
