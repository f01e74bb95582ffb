"""`/privacy`: what is kept about a member, for them to see, export and delete; and daily retention."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Bot
from bot.discord_client import background
from bot.domain.privacy import Keep, next_sweep, read_member
from bot.errors import NotKnownYet, UserError
from bot.texts import Markup, Texts
from cogs.common.base import GREY, Card, fitting, line
from cogs.common.context import Context, Used
from cogs.common.options import FreeTextAutocomplete, Offers, add_to
from cogs.common.times import stamp, written
from cogs.privacy import erasing, leavers
from cogs.privacy.erasing import EraseFormer, EraseMe, ask_card, keep_of, must_have_left
from cogs.privacy.presence import Presence
from db import people, privacy
from db.errors import StoreError
from db.membership.models import Consent
from db.privacy import servers
from db.privacy.erasing import clear_traces, forget

log = logging.getLogger(__name__)

SWEEP = "privacy.sweep"
TRACES = "privacy.traces"
TRACES_EVERY = timedelta(minutes=10)
PATIENCE = 30.0
"""Seconds that the nightly job waits for Discord's answer about somebody."""


class Privacy(commands.GroupCog, group_name="privacy"):
    """A member's own data."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.keep = keep_of(bot)

    async def cog_load(self) -> None:
        """Register the daily job."""
        self.bot.maintenance.add(SWEEP, self.sweep, due_after=next_sweep)
        self.bot.maintenance.add(TRACES, self.clear, due_after=lambda now: now + TRACES_EVERY)

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show what is kept about you, why and until when."""
        ctx = await _begin(interaction)
        counts = await ctx.read_in_thread(privacy.counts, ctx.user_id)
        agreed = await ctx.read(privacy.consents_of, ctx.user_id)
        card = show_card(
            counts,
            agreed,
            ctx.texts,
            self.keep,
            export=self.bot.mention("privacy export"),
            erase=self.bot.mention("privacy erase"),
        )
        await ctx.reply(card)

    @app_commands.command()
    async def export(self, interaction: discord.Interaction[Any]) -> None:
        """Give you everything that is kept about you."""
        ctx = await _begin(interaction)
        rows = await ctx.read_in_thread(privacy.export, ctx.user_id)
        if not rows:
            raise UserError("privacy.export.nothing")
        person = await ctx.read(people.person, ctx.user_id)
        zone = ZoneInfo(person.zone) if person is not None and person.zone else self.bot.zone_of(ctx.record)
        contents = {
            "iso-bot-data.txt": erasing.as_text(rows, ctx.texts, self.keep, now=ctx.now, zone=zone),
            "iso-bot-data.json": erasing.as_json(
                rows, ctx.texts, self.keep, user_id=ctx.user_id, now=ctx.now
            ),
        }
        if sum(map(len, contents.values())) > erasing.LARGEST:
            raise UserError("privacy.export.too_big")
        attached = erasing.files(contents)
        card = Card(ctx.text("privacy.export.done"), *[ui.File[Any](file) for file in attached])
        await interaction.followup.send(view=card, files=attached, ephemeral=ctx.in_server)

    @app_commands.command()
    async def erase(self, interaction: discord.Interaction[Any]) -> None:
        """Ask for confirmation before deleting everything about you."""
        ctx = await _begin(interaction)
        counts = await ctx.read_in_thread(privacy.counts, ctx.user_id)
        if not counts and not await ctx.read_in_thread(privacy.find, ctx.user_id):
            raise UserError("privacy.erase.nothing")
        words = ctx.text(
            "privacy.erase.ask",
            list=listed(counts, ctx.texts, self.keep),
            export=self.bot.mention("privacy export"),
        )
        yes = EraseMe(label=ctx.text("privacy.erase.yes.button"))
        await ctx.reply(ask_card(words, yes, ctx.texts, ctx.text("privacy.erase.stays")))

    async def sweep(self) -> None:
        """Erase members whose time is up, and data past its retention."""
        await self.bot.wait_until_ready()
        presence = cast("Presence", self.bot.get_cog("Presence"))
        began = self.bot.clock.now()
        await presence.look_at_servers()
        await presence.look_at_members()
        store, now = self.bot.store, self.bot.clock.now()
        erased = await self._erase_members(now)
        await store.write(servers.warn, now=now, keep=self.keep)
        for guild_id in await store.read(servers.abandoned, now=now, asked_since=began, keep=self.keep):
            erased += len(await store.write(privacy.erase_guild, guild_id, now=now))
        swept = 0
        while batch := await store.write(privacy.sweep, now=now, keep=self.keep):
            swept += batch
        await clear_traces(store, now)
        log.info("erased %d members who left and %d rows past their retention", erased, swept)

    async def clear(self) -> None:
        """Remove the traces of erased data that could not be removed at once."""
        await clear_traces(self.bot.store, self.bot.clock.now())

    async def _erase_members(self, now: datetime) -> int:
        """Erase those whose time is up, each after Discord confirmed that they are not in the server."""
        erased, last = 0, None
        while due := await self.bot.store.read(privacy.run_down, now=now, after=last):
            for each in due:
                last = each
                try:
                    with background():
                        here = await self.bot.known.is_member(each.guild_id, each.user_id, within=PATIENCE)
                except NotKnownYet:
                    continue  # the server is unavailable, or the bot is not in it: then the server's own clock counts
                if here:
                    await self.bot.store.write(
                        privacy.returned_many, [(each.guild_id, each.user_id)], now=now
                    )
                    continue
                try:
                    await forget(self.bot.store, each.user_id, guild_id=each.guild_id, now=now, clear=False)
                    erased += 1
                except StoreError as error:
                    log.warning("could not erase somebody who left (%s)", type(error).__name__)
        return erased


class FormerMember(FreeTextAutocomplete):
    """Somebody who has left: an offered id, or any other that is typed."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer an admin those who have left."""
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        gone = await bot.store.read(privacy.departed, interaction.guild_id)
        zone = bot.zone_of(await bot.guild_record(interaction.guild_id))
        return [
            (
                bot.texts("privacy.request.left", number=one.user_id, when=written(one.left_at, zone)),
                str(one.user_id),
            )
            for one in gone
            if typed.strip() in str(one.user_id)
        ]


async def former(
    interaction: discord.Interaction[Any], member: app_commands.Transform[str, FormerMember]
) -> None:
    """Erase somebody who left and asked for it; for admins, who do not see the data."""
    (await Context.anywhere(interaction)).must_manage()
    # Show their id in digits: a mention would show the name that they may have wanted removed.
    user_id = read_member(member)
    if user_id is None:
        raise UserError("privacy.request.unread", words=member[:60])
    ctx = await _begin(interaction)
    await must_have_left(ctx, user_id)
    words = ctx.text("privacy.request.ask", number=user_id, export=ctx.bot.mention("privacy export"))
    yes = EraseFormer(label=ctx.text("privacy.request.yes.button"), user=user_id)
    await ctx.reply(ask_card(words, yes, ctx.texts))


async def _begin(interaction: discord.Interaction[Any]) -> Context:
    # Searching every table may take longer than Discord waits.
    await interaction.response.defer(ephemeral=interaction.guild_id is not None, thinking=True)
    return await Context.anywhere(interaction)


def show_card(
    counts: Mapping[str, int],
    agreed: Sequence[Consent],
    texts: Texts,
    keep: Keep,
    *,
    export: Markup,
    erase: Markup,
) -> Card:
    """Return what is kept about the person asking: what, why, until when, and their rights."""
    if not counts:
        return Card(texts("privacy.nothing"), texts("privacy.show.left_alone"), colour=GREY)
    entries = [
        texts("privacy.show.entry", count=count, **erasing.sentences(table, texts, keep))
        for table, count in counts.items()
    ]
    consents = [
        texts("privacy.show.consent", when=stamp(each.given_at, "D"), wording=each.wording) for each in agreed
    ]
    return Card(
        texts("privacy.show.title"),
        line(texts("privacy.who"), texts("privacy.show.here_and_elsewhere")),
        fitting(entries, texts, between="\n\n", room=2_300 if consents else 3_000),
        line(texts("privacy.show.consents"), fitting(consents, texts, room=700)) if consents else None,
        line(
            texts("privacy.rights", export=export, erase=erase),
            texts("privacy.show.left_alone"),
        ),
    )


def listed(counts: Mapping[str, int], texts: Texts, keep: Keep) -> Markup:
    """Return what is stored about somebody, one kind a line."""
    rows = [
        texts.count("privacy.erase.rows", count, what=erasing.sentences(table, texts, keep)["what"])
        for table, count in counts.items()
    ]
    return fitting(rows, texts, room=2_000)


async def setup(bot: Bot) -> None:
    """Add the cogs."""
    await bot.add_cog(Privacy(bot))
    await leavers.setup(bot)
    add_to(bot, "admin", former)
