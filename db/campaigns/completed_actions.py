"""Verbs on what members did: private to them, undone whenever they like, and counted for their region."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.campaigns import Key
from bot.domain.campaigns.suggesting import LATELY
from bot.errors import UserError
from db import limits, receipts
from db.campaigns.models import CompletedAction, Dismissal
from db.engine.upserts import insert_if_absent
from db.membership.models import Departure, Network, NetworkMember
from db.models import Guild

AGAIN = timedelta(hours=12)
"""Within this time the same action by the same person counts once: the button was pressed twice."""


def done(
    session: Session, new: CompletedAction, user_id: int, *, guild_id: int, zone: ZoneInfo, now: datetime
) -> tuple[CompletedAction, bool]:
    """Store what somebody did; return the action, and False when it was stored just before."""
    # Two processes that receive the same press wait for each other here.
    session.execute(select(Guild.id).where(Guild.id == guild_id).with_for_update(key_share=True))
    same = session.scalars(
        select(CompletedAction)
        .where(
            CompletedAction.user_id == user_id,
            CompletedAction.guild_id == guild_id,
            CompletedAction.done_at > now - AGAIN,
            CompletedAction.campaign == new.campaign,
            CompletedAction.action == new.action,
        )
        .order_by(CompletedAction.id.desc())
        .limit(1)
    ).one_or_none()
    if same is not None and not (new.note and same.note and new.note != same.note):
        same.note = new.note or same.note
        return same, False
    limits.use(session, "deed", guild_id=guild_id, user_id=user_id, now=now)
    new.guild_id, new.user_id, new.done_at = guild_id, user_id, now
    new.month = now.astimezone(zone).strftime("%Y-%m")
    new = session.merge(new)
    session.flush()
    receipts.give(session, user_id, "campaign", guild_id=guild_id, now=now)
    return new, True


def undo(session: Session, completed_id: int, *, user_id: int) -> CompletedAction:
    """Undo a completed action. Raises UserError: it is gone, or not theirs."""
    completed = _theirs(session, completed_id, user_id)
    session.execute(delete(CompletedAction).where(CompletedAction.id == completed_id))
    return completed


def annotate(session: Session, completed_id: int, *, user_id: int, note: str) -> CompletedAction:
    """Change the note on a completed action. Raises UserError: it is gone, or not theirs."""
    completed = _theirs(session, completed_id, user_id)
    completed.note = note
    return completed


def _theirs(session: Session, completed_id: int, user_id: int) -> CompletedAction:
    completed = session.get(CompletedAction, completed_id)
    if completed is None or completed.user_id != user_id:
        raise UserError("campaigns.done.gone")
    return completed


def completed_actions_of(
    session: Session, user_id: int, *, guild_id: int, limit: int = 5
) -> Sequence[CompletedAction]:
    """Return what a member recently did, newest first."""
    query = (
        select(CompletedAction)
        .where(CompletedAction.user_id == user_id, CompletedAction.guild_id == guild_id)
        .order_by(CompletedAction.done_at.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def lately(session: Session, user_id: int, *, guild_id: int, now: datetime) -> set[Key]:
    """Return what a member did in the last three months."""
    query = select(CompletedAction.campaign, CompletedAction.action).where(
        CompletedAction.user_id == user_id,
        CompletedAction.guild_id == guild_id,
        CompletedAction.done_at > now - LATELY,
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def dismissals(session: Session, user_id: int, *, guild_id: int) -> set[Key]:
    """Return what a member put aside."""
    query = select(Dismissal.campaign, Dismissal.action).where(
        Dismissal.user_id == user_id, Dismissal.guild_id == guild_id
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def dismiss(
    session: Session, user_id: int, *, guild_id: int, campaign: str, action: str, now: datetime
) -> None:
    """Store that a member does not want an action (or, with an empty one, a campaign) suggested."""
    insert_if_absent(
        session, Dismissal, guild_id=guild_id, user_id=user_id, campaign=campaign, action=action, put_at=now
    )


def take_back(session: Session, user_id: int, *, guild_id: int, campaign: str, action: str) -> None:
    """Let something put aside be suggested again."""
    session.execute(
        delete(Dismissal).where(
            Dismissal.user_id == user_id,
            Dismissal.guild_id == guild_id,
            Dismissal.campaign == campaign,
            Dismissal.action == action,
        )
    )


def family(campaign: str) -> str:
    """Return the counting family of those who did something for a campaign."""
    return f"campaign:{campaign}"


def there(session: Session, guild_id: int, *, now: datetime) -> dict[str, set[int]]:
    """Return who recently did something for each campaign and is still here; only for a snapshot of counts."""
    gone = select(Departure.user_id).where(Departure.guild_id == guild_id)
    query = (
        select(CompletedAction.campaign, CompletedAction.user_id)
        .where(
            CompletedAction.guild_id == guild_id,
            # For the index; a day earlier, since a month begins in the server's zone.
            CompletedAction.month >= (now - LATELY - timedelta(days=1)).strftime("%Y-%m"),
            CompletedAction.done_at > now - LATELY,
            CompletedAction.user_id.is_not(None),
            CompletedAction.user_id.not_in(gone),
        )
        .distinct()
    )
    found: dict[str, set[int]] = {}
    for campaign, user_id in session.execute(query):
        if user_id is not None:
            found.setdefault(campaign, set()).add(user_id)
    return found


def home_region(session: Session, user_id: int, *, guild_id: int) -> int | None:
    """Return the region for which a member's actions count: that of the network they joined first."""
    query = (
        select(Network.region_id)
        .join(NetworkMember, NetworkMember.network_id == Network.id)
        .where(Network.guild_id == guild_id, NetworkMember.user_id == user_id, Network.region_id.is_not(None))
        .order_by(NetworkMember.joined_at, Network.id)
        .limit(1)
    )
    return session.scalar(query)
