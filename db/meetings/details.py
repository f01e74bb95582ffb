"""What a meeting says of itself: its columns in every table that plans one, and the record that verbs are given.

An option on a meeting begins here: a field of `MeetingDetails` and a column of `Described`, which meetings, series and
proposals share. From there verbs, forms and commands carry it along.
"""

from dataclasses import dataclass, fields

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

# How long the free texts may be, beside the title.
LENGTHS = {"venue": 200, "online": 400, "access": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDetails:
    """What a meeting says of itself, whenever it is; `capacity` None is no limit."""

    title: str
    minutes: int
    host_id: int
    venue: str = ""
    online: str = ""
    access: str = ""
    capacity: int | None = None


class Placed:
    """The columns that a poll has of it too, though its times have lengths of their own."""

    title: Mapped[str] = mapped_column(String(100))
    venue: Mapped[str] = mapped_column(String(LENGTHS["venue"]), default="")
    online: Mapped[str] = mapped_column(String(LENGTHS["online"]), default="")


class Described(Placed):
    """The columns of `MeetingDetails`; each table says itself who `host_id` is."""

    minutes: Mapped[int]
    access: Mapped[str] = mapped_column(String(LENGTHS["access"]), default="")
    capacity: Mapped[int | None]

    @property
    def details(self) -> MeetingDetails:
        """What it says of itself, as a meeting that comes of it will."""
        return MeetingDetails(**{field.name: getattr(self, field.name) for field in fields(MeetingDetails)})
