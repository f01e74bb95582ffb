"""Beyond coming or not: access needs said to the hosts alone, and places that come free."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.texts import Markup, Texts
from cogs.common.audience import the_server
from cogs.common.base import Action, Card, Form, field, fitting, members_of, number_in, reply
from cogs.common.mention import who
from cogs.common.times import written
from cogs.meetings import answering
from cogs.meetings.options import MeetingArgument
from cogs.meetings.subjects import the_meeting
from db import chores, meetings
from db.meetings import needs, places
from db.models import AccessNeed, Delivery, Meeting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


MOST = 500


class SayNeeds(Action, template=r"needs:(?P<meeting>\d{1,9})"):
    """'Access needs': a form whose words only the hosts see."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int

    def __init__(self, meeting_id: int, texts: Texts) -> None:
        super().__init__(f"needs:{meeting_id}", texts("answering.needs.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting out of the custom_id."""
        self.meeting_id = int(match["meeting"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form, filled in with what the member said before."""
        said = await bot.store.read(needs.need_of, self.meeting_id, interaction.user.id)
        await interaction.response.send_modal(NeedsForm(bot.texts, str(self.meeting_id), said))


class NeedsForm(Form):
    """What somebody needs to take part."""

    audience = members_of(Meeting, "about")

    name = "needs"

    def __init__(self, texts: Texts, state: str, said: str = "") -> None:
        super().__init__(texts("answering.needs.modal"), state)
        self.words = ui.TextInput[Any](
            custom_id="words",
            required=False,
            max_length=MOST,
            style=discord.TextStyle.paragraph,
            default=said or None,
        )
        self.add_item(field(texts("answering.needs.label"), self.words, texts("answering.needs.hint")))

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "NeedsForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store it and say who will read it."""
        meeting_id = int(self.state)
        guild = await the_server(interaction, bot)
        words = self.words.value.strip()
        meeting = await bot.store.write(
            needs.say, meeting_id, guild=guild, user_id=interaction.user.id, words=words, now=bot.clock.now()
        )
        key = "answering.needs.said" if words else "answering.needs.gone"
        shown = Card(bot.texts(key, title=meeting.title, host=who(meeting.host_id, bot.texts)))
        await reply(interaction, shown)


def need_card(meeting: Meeting, user_id: int, words: str, texts: Texts) -> Card:
    """Return the news to a host that a member needs something."""
    return Card(texts("answering.needs.news", title=meeting.title, member=who(user_id, texts), words=words))


def needs_card(meeting: Meeting, said: list[AccessNeed], texts: Texts) -> Card:
    """Return what members need at a meeting; for its hosts."""
    shown = [texts("answering.needs.entry", member=who(one.user_id, texts), words=one.words) for one in said]
    words = fitting(shown, texts) if shown else texts("answering.needs.none")
    return Card(texts("answering.needs.title", title=meeting.title), words)


def offer_card(meeting: Meeting, until: datetime, texts: Texts) -> Card:
    """Return the offer of a place that has come free."""
    from cogs.meetings import cards  # the cards hold the button above

    zone = ZoneInfo(meeting.zone)
    return Card(
        texts("answering.offer", title=meeting.title, until=written(until, zone)),
        cards.facts(meeting, texts),
        cards.answering(meeting, texts),
    )


def waiting_card(meeting: Meeting, number: int, texts: Texts, note: Markup | None = None) -> Card:
    """Return that a meeting is full, where on the waiting list the member stands, and a note about reaching them."""
    return Card(texts("answering.waiting", title=meeting.title, number=number), note)


class AnsweringCommands(commands.Cog):
    """What `/meeting` says of needs."""

    bot: Bot

    @app_commands.command()
    async def needs(self, interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
        """Say what you need, or, as a host, read what others need."""
        hosts = (meeting.host_id, *(one.user_id for one in meeting.co_hosts))
        if interaction.user.id in hosts:
            said = await self.bot.store.read(needs.needs_of, meeting.id)
            await reply(interaction, answering.needs_card(meeting, list(said), self.bot.texts))
            return
        words = await self.bot.store.read(needs.need_of, meeting.id, interaction.user.id)
        await interaction.response.send_modal(answering.NeedsForm(self.bot.texts, str(meeting.id), words))


def register_answering(bot: Bot) -> None:
    """Register the button, the form, and what is sent of them."""

    async def need(delivery: Delivery) -> Outgoing | Skip:
        meeting = await the_meeting(bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        user_id = int(delivery.data["user"])
        words = await bot.store.read(needs.need_of, meeting.id, user_id)
        hosts = (meeting.host_id, *(one.user_id for one in meeting.co_hosts))
        if not words:
            return Skip("need_withdrawn")
        if delivery.target_id not in hosts:
            return Skip("hosts_changed")
        return Outgoing(answering.need_card(meeting, user_id, words, bot.texts))

    async def offer(delivery: Delivery) -> Outgoing | Skip:
        meeting = await the_meeting(bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        until = await bot.store.read(places.offered_until, meeting.id, delivery.target_id)
        return Outgoing(answering.offer_card(meeting, until, bot.texts)) if until else Skip("place_not_kept")

    async def chore(delivery: Delivery) -> Skip:
        meeting = await the_meeting(bot, delivery)
        guild = await bot.guild_record(delivery.guild_id)
        if isinstance(meeting, Skip) or guild is None:
            return Skip(chores.DONE)

        def attend(session: "Session") -> None:
            found = meetings.find(session, meeting.id, guild_id=guild.id)
            places.lapse(session, found, guild=guild, now=bot.clock.now())

        await bot.store.write(attend)
        return Skip(chores.DONE)

    bot.add_dynamic_items(answering.SayNeeds)
    bot.forms.add(answering.NeedsForm)
    bot.sender.kind(needs.NEED, need, sensitive=True)
    bot.sender.kind(places.OFFER, offer)
    bot.sender.kind(places.CHORE, chore)
