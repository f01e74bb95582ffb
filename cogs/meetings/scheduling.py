"""From what somebody typed to a meeting: reads it, asks where it is unclear, and loses nothing."""

import re
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, Self

import discord

from bot.domain.meetings import TITLE_LENGTH
from bot.errors import Busy, UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import MOST_OPTIONS, Button, Id, Menu
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.forms import Form, Line
from cogs.common.report import STORED, Problem
from cogs.meetings import cards, clashes
from cogs.meetings.buttons import CancelIt
from cogs.meetings.channels import check_channel
from cogs.meetings.reading import REASON_LENGTH, Fields, read_details
from cogs.meetings.subjects import starting
from db import drafts, meetings
from db.meetings import series
from db.meetings.details import LENGTHS
from db.meetings.models import Meeting
from db.models import Draft, Region

SCHEDULE = "schedule"
MOVE = "move"
POLL = "poll"
PROPOSE = "propose"
END = "end"
EDIT, MORE, NOTE = "edit", "more", "note"
DETAILS = "details"
"""The other fields of a poll."""
# The fields of the form, and the most that Discord allows in each.
INPUTS = {
    "title": TITLE_LENGTH,
    "when": 200,
    "options": 1_000,
    "closes": 200,
    "repeat": 200,
    "duration": 60,
    "venue": LENGTHS["venue"],
    "online": LENGTHS["online"],
    "access": LENGTHS["access"],
    "reason": REASON_LENGTH,
    "capacity": 6,
    "note": REASON_LENGTH,
}
LONG = ("options", "access", "note")
FORMS = {
    SCHEDULE: ("title", "when", "repeat", "duration", "venue"),
    MOVE: ("when",),
    POLL: ("title", "options", "closes", "duration", "venue"),
    DETAILS: ("closes", "duration", "venue", "online"),
    PROPOSE: ("title", "when", "repeat", "duration", "venue"),
    END: ("reason",),
    EDIT: ("title", "duration", "venue", "online", "access"),
    MORE: ("capacity", "note"),
    NOTE: ("note",),
}
REQUIRED = ("title", "when", "options")
_PRESSED = re.compile(r"choices|shown|option\d+")
Choices = Sequence[tuple[Markup, Mapping[str, Any]]]
"""Labels, and what each adds to what was typed."""
BUTTON = 80
"""Most characters on a button, by Discord's documentation of components."""


async def schedule(ctx: Context, fields: Fields) -> None:
    """Schedule a meeting from what was typed, or say what is missing and keep the rest.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        Refused: the person may not schedule in that region. If the server takes proposals, they propose it instead.
    """
    region = await region_for(ctx, SCHEDULE, fields)
    if ctx.guild.proposals and not ctx.may_organise(region):
        await ctx.bot.part(Drafts).carriers[PROPOSE](ctx, fields)
        return
    ctx.must_organise(region)
    await check_channel(ctx, region)
    async with keeping(ctx, SCHEDULE, fields):
        details, time, again = read_details(ctx, fields)
        given: Fields = {"region": region}
        given |= {"pattern": again} if again else {"starts_at": time.starts_at, "zone": ctx.zone}
        verb = series.begin if again else meetings.schedule
        meeting = await ctx.write_limited("meeting", verb, details, **given)
    where = ctx.text("meetings.schedule.where", channel=Markup(f"<#{region.channel_id}>"))
    await ctx.reply(await scheduled_card(ctx, meeting, where))


async def scheduled_card(ctx: Context, meeting: Meeting, said: Markup) -> Card:
    """Return a newly scheduled meeting, with what clashes with it; `said` is what happens next."""
    manage = Do(label=ctx.text("manage.show.button"), command="meeting manage", value=str(meeting.id))
    return Card(
        ctx.text("meetings.schedule.done", title=meeting.title, when=starting(meeting)),
        ctx.text("series.begun") if meeting.repeat else None,
        cards.facts(meeting, ctx.texts),
        await clashes.of_meeting(ctx, meeting),
        line(said, ctx.text("meetings.schedule.number", number=meeting.id)),
        row(undo(meeting, ctx.texts), manage) if ctx.in_server else None,
    )


async def region_for(ctx: Context, form: str, fields: Fields) -> Region:
    """Return the named region, or that of this channel; otherwise ask, and continue with what was typed.

    Raises:
        Problem: with a menu of the regions.
        UserError: no region is set up at all, or none has that name.
    """
    try:
        return ctx.the_region(fields.get("region"))
    except UserError as error:
        if error.key == "errors.no_regions_yet":
            raise
        _, buttons = await choosing(ctx, form, fields, in_regions(ctx.guild.regions))
        raise Problem(error.key, PickOne.of(ctx.text("doing.menu.label"), buttons), **error.fields) from None


def in_regions(regions: Iterable[Region]) -> Choices:
    """Return the choices among as many regions as a menu holds."""
    return [(Markup(one.name), {"region": str(one.id)}) for one in regions][:MOST_OPTIONS]


def undo(meeting: Meeting, texts: Texts) -> CancelIt:
    """Return the button that cancels a newly scheduled meeting."""
    return CancelIt(label=texts("meetings.schedule.undo.button"), meeting=meeting.id)


async def open_form(ctx: Context, form: str, fields: Fields, shown: Fields | None = None) -> None:
    """Open a form with these fields kept, filled in with them or with what is `shown`."""
    draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=form, fields=fields)
    await ctx.open(MeetingForm(ctx.texts, form=form, draft=draft.id, typed=shown or fields))


@asynccontextmanager
async def keeping(ctx: Context, form: str, fields: Fields) -> AsyncGenerator[None]:
    """Keep what was typed when an error is raised inside, which gets the buttons to continue."""
    try:
        yield
    except UserError as error:
        if isinstance(error, Busy) and STORED in ctx.interaction.extras:
            raise  # what was typed is done, at least in part: it is not offered again
        raise await _with_draft(ctx, form, fields, error) from error


async def _with_draft(ctx: Context, form: str, fields: Fields, error: UserError) -> Problem:
    choices: Choices = getattr(error, "choices", [])[:4]
    draft, buttons = await choosing(ctx, form, fields, choices)
    redo = Redo(label=ctx.text("meetings.redo.button"), draft=draft.id)
    if all(len(label) <= BUTTON for label, _ in choices):
        return Problem(error.key, *buttons, redo, **error.fields)
    # A button holds 80 characters: the full choices are listed above, each with a number.
    answers: list[Markup] = []
    for at, (button, (answer, _)) in enumerate(zip(buttons, choices, strict=True), 1):
        answers.append(ctx.text("meetings.when.answer", number=at, answer=answer))
        button.item.label = ctx.text("meetings.when.number", number=at)
    question, listed = ctx.text(error.key, **error.fields), Markup("\n".join(answers))
    return Problem("meetings.when.numbered", *buttons, redo, question=question, answers=listed)


async def choosing(
    ctx: Context,
    form: str,
    fields: Fields,
    choices: Choices,
    style: discord.ButtonStyle = discord.ButtonStyle.primary,
) -> tuple[Draft, list["Pick"]]:
    """Keep what was typed; return it with a button for each choice, which goes on with that."""
    fields = fields | {"choices": [added for _, added in choices]}
    draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=form, fields=fields)
    labels = enumerate(label for label, _ in choices)
    return draft, [Pick(label=label, style=style, draft=draft.id, choice=at) for at, label in labels]


async def _draft(ctx: Context, draft_id: int) -> tuple[str, Fields]:
    draft = await ctx.read(drafts.find, draft_id, user_id=ctx.user_id)
    if draft is None:
        raise UserError("errors.draft_gone")
    return draft.form, dict(draft.fields)


async def _go_on(ctx: Context, draft_id: int, form: str, fields: Fields) -> None:
    """Carry out a draft once: forget it when done, and ignore a second press meanwhile."""
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
    """The drafts being carried out, and how, so that a button pressed twice does its work once.

    `done` stops a press just afterwards from replacing the confirmation with an error.
    """

    def __init__(self) -> None:
        self.in_flight: set[int] = set()
        self.done: deque[int] = deque(maxlen=1_000)
        self.carriers: dict[str, Carrier] = {SCHEDULE: schedule}


class Pick(Button, name="pick"):
    """One of the ways to go on with what was typed, such as a reading of an ambiguous `when`."""

    draft: Id
    choice: Annotated[int, r"\d"]

    async def press(self, ctx: Context) -> None:
        """Carry out the draft with the chosen reading."""
        await pick(ctx, self.draft, self.choice)


async def pick(ctx: Context, draft_id: int, choice: int) -> None:
    """Carry out a draft with one of its choices. Raises UserError: it is gone."""
    if draft_id in ctx.bot.part(Drafts).done:
        await ctx.interaction.response.defer()
        return
    form, fields = await _draft(ctx, draft_id)
    choices = fields.pop("choices", [])
    if choice >= len(choices):
        raise UserError("errors.draft_gone")
    await _go_on(ctx, draft_id, form, fields | choices[choice])


class PickOne(Menu, name="pick-one"):
    """The menu of answers when there are too many for buttons."""

    draft: Id

    @classmethod
    def of(cls, label: Markup, choices: Sequence["Pick"]) -> Self:
        """Return the menu in place of these buttons."""
        options = [discord.SelectOption(label=one.label, value=str(one.choice)) for one in choices]
        return cls(label=label, draft=choices[0].draft, options=options)

    async def press(self, ctx: Context) -> None:
        """Carry out the draft with the choice."""
        await pick(ctx, self.draft, self.the_number())


class Redo(Button, name="redo"):
    """'Change what I typed': opens the form, filled in with it, or another `page` of it."""

    draft: Id
    page: Annotated[str, DETAILS] | None = None

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        form, fields = await _draft(ctx, self.draft)
        await ctx.open(MeetingForm(ctx.texts, form=self.page or form, draft=self.draft, typed=fields))


class MeetingForm(Form, name="meeting", words="meetings.form"):
    """The form for title, time, length, venue and access of a meeting, or only for the time to move it to."""

    form: Annotated[str, "|".join(FORMS)]
    draft: Id

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"meetings.form.{self.form}.modal"

    def lines(self) -> Iterable[Line]:
        """Return the fields to fill in again."""
        for name in FORMS[self.form]:
            yield Line(INPUTS[name], required=name in REQUIRED, long=name in LONG, name=name)

    async def send(self, ctx: Context) -> None:
        """Try again with what the form says now."""
        _, fields = await _draft(ctx, self.draft)
        # Answers pressed for the old times do not apply to retyped ones.
        fields = {name: value for name, value in fields.items() if not _PRESSED.fullmatch(name)}
        await _go_on(ctx, self.draft, self.form, fields | self.typed)
