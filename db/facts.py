"""Verbs on the facts of a server: changes from the defaults, who checked what when, and the yearly question."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import String, cast, func, literal, or_, select, union
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from bot.domain.facts import NAMES, YEAR, is_due
from db import guilds
from db.audit import note
from db.campaigns.models import CompletedAction, PromptSubscription
from db.deliveries import NewDelivery, enqueue
from db.interests.models import Interest
from db.meetings.models import Answer, Feed, Meeting
from db.membership.models import Consent, Network, NetworkMember
from db.models import Delivery, Draft, Fact, Guild
from db.onboarding.models import Newcomer, OnboardingProgress
from db.outbox import About

ASK = "facts.ask"
_OF = "facts:"
# What is stored about a person by server, indexed by person.
THEIRS = (OnboardingProgress, Newcomer, Interest, Consent, CompletedAction, Feed, PromptSubscription, Draft)
ASKED = (Outcome.SENT, Outcome.LATE)


def of(session: Session, guild_id: int) -> Sequence[Fact]:
    """Return the facts that a server has checked."""
    return session.scalars(select(Fact).where(Fact.guild_id == guild_id)).all()


def keep(
    session: Session, guild_id: int, values: Mapping[str, str | None], *, actor_id: int, now: datetime
) -> None:
    """Store the facts that an admin has checked; None: the default is right."""
    known = {fact.name: fact for fact in of(session, guild_id)}
    for name, value in values.items():
        fact = known.get(name)
        if fact is None:
            fact = Fact(guild_id=guild_id, name=name)
            session.add(fact)
        fact.value, fact.checked_by, fact.checked_at = value, actor_id, now
    note(session, guild_id, actor_id, "setup.facts", "guild", now, changed=sorted(values))


def due(session: Session, guild_id: int, now: datetime) -> Sequence[str]:
    """Return which checked facts of a server need another check; all if it never checked any."""
    looked = [fact for fact in of(session, guild_id) if fact.name in NAMES]
    return [fact.name for fact in looked if is_due(fact.checked_at, now)] if looked else NAMES


def ask_ahead(session: Session, *, now: datetime) -> int:
    """Enqueue the question about facts for each server that is set up or has facts; return how many are new.

    It comes a year after the oldest check, or after the set-up if nobody checked any, and then a year
    after it last came. A pending one follows the organisers' channel.
    """
    looked = select(Fact.guild_id, func.min(Fact.checked_at).label("at")).where(Fact.name.in_(NAMES))
    checked = looked.group_by(Fact.guild_id).subquery()
    # Uses the index of subjects, so that a server's other deliveries are not read.
    asked = (
        select(func.max(Delivery.settled_at))
        .where(
            Delivery.subject == literal(_OF) + cast(Guild.id, String),
            Delivery.status.in_(ASKED),
            Delivery.kind == ASK,
        )
        .scalar_subquery()
    )
    wanted = session.execute(
        select(Guild, checked.c.at, asked)
        .outerjoin(checked, checked.c.guild_id == Guild.id)
        .where(Guild.left_at.is_(None), or_(Guild.set_up_at.is_not(None), checked.c.at.is_not(None)))
    ).all()
    open_ones = select(Delivery).where(Delivery.kind == ASK, Delivery.settled_at.is_(None))
    waiting = {each.guild_id: each for each in session.scalars(open_ones)}
    new_deliveries: list[NewDelivery] = []
    for guild, checked_at, asked_at in wanted:
        target_id, private = guilds.organisers_of(guild)
        if target_id is None:
            continue
        if (found := waiting.get(guild.id)) is not None:
            if found.status == "pending":
                found.target_id, found.private = target_id, private
            continue
        since = checked_at or guild.set_up_at or now
        due_at = max(since if asked_at is None else max(since, asked_at), now - YEAR) + YEAR
        about = About(guild.id, f"{_OF}{guild.id}")
        key = f"{about.subject}:{int(due_at.timestamp())}"
        new_deliveries.append(about.message(ASK, key, target_id, due_at, private=private))
    enqueue(session, new_deliveries)
    return len(new_deliveries)


def servers_of(session: Session, user_id: int, *, most: int) -> Sequence[int]:
    """Return the servers that somebody may be in: all the bot's servers if few, else those that know them.

    Return None when these are too many to ask about.
    """
    there = select(Guild.id).where(Guild.left_at.is_(None)).order_by(Guild.id)
    served = session.scalars(there.limit(most + 1)).all()
    if len(served) <= most:
        return served
    known = union(
        select(Network.guild_id)
        .join(NetworkMember, NetworkMember.network_id == Network.id)
        .where(NetworkMember.user_id == user_id),
        select(Meeting.guild_id)
        .join(Answer, Answer.meeting_id == Meeting.id)
        .where(Answer.user_id == user_id),
        *(select(kind.guild_id).where(kind.user_id == user_id) for kind in THEIRS),
    ).subquery()
    found = session.scalars(there.where(Guild.id.in_(select(known.c.guild_id))).limit(most + 1)).all()
    return found if len(found) <= most else ()
