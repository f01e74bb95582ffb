"""The bases for features' notices and jobs: those of `bot/delivery/`, for this bot."""

from bot.app import Bot
from bot.delivery import jobs
from bot.delivery import notice as base
from bot.delivery.jobs import job
from bot.delivery.notice import Reason, notice

__all__ = ["Job", "Notice", "Reason", "Sending", "job", "notice"]

Job = jobs.Job[Bot]
Notice = base.Notice[Bot]
Sending = base.Sending[Bot]
