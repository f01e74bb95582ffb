"""Verbs on the regions of a server."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.domain.names import normalize
from bot.errors import UserError
from db.audit import note
from db.meetings.models import Meeting, Series
from db.models import Region
from db.setup import channels


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
