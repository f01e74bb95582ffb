"""`/interests`: what a member cares about, who shares it, and how many work on an issue."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.discord_client.errors import REQUEST_FAILED
from bot.errors import Busy
from bot.texts import Markup, plain
from cogs.common.base import Card, fitting, line
from cogs.common.context import Context, Used, server_meant
from cogs.common.interests import by_name, topic_name
from cogs.common.options import Autocomplete, Offers, closest
from cogs.common.people import who
from cogs.common.permissions import all_networks
from cogs.common.pick import pick
from cogs.interests import form, meeting
from db import counting, interests
from db.errors import StoreError
from db.interests import Topic
from db.interests.models import Introduction

LOOKED_AGAIN = timedelta(minutes=10)
"""How soon to check again whether somebody agreed to older words: doing so after each command doubled its cost."""
MOST_LOOKED_AT = 10_000


class TopicOption(Autocomplete):
    """An interest: picked from the list, or typed by its name."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Topic:
        """Return kind and value. Raises UserError: it is unknown or ambiguous."""
        bot: Bot = interaction.client  # pyright: ignore[reportAssignmentType] - the only client there is
        also = await _own(interaction, bot)
        known = by_name(bot.texts, also=also)
        _, topic = pick(
            value,
            known.items(),
            bot.texts,
            "interest",
            name=lambda named: named[0],
            key=lambda named: ":".join(named[1]),
        )
        return topic

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the interests that match what was typed."""
        known = by_name(bot.texts, also=await _own(interaction, bot))
        offered = {
            name: ":".join(topic)
            for name, topic in known.items()
            if topic[0] != "campaign" or not bot.texts.is_off(topic[1])
        }
        return closest(typed, offered)


async def _own(interaction: discord.Interaction[Any], bot: Bot) -> dict[str, list[str]]:
    guild_id = await server_meant(interaction)
    return await bot.store.read(interests.chosen_by, interaction.user.id, guild_id=guild_id)


Issue = app_commands.Transform[Topic, TopicOption]


class Interests(commands.GroupCog, group_name="interests"):
    """What members care about."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._looked_at: dict[tuple[int | None, int], datetime] = {}

    @app_commands.command(name="set")
    async def set_(self, interaction: discord.Interaction[Any]) -> None:
        """Choose what you care about."""
        await form.show(await Context.of(interaction))

    @app_commands.command()
    async def find(self, interaction: discord.Interaction[Any]) -> None:
        """Meet somebody who shares your interests."""
        await meeting.show(await Context.of(interaction))

    @app_commands.command(name="map")
    async def map_(self, interaction: discord.Interaction[Any], issue: Issue) -> None:
        """Show how many work on an issue, and where."""
        ctx = await Context.of(interaction)
        texts, guild_id, words = ctx.texts, ctx.guild_id, form.wordings(ctx.texts)
        networks = await all_networks(self.bot, ctx.guild)

        def load(session: Session) -> tuple[dict[str, int], list[tuple[str | None, int]]]:
            return (
                counting.published(session, guild_id, interests.family(issue)),
                interests.named_on_map(session, guild_id, issue, wordings=words),
            )

        parts, named = await ctx.read_in_thread(load)
        names = {str(network.id): network.name for network in networks}
        lines = [
            texts(
                "interests.map.counted", region=names.get(part) or texts("interests.map.nowhere"), count=count
            )
            for part, count in sorted(parts.items(), key=lambda each: -each[1])
        ]
        people = [
            texts("interests.map.name", who=who(user_id, texts), region=region)
            if region is not None
            else texts("interests.map.name_alone", who=who(user_id, texts))
            for region, user_id in named
        ]
        few = Markup(", ".join(plain(name) for part, name in names.items() if part not in parts))
        await ctx.reply(
            Card(
                texts("interests.map.title", topic=topic_name(":".join(issue), texts)),
                line(
                    texts("interests.map.total", count=sum(parts.values()))
                    if lines
                    else texts("interests.map.none"),
                    fitting(lines, texts, room=1_000),
                    texts("interests.map.few", regions=few) if lines and few else None,
                ),
                line(texts("interests.map.names"), fitting(people, texts, room=1_500)) if people else None,
                texts("interests.map.how", command=self.bot.mention("interests set")),
            )
        )

    @commands.Cog.listener()
    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _command: app_commands.Command[Any, ..., Any]
    ) -> None:
        """Tell a visiting member what a DM could not; at a bad moment, wait for the next visit."""
        with contextlib.suppress(Busy, StoreError, *REQUEST_FAILED):
            await self._tell_untold(interaction)

    async def _tell_untold(self, interaction: discord.Interaction[Any]) -> None:
        user_id, guild_id, now = interaction.user.id, interaction.guild_id, self.bot.clock.now()

        looked_at = self._looked_at.get((guild_id, user_id))
        fresh = looked_at is not None and timedelta() <= now - looked_at < LOOKED_AGAIN
        if fresh and not await self.bot.store.read_cached(interests.concerned, user_id):
            return

        def load(session: Session) -> tuple[Sequence[Introduction], bool]:
            asked = (
                guild_id is not None
                and not fresh
                and interests.outdated(
                    session, user_id, guild_id=guild_id, wordings=form.wordings(self.bot.texts)
                )
            )
            return interests.untold(session, user_id, now=now), asked

        untold, again = await self.bot.store.read(load)
        if not fresh and not again:
            if len(self._looked_at) >= MOST_LOOKED_AT:
                self._looked_at.clear()
            self._looked_at[guild_id, user_id] = now
        if not (untold or again) or interaction.response.type is discord.InteractionResponseType.modal:
            return
        if again and guild_id is not None:
            await interaction.followup.send(view=form.again_card(self.bot), ephemeral=True)
            await self.bot.store.write(interests.asked_again, user_id, guild_id=guild_id, now=now)
        for intro in untold:
            if await self.bot.store.read(interests.on_its_way, intro.id, user_id):
                continue
            card = await meeting.visit_card(self.bot, intro, user_id)
            await interaction.followup.send(view=card, ephemeral=interaction.guild_id is not None)
            await self.bot.store.write(meeting.heard, intro.id, user_id, now=now)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Interests(bot))
