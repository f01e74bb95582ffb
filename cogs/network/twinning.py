"""Twinning: the form by which a branch or union is added, who fits whom, and the wish to meet a contact."""

import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.interests import ASK_LIVES, LANGUAGE_LENGTH, LANGUAGES, read_languages
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.base import IN_SERVER, Action, Card, Form, field, fitting, line, reply, row
from cogs.common.context import here
from cogs.interests.topics import choices, name_of, names, offered
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
        label = "name" if kind == "branch" else "union"
        self.called = ui.TextInput[Any](
            custom_id="name", max_length=NAME_LENGTH, default=seeking.name if seeking else None
        )
        self.add_item(
            field(
                texts(f"network.twinning.form.{label}.label"),
                self.called,
                texts(f"network.twinning.form.{label}.hint"),
            )
        )
        worlds = [
            discord.SelectOption(
                label=name, value=value, default=seeking is not None and seeking.world == value
            )
            for value, name in choices("world", texts).items()
        ]
        self.world = ui.Select[Any](
            custom_id="world",
            options=worlds,
            placeholder=texts("network.twinning.form.world.placeholder"),
        )
        self.add_item(
            field(
                texts("network.twinning.form.world.label"),
                self.world,
                texts("network.twinning.form.world.hint"),
            )
        )
        campaigns = [
            discord.SelectOption(
                label=name, value=value, default=seeking is not None and value in seeking.topics
            )
            for value, name in offered("campaign", texts).items()
        ]
        self.topics = ui.Select[Any](
            custom_id="topics",
            options=campaigns,
            min_values=0,
            max_values=len(campaigns),
            placeholder=texts("network.twinning.form.topics.placeholder"),
        )
        self.add_item(
            field(
                texts("network.twinning.form.topics.label"),
                self.topics,
                texts("network.twinning.form.topics.hint"),
            )
        )
        self.languages = ui.TextInput[Any](
            custom_id="language",
            required=False,
            max_length=LANGUAGES * LANGUAGE_LENGTH,
            default=", ".join(seeking.languages) or None if seeking else None,
        )
        self.add_item(
            field(
                texts("network.twinning.form.language.label"),
                self.languages,
                texts("network.twinning.form.language.hint"),
            )
        )
        last = "hopes" if kind == "branch" else "reach"
        self.last = ui.TextInput[Any](
            custom_id=last,
            required=kind == "union",
            max_length=TEXT_LENGTH,
            style=discord.TextStyle.paragraph,
            default=(seeking.hopes or None) if seeking else None,
        )
        self.add_item(
            field(
                texts(f"network.twinning.form.{last}.label"),
                self.last,
                texts(f"network.twinning.form.{last}.hint"),
            )
        )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "TwinningForm":
        """Build the form again for an answer that comes after a restart.

        Raises:
            UserError: the state was not made by us.
        """
        if state not in KINDS:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store what is looked for, and show who fits."""
        at, union = await here(interaction), self.state == "union"
        if union:
            at.must_organise(None)
        if self.world.values[0] not in choices("world", bot.texts):
            raise UserError("errors.button_gone")
        try:
            languages = read_languages(self.languages.value)
        except ValueError:
            raise UserError("interests.languages.unread") from None
        said, texts = self.last.value.strip(), bot.texts
        seeking = await bot.store.write(
            twinnings.add,
            guild_id=at.guild.id,
            kind=self.state,
            name=" ".join(self.called.value.split())[:NAME_LENGTH],
            world=self.world.values[0],
            topics=[value for value in self.topics.values if value in choices("campaign", texts)],
            languages=languages,
            hopes="" if union else said,
            reach=said if union else "",
            contact_id=None if union else interaction.user.id,
            actor_id=interaction.user.id,
            now=bot.clock.now(),
        )
        saved = texts(f"network.twinning.{'saved_union' if union else 'saved'}", name=seeking.name)
        found = await bot.store.read(twinnings.matches, seeking)
        await reply(interaction, match_card(seeking, found, bot, title=saved))


def list_card(found: Sequence[Twinning], bot: Bot) -> Card:
    """Return who looks for a partner."""
    texts = bot.texts
    if not found:
        command = bot.mention("network twinning add")
        return Card(texts("network.twinning.title"), texts("network.twinning.none", command=command))
    return Card(
        texts("network.twinning.title"),
        fitting([entry(each, texts) for each in found], texts, between="\n\n"),
        texts("network.twinning.how", command=bot.mention("network twinning match")),
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
    seeking: Twinning,
    found: Sequence[tuple[Twinning, Sequence[str]]],
    bot: Bot,
    *,
    title: Markup | None = None,
) -> Card:
    """Return who fits, why, and for branches the button to meet their contact."""
    texts = bot.texts
    if not found:
        none = texts("network.twinning.no_match", command=bot.mention("network twinning match"))
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
    meets = [MeetBranch(other, texts) for other, _ in found if other.contact_id is not None]
    return Card(
        title,
        texts("network.twinning.matches", name=seeking.name),
        fitting(entries, texts, between="\n\n", room=2_000),
        row(*meets) if meets else None,
    )


class MeetBranch(Action, template=r"twinning:meet:(?P<id>\d{1,9})"):
    """'Meet Hackney': ask the contact of a branch, who is named to nobody before they agree."""

    audience = IN_SERVER

    twinning_id: int

    def __init__(self, seeking: Twinning, texts: Texts) -> None:
        label = texts("network.twinning.ask.button", name=Markup(seeking.name))
        super().__init__(f"twinning:meet:{seeking.id}", Markup(label[:80]))

    def read(self, match: re.Match[str]) -> None:
        """Take the branch out of the custom_id."""
        self.twinning_id = int(match["id"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Put the wish to its contact."""
        at, user_id, now = await here(interaction), interaction.user.id, bot.clock.now()

        def store(session: Session) -> Twinning:
            seeking = twinnings.find(session, self.twinning_id, guild_id=at.guild.id)
            if seeking.contact_id is None:
                raise UserError("network.twinning.no_contact", name=seeking.name)
            if seeking.contact_id == user_id:
                raise UserError("network.twinning.yourself", name=seeking.name)
            if twinnings.asked_before(session, seeking.id, user_id):
                raise UserError("network.twinning.asked_before", name=seeking.name)
            interests.must_not_pester(session, user_id, guild_id=at.guild.id, now=now)
            interests.put(
                session,
                user_id,
                seeking.contact_id,
                guild_id=at.guild.id,
                topics=[f"world:{seeking.world}", *(f"campaign:{topic}" for topic in seeking.topics)],
                now=now,
                twinning_id=seeking.id,
            )
            return seeking

        seeking = await bot.store.write(store)
        words = bot.texts("network.twinning.asked", name=seeking.name, days=ASK_LIVES.days)
        await reply(interaction, Card(words))
