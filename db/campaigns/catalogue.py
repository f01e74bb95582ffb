"""Verbs on a server's campaigns: its own ones, rewordings, on and off, and their order."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.campaigns import Action, Campaign, in_order, slug_of
from bot.errors import UserError
from db.audit import note
from db.campaigns.models import GuildCampaign, PromptPlan

MOST_OWN = 20


def stored(session: Session, guild_id: int) -> Sequence[GuildCampaign]:
    """Return what a server has changed or added."""
    query = select(GuildCampaign).where(GuildCampaign.guild_id == guild_id).order_by(GuildCampaign.id)
    return session.scalars(query).all()


def campaigns_of(session: Session, guild_id: int, content: Sequence[Campaign]) -> list[Campaign]:
    """Return the campaigns of a server in its order: the content's with its changes, and its own."""
    rows = {row.slug: row for row in stored(session, guild_id)}
    found = [_changed(campaign, rows.get(campaign.id)) for campaign in content]
    after = max((campaign.order for campaign in content), default=0) + 1
    for row in rows.values():
        if row.own:
            own = Campaign(id=row.slug, title="", why="", actions=(), order=after, own=True)
            found.append(_changed(own, row))
    return in_order(found)


def _changed(campaign: Campaign, row: GuildCampaign | None) -> Campaign:
    if row is None:
        return campaign
    campaign = replace(
        campaign, enabled=row.enabled, order=campaign.order if row.position is None else row.position
    )
    if row.title is None:
        return campaign
    return replace(
        campaign,
        title=row.title,
        why=row.why or "",
        actions=tuple(
            Action(str(each["id"]), str(each["words"]), each["time"], tuple(each["places"]))
            for each in row.actions or ()
        ),
        resources=tuple((row.resources or "").splitlines()),
        partners=(),
        ask=tuple((row.ask or "").splitlines()),
        changed=not campaign.own,
    )


def rows_of(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Return actions as stored."""
    return [
        {"id": action.id, "words": action.words, "time": action.time, "places": list(action.places)}
        for action in actions
    ]


def add(
    session: Session,
    guild_id: int,
    *,
    title: str,
    actions: Sequence[Action],
    taken: Collection[str],
    actor_id: int,
    now: datetime,
    **words: str,
) -> GuildCampaign:
    """Store a campaign of the server's own (fields of `GuildCampaign`); `taken` are the content's ids.

    Raises:
        UserError: there are too many.
    """
    rows = stored(session, guild_id)
    if sum(row.own for row in rows) >= MOST_OWN:
        raise UserError("campaigns.form.full", most=MOST_OWN)
    row = GuildCampaign(
        guild_id=guild_id,
        slug=slug_of(title, {*taken, *(row.slug for row in rows)}),
        own=True,
        enabled=True,
        title=title,
        actions=rows_of(actions),
        **words,
    )
    session.add(row)
    session.flush()
    _changed_set(session, guild_id, now)
    note(session, guild_id, actor_id, "campaign.add", f"campaign:{row.slug}", now)
    return row


def change(
    session: Session,
    guild_id: int,
    slug: str,
    *,
    actions: Sequence[Action],
    actor_id: int,
    now: datetime,
    **words: str,
) -> GuildCampaign:
    """Store a rewording of a campaign (fields of `GuildCampaign`)."""
    row = _row(session, guild_id, slug)
    row.actions = rows_of(actions)
    for name, said in words.items():
        setattr(row, name, said)
    session.flush()
    note(session, guild_id, actor_id, "campaign.edit", f"campaign:{slug}", now)
    return row


def restore(session: Session, guild_id: int, slug: str, *, actor_id: int, now: datetime) -> None:
    """Go back to the content's words."""
    row = _row(session, guild_id, slug)
    row.title = row.why = row.actions = row.resources = row.ask = None
    note(session, guild_id, actor_id, "campaign.edit", f"campaign:{slug}", now)


def switch(session: Session, guild_id: int, slug: str, *, on: bool, actor_id: int, now: datetime) -> None:
    """Switch a campaign on or off; fair shares are counted anew from then on."""
    row = _row(session, guild_id, slug)
    if row.enabled == on:
        return
    row.enabled = on
    _changed_set(session, guild_id, now)
    note(session, guild_id, actor_id, "campaign.switch", f"campaign:{slug}", now, on=on)


def order(session: Session, guild_id: int, slugs: Sequence[str], *, actor_id: int, now: datetime) -> None:
    """Store the order of the campaigns."""
    for position, slug in enumerate(slugs):
        _row(session, guild_id, slug).position = position
    note(session, guild_id, actor_id, "campaign.order", "campaigns", now)


def _row(session: Session, guild_id: int, slug: str) -> GuildCampaign:
    query = select(GuildCampaign).where(GuildCampaign.guild_id == guild_id, GuildCampaign.slug == slug)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = GuildCampaign(guild_id=guild_id, slug=slug, own=False, enabled=True)
        session.add(row)
    return row


def _changed_set(session: Session, guild_id: int, now: datetime) -> None:
    session.execute(update(PromptPlan).where(PromptPlan.guild_id == guild_id).values(counted_from=now))
