"""News of a changed or cancelled meeting: what it was, and what it is now."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.venues import differing
from bot.texts import Markup, Texts
from cogs.common.base import RED, Card, fitting, line, row
from cogs.common.people import host_of
from cogs.common.times import written
from cogs.meetings import cards
from cogs.meetings.buttons import SHORT, rsvps
from cogs.meetings.cards import length_of
from cogs.meetings.subjects import starting
from db.meetings import Hearing
from db.meetings.change_notices import began, record_of
from db.meetings.models import Meeting

SHOWN = 60
"""Characters shown of an old text: enough to recognise it."""
_TEXTS = ("venue", "online", "access")


def when_of(was: Mapping[str, Any]) -> str:
    """Return in words when a meeting was, from its stored facts."""
    return written(began(was), ZoneInfo(str(was["start"]).partition(" ")[2]))


STANDING = ("waiting", "going", "maybe", "cant")
"""Answers that a change's news says still stand."""


def changed_card(
    meeting: Meeting,
    was: Mapping[str, Any],
    changed: Collection[str],
    texts: Texts,
    *,
    mine: Collection[str] = (),
) -> Card:
    """Return the news of what `changed`: each old fact, then all present ones, and what a member (`mine`) answered."""
    head = "meetings.news.moved" if "start" in changed else "meetings.news.changed"
    said = [texts(head, title=meeting.title)]
    if "start" in changed:
        said.append(texts("meetings.news.was.start", was=when_of(was)))
    if "title" in changed:
        said.append(texts("meetings.news.was.title", was=was["title"]))
    if "minutes" in changed:
        said.append(texts("meetings.news.was.minutes", was=length_of(int(was["minutes"]), texts)))
    said += [
        _text(name, str(was[name]), str(getattr(meeting, name)), texts) for name in _TEXTS if name in changed
    ]
    if "record" in changed and "venue" not in changed:
        said.append(_record(was["record"], record_of(meeting.place), texts))
    return Card(
        line(*said),
        cards.facts(meeting, texts),
        next((texts(f"meetings.news.stands.{one}") for one in STANDING if one in mine), None),
        cards.answering(meeting, texts),
    )


def _text(name: str, was: str, now: str, texts: Texts) -> Markup:
    if not was:
        return texts(f"meetings.news.new.{name}")
    was = was if len(was) <= SHOWN else was[: SHOWN - 1] + "…"
    return texts(f"meetings.news.{'was' if now else 'gone'}.{name}", was=was)


def _record(was: Mapping[str, str], now: Mapping[str, str], texts: Texts) -> Markup:
    if not now:
        return texts("meetings.news.record.gone")
    names = [str(texts(f"venues.details.{name}.name")) for name in differing(was, now)]
    return texts(f"meetings.news.record.{'changed' if was else 'new'}", names=Markup(", ".join(names)))


def hosting_card(
    meeting: Meeting, hosts: Collection[int], user_id: int, texts: Texts, *, needed: bool = False
) -> Card:
    """Return the news to a member that they now host a meeting, or no longer do.

    `needed`: others told the hosts what they need.
    """
    if user_id in hosts:
        return Card(
            texts("meetings.news.host.yours", title=meeting.title),
            cards.facts(meeting, texts),
            texts("meetings.news.host.needed") if needed else None,
        )
    return Card(texts("meetings.news.host.not_yours", title=meeting.title, host=host_of(meeting, texts)))


def corrected_card(meeting: Meeting, texts: Texts, *, private: bool) -> Card:
    """Return the replacement for an outdated reminder."""
    heading = texts("meetings.news.corrected", title=meeting.title)
    if meeting.cancelled_at is not None:
        return Card(heading, texts("meetings.card.cancelled"), colour=RED)
    if private:
        return cards.facts_card(meeting, texts, heading)
    return Card(heading, row(*rsvps(meeting, texts, *SHORT)))


TOLD = {"moved": "news.told", "edited": "news.told", "cancelled": "cancelled", "back": "back"}
"""Where the words on who is told of a change are."""


def told(hearing: Hearing, texts: Texts, change: str) -> Markup:
    """Return who is told, for the member who made the change (of `TOLD`)."""
    key = f"meetings.{TOLD[change]}.{'with' if hearing.channel else 'without'}"
    return line(so_many(key, hearing.private, texts), quiet(hearing, texts))


def so_many(key: str, number: int, texts: Texts, **fields: object) -> Markup:
    """Return the words for a number; those for zero are under `none`."""
    return texts.count(key, number, **fields) if number else texts(f"{key}.none", **fields)


def quiet(hearing: Hearing, texts: Texts) -> Markup | None:
    """Return how many hear of it only after their quiet hours; None if nobody does."""
    return texts.count("meetings.news.quiet", hearing.later) if hearing.later else None


def later_card(
    texts: Texts,
    change: str,
    title: str,
    changed: Sequence[Meeting],
    hearing: Hearing,
    beside: Markup | None = None,
    undo: Sequence[Any] = (),
) -> Card:
    """Return what happened to an occurrence and all later ones ('moved', 'cancelled', 'edited'), naming stored ones.

    `beside` is what clashes with the new times, `undo` the button that undoes it.
    """
    shown = [texts("series.later.entry", when=starting(one), number=one.id) for one in changed]
    return Card(
        texts(f"series.later.{change}", title=title),
        fitting(shown, texts) if shown else None,
        line(so_many("series.later.told", hearing.private, texts), quiet(hearing, texts)),
        beside,
        texts("series.later.rest") if change != "cancelled" else None,
        *undo,
    )
