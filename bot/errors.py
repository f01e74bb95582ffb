"""What can go wrong, and how a person is told.

    UserError        the person's mistake: explained in plain words with the way out; nothing is lost
      Busy           more work than the bot can answer in time: refused early
      Refused        a right is missing: says who can
      NeedsSetup     the server is not set up for this yet: offers to set it up
      NotKnownYet    Discord has not delivered the server, or cannot say: a delivery waits for it
    SetupError       the operator's mistake (settings, token, database): one sentence, exit code 2

Everything else is our fault: it is logged with a short reference, which the person sees.
"""

import secrets
from typing import Any


class UserError(Exception):
    """Something the person can put right; `key` names a text in `bot/content/`, which `fields` fill in."""

    def __init__(self, key: str, /, **fields: Any) -> None:
        super().__init__(key)
        self.key = key
        self.fields = fields


class Busy(UserError):
    """The bot has more to do than it can answer within Discord's 3 seconds."""

    def __init__(self, key: str = "errors.busy", /, **fields: Any) -> None:
        super().__init__(key, **fields)


class Refused(UserError):
    """The person lacks a right; the text says who has it."""


class NeedsSetup(UserError):
    """The server, or this channel, has not been set up for what was asked."""


class NotKnownYet(UserError):
    """Discord has not told the bot what it needs to know; a person tries again, a delivery waits."""

    def __init__(self, key: str = "errors.not_known_yet", /, **fields: Any) -> None:
        super().__init__(key, **fields)


class SetupError(Exception):
    """The bot cannot start as it is configured; the message is one sentence for the operator."""

    exit_code = 2


def reference() -> str:
    """Return a short reference that a person can read out: 6 letters and digits, no look-alikes."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(6))
