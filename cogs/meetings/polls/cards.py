"""The cards of a poll: the question, what a member said, the result. They show counts, never who said what.

While a poll is open only whoever organises it sees counts: in a channel that watches, each vote would be somebody's.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.meetings import DEFAULT_MINUTES
from bot.domain.polls import Tally, best, ranked
from bot.texts import Markup, Texts
from cogs.common.base import GREY, Card, line, row
from cogs.common.times import spoken, written
from cogs.meetings import cards
from cogs.meetings.polls.buttons import Close, Manage, Reopen, Settle, Vote, VoteAll, VoteOn, Withdraw
from db import polls
from db.models import Meeting, Poll, PollOption


def poll_card(poll: Poll, texts: Texts, *, now: datetime) -> Card:
    """Return a poll as it stands in the channel."""
    title = texts("polls.card.title", title=poll.title, region=poll.region.name)
    if poll.withdrawn_at is not None:
        return Card(title, texts("polls.card.withdrawn"), colour=GREY)
    counted = polls.tallies(poll)
    if poll.meeting_id is not None:
        return Card(title, texts("polls.card.scheduled"), times(poll, counted, texts, now), colour=GREY)
    voted = texts.count("polls.card.voted", len(polls.voters(poll)))
    if poll.closed_at is not None:
        first = best(counted, now)
        buttons = [Settle(poll, number_of(poll, one), texts) for one in first]
        return Card(
            texts("polls.closed_news", title=poll.title, region=poll.region.name),
            result(poll, counted, texts, now),
            times(poll, counted, texts, now),
            voted,
            row(*buttons, Manage(poll, texts)) if buttons else row(Manage(poll, texts)),
        )
    return Card(
        title,
        texts("polls.card.ask"),
        times(poll, None, texts, now),
        texts("polls.card.closes", when=spoken(poll.closes_at, ZoneInfo(poll.zone))),
        row(Vote(poll, texts), Manage(poll, texts)),
    )


def number_of(poll: Poll, tally: Tally) -> int:
    """Return the number of the time that a tally counts."""
    return next(option.number for option in poll.options if option.id == tally.option_id)


def _when(option: PollOption, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return a time of a poll, and how long it is to last where that is not the usual hour."""
    when = written(option.starts_at, zone)
    if option.minutes == DEFAULT_MINUTES:
        return when
    return texts("polls.card.lasting", when=when, length=cards.length_of(option.minutes, texts))


def times(poll: Poll, counted: Sequence[Tally] | None, texts: Texts, now: datetime) -> Markup:
    """Return the times of a poll, one a line, with how many can come where that is shown."""
    zone = ZoneInfo(poll.zone)
    lines: list[Markup] = []
    for place, option in enumerate(poll.options):
        when = _when(option, zone, texts)
        if option.starts_at <= now:
            lines.append(texts("polls.card.passed", number=option.number, when=when))
        elif counted is None:
            lines.append(texts("polls.card.time_alone", number=option.number, when=when))
        else:
            tally = counted[place]
            said = {"yes": tally.yes, "maybe": tally.maybe, "no": tally.no}
            lines.append(texts("polls.card.time", number=option.number, when=when, **said))
    return line(*lines)


def result(poll: Poll, counted: Sequence[Tally], texts: Texts, now: datetime) -> Markup:
    """Return what came of a poll, in words: the time that suits most, and whether another does as well."""
    first = best(counted, now)
    if not first:
        return texts("polls.result.none")
    top = first[0]
    zone = ZoneInfo(poll.zone)
    when, yes = written(top.starts_at, zone), texts.count("polls.result.can", top.yes)
    if top.maybe:
        could = texts.count("polls.result.could", top.maybe)
        said = texts("polls.result.best_with", when=when, yes=yes, maybe=could)
    else:
        said = texts("polls.result.best", when=when, yes=yes)
    equal = [one for one in first[1:] if (one.yes, one.maybe) == (top.yes, top.maybe)]
    return line(said, texts("polls.result.tie", when=written(equal[0].starts_at, zone)) if equal else None)


def vote_card(poll: Poll, user_id: int, texts: Texts, *, now: datetime) -> Card:
    """Return what a member said to each time, to be changed; for that member alone."""
    zone = ZoneInfo(poll.zone)
    blocks: list[Markup | None] = [texts("polls.vote.title", title=poll.title)]
    parts: list[object] = []
    for option in poll.options:
        if option.starts_at <= now:
            continue
        mine = next((vote.choice for vote in option.votes if vote.user_id == user_id), None)
        when = _when(option, zone, texts)
        parts.append(texts("polls.vote.time", when=when))
        parts.append(row(VoteOn(poll, option.number, mine, texts)))
    said = any(vote.user_id == user_id for option in poll.options for vote in option.votes)
    return Card(
        *blocks,
        texts("polls.vote.kept") if said else texts("polls.vote.how"),
        *parts,  # pyright: ignore[reportArgumentType] - texts and rows
        row(VoteAll(poll, "yes", texts), VoteAll(poll, "no", texts)),
    )


def manage_card(
    poll: Poll, texts: Texts, *, organiser: bool, exact: bool, missing: int, now: datetime
) -> Card:
    """Return the result so far, to others once it is closed; whoever may settle it finds the buttons under it.

    `exact` is whether this person sees the counts of a poll that is open: they organise it.
    """
    counted = polls.tallies(poll)
    ahead = [one for one in ranked(counted) if one.starts_at > now]
    settle = [Settle(poll, number_of(poll, one), texts) for one in ahead[:5]]
    waiting = poll.closed_at is None
    closes = texts("polls.card.closes", when=spoken(poll.closes_at, ZoneInfo(poll.zone))) if waiting else None
    title = texts("polls.manage.title", title=poll.title)
    if waiting and not exact:
        return Card(title, texts("polls.manage.later"), times(poll, None, texts, now), closes)
    return Card(
        title,
        result(poll, counted, texts, now),
        times(poll, counted, texts, now),
        line(
            texts.count("polls.card.voted", len(polls.voters(poll))),
            texts.count("polls.card.missing", missing) if missing and exact else None,
            closes,
            None if organiser else texts("polls.manage.organisers"),
        ),
        row(*settle) if organiser and settle else None,
        row(Close(poll, texts) if waiting else Reopen(poll, texts), Withdraw(poll, texts))
        if organiser
        else None,
    )


def reminder_card(poll: Poll, texts: Texts) -> Card:
    """Return the reminder that a poll closes before long."""
    return Card(
        texts("polls.remind.title", title=poll.title),
        texts("polls.remind.closes", when=spoken(poll.closes_at, ZoneInfo(poll.zone))),
        row(Vote(poll, texts)),
    )


def result_card(poll: Poll, texts: Texts, *, missing: int, now: datetime) -> Card:
    """Return the news that a poll is closed, to whoever put it or the organisers, with the way to a meeting."""
    counted = polls.tallies(poll)
    buttons = [Settle(poll, number_of(poll, one), texts) for one in best(counted, now)]
    return Card(
        texts("polls.closed_news", title=poll.title, region=poll.region.name),
        result(poll, counted, texts, now),
        times(poll, counted, texts, now),
        texts.count("polls.card.missing", missing) if missing else None,
        row(*buttons) if buttons else None,
    )


def chosen_card(meeting: Meeting, texts: Texts) -> Card:
    """Return the news to somebody who could come that it is on, and the question whether they are."""
    return Card(
        texts("polls.chosen", title=meeting.title),
        cards.facts(meeting, texts),
        cards.answering(meeting, texts),
    )
