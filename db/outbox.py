"""Messages in the making: what they are about, and whom they go to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from db import deliveries, people
from db.base import Base
from db.deliveries import NewDelivery

Target = tuple[int | None, bool]
"""The id of a channel or, if true, of a member; None for nobody."""


@dataclass(frozen=True, slots=True)
class About:
    """What messages are about: the server, their subject, and the ids that they are rendered from."""

    guild_id: int
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def message(
        self,
        kind: str,
        key: str,
        target_id: int,
        due_at: datetime,
        expires_at: datetime | None = None,
        *,
        private: bool = False,
        **more: Any,
    ) -> NewDelivery:
        """Return a message to a channel or, if `private`, a member; `more` is added to the data."""
        return NewDelivery(
            key=key,
            kind=kind,
            guild_id=self.guild_id,
            target_id=target_id,
            private=private,
            subject=self.subject,
            due_at=due_at,
            expires_at=expires_at,
            data={**self.data, **more},
        )


NAMES = {"key_date": "keydate", "plan_action": "action", "working_group": "group"}
"""What rows are called in subjects and data, where that differs from the name of their table."""


def subject(row: Base) -> str:
    """Return the subject of messages and audit lines about a row: 'event:5'."""
    return f"{NAMES.get(row.__tablename__, row.__tablename__)}:{cast('Any', row).id}"


def about(row: Base, guild_id: int, **more: Any) -> About:
    """Return what messages about a row are about: it by its name and id, and `more` data."""
    name, _, number = subject(row).partition(":")
    return About(guild_id, subject(row), {name: int(number), **more})


def send(
    session: Session,
    about: About,
    kind: str,
    key: str,
    to: Target,
    due_at: datetime,
    expires_at: datetime | None = None,
    *,
    quiet: bool = False,
    **more: Any,
) -> None:
    """Enqueue a message to a channel or member; with `quiet`, a member's waits until their quiet hours are over.

    One that would expire before that is sent at once.
    """
    target_id, private = to
    if target_id is None:
        return
    if quiet and private:
        due_at = people.writable_at(
            session, target_id, guild_id=about.guild_id, now=due_at, before=expires_at
        )
    message = about.message(kind, key, target_id, due_at, expires_at, private=private, **more)
    deliveries.enqueue(session, [message])
