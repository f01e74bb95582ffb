"""Twinning: the form by which a branch or union is added, who fits whom, and the wish to meet a contact."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import discord
from discord import app_commands, ui
from sqlalchemy.orm import Session

from bot.domain.interests import ASK_LIVES, LANGUAGE_LENGTH, LANGUAGES, read_languages
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.base import IN_SERVER, Card, fitting, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.interests import choices, name_of, names, offered
from cogs.network.lists import WORDS
from db import interests
from db.network import twinnings
from db.network.models import Twinning

NAME_LENGTH, TEXT_LENGTH = 100, 200


class TwinningForm(Form, name="twinning", words="network.twinning.form"):
    """A branch that looks for a partner union, or a union that looks for a branch."""

    audience = IN_SERVER

    kind: Literal["branch", "union"]

    def __init__(
        self, texts: Texts, *, kind: Literal["branch", "union"], seeking: Twinning | None = None
    ) -> None:
        filled = seeking or Twinning(name="", world="", topics=[], languages=[], hopes="")
        self.world = ui.Select[Any](
            custom_id="world",
            options=[
                discord.SelectOption(label=name, value=value, default=filled.world == value)
                for value, name in choices("world", texts).items()
            ],
        )
        campaigns = offered("campaign", texts)
        self.topics = ui.Select[Any](
            custom_id="topics",
            options=[
                discord.SelectOption(label=name, value=value, default=value in filled.topics)
                for value, name in campaigns.items()
            ],
            min_values=0,
            max_values=len(campaigns),
        )
        typed = {"name": filled.name, "language": ", ".join(filled.languages), "hopes": filled.hopes}
        super().__init__(texts, kind=kind, typed=typed)

    def lines(self) -> Iterable[Line]:
        """Return the fields: a union says how it is reached, a branch what it hopes for."""
        union = self.kind == "union"
        yield Line(NAME_LENGTH, name="name")
        yield Line(LANGUAGES * LANGUAGE_LENGTH, required=False, name="language")
        yield Line(TEXT_LENGTH, required=union, long=True, name="reach" if union else "hopes")

    def put(self, texts: Texts, name: str, item: ui.Item[Any]) -> None:
        """Add the menus after the name."""
        super().put(texts, "union" if name == "name" and self.kind == "union" else name, item)
        if name == "name":
            super().put(texts, "world", self.world)
            super().put(texts, "topics", self.topics)

    async def send(self, ctx: Context) -> None:
        """Store what is looked for, and show who fits."""
        texts, union = ctx.texts, self.kind == "union"
        if union:
            ctx.must_organise(None)
        if self.world.values[0] not in choices("world", texts):
            raise UserError("errors.button_gone")
        try:
            languages = read_languages(self.typed["language"])
        except ValueError:
            raise UserError("interests.languages.unread") from None
        said = self.typed["reach" if union else "hopes"].strip()
        seeking = await ctx.write(
            twinnings.add,
            kind=self.kind,
            name=" ".join(self.typed["name"].split())[:NAME_LENGTH],
            world=self.world.values[0],
            topics=[value for value in self.topics.values if value in choices("campaign", texts)],
            languages=languages,
            hopes="" if union else said,
            reach=said if union else "",
            contact_id=None if union else ctx.user_id,
        )
        saved = texts(f"network.twinning.{'saved_union' if union else 'saved'}", name=seeking.name)
        found = await ctx.read(twinnings.matches, seeking)
        await ctx.reply(match_card(ctx, seeking, found, title=saved))


def list_card(ctx: Context, found: Sequence[Twinning]) -> Card:
    """Return who looks for a partner."""
    texts = ctx.texts
    if not found:
        command = ctx.bot.mention("network twinning add")
        return Card(texts("network.twinning.title"), texts("network.twinning.none", command=command))
    return Card(
        texts("network.twinning.title"),
        fitting([entry(each, texts) for each in found], texts, between="\n\n"),
        texts("network.twinning.how", command=ctx.bot.mention("network twinning match")),
    )


def entry(seeking: Twinning, texts: Texts) -> Markup:
    """Return what one looks for."""
    topics = Markup(", ".join(name_of("campaign", topic, texts) for topic in seeking.topics))
    spoken = Markup(", ".join(plain(language) for language in seeking.languages))
    return line(
        texts(
            f"network.twinning.{seeking.kind}",
            name=seeking.name,
            number=seeking.id,
            world=name_of("world", seeking.world, texts),
            topics=texts("network.twinning.topics", topics=topics) if topics else "",
        ),
        texts("network.twinning.languages", languages=spoken) if spoken else None,
        texts("network.twinning.hopes", hopes=seeking.hopes) if seeking.hopes else None,
        texts("network.twinning.reach", reach=seeking.reach) if seeking.reach else None,
    )


def match_card(
    ctx: Context,
    seeking: Twinning,
    found: Sequence[tuple[Twinning, Sequence[str]]],
    *,
    title: Markup | None = None,
) -> Card:
    """Return who fits, why, and for branches the button to meet their contact."""
    texts = ctx.texts
    if not found:
        none = texts("network.twinning.no_match", command=ctx.bot.mention("network twinning match"))
        return Card(title or texts("network.twinning.matches", name=seeking.name), none)
    entries: list[Markup] = []
    for other, reasons in found:
        same = other.kind == seeking.kind
        kind = "kind_union" if other.kind == "union" else "kind_branch" if same else "kind_other"
        entries.append(
            line(
                texts(
                    "network.twinning.match",
                    name=other.name,
                    kind=texts(f"network.twinning.{kind}"),
                    number=other.id,
                    reasons=names(reasons, texts),
                ),
                texts("network.twinning.reach", reach=other.reach) if other.reach else None,
            )
        )
    meets = [
        MeetBranch(
            label=Markup(texts("network.twinning.ask.button", name=Markup(other.name))[:80]),
            twinning=other.id,
        )
        for other, _ in found
        if other.contact_id is not None
    ]
    return Card(
        title,
        texts("network.twinning.matches", name=seeking.name),
        fitting(entries, texts, between="\n\n", room=2_000),
        row(*meets) if meets else None,
    )


class MeetBranch(Button, name="twinning:meet"):
    """'Meet Hackney': ask the contact of a branch, who is named to nobody before they agree."""

    audience = IN_SERVER

    twinning: Id

    async def press(self, ctx: Context) -> None:
        """Put the wish to its contact."""
        guild_id, user_id, now = ctx.guild.id, ctx.user_id, ctx.now

        def store(session: Session) -> Twinning:
            seeking = twinnings.find(session, self.twinning, guild_id=guild_id)
            if seeking.contact_id is None:
                raise UserError("network.twinning.no_contact", name=seeking.name)
            if seeking.contact_id == user_id:
                raise UserError("network.twinning.yourself", name=seeking.name)
            if twinnings.asked_before(session, seeking.id, user_id):
                raise UserError("network.twinning.asked_before", name=seeking.name)
            interests.must_not_pester(session, user_id, guild_id=guild_id, now=now)
            interests.put(
                session,
                user_id,
                seeking.contact_id,
                guild_id=guild_id,
                topics=[f"world:{seeking.world}", *(f"campaign:{topic}" for topic in seeking.topics)],
                now=now,
                twinning_id=seeking.id,
            )
            return seeking

        seeking = await ctx.write(store)
        await ctx.reply(Card(ctx.text("network.twinning.asked", name=seeking.name, days=ASK_LIVES.days)))


class Twinnings(app_commands.Group, name="twinning", description=WORDS):
    """Branches that look for a partner union."""

    @app_commands.command()
    async def add(self, interaction: discord.Interaction[Any]) -> None:
        """Look for a partner union for your branch."""
        ctx = await Context.of(interaction)
        mine = await ctx.read(twinnings.of_contact, ctx.user_id)
        await ctx.open(TwinningForm(ctx.texts, kind="branch", seeking=mine[0] if len(mine) == 1 else None))

    @app_commands.command()
    async def union(self, interaction: discord.Interaction[Any]) -> None:
        """Add a union that looks for a branch."""
        ctx = await Context.of(interaction)
        ctx.must_organise(None)
        await ctx.open(TwinningForm(ctx.texts, kind="union"))

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """Show who looks for a partner."""
        ctx = await Context.of(interaction)
        await ctx.reply(list_card(ctx, await ctx.read(twinnings.of_guild, ctx.guild_id)))

    @app_commands.command()
    async def match(
        self,
        interaction: discord.Interaction[Any],
        number: app_commands.Range[int, 1, 2_000_000_000] | None = None,
    ) -> None:
        """Show who fits a branch."""
        ctx = await Context.of(interaction)
        if number is not None:
            seeking = await ctx.read(twinnings.find, number)
        else:
            mine = await ctx.read(twinnings.of_contact, ctx.user_id)
            if not mine:
                add = ctx.bot.mention("network twinning add")
                raise UserError("network.twinning.none_yours", command=add)
            seeking = mine[0]
        await ctx.reply(match_card(ctx, seeking, await ctx.read(twinnings.matches, seeking)))

    @app_commands.command()
    async def remove(
        self, interaction: discord.Interaction[Any], number: app_commands.Range[int, 1, 2_000_000_000]
    ) -> None:
        """Take a branch or union off the list."""
        ctx = await Context.of(interaction)
        seeking = await ctx.read(twinnings.find, number)
        if seeking.contact_id != ctx.user_id and not ctx.may_organise(None):
            raise UserError("network.twinning.not_yours")
        await ctx.write(twinnings.remove, number)
        await ctx.reply(Card(ctx.text("network.twinning.removed", name=seeking.name)))
