"""The cog of /comms: deadlines, contributions, the editor's desk and the draft."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.comms import LONGEST, LONGEST_CREDIT, Deadline, read_deadline
from bot.domain.free_text import one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.errors import UserError
from bot.known import own_permissions
from bot.texts import Markup
from cogs.common.base import Card, with_files
from cogs.common.context import Context
from cogs.common.options import PersonName
from cogs.common.readings import unread
from cogs.comms import contributing, desk, publications
from cogs.comms import sending as sending  # registered by being imported
from cogs.comms.publications import DeadlineWords, PublicationName
from db import comms

Cadence = Literal["weekly", "fortnightly", "monthly", "bimonthly", "termly", "irregular"]
Calls = Literal["regions", "channel", "off"]
NEVER = ("none", "no", "off", "never")
MAIL_OUT = "mail_out"


class Comms(commands.GroupCog, group_name="comms"):
    """What the union and its networks publish."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._menu = app_commands.ContextMenu(name="suggest", callback=_suggest)
        self._menu.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        )

    async def cog_load(self) -> None:
        """Register the menu and the kinds of delivery."""
        self.bot.tree.add_command(self._menu)

    @app_commands.command()
    async def calendar(self, interaction: discord.Interaction[Any]) -> None:
        """Show the next deadlines."""
        ctx = await Context.of(interaction)
        found = await publications.all_publications(self.bot, ctx.guild)
        await ctx.reply(publications.calendar_card(ctx, found))

    @app_commands.command()
    async def contribute(
        self,
        interaction: discord.Interaction[Any],
        publication: PublicationName,
        text: app_commands.Range[str, 1, LONGEST] | None = None,
        link: app_commands.Range[str, 1, LONGEST_LINK] | None = None,
        credit: app_commands.Range[str, 1, LONGEST_CREDIT] | None = None,
    ) -> None:
        """Send something in for a publication."""
        ctx = await Context.of(interaction)
        found = await publications.the_publication(ctx, publication)
        typed = {"words": text or "", "link": link or "", "credit": credit or ""}
        opened = contributing.open_form if text is None else contributing.send_in
        await opened(ctx, found.id, typed)

    @app_commands.command()
    async def mine(self, interaction: discord.Interaction[Any]) -> None:
        """Show what you sent in and what became of it."""
        ctx = await Context.of(interaction)
        await ctx.reply(desk.mine_card(await ctx.read(comms.mine, ctx.user_id), ctx.texts))

    @app_commands.command()
    async def items(
        self,
        interaction: discord.Interaction[Any],
        publication: PublicationName,
        item: app_commands.Range[int, 1, 999_999_999] | None = None,
    ) -> None:
        """Decide on what came in."""
        ctx = await Context.of(interaction)
        found = await publications.the_publication(ctx, publication)
        publications.must_edit(ctx, found)
        await ctx.reply(await desk.desk_card(ctx, found, item=item))

    @app_commands.command(name="compile")
    async def compile_(
        self, interaction: discord.Interaction[Any], publication: PublicationName, *, last: bool = False
    ) -> None:
        """Make the draft of an edition from what was accepted."""
        ctx = await Context.of(interaction)
        found = await publications.the_publication(ctx, publication)
        publications.must_edit(ctx, found)
        compiled = await ctx.write(comms.compile_edition, found.id, last=last)
        files = desk.files_of(desk.draft_of(compiled, found, ctx.texts, ctx.zone))
        card = with_files(
            desk.compiled_card(compiled, found, ctx.texts), ctx.text("comms.compile.files"), files
        )
        await interaction.response.send_message(view=card, files=files, ephemeral=True)

    @app_commands.command()
    async def add(
        self,
        interaction: discord.Interaction[Any],
        name: app_commands.Range[str, 1, 80],
        cadence: Cadence,
        audience: app_commands.Range[str, 1, 100] | None = None,
        deadline: DeadlineWords | None = None,
        editor: PersonName | None = None,
    ) -> None:
        """Add a local newsletter: of this channel's region, elsewhere of the whole server."""
        ctx = await Context.of(interaction)
        ctx.must_organise(ctx.region)
        clean_name = one_line(name)
        if not clean_name:
            raise UserError("comms.add.name")
        when = _deadline(ctx, deadline) if deadline else None
        await publications.all_publications(self.bot, ctx.guild)
        added = await ctx.write(
            comms.add,
            name=clean_name,
            audience=one_line(audience or ""),
            cadence=cadence,
            region_id=ctx.region.id if ctx.region else None,
        )
        editor_id = editor.id if editor else ctx.user_id
        found = await ctx.write(comms.change, added.id, deadline=when, editor_id=editor_id)
        await ctx.reply(publications.set_up_card(ctx, found, ctx.text("comms.add.done", name=found.name)))

    @app_commands.command(name="set")
    async def set_(
        self,
        interaction: discord.Interaction[Any],
        publication: PublicationName,
        deadline: DeadlineWords | None = None,
        editor: PersonName | None = None,
        calls: Calls | None = None,
        ahead: app_commands.Range[int, 1, 60] | None = None,
        cadence: Cadence | None = None,
        audience: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Set who edits a publication, when its deadline is, and where contributions are called for."""
        ctx = await Context.of(interaction)
        found = await publications.the_publication(ctx, publication, unused=True)
        publications.must_edit(ctx, found)
        changes: dict[str, Any] = {}
        if deadline is not None:
            never = deadline.strip().casefold() in NEVER
            changes["deadline"] = None if never else _deadline(ctx, deadline)
        if editor is not None:
            changes["editor_id"] = editor.id
        if audience is not None:
            if found.known:
                raise UserError("comms.set.audience", name=found.name)
            changes["audience"] = one_line(audience)
        if calls is not None:
            changes |= {
                "calls": calls,
                "call_channel_id": _channel(ctx) if calls == "channel" else None,
            }
        changes |= {
            name: value for name, value in (("call_days", ahead), ("cadence", cadence)) if value is not None
        }
        if changes or not found.used:
            found = await ctx.write(comms.change, found.id, used=True, **changes)
        await ctx.reply(publications.set_up_card(ctx, found, ctx.text("comms.set.title", name=found.name)))

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], publication: PublicationName) -> None:
        """Take a publication off the calendar."""
        ctx = await Context.of(interaction)
        found = await publications.the_publication(ctx, publication)
        ctx.must_organise(ctx.region_of(found.region_id))
        gone = await ctx.write(comms.remove, found.id)
        key = "comms.remove.known" if gone.known else "comms.remove.own"
        await ctx.reply(Card(ctx.text(key, name=gone.name, command=self.bot.mention("comms set"))))


def _deadline(ctx: Context, words: str) -> Deadline:
    reading = read_deadline(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms, languages=ctx.languages)
    if not isinstance(reading, Deadline):
        raise unread(reading, ctx.texts)
    return reading


def _channel(ctx: Context) -> int:
    channel = ctx.interaction.channel
    if not isinstance(channel, discord.TextChannel):
        raise UserError("comms.set.no_channel")
    held = own_permissions(channel)
    if held is not None and not held.send_messages:
        raise UserError(
            "meetings.channel.permission",
            channel=Markup(channel.mention),
            permission=ctx.text("permissions.send_messages"),
        )
    return channel.id


async def _suggest(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Suggest a message for the Monday Morning Mail-Out."""
    ctx = await Context.of(interaction)
    found = await publications.all_publications(ctx.bot, ctx.guild)
    mail_out = next((one for one in found if one.known == MAIL_OUT), None)
    if mail_out is None or not mail_out.used:
        raise UserError("comms.suggest.unused")
    await contributing.suggest(ctx, message, mail_out)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Comms(bot))
