"""Affiliations as members see them: organisations, where each body stands, and the buttons that move it on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import auto
from typing import Any, Literal

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from bot.texts.lists import stems
from cogs.common.base import MEMBERS, Card, fitting, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.pick import pick
from db import affiliations
from db.affiliations.models import Affiliation

DETAILED = 5
Doing = Literal["agenda", "renewed", "remove"]


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation of content (`known`) or of the server (`id`)."""

    name: str
    about: Markup | str
    known: str = ""
    id: int | None = None
    link: str = ""

    def has(self, one: Affiliation) -> bool:
        """Whether an affiliation is to this organisation."""
        return (one.known, one.organisation_id) == (self.known, self.id)


async def all_organisations(bot: Bot, guild_id: int) -> list[Known]:
    """Return the organisations of content, then those that the server added."""
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
        UserError: there is none such; names the nearest, and how to add one.
    """
    found = await all_organisations(bot, guild_id)
    return pick(words, found, bot.texts, "organisation", key=lambda one: one.id or one.known)


def name_of(one: Affiliation, texts: Texts) -> Markup | str:
    """Return the name of the organisation of an affiliation."""
    if one.organisation is not None:
        return one.organisation.name
    key = f"affiliations.organisations.{one.known}.name"
    return texts(key) if key in texts else texts("affiliations.organisation.former")


def body_of(one: Affiliation, texts: Texts) -> Markup | str:
    """Return for whom an affiliation is."""
    return texts("affiliations.yourself") if one.owner_id is not None else one.body


def standing(one: Affiliation, texts: Texts) -> Markup:
    """Return where a body stands, with the day of its renewal in words."""
    words = texts(
        "affiliations.standing",
        number=one.id,
        body=body_of(one, texts),
        status=texts(f"affiliations.statuses.{one.status}"),
    )
    if one.renews_on is None:
        return words
    day = When(Day(date.fromisoformat(one.renews_on)))
    return Markup(f"{words}, {texts('affiliations.renews', day=day)}")


def list_card(
    found: Sequence[Known], recorded: Sequence[Affiliation], texts: Texts, *, record: Markup
) -> Card:
    """Return the organisations and where everybody stands with each."""
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
    )


def _standings(lines: Sequence[Markup], texts: Texts) -> Markup | None:
    # A card has room for so much; who wants to see all of one organisation asks for that one.
    return fitting(lines, texts, room=400) if lines else None


def detail_card(
    known: Known, recorded: Sequence[Affiliation], texts: Texts, *, may_change: Callable[[Affiliation], bool]
) -> Card:
    """Return one organisation, and under where each body stands with it the buttons that this person may press."""
    blocks: list[ui.Item[Any] | Markup | None] = [
        line(
            texts("affiliations.detail.title", name=known.name),
            texts("affiliations.detail.about", about=known.about) if known.about else None,
            texts("affiliations.detail.link", link=known.link) if known.link else None,
        )
    ]
    mine = [one for one in recorded if known.has(one)]
    for one in mine[:DETAILED]:
        blocks += [standing(one, texts), _buttons(one, texts, may_change=may_change(one))]
    rest = [standing(one, texts) for one in mine[DETAILED:]]
    blocks.append(fitting(rest, texts, room=1_500) if rest else None)
    if not mine:
        blocks.append(texts("affiliations.detail.nobody"))
    return Card(*blocks)


def _buttons(one: Affiliation, texts: Texts, *, may_change: bool = True) -> ui.ActionRow[Any]:
    shown: list[Doing] = ["agenda"] if one.owner_id is None else []
    if may_change:
        shown.extend(["renewed", "remove"] if one.renews_on is not None else ["remove"])
    return row(
        *[
            Move(
                label=texts(f"affiliations.{do}.button"),
                style=discord.ButtonStyle.primary if do == "agenda" else discord.ButtonStyle.secondary,
                do=do,
                guild=one.guild_id,
                affiliation=one.id,
            )
            for do in shown
        ]
    )


def recorded_card(one: Affiliation, texts: Texts, title: Markup) -> Card:
    """Return what was recorded."""
    private = texts("affiliations.private") if one.owner_id is not None else None
    return Card(line(title, standing(one, texts), private), _buttons(one, texts))


def nudge_card(one: Affiliation, texts: Texts) -> Card:
    """Return the question about a renewal."""
    day = When(Day(date.fromisoformat(one.renews_on or "")))
    words = texts("affiliations.nudge", organisation=name_of(one, texts), body=body_of(one, texts), day=day)
    return Card(words, _buttons(one, texts))


class Why(Reason):
    """Why nobody is asked about a renewal."""

    AFFILIATION_CHANGED = auto()
    AFFILIATION_REMOVED = auto()


@notice(affiliations.NUDGE, sensitive=True)
class Renewal(Notice):
    """The question about a renewal."""

    gone = Why.AFFILIATION_REMOVED

    affiliation: int
    turn: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, if it stands as it did."""
        one = await ctx.read(affiliations.find, self.affiliation)
        if one.turn != self.turn or one.renews_on is None:
            raise Skip(Why.AFFILIATION_CHANGED)
        return Outgoing(nudge_card(one, ctx.texts))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Note that it was asked."""
        guild_id, now = ctx.guild_id, ctx.now
        affiliations.nudged(session, self.affiliation, self.turn, guild_id=guild_id, now=now)


class Move(Button, name="affiliation"):
    """'Put on the next meeting's agenda', 'Renewed for a year' or 'Take it off the list' under an affiliation."""

    audience = MEMBERS

    do: Doing
    guild: GuildId
    affiliation: Id

    async def press(self, ctx: Context) -> None:
        """Move it on."""
        one = await theirs(ctx, self.affiliation, may_all=self.do == "agenda")
        fields = {"organisation": name_of(one, ctx.texts), "body": body_of(one, ctx.texts)}
        if self.do == "agenda":
            key = "renew" if one.status in ("affiliated", "due") else "join"
            # An item of an agenda is escaped when it is shown.
            plainly = {name: Markup(words) for name, words in fields.items()}
            meeting = await ctx.write(
                affiliations.put_on_agenda,
                one.id,
                region_id=ctx.region.id if ctx.region else None,
                words=ctx.text(f"affiliations.agenda.{key}", **plainly)[:300],
            )
            await ctx.reply(Card(ctx.text("affiliations.agenda.done", title=meeting.title, **fields)))
        elif self.do == "renewed":
            renewed = await ctx.write(affiliations.renew, one.id)
            said = ctx.text("affiliations.renewed.done", **fields)
            await ctx.reply(recorded_card(renewed, ctx.texts, said))
        else:
            await remove(ctx, one)


async def remove(ctx: Context, one: Affiliation) -> None:
    """Take an affiliation off the list, and say so."""
    await ctx.write(affiliations.remove, one.id)
    fields = {"organisation": name_of(one, ctx.texts), "body": body_of(one, ctx.texts)}
    await ctx.reply(Card(ctx.text("affiliations.remove.done", **fields)))


def changes(ctx: Context, one: Affiliation) -> bool:
    """Whether the user may change an affiliation: it is theirs, they recorded it, or organise its region."""
    if one.owner_id is not None:
        return one.owner_id == ctx.user_id
    region = ctx.region_of(one.region_id)
    return one.recorded_by == ctx.user_id or ctx.may_organise(region)


async def theirs(ctx: Context, affiliation_id: int, *, may_all: bool = False) -> Affiliation:
    """Return an affiliation that this person may change (they recorded it, or organise), or with `may_all` see.

    Raises:
        UserError: there is none such for them.
    """
    one = await ctx.read(affiliations.find, affiliation_id)
    if one.owner_id not in (None, ctx.user_id):
        raise UserError("affiliations.gone")
    if not may_all and not changes(ctx, one):
        raise UserError("affiliations.not_yours", body=one.body)
    return one
