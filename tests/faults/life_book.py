"""What is really true in a random life, and what must and must not be stored then: the reference beside the bot.

It hears of the world alone, never of what the bot makes of it, and is held against what is stored.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.meetings.models import Answer
from db.membership.models import Departure
from db.models import Guild

KEPT, WARNED = timedelta(days=90), timedelta(days=7)
A_DAY = timedelta(days=1)
SLACK = timedelta(minutes=30)
"""Over the wire the clock goes on by itself while something is done."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands in the store: whose answers, whose clocks, and the server's own clock."""

    answers: frozenset[int]
    clocks: frozenset[int]
    server_clock: datetime | None
    told: datetime | None
    server: bool


def stored(session: Session, server: int) -> Stored:
    """Return what is stored of a server."""
    guild = session.get(Guild, server)
    return Stored(
        frozenset(session.scalars(select(Answer.user_id))),
        frozenset(session.scalars(select(Departure.user_id).where(Departure.guild_id == server))),
        guild.left_at if guild else None,
        guild.erase_told_at if guild else None,
        guild is not None,
    )


@dataclass
class Book:
    """Who is there, since when who is not, and of whom something is to be kept.

    Attributes:
        there: the members who are in the server.
        kept: those of whom something is stored.
        taken_in: whether the bot is in the server.
        misled: whether it was told, or not told, something about the server that it can't know better yet.
        unseen: who is there and missing from the gateway's answers, or came back unheard: their clock may go on.
    """

    there: set[int]
    kept: set[int]
    taken_in: bool = True
    misled: bool = False
    unseen: set[int] = field(default_factory=set[int])
    erased: int = 0
    # Since when at the earliest somebody, or the bot, may be taken for gone: since the last time that all was known.
    left: dict[int, datetime] = field(default_factory=dict[int, datetime])
    server_left: datetime | None = None
    # The first sound sweep after they went: from there on their time runs at the latest.
    out: dict[int, datetime] = field(default_factory=dict[int, datetime])
    server_out: datetime | None = None
    warned: datetime | None = None
    before: Stored | None = None

    def leaves(self, one: int, now: datetime) -> None:
        """Take note that somebody leaves."""
        self.there.discard(one)
        self.left.setdefault(one, now)

    def returns(self, one: int, *, heard: bool) -> None:
        """Take note that somebody is back, which the bot hears or not."""
        self.there.add(one)
        self.out.pop(one, None)
        if heard:
            self.seen(one)
        else:
            self.unseen.add(one)

    def seen(self, one: int) -> None:
        """Take note that the bot can't but know that somebody is there."""
        self.left.pop(one, None)
        self.unseen.discard(one)

    def sent_away(self, now: datetime) -> None:
        """Take note that the bot is sent away."""
        self.taken_in = False
        self.server_left = self.server_left or now

    def invited(self, *, heard: bool) -> None:
        """Take note that the bot is taken in again, which it hears or not."""
        self.taken_in, self.server_out = True, None
        self.out.clear()
        self.misled = not heard
        if heard:
            self.server_seen()

    def server_seen(self) -> None:
        """Take note that the bot can't but know that it is in the server."""
        self.misled, self.server_left, self.warned = False, None, None

    def look(self, now: datetime, found: Stored, story: object) -> None:
        """Hold what is stored against what is so, at any time.

        Raises:
            AssertionError: it is not as it must be.
        """
        if self.taken_in:
            lost = (self.there & self.kept) - found.answers
            assert not lost, f"erased although they are there: {lost} {story}"
            assert self.misled or found.server_clock is None, f"its clock runs and the bot is in it: {story}"
        if self.before is not None:
            wrong = (found.clocks - self.before.clocks) & self.there
            assert not wrong, f"a clock began although they are there: {wrong} {story}"
        if found.told is not None and self.warned is None:
            self.warned = now
        gone = self.kept - found.answers
        if not found.server and self.server_left is not None and not self.taken_in:
            soon = (
                now - self.server_left < KEPT - SLACK
                or self.warned is None
                or now - self.warned < WARNED - SLACK
            )
            assert not soon, f"a server was erased too soon, or unannounced: {story}"
        else:
            soon = {one for one in gone if one not in self.left or now - self.left[one] < KEPT - SLACK}
            assert not soon, f"erased too soon: {soon} {story}"
        self.erased += bool(gone)
        self.kept -= gone
        self.before = found

    def swept(self, now: datetime, found: Stored, story: object, *, sound: bool, delivered: bool) -> None:
        """Hold what is stored after a sweep against how long everybody has been away.

        Args:
            now: the time of the sweep.
            found: what is stored.
            story: for whoever reads why.
            sound: whether Discord answered rightly.
            delivered: whether the server was within reach.

        Raises:
            AssertionError: it is not as it must be.
        """
        if sound and self.taken_in:
            self.server_seen()
        self.look(now, found, story)
        if not sound:
            return
        if not self.taken_in:
            self.server_out = self.server_out or now
            due = self.warned is not None and now >= max(self.server_out + KEPT, self.warned + WARNED) + SLACK
            assert not due or not found.answers, f"a server that was left is kept too long: {story}"
            late = now >= self.server_out + KEPT - WARNED + A_DAY and now > self.server_out
            assert not late or self.warned is not None or not found.server, f"nobody was warned: {story}"
        elif delivered:
            for one in sorted(self.kept - self.there):
                since = self.out.setdefault(one, now)
                assert now < since + KEPT + SLACK, f"{one} is kept too long: {story}"
            on = (found.clocks & self.there) - self.unseen
            assert not on, f"a clock goes on although they are there: {on} {story}"
            for one in self.there - self.unseen:
                self.seen(one)
