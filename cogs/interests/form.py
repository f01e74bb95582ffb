"""The form of interests, the consent before it, and what is kept after it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.interests import KINDS, LANGUAGE_LENGTH, LANGUAGES, read_languages
from bot.domain.seals import seal
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import IN_SERVER, Action, Card, Form, field, line, reply, row
from cogs.interests.topics import choices, name_of, offered
from db import interests, privacy

Chosen = Mapping[str, Sequence[str]]
SELECTS = {"issue": ("campaign", "pillar"), "world": ("world",), "skill": ("skill",), "phase": ("phase",)}
"""Each select of the form, and the kinds that it offers: a form has room for five fields."""


def server_of(interaction: discord.Interaction[Any], stated: int | None = None) -> int:
    """Return the server that is meant: where the command was used, or what the button says when it is in a DM.

    Raises:
        UserError: in a DM without a server, or the presser is not in it.
    """
    if interaction.guild_id is not None:
        return interaction.guild_id
    if stated is None:
        raise UserError("errors.only_in_server")
    return stated


def wordings(texts: Texts) -> dict[str, str]:
    """Return the words of each consent as they are now: who agreed to others has not agreed to these."""
    return {
        interests.KEEP: str(texts("interests.consent.wording")),
        interests.MEET: str(texts("interests.allow.introductions.wording")),
        interests.MAP: str(texts("interests.allow.map.wording")),
    }


async def open_form(interaction: discord.Interaction[Any], bot: Bot) -> None:
    """Open the form filled in with what was chosen; before the first time, ask for consent."""
    guild_id, user_id = server_of(interaction), interaction.user.id
    texts = bot.texts
    agreed = await bot.store.read(privacy.agreed, user_id, guild_id=guild_id, purpose=interests.KEEP)
    wording = texts("interests.consent.wording")
    if agreed is None or agreed.wording != wording:
        words = line(
            texts("interests.consent.title"), texts("interests.consent.ask", wording=Markup(wording))
        )
        await reply(interaction, Card(words, row(Agree(texts))))
        return
    await show_form(interaction, bot)


async def show_form(interaction: discord.Interaction[Any], bot: Bot) -> None:
    """Open the form."""
    chosen = await bot.store.read(interests.chosen_by, interaction.user.id, guild_id=server_of(interaction))
    await interaction.response.send_modal(InterestsForm(bot.texts, chosen))


_SEAL = r"(?::(?P<seal>[0-9a-f]{8}))?"


class Agree(Action, template=r"interests:agree" + _SEAL):
    """'I agree: open the form'."""

    audience = IN_SERVER

    seal: str | None

    def __init__(self, texts: Texts) -> None:
        super().__init__(
            f"interests:agree:{seal(wordings(texts)[interests.KEEP])}",
            texts("interests.consent.agree.button"),
            style=discord.ButtonStyle.primary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take out of the custom_id which words it agrees to."""
        self.seal = match["seal"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form; the consent is stored with what it is about. Under other words, show those of now."""
        if self.seal == seal(wordings(bot.texts)[interests.KEEP]):
            await show_form(interaction, bot)
        else:
            await open_form(interaction, bot)


class Renew(Action, template=r"interests:renew" + _SEAL):
    """'I agree to this', for somebody who agreed to the words before."""

    audience = IN_SERVER

    seal: str | None

    def __init__(self, texts: Texts) -> None:
        super().__init__(
            f"interests:renew:{seal(wordings(texts)[interests.KEEP])}",
            texts("interests.again.agree.button"),
            style=discord.ButtonStyle.primary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take out of the custom_id which words it agrees to."""
        self.seal = match["seal"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the consent, and show what is kept and what is not agreed to yet."""
        guild_id, user_id = server_of(interaction), interaction.user.id
        wording = wordings(bot.texts)[interests.KEEP]
        chosen = await bot.store.read(interests.chosen_by, user_id, guild_id=guild_id)
        if self.seal != seal(wording):
            await reply(interaction, again_card(bot))
            return
        if chosen:
            await bot.store.write(
                interests.allow,
                user_id,
                guild_id=guild_id,
                purpose=interests.KEEP,
                wording=wording,
                on=True,
                now=bot.clock.now(),
            )
        await reply(interaction, await mine_card(bot, guild_id, user_id, bot.texts("interests.card.title")))


def again_card(bot: Bot) -> Card:
    """Return the words that somebody is asked to agree to again, and what holds until they do."""
    texts = bot.texts
    return Card(
        texts("interests.again.title"),
        texts("interests.again.ask", wording=Markup(wordings(texts)[interests.KEEP])),
        row(Renew(texts)),
        texts("interests.again.until", clear=bot.mention("interests clear")),
    )


class Change(Action, template=r"interests:change"):
    """'Change it'."""

    audience = IN_SERVER

    def __init__(self, texts: Texts) -> None:
        super().__init__("interests:change", texts("interests.change.button"))

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form again, if the consent still stands."""
        await open_form(interaction, bot)


class InterestsForm(Form):
    """Campaigns and pillars, regions of the world, skills, phase, languages."""

    audience = IN_SERVER

    name = "interests"

    def __init__(self, texts: Texts, chosen: Chosen | None = None, *, whole: bool = False) -> None:
        super().__init__(texts("interests.form.modal"))
        chosen = chosen or {}
        self.selects: dict[str, ui.Select[Any]] = {}
        for name, kinds in SELECTS.items():
            options = [
                discord.SelectOption(
                    label=label, value=f"{kind}:{value}", default=value in chosen.get(kind, ())
                )
                for kind in kinds
                for value, label in (
                    choices(kind, texts) if whole else offered(kind, texts, chosen=chosen.get(kind, ()))
                ).items()
            ][:25]
            select = ui.Select[Any](
                custom_id=name,
                placeholder=texts(f"interests.form.{name}.placeholder"),
                options=options,
                min_values=0,
                max_values=len(options),
            )
            self.selects[name] = select
            self.add_item(
                field(texts(f"interests.form.{name}.label"), select, texts(f"interests.form.{name}.hint"))
            )
        self.languages = ui.TextInput[Any](
            custom_id="language",
            required=False,
            max_length=LANGUAGES * LANGUAGE_LENGTH,
            default=", ".join(chosen.get("language", ())) or None,
        )
        self.add_item(
            field(
                texts("interests.form.language.label"), self.languages, texts("interests.form.language.hint")
            )
        )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "InterestsForm":
        """Build the form again for an answer that comes after a restart; what was offered then is not known."""
        return cls(texts, whole=True)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store what was chosen, with the consent to it."""
        guild_id, user_id = server_of(interaction), interaction.user.id
        try:
            languages = read_languages(self.languages.value)
        except ValueError:
            raise UserError("interests.languages.unread") from None
        chosen: dict[str, list[str]] = {"language": languages}
        for name, kinds in SELECTS.items():
            for picked in self.selects[name].values:
                kind, _, value = picked.partition(":")
                if kind in kinds and value in choices(kind, bot.texts):
                    chosen.setdefault(kind, []).append(value)

        def store(session: Session) -> None:
            interests.choose(
                session,
                user_id,
                guild_id=guild_id,
                chosen=chosen,
                wording=bot.texts("interests.consent.wording"),
                now=bot.clock.now(),
            )

        await bot.store.write(store)
        await reply(interaction, await mine_card(bot, guild_id, user_id, bot.texts("interests.card.saved")))


async def mine_card(bot: Bot, guild_id: int, user_id: int, title: Markup) -> Card:
    """Return what a member chose, and what they allow, with buttons to change it."""
    texts, words = bot.texts, wordings(bot.texts)

    def load(session: Session) -> tuple[Chosen, Collection[str], Collection[interests.Topic]]:
        return (
            interests.chosen_by(session, user_id, guild_id=guild_id),
            interests.allowed(session, user_id, guild_id=guild_id, wordings=words),
            interests.on_map(session, user_id, guild_id=guild_id),
        )

    chosen, allowed, on_map = await bot.store.read(load)
    lines = [
        texts(
            "interests.card.line",
            kind=texts(f"interests.kinds.{kind}"),
            values=Markup(", ".join(name_of(kind, value, texts) for value in values)),
        )
        for kind in KINDS
        if (values := chosen.get(kind))
    ]
    meet, mapped = interests.MEET in allowed, interests.MAP in allowed
    fresh = [topic for topic in _topics(chosen) if not (mapped and topic in on_map)]
    buttons = [Change(texts), Allow(interests.MEET, not meet, seal(words[interests.MEET]), texts)]
    if fresh:
        buttons.append(Allow(interests.MAP, True, map_seal(chosen, texts), texts))
    if mapped:
        buttons.append(Allow(interests.MAP, False, "", texts))
    return Card(
        title,
        line(*lines) or texts("interests.card.nothing"),
        _allowance(interests.MEET, meet, texts),
        _allowance(interests.MAP, mapped, texts),
        texts("interests.allow.map.fresh", topics=_named(fresh, texts)) if fresh and mapped else None,
        row(*buttons),
        texts("interests.card.private"),
    )


def _topics(chosen: Chosen) -> list[interests.Topic]:
    return [(kind, value) for kind in KINDS for value in chosen.get(kind, ())]


def _named(topics: Sequence[interests.Topic], texts: Texts) -> Markup:
    return Markup(", ".join(name_of(kind, value, texts) for kind, value in topics))


def map_seal(chosen: Chosen, texts: Texts) -> str:
    """Return the seal of a name on the map: of the words, and of the interests that it is agreed to for."""
    return seal(wordings(texts)[interests.MAP], *(":".join(topic) for topic in sorted(_topics(chosen))))


def _allowance(purpose: str, allowed: bool, texts: Texts) -> Markup:
    wording = texts(f"interests.allow.{purpose}.wording")
    return texts(f"interests.allow.{purpose}.{'on' if allowed else 'off'}", wording=wording)


class Allow(Action, template=r"interests:allow:(?P<purpose>introductions|map):(?P<on>on|off)" + _SEAL):
    """'Switch introductions on', 'Take my name off the map' and so on."""

    audience = IN_SERVER

    purpose: str
    on: bool
    seal: str | None

    def __init__(self, purpose: str, on: bool, sealed: str, texts: Texts) -> None:
        super().__init__(
            f"interests:allow:{purpose}:{'on' if on else 'off'}" + (f":{sealed}" if on else ""),
            texts(f"interests.allow.{purpose}.{'yes' if on else 'no'}.button"),
        )

    def read(self, match: re.Match[str]) -> None:
        """Take purpose and answer, and which words they are about, out of the custom_id."""
        self.purpose, self.on, self.seal = match["purpose"], match["on"] == "on", match["seal"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the consent with its words, or that it was taken back, and show what holds now.

        A button under other words, or under other interests, agrees to nothing: it shows those of now.
        """
        guild_id, user_id, now = server_of(interaction), interaction.user.id, bot.clock.now()
        wording = wordings(bot.texts)[self.purpose]

        def store(session: Session) -> bool:
            if self.on:
                chosen = interests.chosen_by(session, user_id, guild_id=guild_id)
                meant = seal(wording) if self.purpose == interests.MEET else map_seal(chosen, bot.texts)
                if self.seal != meant:
                    return False
            interests.allow(
                session,
                user_id,
                guild_id=guild_id,
                purpose=self.purpose,
                wording=wording,
                on=self.on,
                now=now,
            )
            if self.purpose == interests.MEET and not self.on:
                interests.give_up(session, user_id, guild_id=guild_id, now=now)
            return True

        title = "title" if await bot.store.write(store) else "changed"
        await reply(
            interaction, await mine_card(bot, guild_id, user_id, bot.texts(f"interests.card.{title}"))
        )
