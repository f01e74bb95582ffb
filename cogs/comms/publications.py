"""Publications as members see them: the calendar of deadlines, and how a publication is set up."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.comms import Deadline
from bot.domain.facts import PUBLICATIONS
from bot.domain.local_time import local_to_utc
from bot.domain.names import normalize
from bot.domain.when import Moment, Series
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, When
from bot.texts.facts import published
from cogs.common.autocomplete import FreeTextAutocomplete, by_name
from cogs.common.base import Card, fitting, line, row
from cogs.common.context import Context
from cogs.common.mention import who
from cogs.common.pick import pick
from cogs.common.times import spoken
from cogs.comms.contributing import Contribute
from db import comms
from db.comms.models import Publication
from db.models import Guild

MOST_BUTTONS = 5


def known(texts: Texts) -> list[comms.Known]:
    """Return the union's publications from the facts."""
    found = ((name, published(name, texts)) for name in PUBLICATIONS)
    return [comms.Known(name, one.name, one.cadence) for name, one in found]


async def all_publications(bot: Bot, guild: Guild) -> Sequence[Publication]:
    """Return every publication of a server, used or not, storing the union's when first needed."""
    await bot.facts.speak_for(guild.id)  # somebody asking in a DM may be in several servers
    union = known(bot.texts)
    found = await bot.store.read(comms.of_guild, guild.id, unused=True)
    stored = {(one.known, one.name) for one in found}
    if all((one.known, one.name) in stored for one in union):
        return found
    return await bot.store.write(comms.ensure, guild, union)


async def the_publication(ctx: Context, words: str, *, unused: bool = False) -> Publication:
    """Return the named publication.

    Raises:
        UserError: it is unknown, with the nearest names; or the server does not use it.
    """
    found = await all_publications(ctx.bot, ctx.guild)
    usable = [one for one in found if one.used or unused]
    for one in found:
        if one not in usable and normalize(one.name) == normalize(words):
            raise UserError("comms.unused", name=one.name)
    return pick(words, usable, ctx.texts, "publication")


def may_edit(ctx: Context, found: Publication) -> bool:
    """Whether the user edits a publication, or organises its region."""
    return ctx.user_id == found.editor_id or ctx.may_organise(ctx.region_of(found.region_id))


def must_edit(ctx: Context, found: Publication) -> None:
    """Refuse everybody but a publication's editor and organisers. Raises Refused: they are neither."""
    if not may_edit(ctx, found):
        raise Refused("comms.editors_only", name=found.name)


def deadline_words(deadline: Deadline, texts: Texts) -> Markup:
    """Return how a deadline recurs, in words."""
    at = local_to_utc(deadline.first, deadline.zone).astimezone(deadline.zone)
    days = deadline.days_before_term_ends
    if days is not None:
        return texts.count("comms.deadline.termly", days, time=f"{at:%H:%M}")
    moment = Moment(at)
    return When(Series.of_stored(deadline.rule, moment) if deadline.rule else moment)


def calendar_card(ctx: Context, found: Sequence[Publication]) -> Card:
    """Return the publications in use, the one with the next deadline first."""
    now, texts = ctx.now, ctx.texts
    dated = [(comms.next_deadline(one, ctx.guild, now=now), one) for one in found if one.used]
    dated.sort(key=lambda pair: (pair[0] is None, pair[0] or now, pair[1].id))
    entries = [
        line(
            texts("comms.calendar.name", name=one.name),
            texts(
                "comms.calendar.about",
                audience=audience(one, texts),
                cadence=texts(f"comms.cadence.{one.cadence}"),
            ),
            texts("comms.calendar.deadline", when=spoken(deadline, ZoneInfo(one.zone)))
            if deadline is not None
            else texts("comms.calendar.no_deadline"),
            texts("comms.calendar.editor", who=who(one.editor_id, texts)) if one.editor_id else None,
        )
        for deadline, one in dated
    ]
    # Discord does not format buttons, so nothing is escaped there.
    buttons = [
        Contribute(
            label=Markup(texts("comms.write_for.button", name=Markup(one.name))[:80]), publication=one.id
        )
        for _, one in dated[:MOST_BUTTONS]
    ]
    return Card(
        texts("comms.calendar.title"),
        fitting(entries, texts, between="\n\n") if entries else texts("comms.calendar.none"),
        texts("comms.calendar.source"),
        row(*buttons) if buttons else None,
    )


def audience(found: Publication, texts: Texts) -> Markup | str:
    """Return a publication's readers."""
    if found.known in PUBLICATIONS:
        return published(found.known, texts).readers
    return found.audience or texts("comms.audience_open")


class PublicationOption(FreeTextAutocomplete):
    """The name of a publication."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the publications of this server; for desks, also those that it does not use."""
        guild = await bot.guild_record(interaction.guild_id or 0)
        if guild is None:
            return []
        unused = interaction.command is not None and interaction.command.name == "desk"
        names = [one.name for one in await all_publications(bot, guild) if one.used or unused]
        return by_name(typed, names)


PublicationName = app_commands.Transform[str, PublicationOption]
