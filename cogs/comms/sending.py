"""What the communications desk sends by itself: calls, questions, news."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card, line, row
from cogs.common.notice import Job, Sending, job
from cogs.common.sealed import show_it
from cogs.common.times import short, spoken, written
from cogs.comms.contributing import Contribute, ask_card, quoted
from cogs.comms.desk import Desk
from db import comms
from db.comms.models import Contribution, Publication
from db.models import Delivery


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
    """Delete what nobody agreed to in time."""

    contribution: int
    message: int

    @override
    async def run(self, ctx: Sending) -> None:
        await ctx.write(comms.lapse, self.contribution, self.message)


class Messages:
    """Renders the deliveries of the communications desk."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    def register(self) -> None:
        """Register the kinds."""
        kind = self.bot.sender.kind
        kind(comms.CALL, self.call)
        kind(comms.CLOSING, self.closing)
        kind(comms.INBOX, self.inbox)
        kind(comms.ASK, self.ask, needs_guild=True)
        kind(comms.DECIDED, self.decided, show=self.decision)

    async def _publication(self, delivery: Delivery) -> Publication | None:
        try:
            return await self.bot.store.read(comms.publication, int(delivery.data["publication"]))
        except UserError:
            return None

    async def call(self, delivery: Delivery) -> Outgoing | Skip:
        """Call for contributions."""
        found = await self._publication(delivery)
        if found is None or found.turn != delivery.data["turn"] or found.calls == "off":
            return Skip("publication_removed" if found is None else "publication_changed")
        texts = self.bot.texts
        deadline = datetime.fromisoformat(str(delivery.data["deadline"]))
        return Outgoing(
            Card(
                texts("comms.call.title", name=found.name),
                line(
                    texts("comms.call.words"),
                    texts("comms.call.deadline", when=spoken(deadline, ZoneInfo(found.zone))),
                ),
                row(Contribute(label=texts("comms.call.button"), publication=found.id)),
            ),
            push=texts("comms.call.push", name=found.name, when=short(deadline, ZoneInfo(found.zone), texts)),
        )

    async def closing(self, delivery: Delivery) -> Outgoing | Skip:
        """Tell the editor that a deadline has passed."""
        found = await self._publication(delivery)
        if found is None or not comms.closing_is_due(found, int(delivery.data["turn"])):
            return Skip("publication_removed" if found is None else "publication_changed")
        tally = await self.bot.store.read(comms.tally, found.id)
        counts = {state: tally.get(state, 0) for state in ("new", "accepted", "held")}
        if not any(counts.values()):
            return Skip("nothing_waits")
        texts = self.bot.texts
        words = texts(
            "comms.closing",
            name=found.name,
            compile=self.bot.mention("comms compile"),
            when=written(delivery.due_at, ZoneInfo(found.zone)),
            **counts,
        )
        return Outgoing(Card(words, row(Desk(label=texts("comms.items.look.button"), publication=found.id))))

    async def inbox(self, delivery: Delivery) -> Outgoing | Skip:
        """Tell the editor what came in."""
        found = await self._publication(delivery)
        if found is None:
            return Skip("publication_removed")
        waiting = (await self.bot.store.read(comms.tally, found.id)).get("new", 0)
        if not waiting:
            return Skip("nothing_waits")
        texts = self.bot.texts
        words = texts.count("comms.inbox", waiting, name=found.name)
        return Outgoing(Card(words, row(Desk(label=texts("comms.items.look.button"), publication=found.id))))

    async def _contribution(self, delivery: Delivery) -> tuple[Contribution, Publication] | None:
        def load(session: Session) -> tuple[Contribution, Publication] | None:
            one = session.get(Contribution, int(delivery.data["contribution"]))
            found = session.get(Publication, one.publication_id) if one is not None else None
            return (one, found) if one is not None and found is not None else None

        found = await self.bot.store.read(load)
        return found if found is not None and found[0].by_id == delivery.target_id else None

    async def ask(self, delivery: Delivery) -> Outgoing | Skip:
        """Ask a message's author whether it may be sent in."""
        found = await self._contribution(delivery)
        if found is None:
            return Skip("erased")
        if found[0].state != "asked":
            return Skip("answered")
        server = self.bot.known.server(delivery.guild_id)
        return Outgoing(ask_card(*found, server.name, self.bot.texts))

    async def _decided(self, delivery: Delivery) -> tuple[Contribution, Publication] | Skip:
        found = await self._contribution(delivery)
        if found is None:
            return Skip("erased")
        return found if found[0].turn == delivery.data["turn"] else Skip("decided_anew")

    async def decided(self, delivery: Delivery) -> Outgoing | Skip:
        """Tell an author what became of their contribution; their words and the editor's are behind a button."""
        found = await self._decided(delivery)
        if isinstance(found, Skip):
            return found
        texts = self.bot.texts
        more = texts("comms.decided.and_why" if found[0].reason else "comms.decided.which")
        return Outgoing(Card(line(self._outcome(*found), more), row(show_it(delivery, texts))))

    def _outcome(self, one: Contribution, publication: Publication) -> Markup:
        texts, name = self.bot.texts, publication.name
        return line(texts("comms.decided.title", name=name), texts(f"comms.decided.{one.state}", name=name))

    async def decision(self, delivery: Delivery) -> Outgoing | Skip:
        """Show an author what became of their contribution, with the editor's reason."""
        found = await self._decided(delivery)
        if isinstance(found, Skip):
            return found
        one, texts = found[0], self.bot.texts
        reason = texts("comms.items.reason", reason=one.reason) if one.reason else None
        return Outgoing(Card(line(self._outcome(*found), reason), quoted(one, texts, most=300)))
