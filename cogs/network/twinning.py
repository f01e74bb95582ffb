"""Twinning: the form by which a branch or union is added, who fits whom, and the wish to meet a contact."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands, ui
from sqlalchemy.orm import Session

from bot.domain.interests import ASK_LIVES, LANGUAGE_LENGTH, LANGUAGES, read_languages
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.base import IN_SERVER, Card, Form, field, fitting, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.interests import choices, name_of, names, offered
from cogs.network.lists import WORDS
from db import interests
from db.network import twinnings
from db.network.models import Twinning

NAME_LENGTH, TEXT_LENGTH = 100, 200
KINDS = ("branch", "union")


class TwinningForm(Form):
    """A branch that looks for a partner union, or a union that looks for a branch."""

    audience = IN_SERVER

    name = "twinning"

    def __init__(self, texts: Texts, kind: str, seeking: Twinning | None = None) -> None:
        super().__init__(texts("network.twinning.form.modal"), kind)
        filled = seeking or Twinning(name="", world="", topics=[], languages=[], hopes="")
        self.called = ui.TextInput[Any](custom_id="name", max_length=NAME_LENGTH, default=filled.name or None)
        self.world = ui.Select[Any](
            custom_id="world",
            options=[
                discord.SelectOption(label=name, value=value, default=filled.world == value)
                for value, name in choices("world", texts).items()
            ],
            placeholder=texts("network.twinning.form.world.placeholder"),
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
            placeholder=texts("network.twinning.form.topics.placeholder"),
        )
        self.languages = ui.TextInput[Any](
            custom_id="language",
            required=False,
            max_length=LANGUAGES * LANGUAGE_LENGTH,
            default=", ".join(filled.languages) or None,
        )
        last = "hopes" if kind == "branch" else "reach"
        self.last = ui.TextInput[Any](
            custom_id=last,
            required=kind == "union",
            max_length=TEXT_LENGTH,
            style=discord.TextStyle.paragraph,
            default=filled.hopes or None,
        )
        for name, asked in (
            ("name" if kind == "branch" else "union", self.called),
            ("world", self.world),
            ("topics", self.topics),
            ("language", self.languages),
            (last, self.last),
        ):
            form = f"network.twinning.form.{name}"
            self.add_item(field(texts(f"{form}.label"), asked, texts(f"{form}.hint")))

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "TwinningForm":
        """Build the form again for an answer that comes after a restart.

        Raises:
            UserError: the state was not made by us.
        """
        if state not in KINDS:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def send(self, ctx: Context) -> None:
        """Store what is looked for, and show who fits."""
        texts, union = ctx.texts, self.state == "union"
        if union:
            ctx.must_organise(None)
        if self.world.values[0] not in choices("world", texts):
            raise UserError("errors.button_gone")
        try:
            languages = read_languages(self.languages.value)
        except ValueError:
            raise UserError("interests.languages.unread") from None
        said = self.last.value.strip()
        seeking = await ctx.write(
            twinnings.add,
            kind=self.state,
            name=" ".join(self.called.value.split())[:NAME_LENGTH],
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
        await ctx.open(TwinningForm(ctx.texts, "branch", mine[0] if len(mine) == 1 else None))

    @app_commands.command()
    async def union(self, interaction: discord.Interaction[Any]) -> None:
        """Add a union that looks for a branch."""
        ctx = await Context.of(interaction)
        ctx.must_organise(None)
        await ctx.open(TwinningForm(ctx.texts, "union"))

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
