"""What a receipt says about how messages reach somebody, and what to do if their DMs are closed."""

from bot.app import Bot
from bot.texts import Markup, Texts
from db.models import Person


def how(bot: Bot) -> Markup:
    """Return how messages reach somebody and how to change that."""
    return bot.texts("receipts.how", command=bot.mention("settings mine"))


def closed(person: Person | None, texts: Texts) -> Markup | None:
    """Return what to do about closed direct messages, None if they are open as far as known."""
    shut = person is not None and person.dms and person.dms_closed_at is not None
    return texts("receipts.closed") if shut else None
