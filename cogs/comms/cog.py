"""The cog of /comms: deadlines, contributions, the editor's desk and the draft."""

from typing import Any, Literal, cast

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
from cogs.common.base import Card, reply, with_files
from cogs.common.context import Here, here
from cogs.common.options import PersonName
from cogs.common.readings import unread
from cogs.comms import compiling, contributing, desk, publications
from cogs.comms.options import DeadlineWords, PublicationName
from cogs.comms.sending import Sending
from db import comms
from db.comms.models import Publication

Cadence = Literal["weekly", "fortnightly", "monthly", "bimonthly", "termly", "irregular"]
Calls = Literal["regions", "channel", "off"]
NEVER = ("none", "no", "off", "never")
MAIL_OUT = "mail_out"


@app_commands.guild_only()
class Comms(commands.GroupCog, group_name="comms"):
    """What the union and its networks publish."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._menu = app_commands.ContextMenu(name="suggest", callback=_suggest)
        self._menu.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        )

    async def cog_load(self) -> None:
        """Register the buttons, the forms, the menu and the kinds of delivery."""
        self.bot.add_dynamic_items(
            contributing.Contribute, contributing.Consent, desk.Desk, desk.Decide, desk.Withdraw
        )
        self.bot.forms.add(contributing.ContributeForm)
        self.bot.forms.add(desk.DeclineForm)
        self.bot.tree.add_command(self._menu)
        Sending(self.bot).register()

    @app_commands.command()
    async def calendar(self, interaction: discord.Interaction[Any]) -> None:
        """Show the next deadlines."""
        at = await here(interaction)
        found = await publications.all_publications(self.bot, at.guild)
        await reply(interaction, publications.calendar_card(self.bot, at.guild, found))

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
        at = await here(interaction)
        found = await publications.the_publication(self.bot, at, publication)
        typed = {"words": text or "", "link": link or "", "credit": credit or ""}
        if text is None:
            await contributing.open_form(interaction, self.bot, found.id, typed)
            return
        await contributing.send_in(interaction, self.bot, found.id, typed)

    @app_commands.command()
    async def mine(self, interaction: discord.Interaction[Any]) -> None:
        """Show what you sent in and what became of it."""
        at = await here(interaction)
        found = await self.bot.store.read(comms.mine, interaction.user.id, guild_id=at.guild.id)
        await reply(interaction, desk.mine_card(found, self.bot.texts))

    @app_commands.command()
    async def items(
        self,
        interaction: discord.Interaction[Any],
        publication: PublicationName,
        item: app_commands.Range[int, 1, 999_999_999] | None = None,
    ) -> None:
        """Decide on what came in."""
        at = await here(interaction)
        found = await publications.the_publication(self.bot, at, publication)
        await publications.must_edit(interaction, self.bot, found)
        await reply(interaction, await desk.desk_card(self.bot, at.guild, found, item=item))

    @app_commands.command(name="compile")
    async def compile_(
        self, interaction: discord.Interaction[Any], publication: PublicationName, *, last: bool = False
    ) -> None:
        """Make the draft of an edition from what was accepted."""
        at, texts = await here(interaction), self.bot.texts
        found = await publications.the_publication(self.bot, at, publication)
        await publications.must_edit(interaction, self.bot, found)
        compiled = await self.bot.store.write(
            comms.compile_edition,
            found.id,
            guild_id=at.guild.id,
            by=interaction.user.id,
            last=last,
            now=self.bot.clock.now(),
        )
        files = compiling.files_of(compiling.draft_of(compiled, found, texts, at.zone))
        card = with_files(
            compiling.compiled_card(compiled, found, texts), texts("comms.compile.files"), files
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
        at = await here(interaction)
        at.must_organise(at.region)
        clean_name = one_line(name)
        if not clean_name:
            raise UserError("comms.add.name")
        when = self._deadline(deadline, at) if deadline else None
        await publications.all_publications(self.bot, at.guild)
        now, by = self.bot.clock.now(), interaction.user.id
        added = await self.bot.store.write(
            comms.add,
            guild=at.guild,
            name=clean_name,
            audience=one_line(audience or ""),
            cadence=cadence,
            region_id=at.region.id if at.region else None,
            by=by,
            now=now,
        )
        editor_id = editor.id if editor else by
        found = await self.bot.store.write(
            comms.change, added.id, guild=at.guild, by=by, now=now, deadline=when, editor_id=editor_id
        )
        title = self.bot.texts("comms.add.done", name=found.name)
        await reply(interaction, publications.set_up_card(self.bot, at.guild, found, title))

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
        at, texts = await here(interaction), self.bot.texts
        found = await publications.the_publication(self.bot, at, publication, unused=True)
        await publications.must_edit(interaction, self.bot, found)
        changes: dict[str, Any] = {}
        if deadline is not None:
            never = deadline.strip().casefold() in NEVER
            changes["deadline"] = None if never else self._deadline(deadline, at)
        if editor is not None:
            changes["editor_id"] = editor.id
        if audience is not None:
            if found.known:
                raise UserError("comms.set.audience", name=found.name)
            changes["audience"] = one_line(audience)
        if calls is not None:
            changes |= {
                "calls": calls,
                "call_channel_id": self._channel(interaction) if calls == "channel" else None,
            }
        changes |= {
            name: value for name, value in (("call_days", ahead), ("cadence", cadence)) if value is not None
        }
        if changes or not found.used:
            found = await self.bot.store.write(
                comms.change,
                found.id,
                guild=at.guild,
                by=interaction.user.id,
                now=self.bot.clock.now(),
                used=True,
                **changes,
            )
        title = texts("comms.set.title", name=found.name)
        await reply(interaction, publications.set_up_card(self.bot, at.guild, found, title))

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], publication: PublicationName) -> None:
        """Take a publication off the calendar."""
        at = await here(interaction)
        found = await publications.the_publication(self.bot, at, publication)
        region = next((one for one in at.guild.regions if one.id == found.region_id), None)
        at.must_organise(region)
        gone: Publication = await self.bot.store.write(
            comms.remove, found.id, guild=at.guild, by=interaction.user.id, now=self.bot.clock.now()
        )
        key = "comms.remove.known" if gone.known else "comms.remove.own"
        await reply(
            interaction, Card(self.bot.texts(key, name=gone.name, command=self.bot.mention("comms set")))
        )

    def _deadline(self, words: str, at: Here) -> Deadline:
        now = self.bot.clock.now()
        reading = read_deadline(words, now=now, zone=at.zone, terms=at.terms, languages=at.languages)
        if not isinstance(reading, Deadline):
            raise unread(reading, self.bot.texts)
        return reading

    def _channel(self, interaction: discord.Interaction[Any]) -> int:
        channel = interaction.channel
        if not isinstance(channel, discord.TextChannel):
            raise UserError("comms.set.no_channel")
        held = own_permissions(channel)
        if held is not None and not held.send_messages:
            raise UserError(
                "meetings.channel.permission",
                channel=Markup(channel.mention),
                permission=self.bot.texts("permissions.send_messages"),
            )
        return channel.id


async def _suggest(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Suggest a message for the Monday Morning Mail-Out."""
    bot = cast("Bot", interaction.client)
    at = await here(interaction)
    found = await publications.all_publications(bot, at.guild)
    mail_out = next((one for one in found if one.known == MAIL_OUT), None)
    if mail_out is None or not mail_out.used:
        raise UserError("comms.suggest.unused")
    await contributing.suggest(interaction, bot, message, mail_out)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Comms(bot))
