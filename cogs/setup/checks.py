"""A server's set-up, and its faults."""

from dataclasses import dataclass, field

import discord

from bot.app import Bot
from bot.domain.facts import UNTIL_CHECKED
from bot.errors import NotKnownYet
from bot.known import missing_permissions, own_permissions, own_permissions_in
from bot.texts import Markup, Texts
from cogs.common.base import Card, fitting, line
from cogs.common.times import lead_times_in_words
from cogs.setup.campaigns import suggestions_line
from cogs.setup.pings import faults, silent_regions
from db import campaigns, guilds
from db.meetings import integrations
from db.meetings.models import Integrations
from db.models import Guild
from db.setup import mentions


async def checked(bot: Bot, guild_id: int, title: Markup) -> Card:
    """Return a server's set-up, and each fault with its fix."""
    texts = bot.texts
    record = await bot.guild_record(guild_id)
    if record is None or record.set_up_at is None:
        return Card(texts("setup.check.nothing"))
    named, regions = channels_named(record, texts)
    lines: list[Markup] = [
        *named,
        texts(
            "setup.check.organisers",
            roles=Markup(", ".join(f"<@&{role.role_id}>" for role in record.organiser_roles))
            or texts("setup.check.nobody"),
        ),
        texts("setup.check.reminders", leads=lead_times_in_words(record.leads, texts), zone=record.zone),
        suggestions_line(await bot.store.read(campaigns.plan_of, guild_id), texts),
    ]
    chosen = await bot.store.read(integrations.of, guild_id)
    roles = await bot.store.read(mentions.roles_of, guild_id)
    found = await _found(bot, record, chosen)
    missing, unknown = await faults(bot, record, roles)
    found.faults += missing
    found.unknown |= unknown
    summary: Markup | None = (
        texts.count("setup.check.faults", len(found.faults)) if found.faults else texts("setup.check.fine")
    )
    if found.unknown:
        summary = line(texts("setup.check.unknown"), summary if found.faults else None)
    return Card(
        title,
        line(*lines, fitting(regions, texts, room=1_200), silent_regions(record.regions, roles, texts)),
        line(summary, fitting(found.faults, texts, room=1_200)),
        None if all(map(texts.is_checked, UNTIL_CHECKED)) else texts("setup.check.facts"),
    )


def channels_named(record: Guild, texts: Texts) -> tuple[list[Markup], list[Markup]]:
    """Return the channels in the set-up, a line each, and those of the regions."""
    common = "chosen" if record.common_channel_id else "usual"
    named = {
        "setup.check.organisers_channel": record.organisers_channel_id,
        "setup.check.welcome": record.welcome_channel_id,
        f"setup.common.{common}": guilds.common_channel(record),
    }
    return (
        [texts(key, channel=_channel(channel_id, texts)) for key, channel_id in named.items()],
        [
            texts("setup.check.region", name=region.name, channel=_channel(region.channel_id, texts))
            for region in record.regions
        ],
    )


def _channel(channel_id: int | None, texts: Texts) -> Markup:
    """Return a clickable channel."""
    return Markup(f"<#{channel_id}>") if channel_id else texts("setup.check.none")


@dataclass(slots=True)
class _Found:
    """The faults found, and whether something can't be checked yet."""

    faults: list[Markup] = field(default_factory=list[Markup])
    unknown: bool = False


async def _found(bot: Bot, record: Guild, chosen: Integrations | None) -> _Found:
    texts, found = bot.texts, _Found()
    wanted = [region.channel_id for region in record.regions]
    beside = (record.organisers_channel_id, record.welcome_channel_id, guilds.common_channel(record))
    wanted += [each for each in beside if each]
    channels: dict[int, discord.abc.GuildChannel | discord.Thread] = {}
    for channel_id in dict.fromkeys(wanted):
        try:
            channel = await bot.known.channel(record.id, channel_id)
        except NotKnownYet:
            found.unknown = True
            continue
        if channel is None:
            found.faults.append(texts("setup.check.channel_gone", channel=Markup(f"<#{channel_id}>")))
            continue
        channels[channel_id] = channel
        if not isinstance(channel, discord.abc.GuildChannel):
            continue
        found.unknown |= own_permissions(channel) is None
        found.faults += [
            texts(
                "setup.check.permission",
                channel=Markup(f"<#{channel_id}>"),
                permission=texts(f"permissions.{missing}"),
            )
            for missing in missing_permissions(channel)
        ]
    for role in record.organiser_roles:
        try:
            if await bot.known.role(record.id, role.role_id) is None:
                found.faults.append(texts("setup.check.role_gone", role=str(role.role_id)))
        except NotKnownYet:
            found.unknown = True
    if not record.regions:
        found.faults.append(texts("setup.check.no_regions"))
    guild = bot.known.server_or_none(record.id)
    held = own_permissions_in(guild) if guild is not None else None
    if chosen is not None and chosen.events and held is not None and not held.create_events:
        found.faults.append(texts("setup.check.events"))
    if chosen is not None and chosen.upcoming:
        found.faults += [
            texts("setup.check.pins", channel=Markup(f"<#{region.channel_id}>"))
            for region in record.regions
            if not _may_pin(channels.get(region.channel_id))
        ]
    return found


def _may_pin(channel: discord.abc.GuildChannel | discord.Thread | None) -> bool:
    held = own_permissions(channel) if isinstance(channel, discord.abc.GuildChannel) else None
    # Discord lets members with Manage Messages pin until only the new permission counts.
    return held is None or held.pin_messages or held.manage_messages
