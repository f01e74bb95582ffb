"""Listing contacts, taking oneself off the list, and what is sent about it."""

from collections.abc import Sequence
from datetime import date
from enum import auto

import discord

from bot.delivery import Outgoing, Skip
from bot.domain.free_text import one_line
from bot.domain.network import over, read_day, serving, vacant
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, When
from cogs.common.base import ONESELF, Card, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.permissions import must_organise_network
from cogs.common.times import short_day
from cogs.network.cards import named, term
from db.membership.models import Network
from db.network import contacts, networks
from db.network.models import Contact

LENGTHS = {"name": 80, "district": 80, "duty": 80, "reach": 200}
FIRST, LAST = date.min.isoformat(), date.max.isoformat()


async def list_contact(
    ctx: Context,
    network: Network,
    kind: str,
    *,
    member: discord.Member | None,
    begins: str | None = None,
    ends: str | None = None,
    **more: str | None,
) -> Markup:
    """List a contact of a region, and return the confirmation.

    Raises:
        UserError: neither or both of member and name, an invalid day, no free seat, or already listed.
    """
    must_organise_network(ctx, network)
    words = {key: one_line(more.get(key) or "") for key in LENGTHS}
    if kind == "district" and not words["district"]:
        raise UserError("errors.option_blank", option="district")
    if (member is None) == (not words["name"]):
        raise UserError("network.contact.who")
    first, last = _day(begins), _day(ends, last=True)
    if first and last and last < first:
        raise UserError("network.contact.order")
    user_id = member.id if member is not None else None
    contact = Contact(kind=kind, user_id=user_id, begins=first, ends=last, **words)
    shown, present = named(contact, ctx.texts), await ctx.read(contacts.of_network, network.id, kind=kind)
    _must_fit(contact, network, present, shown)
    await ctx.write(contacts.add, contact, network)
    return ctx.text("network.contact.added", who=shown, region=network.name)


def _must_fit(contact: Contact, network: Network, present: Sequence[Contact], shown: Markup) -> None:
    """Refuse a contact who is listed at that time, or for whom there is no seat; days compare as text."""
    first, last = contact.begins or FIRST, contact.ends or LAST
    for each in present:
        same = each.name == contact.name if contact.user_id is None else each.user_id == contact.user_id
        meet = first <= (each.ends or LAST) and (each.begins or FIRST) <= last
        if same and each.district == contact.district and meet:
            raise UserError("network.contact.twice", who=shown)
    edges = [first, *(each.begins for each in present if each.begins and first <= each.begins <= last)]
    if contact.kind == "representative" and any(
        sum(serving(term(each), date.fromisoformat(edge)) for each in present) >= network.seats
        for edge in edges
    ):
        raise UserError("network.contact.full", region=network.name, seats=network.seats)


def _day(words: str | None, *, last: bool = False) -> str | None:
    if words is None:
        return None
    day = read_day(words, last=last)
    if day is None:
        raise UserError("network.contact.date", words=words[:60])
    return day.isoformat()


class TakeMeOff(Button, name="contact:off"):
    """'Take me off the list', under the news that somebody is listed."""

    audience = ONESELF

    contact: Id

    async def press(self, ctx: Context) -> None:
        """Take the presser off the list, nobody else."""
        found = await ctx.read(contacts.find_own, self.contact, ctx.user_id)
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


@notice(contacts.VACANCY, gone=Why.NETWORK_GONE)
class Vacancy(Notice):
    """News of a free seat, for the organisers."""

    network: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Say how many seats are free, while any are."""
        network = await ctx.read(networks.find, self.network)
        listed = await ctx.read(contacts.of_network, network.id, kind="representative")
        free = vacant(network.seats, [term(each) for each in listed], await _today(ctx))
        if not free:
            raise Skip(Why.SEAT_TAKEN)
        about = {"region": network.name, "count": free, "seats": network.seats}
        card = Card(ctx.texts("network.vacancy.title", **about), ctx.texts("network.vacancy.how"))
        return Outgoing(card, push=ctx.push("network.push.vacancy", **about))


async def _today(ctx: Sending) -> date:
    return ctx.now.astimezone(ctx.bot.zone_of(await ctx.guild())).date()


@notice(contacts.ENDING, gone=Why.CONTACT_REMOVED)
class TermEnds(Notice):
    """News that a representative's term ends soon."""

    contact: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Say when, if it ends soon and is not over."""
        contact, network = await ctx.read(contacts.find, self.contact)
        if contact.ends is None:
            raise Skip(Why.TERM_OPEN)
        if over(term(contact), await _today(ctx)):
            raise Skip(Why.TERM_OVER)
        day = date.fromisoformat(contact.ends)
        return Outgoing(
            Card(ctx.texts("network.term.title", region=network.name, day=When(Day(day)))),
            push=ctx.push("network.push.term", region=network.name, day=short_day(day, ctx.texts)),
        )


@notice(contacts.LISTED, needs_guild=True, gone=Why.CONTACT_REMOVED)
class Listed(Notice):
    """News to a member that they are listed as a contact."""

    contact: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Say where and as what, and how to take themselves off."""
        (contact, network), texts = await ctx.read(contacts.find, self.contact), ctx.texts
        about = {"server": ctx.bot.known.server(ctx.guild_id).name, "region": network.name}
        duty = texts(f"network.contact.{contact.kind}", district=contact.district)
        off = TakeMeOff(label=texts("network.contact.off.button"), contact=contact.id)
        card = Card(texts("network.contact.listed", duty=duty, **about), row(off))
        return Outgoing(card, push=ctx.push("network.push.listed", **about))
