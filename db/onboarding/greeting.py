"""Verbs on first contact: one greeting for each newcomer, paced for each server, and one Start message for all."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.onboarding import AN_HOUR, CATCH_UP, GREETING_LASTS, RAID_OVER, RAID_WITHIN, raiders, slot
from db import audit, jobs
from db.deliveries import cancel
from db.models import Guild, Person
from db.onboarding.models import Newcomer, WelcomeSettings
from db.outbox import About, send

HELLO = "welcome.hello"
RAIDED = "welcome.raid"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody joined; `seen` means that the gateway reported it live, rather than a later list."""

    user_id: int
    joined_at: datetime
    seen: bool = False


def subject(guild_id: int, user_id: int) -> str:
    """Return the subject of all deliveries that welcome a member."""
    return f"welcome:{guild_id}:{user_id}"


def begin(session: Session, guild_ids: Iterable[int], *, now: datetime) -> None:
    """Record servers seen for the first time, whose members are not newcomers."""
    begun = exists().where(WelcomeSettings.guild_id == Guild.id)
    new = session.scalars(select(Guild.id).where(Guild.id.in_(list(guild_ids)), ~begun)).all()
    session.add_all(
        WelcomeSettings(guild_id=guild_id, since=now, seen_until=now, an_hour=AN_HOUR) for guild_id in new
    )
    session.flush()


def welcome_settings(session: Session, guild_id: int) -> WelcomeSettings | None:
    """Return a server's welcome settings, None for an unknown server."""
    return session.get(WelcomeSettings, guild_id)


def missed_since(
    session: Session, guild_id: int, *, installed_at: datetime | None, now: datetime
) -> datetime:
    """Return since when joins may have been missed: not before the bot came, nor longer ago than the limit."""
    found = session.get(WelcomeSettings, guild_id)
    if found is None:
        return now
    # Discord's clock and ours may differ a little; known newcomers are not greeted twice.
    since = max(found.since, found.seen_until - timedelta(minutes=2), now - CATCH_UP)
    return max(since, installed_at) if installed_at is not None else since


def saw(session: Session, guild_ids: Collection[int], *, now: datetime) -> None:
    """Record that all joins up to now have been seen in these servers."""
    session.execute(
        update(WelcomeSettings).where(WelcomeSettings.guild_id.in_(guild_ids)).values(seen_until=now)
    )


def pace(session: Session, guild_id: int, *, an_hour: int, actor_id: int, now: datetime) -> None:
    """Set how many newcomers may be greeted by DM in any hour; 0 greets nobody."""
    begin(session, [guild_id], now=now)
    session.get_one(WelcomeSettings, guild_id).an_hour = an_hour
    audit.note(session, guild_id, actor_id, "welcome.pace", "guild", now, an_hour=an_hour)


def greet(
    session: Session, guild_id: int, joins: Sequence[Join], *, now: datetime, installed_at: datetime | None
) -> None:
    """Give everybody who joined their one contact: a greeting at their own slot, or the Start button.

    Those already known, or there before the bot, get nothing.

    Args:
        session: the transaction.
        guild_id: the server.
        joins: who joined; the caller leaves out bots and people who have not passed the screening.
        now: the present.
        installed_at: when the bot joined the server, if known.
    """
    begin(session, [guild_id], now=now)
    here, guild = session.get(WelcomeSettings, guild_id), session.get(Guild, guild_id)
    if here is None or guild is None:
        return
    known_by = max(here.since, installed_at) if installed_at is not None else here.since
    fresh = {
        join.user_id: join
        for join in joins
        if join.joined_at >= now - CATCH_UP and (join.seen or join.joined_at > known_by)
    }
    ids = list(fresh)
    for at in range(0, len(ids), 500):
        part = ids[at : at + 500]
        known = select(Newcomer.user_id).where(Newcomer.guild_id == guild_id, Newcomer.user_id.in_(part))
        for user_id in session.scalars(known).all():
            del fresh[user_id]
    if not fresh:
        return
    coming = sorted(fresh.values(), key=lambda join: join.joined_at)
    throng = _throng(session, here, guild, coming, now)
    unwilling = _unwilling(session, list(fresh))
    taken = _slots(session, guild_id, since=now - HOUR)
    for join in coming:
        made = Newcomer(guild_id=guild_id, user_id=join.user_id, joined_at=join.joined_at, contact="button")
        session.add(made)
        if join.user_id in throng:
            made.contact = "raid"
            continue
        if guild.set_up_at is None or join.user_id in unwilling:
            continue
        at = slot(now, taken, an_hour=here.an_hour, zone=ZoneInfo(guild.zone))
        if at is not None:
            made.contact, made.slot = "dm", at
            taken.append(at)
            _enqueue_hello(session, guild_id, join.user_id, at)
    session.flush()


def _enqueue_hello(session: Session, guild_id: int, user_id: int, at: datetime) -> None:
    about = About(guild_id, subject(guild_id, user_id))
    send(session, about, HELLO, about.subject, (user_id, True), at, at + GREETING_LASTS)


def _slots(session: Session, guild_id: int, *, since: datetime) -> list[datetime]:
    query = (
        select(Newcomer.slot)
        .where(Newcomer.guild_id == guild_id, Newcomer.slot > since)
        .order_by(Newcomer.slot)
    )
    return [at for at in session.scalars(query) if at is not None]


def _unwilling(session: Session, user_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for at in range(0, len(user_ids), 500):
        part = user_ids[at : at + 500]
        found.update(session.scalars(select(Person.id).where(Person.id.in_(part), Person.dms.is_(False))))
    return found


def _throng(
    session: Session, here: WelcomeSettings, guild: Guild, coming: Sequence[Join], now: datetime
) -> set[int]:
    """Return which of the joins belong to a raid, including those just before them who are not greeted yet."""
    earlier = session.execute(
        select(Newcomer.user_id, Newcomer.joined_at).where(
            Newcomer.guild_id == guild.id, Newcomer.joined_at > coming[0].joined_at - RAID_WITHIN
        )
    ).all()
    everyone = sorted(
        [(joined_at, user_id) for user_id, joined_at in earlier]
        + [(join.joined_at, join.user_id) for join in coming]
    )
    found = {everyone[place][1] for place in raiders([joined_at for joined_at, _ in everyone])}
    if found:
        last = max(joined_at for joined_at, user_id in everyone if user_id in found)
        here.raid_until = max(last + RAID_OVER, here.raid_until or last)
        _call_off(session, guild, [user_id for user_id, _ in earlier if user_id in found], now)
        _tell_of_raid(session, guild, now)
    if here.raid_until is not None:
        began = min((joined_at for joined_at, user_id in everyone if user_id in found), default=now - HOUR)
        found |= {join.user_id for join in coming if began <= join.joined_at <= here.raid_until}
    return found


def _call_off(session: Session, guild: Guild, user_ids: Iterable[int], now: datetime) -> None:
    for user_id in user_ids:
        made = session.get_one(Newcomer, (guild.id, user_id))
        if made.greeted_at is None:
            made.contact, made.slot = "raid", None
            cancel(session, subject(guild.id, user_id), reason="raid", now=now)


def _tell_of_raid(session: Session, guild: Guild, now: datetime) -> None:
    about, to = About(guild.id, f"raid:{guild.id}"), (guild.organisers_channel_id, False)
    send(session, about, RAIDED, f"raid:{guild.id}:{now:%Y-%m-%dT%H}", to, now)


def hello(session: Session, guild_id: int, user_id: int) -> Newcomer | None:
    """Return a newcomer, or None."""
    return session.get(Newcomer, (guild_id, user_id))


def take_turn(session: Session, guild_id: int, user_id: int, *, now: datetime) -> bool:
    """Let a greeting be sent now, if the pace of the last hour allows it; otherwise the newcomer has the button.

    The slots normally keep the pace; this keeps it when many were late at once.
    """
    made, here = session.get(Newcomer, (guild_id, user_id)), session.get(WelcomeSettings, guild_id)
    if made is None or here is None:
        return False
    if made.greeted_at is not None:
        return True  # a retry of the same greeting
    lately = session.scalar(
        select(func.count()).where(Newcomer.guild_id == guild_id, Newcomer.greeted_at > now - HOUR)
    )
    if (lately or 0) >= here.an_hour:
        made.contact, made.slot = "button", None
        return False
    made.greeted_at = now
    return True


START_MESSAGE, PIN = "welcome.desk", "welcome.pin"


def find_start_message(session: Session, guild_id: int) -> tuple[int, int] | None:
    """Return channel and message of the Start message, None when there is none."""
    found = session.get(WelcomeSettings, guild_id)
    if found is None or found.desk_channel_id is None or found.desk_message_id is None:
        return None
    return found.desk_channel_id, found.desk_message_id


def start_messages_missing(session: Session) -> Sequence[int]:
    """Return the servers that have a welcome channel without a Start message."""
    query = (
        select(Guild.id)
        .outerjoin(WelcomeSettings, WelcomeSettings.guild_id == Guild.id)
        .where(
            Guild.set_up_at.is_not(None),
            Guild.welcome_channel_id.is_not(None),
            or_(
                WelcomeSettings.desk_channel_id.is_(None),
                WelcomeSettings.desk_channel_id != Guild.welcome_channel_id,
            ),
        )
    )
    return session.scalars(query).all()


def place_start_message(session: Session, guild_id: int, *, now: datetime, deleted: bool = False) -> None:
    """Enqueue the Start message for the welcome channel, unless it is already there.

    Args:
        session: the transaction.
        guild_id: the server.
        now: the present.
        deleted: the previous one was deleted.
    """
    begin(session, [guild_id], now=now)
    here, guild = session.get(WelcomeSettings, guild_id), session.get(Guild, guild_id)
    if here is None or guild is None or guild.set_up_at is None or guild.welcome_channel_id is None:
        return
    if here.desk_channel_id == guild.welcome_channel_id and not deleted:
        return
    replaced = here.desk_message_id or 0
    here.desk_channel_id, here.desk_message_id = guild.welcome_channel_id, None
    key = f"desk:{guild_id}:{guild.welcome_channel_id}:{replaced}"
    about, to = About(guild_id, f"desk:{guild_id}"), (guild.welcome_channel_id, False)
    send(session, about, START_MESSAGE, key, to, now)


def start_message_placed(
    session: Session, guild_id: int, channel_id: int, message_id: int, *, now: datetime
) -> None:
    """Store where the Start message is, and enqueue pinning it."""
    here = session.get(WelcomeSettings, guild_id)
    if here is not None and here.desk_channel_id == channel_id:
        here.desk_message_id = message_id
        key, subject = f"desk:{guild_id}:pin:{message_id}", f"desk:{guild_id}"
        jobs.enqueue(session, PIN, key, guild_id=guild_id, target_id=channel_id, subject=subject, due_at=now)
