"""Verbs on a member's progress through the series: start, show, answer, pause, stop, and counts for organisers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.onboarding import Series, Step, due
from db import people
from db.deliveries import cancel
from db.membership.models import Departure
from db.models import Delivery, Guild, Person
from db.onboarding.greeting import subject
from db.onboarding.models import Newcomer, OnboardingProgress, StepAnswer
from db.outbox import About, send

STEP = "welcome.step"

Said = Literal["done", "skip"]


def find_progress(session: Session, guild_id: int, user_id: int) -> OnboardingProgress | None:
    """Return a member's progress, None when they have not started."""
    return session.get(OnboardingProgress, (guild_id, user_id))


def progress_of(session: Session, user_id: int) -> Sequence[OnboardingProgress]:
    """Return a member's progress in all servers, most recently shown first."""
    query = select(OnboardingProgress).where(OnboardingProgress.user_id == user_id)
    return sorted(session.scalars(query), key=lambda each: each.shown_at or each.started_at, reverse=True)


def greeted_in(session: Session, user_id: int) -> int | None:
    """Return the server that last welcomed somebody."""
    query = (
        select(Newcomer.guild_id)
        .where(Newcomer.user_id == user_id)
        .order_by(Newcomer.joined_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def answers_of(session: Session, guild_id: int, user_id: int) -> dict[str, str]:
    """Return a member's answers, by step."""
    query = select(StepAnswer).where(StepAnswer.guild_id == guild_id, StepAnswer.user_id == user_id)
    return {given.step: given.answer for given in session.scalars(query)}


def start(session: Session, guild_id: int, user_id: int, *, now: datetime) -> OnboardingProgress:
    """Start or continue the series; cancel a greeting still to come."""
    found = session.get(OnboardingProgress, (guild_id, user_id))
    if found is None:
        found = OnboardingProgress(
            guild_id=guild_id, user_id=user_id, state="active", step="", turn=0, unanswered=0, started_at=now
        )
        session.add(found)
    if found.state != "finished":
        found.state = "active"
    cancel(session, subject(guild_id, user_id), reason="started", now=now)
    session.flush()
    return found


def decline(session: Session, guild_id: int, user_id: int, *, now: datetime) -> OnboardingProgress:
    """Record that somebody does not want the series, so that they are not asked again."""
    found = start(session, guild_id, user_id, now=now)
    return stop(session, found, now=now)


def next_step(session: Session, found: OnboardingProgress, series: Series) -> Step | None:
    """Return the next step: the first unanswered one after the last shown."""
    return series.after(found.step, answers_of(session, found.guild_id, found.user_id))


def show(
    session: Session,
    found: OnboardingProgress,
    step: Step,
    series: Series,
    *,
    now: datetime,
    asked: bool = True,
) -> datetime | None:
    """Record that a step is shown, and enqueue the next; return when that is due, None if it is not sent unprompted.

    Args:
        session: the transaction.
        found: their progress, which is updated.
        step: the step shown.
        series: all steps.
        now: the present.
        asked: whether the member asked for it, or it was sent unprompted.
    """
    about = subject(found.guild_id, found.user_id)
    cancel(session, about, reason="shown", now=now)
    found.step, found.shown_at, found.turn = step.name, now, found.turn + 1
    found.unanswered = 1 if asked else found.unanswered + 1
    session.flush()
    return _enqueue_next(session, found, series)


def _enqueue_next(session: Session, found: OnboardingProgress, series: Series) -> datetime | None:
    coming, shown = next_step(session, found, series), series.get(found.step)
    guild, person = session.get(Guild, found.guild_id), session.get(Person, found.user_id)
    if coming is None or guild is None or found.shown_at is None or not reachable(person):
        return None
    zone = people.zone_of(person, guild)
    at = due(coming, shown, found.shown_at, zone=zone, quiet=people.quiet_of(person))
    about = About(found.guild_id, subject(found.guild_id, found.user_id), {"turn": found.turn})
    send(session, about, STEP, f"{about.subject}:{found.turn}", (found.user_id, True), at)
    return at


def reachable(person: Person | None) -> bool:
    """Whether somebody can be messaged: they allow it, and their DMs were not closed last time."""
    return person is None or (person.dms and person.dms_closed_at is None)


def come(session: Session, found: OnboardingProgress, series: Series, *, now: datetime) -> None:
    """Record that the next step was sent unprompted, and enqueue the one after it."""
    coming = next_step(session, found, series)
    if coming is not None:
        show(session, found, coming, series, now=now, asked=False)


def answer(
    session: Session, found: OnboardingProgress, step: str, said: Said, series: Series, *, now: datetime
) -> datetime | None:
    """Store a member's answer to a step; return when the next one is due, None if it is not sent unprompted.

    After the last answer the series is finished.
    """
    given = session.get(StepAnswer, (found.guild_id, found.user_id, step))
    if given is None:
        given = StepAnswer(guild_id=found.guild_id, user_id=found.user_id, step=step)
        session.add(given)
    given.answer, given.answered_at = said, now
    found.unanswered = 0
    session.flush()
    if found.state != "active":
        return None
    if series.after("", answers_of(session, found.guild_id, found.user_id)) is None:
        found.state = "finished"
        cancel(session, subject(found.guild_id, found.user_id), reason="finished", now=now)
        return None
    return _waiting(session, found)


def _waiting(session: Session, found: OnboardingProgress) -> datetime | None:
    query = select(Delivery.due_at).where(
        Delivery.subject == subject(found.guild_id, found.user_id),
        Delivery.kind == STEP,
        Delivery.status == "pending",
    )
    return session.scalar(query)


def pause(session: Session, found: OnboardingProgress, *, now: datetime) -> OnboardingProgress:
    """Send nothing more until the member resumes."""
    return _end(session, found, "paused", now)


def stop(session: Session, found: OnboardingProgress, *, now: datetime) -> OnboardingProgress:
    """End the series for a member who wants no more of it."""
    return _end(session, found, "stopped", now)


def away(session: Session, guild_id: int, user_id: int, *, now: datetime) -> None:
    """End the series of somebody who has left the server; it can be resumed where it was."""
    found = session.get(OnboardingProgress, (guild_id, user_id))
    if found is not None:
        _end(session, found, "left", now)


def departed(session: Session, guild_id: int, user_id: int, *, now: datetime) -> None:
    """Cancel the greeting and series of somebody who has left."""
    cancel(session, subject(guild_id, user_id), reason="left", now=now)
    away(session, guild_id, user_id, now=now)


def quiet(session: Session, found: OnboardingProgress) -> None:
    """Record that goodbye was said to somebody who did not answer."""
    found.state = "quiet"


def _end(session: Session, found: OnboardingProgress, state: str, now: datetime) -> OnboardingProgress:
    if found.state != "finished":
        found.state = state
    cancel(session, subject(found.guild_id, found.user_id), reason=state, now=now)
    session.flush()
    return found


STANDINGS = {
    "active": "underway",
    "paused": "underway",
    "finished": "finished",
    "stopped": "ended",
    "quiet": "ended",
}
"""How progress in each state is counted, excluding those who left."""


def family(about: str) -> str:
    """Return the counting family for something in the series, such as 'step:first:done'."""
    return f"welcome:{about}"


def there(session: Session, guild_id: int) -> dict[str, set[int]]:
    """Return everybody's state in the series and answers to each step; only for a snapshot of counts."""
    gone = select(Departure.user_id).where(Departure.guild_id == guild_id)
    found: dict[str, set[int]] = {}
    states = select(OnboardingProgress.state, OnboardingProgress.user_id).where(
        OnboardingProgress.guild_id == guild_id, OnboardingProgress.user_id.not_in(gone)
    )
    for state, user_id in session.execute(states):
        if state in STANDINGS:
            found.setdefault(STANDINGS[state], set()).add(user_id)
    answers = select(StepAnswer.step, StepAnswer.answer, StepAnswer.user_id).where(
        StepAnswer.guild_id == guild_id, StepAnswer.user_id.not_in(gone)
    )
    for step, said, user_id in session.execute(answers):
        found.setdefault(f"step:{step}:{said}", set()).add(user_id)
    return found
