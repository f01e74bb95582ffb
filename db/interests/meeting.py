"""Verbs on introductions: one other member is asked, and both are told if both want to meet."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Integer, Select, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.interests import ASK_LIVES, OPEN_ASKS, REST, shared, weight
from bot.domain.privacy import pseudonym
from bot.domain.seals import CLOCKS
from bot.errors import UserError
from db import deliveries, limits, people
from db.interests import introductions
from db.interests.choosing import chosen_by
from db.interests.introductions import ASK, KEEP, MAP, MEET, Topic, decline, give_up
from db.interests.models import Interest, Introduction
from db.membership import consents
from db.membership.models import Consent, Departure
from db.models import Delivery
from db.outbox import about, send, subject

MET = "interests.met"
NONE = "interests.none"


def candidates(
    session: Session,
    user_id: int,
    *,
    guild_id: int,
    about: Topic | None,
    wordings: Mapping[str, str],
    now: datetime,
) -> list[tuple[int, list[str]]]:
    """Return who may be asked to meet a member and shares something with them, the best fit first."""
    mine = chosen_by(session, user_id, guild_id=guild_id)
    sought = [about] if about is not None else [(kind, value) for kind in mine for value in mine[kind]]
    if not sought:
        return []
    met = select(Introduction.asked_id).where(
        Introduction.guild_id == guild_id, Introduction.asker_id == user_id
    )
    met_by = select(Introduction.asker_id).where(
        Introduction.guild_id == guild_id, Introduction.asked_id == user_id
    )
    open_to_it = select(Consent.user_id).where(
        Consent.guild_id == guild_id,
        Consent.purpose == MEET,
        Consent.withdrawn_at.is_(None),
        Consent.wording == wordings[MEET],
    )
    gone = select(Departure.user_id).where(Departure.guild_id == guild_id)
    query = (
        select(Interest.user_id)
        .where(
            Interest.guild_id == guild_id,
            Interest.user_id != user_id,
            or_(*[(Interest.kind == kind) & (Interest.value == value) for kind, value in sought]),
            Interest.user_id.in_(open_to_it),
            Interest.user_id.not_in(met),
            Interest.user_id.not_in(met_by),
            Interest.user_id.not_in(gone),
        )
        .distinct()
    )
    found = introductions.left_out(session, user_id, session.scalars(query).all(), guild_id=guild_id, now=now)
    theirs = _chosen_by_many(session, found, guild_id=guild_id)
    fits = [(other, shared(mine, theirs.get(other, {}), about)) for other in found]
    return sorted(((other, topics) for other, topics in fits if topics), key=lambda fit: -weight(fit[1]))


def _chosen_by_many(
    session: Session, users: Sequence[int], *, guild_id: int
) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = {}
    query = select(Interest).where(Interest.guild_id == guild_id, Interest.user_id.in_(users))
    for interest in session.scalars(query):
        found.setdefault(interest.user_id, {}).setdefault(interest.kind, []).append(interest.value)
    return found


def ask(
    session: Session,
    user_id: int,
    *,
    guild_id: int,
    about: Topic | None,
    wordings: Mapping[str, str],
    now: datetime,
) -> Introduction:
    """Ask the best match who was not just asked whether they want to meet a member.

    If nobody fits, nobody is asked, and it ends like an unanswered request: the asker can't tell the difference.

    Raises:
        UserError: they have reached the limit.
    """
    must_not_pester(session, user_id, guild_id=guild_id, now=now)
    rests = set(
        session.scalars(
            select(Introduction.asked_id).where(
                Introduction.guild_id == guild_id, Introduction.asked_at > now - REST
            )
        )
    )
    found = candidates(session, user_id, guild_id=guild_id, about=about, wordings=wordings, now=now)
    for other, topics in found:
        if other not in rests:
            return put(session, user_id, other, guild_id=guild_id, topics=topics, now=now)
    return put(session, user_id, pseudonym(), guild_id=guild_id, topics=[], now=now)


def must_not_pester(session: Session, user_id: int, *, guild_id: int, now: datetime) -> None:
    """Refuse a member who has reached the limit of introductions.

    Raises:
        UserError: says the limit, and when they may ask again.
    """
    mine = select(func.count()).where(Introduction.guild_id == guild_id, Introduction.asker_id == user_id)
    # A no is not reported early, so it frees no slot early.
    waiting = mine.where(Introduction.state.in_(("asked", "declined")), Introduction.expires_at > now)
    if (session.scalar(waiting) or 0) >= OPEN_ASKS:
        raise UserError("interests.ask.open", most=OPEN_ASKS)
    if (
        often := limits.reached(session, "introduction", guild_id=guild_id, user_id=user_id, now=now)
    ) is not None:
        raise often


def put(
    session: Session,
    user_id: int,
    other: int,
    *,
    guild_id: int,
    topics: Sequence[str],
    now: datetime,
    twinning_id: int | None = None,
) -> Introduction:
    """Store that a member wants to meet another, and enqueue the question.

    Raises:
        TooOften: they have reached the limit for a week.
    """
    limits.use(session, "introduction", guild_id=guild_id, user_id=user_id, now=now)
    intro = Introduction(
        guild_id=guild_id,
        asker_id=user_id,
        asked_id=other,
        topics=list(topics),
        twinning_id=twinning_id,
        state="asked",
        asked_at=now,
        expires_at=now + ASK_LIVES,
        asker_told_at=now,
    )
    session.add(intro)
    session.flush()
    if other > 0:
        _tell(session, intro, ASK, other, now, expires_at=intro.expires_at)
    # A no, no answer and nobody to ask look the same to the asker, who is told at the end; a yes cancels that message.
    _tell(session, intro, NONE, user_id, intro.expires_at)
    return intro


def answer(
    session: Session,
    intro_id: int,
    user_id: int,
    *,
    yes: bool,
    now: datetime,
    shown_at: datetime | None = None,
) -> Introduction:
    """Store an answer to an introduction; tell both of a yes, and the asker of a no when the time is over.

    `shown_at` is when the message with the question was posted: an earlier one is about something else.

    Raises:
        UserError: they were not asked, or it is over.
    """
    intro = session.get(Introduction, intro_id)
    if (
        intro is None
        or intro.asked_id != user_id
        or (shown_at is not None and shown_at < intro.asked_at - CLOCKS)
    ):
        raise UserError("interests.answer.gone")
    if intro.state != "asked":
        raise UserError("interests.answer.over")
    if now >= intro.expires_at:
        raise UserError("interests.answer.late")
    intro.answered_at = intro.asked_told_at = now
    if yes:
        intro.state, intro.asker_told_at = "met", None
        deliveries.cancel(session, subject(intro), reason="answered", now=now)
        _tell(session, intro, MET, intro.asker_id, now)
    else:
        decline(session, intro, now, reason="answered")
    session.flush()
    return intro


def lapse(session: Session, intro_id: int, *, now: datetime) -> None:
    """Record that nobody answered in time."""
    intro = session.get(Introduction, intro_id)
    if intro is not None and intro.state == "asked" and now >= intro.expires_at:
        intro.state, intro.asker_told_at = "lapsed", None


def find(session: Session, intro_id: int) -> Introduction | None:
    """Return an introduction."""
    return session.get(Introduction, intro_id)


def told(session: Session, intro_id: int, user_id: int, *, now: datetime) -> None:
    """Record that a member has heard the outcome."""
    intro = session.get(Introduction, intro_id)
    if intro is not None and intro.asker_id == user_id:
        intro.asker_told_at = now
    if intro is not None and intro.asked_id == user_id:
        intro.asked_told_at = now


def _untold() -> Select[tuple[int]]:
    intro = Introduction.__table__.c
    user, now = bindparam("user", type_=intro.asked_id.type), bindparam("now", type_=intro.expires_at.type)
    asked = (
        (intro.asked_id == user)
        & (intro.state == "asked")
        & intro.asked_told_at.is_(None)
        & (intro.expires_at > now)
    )
    asker = (intro.asker_id == user) & intro.state.in_(("met", "lapsed")) & intro.asker_told_at.is_(None)
    unanswered = (
        (intro.asker_id == user)
        & intro.state.in_(("asked", "declined"))
        & (intro.expires_at <= now)
        & or_(intro.asker_told_at.is_(None), intro.asker_told_at < intro.expires_at)
    )
    found = select(intro.id).where(or_(asked, asker, unanswered))
    return found.order_by(intro.id).limit(bindparam("most", type_=Integer))


_UNTOLD = _untold()
_CONCERNED = (
    select(Introduction.id)
    .where(or_(Introduction.asker_id == bindparam("user"), Introduction.asked_id == bindparam("user")))
    .limit(1)
)


def concerned(session: Session, user_id: int) -> bool:
    """Whether a member asked to meet somebody, or was asked."""
    return session.scalar(_CONCERNED, {"user": user_id}) is not None


def untold(session: Session, user_id: int, *, now: datetime, limit: int = 3) -> Sequence[Introduction]:
    """Return unheard news for a member who can't be messaged, for their next visit."""
    # Runs with every command: query the ids first, nearly always none, with a prebuilt statement.
    ids = session.scalars(_UNTOLD, {"user": user_id, "now": now, "most": limit}).all()
    if not ids:
        return ()
    return session.scalars(
        select(Introduction).where(Introduction.id.in_(ids)).order_by(Introduction.id)
    ).all()


def clear(session: Session, user_id: int, *, guild_id: int, now: datetime) -> bool:
    """Delete a member's interests and withdraw all their consents; return False when there were none."""
    there = session.execute(
        delete(Interest)
        .where(Interest.guild_id == guild_id, Interest.user_id == user_id)
        .returning(Interest.value)
    ).all()
    consents.withdraw(session, user_id, guild_id=guild_id, now=now, purposes=[KEEP, MEET, MAP])
    give_up(session, user_id, guild_id=guild_id, now=now)
    return bool(there)


def on_its_way(session: Session, intro_id: int, user_id: int) -> bool:
    """Whether a message about an introduction to a member is due soon or being sent."""
    query = select(Delivery.id).where(
        Delivery.subject == f"introduction:{intro_id}",
        Delivery.target_id == user_id,
        Delivery.kind.in_((ASK, MET)),
        Delivery.status.in_(("pending", "sending")),
    )
    return session.scalar(query.limit(1)) is not None


def _tell(
    session: Session,
    intro: Introduction,
    kind: str,
    user_id: int,
    at: datetime,
    *,
    expires_at: datetime | None = None,
) -> None:
    if people.takes_messages(session, user_id):  # others are told when they next use a command
        key = f"introduction:{intro.id}:{kind.partition('.')[2]}:user:{user_id}"
        to = (user_id, True)
        send(session, about(intro, intro.guild_id), kind, key, to, at, expires_at, quiet=True)
