"""Which role a region's messages mention, and what was mentioned on a day; decided before a message is sent.

The decision is stored with the delivery, so that a retry, even after a crash, says the same. Whether it counts
depends on the delivery's status, so that the two can never disagree.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.deliveries import Outcome
from bot.domain.mentions import (
    CAPPED,
    NAMED_WITHIN,
    MentionDecision,
    Occasion,
    day_of,
    mention_decision,
    role_for,
    to_store,
)
from bot.domain.names import normalize
from bot.errors import UserError
from db import deliveries
from db.audit import note
from db.meetings.models import Meeting, Series
from db.meetings.poll_models import Poll
from db.membership.models import Network
from db.models import Delivery, Guild, Mention, Region
from db.outbox import About, send
from db.setup import channels

SENT = (Outcome.SENT, Outcome.LATE)
UNSENT = (Outcome.SUPPRESSED, Outcome.FAILED, Outcome.EXPIRED)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The role that a message mentions, and the titles of what was posted without a mention before."""

    role_id: int
    titles: tuple[str, ...] = ()


def roles_of(session: Session, guild_id: int) -> dict[int, int]:
    """Return the role that each region of a server mentions, by region id, without regions that have none."""
    query = (
        select(Region.id, Region.mention_role_id, func.max(Network.role_id))
        .outerjoin(Network, Network.region_id == Region.id)
        .where(Region.guild_id == guild_id)
        .group_by(Region.id, Region.mention_role_id)
    )
    found = {row[0]: role_for(row[1], row[2]) for row in session.execute(query)}
    return {region_id: role_id for region_id, role_id in found.items() if role_id is not None}


def choose(
    session: Session,
    region_id: int,
    *,
    guild_id: int,
    role_id: int | None,
    reminders: bool,
    actor_id: int,
    now: datetime,
) -> Region:
    """Set the role that a region mentions (None: none), in last reminders too if `reminders`.

    Raises:
        UserError: the server no longer has this region.
    """
    region = session.get(Region, region_id)
    if region is None or region.guild_id != guild_id:
        raise UserError("setup.pings.region_gone")
    region.mention_role_id = to_store(role_id, _of_network(session, region_id))
    region.mention_reminders = reminders
    note(session, guild_id, actor_id, "setup.pings", f"region:{region_id}", now)
    return region


def _of_network(session: Session, region_id: int) -> int | None:
    return session.scalar(select(func.max(Network.role_id)).where(Network.region_id == region_id))


def decide(session: Session, delivery: Delivery, occasion: Occasion, *, now: datetime) -> Mentioned | None:
    """Return what a claimed delivery to a channel mentions, None for nothing; an earlier decision stands."""
    region = session.scalars(
        select(Region)
        .where(Region.guild_id == delivery.guild_id, Region.channel_id == delivery.target_id)
        .with_for_update()  # two processes decide one after the other
    ).one_or_none()
    if region is None:
        return None
    role_id = role_for(region.mention_role_id, _of_network(session, region.id))
    day = day_of(now, ZoneInfo(session.get_one(Guild, delivery.guild_id).zone))
    before = session.get(Mention, delivery.id)
    if before is not None and before.role_id is not None and (before.day == day or occasion not in CAPPED):
        return Mentioned(before.role_id, _titles(session, _named_in(session, delivery.id), now))
    if role_id is None:
        return None
    found = mention_decision(
        occasion,
        used=occasion in CAPPED and _is_used(session, region.id, day, delivery.id),
        reminders=region.mention_reminders,
        last=occasion is not Occasion.REMINDER or not deliveries.overtaken(session, delivery),
        first=not _was_sent(session, delivery),
    )
    if found is MentionDecision.NONE:
        return None
    mention = before or Mention(delivery_id=delivery.id, region_id=region.id)
    mention.day, mention.occasion = day, occasion
    mention.role_id = role_id if found is MentionDecision.MADE else None
    session.add(mention)
    session.flush()
    if found is MentionDecision.HELD:
        return None
    held = _held(session, region.id, day_of(now - NAMED_WITHIN, ZoneInfo("UTC")))
    session.execute(
        update(Mention)
        .where(Mention.delivery_id.in_([one.id for one in held]))
        .values(named_in=delivery.id)
        .execution_options(synchronize_session=False)
    )
    # What this message is about is not also named.
    return Mentioned(role_id, _titles(session, [one for one in held if one.subject != delivery.subject], now))


def made(session: Session, subject: str, message_id: int, *, now: datetime) -> Mentioned | None:
    """Return what a sent message mentions, or None."""
    found = session.scalars(
        select(Mention)
        .join(Delivery, Delivery.id == Mention.delivery_id)
        .where(Delivery.subject == subject, Delivery.status.in_(SENT), Delivery.message_id == message_id)
    ).first()
    if found is None or found.role_id is None:
        return None
    return Mentioned(found.role_id, _titles(session, _named_in(session, found.delivery_id), now))


def _is_used(session: Session, region_id: int, day: str, but: int) -> bool:
    """Whether a capped message has mentioned the role that day, or is about to."""
    query = (
        select(Mention.delivery_id)
        .join(Delivery, Delivery.id == Mention.delivery_id)
        .where(
            Mention.region_id == region_id,
            Mention.day == day,
            Mention.role_id.is_not(None),
            Mention.occasion.in_(list(CAPPED)),
            Mention.delivery_id != but,
            Delivery.status.not_in(UNSENT),
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def _was_sent(session: Session, delivery: Delivery) -> bool:
    """Whether the same was posted before, such as a card posted again in another channel."""
    query = select(Delivery.id).where(
        Delivery.subject == delivery.subject,
        Delivery.status.in_(SENT),
        Delivery.kind == delivery.kind,
        Delivery.private.is_(False),
        Delivery.id != delivery.id,
    )
    return session.scalar(query.limit(1)) is not None


def _held(session: Session, region_id: int, since: str) -> Sequence[Delivery]:
    """Return what was posted in a region without a mention and not named since, oldest first."""
    namer = aliased(Delivery)
    unnamed = or_(
        Mention.named_in.is_(None),
        exists().where(and_(namer.id == Mention.named_in, namer.status.in_(UNSENT))),
    )
    query = (
        select(Delivery)
        .join(Mention, Mention.delivery_id == Delivery.id)
        .where(
            Mention.region_id == region_id,
            Mention.day >= since,
            Mention.role_id.is_(None),
            Delivery.status.in_(SENT),
            unnamed,
        )
        .order_by(Delivery.id)
    )
    return session.scalars(query).all()


def _named_in(session: Session, delivery_id: int) -> Sequence[Delivery]:
    about = select(Delivery.subject).where(Delivery.id == delivery_id).scalar_subquery()
    region_id = select(Mention.region_id).where(Mention.delivery_id == delivery_id).scalar_subquery()
    query = (
        select(Delivery)
        .join(Mention, Mention.delivery_id == Delivery.id)
        .where(Mention.region_id == region_id, Mention.named_in == delivery_id, Delivery.subject != about)
        .order_by(Delivery.id)
    )
    return session.scalars(query).all()


def _titles(session: Session, held: Sequence[Delivery], now: datetime) -> tuple[str, ...]:
    """Return the titles of deliveries' future meetings and polls, without repeats."""
    meetings = [int(one.data["meeting"]) for one in held if "meeting" in one.data]
    polls = [int(one.data["poll"]) for one in held if "poll" in one.data]
    titles: list[str] = []
    if meetings:
        ahead = (Meeting.id.in_(meetings), Meeting.cancelled_at.is_(None), Meeting.starts_at > now)
        titles += session.scalars(select(Meeting.title).where(*ahead).order_by(Meeting.starts_at, Meeting.id))
    if polls:
        open_ones = (Poll.id.in_(polls), Poll.closed_at.is_(None), Poll.withdrawn_at.is_(None))
        titles += session.scalars(
            select(Poll.title).where(*open_ones, Poll.closes_at > now).order_by(Poll.closes_at, Poll.id)
        )
    return tuple(titles)


def set_region(
    session: Session, guild_id: int, *, name: str, channel_id: int, actor_id: int, now: datetime
) -> Region:
    """Set the channel of the region `name`; if the channel already has a region, rename that.

    Raises:
        UserError: both exist, and are different regions.
    """
    folded = normalize(name) or name  # a name of only emoji or another script is compared as it is
    by_name = session.scalars(
        select(Region).where(Region.guild_id == guild_id, Region.folded == folded)
    ).one_or_none()
    by_channel = session.scalars(
        select(Region).where(Region.guild_id == guild_id, Region.channel_id == channel_id)
    ).one_or_none()
    if by_name is not None and by_channel is not None and by_name is not by_channel:
        raise UserError("setup.region.channel_taken", other=by_channel.name)
    known = by_name or by_channel
    before = known.channel_id if known is not None else None
    region = known or Region(guild_id=guild_id)
    region.name, region.folded, region.channel_id = name, folded, channel_id
    session.add(region)
    session.flush()
    if before is not None and (before != channel_id or region.channel_gone_at is not None):
        channels.follow(session, region, before, now=now)
    note(session, guild_id, actor_id, "setup.region", f"region:{region.id}", now)
    return region


def drop_regions(
    session: Session, guild_id: int, channel_ids: Collection[int], *, actor_id: int, now: datetime
) -> list[str]:
    """Delete the regions of these channels; return the names of those kept because they have meetings."""
    wanted = select(Region).where(Region.guild_id == guild_id, Region.channel_id.in_(channel_ids))
    used = exists().where(Meeting.region_id == Region.id) | exists().where(Series.region_id == Region.id)
    for region_id in session.scalars(wanted.where(~used).with_only_columns(Region.id)).all():
        session.execute(delete(Region).where(Region.id == region_id))
        note(session, guild_id, actor_id, "setup.region_dropped", f"region:{region_id}", now)
    return [region.name for region in session.scalars(wanted.order_by(Region.name))]


HELLO = "setup.hello"
WITHIN = timedelta(days=1)
"""After so long whoever installed the bot has found out, or has gone away."""


def say_hello(session: Session, guild_id: int, channel_id: int, *, now: datetime) -> None:
    """Enqueue the post in a channel on how to begin; reinstalling on the same day does not repeat it."""
    about = About(guild_id, f"hello:{guild_id}")
    send(session, about, HELLO, f"{about.subject}:{now.date()}", (channel_id, False), now, now + WITHIN)
