"""Verbs on prompts: enqueued for a day, chosen when sent, and counted once posted in a channel."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.campaigns import Action, Campaign, Turns, suggest, turn
from bot.domain.deliveries import Outcome, after_quiet
from db import audit, guilds, limits, people
from db.campaigns.catalogue import campaigns_of
from db.campaigns.completed_actions import dismissals, lately
from db.campaigns.models import Prompt, PromptPlan, PromptSubscription
from db.campaigns.planning import PRIVATE, PROMPT, cadence_of, enqueue_next, subject, upcoming_day
from db.deliveries import NewDelivery, cancel, enqueue
from db.engine.upserts import insert_if_absent
from db.models import Delivery, Guild, Person
from db.outbox import About

PRIVATE_LASTS = timedelta(hours=8)
NOW_LASTS = timedelta(hours=1)


def attend(session: Session, turn: int, for_day: str | None, *, guild_id: int, now: datetime) -> None:
    """Enqueue the prompts of a job's day, if it is still one, and the next job.

    Days missed while the bot was away are skipped: only a day whose time is not over gets prompts.
    """
    guild = guilds.load(session, guild_id)
    plan = session.get(PromptPlan, guild_id)
    if guild is None or guild.absent_since is not None or plan is None or not plan.enabled:
        return
    if plan.turn != turn:
        return
    day = upcoming_day(plan, guild, now=now)
    if day is not None and for_day == day.isoformat():
        plan.last_day = for_day
        _make_out(session, guild, plan, day, now)
        session.flush()
    enqueue_next(session, guild, now=now)


def _make_out(session: Session, guild: Guild, plan: PromptPlan, day: date, now: datetime) -> None:
    zone, cadence = ZoneInfo(guild.zone), cadence_of(plan)
    opens, new_deliveries = cadence.opens(day, zone), list[NewDelivery]()
    channel_id = guilds.common_channel(guild)
    if channel_id is not None and not _gone(session, guild, channel_id):
        prompt = Prompt(
            guild_id=guild.id,
            region_id=None,
            channel_id=channel_id,
            campaign="",
            action="",
            day=day.isoformat(),
            scheduled=True,
            made_at=now,
        )
        new_deliveries.append(_stored(session, prompt, due=opens, expires=cadence.closes(day, zone)))
    for subscription in subscribers(session, guild.id):
        person = session.get(Person, subscription.user_id)
        if person is not None and not person.dms:
            continue
        due = after_quiet(opens, people.zone_of(person, guild), people.quiet_of(person))
        user_id = subscription.user_id
        key = f"prompt:{guild.id}.{plan.turn}:{day}:user:{user_id}"
        about = About(guild.id, subject(guild.id), {"day": day.isoformat()})
        new_deliveries.append(about.message(PRIVATE, key, user_id, due, due + PRIVATE_LASTS, private=True))
    enqueue(session, new_deliveries)


def _stored(session: Session, prompt: Prompt, *, due: datetime, expires: datetime) -> NewDelivery:
    """Store a new prompt, and return its delivery."""
    session.add(prompt)
    session.flush()
    data = {"prompt": prompt.id} if prompt.scheduled else {"prompt": prompt.id, "asked": True}
    about = About(prompt.guild_id, subject(prompt.guild_id), data)
    return about.message(PROMPT, _key(prompt.id), prompt.channel_id, due, expires)


def _key(prompt_id: int) -> str:
    return f"prompt:{prompt_id}"


def _gone(session: Session, guild: Guild, channel_id: int) -> bool:
    """Whether the last prompt to this very channel found it deleted, which the organisers already know."""
    if any(one.channel_id == channel_id and one.channel_gone_at is not None for one in guild.regions):
        return True
    latest = session.scalar(
        select(func.max(Prompt.id)).where(Prompt.guild_id == guild.id, Prompt.channel_id == channel_id)
    )
    if latest is None:
        return False
    found = session.scalars(select(Delivery).where(Delivery.key == _key(latest))).one_or_none()
    return found is not None and found.status == Outcome.FAILED and found.reason == "channel_gone"


def turns_of(session: Session, prompt: Prompt, plan: PromptPlan | None) -> Turns:
    """Return the turns of a prompt's channel."""
    of_channel = (Prompt.guild_id == prompt.guild_id, Prompt.channel_id == prompt.channel_id)
    there = (*of_channel, Prompt.posted_at.is_not(None), Prompt.id != prompt.id)
    counted = select(Prompt.campaign, func.count(), func.max(Prompt.id)).where(*there)
    if plan is not None:
        counted = counted.where(Prompt.posted_at >= plan.counted_from)
    rows = session.execute(counted.group_by(Prompt.campaign)).all()
    last = session.scalar(
        select(Prompt.campaign).where(*there).order_by(Prompt.posted_at.desc(), Prompt.id.desc()).limit(1)
    )
    return Turns({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}, last)


def choose(
    session: Session, prompt_id: int, *, content: Sequence[Campaign], wanted: str | None = None
) -> tuple[Campaign, Action] | None:
    """Choose campaign and action of a prompt about to be sent; the same again if already chosen.

    Return None when no campaign is on any more.
    """
    prompt = session.get(Prompt, prompt_id)
    if prompt is None:
        return None
    campaigns = [
        campaign
        for campaign in campaigns_of(session, prompt.guild_id, content)
        if campaign.actions and (campaign.enabled or not prompt.scheduled)
    ]
    known = {campaign.id: campaign for campaign in campaigns}
    chosen = known.get(prompt.campaign)
    if chosen is None:
        plan = session.get(PromptPlan, prompt.guild_id)
        name = turn(list(known), turns_of(session, prompt, plan), wanted=wanted)
        if name is None:
            return None
        chosen = known[name]
        prompt.campaign, prompt.action = name, ""
    action = chosen.action(prompt.action) or _next_action(session, prompt, chosen)
    prompt.action = action.id
    return chosen, action


def _next_action(session: Session, prompt: Prompt, campaign: Campaign) -> Action:
    query = (
        select(Prompt.action, func.count())
        .where(
            Prompt.guild_id == prompt.guild_id,
            Prompt.channel_id == prompt.channel_id,
            Prompt.campaign == campaign.id,
            Prompt.posted_at.is_not(None),
        )
        .group_by(Prompt.action)
    )
    had = {row[0]: row[1] for row in session.execute(query)}
    return min(campaign.actions, key=lambda action: had.get(action.id, 0))


def posted(session: Session, prompt_id: int, *, now: datetime) -> None:
    """Record that a prompt was posted, so that it counts from now on."""
    prompt = session.get(Prompt, prompt_id)
    if prompt is not None:
        prompt.posted_at = now


def find_prompt(session: Session, prompt_id: int) -> Prompt | None:
    """Return a prompt."""
    return session.get(Prompt, prompt_id)


def post_now(
    session: Session,
    *,
    guild_id: int,
    region_id: int | None,
    channel_id: int,
    campaign: Campaign,
    actor_id: int,
    now: datetime,
) -> Prompt:
    """Enqueue a prompt that an organiser wants in a channel now. Raises TooOften: they reached the limit for a day."""
    limits.use(session, "prompt", guild_id=guild_id, user_id=actor_id, now=now)
    prompt = Prompt(
        guild_id=guild_id,
        region_id=region_id,
        channel_id=channel_id,
        campaign=campaign.id,
        action="",
        day=now.date().isoformat(),
        scheduled=False,
        made_at=now,
    )
    enqueue(session, [_stored(session, prompt, due=now, expires=now + NOW_LASTS)])
    audit.note(session, guild_id, actor_id, "campaign.prompt", f"prompt:{prompt.id}", now)
    return prompt


def subscribe(session: Session, user_id: int, *, guild_id: int, on: bool, now: datetime) -> bool:
    """Store whether a member wants private prompts; return whether that is a change."""
    if on:
        return insert_if_absent(
            session, PromptSubscription, guild_id=guild_id, user_id=user_id, last="", asked_at=now
        )
    found = session.get(PromptSubscription, (guild_id, user_id))
    if found is not None:
        session.delete(found)
        cancel(
            session, subject(guild_id), reason="suggestions_declined", now=now, target_id=user_id, kinds=[PRIVATE]
        )  # fmt: skip
        return True
    return False


def subscription_of(session: Session, user_id: int, *, guild_id: int) -> PromptSubscription | None:
    """Return a member's subscription to private prompts, or None."""
    return session.get(PromptSubscription, (guild_id, user_id))


def subscribers(session: Session, guild_id: int) -> Sequence[PromptSubscription]:
    """Return who wants private prompts."""
    query = (
        select(PromptSubscription)
        .where(PromptSubscription.guild_id == guild_id)
        .order_by(PromptSubscription.user_id)
    )
    return session.scalars(query).all()


def choose_private(
    session: Session,
    user_id: int,
    *,
    guild_id: int,
    content: Sequence[Campaign],
    now: datetime,
    again: bool = False,
) -> tuple[Campaign, Action] | None:
    """Return what a member who asked for prompts gets next; None when nothing fits, or they no longer want any.

    With `again` it is what they got last, while that still fits.
    """
    found = session.get(PromptSubscription, (guild_id, user_id))
    if found is None:
        return None
    campaigns = [each for each in campaigns_of(session, guild_id, content) if each.enabled]
    names = [campaign.id for campaign in campaigns]
    at = names.index(found.last) + (0 if again else 1) if found.last in names else 0
    did, aside = (
        lately(session, user_id, guild_id=guild_id, now=now),
        dismissals(session, user_id, guild_id=guild_id),
    )
    for campaign in campaigns[at:] + campaigns[:at]:
        fits = suggest([campaign], done=did, aside=aside, start=now.toordinal() // 7)
        if fits is not None:
            return fits
    return None


def was_private(
    session: Session, user_id: int, *, guild_id: int, content: Sequence[Campaign], now: datetime
) -> None:
    """Record what a member got, so that another campaign follows."""
    found = session.get(PromptSubscription, (guild_id, user_id))
    chosen = choose_private(session, user_id, guild_id=guild_id, content=content, now=now)
    if found is not None and chosen is not None:
        found.last = chosen[0].id
