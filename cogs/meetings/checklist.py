"""The checklist of a meeting: the list, an item with its buttons, and what is sent to its owner."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

import discord

from bot.delivery import Outgoing, Skip
from bot.domain.checklist import MOST_DAYS, WORDS_LENGTH, due_on
from bot.domain.when import Day
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, When
from cogs.common.base import Card, fitting, line, members_of, row
from cogs.common.buttons import Button, Id, Menu, Page, named
from cogs.common.context import Context
from cogs.common.forms import Line
from cogs.common.notice import Notice, Sending, notice
from cogs.common.people import PersonMenu, host_of, who
from cogs.common.permissions import may_host
from cogs.common.times import short_day
from cogs.meetings.subjects import FormOfMeeting, MeetingButton, Why
from db import meetings
from db.meetings import checklist
from db.meetings.models import ChecklistItem, Meeting

OWNERS_MAY = ("done", "open", "back", "show")
Do = Literal["show", "done", "open", "not_needed", "take", "back"]
STYLES: dict[Do, discord.ButtonStyle] = {
    "done": discord.ButtonStyle.success,
    "take": discord.ButtonStyle.primary,
}


class Item(Button, name="check"):
    """'It's done', 'I'll do it', 'Give it back', 'Not needed', 'Open again'."""

    audience = members_of(ChecklistItem, "item_id")

    item_id: Id
    do: Do

    async def press(self, ctx: Context) -> None:
        """Do it, if the presser may, and show the item."""
        await carry_out(ctx, self.item_id, self.do)


def button(item: ChecklistItem, do: Do, texts: Texts) -> Item:
    """Return the button that does something with an item."""
    style = STYLES.get(do, discord.ButtonStyle.secondary)
    return Item(label=texts(f"checklist.do.{do}.button"), style=style, item_id=item.id, do=do)


class WholeList(MeetingButton, name="checks"):
    """'The whole list'."""

    async def press(self, ctx: Context) -> None:
        """Show the list."""
        await show_list(ctx, await ctx.read(meetings.find, self.meeting))


class PickItem(Menu, name="checkpick"):
    """The choice of an item to show; a list longer than one menu has several."""

    audience = members_of(Meeting, "meeting")

    meeting: Id
    page: Page | None = None

    async def press(self, ctx: Context) -> None:
        """Show the chosen item."""
        await carry_out(ctx, self.the_number(), "show")


class HandOver(PersonMenu, name="checkgive"):
    """The choice of an item's owner."""

    audience = members_of(ChecklistItem, "item_id")

    item_id: Id

    async def press(self, ctx: Context) -> None:
        """Hand the item over to the chosen member."""
        await carry_out(ctx, self.item_id, "give", await self.person(ctx))


class WriteItem(MeetingButton, name="checkform"):
    """'Add something of your own' or, for an item, 'Due on another day': opens a form."""

    task: Id

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        meeting = await ctx.read(meetings.find, self.meeting)
        must_prepare(ctx, meeting)
        days = (await ctx.read(checklist.find, self.task))[0].days if self.task else ""
        await ctx.open(ItemForm(ctx.texts, meeting=meeting.id, task=self.task, typed={"days": days}))


class ItemForm(FormOfMeeting, name="checkform", words="checklist.form"):
    """The form for a new item (0) and how many days before the meeting it is due, or for an existing item's days."""

    task: Id

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"checklist.form.{'due' if self.task else 'add'}.modal"

    def lines(self) -> Iterable[Line]:
        """Return the fields."""
        if not self.task:
            yield Line(WORDS_LENGTH, name="words")
        yield Line(3, required=bool(self.task), name="days")

    async def send(self, ctx: Context) -> None:
        """Add it to the list, or change its due date."""
        meeting = await ctx.read(meetings.find, self.meeting)
        must_prepare(ctx, meeting)
        said = self.typed["days"].strip()
        if said and not (said.isdecimal() and int(said) <= MOST_DAYS):
            raise UserError("checklist.days", words=said, most=MOST_DAYS)
        days = int(said) if said else None
        if self.task:
            item = await ctx.write(checklist.change, self.task, days=days)
        else:
            words = " ".join(self.typed["words"].split())
            item = await ctx.write(checklist.add, meeting.id, words=words, days=days)
        await ctx.reply(item_card(item, meeting, ctx.texts, now=ctx.now, full=True))


def must_prepare(ctx: Context, meeting: Meeting) -> None:
    """Refuse those who neither host a meeting nor organise its region. Raises Refused: who hosts it."""
    if not may_host(ctx, meeting):
        raise Refused("checklist.not_yours", host=host_of(meeting, ctx.texts))


async def carry_out(
    ctx: Context, item_id: int, do: Do | Literal["give"], owner_id: int | None = None
) -> None:
    """Store what somebody does with an item, and show the item.

    Raises:
        Refused: it is not theirs, and they neither host nor organise the meeting.
        UserError: it is gone, the meeting has begun, or a bot was chosen.
    """
    item, meeting = await ctx.read(checklist.find, item_id)
    full = may_host(ctx, meeting)
    if item.owner_id != ctx.user_id or do not in OWNERS_MAY:
        must_prepare(ctx, meeting)
    if do in ("done", "open", "not_needed"):
        item = await ctx.write(checklist.change, item_id, state=do)
    elif do != "show":
        new = {"take": ctx.user_id, "give": owner_id, "back": None}[do]
        item = await ctx.write(checklist.change, item_id, owner=(new,))
    await ctx.replace(item_card(item, meeting, ctx.texts, now=ctx.now, full=full))


async def show_list(ctx: Context, meeting: Meeting) -> None:
    """Show the list to hosts and organisers, and to members their own items.

    Raises:
        Refused: none of it is theirs.
    """
    if full := may_host(ctx, meeting):
        found = await ctx.write(checklist.opened, meeting.id)
    else:
        found = [item for item in await ctx.read(checklist.items, meeting.id) if item.owner_id == ctx.user_id]
        if not found:
            must_prepare(ctx, meeting)
    await ctx.reply(list_card(meeting, found, ctx.texts, now=ctx.now, full=full))


def title(item: ChecklistItem, texts: Texts) -> Markup | str:
    """Return an item's title, on one line."""
    return texts(f"checklist.items.{item.name}.title") if item.name else item.words


def _state(item: ChecklistItem, meeting: Meeting, texts: Texts, now: datetime) -> Markup:
    if item.state != "open":
        return texts(f"checklist.state.{item.state}", who=who(item.done_by or 0, texts))
    zone, owner = ZoneInfo(meeting.zone), texts("checklist.state.nobody")
    due = due_on(meeting.starts_at, zone, item.days)
    if item.owner_id is not None:
        owner = texts("checklist.state.owner", who=who(item.owner_id, texts))
    if due < meeting.created_at.astimezone(zone).date():
        # The meeting came at short notice, so nobody is late.
        return texts("checklist.state.soon", owner=owner)
    state = "overdue" if due < now.astimezone(zone).date() else "open"
    return texts(f"checklist.state.{state}", due=When(Day(due)), owner=owner)


def list_card(
    meeting: Meeting, found: Sequence[ChecklistItem], texts: Texts, *, now: datetime, full: bool
) -> Card:
    """Return the list, each item on a line with its due date and owner."""
    entries: list[Markup] = []
    for item in found:
        named_so = {"number": item.number, "title": title(item, texts)}
        entries.append(texts("checklist.entry", **named_so, state=_state(item, meeting, texts, now)))
    offers = [(f"{item.number}. {title(item, texts)}", str(item.id)) for item in found]
    done = sum(item.state != "open" for item in found)
    add = WriteItem(label=texts("checklist.form.add.button"), meeting=meeting.id, task=0)
    manage = named("manage", label=texts("manage.show.back.button"), meeting=meeting.id, do="show")
    return Card(
        texts("checklist.title", title=meeting.title),
        texts("checklist.progress", done=done, all=len(found)),
        fitting(entries, texts, room=2_800),
        *PickItem.rows(
            texts("checklist.pick.placeholder"),
            offers,
            others=texts("checklist.pick.more"),
            meeting=meeting.id,
        ),
        texts("checklist.how"),
        row(add, manage) if full else None,
    )


def item_card(item: ChecklistItem, meeting: Meeting, texts: Texts, *, now: datetime, full: bool) -> Card:
    """Return one item, with help if it is the toolkit's, and its buttons."""
    if item.state != "open":
        actions: list[Do] = ["open"]
    elif full:
        actions = ["done", "take" if item.owner_id is None else "back", "not_needed"]
    else:
        actions = ["done", "back"]
    whole = WholeList(label=texts("checklist.whole.button"), meeting=meeting.id) if full else None
    hand_over = HandOver(label=texts("checklist.give.placeholder"), item_id=item.id)
    due = WriteItem(label=texts("checklist.form.due.button"), meeting=meeting.id, task=item.id)
    more = [row(hand_over), row(due)] if full and item.state == "open" else []
    return Card(
        texts("checklist.item", number=item.number, title=title(item, texts), meeting=meeting.title),
        texts(f"checklist.items.{item.name}.help") if item.name else None,
        _state(item, meeting, texts, now),
        row(*[button(item, do, texts) for do in actions], whole),
        *more,
    )


@notice(checklist.NUDGE, gone=Why.TASK_GONE)
class ItemDue(Notice):
    """The nudge to an item's owner."""

    words = "nudge"
    may: ClassVar[Sequence[Do]] = ("done", "back")

    item: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Nudge them, while the item is open and still theirs."""
        item, meeting = await ctx.read(checklist.find, self.item)
        if meeting.cancelled_at is not None:
            raise Skip(Why.CANCELLED)
        if item.state != "open":
            raise Skip(Why.TASK_DONE if item.state == "done" else Why.TASK_NOT_NEEDED)
        if not self.concerns(item, ctx):
            raise Skip(Why.TASK_PASSED_ON)
        texts, zone = ctx.texts, ZoneInfo(meeting.zone)
        about = {"title": title(item, texts), "meeting": meeting.title}
        how = texts(f"checklist.items.{item.name}.help") if item.name else None
        card = Card(
            texts(f"checklist.news.{self.words}", **about),
            line(how, _state(item, meeting, texts, ctx.now)),
            row(*[button(item, do, texts) for do in self.may]),
        )
        due = short_day(due_on(meeting.starts_at, zone, item.days), texts)
        when = await ctx.when(meeting.starts_at, meeting.zone)
        words = ctx.push(f"checklist.push.{self.words}", **about, due=due, when=when)
        return Outgoing(card, push=words)

    def concerns(self, item: ChecklistItem, ctx: Sending) -> bool:
        """Whether the item is still theirs."""
        return item.owner_id == ctx.member


@notice(checklist.YOURS)
class ItemYours(ItemDue):
    """The news that an item is now somebody's."""

    words = "yours"


@notice(checklist.BACK)
class ItemBack(ItemDue):
    """The news to the host that an item was given back."""

    words = "back"
    may = ("show",)

    def concerns(self, item: ChecklistItem, ctx: Sending) -> bool:
        """Whether nobody has taken it since."""
        return item.owner_id is None
