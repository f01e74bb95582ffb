"""A region's replaced or deleted channel: what is enqueued for it goes to the next one, or waits."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from bot.domain.deliveries import Outcome
from bot.domain.meetings import LONGEST
from db import deliveries, guilds
from db.base import Base
from db.campaigns.models import Prompt
from db.comms.models import Publication
from db.engine import wake
from db.events.models import Event
from db.groups.models import WorkingGroup
from db.keydates.models import KeyDate
from db.meetings import integrations, outbox, polls
from db.meetings.models import Meeting, PinnedList, Series
from db.meetings.poll_models import Poll
from db.meetings.reminding import ANNOUNCE, CARD, CORRECT
from db.models import Delivery, Guild, Region
from db.outbox import about, send

GONE = "region.channel_gone"
LOOK_AGAIN = timedelta(days=1)
"""What does not expire is tried again after this time."""
STAYS = (CARD, CORRECT, polls.CARD)
"""Edits of messages in a channel, which can't go to another."""


def follow(session: Session, region: Region, old: int, *, now: datetime) -> None:
    """Redirect whatever goes to a region's former channel (`old`) to its present one."""
    new, gone = region.channel_id, region.channel_gone_at is not None
    region.channel_gone_at = None
    ahead = and_(Meeting.region_id == region.id, Meeting.starts_at > now - LONGEST)
    open_polls = and_(Poll.region_id == region.id, Poll.withdrawn_at.is_(None), Poll.meeting_id.is_(None))
    session.flush()
    if not gone:
        # Their cards stay where they are; one whose channel becomes the region's again is in the right place.
        for kind, which in ((Meeting, ahead), (Poll, open_polls)):
            posted = and_(which, kind.message_id.is_not(None))
            stayed = and_(posted, kind.card_channel_id.is_(None), kind.channel_id == old)
            _set(session, kind, stayed, card_channel_id=old)
            _set(session, kind, posted, kind.card_channel_id == new, card_channel_id=None)
    for kind, which in ((Meeting, ahead), (Poll, open_polls), (Series, Series.region_id == region.id)):
        _set(session, kind, which, channel_id=new)
    # Include what was posted, so that nothing repeats too soon; failures there mean nothing for the new one.
    here, posted_there = region.guild_id, and_(Prompt.channel_id == old, Prompt.posted_at.is_not(None))
    _set(session, Prompt, Prompt.guild_id == here, posted_there, channel_id=new)
    called_there = Publication.call_channel_id == old
    _set(session, Publication, Publication.guild_id == here, called_there, call_channel_id=new)
    _set(session, Guild, Guild.id == here, Guild.common_channel_id == old, common_channel_id=new)
    session.expire_all()
    _redirect(session, region.guild_id, old, new, now=now)
    if gone:
        _post_again(session, old, guild_id=region.guild_id, region_id=region.id, now=now)
    if session.get(PinnedList, region.id) is not None:
        integrations.touch_list(session, region.id, region.guild_id, new, now=now)
    integrations.touch_events(session, region.guild_id, now)


def _set(session: Session, kind: type[Base], *which: ColumnElement[bool], **values: Any) -> None:
    """Change rows in the database alone: what the session holds of them stays as it was."""
    changed = update(kind).where(*which).values(**values)
    session.execute(changed, execution_options={"synchronize_session": False})


def follow_common(session: Session, guild: Guild, old: int | None, *, now: datetime) -> None:
    """Redirect what concerns everybody from its former channel (`old`) to the present one."""
    new = guilds.common_channel(guild)
    if not old or not new or old == new:
        return
    everybody = {"event": Event, "keydate": KeyDate, "publication": Publication}
    ahead = {"event": Event.last_on >= (now - timedelta(days=1)).date().isoformat()}  # past events are many
    about = [
        f"{name}:{one.id}"
        for name, kind in everybody.items()
        for one in session.scalars(
            select(kind).where(kind.guild_id == guild.id, kind.region_id.is_(None), ahead.get(name, true()))
        )
        if getattr(one, "calls", "") != "channel"  # that one has its own channel
    ]
    about.append(f"prompts:{guild.id}")
    _redirect(session, guild.id, old, new, Delivery.subject.in_(about), now=now)
    waiting = (Prompt.guild_id == guild.id, Prompt.channel_id == old, Prompt.posted_at.is_(None))
    session.execute(update(Prompt).where(*waiting, Prompt.region_id.is_(None)).values(channel_id=new))


def deleted(session: Session, guild_id: int, channel_id: int, *, now: datetime) -> bool:
    """Record that a channel is deleted; return True when anything of ours was in it.

    What is enqueued for a region's channel waits until the region has another, which the organisers are asked for once.
    Cards in a region's former channel are posted again in its present one.
    """
    region = session.scalars(
        select(Region).where(Region.guild_id == guild_id, Region.channel_id == channel_id)
    ).one_or_none()
    if region is None:
        return _post_again(session, channel_id, guild_id=guild_id, region_id=None, now=now)
    pending = and_(*_enqueued_for(guild_id, channel_id), Delivery.status == "pending")
    until = func.coalesce(Delivery.expires_at, now + LOOK_AGAIN)
    _set(session, Delivery, pending, wake_at=until, reason="channel_gone")
    if region.channel_gone_at is None:
        region.channel_gone_at = now
        # Its threads went with it; whatever needs one creates another.
        session.execute(
            update(WorkingGroup).where(WorkingGroup.region_id == region.id).values(thread_channel_id=None)
        )
        _ask(session, region, now)
    return True


def undeliverable(session: Session, delivery: Delivery, *, now: datetime) -> bool:
    """Record that the channel of a claimed delivery no longer exists; return False if it is not a region's.

    If it is, the delivery waits with the others for the region's next channel.
    """
    if delivery.private:
        return False
    moved = _now_in(session, delivery)
    if moved is not None and moved != delivery.target_id and delivery.kind not in STAYS:
        return _give_back(session, delivery, target_id=moved, wake_at=now)
    if not deleted(session, delivery.guild_id, delivery.target_id, now=now):
        return False
    if delivery.kind in STAYS:
        return _let_go(session, delivery, now=now)
    until = delivery.expires_at or now + LOOK_AGAIN
    return _give_back(session, delivery, target_id=delivery.target_id, wake_at=until)


def _let_go(session: Session, delivery: Delivery, *, now: datetime) -> bool:
    return deliveries.finish(session, delivery, Outcome.SUPPRESSED, now=now, reason="channel_gone")


def _give_back(session: Session, delivery: Delivery, *, target_id: int, wake_at: datetime) -> bool:
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.status == "sending", Delivery.worker == delivery.worker)
        .values(
            status="pending",
            target_id=target_id,
            wake_at=wake_at,
            reason="channel_gone",
            lease_until=None,
            worker=None,
            attempts=0,
        )
    )
    wake(session, wake_at)
    return True


def _now_in(session: Session, delivery: Delivery) -> int | None:
    """Return the present channel of a delivery's meeting or poll."""
    for name, kind in (("meeting", Meeting), ("poll", Poll)):
        if delivery.subject.startswith(f"{name}:"):
            return session.scalar(select(kind.channel_id).where(kind.id == int(delivery.data[name])))
    return None


def _redirect(
    session: Session, guild_id: int, old: int, new: int, *which: ColumnElement[bool], now: datetime
) -> None:
    """Send what is enqueued for a channel to another, and what failed there too if it is retried."""
    another = aliased(Delivery)
    key = func.replace(Delivery.key, f":channel:{old}", f":channel:{new}")
    free = ~exists().where(another.key == key)
    useful = or_(Delivery.expires_at.is_(None), Delivery.expires_at > now)
    waits = and_(*_enqueued_for(guild_id, old), *which, Delivery.kind.not_in(STAYS), useful)
    twice = {"status": Outcome.SUPPRESSED, "settled_at": now, "reason": "sent_already"}
    for where, values in (
        # What is already enqueued for the new channel is not enqueued twice.
        (and_(Delivery.status == "pending", ~free, key != Delivery.key), twice),
        (Delivery.status == "pending", {"target_id": new, "key": key, "wake_at": Delivery.due_at}),
        (Delivery.status == Outcome.FAILED, {"target_id": new}),
    ):
        _set(session, Delivery, waits, where, **values)
    wake(session, now)


def _enqueued_for(guild_id: int, channel_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Delivery.guild_id == guild_id, Delivery.target_id == channel_id, Delivery.private.is_(False))


def _post_again(session: Session, old: int, *, guild_id: int, region_id: int | None, now: datetime) -> bool:
    """Post again the cards of a deleted channel, in the region's or whichever channel they now belong in."""
    found = False
    for kind, card, announce in ((Meeting, CARD, ANNOUNCE), (Poll, polls.CARD, polls.ANNOUNCE)):
        stood = kind.card_channel_id == old
        if region_id is not None:
            stood = or_(stood, and_(kind.region_id == region_id, kind.card_channel_id.is_(None)))
        for one in session.scalars(
            select(kind).where(
                kind.guild_id == guild_id, stood, kind.message_id.is_not(None), _live(kind, now)
            )
        ).all():
            found = True
            one.message_id = one.card_channel_id = None
            outbox.cancel(session, one, now, card, reason="channel_gone")
            key = f"{one.subject}:announce:{one.channel_id}:{now.timestamp():.0f}"
            expires_at = one.starts_at if isinstance(one, Meeting) else one.closes_at
            outbox.enqueue(session, one, announce, key, now, expires_at=expires_at)
    session.flush()
    return found


def _live(kind: type[Meeting] | type[Poll], now: datetime) -> ColumnElement[bool]:
    if kind is Meeting:
        return and_(Meeting.starts_at > now, Meeting.cancelled_at.is_(None))
    return and_(Poll.closes_at > now, Poll.closed_at.is_(None), Poll.withdrawn_at.is_(None))


def _ask(session: Session, region: Region, now: datetime) -> None:
    """Ask once for another channel, in the organisers' channel or whoever set up the bot."""
    guild = session.get_one(Guild, region.guild_id)
    target, private = guild.organisers_channel_id, False
    if target is None or target == region.channel_id:
        target, private = guild.admin_id, True
    matter = about(region, guild.id)
    key = f"{matter.subject}:gone:{region.channel_id}:{now.timestamp():.0f}"
    send(session, matter, GONE, key, (target, private), now)
