"""Publications as members see them: the calendar of deadlines, and how one is set up."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.domain.comms import Deadline
from bot.domain.facts import PUBLICATIONS
from bot.domain.names import fold, nearest
from bot.domain.walltime import instant_of
from bot.domain.when import Moment, Series
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, When
from bot.texts.facts import published
from cogs.common.audience import standing_in, the_server
from cogs.common.base import Card, fitting, line, row
from cogs.common.context import Here
from cogs.common.mention import who
from cogs.common.times import spoken
from cogs.comms.contributing import Contribute
from db import comms
from db.comms.models import Publication
from db.models import Guild

MOST_BUTTONS = 5


def known(texts: Texts) -> list[comms.Known]:
    """Return the union's publications as the facts have them."""
    found = ((name, published(name, texts)) for name in PUBLICATIONS)
    return [comms.Known(name, one.name, one.cadence) for name, one in found]


async def all_publications(bot: Bot, guild: Guild) -> Sequence[Publication]:
    """Return every publication of a server, used or not; those of the union are stored when first needed."""
    await bot.facts.speak_for(guild.id)  # whoever asks in private may be in several servers
    union = known(bot.texts)
    found = await bot.store.read(comms.of_guild, guild.id, unused=True)
    stored = {(one.known, one.name) for one in found}
    if all((one.known, one.name) in stored for one in union):
        return found
    return await bot.store.write(comms.ensure, guild, union)


async def the_publication(bot: Bot, at: Here, words: str, *, unused: bool = False) -> Publication:
    """Return the publication that was named.

    Raises:
        UserError: there is none such, with the nearest names; or the server does not use it.
    """
    found = await all_publications(bot, at.guild)
    sought = fold(words)
    named = [one for one in found if one.folded == sought or str(one.id) == words.strip().lstrip("#")]
    if not named:
        begun = [one for one in found if sought and sought in one.folded]
        named = begun if len(begun) == 1 else []
    if named and (unused or named[0].used):
        return named[0]
    if named:
        raise UserError("comms.unused", name=named[0].name)
    names = [one.name for one in found if one.used or unused]
    near = nearest(words, names)
    if near:
        raise UserError("comms.unknown_near", words=words[:60], near=near[0])
    raise UserError("comms.unknown", words=words[:60], names=", ".join(names))


async def must_edit(interaction: discord.Interaction[Any], bot: Bot, found: Publication) -> Guild:
    """Return the server of a publication, for its editor (also in a DM) and for organisers.

    Raises:
        Refused: they are neither.
    """
    guild = await the_server(interaction, bot)
    at = await standing_in(interaction, bot, guild)
    region = next((one for one in guild.regions if one.id == found.region_id), None)
    if interaction.user.id == found.editor_id or at.organises(region):
        return guild
    raise Refused("comms.editors_only", name=found.name)


def deadline_words(deadline: Deadline, texts: Texts) -> Markup:
    """Return how a deadline comes again, in words."""
    at = instant_of(deadline.first, deadline.zone).astimezone(deadline.zone)
    days = deadline.days_before_term_ends
    if days is not None:
        return texts.count("comms.deadline.termly", days, time=f"{at:%H:%M}")
    moment = Moment(at)
    return When(Series.of_stored(deadline.rule, moment) if deadline.rule else moment)


def calendar_card(bot: Bot, guild: Guild, found: Sequence[Publication]) -> Card:
    """Return the publications in use, the one with the next deadline first."""
    now, texts = bot.clock.now(), bot.texts
    dated = [(comms.next_deadline(one, guild, now=now), one) for one in found if one.used]
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
    # Discord formats nothing on a button, so nothing is escaped there.
    buttons = [
        Contribute(one.id, texts("comms.write_for.button", name=Markup(one.name)))
        for _, one in dated[:MOST_BUTTONS]
    ]
    return Card(
        texts("comms.calendar.title"),
        fitting(entries, texts, between="\n\n") if entries else texts("comms.calendar.none"),
        texts("comms.calendar.source"),
        row(*buttons) if buttons else None,
    )


def audience(found: Publication, texts: Texts) -> Markup | str:
    """Return for whom a publication is."""
    if found.known in PUBLICATIONS:
        return published(found.known, texts).readers
    return found.audience or texts("comms.audience_open")


def set_up_card(bot: Bot, guild: Guild, found: Publication, title: Markup) -> Card:
    """Return how a publication is set up, for those who set it up."""
    texts, deadline = bot.texts, comms.deadline_of(found)
    following = comms.next_deadline(found, guild, now=bot.clock.now())
    if deadline is None:
        when = texts("comms.calendar.no_deadline")
    else:
        words = deadline_words(deadline, texts)
        after = texts("comms.set.next", when=spoken(following, ZoneInfo(found.zone))) if following else None
        missing = texts("comms.set.no_terms") if following is None and deadline.rule else None
        when = line(texts("comms.set.deadline", words=words), after, missing)
    where = Markup(f"<#{found.call_channel_id}>") if found.call_channel_id else Markup()
    return Card(
        title,
        line(
            when,
            texts("comms.set.editor", who=who(found.editor_id, texts))
            if found.editor_id
            else texts("comms.set.no_editor"),
            texts(f"comms.set.calls.{found.calls}")
            if found.calls == "off"
            else texts.count(f"comms.set.calls.{found.calls}", found.call_days, channel=where)
            if found.calls == "channel"
            else texts.count("comms.set.calls.regions", found.call_days),
        ),
    )
