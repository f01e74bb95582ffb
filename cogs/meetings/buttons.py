"""The buttons under a meeting."""

import io
import logging
from collections.abc import Sequence
from typing import Any

import discord
from sqlalchemy.orm import Session

from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.meetings import Choice, subject
from bot.texts import Markup, Texts
from cogs.common.base import Card, fitting
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.meetings.own_answers import OpenAnswers, Redrawer, Said
from cogs.meetings.subjects import MeetingButton
from db import meetings, people
from db.meetings.answering import Given
from db.meetings.models import Answer, Meeting

log = logging.getLogger(__name__)

STYLES: dict[Choice, discord.ButtonStyle] = {
    "going": discord.ButtonStyle.success,
    "maybe": discord.ButtonStyle.primary,
    "cant": discord.ButtonStyle.secondary,
}


SHORT: tuple[Choice, Choice] = ("going", "cant")
"""The answers of a short message: the rest is on the card."""


class Rsvp(MeetingButton, name="rsvp"):
    """'Going', 'Maybe' or 'Can't come'."""

    choice: Choice

    async def press(self, ctx: Context) -> None:
        """Store the answer; the card that was pressed shows it."""
        await answer(ctx, self.meeting, self.choice)


def rsvps(meeting: Meeting, texts: Texts, *choices: Choice) -> list[Rsvp]:
    """Return the buttons that give these answers: by default all three, which fit on one line on a phone."""
    return [
        Rsvp(label=texts(f"meetings.rsvp.{choice}.button"), style=style, meeting=meeting.id, choice=choice)
        for choice, style in STYLES.items()
        if choice in (choices or STYLES)
    ]


async def answer(ctx: Context, meeting_id: int, choice: Choice) -> None:
    """Store a member's answer to a meeting and show it: on the pressed card, or else ephemerally.

    Raises:
        UserError: no such meeting for this person, or it is cancelled or over.
    """
    interaction, guild, now = ctx.interaction, ctx.guild, ctx.now
    pressed = interaction.message

    def store(session: Session) -> Given:
        given = meetings.answer(
            session,
            meeting_id,
            guild_id=guild.id,
            user_id=ctx.user_id,
            choice=choice,
            guild=guild,
            now=now,
            pressed=pressed.id if pressed else None,
        )
        if pressed is None or pressed.id != given.meeting.message_id or given.number:
            meetings.refresh(session, given.meeting, now)
        return given

    given = await ctx.write(store)
    mine = pressed is not None and (not ctx.in_server or pressed.flags.ephemeral)
    on_card = pressed is not None and pressed.id == given.meeting.message_id and not given.number
    if on_card and not mine:  # first of all: this is what people are waiting for
        await _redraw(ctx, given.meeting)
    shown = ctx.bot.part(OpenAnswers)
    said = Said(given, people.zone_of(given.person, guild), not ctx.in_server)
    card = shown.card(said, whole=mine)
    if mine:
        await ctx.replace(card)
    number: int | None = pressed.id if pressed is not None and mine else None
    if on_card:
        try:
            number = (await interaction.followup.send(view=card, ephemeral=True, wait=True)).id
        except REQUEST_FAILED:  # the answer is stored, and the card shows it
            log.warning("could not confirm an answer to a meeting next to its card")
            return
    elif not mine:
        await interaction.response.send_message(view=card, ephemeral=ctx.in_server)
    if ctx.in_server:
        await shown.keep(ctx, said, number, whole=mine)


async def _redraw(ctx: Context, meeting: Meeting) -> None:
    """Show an answer on the meeting's card where it was pressed."""
    response, message = ctx.interaction.response, ctx.interaction.message
    redrawer = ctx.bot.part(Redrawer)
    try:
        if message is None or message.flags.components_v2:
            await response.edit_message(view=redrawer.card(meeting))
            return
        _, _, ending = message.content.partition("\n")  # whom it mentions
        named = [meeting.host_id, *(one.user_id for one in meeting.co_hosts)]
        names = await ctx.bot.naming.of(ctx.guild_id, [f"<@{user_id}>" for user_id in named])
        await response.edit_message(**redrawer.message(meeting, names).ending_with(ending).shown)
    except REQUEST_FAILED:  # otherwise nobody else would see the answer before the next one
        await ctx.write(meetings.refresh, meeting, ctx.now)
        raise


class WhoComes(MeetingButton, name="who"):
    """'Who's coming?': the list, for the person asking."""

    async def press(self, ctx: Context) -> None:
        """Show who answered what, ephemerally."""
        meeting = await ctx.read(meetings.find, self.meeting)
        answers = await ctx.read(meetings.answers_of, meeting)
        card = who_card(meeting, answers, ctx.texts)
        await ctx.interaction.response.send_message(view=card, ephemeral=True)


def who_comes(meeting: Meeting, texts: Texts) -> WhoComes:
    """Return the button that shows who comes."""
    return WhoComes(label=texts("meetings.who.button"), meeting=meeting.id)


def ical() -> Any:
    """Return the module that writes calendars."""
    from cogs.meetings import calendars  # icalendar is slow to import and rarely needed

    return calendars


class CalendarFile(MeetingButton, name="ics"):
    """'Add to calendar': the file, for the person asking."""

    async def press(self, ctx: Context) -> None:
        """Send the file, ephemerally."""
        meeting = await ctx.read(meetings.find, self.meeting)
        file = discord.File(io.BytesIO(ical().meeting_file(meeting, ctx.texts)), f"meeting-{meeting.id}.ics")
        await ctx.interaction.response.send_message(
            ctx.text("calendar.file.here", title=meeting.title), file=file, ephemeral=ctx.in_server
        )


class CancelIt(Button, name="cancel"):
    """'Undo' under the confirmation of a new meeting."""

    meeting: Id

    async def press(self, ctx: Context) -> None:
        """Cancel the meeting, if the presser may."""
        meeting = await ctx.read(meetings.find, self.meeting)
        ctx.must_organise(meeting.region)
        meeting = await ctx.write(meetings.cancel, meeting.id, reason="")
        await ctx.bot.sender.in_flight.wait_until_sent(subject(meeting.id))
        await ctx.reply(Card(ctx.text("meetings.cancelled.done", title=meeting.title)))


def who_card(meeting: Meeting, answers: Sequence[Answer], texts: Texts) -> Card:
    """Return who answered what, for the member who asked."""
    parts = [texts("meetings.who.title", title=meeting.title)]
    for choice in ("going", "maybe", "cant"):
        people = [Markup(f"<@{given.user_id}>") for given in answers if given.choice == choice]
        if people:
            shown = fitting(people, texts, between=", ", room=1_000)
            parts.append(texts(f"meetings.who.{choice}", count=len(people), people=shown))
    if not answers:
        parts.append(texts("meetings.card.no_answers"))
    return Card(*parts)
