"""The cards of a meeting: announced, reminded of, moved, cancelled, listed."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.app import Bot
from bot.delivery import Outgoing
from bot.texts import Markup, Texts, plain
from cogs.common.base import GREY, RED, Card, fitting, line, row
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.people import host_of, who
from cogs.common.permissions import may_host
from cogs.common.times import spoken, stamp
from cogs.meetings.agenda import AddItem
from cogs.meetings.buttons import SHORT, CalendarFile, rsvps, who_comes
from cogs.meetings.needs import SayNeeds
from cogs.meetings.own_answers import Said
from cogs.meetings.subjects import announced, starting
from cogs.meetings.venues import access
from db.meetings.models import Meeting
from db.meetings.poll_models import Proposal


def facts(meeting: Meeting, texts: Texts) -> Markup:
    """Return when, where, access and host of a meeting, each on a line of its own."""
    return line(
        *described(meeting, texts, repeat=meeting.repeat),
        texts("meetings.card.nowhere") if not (meeting.venue or meeting.online) else None,
        access(meeting, texts),
        hosts(meeting, texts),
    )


def described(about: Meeting | Proposal, texts: Texts, *, repeat: str) -> list[Markup | None]:
    """Return the details of a meeting or proposal, a line each: when, how it recurs, and where."""
    when = spoken(about.starts_at, ZoneInfo(about.zone))
    venue = texts("meetings.card.venue", venue=about.venue) if about.venue else None
    address = about.place.address if isinstance(about, Meeting) and about.place is not None else ""
    return [
        texts("meetings.card.when", when=when, length=length_of(about.minutes, texts)),
        texts("series.card", repeat=repeat) if repeat else None,
        Markup(f"{venue}. {plain(address)}") if venue and address else venue,
        texts("meetings.card.online", online=about.online) if about.online else None,
    ]


def hosts(meeting: Meeting, texts: Texts) -> Markup:
    """Return who hosts a meeting: its host and co-hosts."""
    if not meeting.co_hosts:
        return texts("meetings.card.host", host=host_of(meeting, texts))
    named = [host_of(meeting, texts), *(who(co_host.user_id, texts) for co_host in meeting.co_hosts)]
    return texts("series.hosts", hosts=Markup(", ".join(named)))


def length_of(lasting: int, texts: Texts) -> Markup:
    """Return a number of minutes in words."""
    hours, minutes = divmod(lasting, 60)
    said = [
        texts.count("meetings.length.hours", hours) if hours else None,
        texts.count("meetings.length.minutes", minutes) if minutes else None,
    ]
    return Markup(" ".join(part for part in said if part))


def tally(meeting: Meeting, texts: Texts) -> Markup:
    """Return how many are coming, in words; nobody is named."""
    if not meeting.going + meeting.maybe + meeting.cant:
        return line(texts("meetings.card.no_answers"), places(meeting, texts))
    said = texts("meetings.card.answers", going=meeting.going, maybe=meeting.maybe, cant=meeting.cant)
    return line(said, places(meeting, texts))


def places(meeting: Meeting, texts: Texts) -> Markup | None:
    """Return how many places are left, in words; None without a limit."""
    if meeting.capacity is None:
        return None
    left = meeting.capacity - meeting.going
    if left <= 0 or meeting.waiting:
        return texts("answering.full", capacity=meeting.capacity, waiting=meeting.waiting)
    return texts("answering.places", left=left, capacity=meeting.capacity)


def answering(meeting: Meeting, texts: Texts) -> ui.ActionRow[Any]:
    """Return the buttons by which a member answers."""
    file = CalendarFile(label=texts("calendar.file.button"), meeting=meeting.id)
    return row(*rsvps(meeting, texts), who_comes(meeting, texts), file)


def facts_card(meeting: Meeting, texts: Texts, *words: Markup | None) -> Card:
    """Return a card of `words`, the facts of a meeting, and the buttons to answer it."""
    return Card(*words, facts(meeting, texts), answering(meeting, texts))


def meeting_card(meeting: Meeting, texts: Texts, said: Markup | None = None, *, whole: bool = False) -> Card:
    """Return a meeting in its present state: as announced or, with every button, the `whole` of it.

    `said` is what its reader answered.
    """
    title, known = title_and_facts(meeting, texts)
    if meeting.cancelled_at is not None:
        return Card(title, _cancelled(meeting, texts), known, colour=RED)
    needs = SayNeeds(label=texts("answering.needs.button"), meeting=meeting.id)
    if whole:
        item = AddItem(label=texts("agenda.add.button"), meeting=meeting.id)
        rows = answering(meeting, texts), row(needs, item)
    else:
        rows = row(*rsvps(meeting, texts)), row(who_comes(meeting, texts), needs)
    return Card(title, said, known, tally(meeting, texts), *rows)


def announcement(meeting: Meeting, texts: Texts) -> Outgoing:
    """Return the announcement of a meeting in its present state, with its sentence for a lock screen."""
    return Outgoing(meeting_card(meeting, texts), push=announced(meeting, texts))


def over_card(meeting: Meeting, texts: Texts, report: Markup | None = None) -> Card:
    """Return the announcement of a past meeting; `report` links to its report."""
    title, known = title_and_facts(meeting, texts)
    answers = tally(meeting, texts) if meeting.going + meeting.maybe + meeting.cant else None
    return Card(title, line(texts("meetings.card.over"), report), known, answers, colour=GREY)


def own_card(meeting: Meeting, ctx: Context, mine: Collection[str]) -> Card:
    """Return the meeting for the person who asked, with their answer (`mine`, see `news.ROLES`) and its number.

    If it is over, it links to the report; for hosts and organisers, to everything that they can do.
    """
    texts, number = ctx.texts, str(meeting.id)
    if meeting.cancelled_at is None and ctx.now >= meeting.ends_at:
        card = over_card(meeting, texts)
        card.add_item(row(Do(label=texts("report.read.button"), command="meeting report", value=number)))
    else:
        card = meeting_card(meeting, texts, whole=True)
        said = next((one for one in ("going", "offered", "waiting", "maybe", "cant") if one in mine), None)
        if said is not None and meeting.cancelled_at is None:
            card.add_item(ui.TextDisplay[Any](texts(f"meetings.own.{said}")))
        if may_host(ctx, meeting) and meeting.cancelled_at is None:
            card.add_item(row(Do(label=texts("manage.show.button"), command="meeting manage", value=number)))
    card.add_item(ui.TextDisplay[Any](texts("meetings.option.number", number=meeting.id)))
    return card


def title_and_facts(meeting: Meeting, texts: Texts) -> tuple[Markup, Markup]:
    """Return the announcement's text above the counts and buttons."""
    of = texts("meetings.card.of", region=meeting.region.name)
    return texts("meetings.card.title", title=meeting.title), line(of, facts(meeting, texts))


def _cancelled(meeting: Meeting, texts: Texts) -> Markup:
    if meeting.cancel_reason:
        return texts("meetings.card.cancelled_because", reason=meeting.cancel_reason)
    return texts("meetings.card.cancelled")


def answered_card(said: Said, bot: Bot) -> Card:
    """Return a meeting's card with its reader's own answer, for them alone."""
    meeting, texts = said.given.meeting, bot.texts
    if said.in_dm:
        return facts_card(meeting, texts, said.words(bot))
    return meeting_card(meeting, texts, said.words(bot), whole=True)


def reminder_card(
    meeting: Meeting, texts: Texts, *, ahead: timedelta, private: bool, maybe: bool = False, note: str = ""
) -> Card:
    """Return a reminder that a meeting begins in `ahead`; on the last day it asks those who answered maybe.

    In the channel it is short, since it replies to the meeting's card. `note` is from the hosts.
    """
    key = "meetings.remind.private" if private else "meetings.remind.channel"
    if maybe and ahead <= timedelta(hours=36):
        key = "answering.still"
    heading = texts(key, title=meeting.title, ahead=in_words(ahead, texts))
    words = texts("meetings.remind.note", note=note) if note else None
    if private:
        return Card(heading, words, _at_a_glance(meeting, texts), row(*rsvps(meeting, texts)))
    going = texts.count("meetings.remind.going", meeting.going) if meeting.going else None
    return Card(heading, going, words, row(*rsvps(meeting, texts, *SHORT)))


def _at_a_glance(meeting: Meeting, texts: Texts) -> Markup:
    """Return what people on their way need to know: the time in their zone, place and access."""
    length = length_of(meeting.minutes, texts)
    when = texts("meetings.card.when", when=stamp(meeting.starts_at, "f"), length=length)
    return line(when, *described(meeting, texts, repeat="")[2:], access(meeting, texts))


def in_words(ahead: timedelta, texts: Texts) -> Markup:
    """Return a time span, rounded as a person would say it: '7 days', '1 hour', '20 minutes'."""
    minutes = max(1, round(ahead.total_seconds() / 60))
    if minutes >= 60 * 36:
        return texts.count("meetings.ahead.days", round(minutes / 1440))
    if minutes >= 60 * 22:
        return texts.count("meetings.ahead.days", 1)
    if minutes >= 55:
        return texts.count("meetings.ahead.hours", max(1, round(minutes / 60)))
    return texts.count("meetings.ahead.minutes", minutes)


def cancelled_card(
    meeting: Meeting, texts: Texts, was: str | None = None, known_as: str | None = None
) -> Card:
    """Return the news that a meeting was cancelled; `was` and `known_as` are the time and title people know."""
    return Card(
        texts("meetings.cancelled.news", title=known_as or meeting.title),
        _cancelled(meeting, texts),
        texts("meetings.cancelled.was", when=was or starting(meeting)),
        colour=RED,
    )


def list_card(meetings: Sequence[Meeting], texts: Texts, *, title: Markup, everywhere: bool) -> Card:
    """Return upcoming meetings, one a paragraph; with their regions if the list is for `everywhere`."""
    if not meetings:
        return Card(title, texts("meetings.list.none"), colour=GREY)
    entries = [
        texts(
            "meetings.list.entry",
            title=meeting.title,
            which=texts("meetings.list.elsewhere", region=meeting.region.name, number=meeting.id)
            if everywhere
            else texts("meetings.list.here", number=meeting.id),
            when=starting(meeting),
            where=meeting.venue or meeting.online or texts("meetings.list.nowhere"),
            going=meeting.going,
        )
        for meeting in meetings
    ]
    return Card(title, fitting(entries, texts, between="\n\n"))
