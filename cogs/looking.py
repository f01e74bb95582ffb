"""What a delivery is about, looked up as it is by the time that it is sent."""

from typing import TYPE_CHECKING

from bot.delivery import Skip
from bot.errors import UserError
from db import meetings
from db.models import Delivery, Meeting

if TYPE_CHECKING:
    from bot.app import Bot


async def the_meeting(bot: "Bot", delivery: Delivery, *, cancelled: bool = False) -> Meeting | Skip:
    """Return the meeting that a delivery is about; one that is cancelled only if `cancelled` says so."""
    try:
        meeting = await bot.store.read(
            meetings.find, int(delivery.data["meeting"]), guild_id=delivery.guild_id
        )
    except UserError:
        return Skip("meeting_gone")
    return Skip("cancelled") if meeting.cancelled_at is not None and not cancelled else meeting
