"""`/guidance`: the do's and don'ts, tips, answers to questions, help against abuse, and advice at risky moments."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.care import is_distress
from bot.domain.guidance import moment, overloaded
from bot.domain.names import normalize
from cogs.common.advice import library_of
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.guidance import cards, care, support
from db import guidance

MOST = 25
FORGET = "guidance.forget"
# The same advice is not given to the same person again within this time.
LONGEST_TOPIC = 500
"""Characters of a question searched for in the guidance; the check for calls for help reads all of it."""
AGAIN = timedelta(days=7)
REMEMBERED = 2_000
# Private questions and notes get no unprompted advice; support already gives it.
QUIET = ("guidance", "welcome", "privacy", "settings", "setup", "admin", "help")
# Commands by which somebody takes on more; looking up tasks after every command would slow each answer.
TAKING_ON = {("meeting", "schedule"), ("meeting", "edit"), ("meeting", "move")}


class Guidance(commands.GroupCog, group_name="guidance"):
    """Advice when it is needed."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._said: dict[tuple[int, str], datetime] = {}
        self._to_tell = support.ToTell()
        self._menu = app_commands.ContextMenu(name="organisers", callback=_ask_for_help)
        self._menu.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        )

    async def cog_load(self) -> None:
        """Register the menu, and the listener for members who are told something on their next visit."""
        self.bot.tree.add_command(self._menu)
        self.bot.provide(self._to_tell)
        self.bot.maintenance.add(FORGET, self._forget, due_after=lambda now: now + timedelta(hours=1))

    @app_commands.command()
    async def dos(self, interaction: discord.Interaction[Any]) -> None:
        """Show the do's."""
        ctx = await Context.anywhere(interaction)
        await ctx.reply(cards.list_card("do", library_of(self.bot.texts), self.bot))

    @app_commands.command()
    async def donts(self, interaction: discord.Interaction[Any]) -> None:
        """Show the don'ts."""
        ctx = await Context.anywhere(interaction)
        await ctx.reply(cards.list_card("dont", library_of(self.bot.texts), self.bot))

    @app_commands.command()
    async def tip(self, interaction: discord.Interaction[Any]) -> None:
        """Show a tip: a different one every day, and for every person."""
        ctx = await Context.anywhere(interaction)
        number = ctx.now.toordinal() + ctx.user_id % 1_009
        await ctx.reply(cards.tip_card(number, library_of(self.bot.texts), ctx.texts))

    @app_commands.command()
    async def ask(self, interaction: discord.Interaction[Any], topic: str) -> None:
        """Find the right piece of advice for a question."""
        if await self.bot.answered(interaction):
            return
        ctx = await Context.anywhere(interaction)
        pieces = library_of(self.bot.texts).pieces.values()
        named = next((piece for piece in pieces if normalize(piece.title) == normalize(topic)), None)
        if named is not None:
            await ctx.reply(cards.advice_card(named, library_of(self.bot.texts), ctx.texts))
            return
        answer = await asyncio.to_thread(library_of(self.bot.texts).find, topic[:LONGEST_TOPIC])
        if answer.is_sure:
            best, *also = answer.found
            await ctx.reply(cards.advice_card(best.advice, library_of(self.bot.texts), ctx.texts, also=also))
            return
        ask = Do(label=ctx.text("guidance.which.contacts.button"), command="network contacts")
        people = [ask, support.tell(ctx.texts)] if ctx.in_server else []
        if answer.found:
            await ctx.reply(cards.which_card(answer.found, library_of(self.bot.texts), ctx.texts, *people))
        else:
            await ctx.reply(cards.nothing_card(ctx.texts, *people))

    @ask.autocomplete("topic")
    async def _topics(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        if is_distress(typed):
            return []  # nobody in need is offered a piece of advice
        texts = self.bot.texts
        titles = [
            piece.title
            for piece in library_of(self.bot.texts).pieces.values()
            if not texts.is_off(piece.campaign)
        ]
        if typed.strip():
            likely = await asyncio.to_thread(library_of(self.bot.texts).find, typed[:LONGEST_TOPIC], most=10)
            found = [each.advice.title for each in likely.found if not texts.is_off(each.advice.campaign)]
            holding = [title for title in titles if normalize(typed) in normalize(title)]
            titles = list(dict.fromkeys([*found, *holding]))
        return [app_commands.Choice(name=title[:100], value=title[:100]) for title in titles[:MOST]]

    @app_commands.command()
    async def support(self, interaction: discord.Interaction[Any]) -> None:
        """Say what to do about abuse, and offer to tell the organisers."""
        ctx = await Context.anywhere(interaction)
        await ctx.reply(await support.support_card(ctx))

    # Risky moments.

    @commands.Cog.listener()
    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], command: app_commands.Command[Any, ..., Any] | Any
    ) -> None:
        """Add advice when what was typed is risky, or when somebody has very many tasks."""
        group = str(command.qualified_name).partition(" ")[0]
        if group in QUIET or not isinstance(command, app_commands.Command) or care.is_call(interaction):
            return
        advised = await self._advise(interaction, moment(care.typed(interaction.data)))
        if not advised and (group, command.name) in TAKING_ON:
            await self._ease(interaction)

    @commands.Cog.listener()
    async def on_form_sent(self, interaction: discord.Interaction[Any], form: discord.ui.Modal) -> None:
        """Add advice when a form mentions something risky."""
        if not isinstance(form, support.HelpForm) and not care.is_call(interaction):
            await self._advise(interaction, moment(care.typed(interaction.data)))

    async def _advise(self, interaction: discord.Interaction[Any], name: str | None) -> bool:
        piece = library_of(self.bot.texts).pieces.get(name) if name is not None else None
        if piece is None or not self._new(interaction, piece.name):
            return False
        await _whisper(interaction, cards.moment_card(piece, self.bot.texts))
        return True

    async def _ease(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.guild_id is None:
            return
        tasks = await self.bot.store.read(
            guidance.open_tasks, interaction.guild_id, interaction.user.id, now=self.bot.clock.now()
        )
        piece = library_of(self.bot.texts).pieces.get("job-share") if overloaded(tasks) else None
        if piece is not None and self._new(interaction, "overload"):
            await _whisper(interaction, cards.moment_card(piece, self.bot.texts, note="moment.tasks"))

    def _new(self, interaction: discord.Interaction[Any], name: str) -> bool:
        """Whether this person has not recently been told this; only answered interactions can be added to."""
        if not interaction.response.is_done():
            return False
        key, now = (interaction.user.id, name), self.bot.clock.now()
        if (said := self._said.get(key)) is not None and now - said < AGAIN:
            return False
        if len(self._said) >= REMEMBERED:
            self._said.pop(next(iter(self._said)))
        self._said[key] = now
        return True

    # Members who could not be told in a DM.

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Load the members still to be told that a note did not arrive."""
        self._to_tell.update(await self.bot.store.read(guidance.all_unheard))

    @commands.Cog.listener()
    async def on_visited(self, interaction: discord.Interaction[Any]) -> None:
        """Tell a member with closed DMs what happened to their note, as soon as they do anything."""
        user_id = interaction.user.id
        if user_id not in self._to_tell or not interaction.response.is_done():
            return
        if interaction.response.type is discord.InteractionResponseType.modal:
            return
        found = await self.bot.store.read(guidance.unheard, user_id)
        for delivery in found:
            card = support.news_card(delivery.kind, self.bot.texts)
            await interaction.followup.send(view=card, ephemeral=True)
        await self.bot.store.write(guidance.heard, [delivery.id for delivery in found])
        self._to_tell.discard(user_id)

    async def _forget(self) -> None:
        await self.bot.store.write(guidance.forget, now=self.bot.clock.now())


async def _ask_for_help(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await support.open_form(await Context.anywhere(interaction), about=message)


async def _whisper(interaction: discord.Interaction[Any], card: discord.ui.LayoutView) -> None:
    try:
        await interaction.followup.send(view=card, ephemeral=True)
    except REQUEST_FAILED:
        return  # it does not matter if advice comes too late


async def setup(bot: Bot) -> None:
    """Add the cogs; care first, since it reads what is typed before others do."""
    await care.setup(bot)
    await bot.add_cog(Guidance(bot))
