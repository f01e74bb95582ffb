"""Interests in words, and what a working group can be about: campaigns and pillars."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from discord import app_commands

from bot.app import Bot
from bot.domain.interests import KINDS
from bot.domain.names import normalize
from bot.texts import Markup, Texts, plain
from cogs.common.campaigns import all_campaigns
from cogs.common.context import Used, server_meant
from cogs.common.options import FreeTextAutocomplete, Offers, closest
from cogs.common.pick import pick
from db import interests
from db.interests import Topic


def choices(kind: str, texts: Texts) -> dict[str, Markup]:
    """Return the values of a kind that the form offers, with their names."""
    found: dict[str, Markup] = {}
    for key in texts.under(f"interests.{kind}"):
        found[key.rpartition(".")[2]] = texts(key)
    return found


def offered(kind: str, texts: Texts, *, chosen: Collection[str] = ()) -> dict[str, Markup]:
    """Return the values of a kind without switched-off campaigns, unless chosen before."""
    return {
        value: name
        for value, name in choices(kind, texts).items()
        if kind != "campaign" or value in chosen or not texts.is_off(value)
    }


def name_of(kind: str, value: str, texts: Texts) -> Markup:
    """Return the name of an interest; a language has the name that its speaker typed."""
    key = f"interests.{kind}.{value}"
    return texts(key) if key in texts else plain(value)


def topic_name(topic: str, texts: Texts) -> Markup:
    """Return the name of 'kind:value'."""
    kind, _, value = topic.partition(":")
    return name_of(kind, value, texts)


def names(topics: Iterable[str], texts: Texts) -> Markup:
    """Return several names, separated by commas."""
    return Markup(", ".join(topic_name(topic, texts) for topic in topics))


def by_name(texts: Texts, *, also: Mapping[str, Sequence[str]] | None = None) -> dict[str, Topic]:
    """Return every interest by name; `also` are values found only in the store, such as languages."""
    found: dict[str, Topic] = {}
    for kind in KINDS:
        known = choices(kind, texts)
        for value in (also or {}).get(kind, ()):
            known.setdefault(value, Markup(value))
        for value, name in known.items():
            found.setdefault(name, (kind, value))
    return found


def wordings(texts: Texts) -> dict[str, str]:
    """Return the present words of each consent: agreement to others does not count for these."""
    return {
        interests.KEEP: str(texts("interests.consent.wording")),
        interests.MEET: str(texts("interests.allow.introductions.wording")),
        interests.MAP: str(texts("interests.allow.map.wording")),
    }


async def topics(bot: Bot, guild_id: int, *, on: bool = False) -> dict[str, str]:
    """Return the topics of a server with their names: 'campaign:cuba', 'pillar:defend'.

    Campaigns that are switched off are included, unless `on` excludes them: members can still leave an existing
    group.
    """
    found = {
        f"campaign:{one.id}": str(one.title)
        for one in await all_campaigns(bot, guild_id)
        if one.enabled or not on
    }
    for key in bot.texts.under("interests.pillar"):
        found[f"pillar:{key.rpartition('.')[2]}"] = str(bot.texts(key))
    return found


async def the_topic(bot: Bot, guild_id: int, words: str) -> tuple[str, str]:
    """Return the topic that was picked or typed by its name, and that name.

    Raises:
        UserError: it is unknown; names the nearest.
    """
    there = await topics(bot, guild_id)
    return pick(words, there.items(), bot.texts, "topic", name=lambda one: one[1], key=lambda one: one[0])


class TopicOption(FreeTextAutocomplete):
    """A campaign of this server, or a pillar."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the campaigns and pillars."""
        there = await topics(bot, await server_meant(interaction), on=True)
        # Punctuation alone, which folds to nothing, leaves all of them on offer.
        return closest(normalize(typed), {name: topic for topic, name in there.items()})


TopicName = app_commands.Transform[str, TopicOption]
