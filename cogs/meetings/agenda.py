"""Agendas as members see them: the list with the goals that are still open, and the form that adds to it."""

import re
from collections.abc import Sequence
from typing import Any

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.audience import standing_in, the_server
from cogs.common.base import Action, Card, Form, fitting, line, members_of, number_in, reply, row
from cogs.common.mention import who
from cogs.meetings.reports import goal_line
from db import meetings
from db.meetings import agenda
from db.meetings.models import AgendaItem, Goal, Meeting

LONGEST = 300


class AddItem(Action, template=r"agenda:(?P<meeting>\d{1,9})"):
    """'Add to the agenda': a form with one field."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int

    def __init__(self, meeting_id: int, texts: Texts) -> None:
        super().__init__(f"agenda:{meeting_id}", texts("agenda.add.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting out of the custom_id."""
        self.meeting_id = int(match["meeting"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        await interaction.response.send_modal(ItemForm(bot.texts, str(self.meeting_id)))


class ItemForm(Form):
    """What somebody wants to talk about."""

    audience = members_of(Meeting, "about")

    name = "agenda"

    def __init__(self, texts: Texts, state: str) -> None:
        super().__init__(texts("agenda.add.modal"), state)
        label, hint = texts("agenda.add.label"), texts("agenda.add.hint")
        self.words = self.ask("words", label, hint, most=LONGEST, long=True)

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "ItemForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Put it on the agenda."""
        await add(interaction, bot, int(self.state), self.words.value)


async def add(
    interaction: discord.Interaction[Any], bot: Bot, meeting_id: int, words: str, link: str = ""
) -> None:
    """Put something on the agenda of a meeting, and say so.

    Raises:
        UserError: no such meeting for this person, it is over, its agenda is full, or nothing was said.
    """
    words = " ".join(words.split())[:LONGEST]
    if not words:
        raise UserError("agenda.empty")
    guild = await the_server(interaction, bot)
    standing = await standing_in(interaction, bot, guild)

    def store(session: Session) -> Meeting:
        region = meetings.find(session, meeting_id, guild_id=guild.id).region
        return agenda.add(
            session,
            meeting_id,
            guild=guild,
            by=interaction.user.id,
            words=words,
            link=link,
            now=bot.clock.now(),
            organises=standing.organises(region),
        )

    meeting = await bot.store.write(store)
    await reply(interaction, Card(bot.texts("agenda.added", title=meeting.title, words=words)))


def agenda_card(meeting: Meeting, items: Sequence[AgendaItem], goals: Sequence[Goal], texts: Texts) -> Card:
    """Return the agenda of a meeting: first the goals that are still open, then the items."""
    shown = [
        texts(
            "agenda.linked",
            number=number,
            words=item.words,
            who=who(item.by_id, texts),
            link=Markup(item.link),
        )
        if item.link
        else texts("agenda.item", number=number, words=item.words, who=who(item.by_id, texts))
        for number, item in enumerate(items, 1)
    ]
    return Card(
        texts("agenda.title", title=meeting.title),
        line(texts("agenda.goals"), fitting([goal_line(goal, texts) for goal in goals], texts, room=1_200))
        if goals
        else texts("agenda.no_goals"),
        fitting(shown, texts, room=1_800) if shown else texts("agenda.none"),
        row(AddItem(meeting.id, texts)),
    )
