"""Meetings that members propose: asked of the organisers, approved or declined with one press, told to the member."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.series import Pattern
from bot.domain.terms import terms_of
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common import notice
from cogs.common.base import GREY, MEMBERS, Card, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.mention import who
from cogs.common.notice import Job, job
from cogs.common.sealed import ShowIt, show_it
from cogs.common.times import written
from cogs.meetings import cards, clashes, scheduling
from cogs.meetings.channels import check_channel
from cogs.meetings.reading import REASON_LENGTH, Fields, read_details
from cogs.meetings.scheduling import PROPOSE, Drafts
from db import meetings
from db.meetings import proposals
from db.meetings.models import Meeting
from db.meetings.polls.models import Proposal
from db.meetings.series.occurrences import words_of
from db.models import Delivery, Guild


async def propose(ctx: Context, fields: Fields) -> None:
    """Propose a meeting from what was typed; an organiser of the region schedules it at once.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        UserError: this server takes no proposals.
    """
    region = ctx.the_region(fields.get("region"))
    if ctx.may_organise(region):
        await scheduling.schedule(ctx, fields)
        return
    if not ctx.guild.proposals:
        raise UserError("proposals.off")
    try:
        details, time, again = read_details(ctx, fields)
        proposal = await ctx.write(
            proposals.make,
            replace(details, host_id=ctx.user_id),
            region=region,
            starts_at=time.starts_at,
            zone=ctx.zone,
            rule=again.rule if again is not None else "",
        )
    except UserError as error:
        raise await scheduling.with_draft(ctx, scheduling.PROPOSE, fields, error) from error
    undo = Undo(label=ctx.text("proposals.undo.button"), guild=proposal.guild_id, proposal=proposal.id)
    await ctx.reply(
        Card(
            ctx.text("proposals.made", title=proposal.title, region=region.name),
            facts(proposal, ctx.texts),
            await _clashes(ctx.bot, ctx.guild, proposal),
            ctx.text("proposals.next"),
            row(undo),
        ),
    )


def facts(proposal: Proposal, texts: Texts) -> Markup:
    """Return when, where and access of what is proposed, each on a line of its own."""
    pattern = Pattern(proposal.wall, ZoneInfo(proposal.zone), proposal.rule)
    repeat = words_of(pattern) if proposal.rule else ""
    return line(
        *cards.described(proposal, texts, repeat=repeat),
        texts("meetings.card.access", access=proposal.access) if proposal.access else None,
    )


async def _clashes(bot: Bot, guild: Guild, proposal: Proposal) -> Markup | None:
    return await clashes.of_slots(
        bot,
        [clashes.Slot(proposal.starts_at, proposal.minutes)],
        region_id=proposal.region_id,
        zone=ZoneInfo(proposal.zone),
        terms=terms_of(guild.terms),
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
        row(
            Approve(
                label=texts("proposals.approve.button"),
                guild=proposal.guild_id,
                proposal=proposal.id,
            ),
            Decline(label=texts("proposals.decline.button"), guild=proposal.guild_id, proposal=proposal.id),
        ),
    )


def told_card(
    proposal: Proposal, meeting: Meeting | None, texts: Texts, *, why: ui.Item[Any] | None = None
) -> Card:
    """Return the news for its author; where a button shows `why`, the organisers' words wait behind it."""
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


class _OfProposal(Button):
    """A button of a proposal."""

    audience = MEMBERS

    guild: GuildId
    proposal: Id


class Approve(_OfProposal, name="proposal-yes"):
    """'Approve': the meeting is scheduled."""

    style = discord.ButtonStyle.success

    async def press(self, ctx: Context) -> None:
        """Schedule it."""
        proposal = await _organised(ctx, self.proposal)
        await check_channel(ctx, proposal.region)
        meeting = await ctx.write(proposals.approve, proposal.id)
        when = written(meeting.starts_at, ZoneInfo(meeting.zone))
        by = who(proposal.by_id, ctx.texts)
        await ctx.reply(
            Card(
                ctx.text("proposals.approved", title=meeting.title, when=when, who=by),
                ctx.text("meetings.schedule.number", number=meeting.id),
                row(scheduling.undo(meeting, ctx.texts)) if ctx.in_server else None,
            ),
        )


class Decline(_OfProposal, name="proposal-no"):
    """'Decline': a form asks for the reason."""

    async def press(self, ctx: Context) -> None:
        """Open the form, for organisers."""
        proposal = await _organised(ctx, self.proposal)
        await ctx.open(DeclineForm(ctx.texts, guild=ctx.guild_id, proposal=proposal.id))


async def _organised(ctx: Context, proposal_id: int) -> Proposal:
    """Return a proposal, for somebody who organises its region."""
    proposal = await ctx.read(proposals.find, proposal_id)
    ctx.must_organise(proposal.region)
    return proposal


class DeclineForm(Form, name="decline", words="proposals.decline"):
    """Why a proposal is declined."""

    audience = MEMBERS

    guild: GuildId
    proposal: Id
    reason = Line(REASON_LENGTH, required=False, long=True)

    async def send(self, ctx: Context) -> None:
        """Decline it, if the sender still may."""
        proposal = await _organised(ctx, self.proposal)
        reason = " ".join(self.reason.value.split())
        proposal = await ctx.write(proposals.decline, proposal.id, reason=reason)
        by = who(proposal.by_id, ctx.texts)
        await ctx.interaction.response.send_message(
            view=Card(ctx.text("proposals.declined", title=proposal.title, who=by)), ephemeral=ctx.in_server
        )


class Undo(_OfProposal, name="proposal-undo"):
    """'Undo: take it back', for its author."""

    async def press(self, ctx: Context) -> None:
        """Take it back."""
        proposal = await ctx.write(proposals.withdraw, self.proposal)
        await ctx.reply(Card(ctx.text("proposals.undone", title=proposal.title)))


def register_proposals(bot: Bot) -> None:
    """Register what proposals send, their buttons and their form."""
    sending = Sending(bot)
    bot.part(Drafts).carriers[PROPOSE] = propose
    bot.sender.kind(proposals.ASKED, sending.ask, sending.asked)
    bot.sender.kind(proposals.CARD, sending.card)
    bot.sender.kind(proposals.TOLD, sending.told, show=sending.shown)


class Sending:
    """What is sent about proposals."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def find(self, delivery: Delivery) -> tuple[Guild, Proposal] | Skip:
        """Return the proposal that a delivery is about, and its server."""
        guild = await self.bot.guild_record(delivery.guild_id)
        try:
            proposal = await self.bot.store.read(
                proposals.find, int(delivery.data["proposal"]), guild_id=delivery.guild_id
            )
        except UserError:
            return Skip("proposal_gone")
        return (guild, proposal) if guild is not None else Skip("server_erased")

    async def ask(self, delivery: Delivery) -> Outgoing | Skip:
        """Show the organisers what is proposed."""
        found = await self.find(delivery)
        if isinstance(found, Skip):
            return found
        guild, proposal = found
        if proposal.state != "open":
            return Skip("proposal_decided")
        return Outgoing(await card(self.bot, guild, proposal))

    def asked(self, session: Session, delivery: Delivery, message_id: int | None) -> None:
        """Keep which message it is; one in private stays as it was sent."""
        if message_id is not None and not delivery.private:
            number = int(delivery.data["proposal"])
            proposals.asked(session, number, delivery.target_id, message_id, now=self.bot.clock.now())

    async def card(self, delivery: Delivery) -> Outgoing | Skip:
        """Bring the organisers' card up to date."""
        found = await self.find(delivery)
        if isinstance(found, Skip):
            return found
        guild, proposal = found
        if proposal.message_id is None:
            return Skip("card_unposted")
        return Outgoing(await card(self.bot, guild, proposal), edit=proposal.message_id)

    async def told(self, delivery: Delivery) -> Outgoing | Skip:
        """Tell its author; what the organisers wrote to them is behind a button."""
        return await self.shown(delivery, why=show_it(delivery, self.bot.texts))

    async def shown(self, delivery: Delivery, *, why: ShowIt | None = None) -> Outgoing | Skip:
        """Show its author the outcome, with the organisers' reason."""
        found = await self.find(delivery)
        if isinstance(found, Skip):
            return found
        guild, proposal = found
        meeting = None
        if proposal.meeting_id is not None:
            meeting = await self.bot.store.read(meetings.find, proposal.meeting_id, guild_id=guild.id)
            if meeting.cancelled_at is not None:
                return Skip("cancelled")
        return Outgoing(told_card(proposal, meeting, self.bot.texts, why=why))


@job(proposals.JOB)
class CheckProposal(Job):
    """Have the card of a proposal that nobody decided in time say so."""

    proposal: int

    @override
    async def run(self, ctx: notice.Sending) -> None:
        await ctx.write(proposals.attend, self.proposal)
