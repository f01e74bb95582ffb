"""Setting up a server: one form with channel and role selects, filled in with likely answers."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.names import normalize
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.doing import going_on
from cogs.common.forms import Form, OneOf, Pick
from cogs.setup.checks import checked
from cogs.setup.features import choose
from db import guilds
from db.meetings import integrations
from db.models import Guild
from db.setup import mentions

# Names of channels that are for everybody, not for a region.
COMMON = {
    "welcome",
    "organisers",
    "organizers",
    "general",
    "rules",
    "announcements",
    "introductions",
    "moderators",
}

# The extra features that the form asks about.
SHOWN = ("events", "upcoming")
TEXT = [discord.ChannelType.text]


def region_name(channel_name: str) -> str:
    """Return the region that a channel's name suggests: 'north-west' is 'North West'."""
    words = normalize(channel_name).split()
    return (
        " ".join(word.capitalize() if word not in ("and", "of") else word for word in words) or channel_name
    )


class SetUp(Button, name="setup:start"):
    """'Set up now'."""

    style = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        await open_form(ctx)


async def open_form(ctx: Context) -> None:
    """Open the set-up form, filled in with the settings or with what channel and role names suggest."""
    guild_id = ctx.must_manage()
    chosen = await ctx.read(integrations.of, guild_id)
    # If never chosen, both are ticked visibly, and can be unticked.
    ticked = {name for name in SHOWN if chosen is None or getattr(chosen, name)}
    guild = ctx.bot.get_guild(guild_id)
    offered = await channels_offered(guild)
    likely = Likely(ctx.record, guild, offered)
    names = ("organisers_channel", "organisers", "regions", "welcome")
    typed = {"extras": list(ticked), **{name: getattr(likely, name)() for name in names}}
    await ctx.open(SetupForm(ctx.texts, typed=typed))


class SetupForm(Form, name="setup", words="setup.form"):
    """The form for the organisers' channel and roles, the regions' channels, and the welcome channel."""

    organisers_channel = Pick(ui.ChannelSelect, channel_types=TEXT)
    organisers = Pick(ui.RoleSelect, most=5)
    regions = Pick(ui.ChannelSelect, channel_types=TEXT, most=25)
    welcome = Pick(ui.ChannelSelect, required=False, channel_types=TEXT)
    extras = OneOf(*SHOWN, required=False, most=len(SHOWN))

    async def send(self, ctx: Context) -> None:
        """Store the set-up, and say what the bot still lacks."""
        guild_id = ctx.must_manage()
        if any(role.is_default() for role in self.organisers):
            raise UserError("setup.organisers.everyone")
        kept = {region.channel_id: region.name for region in ctx.record.regions} if ctx.record else {}
        called: Mapping[int, str] = await channels_offered(ctx.interaction.guild) if not kept else {}
        wanted = [
            (channel.id, kept.get(channel.id) or called.get(channel.id) or region_name(channel.name))
            for channel in self.regions
        ]

        # Only regions that the form could show count as unticked: not the 26th, nor one whose channel is gone.
        guild = ctx.interaction.guild
        likely = Likely(ctx.record, guild).regions()
        shown = {each for each in likely if guild and guild.get_channel(each)}
        unticked = (shown & kept.keys()) - {channel_id for channel_id, _ in wanted}

        def store(session: Session, *, actor_id: int, now: datetime) -> list[str]:
            roles = [role.id for role in self.organisers]
            guilds.set_organisers(
                session, guild_id, role_ids=roles, region_id=None, actor_id=actor_id, now=now
            )
            for channel_id, name in wanted:
                mentions.set_region(
                    session, guild_id, name=name, channel_id=channel_id, actor_id=actor_id, now=now
                )
            return mentions.drop_regions(session, guild_id, unticked, actor_id=actor_id, now=now)

        welcome_id = self.welcome.id if self.welcome is not None else None
        chosen = {"organisers_channel_id": self.organisers_channel.id, "welcome_channel_id": welcome_id}
        staying = await ctx.set_up(store, settings=chosen)
        await choose(ctx, {name: name in self.menus["extras"].values for name in SHOWN})
        done = ctx.text("setup.done")
        if staying:
            done = Markup(f"{done}\n{ctx.text('setup.staying', names=', '.join(staying))}")
        card = await checked(ctx.bot, guild_id, done)
        if kept := going_on(ctx):
            card.add_item(row(*kept))
        await ctx.reply(card)


class Likely:
    """The form's defaults, suggested by a server's own names."""

    def __init__(
        self, record: Guild | None, guild: discord.Guild | None, offered: Collection[int] = ()
    ) -> None:
        self.offered = offered
        self.record = record if record is not None and record.set_up_at is not None else None
        self.channels = list(guild.text_channels) if guild else []
        self.roles = list(guild.roles) if guild else []

    def organisers_channel(self) -> list[int]:
        """The channel set, or the one named for organisers."""
        if self.record is not None:
            return _known(self.record.organisers_channel_id)
        return [channel.id for channel in self.channels if "organis" in normalize(channel.name)][:1]

    def organisers(self) -> list[int]:
        """The roles set, or those named for organisers."""
        if self.record is not None:
            return [role.role_id for role in self.record.organiser_roles if role.region_id is None][:5]
        return [role.id for role in self.roles if "organis" in normalize(role.name)][:5]

    def regions(self) -> list[int]:
        """The channels set, or all that are not common, and not private unless newcomers choose them."""
        if self.record is not None:
            return [region.channel_id for region in self.record.regions][:25]
        return [
            channel.id
            for channel in self.channels
            if not COMMON & set(normalize(channel.name).split())
            and (
                channel.id in self.offered or channel.permissions_for(channel.guild.default_role).view_channel
            )
        ][:25]

    def welcome(self) -> list[int]:
        """The channel set, or the one named for welcoming."""
        if self.record is not None:
            return _known(self.record.welcome_channel_id)
        return [channel.id for channel in self.channels if "welcome" in normalize(channel.name)][:1]


def _known(channel_id: int | None) -> list[int]:
    return [channel_id] if channel_id is not None else []


ASKED_WITHIN = 1.0
"""Seconds: a form has to open within three."""
LONGEST = 80


async def channels_offered(guild: discord.Guild | None) -> Mapping[int, str]:
    """Return the channels that newcomers choose in Discord's Onboarding, with the choices' names.

    Return nothing if it is off, if several choices lead to one channel, or if Discord does not answer in time.
    """
    if guild is None:
        return {}
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            found = await guild.onboarding()
    except (*REQUEST_FAILED, TimeoutError):
        return {}
    if not found.enabled:
        return {}
    titles: dict[int, set[str]] = {}
    for prompt in found.prompts:
        for option in prompt.options:
            for channel_id in option.channel_ids - found.default_channel_ids:
                titles.setdefault(channel_id, set()).add(" ".join(option.title.split())[:LONGEST])
    return {channel_id: names.pop() for channel_id, names in titles.items() if len(names) == 1}
