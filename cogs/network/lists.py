"""The list of contacts as organisers keep it, and how somebody takes themselves off it."""

import re
from datetime import date
from typing import Any

import discord

from bot.app import Bot
from bot.domain.free_text import one_line
from bot.domain.network import read_day, serving
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.base import ONESELF, Action, Card, reply
from cogs.common.context import here
from cogs.common.mention import who
from cogs.common.standings import members_with
from cogs.network.cards import named, term
from cogs.network.regions import must_organise, the_network
from db.network import contacts
from db.network.models import Contact, Network

LENGTHS = {"name": 80, "district": 80, "duty": 80, "reach": 200}


async def add(
    interaction: discord.Interaction[Any],
    bot: Bot,
    kind: str,
    *,
    region: str,
    member: discord.Member | None,
    name: str | None,
    begins: str | None = None,
    ends: str | None = None,
    **more: str | None,
) -> None:
    """List a contact of a region.

    Raises:
        UserError: neither or both of member and name, a day that is none, no seat free, or listed before.
    """
    at = await here(interaction)
    network = await the_network(bot, at, region)
    must_organise(at, network)
    texts = {key: one_line(value) for key, value in {"name": name, **more}.items() if value}
    if kind == "district" and not texts.get("district"):
        raise UserError("errors.option_blank", option="district")
    for key, value in texts.items():
        if len(value) > LENGTHS[key]:
            raise UserError("network.contact.long", most=LENGTHS[key])
    if (member is None) == ("name" not in texts):
        raise UserError("network.contact.who")
    first, last = _day(begins), _day(ends, last=True)
    if first is not None and last is not None and last < first:
        raise UserError("network.contact.order")
    shown = who(member.id, bot.texts) if member is not None else plain(texts["name"])
    present = await bot.store.read(contacts.of_network, network.id, kind=kind)
    _must_fit(present, network, member, texts, first, last, kind, shown)
    await bot.store.write(
        contacts.add,
        network,
        kind=kind,
        actor_id=interaction.user.id,
        now=bot.clock.now(),
        user_id=member.id if member is not None else None,
        begins=first,
        ends=last,
        **texts,  # pyright: ignore[reportArgumentType] - the keys of LENGTHS
    )
    await reply(interaction, Card(bot.texts("network.contact.added", who=shown, region=network.name)))


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


async def remove(interaction: discord.Interaction[Any], bot: Bot, kind: str, words: str) -> None:
    """Take a contact off the list.

    Raises:
        UserError: there is none such here.
    """
    at = await here(interaction)
    at.must_organise(None)
    found = None
    if words.isdecimal() and len(words) < 10:
        found = await bot.store.read(contacts.find, int(words), guild_id=at.guild.id)
    if found is None or found[0].kind != kind:
        raise UserError("network.contact.gone")
    contact, network = found
    must_organise(at, network)
    await bot.store.write(
        contacts.remove, contact, network, actor_id=interaction.user.id, now=bot.clock.now()
    )
    shown = named(contact, bot.texts)
    await reply(interaction, Card(bot.texts("network.contact.removed", who=shown, region=network.name)))


async def offered(
    interaction: discord.Interaction[Any], bot: Bot, kind: str, typed: str
) -> list[tuple[str, str]]:
    """Return the contacts that can be picked, in words and by number."""
    if interaction.guild_id is None or interaction.guild is None:
        return []
    found = await bot.store.read(contacts.of_guild, interaction.guild_id, kind=kind)
    record = await bot.guild_record(interaction.guild_id)
    if record is None:
        return []
    offers: list[tuple[str, str]] = []
    nameless = [each.user_id for each in found if each.user_id is not None and not each.name]
    members = await members_with(bot, interaction.guild_id, nameless)
    names = {member.id: member.display_name for member in members}
    for each in found:
        name = each.name or names.get(each.user_id or 0, str(each.user_id))
        label = f"{name}, {each.district}" if each.district else name
        if typed.casefold().strip() in label.casefold():
            offers.append((label[:100], str(each.id)))
    return offers[:25]


class TakeMeOff(Action, template=r"contact:off:(?P<id>\d{1,9})"):
    """'Take me off the list', under the news that somebody is listed."""

    audience = ONESELF

    contact_id: int

    def __init__(self, contact: Contact, texts: Texts) -> None:
        super().__init__(f"contact:off:{contact.id}", texts("network.contact.off.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the contact out of the custom_id."""
        self.contact_id = int(match["id"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Take whoever pressed off the list; nobody else."""
        found = await bot.store.read(contacts.find_own, self.contact_id, interaction.user.id)
        if found is None:
            raise UserError("network.contact.gone")
        contact, network = found
        await bot.store.write(
            contacts.remove, contact, network, actor_id=interaction.user.id, now=bot.clock.now()
        )
        card = Card(bot.texts("network.contact.taken_off"))
        if interaction.guild_id is None:
            await interaction.response.edit_message(view=card)
        else:
            await reply(interaction, card)
