"""A year of a region with a moved clock, over the wire: what its people do, and what each of them received.

    year = Year(ground, weeks=52); await year.live(); broken = rules.broken(year, await ground.rows())

Three series (weekly, fortnightly at half past eight in the morning, monthly), forty members who answer and change
their minds, moves at any hour of the day, skips, a series that ends and one that begins, DMs that are closed, and
two days in which the bot does not run. What is true (when a meeting is and since when that is acknowledged, whether
it was cancelled, who is coming) is kept here from what was typed, and never read from the bot's store.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.deliveries import Outcome, Quiet
from bot.sandbox import seed as seeds
from bot.sandbox.people import Person
from bot.sandbox.world import Event, Message, World, building, membership
from db.models import Delivery
from tests.cogs.ground import LONDON, Ground, buttons, card_text, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import settings

MEMBERS = 40
DOWN = timedelta(days=2)
WEEK = timedelta(days=7)
_MEETING = re.compile(r"rsvp:(\d+):going")
# Reminders have the time in the reader's own zone, other messages how far away it is.
_WHEN = re.compile(r"\*\*When:\*\*.*?<t:(\d+):[Rf]>")


def network(world: World) -> None:
    """The demo's network, with so many more members in London that forty people live there."""
    seeds.network(world)
    guild = next(iter(world.guilds.values()))
    london = next(role.id for role in guild.roles.values() if role.name == "London")
    there = sum(london in member.roles for member in guild.members.values())
    for number in range(MEMBERS - there):
        user = building.user(world, f"member{number}", f"Member {number}")
        membership.join(world, guild, user, roles=(london,))


@dataclass
class Meet:
    """A meeting as its people know it: by announcement, and by the answers of the bot to their commands."""

    id: int
    title: str
    card: Message
    starts: list[tuple[datetime, datetime]]
    """Since when (the acknowledgement) it begins when."""
    cancelled_at: datetime | None = None
    said: dict[int, list[tuple[datetime, str]]] = field(default_factory=dict[int, list[tuple[datetime, str]]])

    def start(self, at: datetime) -> datetime:
        """Return when it begins, as far as was acknowledged at `at`."""
        return [self.starts[0][1], *(start for since, start in self.starts if since <= at)][-1]

    def choice(self, member: int, at: datetime) -> str:
        """Return what a member had last said at `at`, "" before they said anything."""
        return next((choice for since, choice in reversed(self.said.get(member, [])) if since <= at), "")


@dataclass(frozen=True)
class Received:
    """A message of the bot's own accord, as it was received: by a member in private, or in a channel."""

    at: datetime
    channel: int
    member: int | None
    message: Message
    text: str
    meeting: int | None
    when: datetime | None
    """The start that it shows."""

    @property
    def head(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0]


@dataclass
class Plan:
    """A series as somebody would write it down: the wall times that its rule gives, in London."""

    title: str
    walls: list[datetime]
    ended_at: datetime | None = None
    announced: set[datetime] = field(default_factory=set[datetime])
    """Dates that were announced before the rule changed."""

    def starts(self) -> list[datetime]:
        """Return the instants."""
        return [wall.replace(tzinfo=LONDON).astimezone(UTC) for wall in self.walls]


Act = Callable[[], Awaitable[None]]


class Year:
    """The region, its year, and the log of it."""

    def __init__(self, ground: Ground, *, weeks: int, seed: int = 1) -> None:
        self.ground = ground
        self.weeks = weeks
        self.chance = random.Random(seed)
        self.begin = ground.clock.now()
        self.end = self.begin + weeks * WEEK
        self.log: list[Received] = []
        self.meets: dict[int, Meet] = {}
        self.plans: list[Plan] = []
        self.endings: Counter[int] = Counter()
        self.done: Counter[str] = Counter()
        self.down: list[tuple[datetime, datetime]] = []
        self.over = self.end
        guild = ground.sandbox.guild()
        role = next(role.id for role in guild.roles.values() if role.name == "London")
        self.members = [
            Person(ground.sandbox, member.user) for member in guild.members.values() if role in member.roles
        ]
        self.closed = {person.id for person in self.members if not person.user.dms_open}
        self.without: set[int] = set()
        self._answered: set[int] = set()
        self.quiet: dict[int, tuple[ZoneInfo, Quiet]] = {}
        ground.sandbox.world.subscribe(self._see)

    @property
    def now(self) -> datetime:
        """The moved time."""
        return self.ground.clock.now()

    def _see(self, event: Event) -> None:
        world = self.ground.sandbox.world
        if event.name != "MESSAGE_CREATE" or event.data["author"]["id"] != str(world.bot.id):
            return
        channel = world.channels[int(event.data["channel_id"])]
        message = channel.history[int(event.data["id"])]
        if message.interaction_id is not None:
            return
        ids = [_MEETING.fullmatch(str(part.get("custom_id", ""))) for part in message.walk()]
        number = next((int(found[1]) for found in ids if found), None)
        shown = _WHEN.search(message.text)
        when = datetime.fromtimestamp(int(shown[1]), UTC) if shown else None
        member = next((key for key in channel.recipients if key != world.bot.id), None)
        received = Received(self.now, channel.id, member, message, card_text(message), number, when)
        self.log.append(received)
        if number is not None and when is not None and number not in self.meets:
            title = received.head.removeprefix("## ")
            self.meets[number] = Meet(number, title, message, [(self.now, when)])

    async def live(self) -> None:
        """Live through it, and on until every delivery is finished."""
        self._listen()
        await self._settings()
        monday = self.begin.replace(minute=0, second=0, microsecond=0, tzinfo=None)
        await self._schedule("Reading group", monday.replace(day=5, hour=18), "weekly", 7)
        await self._schedule("Breakfast forum", monday.replace(day=7, hour=8, minute=30), "fortnightly", 14)
        last = monday.replace(day=31, hour=19, minute=30)
        await self._schedule("Delegates", last, "last Tuesday of every month", None)
        for day in range(self.weeks * 7):
            midnight = (self.begin + timedelta(days=day)).replace(hour=0)
            for hour, act in sorted(self._acts(day), key=lambda pair: pair[0]):
                await self.ground.go_to(max(self.now, midnight + timedelta(hours=hour)))
                await act()
        for plan in self.plans:
            await self._finish(plan)
        # Every delivery of the meetings is due by then; some others (a prompt now and then) go on for ever.
        await self.ground.go_to(self.now + 10 * WEEK)
        self.over = self.now

    def _listen(self) -> None:
        def ended(delivery: Delivery, ending: Outcome, at: datetime) -> None:
            # One that was suppressed, or a job, may be armed again: somebody who said 'can't' comes after all.
            self.endings[delivery.id] += ending not in (Outcome.SUPPRESSED, Outcome.DONE)

        self.ground.running.finished.append(ended)

    def _acts(self, day: int) -> list[tuple[float, Act]]:
        chance, acts = self.chance, list[tuple[float, Act]]()
        acts.append((12.25, self._answers))
        if chance.random() < 0.5:
            acts.append((chance.uniform(13, 23.5), self._change_of_mind))
        if chance.random() < 0.1:
            acts.append((chance.choice([7.2, 14.1, 20.9, 22.6, 23.8]), self._move))
        if chance.random() < 0.06:
            acts.append((chance.choice([9.4, 16.2, 22.9]), self._cancel))
        if day % 7 == 3:
            acts += [(15.0, self._alive), (16.0, self._doors)]
        if day >= self.weeks * 7 // 2 and not self.down:
            acts.append((13.0, self._outage))
        if day == self.weeks * 7 * 2 // 3:
            acts.append((10.5, self._move_later))
        if day == self.weeks * 7 * 3 // 4:
            acts.append((10.5, self._renew))
        return acts

    async def _settings(self) -> None:
        chosen: list[dict[str, str]] = [{"dms": "off"}] * 2 + [{"reminders": "2 days, 3 hours"}] * 3
        chosen += [{"quiet": "19:00-10:00"}] * 2 + [{"zone": "America/New_York"}, {"zone": "Asia/Kolkata"}]
        for person in self.members:
            self.quiet[person.id] = (LONDON, Quiet())
        for person, values in zip(self.members[-len(chosen) :], chosen, strict=True):
            says(await settings(person, "#london", **values))
            if "dms" in values:
                self.without.add(person.id)
            if "quiet" in values:
                self.quiet[person.id] = (LONDON, Quiet(time(19), time(10)))
            if "zone" in values:
                self.quiet[person.id] = (ZoneInfo(values["zone"]), Quiet())

    async def _schedule(self, title: str, first: datetime, repeat: str, days: int | None) -> None:
        answer = await self.ground.amina.slash(
            "#london", "meeting schedule", title=title, when=f"{first:%d/%m/%Y %H:%M}", repeat=repeat
        )
        assert says(answer).startswith("## Scheduled"), answer.text
        end = self.end.replace(tzinfo=None) + timedelta(days=200)
        walls = list(_every(first, days, end) if days else _last_tuesdays(first, end))
        self.plans.append(Plan(title, walls))
        await self.ground.settled()

    def coming(self) -> list[Meet]:
        """Return the meetings ahead that are announced and not cancelled, soonest first."""
        found = [meet for meet in self.meets.values() if not meet.cancelled_at]
        return sorted(
            (meet for meet in found if meet.start(self.now) > self.now + timedelta(hours=1)),
            key=lambda meet: meet.start(self.now),
        )

    async def _say(self, meet: Meet, person: Person, label: str) -> None:
        answer = await person.press(meet.card, label)
        assert answer.failed is None, answer.failed
        meet.said.setdefault(person.id, []).append((self.now, label))
        self.done["answers"] += 1

    async def _answers(self) -> None:
        labels = ["Going"] * 6 + ["Maybe"] * 2 + ["Can't come"] * 2
        waiting: list[tuple[Meet, Person]] = []
        for meet in self.coming():
            silent = [person for person in self.members if person.id not in meet.said]
            waiting += [(meet, person) for person in silent if self.chance.random() < 0.35]
        for first in range(0, len(waiting), 8):
            batch = waiting[first : first + 8]
            await asyncio.gather(*[self._say(*pair, self.chance.choice(labels)) for pair in batch])
        await self.ground.settled()

    async def _change_of_mind(self) -> None:
        if coming := [meet for meet in self.coming() if meet.said]:
            meet = self.chance.choice(coming)
            member = self.chance.choice(sorted(meet.said))
            person = next(person for person in self.members if person.id == member)
            others = {"Going", "Maybe", "Can't come"} - {meet.choice(member, self.now)}
            await self._say(meet, person, self.chance.choice(sorted(others)))
            self.done["changes of mind"] += 1

    async def _move(self) -> None:
        if not (coming := self.coming()):
            return
        meet = self.chance.choice(coming)
        wall = meet.start(self.now).astimezone(LONDON).replace(tzinfo=None)
        wall = wall.replace(hour=self.chance.randint(9, 20), minute=self.chance.choice([0, 30]))
        wall += timedelta(days=self.chance.choice([-1, 0, 1, 2]))
        start = wall.replace(tzinfo=LONDON).astimezone(UTC)
        if start < self.now + timedelta(hours=4) or start == meet.start(self.now):
            return
        await self._moved(meet, start)
        self.done["moves"] += 1

    async def _moved(self, meet: Meet, start: datetime, **more: str) -> None:
        when = f"{start.astimezone(LONDON):%d/%m/%Y %H:%M}"
        answer = await use(
            self.ground.amina, "#london", "meeting move", meeting=str(meet.id), when=when, **more
        )
        assert says(answer).startswith("## Moved"), answer.text
        meet.starts.append((self.now, start))
        await self.ground.settled()

    async def _cancel(self) -> None:
        if coming := self.coming():
            meet = self.chance.choice(coming)
            says(await use(self.ground.amina, "#london", "meeting cancel", meeting=str(meet.id)))
            meet.cancelled_at = self.now
            self.done["skips"] += 1
            await self.ground.settled()

    async def _alive(self) -> None:
        for message in self.ground.amina.dms:
            if "Yes, keep it going" in buttons(message) and message.id not in self._answered:
                self._answered.add(message.id)
                answer = await self.ground.amina.press(message, "Yes, keep it going")
                assert "carries on" in answer.text

    async def _doors(self) -> None:
        person = self.chance.choice(self.members[10:14])
        person.user.dms_open = not person.user.dms_open
        self.closed.add(person.id)
        self.done["doors"] += 1

    async def _outage(self) -> None:
        begun = self.now
        near = [meet.start(begun) - begun for meet in self.coming() if len(meet.said) > MEMBERS // 2]
        if not any(timedelta(hours=26) < ahead < timedelta(hours=44) for ahead in near):
            return  # a day later, then: a meeting shall begin meanwhile
        await self.ground.stop()
        self.ground.clock.move(DOWN)
        await self.ground.start()
        self._listen()
        await self.ground.settled()
        self.down.append((begun, self.now))

    async def _move_later(self) -> None:
        plan, actor_id = self.plans[0], timedelta(days=1, minutes=30)
        starts, ahead = plan.starts(), [meet for meet in self.coming() if meet.title == self.plans[0].title]
        meet = min(ahead, key=lambda meet: meet.starts[0][1])
        slot = starts.index(meet.starts[0][1])
        # What was moved alone stays where it is; every other later one moves along.
        stay = {other.starts[0][1] for other in ahead if len(other.starts) > 1}
        along = [other for other in ahead if other is not meet and len(other.starts) == 1]
        for number in range(slot + 1, len(starts)):
            if starts[number] not in stay:
                plan.walls[number] += actor_id
        plan.announced |= {other.starts[0][1] for other in along}
        begin = (plan.walls[slot] + actor_id).replace(tzinfo=LONDON)
        await self._moved(meet, begin.astimezone(UTC), which="later")
        for other in along:
            wall = other.starts[0][1].astimezone(LONDON).replace(tzinfo=None) + actor_id
            other.starts.append((self.now, wall.replace(tzinfo=LONDON).astimezone(UTC)))
        self.done["series moved"] += 1

    async def _finish(self, plan: Plan) -> None:
        if plan.ended_at is not None:
            return
        while not (ahead := [meet for meet in self.coming() if meet.title == plan.title]):
            await self.ground.go_to(self.now + timedelta(days=1))
        answer = await use(
            self.ground.amina, "#london", "meeting cancel", meeting=str(ahead[0].id), which="later"
        )
        assert says(answer).startswith("## Ended"), answer.text
        plan.ended_at = self.now
        for meet in ahead:
            meet.cancelled_at = self.now
        self.done["series ended"] += 1

    async def _renew(self) -> None:
        await self._finish(self.plans[1])
        first = (self.now + timedelta(days=6)).replace(
            hour=17, minute=0, second=0, microsecond=0, tzinfo=None
        )
        await self._schedule("Letter writing", first, "every 2 weeks", 14)


def _every(first: datetime, days: int, end: datetime) -> Iterator[datetime]:
    while first < end:
        yield first
        first += timedelta(days=days)


def _last_tuesdays(first: datetime, end: datetime) -> Iterator[datetime]:
    day = first
    while day < end:
        if day.weekday() == 1 and (day + WEEK).month != day.month:
            yield day
        day += timedelta(days=1)
