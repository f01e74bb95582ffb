"""What must hold after a year: of every delivery, and of what each member received. By rule, not by eye."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.deliveries import Outcome
from db.deliveries import CLOSED, NOTICE
from db.deliveries.outcomes import DMS_CLOSED
from db.models import Delivery
from tests.cogs.ground import heads
from tests.faults.year import DOWN, WEEK, Meet, Received, Year

ENDINGS = frozenset(map(str, Outcome))
REMINDER = "## In "
_AHEAD = re.compile(r"## In (\d+) (minute|hour|day)s?:")

Rule = Callable[[Year, Sequence[Delivery]], Iterable[str]]


def every_delivery_ended_once(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Each row stands in one of the endings, came to it once, and says why where it was not sent."""
    for row in rows:
        ahead = row.status == "pending" and row.wake_at > year.over and not row.kind.startswith("meeting.")
        if not ahead and (row.status not in ENDINGS or row.settled_at is None):
            yield f"{row.key} has no ending: {row.status}"
        if year.endings[row.id] > 1:
            yield f"{row.key} ended {year.endings[row.id]} times"
        if row.status in (Outcome.FAILED, Outcome.SUPPRESSED, Outcome.EXPIRED) and not row.reason:
            yield f"{row.key} ended as {row.status} without a reason"


def every_message_is_a_delivery(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Each message belongs to just one row, which says that it was sent; each such row has its message."""
    posted = (Outcome.SENT, Outcome.LATE, Outcome.DONE)
    of = Counter(row.message_id for row in rows if row.status in posted)
    ids = {received.message.id for received in year.log}
    for received in year.log:
        if not of[received.message.id]:
            yield f"{received.head!r} at {received.at} is no delivery that was sent"
    for row in rows:
        if row.status in (Outcome.SENT, Outcome.LATE) and row.message_id not in ids:
            yield f"{row.key} was {row.status}, and there is no such message"


def never_twice(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """No nonce made two messages, and nobody had the same reminder of the same meeting at the same time twice."""
    nonces = Counter((received.channel, received.message.nonce) for received in year.log)
    for (channel, nonce), times in nonces.items():
        if times > 1:
            yield f"{nonce} arrived {times} times in {channel}"
    same = Counter(
        (one.channel, one.meeting, one.when, one.head, _moves(year, one))
        for one in year.log
        if one.head.startswith(REMINDER)
    )
    for (channel, *about), times in same.items():
        if times > 1:
            yield f"{channel} had {about} {times} times"


def _moves(year: Year, received: Received) -> int:
    meet = year.meets[received.meeting or 0]
    return sum(since <= received.at for since, _ in meet.starts)


def never_after_the_start(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Nothing about a meeting arrives after it began, as far as its start was acknowledged then."""
    for received in year.log:
        if received.meeting is not None and received.at >= year.meets[received.meeting].start(received.at):
            yield f"{received.head!r} arrived at {received.at}, after the start"


def never_the_old_time(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Every card shows the start that was acknowledged last."""
    for received in year.log:
        if received.meeting is not None and received.when is not None:
            start = year.meets[received.meeting].start(received.at)
            # While a move is being acknowledged its news may be out already.
            following = [
                new
                for since, new in year.meets[received.meeting].starts
                if timedelta() <= since - received.at < timedelta(minutes=1)
            ]
            if received.when not in (start, *following):
                yield f"{received.head!r} at {received.at} shows {received.when}, not {start}"


def reminders_say_how_far_it_is(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """A reminder says how far away the start is that was acknowledged last; the channel's shows no other time."""
    for received in year.log:
        if not received.head.startswith(REMINDER) or received.meeting is None:
            continue
        said, start = _AHEAD.match(received.head), year.meets[received.meeting].start(received.at)
        unit = timedelta(**{f"{said[2]}s": 1}) if said is not None else timedelta()
        if said is None or abs(start - received.at - int(said[1]) * unit) > unit / 2 + timedelta(minutes=1):
            yield f"{received.head!r} at {received.at}, and it begins at {start}"


def never_for_a_cancelled_one(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """After a cancellation was acknowledged nothing invites to it or reminds of it any more."""
    for received in year.log:
        cancelled = year.meets[received.meeting].cancelled_at if received.meeting is not None else None
        if cancelled is not None and received.at > cancelled:
            yield f"{received.head!r} at {received.at}, cancelled since {cancelled}"


def never_at_night(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """No private message in a member's quiet hours, unless the meeting begins before they end."""
    for received in year.log:
        if received.member not in year.quiet:
            continue
        zone, quiet = year.quiet[received.member]
        local = received.at.astimezone(zone)
        if not quiet.covers(local.time()):
            continue
        day = local.date() + timedelta(days=local.time() >= quiet.ends)
        morning = datetime.combine(day, quiet.ends, zone).astimezone(UTC)
        if not any(meet.start(received.at) <= morning for meet in _about(year, received)):
            yield f"{received.head!r} reached {received.member} at {local:%H:%M} on {local:%d %B}"


def _about(year: Year, received: Received) -> list[Meet]:
    # News of a cancellation has no buttons that name its meeting: it is one that was cancelled just now.
    title = received.head.removeprefix("## Cancelled: ")
    return [
        meet
        for meet in year.meets.values()
        if meet.id == received.meeting
        or (
            meet.title == title
            and meet.cancelled_at is not None
            and abs(meet.cancelled_at - received.at) < timedelta(minutes=1)
        )
    ]


def never_unwanted(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Nobody is reminded who said that they can't come, or wants no private messages."""
    for received in year.log:
        if received.member is None or not received.head.startswith(REMINDER):
            continue
        choice = year.meets[received.meeting or 0].choice(received.member, received.at)
        if received.member in year.without or choice not in ("Going", "Maybe"):
            yield f"{received.head!r} reached {received.member}, who said {choice!r}"


def every_occurrence_is_announced(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Each date that the rules of the series give has one card; no other date has one."""
    cards = Counter((meet.title, meet.starts[0][1]) for meet in year.meets.values())
    announced = {
        (one.meeting, one.head) for one in year.log if one.meeting and one.member is None and one.when
    }
    for meet in year.meets.values():
        if (meet.id, f"## {meet.title}") not in announced:
            yield f"{meet.title} on {meet.starts[0][1]} was spoken of and never announced"
    known = {(meet.title, start) for meet in year.meets.values() for _, start in meet.starts}
    for plan in year.plans:
        starts = set(plan.starts()) | plan.announced
        for (title, start), times in cards.items():
            if title == plan.title and (start not in starts or times > 1):
                yield f"{title} on {start} was announced {times} times; its rule says otherwise"
        until = plan.ended_at or year.end
        for start in starts:
            down = any(begun <= start <= over for begun, over in year.down)
            if start <= until and (plan.title, start) not in known and not down:
                yield f"{plan.title} on {start} was never announced"


def whoever_comes_is_reminded(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Whoever was coming a day before, and can be written to, had a reminder of the right time before it began."""
    had = {(one.member, one.meeting, one.when) for one in year.log if one.head.startswith(REMINDER)}
    for meet in year.meets.values():
        start = meet.starts[-1][1]
        early = start - timedelta(hours=26)
        known = meet.starts[-1][0] <= early
        down = any(begun < start and over > early for begun, over in year.down)
        if meet.cancelled_at is not None or not known or down:
            continue
        for person in year.members:
            wants = all(meet.choice(person.id, at) in ("Going", "Maybe") for at in (early, start))
            changed = any(early < at <= start for at, _ in meet.said.get(person.id, []))
            reachable = person.id not in year.closed | year.without
            if wants and not changed and reachable and (person.id, meet.id, start) not in had:
                yield f"{person.id} was coming to {meet.title} on {start} and heard nothing"


def failures_reach_a_human(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """Each failure is marked as told, or will be with others like it; the organisers have notices of as many."""
    failed = [row for row in rows if row.status == Outcome.FAILED and row.kind != NOTICE]
    failed = [row for row in failed if row.reason != DMS_CLOSED]
    coming = any(row.kind == NOTICE and row.status == "pending" for row in rows)
    for row in failed:
        if row.told_at is None and not coming:
            yield f"{row.key} failed ({row.reason}) and nobody was told"
    notices = heads(year.ground.sandbox.channel("#organisers").messages)
    told = sum(int(head.split()[1]) for head in notices if re.search("couldn't be sent|of mine failed", head))
    marked = sum(row.told_at is not None for row in failed)
    if told != marked:
        yield f"{marked} failures are marked as told, and the organisers heard of {told}"


def closed_dms_are_told_once_a_week(year: Year, rows: Sequence[Delivery]) -> Iterator[str]:
    """The organisers hear within a week how many members could not be written to, and can't as yet."""
    shut = [row for row in rows if row.status == Outcome.FAILED and row.reason == DMS_CLOSED]
    coming = any(row.kind == CLOSED and row.status == "pending" for row in rows)
    arrived = defaultdict[int | None, list[datetime]](list)
    for received in year.log:
        arrived[received.member].append(received.at)
    organisers = year.ground.sandbox.channel("#organisers").id
    notices = [one for one in year.log if one.channel == organisers and "no reminders" in one.head]
    told = defaultdict[datetime, dict[int, datetime]](dict)
    for row in shut:
        assert row.settled_at is not None
        notice = next((one.at for one in notices if row.told_at and _about_then(one.at, row.told_at)), None)
        if notice is not None:
            told[notice][row.target_id] = max(row.settled_at, told[notice].get(row.target_id, row.settled_at))
            if notice - row.settled_at > WEEK + DOWN:
                yield f"{row.key} failed at {row.settled_at}, and the organisers heard at {notice}"
        elif row.told_at is not None:
            yield f"{row.key} is marked as told at {row.told_at}, and there was no notice"
        elif not coming and not any(at > row.settled_at for at in arrived[row.target_id]):
            yield f"{row.key} failed ({row.reason}) and nobody was told"
    for notice in notices:
        last = told[notice.at]
        as_yet = [one for one in last if not any(last[one] < at < notice.at for at in arrived[one])]
        if int(notice.head.split()[1]) != len(as_yet):
            yield f"{notice.head!r} at {notice.at}, and it was {len(as_yet)}"


def _about_then(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(minutes=1)


RULES: tuple[Rule, ...] = (
    every_delivery_ended_once,
    every_message_is_a_delivery,
    never_twice,
    never_after_the_start,
    never_the_old_time,
    reminders_say_how_far_it_is,
    never_for_a_cancelled_one,
    never_at_night,
    never_unwanted,
    every_occurrence_is_announced,
    whoever_comes_is_reminded,
    failures_reach_a_human,
    closed_dms_are_told_once_a_week,
)


def broken(year: Year, rows: Sequence[Delivery]) -> dict[str, list[str]]:
    """Return what breaks which rule; every rule has an entry."""
    return {rule.__name__.replace("_", " "): list(rule(year, rows)) for rule in RULES}
