"""What is set up in a server, and what is wrong with it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import discord

from bot.domain.facts import UNTIL_CHECKED
from bot.domain.leads import UNITS
from bot.texts import Markup, Texts
from bot.ui.base import Card, fitting, line
from bot.ui.campaigns.setup import suggestions_line
from db import campaigns, extras
from db.models import Extras, Guild

if TYPE_CHECKING:
    from bot.app import Bot


async def checked(bot: "Bot", guild_id: int, title: Markup) -> Card:
    """Return how a server is set up, and each thing that is wrong with how to mend it."""
    texts = bot.texts
    record = await bot.guild_record(guild_id)
    guild = bot.get_guild(guild_id)
    if record is None or record.set_up_at is None or guild is None:
        return Card(texts("setup.check.nothing"))
    lines: list[Markup] = [
        texts("setup.check.organisers_channel", channel=_channel(record.organisers_channel_id, texts)),
        texts(
            "setup.check.organisers",
            roles=Markup(", ".join(f"<@&{role.role_id}>" for role in record.organiser_roles))
            or texts("setup.check.nobody"),
        ),
        texts("setup.check.welcome", channel=_channel(record.welcome_channel_id, texts)),
        texts("setup.check.reminders", leads=leads_in_words(record.leads, texts), zone=record.zone),
        suggestions_line(await bot.store.read(campaigns.plan_of, guild_id), texts),
    ]
    regions = [
        texts("setup.check.region", name=region.name, channel=_channel(region.channel_id, texts))
        for region in record.regions
    ]
    chosen = await bot.store.read(extras.of, guild_id)
    faults = list(_faults(record, guild, chosen, texts))
    verdict = texts("setup.check.fine") if not faults else texts.count("setup.check.faults", len(faults))
    return Card(
        title,
        line(*lines, fitting(regions, texts, room=1_200)),
        line(verdict, fitting(faults, texts, room=1_200)),
        None if all(map(texts.is_checked, UNTIL_CHECKED)) else texts("setup.check.facts"),
    )


def _channel(channel_id: int | None, texts: Texts) -> Markup:
    return Markup(f"<#{channel_id}>") if channel_id else texts("setup.check.none")


def _faults(record: Guild, guild: discord.Guild, chosen: Extras | None, texts: Texts) -> Iterable[Markup]:
    wanted = [region.channel_id for region in record.regions]
    wanted += [found for found in (record.organisers_channel_id, record.welcome_channel_id) if found]
    for channel_id in wanted:
        channel = guild.get_channel(channel_id)
        if channel is None:
            yield texts("setup.check.channel_gone", channel=Markup(f"<#{channel_id}>"))
            continue
        for missing in missing_permissions(channel):
            yield texts(
                "setup.check.permission",
                channel=Markup(f"<#{channel_id}>"),
                permission=texts(f"permissions.{missing}"),
            )
    for role in record.organiser_roles:
        if guild.get_role(role.role_id) is None:
            yield texts("setup.check.role_gone", role=str(role.role_id))
    if not record.regions:
        yield texts("setup.check.no_regions")
    if chosen is not None and chosen.events and not guild.me.guild_permissions.create_events:
        yield texts("setup.check.events")
    if chosen is not None and chosen.upcoming:
        for region in record.regions:
            channel = guild.get_channel(region.channel_id)
            if channel is not None and not _may_pin(channel.permissions_for(guild.me)):
                yield texts("setup.check.pins", channel=Markup(f"<#{region.channel_id}>"))


def _may_pin(held: discord.Permissions) -> bool:
    # Discord lets those pin who may manage messages, until the new permission is all that counts.
    return held.pin_messages or held.manage_messages


def missing_permissions(channel: discord.abc.GuildChannel, me: discord.Member | None = None) -> list[str]:
    """Return which of the permissions that cards need the bot (`me`, where the cache lacks it) lacks in a channel."""
    held = channel.permissions_for(me or channel.guild.me)
    return [name for name in ("view_channel", "send_messages", "embed_links") if not getattr(held, name)]


def leads_in_words(leads: Iterable[int], texts: Texts) -> Markup:
    """Return lead times in words: '7 days, 1 day and 1 hour before'."""
    said: list[str] = []
    for lead in sorted(leads, reverse=True):
        unit, size = next((unit, size) for unit, size in UNITS if lead % size == 0)
        said.append(texts.count(f"meetings.ahead.{unit}", lead // size))
    if not said:
        return texts("reminders.none")
    return texts("reminders.before", times=Markup(", ".join(said)))
