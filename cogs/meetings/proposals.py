"""Meetings that members propose: organisers approve or decline them with one press, and the member is told."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.series import Pattern
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import GREY, MEMBERS, Card, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.notice import Job, Notice, Sending, ShowIt, job, notice, show_it
from cogs.common.people import who
from cogs.common.times import written
from cogs.meetings import cards, clashes, scheduling
from cogs.meetings.channels import check_channel
from cogs.meetings.reading import REASON_LENGTH, Fields, Time, read_details
from cogs.meetings.scheduling import PROPOSE
from cogs.meetings.subjects import Why, starting
from db import meetings
from db.meetings import proposals
from db.meetings.models import Meeting
from db.meetings.poll_models import Proposal
from db.meetings.series import words_of
from db.models import Guild, Region


async def propose(ctx: Context, fields: Fields) -> None:
    """Show what would be proposed to the organisers, and propose it once `agreed`.

    An organiser of the region schedules it at once.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        UserError: this server takes no proposals.
    """
    region = await scheduling.region_for(ctx, PROPOSE, fields)
    if ctx.may_organise(region):
        await scheduling.schedule(ctx, fields)
        return
    if not ctx.guild.proposals:
        raise UserError("proposals.off")
    async with scheduling.keeping(ctx, scheduling.PROPOSE, fields):
        details, time, again = read_details(ctx, fields)
        if fields.get("agreed") != f"{time.starts_at.isoformat()}@{region.id}":
            await _preview(ctx, region, fields, time, again)
            return
        proposal = await ctx.write(
            proposals.make,
            replace(details, host_id=ctx.user_id),
            region=region,
            starts_at=time.starts_at,
            zone=ctx.zone,
            rule=again.rule if again is not None else "",
        )
    await ctx.reply(
        Card(
            ctx.text("proposals.made", title=proposal.title, region=region.name),
            facts(proposal, ctx.texts),
            await clashes.of_slots(ctx.bot, ctx.guild, [proposal], proposal),
            ctx.text("proposals.next"),
            row(Undo.on(proposal, ctx.texts)),
        ),
    )


async def _preview(ctx: Context, region: Region, fields: Fields, time: Time, again: Pattern | None) -> None:
    """Show privately how the time is read, and that organisers will be asked."""
    yes = ctx.text("proposals.instead_yes.button"), {"agreed": f"{time.starts_at.isoformat()}@{region.id}"}
    draft, buttons = await scheduling.choosing(ctx, PROPOSE, fields, [yes])
    when = ctx.text("proposals.preview.when", when=written(time.starts_at, ctx.zone))
    repeat = ctx.text("series.card", repeat=words_of(again)) if again is not None else None
    await ctx.reply(
        Card(
            ctx.text("proposals.instead", title=fields["title"], region=region.name),
            line(when, repeat),
            row(*buttons, scheduling.Redo(label=ctx.text("meetings.redo.button"), draft=draft.id)),
        )
    )


def facts(proposal: Proposal, texts: Texts) -> Markup:
    """Return when, where and access of a proposal, each on a line of its own."""
    pattern = Pattern(proposal.wall, ZoneInfo(proposal.zone), proposal.rule)
    repeat = words_of(pattern) if proposal.rule else ""
    return line(
        *cards.described(proposal, texts, repeat=repeat),
        texts("meetings.card.access", access=proposal.access) if proposal.access else None,
    )


async def card(bot: Bot, guild: Guild, proposal: Proposal) -> Card:
    """Return a proposal in its present state, as organisers see it."""
    texts = bot.texts
    title = texts("proposals.card.title", title=proposal.title, region=proposal.region.name)
    about = line(texts("proposals.card.by", who=who(proposal.by_id, texts)), facts(proposal, texts))
    if proposal.state != "open":
        decided = texts(f"proposals.card.{proposal.state}", who=who(proposal.decided_by or 0, texts))
        reason = texts("proposals.card.reason", reason=proposal.reason) if proposal.reason else None
        return Card(title, line(decided, reason), about, colour=GREY)
    if proposal.starts_at <= bot.clock.now():
        return Card(title, texts("proposals.card.passed"), about, colour=GREY)
    buttons = row(Approve.on(proposal, texts), Decline.on(proposal, texts))
    return Card(title, about, await clashes.of_slots(bot, guild, [proposal], proposal), buttons)


def told_card(
    proposal: Proposal, meeting: Meeting | None, texts: Texts, *, why: ui.Item[Any] | None = None
) -> Card:
    """Return the news for its author; with `why`, a button reveals the organisers' words."""
    if proposal.state == "approved" and meeting is not None:
        channel = Markup(f"<#{meeting.channel_id}>")
        title = texts("proposals.told.approved", title=proposal.title, channel=channel)
        return Card(title, cards.facts(meeting, texts))
    about = {"title": proposal.title, "region": proposal.region.name, "when": starting(proposal)}
    title = texts("proposals.told.declined", **about)
    if not proposal.reason:
        return Card(title, texts("proposals.told.no_reason"))
    if why is not None:
        return Card(title, texts("proposals.told.why"), row(why))
    return Card(title, texts("proposals.card.reason", reason=proposal.reason))


class _OfProposal(Button):
    """A button of a proposal."""

    audience = MEMBERS
    words: ClassVar[str] = ""
    """The part of the content with its label."""

    guild: GuildId
    proposal: Id

    @classmethod
    def on(cls, proposal: Proposal, texts: Texts) -> Self:
        """Return the button of this proposal."""
        label = texts(f"proposals.{cls.words}.button")
        return cls(label=label, guild=proposal.guild_id, proposal=proposal.id)


class Approve(_OfProposal, name="proposal-yes"):
    """'Approve': the meeting is scheduled."""

    words = "approve"
    style = discord.ButtonStyle.success

    async def press(self, ctx: Context) -> None:
        """Schedule it."""
        proposal = await _organised(ctx, self.proposal)
        await check_channel(ctx, proposal.region)
        meeting = await ctx.write(proposals.approve, proposal.id)
        by = who(proposal.by_id, ctx.texts)
        await ctx.reply(
            Card(
                ctx.text("proposals.approved", title=meeting.title, when=starting(meeting), who=by),
                ctx.text("meetings.schedule.number", number=meeting.id),
                row(scheduling.undo(meeting, ctx.texts)) if ctx.in_server else None,
            ),
        )


class Decline(_OfProposal, name="proposal-no"):
    """'Decline': a form asks for the reason."""

    words = "decline"

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
    """The form for why a proposal is declined."""

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

    words = "undo"

    async def press(self, ctx: Context) -> None:
        """Withdraw it."""
        proposal = await ctx.write(proposals.withdraw, self.proposal)
        await ctx.reply(Card(ctx.text("proposals.undone", title=proposal.title)))


@dataclass(frozen=True, kw_only=True)
class OfProposal(Notice):
    """The base of what is sent about a proposal."""

    gone = Why.PROPOSAL_GONE

    proposal: int

    async def card(self, ctx: Sending, proposal: Proposal, *, edit: int | None = None) -> Outgoing:
        """Return the organisers' card in its present state."""
        shown = await card(ctx.bot, await ctx.guild(), proposal)
        return Outgoing(shown, edit=edit, push=await self.push(ctx, "asked", proposal))

    async def push(self, ctx: Sending, key: str, proposal: Proposal) -> Markup:
        """Return the sentence for a lock screen."""
        return ctx.push(
            f"proposals.push.{key}",
            title=proposal.title,
            region=proposal.region.name,
            when=await ctx.when(proposal.starts_at, proposal.zone),
            who=who(proposal.by_id, ctx.texts),
        )


@notice(proposals.ASKED)
class ProposalAsked(OfProposal):
    """A member's proposal, sent to the organisers."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Show it, while it is open."""
        proposal = await ctx.read(proposals.find, self.proposal)
        if proposal.state != "open":
            raise Skip(Why.PROPOSAL_DECIDED)
        return await self.card(ctx, proposal)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Store the message's id; a private one stays as sent."""
        if message_id is not None and not ctx.private:
            proposals.asked(session, self.proposal, ctx.delivery.target_id, message_id, now=ctx.now)


@notice(proposals.CARD)
class ProposalCard(OfProposal):
    """The organisers' card, brought up to date."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the updated card."""
        proposal = await ctx.read(proposals.find, self.proposal)
        if proposal.message_id is None:
            raise Skip(Why.CARD_UNPOSTED)
        return await self.card(ctx, proposal, edit=proposal.message_id)


@notice(proposals.TOLD)
class ProposalAnswered(OfProposal):
    """A proposal's outcome, sent to its author; the organisers' words are behind a button."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Report the outcome."""
        return await self._told(ctx, why=show_it(ctx.delivery, ctx.texts))

    async def show(self, ctx: Sending) -> Outgoing:
        """Show it with the organisers' reason."""
        return await self._told(ctx)

    async def _told(self, ctx: Sending, *, why: ShowIt | None = None) -> Outgoing:
        proposal, meeting = await ctx.read(proposals.find, self.proposal), None
        if proposal.meeting_id is not None:
            meeting = await ctx.read(meetings.find, proposal.meeting_id)
            if meeting.cancelled_at is not None:
                raise Skip(Why.CANCELLED)
        key = "approved" if meeting is not None else "declined"
        card = told_card(proposal, meeting, ctx.texts, why=why)
        return Outgoing(card, push=await self.push(ctx, key, proposal))


@job(proposals.JOB)
class CheckProposal(Job):
    """Mark a proposal that nobody decided in time as lapsed on its card."""

    verb = proposals.attend

    proposal: int
