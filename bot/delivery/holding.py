"""When the sender itself holds back: while Discord refuses the token, and after DMs were opened too fast."""

from datetime import datetime

import discord

from bot.delivery.outgoing import TargetQueue
from bot.discord_client.errors import TokenRefused
from bot.discord_client.refusals import OPENING_TOO_FAST
from bot.domain.deliveries import UNAUTHORISED_RETRY
from bot.domain.private_pace import PrivatePace
from db.models import Delivery


class Holding:
    """What one process is holding back."""

    def __init__(self) -> None:
        self._pace = PrivatePace()
        self.halted_until: datetime | None = None
        """Discord refuses the token: until then nothing is tried, then one thing after another until one works."""

    def halted(self, now: datetime) -> bool:
        """Whether nothing at all may be tried."""
        return self.halted_until is not None and now < self.halted_until

    def until(self, delivery: Delivery, queue: TargetQueue, now: datetime) -> tuple[datetime, str] | None:
        """Return until when this delivery is held back and by what; None when nothing does."""
        if self.halted_until is not None and now < self.halted_until:
            return self.halted_until, "unauthorised"
        if not delivery.private:
            return None
        opens = not (queue.opened or queue.contact.channel_id)
        turn = self._pace.turn(delivery.id, now, opens=opens)
        return None if turn <= now else (turn, "dms_too_fast")

    def failed(self, error: Exception, now: datetime) -> datetime:
        """Record an error; return the earliest time of the next try."""
        if isinstance(error, TokenRefused):
            self.halted_until = now + UNAUTHORISED_RETRY
            return self.halted_until
        if isinstance(error, discord.HTTPException):
            self.halted_until = None
            if error.code == OPENING_TOO_FAST:
                return self._pace.too_fast(now)
        return now

    def opened(self, now: datetime) -> None:
        """Record a direct message that Discord let us open."""
        self._pace.opened(now)

    def sent(self) -> None:
        """Record that something was sent."""
        self.halted_until = None
