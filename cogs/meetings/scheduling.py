"""From what somebody typed to a meeting: read it, ask where it is unclear, and lose nothing of it."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.app import Bot
from bot.domain.meetings import TITLE_LENGTH, clean_title, subject
from bot.domain.series import Pattern
from bot.domain.terms import terms_of
from bot.domain.when import Terms
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Action, Card, Form, line, reply, row
from cogs.common.context import Here, here
from cogs.common.report import Problem
from cogs.common.times import written
from cogs.meetings import cards, clashes, later, news
from cogs.meetings.buttons import CancelIt
from cogs.meetings.channels import check_channel
from cogs.meetings.reading import Time, WhenProblem, exact, minutes_of, pattern, shifted
from db import drafts, limits, meetings
from db.meetings import series
from db.meetings.details import LENGTHS, MeetingDetails
from db.meetings.hearing import coming_told
from db.meetings.models import Meeting
from db.models import Draft, Guild, Region

LATER = "later"
SCHEDULE = "schedule"
MOVE = "move"
POLL = "poll"
PROPOSE = "propose"
REASON_LENGTH = 300
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
Fields = dict[str, Any]
BUTTON = 80
"""Characters on a button, by Discord's documentation of components."""
_STATE = re.compile(rf"({SCHEDULE}|{MOVE}|{POLL}|{PROPOSE})\.\d{{1,9}}")


def check_lengths(texts: Texts, fields: Mapping[str, Any]) -> None:
    """Hold the free texts of a meeting against their limits.

    Raises:
        UserError: one is too long; says which, and how long it may be.
    """
    for name, most in [*LENGTHS.items(), ("reason", REASON_LENGTH)]:
        if len(fields.get(name) or "") > most:
            raise UserError("meetings.too_long", field=texts(f"meetings.fields.{name}"), most=most)


async def schedule(interaction: discord.Interaction[Any], bot: Bot, fields: Fields) -> None:
    """Schedule a meeting from what was typed, or say what is missing and keep the rest.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        Refused: the person may not schedule in that region. Where the server takes proposals, a Problem instead.
    """
    at = await here(interaction)
    region = at.the_region(fields.get("region"))
    if at.guild.proposals and not at.organises(region):
        # Nothing that they typed is lost: it is one press away from the organisers.
        offer = [(bot.texts("proposals.instead_yes.button"), dict[str, str]())]
        instead = WhenProblem("proposals.instead", {"region": region.name}, offer)
        raise await with_draft(interaction, bot, at, PROPOSE, fields, instead)
    at.must_organise(region)
    await check_channel(bot, region)
    try:
        meeting = await _store(interaction, bot, at, region, fields)
    except UserError as error:
        raise await with_draft(interaction, bot, at, SCHEDULE, fields, error) from error
    texts = bot.texts
    zone = ZoneInfo(meeting.zone)
    await reply(
        interaction,
        Card(
            texts("meetings.schedule.done", title=meeting.title, when=written(meeting.starts_at, zone)),
            texts("series.begun", repeat=meeting.repeat) if meeting.repeat else None,
            cards.facts(meeting, texts),
            await clashes.of_meeting(bot, meeting, at.terms),
            line(
                texts("meetings.schedule.where", channel=Markup(f"<#{region.channel_id}>")),
                texts("meetings.schedule.number", number=meeting.id),
            ),
            row(undo(meeting, texts)),
        ),
    )


def undo(meeting: Meeting, texts: Texts) -> CancelIt:
    """Return the button that cancels a meeting that has just been scheduled."""
    return CancelIt(meeting.id, texts("meetings.schedule.undo.button"))


def terms_in(guild: Guild) -> Terms | None:
    """Return the school terms of a server, None when none are set."""
    return terms_of(guild.terms)


def read_fields(
    interaction: discord.Interaction[Any], bot: Bot, at: Here, fields: Fields
) -> tuple[MeetingDetails, Time, Pattern | None]:
    """Return what was typed about a meeting: its fields, its time, and how it comes again.

    Raises:
        UserError: something can't be read, is too long, or is a question.
    """
    title = clean_title(fields["title"])
    if title is None:
        raise UserError("meetings.title.length", most=TITLE_LENGTH, length=len(fields["title"].strip()))
    check_lengths(bot.texts, fields)
    now = bot.clock.now()
    time = exact(fields["when"], now=now, zone=at.zone, terms=at.terms, languages=at.languages)
    again = pattern(fields.get("repeat") or "", time, at.zone, at.terms)
    details = MeetingDetails(
        title=title,
        minutes=minutes_of(fields.get("duration"), time.minutes),
        host_id=int(fields.get("host") or interaction.user.id),
        capacity=fields.get("capacity"),
        **{name: (fields.get(name) or "").strip() for name in LENGTHS},
    )
    return details, time, again


async def _store(
    interaction: discord.Interaction[Any], bot: Bot, at: Here, region: Region, fields: Fields
) -> Meeting:
    details, time, again = read_fields(interaction, bot, at, fields)
    given: dict[str, Any] = {
        "guild": at.guild,
        "region": region,
        "by": interaction.user.id,
        "now": bot.clock.now(),
    }
    if again is not None:
        return await bot.store.write(limits.counted, "meeting", series.begin, details, pattern=again, **given)
    given |= {"starts_at": time.starts_at, "zone": at.zone}
    return await bot.store.write(limits.counted, "meeting", meetings.schedule, details, **given)


async def move(interaction: discord.Interaction[Any], bot: Bot, fields: Fields) -> None:
    """Move a meeting to the time that was typed, or ask.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        Refused: the person may not move meetings of that region.
    """
    at = await here(interaction)
    if "meeting" not in fields:
        raise UserError("errors.draft_gone")
    meeting = await bot.store.read(meetings.find, int(fields["meeting"]), guild_id=at.guild.id)
    at.must_organise(meeting.region)
    try:
        now = bot.clock.now()
        time = shifted(fields["when"], meeting.starts_at, now=now, zone=ZoneInfo(meeting.zone)) or exact(
            fields["when"], now=now, zone=at.zone, terms=at.terms, languages=at.languages, once=True
        )
        if fields.get("which") == LATER:
            given: dict[str, Any] = {
                "guild": at.guild,
                "starts_at": time.starts_at,
                "by": interaction.user.id,
                "now": now,
            }
            if not fields.pop(later.SURE, ""):
                await later.must_be_sure(bot, "moved", series.move_later, meeting, meetings.CHANGED, **given)
            moved = await bot.store.write(
                limits.counted, "change", series.move_later, meeting.id, about=subject(meeting.id), **given
            )
            await asyncio.gather(*[bot.sender.underway.arrived(subject(one.id)) for one in moved])
            beside = await clashes.of_meetings(bot, moved, at.terms) if moved else None
            people = await bot.store.read(coming_told, [one.id for one in moved])
            await reply(
                interaction, news.later_card(bot.texts, "moved", meeting.title, moved, people, beside)
            )
            return
        done = await bot.store.write(
            limits.counted,
            "change",
            meetings.move,
            meeting.id,
            about=subject(meeting.id),
            guild=at.guild,
            starts_at=time.starts_at,
            zone=at.zone,
            by=interaction.user.id,
            now=now,
            minutes=time.minutes,
        )
    except UserError as error:
        raise await with_draft(interaction, bot, at, MOVE, fields, error) from error
    await bot.sender.underway.arrived(subject(done.id))
    told = await said_to(bot, done)
    await reply(
        interaction,
        Card(
            bot.texts("meetings.moved.done", title=done.title, when=written(done.starts_at, at.zone)),
            told,
            await clashes.of_meetings(bot, [done], at.terms),
        ),
    )


async def said_to(bot: Bot, meeting: Meeting, *, cancelled: bool = False) -> Markup | None:
    """Return who hears of a change; None when it is nothing that anybody is told of."""
    kind = meetings.CANCELLED if cancelled else meetings.CHANGED
    hearing = await bot.store.read(meetings.hearing, meeting.id, kind)
    return news.told(hearing, bot.texts, cancelled=cancelled)


async def kept(interaction: discord.Interaction[Any], bot: Bot, at: Here, form: str, fields: Fields) -> Draft:
    """Keep what was typed; `choices` among the fields are what the buttons of a `Pick` add to them."""
    return await bot.store.write(
        drafts.keep,
        guild_id=at.guild.id,
        user_id=interaction.user.id,
        form=form,
        fields=fields,
        now=bot.clock.now(),
    )


async def with_draft(
    interaction: discord.Interaction[Any], bot: Bot, at: Here, form: str, fields: Fields, error: UserError
) -> Problem:
    """Keep what was typed and return `error` with the buttons that lead on."""
    offered = {"choices": [settled for _, settled in getattr(error, "choices", [])]}
    draft = await kept(interaction, bot, at, form, fields | offered)
    choices: list[tuple[Markup, dict[str, str]]] = getattr(error, "choices", [])[:4]
    redo = Redo(draft.id, bot.texts("meetings.redo.button"))
    if all(len(label) <= BUTTON for label, _ in choices):
        buttons = [Pick(draft.id, number, label) for number, (label, _) in enumerate(choices)]
        return Problem(error.key, *buttons, redo, **error.fields)
    # A button holds 80 characters: the whole stands above, with a number for each.
    answers = [
        bot.texts("meetings.when.answer", number=at, answer=label) for at, (label, _) in enumerate(choices, 1)
    ]
    numbers = [
        Pick(draft.id, at, bot.texts("meetings.when.number", number=at + 1)) for at in range(len(choices))
    ]
    question = bot.texts(error.key, **error.fields)
    listed = Markup("\n".join(answers))
    return Problem("meetings.when.numbered", *numbers, redo, question=question, answers=listed)


def _picked(fields: Fields) -> list[str]:
    """Return the names of what was pressed about times that are typed anew."""
    return [name for name in fields if re.fullmatch(r"option\d+|shown", name)]


async def _draft(interaction: discord.Interaction[Any], bot: Bot, draft_id: int) -> tuple[str, Fields]:
    draft = await bot.store.read(drafts.find, draft_id, user_id=interaction.user.id)
    if draft is None:
        raise UserError("errors.draft_gone")
    return draft.form, dict(draft.fields)


async def _go_on(
    interaction: discord.Interaction[Any], bot: Bot, draft_id: int, form: str, fields: Fields
) -> None:
    """Carry a draft out, once: it is forgotten when that is done, and a second press meanwhile does nothing."""
    at_work = bot.part(Drafts)
    if draft_id in at_work.under_way:
        await interaction.response.defer()
        return
    at_work.under_way.add(draft_id)
    try:
        await at_work.carriers[form](interaction, bot, fields)
        at_work.done.append(draft_id)
        await bot.store.write(drafts.drop, draft_id)
    finally:
        at_work.under_way.discard(draft_id)


Carrier = Callable[[discord.Interaction[Any], Bot, Fields], Awaitable[None]]


class Drafts:
    """The drafts that are being carried out, and how: a button that is pressed twice does its work once.

    `done` keeps a press that comes just afterwards from putting an error in the place of what was confirmed.
    """

    def __init__(self) -> None:
        self.under_way: set[int] = set()
        self.done: deque[int] = deque(maxlen=1_000)
        self.carriers: dict[str, Carrier] = {SCHEDULE: schedule, MOVE: move}


class Pick(Action, template=r"pick:(?P<draft>\d{1,9}):(?P<choice>\d)"):
    """One of the readings of an unclear `when`."""

    draft_id: int
    choice: int

    def __init__(self, draft_id: int, choice: int, label: Markup) -> None:
        super().__init__(f"pick:{draft_id}:{choice}", Markup(label[:80]), style=discord.ButtonStyle.primary)

    def read(self, match: re.Match[str]) -> None:
        """Take draft and choice out of the custom_id."""
        self.draft_id, self.choice = int(match["draft"]), int(match["choice"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Carry out the draft with the time that was meant."""
        if self.draft_id in bot.part(Drafts).done:
            await interaction.response.defer()
            return
        form, fields = await _draft(interaction, bot, self.draft_id)
        choices = fields.pop("choices", [])
        if self.choice >= len(choices):
            raise UserError("errors.draft_gone")
        await _go_on(interaction, bot, self.draft_id, form, fields | choices[self.choice])


class Redo(Action, template=r"redo:(?P<draft>\d{1,9})"):
    """'Change what I typed': the form, filled in with it."""

    draft_id: int

    def __init__(self, draft_id: int, label: Markup) -> None:
        super().__init__(f"redo:{draft_id}", label)

    def read(self, match: re.Match[str]) -> None:
        """Take the draft out of the custom_id."""
        self.draft_id = int(match["draft"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        form, fields = await _draft(interaction, bot, self.draft_id)
        await interaction.response.send_modal(MeetingForm(bot.texts, f"{form}.{self.draft_id}", fields))


class MeetingForm(Form):
    """Title, time, length, venue and access of a meeting; or only the time, when it is to be moved."""

    name = "meeting"

    def __init__(self, texts: Texts, state: str, fields: Fields | None = None) -> None:
        fields = fields or {}
        form = state.partition(".")[0]
        super().__init__(texts(f"meetings.form.{form}.modal"), state)
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        for name in FORMS[form]:
            value = fields.get(name)
            self.inputs[name] = self.ask(
                name,
                texts(f"meetings.form.{name}.label"),
                texts(f"meetings.form.{name}.hint"),
                most=INPUTS[name],
                required=name in REQUIRED,
                long=name == "options",
                typed=str(value) if value else None,
            )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "MeetingForm":
        """Build the form again for an answer that comes after a restart.

        Raises:
            UserError: the state is none of ours.
        """
        if _STATE.fullmatch(state) is None:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Try again with what the form says now."""
        form, _, draft_id = self.state.partition(".")
        _, fields = await _draft(interaction, bot, int(draft_id))
        fields = {name: value for name, value in fields.items() if name not in ("choices", *_picked(fields))}
        typed = {name: item.value for name, item in self.inputs.items()}
        await _go_on(interaction, bot, int(draft_id), form, fields | typed)
