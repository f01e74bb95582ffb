"""What is redrawn often: a meeting's card, of which only the words change, and members' answers."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextvars import Context as Variables
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord import ui
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing
from bot.delivery.message import Message, Parts, parts_of, plain
from bot.delivery.naming import Names
from bot.delivery.notice import short_for
from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.deliveries import Outcome
from bot.texts import Markup, Memory, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import named
from cogs.common.context import Context
from cogs.common.people import closed
from cogs.common.times import short
from cogs.meetings.subjects import known, push
from db import meetings, people
from db.meetings.answering import Given
from db.meetings.models import Meeting
from db.models import Delivery
from db.receipts import RECEIPT

MOST = 200
"""How many meetings' cards are cached, at 10 KiB each."""
COUNTS = frozenset({"going", "maybe", "cant", "waiting", "_sa_instance_state"})


class Drawn(Card):
    """A card of ready-made components."""

    def __init__(self, card: ui.LayoutView) -> None:
        super().__init__()
        self._components = card.to_components()

    @override
    def to_components(self) -> list[dict[str, Any]]:
        return self._components


class DrawnOnce(Memory[Drawn]):
    """Cards that are drawn once for everybody who gets the same, such as a crowd's answers and lists.

    Making an answer's words anew each time costs 1.1 times the processor time a press.
    """

    def card(self, known: Hashable, draw: Callable[[], ui.LayoutView]) -> ui.LayoutView:
        """Return what `draw` returns; `known` is everything that it depends on besides the texts."""
        return self.get(known, lambda: Drawn(draw()))


class Redrawer:
    """Redraws a meeting's card after an answer: making all but the counts anew costs 1.14 times the processor time."""

    def __init__(
        self,
        texts: Texts,
        draw: Callable[[Meeting, Texts], Outgoing],
        tally: Callable[[Meeting, Texts], Markup],
    ) -> None:
        """Take whole announcements from `draw`, and their last text, the counts, from `tally`."""
        self._texts, self._draw, self._tally = texts, draw, tally
        self._drawn: dict[int, tuple[tuple[Any, ...], Parts, Markup | None]] = {}

    def card(self, meeting: Meeting) -> ui.LayoutView:
        """Return the card in Components V2, as earlier versions posted it."""
        return self._draw(meeting, self._texts).view

    def message(self, meeting: Meeting, names: Names | None = None) -> Message:
        """Return the card as a plain message, with members' names."""
        # Equal only if nothing but the counts has changed; records read again, such as a venue's, are not.
        fields = vars(meeting).items()
        known = (len(self._texts.command_ids), *(value for name, value in fields if name not in COUNTS))
        drawn = self._drawn.get(meeting.id)
        if drawn is None or drawn[0] != known:
            if len(self._drawn) >= MOST:
                self._drawn.pop(next(iter(self._drawn)))
            whole = self._draw(meeting, self._texts)
            drawn = self._drawn[meeting.id] = (known, parts_of(whole.view), whole.push)
        _, parts, push = drawn
        if meeting.cancelled_at is None:
            parts = replace(parts, said=[*parts.said[:-1], self._tally(meeting, self._texts)])
        return plain(parts, push, private=False, names=names)


log = logging.getLogger(__name__)

CHANGEABLE = timedelta(minutes=14)
"""How long an ephemeral answer may be changed: Discord's tokens last fifteen minutes."""
MOST_PEOPLE, MOST_EACH = 2_000, 4
ORIGINAL = "@original"
"""Discord's name for an interaction's first answer among its messages."""
CATCH_UP = 1.0
"""Seconds until earlier messages are updated, so that several presses cause one update."""


@dataclass(frozen=True, slots=True)
class Said:
    """A member's answer, and when they are reminded, in their zone."""

    given: Given
    zone: ZoneInfo
    in_dm: bool = False

    @property
    def known(self) -> Hashable:
        """Everything its words depend on: the same for most of a crowd."""
        given, person = self.given, self.given.person
        reached = (person.dms, person.dms_closed_at is None) if person is not None else None
        said = (given.choice, given.number, given.first and given.meeting.changed_at is not None, given.note)
        return Said, said, reached, tuple(given.reminders), self.zone.key, known(given.meeting)

    def words(self, bot: Bot) -> Markup:
        """Return it in words, with how messages reach them, and news that others already had."""
        texts, given, meeting = bot.texts, self.given, self.given.meeting
        if given.number:
            waiting = texts("answering.waiting", title=meeting.title, number=given.number)
            return line(waiting, closed(given.person, texts))
        if given.choice == "cant":
            return texts("meetings.rsvp.cant.thanks", title=meeting.title)
        when = short_for(meeting.starts_at, self.zone, ZoneInfo(meeting.zone), texts)
        return line(
            push(f"answered.{given.choice}", meeting, texts, when=when),
            texts("meetings.rsvp.changed") if given.first and meeting.changed_at is not None else None,
            texts("meetings.remind.note", note=given.note) if given.note else None,
            self._reached(bot),
        )

    def _reached(self, bot: Bot) -> Markup:
        texts, person = bot.texts, self.given.person
        if person is not None and not person.dms:
            return texts("meetings.rsvp.dms_off")
        if shut := closed(person, texts):
            return shut
        if not self.given.reminders:
            return texts("meetings.rsvp.no_reminders")
        times = in_a_row([short(at, self.zone, texts) for at in self.given.reminders], texts)
        return texts("meetings.rsvp.reminders", times=times, command=bot.mention("settings mine"))


def in_a_row(times: Sequence[Markup], texts: Texts) -> Markup:
    """Return 'this, that and the other'."""
    if len(times) == 1:
        return times[0]
    return texts("meetings.rsvp.times", first=Markup("; ".join(times[:-1])), last=times[-1])


@dataclass(slots=True)
class _Open:
    """An answer on somebody's screen; `whole` means that it includes the meeting's card.

    There may be thousands, so only what is needed to edit it is kept of the interaction.
    """

    message_id: int | None
    way: discord.Webhook
    original: bool
    """Whether it is the first answer to its interaction."""
    whole: bool
    said: Said
    since: datetime
    behind: bool = False
    """Whether the member has answered differently since."""


class OpenAnswers:
    """The ephemeral answers that people may still have on their screens, which are kept up to date."""

    def __init__(self, bot: Bot, whole: Callable[[Said, Bot], Card]) -> None:
        """Keep them in memory; `whole` draws a meeting's card with its reader's answer."""
        self._bot, self._whole = bot, whole
        self._open: OrderedDict[int, list[_Open]] = OrderedDict()
        self._following: set[int] = set()
        self._meetings: dict[int, Meeting] = {}
        # The library sends an answer by its interaction's context, which is the same for a whole server.
        self._contexts: dict[int, Variables] = {}
        # Members whose receipt failed before their answer was on their screen.
        self._unreachable: set[int] = set()
        bot.finished.append(self._ended)

    def card(self, said: Said, *, whole: bool) -> ui.LayoutView:
        """Return what the member sees."""
        if whole:
            return self._whole(said, self._bot)

        def draw() -> Card:
            file = named("ics", label=self._bot.texts("calendar.file.button"), meeting=said.given.meeting.id)
            return Card(said.words(self._bot), row(file) if said.given.choice != "cant" else None)

        return self._bot.part(DrawnOnce).card(said.known, draw)

    async def keep(self, ctx: Context, said: Said, message_id: int | None, *, whole: bool) -> None:
        """Record an answer that is now shown, and update the ones shown before."""
        message, now = ctx.interaction.message, ctx.now
        original = message_id is None or (message is not None and message_id == message.id)
        kept = [one for one in self._open.pop(ctx.user_id, []) if now - one.since < CHANGEABLE]
        kept = [one for one in kept if message_id is None or one.message_id != message_id]
        for one in kept:
            if one.said.given.meeting.id == said.given.meeting.id:
                one.said, one.behind = said if one.whole else self._shared(said), True
        if any(one.behind for one in kept) and ctx.user_id not in self._following:
            self._following.add(ctx.user_id)
            self._bot.spawn(self._catch_up(ctx.user_id))
        self._contexts[ctx.guild_id] = copy_context()
        way, said = ctx.interaction.followup, said if whole else self._shared(said)
        self._open[ctx.user_id] = [*kept, _Open(message_id, way, original, whole, said, now)][-MOST_EACH:]
        while len(self._open) > MOST_PEOPLE or now - next(iter(self._open.values()))[-1].since >= CHANGEABLE:
            self._unreachable.discard(self._open.popitem(last=False)[0])
        if ctx.user_id in self._unreachable:
            await self._unreached(ctx.user_id)

    def _shared(self, said: Said) -> Said:
        """Return it sharing data with identical answers, of which there may be thousands."""
        given = said.given
        last = self._meetings.get(given.meeting.id)
        if last is None or known(last) != known(given.meeting) or last.changed_at != given.meeting.changed_at:
            if len(self._meetings) >= MOST_PEOPLE:
                self._meetings.clear()
            last = self._meetings[given.meeting.id] = given.meeting
        usual = given.person is None or (given.person.dms and given.person.dms_closed_at is None)
        return replace(said, given=replace(given, meeting=last, person=None if usual else given.person))

    async def _catch_up(self, user_id: int) -> None:
        """Update what is on somebody's screen; presses meanwhile cost nothing more."""
        try:
            await asyncio.sleep(CATCH_UP)
            while behind := [one for one in self._open.get(user_id, ()) if one.behind]:
                await self._show(behind[-1])
        finally:
            self._following.discard(user_id)

    async def _show(self, one: _Open) -> None:
        one.behind = False
        where = cast("int", ORIGINAL) if one.original else one.message_id or 0
        try:
            work = one.way.edit_message(where, view=self.card(one.said, whole=one.whole))
            await asyncio.create_task(work, context=self._contexts[one.said.given.meeting.guild_id])
        except REQUEST_FAILED:  # it was dismissed, or is too old
            log.debug("could not update an answer shown before")

    def _ended(self, delivery: Delivery, ending: Outcome, _at: datetime) -> None:
        receipt = delivery.kind in (meetings.RECEIPT, RECEIPT)
        if receipt and ending is Outcome.FAILED:
            self._unreachable.add(delivery.target_id)
            self._bot.spawn(self._unreached(delivery.target_id))

    async def _unreached(self, user_id: int) -> None:
        """Tell somebody whose DMs turned out to be closed, on their screen, what they can do."""
        shown = self._open.get(user_id)
        if not shown:
            return
        self._unreachable.discard(user_id)
        person = await self._bot.store.read(people.person, user_id)
        for one in shown:
            one.said = replace(one.said, given=replace(one.said.given, person=person))
            await self._show(one)
