"""Affiliations as members see them: organisations, where each body stands, and the buttons that move it on."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import discord
from discord import ui

from bot.app import Bot
from bot.domain.names import fold, nearest
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from bot.texts.lists import stems
from cogs.common.audience import standing_in, the_server
from cogs.common.base import GUILD, MEMBERS, Action, Card, fitting, line, reply, row
from cogs.common.context import Here, place
from db import affiliations
from db.affiliations.models import Affiliation
from db.models import Guild

DETAILED = 5


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
    sought = fold(words)
    for one in found:
        if fold(one.name) == sought or (one.known and one.known == sought.replace(" ", "_")):
            return one
    begun = [one for one in found if sought and sought in fold(one.name)]
    if len(begun) == 1:
        return begun[0]
    near = nearest(words, [one.name for one in found])
    if near:
        raise UserError("affiliations.unknown_near", words=words[:60], near=near[0])
    raise UserError("affiliations.unknown", words=words[:60])


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
    return row(
        Move("agenda", one, texts) if one.owner_id is None else None,
        Move("renewed", one, texts) if may_change and one.renews_on is not None else None,
        Move("remove", one, texts) if may_change else None,
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


class Move(
    Action,
    template=r"affiliation:(?P<do>agenda|renewed|remove):" + GUILD + r":(?P<affiliation>\d{1,9})",
):
    """'Put on the next meeting's agenda', 'Renewed for a year' or 'Take it off the list' under an affiliation."""

    audience = MEMBERS

    def __init__(self, do: str, one: Affiliation, texts: Texts) -> None:
        style = discord.ButtonStyle.primary if do == "agenda" else discord.ButtonStyle.secondary
        super().__init__(
            f"affiliation:{do}:{one.guild_id}:{one.id}", texts(f"affiliations.{do}.button"), style=style
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the affiliation out of the custom_id."""
        self.do, self.guild_id, self.affiliation_id = (
            match["do"],
            int(match["guild"]),
            int(match["affiliation"]),
        )

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Move it on."""
        one, guild = await theirs(
            interaction, bot, self.guild_id, self.affiliation_id, may_all=self.do == "agenda"
        )
        texts, now, by = bot.texts, bot.clock.now(), interaction.user.id
        fields = {"organisation": name_of(one, texts), "body": body_of(one, texts)}
        if self.do == "agenda":
            region = place(interaction, guild).region
            key = (
                "affiliations.agenda.renew"
                if one.status in ("affiliated", "due")
                else "affiliations.agenda.join"
            )
            meeting = await bot.store.write(
                affiliations.put_on_agenda,
                one.id,
                guild=guild,
                region_id=region.id if region else None,
                by=by,
                words=_plainly(texts, key, one),
                now=now,
            )
            await reply(interaction, Card(texts("affiliations.agenda.done", title=meeting.title, **fields)))
        elif self.do == "renewed":
            renewed = await bot.store.write(affiliations.renew, one.id, guild=guild, by=by, now=now)
            await reply(
                interaction, recorded_card(renewed, texts, texts("affiliations.renewed.done", **fields))
            )
        else:
            await bot.store.write(affiliations.remove, one.id, guild_id=guild.id, by=by, now=now)
            await reply(interaction, Card(texts("affiliations.remove.done", **fields)))


def _plainly(texts: Texts, key: str, one: Affiliation) -> str:
    # An item of an agenda is escaped when it is shown.
    return texts(key, organisation=Markup(name_of(one, texts)), body=Markup(body_of(one, texts)))[:300]


def changes(at: Here, one: Affiliation, user_id: int) -> bool:
    """Whether somebody may change an affiliation here: it is theirs, they recorded it, or organise its region."""
    if one.owner_id is not None:
        return one.owner_id == user_id
    region = next((each for each in at.guild.regions if each.id == one.region_id), None)
    return one.recorded_by == user_id or at.organises(region)


async def theirs(
    interaction: discord.Interaction[Any],
    bot: Bot,
    guild_id: int,
    affiliation_id: int,
    *,
    may_all: bool = False,
) -> tuple[Affiliation, Guild]:
    """Return an affiliation that this person may change (they recorded it, or organise), or with `may_all` see.

    Raises:
        UserError: there is none such for them.
    """
    guild = await the_server(interaction, bot)
    one = await bot.store.read(affiliations.find, affiliation_id, guild_id=guild_id)
    user_id = interaction.user.id
    if one.owner_id is not None:
        if one.owner_id != user_id:
            raise UserError("affiliations.gone")
        return one, guild
    if not may_all and not changes(await standing_in(interaction, bot, guild), one, user_id):
        raise UserError("affiliations.not_yours", body=one.body)
    return one, guild
