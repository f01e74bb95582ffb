"""The buttons under a meeting."""

import io
import re
from typing import TYPE_CHECKING, Any, cast

import discord

from bot.domain.meetings import Choice, subject
from bot.texts import Markup, Texts
from bot.ui.audience import acting_in, the_server
from bot.ui.base import IN_SERVER, Action, Card, members_of, reply
from bot.ui.here import here
from db import meetings
from db.meetings.answering import Given
from db.models import Meeting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.app import Bot

STYLES: dict[Choice, discord.ButtonStyle] = {
    "going": discord.ButtonStyle.success,
    "maybe": discord.ButtonStyle.primary,
    "cant": discord.ButtonStyle.secondary,
}


class Rsvp(Action, template=r"rsvp:(?P<meeting>\d{1,9}):(?P<choice>going|maybe|cant)"):
    """'Going', 'Maybe' or 'Can't come'."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int
    choice: Choice

    def __init__(self, meeting_id: int, choice: Choice, texts: Texts) -> None:
        super().__init__(
            f"rsvp:{meeting_id}:{choice}", texts(f"meetings.rsvp.{choice}.button"), style=STYLES[choice]
        )

    def read(self, match: re.Match[str]) -> None:
        """Take meeting and answer out of the custom_id."""
        self.meeting_id = int(match["meeting"])
        self.choice = cast("Choice", match["choice"])

    async def act(self, interaction: discord.Interaction[Any], bot: "Bot") -> None:
        """Store the answer; the card that was pressed shows it."""
        await answer(interaction, bot, self.meeting_id, self.choice)


async def answer(interaction: discord.Interaction[Any], bot: "Bot", meeting_id: int, choice: Choice) -> None:
    """Store what a member says to a meeting and show it: on the card pressed, or else ephemerally.

    Raises:
        UserError: no such meeting for this person, or it is cancelled or over.
    """
    guild = await the_server(interaction, bot)
    guild_id = guild.id
    on_card = interaction.message is not None and interaction.guild_id is not None

    def store(session: "Session") -> Given:
        given = meetings.answer(
            session,
            meeting_id,
            guild_id=guild_id,
            user_id=interaction.user.id,
            choice=choice,
            guild=guild,
            now=bot.clock.now(),
        )
        pressed = interaction.message.id if interaction.message else None
        if pressed != given.meeting.message_id or given.number:
            meetings.refresh(session, given.meeting, bot.clock.now())
        return given

    given = await bot.store.write(store)
    meeting, person = given.meeting, given.person
    if given.number:
        from bot.ui.meetings.answering import waiting_card  # it stands on these buttons

        card = waiting_card(meeting, given.number, bot.texts)
        await interaction.response.send_message(view=card, ephemeral=interaction.guild_id is not None)
        return
    if on_card and interaction.message is not None and interaction.message.id == meeting.message_id:
        await interaction.response.edit_message(view=bot.redrawer.card(meeting))
        return
    closed = person is not None and person.dms_closed_at is not None and choice != "cant"
    note = bot.texts("meetings.rsvp.dms_closed") if closed else None
    words = bot.texts(f"meetings.rsvp.{choice}.thanks", title=meeting.title)
    await interaction.response.send_message(
        view=Card(words, note), ephemeral=interaction.guild_id is not None
    )


class WhoComes(Action, template=r"who:(?P<meeting>\d{1,9})"):
    """'Who's coming?': the list, for the person who asks."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int

    def __init__(self, meeting_id: int, texts: Texts) -> None:
        super().__init__(f"who:{meeting_id}", texts("meetings.who.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting out of the custom_id."""
        self.meeting_id = int(match["meeting"])

    async def act(self, interaction: discord.Interaction[Any], bot: "Bot") -> None:
        """Show who answered what, ephemerally."""
        from bot.ui.meetings import cards  # the cards hold these buttons

        guild_id = acting_in(interaction)
        meeting = await bot.store.read(meetings.find, self.meeting_id, guild_id=guild_id)
        answers = await bot.store.read(meetings.answers_of, meeting)
        await interaction.response.send_message(
            view=cards.who_card(meeting, answers, bot.texts), ephemeral=True
        )


class CalendarFile(Action, template=r"ics:(?P<meeting>\d{1,9})"):
    """'Into my calendar': the file, for the one who asks."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int

    def __init__(self, meeting_id: int, texts: Texts) -> None:
        super().__init__(f"ics:{meeting_id}", texts("calendar.file.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting out of the custom_id."""
        self.meeting_id = int(match["meeting"])

    async def act(self, interaction: discord.Interaction[Any], bot: "Bot") -> None:
        """Send the file, ephemerally."""
        guild_id = acting_in(interaction)
        meeting = await bot.store.read(meetings.find, self.meeting_id, guild_id=guild_id)
        from bot.ui.calendars import meeting_file  # icalendar is slow to import and rarely needed

        file = discord.File(io.BytesIO(meeting_file(meeting, bot.texts)), f"meeting-{meeting.id}.ics")
        await interaction.response.send_message(
            bot.texts("calendar.file.here", title=meeting.title),
            file=file,
            ephemeral=interaction.guild_id is not None,
        )


class CancelIt(Action, template=r"cancel:(?P<meeting>\d{1,9})"):
    """'Undo' under the confirmation of a new meeting."""

    audience = IN_SERVER

    meeting_id: int

    def __init__(self, meeting_id: int, label: Markup) -> None:
        super().__init__(f"cancel:{meeting_id}", label)

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting out of the custom_id."""
        self.meeting_id = int(match["meeting"])

    async def act(self, interaction: discord.Interaction[Any], bot: "Bot") -> None:
        """Cancel the meeting, if the presser may."""
        at = await here(interaction)
        meeting = await bot.store.read(meetings.find, self.meeting_id, guild_id=at.guild.id)
        at.must_organise(meeting.region)
        meeting = await bot.store.write(
            meetings.cancel,
            self.meeting_id,
            guild=at.guild,
            reason="",
            by=interaction.user.id,
            now=bot.clock.now(),
        )
        await bot.sender.underway.arrived(subject(meeting.id))
        await reply(interaction, Card(bot.texts("meetings.cancelled.done", title=meeting.title)))
