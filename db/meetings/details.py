"""The details of a meeting: its columns in every table that plans one, and the record passed to verbs.

A new meeting option starts here: a field of `MeetingDetails` and a column of `Described`, which meetings, series and
proposals share. From there verbs, forms and commands carry it along.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.privacy import Rule
from db.base import MemberId, Snowflake

# How long the free texts may be, besides the title.
LENGTHS = {"venue": 200, "online": 400, "access": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDetails:
    """The details of a meeting, except for its time; `capacity` None is no limit."""

    title: str
    minutes: int
    host_id: int
    venue: str = ""
    online: str = ""
    access: str = ""
    capacity: int | None = None


class Subject:
    """What deliveries are about."""

    __tablename__: ClassVar[str]

    id: Mapped[int] = mapped_column(primary_key=True)

    @property
    def subject(self) -> str:
        """The subject of deliveries about it: 'meeting:12'."""
        return f"{self.__tablename__}:{self.id}"


class OfMember:
    """The key of what a member has given to a meeting."""

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)


class Placed(Subject):
    """The columns that a poll has too, although its times have their own lengths."""

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    zone: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(100))
    venue: Mapped[str] = mapped_column(String(LENGTHS["venue"]), default="")
    online: Mapped[str] = mapped_column(String(LENGTHS["online"]), default="")


class Posted:
    """The columns of what has a card: its region's channel, and where the card is if that is another one."""

    channel_id: Mapped[int] = mapped_column(Snowflake)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    card_channel_id: Mapped[int | None] = mapped_column(Snowflake)

    def posted(self, message_id: int, channel_id: int | None) -> None:
        """Record the message of the card, and its channel: the region's may have changed while it was in flight."""
        self.message_id = message_id
        self.card_channel_id = None if channel_id == self.channel_id else channel_id


class Described(Placed):
    """The columns of `MeetingDetails`; each table defines its own `host_id`."""

    minutes: Mapped[int]
    access: Mapped[str] = mapped_column(String(LENGTHS["access"]), default="")
    capacity: Mapped[int | None]

    @property
    def details(self) -> MeetingDetails:
        """The details, as a resulting meeting will have them."""
        return MeetingDetails(**{field.name: getattr(self, field.name) for field in fields(MeetingDetails)})
