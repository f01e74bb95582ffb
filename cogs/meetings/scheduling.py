"""From what somebody typed to a meeting: read it, ask where it is unclear, and lose nothing of it."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import discord

from bot.domain.meetings import TITLE_LENGTH, subject
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.report import Problem
from cogs.common.times import written
from cogs.meetings import cards, clashes, news
from cogs.meetings.buttons import CancelIt
from cogs.meetings.channels import check_channel
from cogs.meetings.reading import LATER, Fields, WhenProblem, read_details, shifted, typed_time
from db import drafts, meetings
from db.meetings import series
from db.meetings.change_notices import coming_told
from db.meetings.models import Meeting
from db.meetings.series.trying import Tried, would_tell
from db.models import Draft

SCHEDULE = "schedule"
MOVE = "move"
POLL = "poll"
PROPOSE = "propose"
END = "end"
SURE = "sure"
"""The field of a draft that says that they have read how many would be told of a change."""
# The fields of the form, and how much Discord lets somebody type into each.
INPUTS = {
    "title": TITLE_LENGTH,
    "when": 200,
    "options": 1_000,
    "closes": 200,
    "repeat": 200,
    "duration": 60,
    "venue": 200,
}
FORMS = {
    SCHEDULE: ("title", "when", "repeat", "duration", "venue"),
    MOVE: ("when",),
    POLL: ("title", "options", "closes", "duration", "venue"),
    PROPOSE: ("title", "when", "repeat", "duration", "venue"),
}
REQUIRED = ("title", "when", "options")
BUTTON = 80
"""Characters on a button, by Discord's documentation of components."""


async def schedule(ctx: Context, fields: Fields) -> None:
    """Schedule a meeting from what was typed, or say what is missing and keep the rest.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        Refused: the person may not schedule in that region. Where the server takes proposals, a Problem instead.
    """
    region = ctx.the_region(fields.get("region"))
    if ctx.guild.proposals and not ctx.may_organise(region):
        # Nothing that they typed is lost: it is one press away from the organisers.
        offer = [(ctx.text("proposals.instead_yes.button"), dict[str, str]())]
        instead = WhenProblem("proposals.instead", {"region": region.name}, offer)
        raise await with_draft(ctx, PROPOSE, fields, instead)
    ctx.must_organise(region)
    await check_channel(ctx, region)
    try:
        details, time, again = read_details(ctx, fields)
        given: Fields = {"region": region}
        given |= {"pattern": again} if again else {"starts_at": time.starts_at, "zone": ctx.zone}
        verb = series.begin if again else meetings.schedule
        meeting = await ctx.write_limited("meeting", verb, details, **given)
    except UserError as error:
        raise await with_draft(ctx, SCHEDULE, fields, error) from error
    when = written(meeting.starts_at, ZoneInfo(meeting.zone))
    await ctx.reply(
        Card(
            ctx.text("meetings.schedule.done", title=meeting.title, when=when),
            ctx.text("series.begun", repeat=meeting.repeat) if meeting.repeat else None,
            cards.facts(meeting, ctx.texts),
            await clashes.of_meeting(ctx, meeting),
            line(
                ctx.text("meetings.schedule.where", channel=Markup(f"<#{region.channel_id}>")),
                ctx.text("meetings.schedule.number", number=meeting.id),
            ),
            row(undo(meeting, ctx.texts)),
        ),
    )


def undo(meeting: Meeting, texts: Texts) -> CancelIt:
    """Return the button that cancels a meeting that has just been scheduled."""
    return CancelIt(label=texts("meetings.schedule.undo.button"), meeting=meeting.id)


async def move(ctx: Context, fields: Fields) -> None:
    """Move a meeting to the time that was typed, or ask.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        Refused: the person may not move meetings of that region.
    """
    if "meeting" not in fields:
        raise UserError("errors.draft_gone")
    meeting = await ctx.read(meetings.find, int(fields["meeting"]))
    ctx.must_organise(meeting.region)
    about = subject(meeting.id)
    try:
        time = shifted(fields["when"], meeting.starts_at, now=ctx.now, zone=ZoneInfo(meeting.zone))
        time = time or typed_time(ctx, fields["when"], once=True)
        if fields.get("which") == LATER:
            to = time.starts_at
            if not fields.pop(SURE, ""):
                await must_be_sure(ctx, "moved", series.move_later, meeting, meetings.CHANGED, starts_at=to)
            moved = await ctx.write_limited(
                "change", series.move_later, meeting.id, about=about, starts_at=to
            )
            await asyncio.gather(
                *[ctx.bot.sender.in_flight.wait_until_sent(subject(one.id)) for one in moved]
            )
            beside = await clashes.of_meetings(ctx, moved) if moved else None
            people = await ctx.read(coming_told, [one.id for one in moved])
            await ctx.reply(news.later_card(ctx.texts, "moved", meeting.title, moved, people, beside))
            return
        given: Fields = {"starts_at": time.starts_at, "zone": ctx.zone, "minutes": time.minutes}
        done = await ctx.write_limited("change", meetings.move, meeting.id, about=about, **given)
    except UserError as error:
        raise await with_draft(ctx, MOVE, fields, error) from error
    await ctx.bot.sender.in_flight.wait_until_sent(about)
    await ctx.reply(
        Card(
            ctx.text("meetings.moved.done", title=done.title, when=written(done.starts_at, ctx.zone)),
            await said_to(ctx, done),
            await clashes.of_meetings(ctx, [done]),
        ),
    )


async def end_later(ctx: Context, fields: Fields) -> None:
    """Cancel one of a series and all later ones.

    Raises:
        Problem: with the button that says that they are sure.
        Refused: the person may not cancel meetings of that region.
    """
    if "meeting" not in fields:
        raise UserError("errors.draft_gone")
    meeting = await ctx.read(meetings.find, int(fields["meeting"]))
    ctx.must_organise(meeting.region)
    reason = str(fields.get("reason") or "")
    if not fields.pop(SURE, ""):
        try:
            await must_be_sure(ctx, "cancelled", series.end_later, meeting, meetings.CANCELLED, reason=reason)
        except WhenProblem as ask:
            ((label, resolved),) = ask.choices
            draft = await kept(ctx, END, fields | {"choices": [dict(resolved)]})
            raise Problem(ask.key, *_picks(draft, [label]), **ask.fields) from None
    gone = await ctx.write(series.end_later, meeting.id, reason=reason)
    people = await ctx.read(coming_told, [one.id for one in gone], meetings.CANCELLED)
    await ctx.reply(news.later_card(ctx.texts, "cancelled", meeting.title, gone, people))


async def must_be_sure(
    ctx: Context,
    what: str,
    change: Callable[..., Sequence[Meeting]],
    meeting: Meeting,
    kind: str,
    **given: Any,
) -> None:
    """Ask before a change of a series ('moved' or 'cancelled') of which anybody would hear in private.

    Raises:
        WhenProblem: somebody would; its choice says that they are sure.
        UserError: the change can't be made.
    """
    try:
        await ctx.write(would_tell, change, meeting.id, kind=kind, **given)
    except Tried as tried:
        if tried.people:
            people = ctx.texts.count("series.later.people", tried.people)
            yes = ctx.text(f"series.later.sure.{what}.button")
            said = {"title": meeting.title, "people": people}
            raise WhenProblem(f"series.later.sure.{what}.ask", said, [(yes, {SURE: "yes"})]) from None


async def said_to(ctx: Context, meeting: Meeting, *, cancelled: bool = False) -> Markup | None:
    """Return who is told of a change; None when nobody is."""
    kind = meetings.CANCELLED if cancelled else meetings.CHANGED
    return news.told(await ctx.read(meetings.hearing, meeting.id, kind), ctx.texts, cancelled=cancelled)


async def kept(ctx: Context, form: str, fields: Fields) -> Draft:
    """Keep what was typed; `choices` among the fields are what the buttons of a `Pick` add to them."""
    return await ctx.write(drafts.keep, user_id=ctx.user_id, form=form, fields=fields)


async def with_draft(ctx: Context, form: str, fields: Fields, error: UserError) -> Problem:
    """Keep what was typed and return `error` with the buttons that lead on."""
    choices: list[tuple[Markup, dict[str, str]]] = getattr(error, "choices", [])
    draft = await kept(ctx, form, fields | {"choices": [resolved for _, resolved in choices]})
    labels = [label for label, _ in choices[:4]]
    redo = Redo(label=ctx.text("meetings.redo.button"), draft=draft.id)
    if all(len(label) <= BUTTON for label in labels):
        return Problem(error.key, *_picks(draft, labels), redo, **error.fields)
    # A button holds 80 characters: the whole stands above, with a number for each.
    answers = [
        ctx.text("meetings.when.answer", number=at, answer=label) for at, label in enumerate(labels, 1)
    ]
    numbers = _picks(draft, [ctx.text("meetings.when.number", number=at) for at in range(1, len(labels) + 1)])
    question = ctx.text(error.key, **error.fields)
    listed = Markup("\n".join(answers))
    return Problem("meetings.when.numbered", *numbers, redo, question=question, answers=listed)


def _picks(draft: Draft, labels: Sequence[Markup]) -> list["Pick"]:
    return [Pick(label=label, draft=draft.id, choice=at) for at, label in enumerate(labels)]


def _picked(fields: Fields) -> list[str]:
    """Return the names of what was pressed about times that are typed again."""
    return [name for name in fields if re.fullmatch(r"option\d+|shown", name)]


async def _draft(ctx: Context, draft_id: int) -> tuple[str, Fields]:
    draft = await ctx.read(drafts.find, draft_id, user_id=ctx.user_id)
    if draft is None:
        raise UserError("errors.draft_gone")
    return draft.form, dict(draft.fields)


async def _go_on(ctx: Context, draft_id: int, form: str, fields: Fields) -> None:
    """Carry a draft out, once: it is forgotten when that is done, and a second press meanwhile does nothing."""
    at_work = ctx.bot.part(Drafts)
    if draft_id in at_work.in_flight:
        await ctx.interaction.response.defer()
        return
    at_work.in_flight.add(draft_id)
    try:
        await at_work.carriers[form](ctx, fields)
        at_work.done.append(draft_id)
        await ctx.write(drafts.drop, draft_id)
    finally:
        at_work.in_flight.discard(draft_id)


Carrier = Callable[[Context, Fields], Awaitable[None]]


class Drafts:
    """The drafts that are being carried out, and how: a button that is pressed twice does its work once.

    `done` keeps a press that comes just afterwards from putting an error in the place of what was confirmed.
    """

    def __init__(self) -> None:
        self.in_flight: set[int] = set()
        self.done: deque[int] = deque(maxlen=1_000)
        self.carriers: dict[str, Carrier] = {SCHEDULE: schedule, MOVE: move, END: end_later}


class Pick(Button, name="pick"):
    """One of the readings of an unclear `when`."""

    style = discord.ButtonStyle.primary

    draft: Id
    choice: Annotated[int, r"\d"]

    async def press(self, ctx: Context) -> None:
        """Carry out the draft with the time that was meant."""
        if self.draft in ctx.bot.part(Drafts).done:
            await ctx.interaction.response.defer()
            return
        form, fields = await _draft(ctx, self.draft)
        choices = fields.pop("choices", [])
        if self.choice >= len(choices):
            raise UserError("errors.draft_gone")
        await _go_on(ctx, self.draft, form, fields | choices[self.choice])


class Redo(Button, name="redo"):
    """'Change what I typed': the form, filled in with it."""

    draft: Id

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        form, fields = await _draft(ctx, self.draft)
        await ctx.open(MeetingForm(ctx.texts, form=form, draft=self.draft, typed=fields))


class MeetingForm(Form, name="meeting", words="meetings.form"):
    """Title, time, length, venue and access of a meeting; or only the time, when it is to be moved."""

    form: Annotated[str, rf"{SCHEDULE}|{MOVE}|{POLL}|{PROPOSE}"]
    draft: Id

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"meetings.form.{self.form}.modal"

    def lines(self) -> Iterable[Line]:
        """Return the fields of what is typed again."""
        for name in FORMS[self.form]:
            yield Line(INPUTS[name], required=name in REQUIRED, long=name == "options", name=name)

    async def send(self, ctx: Context) -> None:
        """Try again with what the form says now."""
        _, fields = await _draft(ctx, self.draft)
        fields = {name: value for name, value in fields.items() if name not in ("choices", *_picked(fields))}
        await _go_on(ctx, self.draft, self.form, fields | self.typed)
