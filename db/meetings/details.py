"""The details of a meeting: its columns in every table that plans one, and the record passed to verbs.

A new meeting option starts here: a field of `MeetingDetails` and a column of `Described`, which meetings, series and
proposals share. From there verbs, forms and commands carry it along.
"""

from dataclasses import dataclass, fields

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

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


class Placed:
    """The columns that a poll has too, although its times have their own lengths."""

    title: Mapped[str] = mapped_column(String(100))
    venue: Mapped[str] = mapped_column(String(LENGTHS["venue"]), default="")
    online: Mapped[str] = mapped_column(String(LENGTHS["online"]), default="")


class Described(Placed):
    """The columns of `MeetingDetails`; each table defines its own `host_id`."""

    minutes: Mapped[int]
    access: Mapped[str] = mapped_column(String(LENGTHS["access"]), default="")
    capacity: Mapped[int | None]

    @property
    def details(self) -> MeetingDetails:
        """The details, as a resulting meeting will have them."""
        return MeetingDetails(**{field.name: getattr(self, field.name) for field in fields(MeetingDetails)})
