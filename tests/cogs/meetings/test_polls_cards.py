"""The cards of polls, suggestions and proposals, as they are sent."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from discord import ui

from bot.domain.clashes import Clash
from bot.domain.fairness import Suggestion
from bot.domain.polls import MOST
from bot.texts import Texts
from cogs.meetings import clashes, proposals, suggesting
from cogs.meetings.polls import cards
from cogs.meetings.polls.cards import manage_card, vote_card
from db.meetings.poll_models import Poll, PollOption, PollVote, Proposal
from db.models import Region
from tests.cogs.conftest import Golden, shown

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
NASTY = "**x** @everyone <@1> [a](https://evil.example) `c`"
REGION = Region(id=3, guild_id=1, name="North West", folded="north west", channel_id=7)


def poll(title: str = "Spring meeting", times: int = 3, votes: int = 0) -> Poll:
    """Return a poll as it comes from the store; member n says yes to time n and no to the rest."""
    options = [
        PollOption(
            id=number,
            poll_id=5,
            number=number,
            wall="",
            starts_at=NOW + timedelta(days=7 + number, hours=8),
            minutes=60,
            votes=[
                PollVote(
                    option_id=number, user_id=user, choice="yes" if user == number else "no", voted_at=NOW
                )
                for user in range(1, votes + 1)
            ],
        )
        for number in range(1, times + 1)
    ]
    return Poll(
        id=5,
        guild_id=1,
        region_id=3,
        title=title,
        zone="Europe/London",
        by_id=42,
        made_at=NOW,
        closes_at=NOW + timedelta(days=5),
        channel_id=7,
        region=REGION,
        options=options,
    )


def test_a_poll(golden: Golden, texts: Texts) -> None:
    golden("poll_open", cards.poll_card(poll(votes=2), texts, now=NOW))
    golden("poll_passed", cards.poll_card(poll(votes=1), texts, now=NOW + timedelta(days=9)))
    golden("poll_reminder", cards.reminder_card(poll(), texts))


def test_a_poll_that_is_over(golden: Golden, texts: Texts) -> None:
    closed = poll(votes=2)
    closed.closed_at = NOW
    golden("poll_closed", cards.poll_card(closed, texts, now=NOW))
    golden("poll_result", cards.result_card(closed, texts, missing=2, now=NOW))
    nobody = poll()
    nobody.closed_at = NOW
    golden("poll_nobody", cards.poll_card(nobody, texts, now=NOW))
    settled = poll(votes=1)
    settled.meeting_id = 12
    golden("poll_settled", cards.poll_card(settled, texts, now=NOW))
    back = poll()
    back.withdrawn_at = NOW
    golden("poll_withdrawn", cards.poll_card(back, texts, now=NOW))


def test_what_a_member_says(golden: Golden, texts: Texts) -> None:
    golden("poll_vote_new", vote_card(poll(), 2, texts, now=NOW))
    golden("poll_vote_kept", vote_card(poll(votes=2), 2, texts, now=NOW))
    golden("poll_manage", manage_card(poll(votes=2), texts, organiser=True, exact=True, missing=3, now=NOW))
    golden(
        "poll_manage_member",
        manage_card(poll(), texts, organiser=False, exact=False, missing=0, now=NOW),
    )


@pytest.mark.parametrize("title", ["x" * 100, (NASTY * 3)[:100]])
def test_the_largest_poll_fits_into_a_message(texts: Texts, title: str) -> None:
    large = poll(title, times=MOST, votes=MOST)
    views: list[ui.LayoutView] = [
        cards.poll_card(large, texts, now=NOW),
        vote_card(large, 3, texts, now=NOW),
        manage_card(large, texts, organiser=True, exact=True, missing=999, now=NOW),
        cards.result_card(large, texts, missing=999, now=NOW),
    ]
    for view in views:
        assert view.content_length() <= 4_000
        assert sum(1 for _ in view.walk_children()) <= 40
        assert "[a](https" not in str(shown(view))


def test_suggestions(golden: Golden, texts: Texts) -> None:
    first = Suggestion(
        3, "evening", time(19), "Library", suits=8, fails=2, relieved=6, place_used=2, of=6, like=9
    )
    worst = Suggestion(1, "after_school", time(17), "", suits=1, fails=7, over=6, of=6)
    offers = [
        suggesting.Offer(NOW + timedelta(days=17), first),
        suggesting.Offer(NOW + timedelta(days=22), worst),
    ]
    card = suggesting.suggest_card(REGION, offers, LONDON, texts, met=6, known=True)
    golden("suggest", card)
    plain = [suggesting.Offer(NOW + timedelta(days=days)) for days in (15, 17, 19)]
    golden("suggest_plain", suggesting.suggest_card(REGION, plain, LONDON, texts, met=1, known=False))


def test_clashes_are_told_once_each_and_no_more_than_some(texts: Texts) -> None:
    day = NOW.date()
    clash = Clash("bank_holiday", NASTY, days=(day, day))
    words = clashes.said([clash, clash], LONDON, texts)
    assert words is not None
    assert words.count("is a bank holiday") == 1
    assert "[a](https" not in words
    many = [Clash("observance", str(number), days=(day, day)) for number in range(9)]
    words = clashes.said(many, LONDON, texts)
    assert words is not None
    assert words.splitlines()[-1] == "- and 3 more things"
    assert clashes.said([], LONDON, texts) is None


def test_the_answers_to_a_proposal(golden: Golden, texts: Texts) -> None:
    wanted = Proposal(
        id=4,
        guild_id=1,
        region_id=3,
        by_id=42,
        title="Film night",
        wall="2026-03-12T18:00",
        zone="Europe/London",
        starts_at=datetime(2026, 3, 12, 18, tzinfo=UTC),
        minutes=90,
        rule="FREQ=WEEKLY;BYDAY=TH",
        venue="Library",
        online="",
        access="",
        made_at=NOW,
        state="declined",
        reason=NASTY,
        region=REGION,
    )
    golden("proposal_declined", proposals.told_card(wanted, None, texts))
    assert "every Thursday, 6pm, from 12 March 2026" in proposals.facts(wanted, texts)
