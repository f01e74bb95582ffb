"""Meetings that members propose: asked of the organisers, approved or declined with one press, told to the member."""

import re
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.app import Bot
from bot.domain.series import Pattern
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.audience import the_server
from cogs.common.base import GREY, GUILD, MEMBERS, SNOWFLAKE, Action, Card, Form, line, reply, row
from cogs.common.context import here
from cogs.common.mention import who
from cogs.common.permissions import must_organise
from cogs.common.times import spoken, written
from cogs.meetings import cards, clashes, scheduling
from db.meetings import proposals
from db.meetings.models import Meeting
from db.meetings.polls.models import Proposal
from db.meetings.series.keeping import words_of
from db.models import Guild

Fields = dict[str, Any]
_PROPOSAL = GUILD + r":(?P<proposal>\d{1,9})"
REASON_LENGTH = 300


async def propose(interaction: discord.Interaction[Any], bot: Bot, fields: Fields) -> None:
    """Propose a meeting from what was typed; whoever organises the region schedules it at once.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        UserError: this server takes no proposals.
    """
    at = await here(interaction)
    region = at.the_region(fields.get("region"))
    if at.organises(region):
        await scheduling.schedule(interaction, bot, fields)
        return
    if not at.guild.proposals:
        raise UserError("proposals.off")
    try:
        details, time, again = scheduling.read_fields(interaction, bot, at, fields)
        proposal = await bot.store.write(
            proposals.make,
            replace(details, host_id=interaction.user.id),
            guild=at.guild,
            region=region,
            starts_at=time.starts_at,
            zone=at.zone,
            rule=again.rule if again is not None else "",
            now=bot.clock.now(),
        )
    except UserError as error:
        raise await scheduling.with_draft(interaction, bot, at, scheduling.PROPOSE, fields, error) from error
    texts = bot.texts
    await reply(
        interaction,
        Card(
            texts("proposals.made", title=proposal.title, region=region.name),
            facts(proposal, texts),
            await _clashes(bot, at.guild, proposal),
            texts("proposals.next"),
            row(Undo(proposal, texts)),
        ),
    )


def facts(proposal: Proposal, texts: Texts) -> Markup:
    """Return when, where and access of what is proposed, each on a line of its own."""
    hours, minutes = divmod(proposal.minutes, 60)
    length = [
        texts.count("meetings.length.hours", hours) if hours else None,
        texts.count("meetings.length.minutes", minutes) if minutes else None,
    ]
    pattern = Pattern(proposal.wall, ZoneInfo(proposal.zone), proposal.rule)
    repeat = words_of(pattern) if proposal.rule else ""
    return line(
        texts(
            "meetings.card.when",
            when=spoken(proposal.starts_at, ZoneInfo(proposal.zone)),
            length=Markup(" ".join(part for part in length if part)),
        ),
        texts("series.card", repeat=repeat) if repeat else None,
        texts("meetings.card.venue", venue=proposal.venue) if proposal.venue else None,
        texts("meetings.card.online", online=proposal.online) if proposal.online else None,
        texts("meetings.card.access", access=proposal.access) if proposal.access else None,
    )


async def _clashes(bot: Bot, guild: Guild, proposal: Proposal) -> Markup | None:
    return await clashes.of_slots(
        bot,
        [clashes.Slot(proposal.starts_at, proposal.minutes)],
        region_id=proposal.region_id,
        zone=ZoneInfo(proposal.zone),
        terms=scheduling.terms_in(guild),
        capacity=proposal.capacity,
    )


async def card(bot: Bot, guild: Guild, proposal: Proposal) -> Card:
    """Return a proposal as the organisers see it, as it stands now."""
    texts = bot.texts
    title = texts("proposals.card.title", title=proposal.title, region=proposal.region.name)
    by = texts("proposals.card.by", who=who(proposal.by_id, texts))
    if proposal.state != "open":
        key = f"proposals.card.{proposal.state}"
        by_whom = who(proposal.decided_by or 0, texts)
        reason = texts("proposals.card.reason", reason=proposal.reason) if proposal.reason else None
        return Card(
            title, line(texts(key, who=by_whom), reason), line(by, facts(proposal, texts)), colour=GREY
        )
    if proposal.starts_at <= bot.clock.now():
        return Card(title, texts("proposals.card.passed"), line(by, facts(proposal, texts)), colour=GREY)
    return Card(
        title,
        line(by, facts(proposal, texts)),
        await _clashes(bot, guild, proposal),
        row(Approve(proposal, texts), Decline(proposal, texts)),
    )


def told_card(
    proposal: Proposal, meeting: Meeting | None, texts: Texts, *, why: ui.Item[Any] | None = None
) -> Card:
    """Return the news to whoever proposed it; where a button shows `why`, the organisers' words wait behind it."""
    if proposal.state == "approved" and meeting is not None:
        return Card(
            texts(
                "proposals.told.approved", title=proposal.title, channel=Markup(f"<#{meeting.channel_id}>")
            ),
            cards.facts(meeting, texts),
        )
    when = written(proposal.starts_at, ZoneInfo(proposal.zone))
    title = texts("proposals.told.declined", title=proposal.title, region=proposal.region.name, when=when)
    if not proposal.reason:
        return Card(title, texts("proposals.told.no_reason"))
    if why is not None:
        return Card(title, texts("proposals.told.why"), row(why))
    return Card(title, texts("proposals.card.reason", reason=proposal.reason))


class _OfProposal(Action, template=r"(?!)"):
    """A button of a proposal."""

    audience = MEMBERS

    guild_id: int
    proposal_id: int

    def read(self, match: re.Match[str]) -> None:
        """Take server and proposal out of the custom_id."""
        self.guild_id, self.proposal_id = int(match["guild"]), int(match["proposal"])


def _id(name: str, proposal: Proposal) -> str:
    return f"proposal-{name}:{proposal.guild_id}:{proposal.id}"


class Approve(_OfProposal, template=rf"proposal-yes:{_PROPOSAL}"):
    """'Approve': the meeting is scheduled."""

    def __init__(self, proposal: Proposal, texts: Texts) -> None:
        super().__init__(
            _id("yes", proposal), texts("proposals.approve.button"), style=discord.ButtonStyle.success
        )

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Schedule it."""
        guild = await the_server(interaction, bot)
        proposal = await bot.store.read(proposals.find, self.proposal_id, guild_id=guild.id)
        await must_organise(interaction, bot, guild, proposal.region)
        await scheduling.check_channel(bot, proposal.region)
        meeting = await bot.store.write(
            proposals.approve, proposal.id, guild=guild, by=interaction.user.id, now=bot.clock.now()
        )
        texts = bot.texts
        when = written(meeting.starts_at, ZoneInfo(meeting.zone))
        await reply(
            interaction,
            Card(
                texts("proposals.approved", title=meeting.title, when=when, who=who(proposal.by_id, texts)),
                texts("meetings.schedule.number", number=meeting.id),
                row(scheduling.undo(meeting, texts)) if interaction.guild_id is not None else None,
            ),
        )


class Decline(_OfProposal, template=rf"proposal-no:{_PROPOSAL}"):
    """'Decline': a form asks for the reason."""

    def __init__(self, proposal: Proposal, texts: Texts) -> None:
        super().__init__(_id("no", proposal), texts("proposals.decline.button"))

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form, for organisers."""
        guild = await the_server(interaction, bot)
        proposal = await bot.store.read(proposals.find, self.proposal_id, guild_id=guild.id)
        await must_organise(interaction, bot, guild, proposal.region)
        await interaction.response.send_modal(DeclineForm(bot.texts, f"{guild.id}.{proposal.id}"))


class DeclineForm(Form):
    """Why a proposal is declined."""

    audience = MEMBERS

    name = "decline"

    def __init__(self, texts: Texts, state: str) -> None:
        super().__init__(texts("proposals.decline.modal"), state)
        self.guild_id = self.about
        label, hint = texts("proposals.decline.label"), texts("proposals.decline.hint")
        self.reason = self.ask("reason", label, hint, most=REASON_LENGTH, required=False, long=True)

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "DeclineForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        if re.fullmatch(SNOWFLAKE + r"\.\d{1,9}", state) is None:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Decline it, if whoever sends the form still may."""
        proposal_id = int(self.state.partition(".")[2])
        guild = await the_server(interaction, bot)
        found = await bot.store.read(proposals.find, proposal_id, guild_id=guild.id)
        await must_organise(interaction, bot, guild, found.region)
        proposal = await bot.store.write(
            proposals.decline,
            proposal_id,
            guild=guild,
            by=interaction.user.id,
            reason=" ".join(self.reason.value.split()),
            now=bot.clock.now(),
        )
        await interaction.response.send_message(
            view=Card(
                bot.texts("proposals.declined", title=proposal.title, who=who(proposal.by_id, bot.texts))
            ),
            ephemeral=interaction.guild_id is not None,
        )


class Undo(_OfProposal, template=rf"proposal-undo:{_PROPOSAL}"):
    """'Undo: take it back', for whoever proposed it."""

    def __init__(self, proposal: Proposal, texts: Texts) -> None:
        super().__init__(_id("undo", proposal), texts("proposals.undo.button"))

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Take it back."""
        guild = await the_server(interaction, bot)
        proposal = await bot.store.write(
            proposals.withdraw, self.proposal_id, guild=guild, by=interaction.user.id, now=bot.clock.now()
        )
        await reply(interaction, Card(bot.texts("proposals.undone", title=proposal.title)))


ACTIONS = (Approve, Decline, Undo)
