"""The form for interests, the consent before it, and the settings after it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.interests import KINDS, LANGUAGE_LENGTH, LANGUAGES, read_languages
from bot.domain.seals import seal
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import MEANT, Card, line, row
from cogs.common.buttons import Button, ask_first
from cogs.common.context import Context
from cogs.common.forms import Form, Line, OneOf
from cogs.common.interests import choices, name_of, offered, wordings
from db import interests, privacy

Purpose = Literal["introductions", "map"]
Chosen = Mapping[str, Sequence[str]]
SELECTS = {"issue": ("campaign", "pillar"), "world": ("world",), "skill": ("skill",), "phase": ("phase",)}
"""The form's selects, and the kinds that each offers: a form has room for five fields."""
Seal = Annotated[str, r"[0-9a-f]{8}"]
"""The seal of the words that a button agrees to."""


async def open_form(ctx: Context) -> None:
    """Open the form filled in with previous choices; the first time, ask for consent before."""
    wording = ctx.text("interests.consent.wording")
    agreed = await ctx.read(privacy.agreed, ctx.user_id, guild_id=ctx.guild_id, purpose=interests.KEEP)
    if agreed is not None and agreed.wording == wording:
        await show_form(ctx)
        return
    agree = Agree(label=ctx.text("interests.consent.agree.button"), seal=seal(wording))
    ask = ctx.text("interests.consent.ask", wording=Markup(wording))
    chosen = await ctx.read(interests.chosen_by, ctx.user_id)
    clear = clearing(ctx.texts) if chosen else None
    await ctx.reply(Card(line(ctx.text("interests.consent.title"), ask), row(agree, clear)))


async def show(ctx: Context) -> None:
    """Show a member's choices and permissions; open the form for members who have chosen nothing yet."""
    wording = ctx.text("interests.consent.wording")

    def load(session: Session) -> bool:
        agreed = privacy.agreed(session, ctx.user_id, guild_id=ctx.guild_id, purpose=interests.KEEP)
        current = agreed is not None and agreed.wording == wording
        return current and bool(interests.chosen_by(session, ctx.user_id, guild_id=ctx.guild_id))

    if await ctx.read(load):
        await ctx.reply(await mine_card(ctx, "title"))
    else:
        await open_form(ctx)


class Clear(Button, name="interests:clear"):
    """'Delete my interests', and its confirmation."""

    audience = MEANT

    sure: Literal["ask", "yes"]

    async def press(self, ctx: Context) -> None:
        """Ask, or delete them."""
        if self.sure == "yes":
            there = await ctx.write(interests.clear, ctx.user_id)
            await ctx.reply(Card(ctx.text(f"interests.clear.{'done' if there else 'nothing'}")))
            return
        await ask_first(ctx, "interests.clear.ask", self.but(sure="yes"), "interests set")


def clearing(texts: Texts) -> Clear:
    """Return the button that confirms deleting interests."""
    return Clear(label=texts("interests.clear.button"), sure="ask")


async def show_form(ctx: Context) -> None:
    """Open the form."""
    await ctx.open(InterestsForm(ctx.texts, await ctx.read(interests.chosen_by, ctx.user_id)))


class Agree(Button, name="interests:agree"):
    """'I agree: open the form'."""

    audience = MEANT

    seal: Seal | None = None
    style: discord.ButtonStyle = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Open the form; its answers are stored with the consent. If the words have changed, show the present ones."""
        if self.seal == seal(wordings(ctx.texts)[interests.KEEP]):
            await show_form(ctx)
        else:
            await open_form(ctx)


class Renew(Button, name="interests:renew"):
    """'I agree to this', for somebody who agreed to earlier words."""

    audience = MEANT

    seal: Seal | None = None
    style: discord.ButtonStyle = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Store the consent, and show what is stored and what is not agreed to yet."""
        wording = wordings(ctx.texts)[interests.KEEP]
        if self.seal != seal(wording):
            await ctx.reply(again_card(ctx.bot))
            return
        if await ctx.read(interests.chosen_by, ctx.user_id):
            await ctx.write(interests.allow, ctx.user_id, purpose=interests.KEEP, wording=wording, on=True)
        await ctx.reply(await mine_card(ctx, "title"))


def again_card(bot: Bot) -> Card:
    """Return the words that somebody is asked to agree to again, and what applies until then."""
    texts, wording = bot.texts, wordings(bot.texts)[interests.KEEP]
    return Card(
        texts("interests.again.title"),
        texts("interests.again.ask", wording=Markup(wording)),
        row(Renew(label=texts("interests.again.agree.button"), seal=seal(wording)), clearing(texts)),
        texts("interests.again.until"),
    )


class Change(Button, name="interests:change"):
    """'Change it'."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Open the form again, if the consent still stands."""
        await open_form(ctx)


class InterestsForm(Form, name="interests", words="interests.form"):
    """The form for campaigns and pillars, regions of the world, skills, phase and languages."""

    audience = MEANT

    def __init__(self, texts: Texts, chosen: Chosen | None = None) -> None:
        """Offer what is on and what was chosen; if the choices are unknown, everything, as a rebuilt form must."""
        self._chosen, known = chosen, chosen or {}
        typed: dict[str, Any] = {
            menu: [f"{kind}:{value}" for kind in kinds for value in known.get(kind, ())]
            for menu, kinds in SELECTS.items()
        }
        super().__init__(texts, typed=typed | {"language": ", ".join(known.get("language", ()))})

    def lines(self) -> Iterable[OneOf | Line]:
        """Return the menus, and the field for languages."""
        for menu, kinds in SELECTS.items():
            offers: dict[str, str] = {}
            for kind in kinds:
                known = choices(kind, self.texts)
                if self._chosen is not None:
                    known = offered(kind, self.texts, chosen=self._chosen.get(kind, ()))
                offers |= {f"{kind}:{value}": label for value, label in known.items()}
            offers = dict(list(offers.items())[:25])
            yield OneOf(offers=offers, required=False, most=len(offers), name=menu)
        yield Line(LANGUAGES * LANGUAGE_LENGTH, required=False, name="language")

    async def send(self, ctx: Context) -> None:
        """Store what was chosen, with the consent to it."""
        try:
            languages = read_languages(self.typed["language"])
        except ValueError:
            raise UserError("interests.languages.unread") from None
        chosen: dict[str, list[str]] = {"language": languages}
        for name in SELECTS:
            for picked in self.menus[name].values:
                kind, _, value = picked.partition(":")
                chosen.setdefault(kind, []).append(value)
        wording = ctx.text("interests.consent.wording")
        await ctx.write(interests.choose, ctx.user_id, chosen=chosen, wording=wording)
        await ctx.reply(await mine_card(ctx, "saved"))


async def mine_card(ctx: Context, title: str) -> Card:
    """Return a member's choices and permissions, with buttons to change them."""
    texts, words, guild_id, user_id = ctx.texts, wordings(ctx.texts), ctx.guild_id, ctx.user_id

    def load(session: Session) -> tuple[Chosen, Collection[str], Collection[interests.Topic]]:
        return (
            interests.chosen_by(session, user_id, guild_id=guild_id),
            interests.allowed(session, user_id, guild_id=guild_id, wordings=words),
            interests.on_map(session, user_id, guild_id=guild_id),
        )

    chosen, allowed, on_map = await ctx.read(load)
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
    change = Change(label=texts("interests.change.button"))
    buttons: list[Button] = [change, disallow("introductions", texts) if meet else allow_meeting(texts)]
    if fresh:
        buttons.append(allow("map", map_seal(chosen, texts), texts))
    if mapped:
        buttons.append(disallow("map", texts))
    buttons.append(clearing(texts))
    return Card(
        texts(f"interests.card.{title}"),
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
    """Return the seal for a name on the map: of the words, and of the interests that the consent covers."""
    return seal(wordings(texts)[interests.MAP], *(":".join(topic) for topic in sorted(_topics(chosen))))


def _allowance(purpose: str, allowed: bool, texts: Texts) -> Markup:
    wording = texts(f"interests.allow.{purpose}.wording")
    return texts(f"interests.allow.{purpose}.{'on' if allowed else 'off'}", wording=wording)


class Allow(Button, name="interests:allow"):
    """'Switch introductions on', 'Take my name off the map' and so on."""

    audience = MEANT

    purpose: Purpose
    on: Literal["on", "off"]
    seal: Seal | None = None

    async def press(self, ctx: Context) -> None:
        """Store the consent with its words, or its withdrawal, and show what applies now.

        A button with outdated words or interests agrees to nothing: it shows the present ones.
        """
        on, guild_id, user_id, now = self.on == "on", ctx.guild_id, ctx.user_id, ctx.now
        wording = wordings(ctx.texts)[self.purpose]

        def store(session: Session) -> bool:
            if on:
                chosen = interests.chosen_by(session, user_id, guild_id=guild_id)
                meant = seal(wording) if self.purpose == interests.MEET else map_seal(chosen, ctx.texts)
                if self.seal != meant:
                    return False
            interests.allow(
                session, user_id, guild_id=guild_id, purpose=self.purpose, wording=wording, on=on, now=now
            )
            if self.purpose == interests.MEET and not on:
                interests.give_up(session, user_id, guild_id=guild_id, now=now)
            return True

        title = "title" if await ctx.write(store) else "changed"
        await ctx.reply(await mine_card(ctx, title))


def allow(purpose: Purpose, sealed: str, texts: Texts) -> Allow:
    """Return the button that allows something, bound to a seal."""
    label = texts(f"interests.allow.{purpose}.yes.button")
    return Allow(label=label, purpose=purpose, on="on", seal=sealed)


def allow_meeting(texts: Texts) -> Allow:
    """Return the button that lets others ask to meet its presser."""
    return allow("introductions", seal(wordings(texts)[interests.MEET]), texts)


def disallow(purpose: Purpose, texts: Texts) -> Allow:
    """Return the button that withdraws something."""
    return Allow(label=texts(f"interests.allow.{purpose}.no.button"), purpose=purpose, on="off")
