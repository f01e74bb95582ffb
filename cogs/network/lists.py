"""Listing contacts, taking oneself off the list, and what is sent about it."""

from dataclasses import dataclass
from datetime import date
from enum import auto
from typing import Any

import discord

from bot.delivery import Outgoing, Skip
from bot.domain.free_text import one_line
from bot.domain.network import over, read_day, serving, vacant
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, When, plain
from cogs.common.base import ONESELF, Card, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.people import who
from cogs.common.permissions import must_organise_network
from cogs.common.times import short_day
from cogs.network.cards import term, today_of
from db.membership.models import Network
from db.network import contacts, networks
from db.network.models import Contact

LENGTHS = {"name": 80, "district": 80, "duty": 80, "reach": 200}


async def list_contact(
    ctx: Context,
    network: Network,
    kind: str,
    *,
    member: discord.Member | None,
    name: str | None,
    begins: str | None = None,
    ends: str | None = None,
    **more: str | None,
) -> Markup:
    """List a contact of a region, and return the confirmation.

    Raises:
        UserError: neither or both of member and name, an invalid day, no free seat, or already listed.
    """
    must_organise_network(ctx, network)
    texts = {key: one_line(value) for key, value in {"name": name, **more}.items() if value}
    if kind == "district" and not texts.get("district"):
        raise UserError("errors.option_blank", option="district")
    if (member is None) == ("name" not in texts):
        raise UserError("network.contact.who")
    first, last = _day(begins), _day(ends, last=True)
    if first is not None and last is not None and last < first:
        raise UserError("network.contact.order")
    shown = who(member.id, ctx.texts) if member is not None else plain(texts["name"])
    present = await ctx.read(contacts.of_network, network.id, kind=kind)
    _must_fit(present, network, member, texts, first, last, kind, shown)
    await ctx.write(
        contacts.add,
        network,
        kind=kind,
        user_id=member.id if member is not None else None,
        begins=first,
        ends=last,
        **texts,  # pyright: ignore[reportArgumentType] - the keys of LENGTHS
    )
    return ctx.text("network.contact.added", who=shown, region=network.name)


def _must_fit(
    present: Any,
    network: Network,
    member: discord.Member | None,
    texts: dict[str, str],
    first: date | None,
    last: date | None,
    kind: str,
    shown: Markup,
) -> None:
    district = texts.get("district", "")
    for each in present:
        same = each.user_id == member.id if member is not None else each.name == texts["name"]
        if same and each.district == district and _meet(term(each), first, last):
            raise UserError("network.contact.twice", who=shown)
    day = first or date.min
    edges = [day, *(date.fromisoformat(each.begins) for each in present if each.begins)]
    inside = [edge for edge in edges if edge >= day and (last is None or edge <= last)]
    if kind == "representative" and any(
        sum(serving(term(each), edge) for each in present) >= network.seats for edge in inside
    ):
        raise UserError("network.contact.full", region=network.name, seats=network.seats)


def _meet(term: tuple[str | None, str | None], first: date | None, last: date | None) -> bool:
    begins, ends = (date.fromisoformat(text) if text else None for text in term)
    return (ends is None or first is None or first <= ends) and (
        begins is None or last is None or begins <= last
    )


def _day(words: str | None, *, last: bool = False) -> date | None:
    if words is None:
        return None
    day = read_day(words, last=last)
    if day is None:
        raise UserError("network.contact.date", words=words[:60])
    return day


class TakeMeOff(Button, name="contact:off"):
    """'Take me off the list', under the news that somebody is listed."""

    audience = ONESELF

    contact: Id

    async def press(self, ctx: Context) -> None:
        """Take the presser off the list, nobody else."""
        found = await ctx.read(contacts.find_own, self.contact, ctx.user_id)
        if found is None:
            raise UserError("network.contact.gone")
        await ctx.write(contacts.remove, *found)
        await ctx.replace(Card(ctx.text("network.contact.taken_off")))


class Why(Reason):
    """Why nothing is sent about contacts and new networks."""

    CONTACT_REMOVED = auto()
    NETWORK_GONE = auto()
    ROADMAP_GONE = auto()
    SEAT_TAKEN = auto()
    STEP_DONE = auto()
    STEP_NOT_THEIRS = auto()
    TERM_OPEN = auto()
    TERM_OVER = auto()


@notice(contacts.VACANCY)
class Vacancy(Notice):
    """News of a free seat, for the organisers."""

    network: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Say how many seats are free, while any are."""
        network = await ctx.read(networks.find, self.network)
        if network is None:
            raise Skip(Why.NETWORK_GONE)
        listed = await ctx.read(contacts.of_network, network.id, kind="representative")
        today = today_of(ctx.now, ctx.bot.zone_of(await ctx.guild()))
        free = vacant(network.seats, [term(each) for each in listed], today)
        if not free:
            raise Skip(Why.SEAT_TAKEN)
        about = {"region": network.name, "count": free, "seats": network.seats}
        card = Card(ctx.texts("network.vacancy.title", **about), ctx.texts("network.vacancy.how"))
        return Outgoing(card, push=ctx.push("network.push.vacancy", **about))


@dataclass(frozen=True, kw_only=True)
class OfContact(Notice):
    """The base of what is sent about a contact."""

    contact: int

    async def find(self, ctx: Sending) -> tuple[Contact, Network]:
        """Return the contact and its network."""
        found = await ctx.read(contacts.find, self.contact)
        if found is None:
            raise Skip(Why.CONTACT_REMOVED)
        return found


@notice(contacts.ENDING)
class TermEnds(OfContact):
    """News that a representative's term ends soon."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say when, if it ends soon and is not over."""
        contact, network = await self.find(ctx)
        if contact.ends is None:
            raise Skip(Why.TERM_OPEN)
        if over(term(contact), today_of(ctx.now, ctx.bot.zone_of(await ctx.guild()))):
            raise Skip(Why.TERM_OVER)
        day = date.fromisoformat(contact.ends)
        return Outgoing(
            Card(ctx.texts("network.term.title", region=network.name, day=When(Day(day)))),
            push=ctx.push("network.push.term", region=network.name, day=short_day(day, ctx.texts)),
        )


@notice(contacts.LISTED, needs_guild=True)
class Listed(OfContact):
    """News to a member that they are listed as a contact."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say where and as what, and how to take themselves off."""
        (contact, network), texts = await self.find(ctx), ctx.texts
        about = {"server": ctx.bot.known.server(ctx.guild_id).name, "region": network.name}
        duty = texts(f"network.contact.{contact.kind}", district=contact.district)
        off = TakeMeOff(label=texts("network.contact.off.button"), contact=contact.id)
        card = Card(texts("network.contact.listed", duty=duty, **about), row(off))
        return Outgoing(card, push=ctx.push("network.push.listed", **about))
