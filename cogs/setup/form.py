"""Setting up a server: one form with channel and role selects, filled in with likely answers."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.names import normalize
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.doing import going_on
from cogs.common.forms import Form
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
    form = SetupForm(ctx.texts, record=ctx.record, guild=guild, ticked=ticked, offered=offered)
    await ctx.open(form)


class SetupForm(Form, name="setup", words="setup.form"):
    """The form for the organisers' channel and roles, the regions' channels, and the welcome channel."""

    def __init__(
        self,
        texts: Texts,
        *,
        record: Guild | None = None,
        guild: discord.Guild | None = None,
        ticked: Collection[str] = SHOWN,
        offered: Collection[int] = (),
    ) -> None:
        super().__init__(texts)
        likely = Likely(record, guild, offered)
        text = [discord.ChannelType.text]
        self.organisers_channel = ui.ChannelSelect[Any](
            custom_id="organisers_channel", channel_types=text, default_values=likely.organisers_channel()
        )
        self.organisers = ui.RoleSelect[Any](
            custom_id="organisers", max_values=5, default_values=likely.organisers()
        )
        self.regions = ui.ChannelSelect[Any](
            custom_id="regions", channel_types=text, max_values=25, default_values=likely.regions()
        )
        self.welcome = ui.ChannelSelect[Any](
            custom_id="welcome",
            channel_types=text,
            min_values=0,
            default_values=likely.welcome(),
        )
        self.extras = ui.Select[Any](
            custom_id="extras",
            min_values=0,
            max_values=len(SHOWN),
            options=[
                discord.SelectOption(
                    label=texts(f"setup.form.extras.{name}.choice"), value=name, default=name in ticked
                )
                for name in SHOWN
            ],
        )
        for name, item in (
            ("organisers_channel", self.organisers_channel),
            ("organisers", self.organisers),
            ("regions", self.regions),
            ("welcome", self.welcome),
            ("extras", self.extras),
        ):
            self.put(texts, name, item)

    async def send(self, ctx: Context) -> None:
        """Store the set-up, and say what the bot still lacks."""
        guild_id = ctx.must_manage()
        if any(role.is_default() for role in self.organisers.values):
            raise UserError("setup.organisers.everyone")
        kept = {region.channel_id: region.name for region in ctx.record.regions} if ctx.record else {}
        called: Mapping[int, str] = await channels_offered(ctx.interaction.guild) if not kept else {}
        wanted = [
            (channel.id, kept.get(channel.id) or called.get(channel.id) or region_name(channel.name))
            for channel in self.regions.values
        ]

        # Only regions that the form could show count as unticked: not the 26th, nor one whose channel is gone.
        guild = ctx.interaction.guild
        likely = Likely(ctx.record, guild).regions()
        shown = {each.id for each in likely if guild and guild.get_channel(each.id)}
        unticked = (shown & kept.keys()) - {channel_id for channel_id, _ in wanted}
        actor_id, now = ctx.user_id, ctx.now

        def store(session: Session) -> list[str]:
            roles = [role.id for role in self.organisers.values]
            guilds.set_organisers(
                session, guild_id, role_ids=roles, region_id=None, actor_id=actor_id, now=now
            )
            for channel_id, name in wanted:
                mentions.set_region(
                    session, guild_id, name=name, channel_id=channel_id, actor_id=actor_id, now=now
                )
            return mentions.drop_regions(session, guild_id, unticked, actor_id=actor_id, now=now)

        staying = await ctx.set_up(
            store,
            organisers_channel_id=self.organisers_channel.values[0].id,
            welcome_channel_id=self.welcome.values[0].id if self.welcome.values else None,
        )
        await choose(ctx, {name: name in self.extras.values for name in SHOWN})
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

    def organisers_channel(self) -> list[discord.Object]:
        """The channel set, or the one named for organisers."""
        if self.record is not None:
            return _objects([self.record.organisers_channel_id])
        return _objects(channel.id for channel in self.channels if "organis" in normalize(channel.name))[:1]

    def organisers(self) -> list[discord.Object]:
        """The roles set, or those named for organisers."""
        if self.record is not None:
            return _objects(role.role_id for role in self.record.organiser_roles if role.region_id is None)[
                :5
            ]
        return _objects(role.id for role in self.roles if "organis" in normalize(role.name))[:5]

    def regions(self) -> list[discord.Object]:
        """The channels set, or all that are not common, and not private unless newcomers choose them."""
        if self.record is not None:
            return _objects(region.channel_id for region in self.record.regions)[:25]
        return _objects(
            channel.id
            for channel in self.channels
            if not COMMON & set(normalize(channel.name).split())
            and (
                channel.id in self.offered or channel.permissions_for(channel.guild.default_role).view_channel
            )
        )[:25]

    def welcome(self) -> list[discord.Object]:
        """The channel set, or the one named for welcoming."""
        if self.record is not None:
            return _objects([self.record.welcome_channel_id])
        return _objects(channel.id for channel in self.channels if "welcome" in normalize(channel.name))[:1]


def _objects(ids: Iterable[int | None]) -> list[discord.Object]:
    return [discord.Object(found) for found in ids if found is not None]


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
