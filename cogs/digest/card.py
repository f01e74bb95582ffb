"""What a weekly digest says."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.texts import Markup, Texts, plain
from bot.texts.times import short, short_day
from cogs.common.base import fitting, line
from cogs.common.campaigns import shown
from db.digest import Ageing, Week
from db.waiting import Waits

ROOM = 500
"""Most characters of each part, so that all of them fit into one message."""


def push_of(week: Week, texts: Texts) -> Markup:
    """Return the sentence for a lock screen: how many of what this week."""
    counted = (
        ("meetings", len(week.meetings)),
        ("waits", len(week.waits)),
        ("dates", len(week.dates) + len(week.deadlines)),
        ("questions", len(week.ageing)),
    )
    parts = [texts.count(f"digest.push.{name}", count) for name, count in counted if count]
    return (
        texts("digest.push.week", parts=Markup(", ".join(parts))) if parts else texts("digest.push.campaigns")
    )


def sections(week: Week, zone: ZoneInfo, texts: Texts, *, private: bool = False) -> Iterator[Markup]:
    """Yield the non-empty parts of a digest or, with `private`, what a locked phone must not show."""
    open_ones = [one for one in week.waits if (one.what == "action") is private]
    if private:
        yield from _part("waits", [_waits(one, zone, texts) for one in open_ones], texts)
        if week.suggestion is not None:
            campaign, action = week.suggestion
            yield line(texts("digest.suggestion", title=campaign.title), shown(action.words))
        return
    yield from _part("meetings", [_meeting(one, zone, texts) for one in week.meetings], texts)
    yield from _part("waits", [_waits(one, zone, texts) for one in open_ones], texts)
    everybody = [texts("digest.date", day=short_day(day, texts), name=name) for day, name in week.dates]
    everybody += [
        texts("digest.deadline", when=short(at, zone, texts), name=name) for at, name in week.deadlines
    ]
    yield from _part("everybody", everybody, texts)
    yield from _part("still", [_still(one, texts) for one in week.ageing], texts)


def _part(name: str, entries: list[Markup], texts: Texts) -> Iterator[Markup]:
    if entries:
        yield line(texts(f"digest.{name}.title"), fitting(entries, texts, room=ROOM))


def _meeting(one: Waits, zone: ZoneInfo, texts: Texts) -> Markup:
    when = short(one.at, zone, texts) if one.at is not None else ""
    return texts(f"digest.meetings.{one.detail or 'open'}", name=one.name, when=when)


def _waits(one: Waits, zone: ZoneInfo, texts: Texts) -> Markup:
    key = f"mine.{one.what}.when" if f"mine.{one.what}.when" in texts else "mine.when"
    when = texts(key, when=short(one.at, zone, texts)) if one.at is not None else ""
    name: Markup | str = one.name
    if one.what == "step":
        name = texts(f"network.steps.{one.name}.title")
    elif one.what == "task" and one.detail:
        name = texts(f"checklist.items.{one.detail}.title")
    return texts("digest.entry", words=texts(f"mine.{one.what}.line", name=name, about=one.about, when=when))


def _still(one: Ageing, texts: Texts) -> Markup:
    names = [plain(each.name) if each.name else Markup(f"<@{each.user_id}>") for each in one.contacts]
    ending = [plain(each.name) if each.name else Markup(f"<@{each.user_id}>") for each in one.ending]
    contacts = texts("digest.still.contacts", names=fitting(names, texts, between=", ", room=200))
    return line(
        texts("digest.still.region", region=one.region.name, channel=Markup(f"<#{one.region.channel_id}>")),
        contacts if names else texts("digest.still.nobody"),
        texts("digest.still.ending", names=Markup(", ".join(ending))) if ending else None,
    )
