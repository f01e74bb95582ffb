"""What features declare their notices with: the base of `bot/delivery/notice.py` for this bot."""

from bot.app import Bot
from bot.delivery import notice as base
from bot.delivery.notice import Reason, notice

__all__ = ["Notice", "Reason", "Sending", "notice"]

Notice = base.Notice[Bot]
Sending = base.Sending[Bot]
