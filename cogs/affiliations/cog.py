"""`/affiliation`: organisations that branches, districts and members affiliate to, and the status of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Bot
from bot.domain.affiliations import is_myself
from bot.domain.free_text import one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.domain.links import read_link
from bot.domain.names import normalize
from bot.errors import UserError
from bot.texts import Markup, Texts
from bot.texts.entries import stems
from cogs.affiliations.cards import body_of, buttons_of, changes, recorded_card, standing, the_renewal, theirs
from cogs.common.base import MEANT, Card, fitting, line, row
from cogs.common.buttons import IN_MENUS, Button, Id, PagedMenu, ask_first
from cogs.common.context import Context, Used, server_meant
from cogs.common.doing import Do
from cogs.common.forms import Form, Line
from cogs.common.options import FreeTextAutocomplete, Offers, RegionName, by_name
from cogs.common.pick import pick
from db import affiliations
from db.affiliations.models import Affiliation

DETAILED = 3


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation from the content (`known`) or the server (`id`)."""

    name: str
    about: Markup | str
    known: str = ""
    id: int | None = None
    link: str = ""

    def has(self, one: Affiliation) -> bool:
        """Whether an affiliation is with this organisation."""
        return (one.known, one.organisation_id) == (self.known, self.id)


async def all_organisations(bot: Bot, guild_id: int) -> list[Known]:
    """Return the organisations from the content, then those that the server added."""
    texts = bot.texts
    found = [
        Known(texts(f"{stem}.name"), texts(f"{stem}.about"), known=stem.rpartition(".")[2])
        for stem in stems("affiliations.organisations", iter(texts))
    ]
    own = await bot.store.read(affiliations.organisations, guild_id)
    return found + [Known(one.name, one.about, id=one.id, link=one.link) for one in own]


async def the_organisation(bot: Bot, guild_id: int, words: str) -> Known:
    """Return the organisation that was named.

    Raises:
        UserError: it is unknown; names the nearest, and how to add one.
    """
    found = await all_organisations(bot, guild_id)
    return pick(words, found, bot.texts, "organisation", key=lambda one: one.id or one.known)


def list_card(
    found: Sequence[Known],
    recorded: Sequence[Affiliation],
    texts: Texts,
    *,
    record: Markup,
    may_add: bool = False,
) -> Card:
    """Return the organisations with everybody's status, to choose one, or for organisers to add one."""
    entries = [
        line(
            texts("affiliations.list.name", name=known.name),
            Markup(known.about) if isinstance(known.about, Markup) else None,
            _standings([standing(one, texts) for one in recorded if known.has(one)], texts),
        )
        for known in found
    ]
    return Card(
        texts("affiliations.list.title"),
        fitting(entries, texts, between="\n\n"),
        texts("affiliations.list.how", command=record),
        *See.rows(texts("affiliations.list.label"), [(one.name, one.known or str(one.id)) for one in found]),
        row(
            Do(label=texts("affiliations.record.button"), command="affiliation record"),
            Manage(label=texts("affiliations.organisation.add.button"), do="add") if may_add else None,
        ),
    )


def _standings(lines: Sequence[Markup], texts: Texts) -> Markup | None:
    # A card has limited room; everything about one organisation is on its own card.
    return fitting(lines, texts, room=400) if lines else None


async def show(ctx: Context, known: Known) -> None:
    """Show one organisation, and below each body's status the buttons that this person may press."""
    texts, recorded = ctx.texts, await ctx.read(affiliations.of_guild, ctx.guild_id, ctx.user_id)
    key = known.known or str(known.id)
    record = Do(label=texts("affiliations.record.button"), command="affiliation record", value=key)
    remove = None
    if known.id is not None and ctx.may_organise(None):
        remove = Manage(label=texts("affiliations.organisation.remove.button"), do="remove", number=known.id)
    rows = [row(record, remove)]
    await ctx.reply(detail_card(known, recorded, texts, *rows, may_change=lambda one: changes(ctx, one)))


def detail_card(
    known: Known,
    recorded: Sequence[Affiliation],
    texts: Texts,
    *rows: ui.ActionRow[Any],
    may_change: Callable[[Affiliation], bool],
) -> Card:
    """Return one organisation, and below each body's status the buttons that this person may press."""
    blocks: list[ui.Item[Any] | Markup | None] = [
        line(
            texts("affiliations.detail.title", name=known.name),
            texts("affiliations.detail.about", about=known.about) if known.about else None,
            texts("affiliations.detail.link", link=known.link) if known.link else None,
        )
    ]
    mine = [one for one in recorded if known.has(one)]
    for one in mine[:DETAILED]:
        blocks += [standing(one, texts), buttons_of(one, texts, may_change=may_change(one))]
    rest = mine[DETAILED:]
    blocks.append(fitting([standing(one, texts) for one in rest], texts, room=1_500) if rest else None)
    # Discord does not format menus, so nothing is escaped there.
    offers = [
        (f"{body_of(one, texts)}: {texts(f'affiliations.statuses.{one.status}')}", str(one.id))
        for one in rest
    ]
    blocks += SeeOne.rows(texts("affiliations.detail.label"), offers)
    blocks.append(texts("affiliations.detail.beyond") if len(offers) > IN_MENUS else None)
    if not mine:
        blocks.append(texts("affiliations.detail.nobody"))
    return Card(*blocks, *rows)


class See(PagedMenu, name="affiliation:see"):
    """'See one organisation', under the list."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Show it."""
        chosen = self.the_one()
        await show(ctx, await _by_key(ctx, chosen))


async def _by_key(ctx: Context, key: str) -> Known:
    for one in await all_organisations(ctx.bot, ctx.guild_id):
        if key == (one.known or str(one.id)):
            return one
    raise UserError("affiliations.organisation.gone")


class SeeOne(PagedMenu, name="affiliation:one"):
    """'See where one stands', under an organisation."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Show it with its buttons."""
        one = await theirs(ctx, self.the_number(), may_all=True)
        await ctx.reply(recorded_card(one, ctx.texts, may_change=changes(ctx, one)))


class Manage(Button, name="organisation"):
    """'Add an organisation' and 'Take this organisation off the list'; the latter asks first."""

    do: Literal["add", "remove", "sure", "show"]
    number: Id = 0

    async def press(self, ctx: Context) -> None:
        """Open the form, ask, or remove it."""
        ctx.must_organise(None)
        if self.do == "add":
            await ctx.open(OrganisationForm(ctx.texts))
            return
        known = await _by_key(ctx, str(self.number))
        if self.do == "show":
            await show(ctx, known)
        elif self.do == "remove":
            sure, keep = self.but(do="sure"), self.but(do="show")
            await ask_first(ctx, "affiliations.organisation.ask", sure, keep, name=known.name)
        else:
            await ctx.write(affiliations.remove_organisation, self.number)
            await ctx.reply(Card(ctx.text("affiliations.organisation.removed", name=known.name)))


class OrganisationForm(Form, name="organisation", words="affiliations.organisation.form"):
    """The form for an organisation of the server's own."""

    def lines(self) -> Sequence[Line]:
        """Return the fields."""
        about = Line(300, long=True, required=False, name="about")
        return [Line(80, name="name"), about, Line(LONGEST_LINK, required=False, name="link")]

    async def send(self, ctx: Context) -> None:
        """Add it, and show it."""
        ctx.must_organise(None)
        name, link = one_line(self.typed["name"]), self.typed["link"].strip()
        address = read_link(link) if link else ""
        if address is None:
            raise UserError("affiliations.organisation.link", link=link)
        for one in await all_organisations(ctx.bot, ctx.guild_id):
            if normalize(one.name) == normalize(name):
                raise UserError("affiliations.organisation.there", name=one.name)
        about = one_line(self.typed["about"])
        added = await ctx.write(affiliations.add_organisation, name=name, about=about, link=address)
        await ctx.reply(Card(ctx.text("affiliations.organisation.added", name=added.name)))


Status = Literal["idea", "agenda", "motion", "affiliated", "due"]


class OrganisationOption(FreeTextAutocomplete):
    """The name of an organisation."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the organisations."""
        names = [one.name for one in await all_organisations(bot, await server_meant(interaction))]
        return by_name(typed, names)


OrganisationName = app_commands.Transform[str, OrganisationOption]


class Affiliations(commands.GroupCog, group_name="affiliation"):
    """Affiliations of branches, districts and members."""

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List the organisations, and the status of each body."""
        ctx = await Context.of(interaction)
        recorded = await ctx.read(affiliations.of_guild, ctx.guild_id, ctx.user_id)
        found = await all_organisations(ctx.bot, ctx.guild_id)
        record, adds = ctx.bot.mention("affiliation record"), ctx.may_organise(None)
        await ctx.reply(list_card(found, recorded, ctx.texts, record=record, may_add=adds))

    @app_commands.command()
    async def record(
        self,
        interaction: discord.Interaction[Any],
        organisation: OrganisationName,
        body: app_commands.Range[str, 1, 80],
        status: Status,
        renews: str | None = None,
        region: RegionName | None = None,
    ) -> None:
        """Record the status of a branch, a district or yourself with an organisation."""
        ctx = await Context.of(interaction)
        known = await the_organisation(ctx.bot, ctx.guild_id, organisation)
        clean_body = one_line(body)
        if not normalize(clean_body):
            raise UserError("affiliations.record.body")
        mine = is_myself(clean_body)
        chosen = ctx.the_region(region) if region else ctx.region
        new = Affiliation(
            known=known.known,
            organisation_id=known.id,
            body="" if mine else clean_body,
            owner_id=ctx.user_id if mine else None,
            region_id=chosen.id if chosen and not mine else None,
            status=status,
            renews_on=the_renewal(ctx, renews).isoformat() if renews else None,
        )
        one = await ctx.write(affiliations.record, new, organises=ctx.may_organise(chosen))
        title = ctx.text("affiliations.record.done", name=known.name)
        await ctx.reply(recorded_card(one, ctx.texts, title))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Affiliations())
