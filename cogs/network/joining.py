"""Joining and leaving a network: stored first, then the role of Discord that goes with it."""

from typing import Any

import discord

from bot.app import Bot
from bot.discord_client.errors import REQUEST_FAILED, transient
from bot.errors import NotKnownYet, UserError
from bot.known import role_ids
from bot.texts import Markup
from cogs.common.base import Card, line, reply
from cogs.common.context import here
from cogs.common.times import spoken
from cogs.network.regions import the_network
from db import meetings
from db.models import Guild
from db.network import networks
from db.network.models import Network

# Powers that a role anybody can take must not have: Discord's own list of those that want two factors, and a few more.
POWERS = discord.Permissions.elevated() | discord.Permissions(
    manage_events=True, mention_everyone=True, view_audit_log=True, manage_nicknames=True
)

# What a newcomer hears of a network that there may not be.
_UNSETTLED = {"none": "none_yet", "unknown": "not_known"}


async def join(interaction: discord.Interaction[Any], bot: Bot, words: str | None) -> None:
    """Join the network of a region; whatever becomes of the role, the joining is stored."""
    at = await here(interaction)
    network = await the_network(bot, at, words)
    now, texts = bot.clock.now(), bot.texts
    await interaction.response.defer(ephemeral=True, thinking=True)
    fresh = await bot.store.write(networks.join, network.id, interaction.user.id, now=now)
    role = await _role(interaction, at.guild, network, bot, give=True)
    coming = await bot.store.read(
        meetings.upcoming, at.guild.id, now=now, region_id=network.region_id or 0, limit=1
    )
    following = coming[0] if coming else None
    await reply(
        interaction,
        Card(
            texts("network.join.done" if fresh else "network.join.before", region=network.name),
            line(
                role,
                texts("network.join.place", channel=Markup(f"<#{network.region.channel_id}>"))
                if network.region is not None
                else None,
                texts(
                    "network.join.next",
                    title=following.title,
                    when=spoken(following.starts_at, at.zone),
                    command=bot.mention("meeting show"),
                )
                if following is not None
                else None,
                texts(f"network.join.{_UNSETTLED[network.status]}", command=bot.mention("network start"))
                if network.status in _UNSETTLED
                else None,
            )
            or None,
        ),
    )


async def leave(interaction: discord.Interaction[Any], bot: Bot, words: str | None) -> None:
    """Leave the network of a region, and give its role back."""
    at = await here(interaction)
    network = await the_network(bot, at, words)
    await interaction.response.defer(ephemeral=True, thinking=True)
    was = await bot.store.write(networks.leave, network.id, interaction.user.id)
    if not was:
        raise UserError("network.leave.not_in", region=network.name)
    role = await _role(interaction, at.guild, network, bot, give=False)
    words_ = bot.texts("network.leave.done", region=network.name, command=bot.mention("network join"))
    await reply(interaction, Card(words_, role))


async def _role(
    interaction: discord.Interaction[Any], record: Guild, network: Network, bot: Bot, *, give: bool
) -> Markup | None:
    """Give or take the network's role; returns what to say of it, None when it has none."""
    member, texts, way = interaction.user, bot.texts, "join" if give else "leave"
    if network.role_id is None or not isinstance(member, discord.Member):
        return None
    if not give and network.role_id not in role_ids(member):
        return None
    mention = Markup(f"<@&{network.role_id}>")
    try:
        if give:
            role = await bot.known.role(record.id, network.role_id)
            if role is None:
                return texts("network.join.role_gone")
            # It may have become a role of organisers, or got powers, since it was chosen.
            check_role(role, record)
            await member.add_roles(role, reason=network.name)
        else:
            await member.remove_roles(discord.Object(network.role_id), reason=network.name)
    except NotKnownYet:
        return texts("network.join.role_later", role=mention, command=bot.mention("network join"))
    except (discord.Forbidden, discord.NotFound, UserError):
        return texts(f"network.{way}.role_missing", role=mention)
    except REQUEST_FAILED as error:
        if not transient(error):
            raise
        return texts(f"network.{way}.role_later", role=mention, command=bot.mention("network join"))
    return texts(f"network.{way}.role", role=mention)


def check_role(role: discord.Role, record: Guild) -> None:
    """Refuse a role that joining must not give.

    Raises:
        UserError: everybody has it, it makes an organiser, it has powers, or the bot can't give it.
    """
    mention = Markup(role.mention)
    if role.is_default():
        raise UserError("network.role.everyone")
    if any(organisers.role_id == role.id for organisers in record.organiser_roles):
        raise UserError("network.role.organisers", role=mention)
    if role.permissions.value & POWERS.value:
        raise UserError("network.role.powerful", role=mention)
    if not role.is_assignable() or not role.guild.me.guild_permissions.manage_roles:
        raise UserError("network.role.not_given", role=mention)
