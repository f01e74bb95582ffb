"""`/setup features`: what a server has switched on beside the cards, and how a choice takes effect."""

from collections.abc import Mapping
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from cogs.common.base import Card, line, reply
from cogs.common.permissions import must_manage
from db import guilds
from db.meetings import chasing, extras, pinned_list


async def choose(
    interaction: discord.Interaction[Any], bot: Bot, guild_id: int, choices: Mapping[str, bool]
) -> None:
    """Store what a server wants; what is new is done at once, what is off is taken away."""
    now, actor = bot.clock.now(), interaction.user.id

    def store(session: Session) -> None:
        guilds.ensure(session, guild_id, zone=bot.settings.language.zone, now=now, admin_id=actor)
        changed = extras.choose(session, guild_id, actor_id=actor, now=now, **choices)
        if "events" in changed:
            extras.touch_events(session, guild_id, now)
        if "upcoming" in changed:
            pinned_list.touch_all(session, [guild_id], now=now)
        if "chase" in changed:
            chasing.arm_all(session, guild_id, now=now)

    await bot.store.write(store)


async def features_card(bot: Bot, guild_id: int) -> Card:
    """Return what a server has switched on, and which permission is missing for it."""
    texts = bot.texts
    chosen = await bot.store.read(extras.of, guild_id)
    on = {name: chosen is not None and bool(getattr(chosen, name)) for name in extras.NAMES}
    states = [texts(f"features.{name}.{'on' if on[name] else 'off'}") for name in extras.NAMES]
    missing = [
        texts("features.events.missing") if on["events"] and chosen and chosen.events_blocked_at else None,
        texts("features.upcoming.missing") if on["upcoming"] and chosen and chosen.pins_blocked_at else None,
    ]
    return Card(texts("features.title"), line(*states), line(*missing) or None, texts("features.how"))


Switch = Literal["on", "off"]


class FeatureCommands(commands.Cog):
    """What `/setup` says of features."""

    bot: Bot

    @app_commands.command()
    async def features(
        self,
        interaction: discord.Interaction[Any],
        events: Switch | None = None,
        upcoming: Switch | None = None,
        chase: Switch | None = None,
    ) -> None:
        """Switch on what shows meetings elsewhere, or see what is on."""
        guild_id = must_manage(interaction)
        given = {"events": events, "upcoming": upcoming, "chase": chase}
        choices = {name: value == "on" for name, value in given.items() if value is not None}
        if choices:
            await choose(interaction, self.bot, guild_id, choices)
        await reply(interaction, await features_card(self.bot, guild_id))
