"""What a working group can be about: the campaigns of a server, and the pillars."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.app import Bot
from bot.domain.names import normalize
from cogs.common.autocomplete import FreeTextAutocomplete, closest
from cogs.common.campaigns import all_campaigns
from cogs.common.pick import pick


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

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the campaigns and pillars."""
        there = await topics(bot, interaction.guild_id or 0, on=True)
        # Punctuation alone, which folds to nothing, leaves all of them on offer.
        return closest(normalize(typed), {name: topic for topic, name in there.items()})


Topic = app_commands.Transform[str, TopicOption]
