"""The cards of networks and their contacts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.domain.network import over, serving, vacant
from bot.domain.when import Day
from bot.texts import Markup, Texts, When, plain
from cogs.common.base import BLUE, GREY, Card, fitting, line
from cogs.common.context import Context
from cogs.common.people import who
from cogs.common.times import spoken, written
from db.meetings.models import Meeting
from db.membership.models import Network
from db.network.models import Contact


def list_card(
    ctx: Context, networks: Sequence[Network], mine: Collection[int], following: Mapping[int, Meeting]
) -> Card:
    """Return the status of each region's network; `following` are the next meetings by region."""
    texts, mention = ctx.texts, ctx.bot.mention
    entries: list[Markup] = []
    unknown: list[Markup] = []
    for network in networks:
        meeting = following.get(network.region_id or 0)
        channel = Markup(f"<#{network.region.channel_id}>") if network.region is not None else None
        if network.status == "unknown" and meeting is None and network.id not in mine:
            name = plain(network.name)
            unknown.append(texts("network.list.unknown", region=name, channel=channel) if channel else name)
            continue
        entries.append(
            texts(
                "network.list.mine" if network.id in mine else "network.list.entry",
                region=network.name,
                status=texts(f"network.status.{network.status}"),
                place=texts("network.list.place", channel=channel) if channel else "",
                next=texts("network.list.next", when=written(meeting.starts_at, ZoneInfo(meeting.zone)))
                if meeting is not None
                else "",
            )
        )
    return Card(
        texts("network.list.title"),
        fitting(entries, texts) if entries else None,
        texts("network.list.not_known", regions=Markup(", ".join(unknown))) if unknown else None,
        texts("network.list.how", join=mention("network join"), start=mention("network start")),
    )


def next_card(
    ctx: Context, asked: Sequence[Network], following: Mapping[int, Meeting], *menu: ui.ActionRow[Any]
) -> Card:
    """Return the next meeting of each given network, soonest first, and the networks with nothing planned."""
    texts = ctx.texts
    if not asked:
        words = texts("network.next.no_network", join=ctx.bot.mention("network join"))
        return Card(texts("network.next.title"), words, *menu)
    found = {network.id: following.get(network.region_id or 0) for network in asked}
    coming = sorted((one for one in found.values() if one is not None), key=lambda one: one.starts_at)
    entries = [
        texts(
            "network.next.entry",
            title=meeting.title,
            region=meeting.region.name,
            number=meeting.id,
            when=spoken(meeting.starts_at, ZoneInfo(meeting.zone)),
        )
        for meeting in coming
    ]
    names = Markup(", ".join(plain(network.name) for network in asked if found[network.id] is None))
    alone = texts("network.next.title_of", region=asked[0].name) if len(asked) == 1 else None
    return Card(
        alone or texts("network.next.title"),
        fitting(entries, texts, between="\n\n") or None,
        texts("network.next.none", regions=names) if names else None,
        texts("network.next.how", command=ctx.bot.mention("meeting show")) if entries else None,
        *menu,
        colour=BLUE if entries else GREY,
    )


def contacts_card(
    network: Network,
    contacts: Sequence[Contact],
    texts: Texts,
    *rows: ui.ActionRow[Any],
    today: date,
    said: Markup | None = None,
) -> Card:
    """Return a region's contacts: representatives with their terms, free seats, districts, the team."""
    held = [each for each in contacts if each.kind == "representative" and not over(term(each), today)]
    now_held = sum(serving(term(each), today) for each in held)
    free = vacant(network.seats, [term(each) for each in held], today)
    districts = [each for each in contacts if each.kind == "district"]
    lines = [_representative(each, texts) for each in held]
    entries = [
        texts(
            "network.contacts.district", district=each.district, who=named(each, texts), **_more(each, texts)
        )
        for each in districts
    ]
    return Card(
        said,
        texts("network.contacts.title", region=network.name),
        line(
            texts("network.contacts.representatives", held=now_held, seats=network.seats),
            *(lines if lines or free else [texts("network.contacts.nobody")]),
            texts.count("network.contacts.vacant", free) if free else None,
        ),
        line(texts("network.contacts.districts"), fitting(entries, texts, room=1_800)) if entries else None,
        texts("network.contacts.team"),
        *rows,
    )


def all_contacts_card(
    networks: Sequence[Network],
    contacts: Sequence[Contact],
    texts: Texts,
    *menu: ui.ActionRow[Any] | Markup | None,
    today: date,
) -> Card:
    """Return the representatives of every region, and the menu that shows one."""
    lines: list[Markup] = []
    for network in networks:
        here = [
            named(each, texts)
            for each in contacts
            if each.network_id == network.id and serving(term(each), today)
        ]
        key = "network.contacts.line" if here else "network.contacts.line_none"
        lines.append(texts(key, region=network.name, who=Markup(", ".join(here))))
    return Card(texts("network.contacts.all"), fitting(lines, texts), texts("network.contacts.team"), *menu)


def _representative(contact: Contact, texts: Texts) -> Markup:
    begins, ends = (_day(text) for text in term(contact))
    if begins and ends:
        said = texts("network.contacts.term", begins=begins, ends=ends)
    elif begins:
        said = texts("network.contacts.term_from", begins=begins)
    elif ends:
        said = texts("network.contacts.term_until", ends=ends)
    else:
        said = Markup()
    return texts(
        "network.contacts.representative", who=named(contact, texts), term=said, **_more(contact, texts)
    )


def _more(contact: Contact, texts: Texts) -> dict[str, Markup]:
    return {
        "duty": texts("network.contacts.duty", duty=contact.duty) if contact.duty else Markup(),
        "reach": texts("network.contacts.reach", reach=contact.reach) if contact.reach else Markup(),
    }


def _day(text: str | None) -> Markup:
    return When(Day(date.fromisoformat(text))) if text else Markup()


def term(contact: Contact) -> tuple[str | None, str | None]:
    """Return the first and last day of a contact's term."""
    return contact.begins, contact.ends


def named(contact: Contact, texts: Texts) -> Markup:
    """Return a contact's name: a member's mention, or the name as typed."""
    return who(contact.user_id, texts) if contact.user_id is not None else plain(contact.name)
