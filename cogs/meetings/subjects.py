"""What a delivery is about, looked up as it is by the time that it is sent."""

from bot.app import Bot
from bot.delivery import Skip
from bot.errors import UserError
from db import meetings
from db.meetings.models import Meeting
from db.models import Delivery


async def load_meeting(bot: Bot, delivery: Delivery, *, cancelled: bool = False) -> Meeting | Skip:
    """Return the meeting that a delivery is about; one that is cancelled only if `cancelled` says so."""
    try:
        meeting = await bot.store.read(
            meetings.find, int(delivery.data["meeting"]), guild_id=delivery.guild_id
        )
    except UserError:
        return Skip("meeting_gone")
    return Skip("cancelled") if meeting.cancelled_at is not None and not cancelled else meeting


async def load_meeting_and_answer(bot: Bot, delivery: Delivery) -> tuple[Meeting | Skip, str | None]:
    """Return the meeting that a member's delivery is about, unless it is cancelled, and what they said to it."""
    guild = await bot.guild_record(delivery.guild_id)
    try:
        meeting, answer, _person = await bot.store.read(
            meetings.find_for,
            int(delivery.data["meeting"]),
            delivery.target_id,
            guild_id=delivery.guild_id,
            regions=guild.regions if guild is not None else (),
        )
    except UserError:
        return Skip("meeting_gone"), None
    if meeting.cancelled_at is not None:
        return Skip("cancelled"), None
    return meeting, answer.choice if answer is not None else None
