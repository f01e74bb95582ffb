"""Verbs on when a server's channels get prompts: its cadence, and the job for the next day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.domain.campaigns import AHEAD, FIRST_AFTER, Cadence, next_day
from bot.domain.campaigns.prompting import LOOK_AGAIN
from bot.domain.terms import terms_of
from db import jobs
from db.audit import note
from db.campaigns.models import PromptPlan
from db.deliveries import cancel
from db.engine.upserts import insert_if_absent
from db.models import Guild

JOB = "campaign.plan"
PROMPT = "campaign.prompt"
PRIVATE = "campaign.private"


def subject(guild_id: int) -> str:
    """Return the subject of a server's prompts: 'prompts:5'."""
    return f"prompts:{guild_id}"


def plan_of(session: Session, guild_id: int) -> PromptPlan | None:
    """Return when a server's channels get prompts, None when it is not set up yet."""
    return session.get(PromptPlan, guild_id)


def cadence_of(plan: PromptPlan) -> Cadence:
    """Return a plan's cadence."""
    return Cadence(plan.weekday, time.fromisoformat(plan.clock), plan.every)


def unplanned(session: Session) -> Sequence[int]:
    """Return the servers that are set up and have no plan yet, or one whose next day is not enqueued."""
    query = (
        select(Guild.id)
        .outerjoin(PromptPlan, PromptPlan.guild_id == Guild.id)
        .where(Guild.set_up_at.is_not(None), Guild.absent_since.is_(None))
        .where(
            or_(
                PromptPlan.guild_id.is_(None),
                and_(PromptPlan.enabled.is_(True), Guild.id.not_in(jobs.planned(JOB))),
            )
        )
    )
    return session.scalars(query).all()


def make_plan(
    session: Session, guild_id: int, *, now: datetime, enabled: bool = True, zone: ZoneInfo | None = None
) -> PromptPlan:
    """Return a server's plan, creating it with the defaults if there is none."""
    plan = session.get(PromptPlan, guild_id)
    if plan is not None:
        return plan
    usual = Cadence()
    first = (now + FIRST_AFTER).astimezone(zone or ZoneInfo("Europe/London")).date()
    # Two simultaneous changes of the set-up both get here.
    insert_if_absent(
        session,
        PromptPlan,
        guild_id=guild_id,
        enabled=enabled,
        weekday=usual.weekday,
        clock=f"{usual.clock:%H:%M}",
        every=usual.every,
        turn=0,
        begins=first.isoformat(),
        last_day=None,
        counted_from=now,
    )
    return session.get_one(PromptPlan, guild_id)


def ensure_plan(session: Session, guild_id: int, *, now: datetime, back: bool = False) -> None:
    """Ensure that a server that is set up has a plan, and that its next day is enqueued.

    Args:
        session: the transaction.
        guild_id: the server.
        now: the time (UTC).
        back: it has just taken the bot back, whether or not that is recorded yet.
    """
    guild = session.get(Guild, guild_id)
    if guild is None or guild.set_up_at is None:
        return
    make_plan(session, guild_id, now=now, zone=ZoneInfo(guild.zone))
    enqueue_next(session, guild, now=now, back=back)


def replan(
    session: Session,
    guild_id: int,
    *,
    actor_id: int,
    now: datetime,
    enabled: bool | None = None,
    weekday: int | None = None,
    clock: time | None = None,
    every: int | None = None,
) -> PromptPlan:
    """Change when prompts come; cancel what the old plan enqueued."""
    guild = session.get_one(Guild, guild_id)
    zone = ZoneInfo(guild.zone)
    plan = make_plan(session, guild_id, now=now, zone=zone)
    was_on = plan.enabled
    plan.enabled = plan.enabled if enabled is None else enabled
    plan.weekday = plan.weekday if weekday is None else weekday
    plan.clock = plan.clock if clock is None else f"{clock:%H:%M}"
    plan.every = plan.every if every is None else every
    # Somebody who sets a day and a time wants prompts from the next such day on.
    today = now.astimezone(zone).date()
    opens = cadence_of(plan).opens(today, zone)
    plan.begins = (today if now < opens else today + timedelta(days=1)).isoformat()
    plan.last_day = plan.last_day if every is None and weekday is None and was_on else None
    plan.turn += 1
    cancel(session, subject(guild_id), reason="changed_plan", now=now)
    enqueue_next(session, guild, now=now)
    note(session, guild_id, actor_id, "campaign.prompts", "prompts", now)
    return plan


def upcoming_day(plan: PromptPlan, guild: Guild, *, now: datetime) -> date | None:
    """Return the next day of prompts; None when none is in sight."""
    zone, cadence = ZoneInfo(guild.zone), cadence_of(plan)
    first = max(date.fromisoformat(plan.begins), now.astimezone(zone).date())
    last = date.fromisoformat(plan.last_day) if plan.last_day else None
    if last is not None:
        first = max(first, last + timedelta(days=1))
    terms = terms_of(guild.terms)
    day = next_day(cadence, terms, first=first, last=last)
    if day is not None and now >= cadence.closes(day, zone):
        day = next_day(cadence, terms, first=day + timedelta(days=1), last=last)
    return day


def enqueue_next(session: Session, guild: Guild, *, now: datetime, back: bool = False) -> date | None:
    """Enqueue the job that chooses the next day's prompts; return that day."""
    plan = session.get(PromptPlan, guild.id)
    if plan is None or not plan.enabled or (guild.absent_since is not None and not back):
        return None
    day = upcoming_day(plan, guild, now=now)
    if day is None:
        due = now + LOOK_AGAIN
        key = f"prompts:{guild.id}.{plan.turn}:look:{due.date()}"
    else:
        due = max(now, cadence_of(plan).opens(day, ZoneInfo(guild.zone)) - AHEAD)
        key = f"prompts:{guild.id}.{plan.turn}:{day}:{guild.zone}"
    jobs.enqueue(
        session,
        JOB,
        key,
        guild_id=guild.id,
        target_id=guild.organisers_channel_id or guild.id,
        subject=subject(guild.id),
        due_at=due,
        day=day.isoformat() if day else None,
        turn=plan.turn,
    )
    return day
