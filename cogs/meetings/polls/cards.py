"""The cards of a poll: the question, what a member said, the result. They show counts, never who said what.

While a poll is open only whoever organises it sees counts: in a channel that watches, each vote would be somebody's.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.polls import best
from bot.texts import Texts
from cogs.common.base import GREY, Card, row
from cogs.common.times import spoken
from cogs.meetings import cards
from cogs.meetings.polls.buttons import Manage, Settle, Vote
from cogs.meetings.polls.words import number_of, result, times
from db.meetings import polls
from db.meetings.models import Meeting
from db.meetings.polls.models import Poll


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
