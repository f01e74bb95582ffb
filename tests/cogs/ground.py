"""What a flow test stands on: the sandbox, the real bot on a real database, and a clock that starts on a Monday."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.cli.demo import Demo
from bot.clock import MovableClock
from bot.domain.local_time import local_to_utc
from bot.sandbox.answer import Answer
from bot.sandbox.checks.messages import Draft
from bot.sandbox.interactions import Modal
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Channel, Guild, Message, Overwrite, building, membership, permissions, posting
from bot.texts import Texts
from db import campaigns, guilds, keydates
from db.models import Delivery
from db.models import Person as Choices
from db.schema import Base
from db.setup import mentions

# A Monday at 10:00 in London, in winter time; the clocks go forward on Sunday the 29th.
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
WEDNESDAY_6PM = datetime(2026, 3, 4, 18, tzinfo=UTC)
THURSDAY_6PM = datetime(2026, 3, 5, 18, tzinfo=UTC)

both = pytest.mark.parametrize(
    "database",
    [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgresql)],
    indirect=True,
)
"""For tests that run on SQLite and again on PostgreSQL."""


class Ground(Demo):
    """Sandbox and bot, with what tests say often."""

    sandbox: Sandbox
    clock: MovableClock

    def __getattr__(self, name: str) -> Person:
        """Return one of the seeded people: `ground.amina`."""
        try:
            return self.sandbox.person(name)
        except KeyError:
            raise AttributeError(name) from None

    @property
    def running(self) -> Bot:
        """The bot; it has to be running."""
        assert self.bot is not None
        return self.bot

    async def start(self) -> None:
        """Start the bot, and return when it is ready and its own work is planned."""
        await super().start()
        if self.bot is not None:
            await self.bot.maintenance.idle()

    @property
    def texts(self) -> Texts:
        """The bot's words."""
        return self.running.texts

    @property
    def london(self) -> Channel:
        """The channel #london."""
        return self.sandbox.channel("#london")

    async def set_up(self, *, key_dates: bool = False) -> None:
        """Set the server up: role Organisers, #organisers, #welcome, four regions, and #london for everybody."""
        bot, sandbox = self.running, self.sandbox
        guild, now, ruth = sandbox.guild(), self.clock.now(), self.ruth.id
        roles = {role.name: role.id for role in guild.roles.values()}

        def store(session: Session) -> None:
            guilds.change(
                session,
                guild.id,
                actor_id=ruth,
                now=now,
                organisers_channel_id=sandbox.channel("#organisers").id,
                welcome_channel_id=sandbox.channel("#welcome").id,
                common_channel_id=sandbox.channel("#london").id,
            )
            for name in ("London", "North West", "Yorkshire", "Wales"):
                channel = sandbox.channel("#" + name.lower().replace(" ", "-"))
                region = mentions.set_region(
                    session, guild.id, name=name, channel_id=channel.id, actor_id=ruth, now=now
                )
                if name == "North West":
                    guilds.set_organisers(
                        session,
                        guild.id,
                        role_ids=[roles["North West"]],
                        region_id=region.id,
                        actor_id=ruth,
                        now=now,
                    )
            guilds.set_organisers(
                session, guild.id, role_ids=[roles["Organisers"]], region_id=None, actor_id=ruth, now=now
            )
            # Prompts for campaigns and key dates come by themselves; the tests that want them switch them on.
            campaigns.make_plan(session, guild.id, now=now, enabled=False)
            prompts = keydates.setting(session, guild.id)
            prompts.prompts = key_dates
            session.add(prompts)

        await bot.store.write(store)
        bot.forget_guild(guild.id)
        await self.written_to()

    async def written_to(self, *, before: bool = True) -> None:
        """Store that everybody was written to before, as most were, or (`before` False) nobody, as at the beginning."""
        world = self.sandbox.world
        people_ = [user for user in world.users.values() if not user.bot]
        opened = {user.id: building.dm(world, world.bot, user).id for user in people_ if before}

        def store(session: Session) -> None:
            session.execute(update(Choices).values(dm_channel_id=None))
            if not before:
                chosen = (Choices.zone, Choices.leads, Choices.quiet_from, Choices.dms_closed_at)
                unchosen = and_(Choices.dms, ~Choices.discreet, *(each.is_(None) for each in chosen))
                session.execute(delete(Choices).where(unchosen))
            known = {person.id: person for person in session.scalars(select(Choices))}
            for user_id, channel_id in opened.items():
                person = known.get(user_id) or Choices(id=user_id, dms=True)
                person.dm_channel_id = channel_id
                session.add(person)

        await self.running.store.write(store)

    async def scheduled(
        self, title: str = "Spring meeting", when: str = "thursday 6pm", place: str = "#london", **more: Any
    ) -> Message:
        """Have Amina schedule a meeting; returns its announcement, once it stands in the channel."""
        answer = await self.amina.slash(place, "meeting schedule", title=title, when=when, **more)
        assert answer.failed is None
        assert answer.text.startswith("## Scheduled"), answer.text
        await self.settled()
        return self.sandbox.channel(place).messages[-1]

    async def until_settled(self) -> None:
        """Let the bot finish what is due, moving the clock where it waits to try again."""
        while True:
            await self.settled()
            due = await self.next_due()
            if due is None or due - self.clock.now() > timedelta(minutes=20):
                return
            self.clock.move_to(due)

    async def go_to(self, moment: datetime) -> None:
        """Move the clock through every due time up to `moment` (aware) and let the bot send what falls due."""
        while True:
            due = await self.next_due()
            if due is None or due > moment:
                break
            self.clock.move_to(max(due, self.clock.now()))
            await self.settled()
        self.clock.move_to(max(moment, self.clock.now()))
        await self.settled()

    async def jump_to(self, moment: datetime) -> None:
        """Move the clock in one step, as when the machine was asleep, and let the bot send what is due by then."""
        self.clock.move_to(moment)
        await self.settled()

    async def later(self, by: timedelta = timedelta(minutes=2)) -> None:
        """Let some time pass."""
        await self.go_to(self.clock.now() + by)

    def wall(self, text: str) -> datetime:
        """Return the instant of a wall time in London, such as "2026-03-05T18:00"."""
        return local_to_utc(text, LONDON)

    async def rows(self, *kinds: str) -> list[Delivery]:
        """Return the stored deliveries (of these kinds), oldest first."""

        def load(session: Session) -> list[Delivery]:
            query = select(Delivery).order_by(Delivery.id)
            if kinds:
                query = query.where(Delivery.kind.in_(kinds))
            return list(session.scalars(query))

        return await self.running.store.read(load)

    async def enqueued(self, feature: str) -> list[Delivery]:
        """Return the stored deliveries of a feature, such as "meeting"."""
        return [row for row in await self.rows() if row.kind.startswith(f"{feature}.")]

    async def count(self, table: type[Base]) -> int:
        """Return how many rows a table has."""
        return await self.running.store.read(lambda session: len(session.scalars(select(table)).all()))

    def deny(self, channel: Channel, bits: int) -> None:
        """Take permissions from the bot in a channel, as an admin does in its settings."""
        me = self.sandbox.world.bot.id
        channel.overwrites[me] = Overwrite(me, 1, 0, bits)
        building.publish_channel(self.sandbox.world, channel, "CHANNEL_UPDATE")

    def allow(self, channel: Channel) -> None:
        """Give the bot its permissions back."""
        channel.overwrites.pop(self.sandbox.world.bot.id, None)
        building.publish_channel(self.sandbox.world, channel, "CHANNEL_UPDATE")

    def delete(self, channel: Channel) -> None:
        """Delete a channel, as an admin does."""
        building.delete(self.sandbox.world, channel)

    async def opened(self, person: Person, message: Message) -> Message:
        """Return what the button of a direct message shows, which itself says only that there is something."""
        answer = await person.press(message, "Show it")
        assert answer.failed is None
        assert answer.ephemeral
        return answer.message

    async def press_old(self, person: Person, channel: Channel, custom_id: str) -> Answer:
        """Press a button of a message that another version of the bot posted."""
        button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id, "id": 2}
        draft = Draft(components=[{"type": 1, "id": 1, "components": [button]}])
        old = posting.post(self.sandbox.world, channel, self.sandbox.world.bot, draft)
        answer = await person.press(old, "Old")
        posting.delete(self.sandbox.world, old)
        return answer

    def forged(self, modal: Modal, custom_id: str) -> Modal:
        """Return a form with another custom_id, as a modified client could send it."""
        return Modal(modal.interaction, custom_id, modal.title, modal.components)

    def second_guild(self) -> Guild:
        """Install the bot in another server with a channel #branch, which Ruth owns and Grace is in."""
        world = self.sandbox.world
        guild = building.guild(world, "Another network", self.sandbox.user("ruth"))
        building.channel(world, guild, "branch")
        membership.join(world, guild, self.sandbox.user("grace"))
        membership.install(world, guild)
        return guild

    def manager(self, person: Person) -> None:
        """Let somebody manage the server."""
        guild = self.sandbox.guild()
        role = building.role(self.sandbox.world, guild, "Admins", permissions.MANAGE_GUILD)
        membership.give(self.sandbox.world, guild, guild.members[person.id], role.id)


def heads(messages: Iterable[Message]) -> list[str]:
    """Return the heading of each message."""
    return [head(message) for message in messages]


WHEN = re.compile(
    r"(?:,(?: now| open until| by)?| Next time:|(?<=\?)) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day .*$"
    r"|, [^,]*(?:\. No new dates are made|\. Now choose the time|, has no new dates)\.$"
    r"|: (?:meetings can't show among them|I may not pin what is coming up in a region)\.$"
    r"|\. Its meetings and reminders wait until it has another\.$"
)
"""What follows the heading in the sentence for a lock screen."""


def head(message: Message) -> str:
    """Return the heading of a message."""
    return card_text(message).splitlines()[0]


def card_text(message: Message) -> str:
    """Return what a message says with its heading first, in whichever form it was sent.

    A plain one begins with the sentence for a lock screen. It stands for the heading where there is no other.
    """
    if not message.content:
        return message.text
    sentence, _, rest = message.text.partition("\n")
    return rest if rest.startswith("#") else f"## {WHEN.sub('', sentence)}\n{rest}"


def called(person: Person) -> str:
    """Return how a message of the bot's own accord names somebody: by name, beside the mention."""
    return f"{person.user.name} ({person.mention})"


def buttons(message: Message) -> list[str]:
    """Return the labels of a message's buttons."""
    return [part["label"] for part in message.walk() if part["type"] == 2]


def custom_ids(message: Message) -> list[str]:
    """Return the custom_ids of a message's buttons."""
    return [part["custom_id"] for part in message.walk() if part["type"] == 2]


def says(answer: Answer) -> str:
    """Return what an ephemeral answer says; fails when there is none or others see it."""
    assert answer.failed is None
    assert answer.ephemeral
    assert not answer.message.pinged
    return answer.text
