"""What the communications desk sends unprompted: calls, questions, news."""

from dataclasses import dataclass
from datetime import datetime
from enum import auto
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from typing_extensions import override

from bot.delivery import Outgoing, Skip
from bot.domain.weekly_limit import MOST_A_WEEK
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.notice import Job, Notice, Reason, Sending, job, notice, show_it
from cogs.common.times import spoken, written
from cogs.comms.desk import Desk
from cogs.comms.publications import Contribute, ask_card, quoted
from db import comms
from db.comms.models import Contribution, Publication


@job(comms.JOB)
class MeetDeadline(Job):
    """Call for contributions, or plan what comes after a deadline."""

    publication: int
    turn: int
    deadline: str
    do: str

    @override
    async def run(self, ctx: Sending) -> None:
        about = (self.publication, self.turn, datetime.fromisoformat(self.deadline))
        if self.do == "call":
            await ctx.write(comms.call, *about, due_at=ctx.delivery.due_at)
        else:
            await ctx.write(comms.round_again, *about)


@job(comms.LAPSE)
class LapseSuggestion(Job):
    """Delete a suggestion that nobody agreed to in time."""

    verb = comms.lapse

    contribution: int
    message: int


class Why(Reason):
    """Why the communications desk sends nothing."""

    ANSWERED = auto()
    DECIDED_ANEW = auto()
    ERASED = auto()
    NOTHING_WAITS = auto()
    PUBLICATION_CHANGED = auto()
    PUBLICATION_REMOVED = auto()


@dataclass(frozen=True, kw_only=True)
class OfPublication(Notice):
    """The base of what is sent about a publication."""

    gone = Why.PUBLICATION_REMOVED

    publication: int

    async def find(self, ctx: Sending) -> Publication:
        """Return the publication."""
        return await ctx.read(comms.publication, self.publication)

    def at_desk(self, ctx: Sending, words: Markup, push: Markup) -> Outgoing:
        """Return words with the button to the contributions."""
        look = Desk(label=ctx.texts("comms.items.look.button"), publication=self.publication)
        return Outgoing(Card(words, row(look)), push=push)


@notice(comms.CALL, paced=MOST_A_WEEK)
class Call(OfPublication):
    """The call for contributions."""

    turn: int
    deadline: str

    async def render(self, ctx: Sending) -> Outgoing:
        """Call for contributions, while the publication's settings are unchanged."""
        found, texts, deadline = await self.find(ctx), ctx.texts, datetime.fromisoformat(self.deadline)
        if found.turn != self.turn or found.calls == "off":
            raise Skip(Why.PUBLICATION_CHANGED)
        by = texts("comms.call.deadline", when=spoken(deadline, ZoneInfo(found.zone)))
        write = Contribute(label=texts("comms.call.button"), publication=found.id)
        return Outgoing(
            Card(texts("comms.call.title", name=found.name), line(texts("comms.call.words"), by), row(write)),
            push=ctx.push("comms.push.call", name=found.name, when=await ctx.when(deadline, found.zone)),
        )


@notice(comms.CLOSING)
class Closing(OfPublication):
    """News to the editor that a deadline has passed."""

    turn: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, with the contributions, if there are any."""
        found = await self.find(ctx)
        if not comms.closing_is_due(found, self.turn):
            raise Skip(Why.PUBLICATION_CHANGED)
        tally = await ctx.read(comms.tally, found.id)
        counts = {state: tally.get(state, 0) for state in ("new", "accepted", "held")}
        if not any(counts.values()):
            raise Skip(Why.NOTHING_WAITS)
        when = written(ctx.delivery.due_at, ZoneInfo(found.zone))
        about = {"name": found.name, "compile": ctx.bot.mention("comms desk"), "when": when}
        push = ctx.push("comms.push.closing", name=found.name, **counts)
        return self.at_desk(ctx, ctx.texts("comms.closing", **about, **counts), push)


@notice(comms.INBOX)
class Inbox(OfPublication):
    """News to the editor of contributions."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say how many are waiting, if any."""
        found = await self.find(ctx)
        waiting = (await ctx.read(comms.tally, found.id)).get("new", 0)
        if not waiting:
            raise Skip(Why.NOTHING_WAITS)
        push = ctx.push("comms.push.inbox", name=found.name, count=waiting)
        return self.at_desk(ctx, ctx.texts.count("comms.inbox", waiting, name=found.name), push)


@dataclass(frozen=True, kw_only=True)
class OfContribution(Notice):
    """The base of what is sent to an author."""

    contribution: int

    async def find(self, ctx: Sending) -> tuple[Contribution, Publication]:
        """Return the contribution and its publication."""

        def load(session: Session) -> tuple[Contribution | None, Publication | None]:
            one = session.get(Contribution, self.contribution)
            return one, session.get(Publication, one.publication_id) if one is not None else None

        one, found = await ctx.read(load)
        if one is None or found is None or one.by_id != ctx.member:
            raise Skip(Why.ERASED)
        return one, found


@notice(comms.ASK, needs_guild=True)
class Asked(OfContribution):
    """The question to a message's author whether it may be submitted."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, unless they have answered."""
        one, found = await self.find(ctx)
        if one.state != "asked":
            raise Skip(Why.ANSWERED)
        card = ask_card(one, found, ctx.bot.known.server(ctx.guild_id).name, ctx.texts)
        return Outgoing(card, push=ctx.push("comms.push.ask", name=found.name))


@notice(comms.DECIDED)
class Decided(OfContribution):
    """News of a contribution's outcome; its words and the editor's are behind a button."""

    turn: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Report the decision."""
        (one, found), texts = await self.still(ctx), ctx.texts
        more = texts("comms.decided.and_why" if one.reason else "comms.decided.which")
        return Outgoing(
            Card(line(self._outcome(one, found, texts), more), row(show_it(ctx.delivery, texts))),
            push=ctx.push(f"comms.push.{one.state}", name=found.name),
        )

    async def show(self, ctx: Sending) -> Outgoing:
        """Show it with the editor's reason."""
        (one, found), texts = await self.still(ctx), ctx.texts
        reason = texts("comms.items.reason", reason=one.reason) if one.reason else None
        return Outgoing(Card(line(self._outcome(one, found, texts), reason), quoted(one, texts, most=300)))

    async def still(self, ctx: Sending) -> tuple[Contribution, Publication]:
        """Return the contribution and its publication, unless the decision has changed since."""
        one, found = await self.find(ctx)
        if one.turn != self.turn:
            raise Skip(Why.DECIDED_ANEW)
        return one, found

    def _outcome(self, one: Contribution, found: Publication, texts: Texts) -> Markup:
        title = texts("comms.decided.title", name=found.name)
        return line(title, texts(f"comms.decided.{one.state}", name=found.name))
