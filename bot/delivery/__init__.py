"""The sender of the outbox: what is due is claimed, rendered, sent and finished."""

from bot.delivery.outgoing import DiscordTask, Outgoing, Skip
from bot.delivery.sender import Sender
