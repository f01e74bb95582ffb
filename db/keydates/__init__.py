"""Verbs on key dates: those of a server, the prompts enqueued ahead of them, and the nearest one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from bot.domain.keydates import AHEAD, AT, Yearly, prompts
from bot.domain.names import normalize
from bot.errors import UserError
from db import deliveries, guilds, jobs, limits
from db.audit import note
from db.deliveries import NewDelivery
from db.keydates.models import KeyDate, KeyDateSetting
from db.lookup import of_server
from db.models import Delivery, Guild
from db.outbox import About, subject

PROMPT = "keydates.prompt"
JOB = "keydates.plan"
LOOK_AHEAD = timedelta(days=70)
LOOK_AGAIN = timedelta(days=28)
"""Prompts are enqueued ten weeks ahead and reviewed every four weeks, so that a long outage misses none silently."""
MOST = 60


def when_of(key_date: KeyDate) -> Yearly:
    """Return a key date's days."""
    return Yearly(date.fromisoformat(key_date.first), key_date.rule)


class Near(NamedTuple):
    """A key date that is near: its day, name, and the campaign that it is tied to ('cuba')."""

    day: date
    name: str
    campaign: str


def near(
    session: Session,
    guild_id: int,
    day: date,
    *,
    within: timedelta,
    region_id: int | None = None,
    without: Collection[str] = (),
) -> Near | None:
    """Return the nearest key date with a campaign, on `day` or up to `within` after it; None when there is none.

    Those of other regions than `region_id` do not count, nor those switched off, tied to a pillar or to one of the
    campaigns in `without`.
    """
    query = select(KeyDate).where(
        KeyDate.guild_id == guild_id,
        KeyDate.off.is_(False),
        KeyDate.campaign.not_like("pillar:%"),
        or_(KeyDate.region_id.is_(None), KeyDate.region_id == region_id),
    )
    found: list[Near] = []
    for key_date in session.scalars(query):
        if key_date.campaign in without:
            continue
        following = when_of(key_date).on_or_after(day)
        if following is not None and following - day <= within:
            found.append(Near(following, key_date.name, key_date.campaign or ""))
    return min(found, default=None)


def of_guild(session: Session, guild_id: int) -> Sequence[KeyDate]:
    """Return the key dates of a server, by name."""
    return session.scalars(select(KeyDate).where(KeyDate.guild_id == guild_id).order_by(KeyDate.name)).all()


def find(session: Session, key_date_id: int, *, guild_id: int) -> KeyDate:
    """Return a key date of this server. Raises UserError: none has this id here."""
    return of_server(session, KeyDate, key_date_id, guild_id, "keydates.gone")


def setting(session: Session, guild_id: int) -> KeyDateSetting:
    """Return a server's prompt settings, or unstored defaults."""
    found = session.get(KeyDateSetting, guild_id)
    if found is not None:
        return found
    return KeyDateSetting(
        guild_id=guild_id, prompts=True, ahead=list(AHEAD), at=AT.strftime("%H:%M"), muted=[]
    )


def outdated(session: Session, known: Iterable[KeyDate]) -> list[int]:
    """Return the servers that are set up but lack a current key date or a pending review."""
    pages = {one.page: _stored(one) for one in known}
    stored: dict[int, dict[str, Mapping[str, object]]] = {}
    for key_date in session.scalars(select(KeyDate).where(KeyDate.page != "")):
        stored.setdefault(key_date.guild_id, {})[key_date.page] = _stored(key_date)
    planned = set(session.scalars(jobs.planned(JOB)))
    set_up = session.scalars(
        select(Guild.id).where(Guild.set_up_at.is_not(None), Guild.absent_since.is_(None))
    )
    return [guild_id for guild_id in set_up if stored.get(guild_id, {}) != pages or guild_id not in planned]


def _stored(key_date: KeyDate) -> Mapping[str, object]:
    return {name: getattr(key_date, name) for name in ("name", "rule", "first", "campaign")}


def ensure(session: Session, guild_id: int, known: Iterable[KeyDate], *, now: datetime) -> None:
    """Store the built-in key dates (page, name, days and campaign) for a server, and enqueue all prompts.

    One that the server switched off stays off; one that the bot no longer knows is deleted; one whose name the server
    uses for its own date is left to the server.
    """
    if session.get(Guild, guild_id) is None:
        return
    present = {key_date.page: key_date for key_date in of_guild(session, guild_id) if key_date.page}
    taken = {key_date.folded for key_date in of_guild(session, guild_id) if not key_date.page}
    for one in known:
        folded = normalize(one.name)
        if folded in taken:
            continue
        key_date = present.pop(one.page, None) or KeyDate(
            guild_id=guild_id, page=one.page, note="", off=False
        )
        key_date.folded = folded
        for name, value in _stored(one).items():
            setattr(key_date, name, value)
        session.add(key_date)
    for gone in present.values():
        deliveries.cancel(session, subject(gone), reason="key_date_removed", now=now)
        session.delete(gone)
    session.flush()
    plan(session, guild_id, now=now)


def plan(session: Session, guild_id: int, *, now: datetime) -> None:
    """Enqueue the prompts of the next weeks by the present settings, and the job that plans the next ones.

    Prompts no longer wanted are cancelled; others are enqueued under their old keys.
    """
    guild = guilds.load(session, guild_id)
    if guild is None:
        return
    chosen, zone = setting(session, guild_id), ZoneInfo(guild.zone)
    channels = {one.id: one.channel_id for one in guild.regions if one.id not in chosen.muted}
    channels |= {None: guilds.common_channel(guild)}
    new_deliveries: list[NewDelivery] = []
    there = of_guild(session, guild_id)
    prompted = [key_date for key_date in there if chosen.prompts and not key_date.off]
    session.execute(
        update(Delivery)
        .where(
            Delivery.subject.in_([subject(key_date) for key_date in there]),
            Delivery.kind == PROMPT,
            Delivery.status == "pending",
            # What is already due is waiting for room in its channel, and would not be planned again.
            or_(Delivery.due_at > now, Delivery.subject.not_in([subject(one) for one in prompted])),
        )
        .values(status=Outcome.SUPPRESSED, reason="key_dates_planned_anew", settled_at=now),
        execution_options={"synchronize_session": False},
    )
    for key_date in prompted:
        found = prompts(
            when_of(key_date),
            chosen.ahead,
            at=time.fromisoformat(chosen.at),
            zone=zone,
            after=now,
            until=now + LOOK_AHEAD,
        )
        channel_id = channels.get(key_date.region_id)
        if channel_id is None:
            continue
        about = About(guild_id, subject(key_date), {"date": key_date.id})
        for prompt in found:
            key, day = (
                f"{about.subject}:{prompt.day}:{prompt.ahead}:channel:{channel_id}",
                prompt.day.isoformat(),
            )
            at, expires_at = prompt.due_at, prompt.expires_at
            new_deliveries.append(about.message(PROMPT, key, channel_id, at, expires_at, day=day))
    deliveries.enqueue(session, new_deliveries)
    deliveries.cancel(session, f"keydates:{guild_id}", reason="key_dates_planned_anew", now=now, kinds=[JOB])
    due = now + LOOK_AGAIN
    jobs.enqueue(
        session,
        JOB,
        f"keydates:{guild_id}:look:{due:%Y%m%d%H%M%S%f}",
        guild_id=guild_id,
        target_id=guild_id,
        subject=f"keydates:{guild_id}",
        due_at=due,
    )


def add(session: Session, key_date: KeyDate, *, guild_id: int, actor_id: int, now: datetime) -> KeyDate:
    """Store a server's own new key date, and enqueue its prompts.

    Raises:
        UserError: the name is taken, or there are too many.
    """
    folded = normalize(key_date.name) or key_date.name
    if session.scalar(select(KeyDate.id).where(KeyDate.guild_id == guild_id, KeyDate.folded == folded)):
        raise UserError("keydates.add.taken", name=key_date.name)
    count = session.scalar(select(func.count()).select_from(KeyDate).where(KeyDate.guild_id == guild_id)) or 0
    if count >= MOST:
        raise UserError("keydates.add.full", most=MOST)
    limits.use(session, "keydate", guild_id=guild_id, user_id=actor_id, now=now)
    key_date.guild_id, key_date.page, key_date.folded, key_date.off = guild_id, "", folded, False
    key_date = session.merge(key_date)
    session.flush()
    plan(session, guild_id, now=now)
    note(session, guild_id, actor_id, "keydates.add", subject(key_date), now)
    return key_date


def remove(session: Session, key_date: KeyDate, *, actor_id: int, now: datetime) -> None:
    """Delete a server's own key date."""
    mine = session.merge(key_date)
    deliveries.cancel(session, subject(mine), reason="key_date_removed", now=now)
    note(session, mine.guild_id, actor_id, "keydates.remove", subject(mine), now)
    session.delete(mine)
    session.flush()


def switch(
    session: Session, key_date_id: int, *, guild_id: int, off: bool, actor_id: int, now: datetime
) -> KeyDate:
    """Switch a key date on or off. Raises UserError: it is gone."""
    key_date = find(session, key_date_id, guild_id=guild_id)
    key_date.off = off
    session.flush()
    plan(session, guild_id, now=now)
    note(session, guild_id, actor_id, "keydates.switch", subject(key_date), now, off=off)
    return key_date


def choose(
    session: Session,
    guild_id: int,
    *,
    actor_id: int,
    now: datetime,
    prompted: bool | None = None,
    ahead: Sequence[int] | None = None,
    at: time | None = None,
    region_id: int | None = None,
) -> KeyDateSetting:
    """Change the prompt settings of a server (with `prompted`, of one region), and enqueue the prompts anew."""
    chosen = setting(session, guild_id)
    if prompted is not None and region_id is not None:
        chosen.muted = sorted({*chosen.muted, region_id} if not prompted else {*chosen.muted} - {region_id})
    elif prompted is not None:
        chosen.prompts = prompted
    if ahead is not None:
        chosen.ahead = list(ahead)
    if at is not None:
        chosen.at = at.strftime("%H:%M")
    session.add(chosen)
    session.flush()
    plan(session, guild_id, now=now)
    note(session, guild_id, actor_id, "keydates.prompts", f"keydates:{guild_id}", now)
    return chosen
