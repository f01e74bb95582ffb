"""What is redrawn often: a meeting's card, of which only the words change, and members' answers."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextvars import Context as Variables
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord import ui
from typing_extensions import override

from bot.app import Bot
from bot.delivery.message import BUTTONS, Message, Rows, plain, worded
from bot.delivery.naming import Names
from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.deliveries import Outcome
from bot.texts import Markup, Memory, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import named
from cogs.common.context import Context
from cogs.common.people import closed
from cogs.common.times import short
from cogs.meetings.subjects import known, told
from db import meetings, people
from db.meetings.answering import Given
from db.meetings.models import Meeting
from db.models import Delivery
from db.receipts import RECEIPT

MOST = 200
"""How many meetings' shapes are cached, at 10 KiB each."""
COUNTS = frozenset({"going", "maybe", "cant", "waiting", "_sa_instance_state"})


class Redrawn(ui.LayoutView):
    """A card of ready-made components. Its buttons are found by their custom_id, as all are."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self._components: list[dict[str, Any]] = []

    def shows(self, components: list[dict[str, Any]]) -> "Redrawn":
        """Show these components; the card is sent before anything else runs."""
        self._components = components
        return self

    @override
    def to_components(self) -> list[dict[str, Any]]:
        return self._components

    @override
    def has_components_v2(self) -> bool:
        return True

    @override
    def is_finished(self) -> bool:
        """Tell the library not to keep the card."""
        return True


class DrawnOnce:
    """Cards that are drawn once for everybody who gets the same, such as a crowd's answers and lists.

    Making an answer's words anew each time costs 1.2 times the processor time a press.
    """

    def __init__(self, texts: Texts) -> None:
        self._drawn = Memory[Redrawn](texts)

    def card(self, known: Hashable, draw: Callable[[], ui.LayoutView]) -> ui.LayoutView:
        """Return what `draw` returns; `known` is everything that it depends on besides the texts."""
        return self._drawn.get(known, lambda: Redrawn().shows(draw().to_components()))


@dataclass(slots=True)
class _Shape:
    drawn: dict[str, Any]
    rows: Rows
    view: Redrawn = field(default_factory=Redrawn)
    """Made once, as the rows are: each needs a random number from the system."""
    known: tuple[Any, ...] = ()
    """What title, facts and the sentence for lock screens were made from."""
    words: tuple[str, str] = ("", "")
    push: Markup = field(default=Markup(""))


class Redrawer:
    """Caches the shapes of cards: building their buttons costs more than everything else in answering a press."""

    def __init__(
        self,
        texts: Texts,
        *,
        card: Callable[[Meeting, Texts], ui.LayoutView],
        head: Callable[[Meeting, Texts], tuple[str, str]],
        tally: Callable[[Meeting, Texts], str],
        push: Callable[[Meeting, Texts], Markup],
    ) -> None:
        """Draw whole cards with `card` at first, then only what is new.

        That is title and facts (`head`), `tally` and, for plain messages, the sentence for lock screens (`push`).
        """
        self._texts = texts
        self._card, self._head, self._tally, self._push = card, head, tally, push
        self._shapes: dict[int, _Shape] = {}

    def message(self, meeting: Meeting, names: Names | None = None) -> Message:
        """Return what the whole card would be as a plain message, with members' names."""
        texts = self._texts
        if meeting.cancelled_at is not None:
            card, push = self._card(meeting, texts), self._push(meeting, texts)
            return plain(card, push, private=False, names=names)
        shape = self._shape(meeting)
        return worded(
            (*shape.words, self._tally(meeting, texts)),
            shape.push,
            private=False,
            colour=shape.drawn["accent_color"],
            view=shape.rows,
            names=names,
        )

    def card(self, meeting: Meeting) -> ui.LayoutView:
        """Return what the whole card would be in Components V2, as earlier versions sent it."""
        texts = self._texts
        if meeting.cancelled_at is not None:
            return self._card(meeting, texts)
        shape = self._shape(meeting)
        parts = list(shape.drawn["components"])
        for at, words in enumerate((*shape.words, self._tally(meeting, texts))):
            parts[at] = parts[at] | {"content": words}
        return shape.view.shows([shape.drawn | {"components": parts}])

    def _shape(self, meeting: Meeting) -> _Shape:
        texts = self._texts
        shape = self._shapes.get(meeting.id)
        if shape is None:
            if len(self._shapes) >= MOST:
                self._shapes.pop(next(iter(self._shapes)))
            (drawn,) = self._card(meeting, texts).to_components()
            rows = Rows()
            rows.rows = [part for part in drawn["components"] if part["type"] == BUTTONS]
            shape = self._shapes[meeting.id] = _Shape(drawn, rows)
        # Equal only if nothing but the counts has changed; records read again, such as a venue's, are not.
        fields = vars(meeting).items()
        known = (len(texts.command_ids), *(value for name, value in fields if name not in COUNTS))
        if known != shape.known:
            shape.known, shape.words = known, self._head(meeting, texts)
            shape.push = self._push(meeting, texts)
        return shape


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
        thanks = texts(f"meetings.rsvp.{given.choice}.thanks", title=meeting.title)
        if given.choice == "cant":
            return thanks
        changed = given.first and meeting.changed_at is not None
        return line(
            thanks,
            texts("meetings.rsvp.changed") if changed else None,
            told("rsvp", meeting, texts, self.zone),
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
        return self._bot.part(DrawnOnce).card(
            said.known, lambda: Card(said.words(self._bot), self._file(said))
        )

    def _file(self, said: Said) -> ui.ActionRow[Any] | None:
        """Return the calendar button, for those who may come."""
        given, label = said.given, self._bot.texts("calendar.file.button")
        return row(named("ics", label=label, meeting=given.meeting.id)) if given.choice != "cant" else None

    async def keep(self, ctx: Context, said: Said, message_id: int | None, *, whole: bool) -> None:
        """Record an answer that is now shown, and update the ones shown before."""
        message, now = ctx.interaction.message, ctx.now
        original = message_id is None or (message is not None and message_id == message.id)
        kept = [one for one in self._open.pop(ctx.user_id, []) if now - one.since < CHANGEABLE]
        kept = [one for one in kept if message_id is None or one.message_id != message_id]
        for one in kept:
            if one.said.given.meeting.id == said.given.meeting.id:
                self._follow(ctx.user_id, one, said if one.whole else self._shared(said))
        self._contexts[ctx.guild_id] = copy_context()
        shown = _Open(
            message_id, ctx.interaction.followup, original, whole, said if whole else self._shared(said), now
        )
        self._open[ctx.user_id] = [*kept, shown][-MOST_EACH:]
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

    def _follow(self, user_id: int, one: _Open, said: Said) -> None:
        """Schedule an update of an answer on screen."""
        one.said, one.behind = said, True
        if user_id not in self._following:
            self._following.add(user_id)
            self._bot.spawn(self._catch_up(user_id))

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
        drawn = Redrawn().shows(self.card(one.said, whole=one.whole).to_components())
        where = cast("int", ORIGINAL) if one.original else one.message_id or 0
        try:
            work = one.way.edit_message(where, view=drawn)
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
