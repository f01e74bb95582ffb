"""A year of a server with campaigns in a store: what falls due is taken in its order, without Discord."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.campaigns import Campaign
from bot.domain.deliveries import Outcome
from bot.domain.terms import rows_of
from cogs.common.campaigns import load
from db import campaigns, deliveries, guilds
from db.engine import Store
from db.models import Delivery
from tests.db.network import ADMIN, GUILD, LONDON_CHANNEL, network
from tests.domain.test_campaigns import TERMS
from tests.words import words

LONDON = ZoneInfo("Europe/London")
# A Monday, two days before the autumn term begins.
AUGUST = datetime(2026, 8, 31, 9, tzinfo=UTC)
NEXT_AUGUST = datetime(2027, 8, 31, 9, tzinfo=UTC)
CONTENT = load(words())
NAMES = [campaign.id for campaign in CONTENT]


@dataclass(frozen=True)
class Sent:
    """A prompt that went out."""

    at: datetime
    to: int
    campaign: str
    action: str
    private: bool

    @property
    def wall(self) -> datetime:
        return self.at.astimezone(LONDON)


@dataclass
class Year:
    """Takes deliveries in the order of their due times, as the sender does, without Discord."""

    store: Store
    now: datetime = AUGUST
    wanted: dict[date, str] = field(default_factory=dict[date, str])
    sent: list[Sent] = field(default_factory=list[Sent])
    gone: set[int] = field(default_factory=set[int])

    async def until(self, moment: datetime, *, asleep: bool = False) -> None:
        """Go to `moment`, doing what falls due on the way, or all of it at `moment` when `asleep`."""
        while not asleep:
            due = await self.store.read(deliveries.next_wake)
            if due is None or due > moment:
                break
            self.now = max(self.now, due)
            await self._round()
        self.now = moment
        await self._round()

    async def _round(self) -> None:
        while claimed := await self.store.write(
            deliveries.claim, now=self.now, worker="test", lease=timedelta(minutes=5), room=16
        ):
            for delivery in claimed:
                await self.store.write(self._deliver, delivery)

    def _deliver(self, session: Session, delivery: Delivery) -> None:
        def settle(ending: Outcome, **more: Any) -> None:
            assert deliveries.finish(session, delivery, ending, now=self.now, **more)

        if delivery.expires_at is not None and self.now >= delivery.expires_at:
            settle(Outcome.EXPIRED, reason="expired")
        elif delivery.kind == campaigns.JOB:
            campaigns.attend(
                session, delivery.data["turn"], delivery.data["day"], guild_id=delivery.guild_id, now=self.now
            )
            settle(Outcome.DONE)
        elif delivery.target_id in self.gone:
            settle(Outcome.FAILED, reason="channel_gone")
        elif delivery.kind == campaigns.PROMPT:
            prompt_id = int(delivery.data["prompt"])
            wanted = self.wanted.get(self.now.astimezone(LONDON).date())
            chosen = campaigns.choose(session, prompt_id, content=CONTENT, wanted=wanted)
            if chosen is None:
                settle(Outcome.SUPPRESSED, reason="campaigns_off")
                return
            campaigns.posted(session, prompt_id, now=self.now)
            settle(Outcome.SENT)
            self._note(delivery, *chosen)
        elif delivery.kind == campaigns.PRIVATE:
            private: dict[str, Any] = {"guild_id": GUILD, "content": CONTENT, "now": self.now}
            chosen = campaigns.choose_private(session, delivery.target_id, **private)
            if chosen is None:
                settle(Outcome.SUPPRESSED, reason="campaigns_off")
                return
            campaigns.was_private(session, delivery.target_id, **private)
            settle(Outcome.SENT)
            self._note(delivery, *chosen)
        else:
            settle(Outcome.SENT)

    def _note(self, delivery: Delivery, campaign: Campaign, action: Any) -> None:
        self.sent.append(Sent(self.now, delivery.target_id, campaign.id, action.id, delivery.private))

    def to(self, target: int) -> list[Sent]:
        return [sent for sent in self.sent if sent.to == target]


async def begun(store: Store) -> Year:
    """Return a server with the regions Leeds and London and its terms, set up with the defaults in late August."""
    await network(store)

    def start(session: Session) -> None:
        guilds.change(
            session, GUILD, actor_id=ADMIN, now=AUGUST, terms=rows_of(TERMS), common_channel_id=LONDON_CHANNEL
        )
        campaigns.ensure_plan(session, GUILD, now=AUGUST)

    await store.write(start)
    return Year(store)
