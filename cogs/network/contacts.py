"""`/network contacts`: a region's contacts; its organisers list people and set its network's status."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

import discord
from discord import ui

from bot.domain.free_text import one_line
from bot.domain.network import STATUSES
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, row
from cogs.common.buttons import Button, Id, Menu, PagedMenu, ask_first
from cogs.common.context import Context
from cogs.common.doing import do_with, typed_instead
from cogs.common.forms import Form, Line, Pick
from cogs.common.options import person_of
from cogs.common.people import members_with
from cogs.common.permissions import all_networks, may_organise_network, must_organise_network
from cogs.network import cards
from cogs.network.joining import check_role
from cogs.network.lists import LENGTHS, list_contact
from cogs.network.regions import the_network
from db.membership.models import Network
from db.network import contacts, networks
from db.network.models import Contact

Kind = Literal["representative", "district"]
FIELDS: dict[Kind, Sequence[str]] = {
    "representative": ("name", "begins", "ends", "reach"),
    "district": ("district", "name", "duty", "reach"),
}
DAY = 60
"""Most characters in the first or last day of a term."""


async def show(ctx: Context, words: str | None) -> None:
    """Show the contacts of the region meant, or of every one."""
    if words is not None or ctx.region is not None:
        await ctx.reply(await panel(ctx, await the_network(ctx, words)))
        return
    found = await all_networks(ctx.bot, ctx.guild)
    listed = await ctx.read(contacts.of_guild, ctx.guild_id, kind="representative")
    label, offers = ctx.text("network.contacts.one.label"), [(one.name, one.name) for one in found]
    menu = do_with(label, "network contacts", offers, option="region")
    beyond = typed_instead(ctx.bot, "network contacts", len(found))
    await ctx.reply(cards.all_contacts_card(found, listed, ctx.texts, row(menu), beyond, today=ctx.today))


async def panel(ctx: Context, network: Network, said: Markup | None = None) -> Card:
    """Return a region's contacts, with buttons for its organisers; `said` is what was just done."""
    texts, listed = ctx.texts, await ctx.read(contacts.of_network, network.id)
    rows: list[ui.ActionRow[Any]] = []
    if may_organise_network(ctx, network):
        adding = [
            ListContact(label=texts(f"network.contact.add.{kind}.button"), network=network.id, kind=kind)
            for kind in get_args(Kind)
        ]
        role = ChooseRole(label=texts("network.role.button"), network=network.id) if ctx.admin else None
        status = texts("network.standing.label")
        rows = [
            row(*adding, role),
            row(Standing(label=status, options=_statuses(network, texts), network=network.id)),
            *PickContact.rows(texts("network.contact.pick.label"), await _offers(ctx, listed)),
        ]
    return cards.contacts_card(network, listed, texts, *rows, today=ctx.today, said=said)


def _statuses(network: Network, texts: Texts) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=texts(f"network.standing.{one}.choice"), value=one, default=one == network.status
        )
        for one in STATUSES
    ]


async def _offers(ctx: Context, listed: Sequence[Contact]) -> list[tuple[str, str]]:
    nameless = [one.user_id for one in listed if one.user_id is not None and not one.name]
    members = await members_with(ctx.bot, ctx.guild_id, nameless)
    names = {member.id: one_line(member.display_name) for member in members}
    said = [(one, one.name or names.get(one.user_id or 0, str(one.user_id))) for one in listed]
    return [(f"{name}, {one.district}" if one.district else name, str(one.id)) for one, name in said]


class ListContact(Button, name="contact:add"):
    """'Add a representative', 'Add a district contact'."""

    network: Id
    kind: Kind

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        must_organise_network(ctx, await ctx.read(networks.find, self.network))
        await ctx.open(ContactForm(ctx.texts, network=self.network, kind=self.kind))


class ContactForm(Form, name="contact", words="network.contact.form"):
    """The form for a contact: a member of this server, or the name of somebody who is not here."""

    network: Id
    kind: Kind

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"network.contact.add.{self.kind}.modal"

    def lines(self) -> Iterable[Line | Pick]:
        """Return the fields of this kind, with the menu of members above the name."""
        for name in FIELDS[self.kind]:
            if name == "name":
                yield Pick(ui.UserSelect, required=False, name="member")
            yield Line(LENGTHS.get(name, DAY), required=name == "district", name=name)

    async def send(self, ctx: Context) -> None:
        """List them, and show the contacts."""
        network = await ctx.read(networks.find, self.network)
        member = person_of(chosen) if (chosen := self.picked("member")) is not None else None
        words = {name: said.strip() or None for name, said in self.typed.items()}
        said = await list_contact(ctx, network, self.kind, member=member, **words)
        await ctx.reply(await panel(ctx, network, said))


class PickContact(PagedMenu, name="contact:pick"):
    """The menu of listed contacts; removing the chosen one asks for confirmation."""

    async def press(self, ctx: Context) -> None:
        """Ask for confirmation."""
        contact, network = await _listed(ctx, self.the_number())
        sure, about = RemoveContact(label=Markup(), contact=contact.id), {"region": network.name}
        who = cards.named(contact, ctx.texts)
        await ask_first(ctx, "network.contact.remove.ask", sure, "network contacts", who=who, **about)


class RemoveContact(Button, name="contact:remove"):
    """'Take them off the list'."""

    contact: Id

    async def press(self, ctx: Context) -> None:
        """Remove them, and show the contacts."""
        contact, network = await _listed(ctx, self.contact)
        await ctx.write(contacts.remove, contact, network)
        who = cards.named(contact, ctx.texts)
        said = ctx.text("network.contact.removed", who=who, region=network.name)
        await ctx.reply(await panel(ctx, await ctx.read(networks.find, network.id), said))


async def _listed(ctx: Context, number: int) -> tuple[Contact, Network]:
    """Return a contact, for organisers of their network. Raises UserError: there is none here."""
    _ = ctx.guild
    found = await ctx.read(contacts.find, number)
    must_organise_network(ctx, found[1])
    return found


class Standing(Menu, name="network:status"):
    """The menu of a region's network status."""

    network: Id

    async def press(self, ctx: Context) -> None:
        """Store it, and confirm it."""
        network, chosen = await ctx.read(networks.find, self.network), self.chosen
        must_organise_network(ctx, network)
        if len(chosen) != 1 or chosen[0] not in STATUSES:
            raise UserError("errors.button_gone")
        changed = await ctx.write(networks.change, network.id, status=chosen[0])
        ctx.bot.facts.forget(ctx.guild_id)
        status = ctx.text(f"network.status.{chosen[0]}")
        said = ctx.text("network.status.done", region=network.name, status=status)
        await ctx.reply(await panel(ctx, changed, said))


class ChooseRole(Button, name="network:role"):
    """'Choose its role', for admins."""

    network: Id

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with the present role."""
        ctx.must_manage()
        network = await ctx.read(networks.find, self.network)
        await ctx.open(RoleForm(ctx.texts, network=network.id, typed={"role": network.role_id}))


class RoleForm(Form, name="network-role", words="network.role.form"):
    """The form for the role that members of a network get."""

    network: Id
    role = Pick(ui.RoleSelect, required=False)

    async def send(self, ctx: Context) -> None:
        """Store it, and confirm it. Raises UserError: it is a role that joining must not give."""
        ctx.must_manage()
        role = self.role
        if role is not None:
            check_role(role, ctx.guild)
        role_id = role.id if role is not None else None
        changed = await ctx.write(networks.change, self.network, role_id=role_id)
        said = (
            ctx.text("network.role.done", region=changed.name, role=Markup(role.mention))
            if role is not None
            else ctx.text("network.role.none", region=changed.name)
        )
        await ctx.reply(await panel(ctx, changed, said))
