"""Where a command was used and by whom: the server's record, the region of the channel, and rights."""

from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.domain.names import fold, nearest
from bot.domain.rights import organises
from bot.domain.terms import terms_of
from bot.domain.when import Terms
from bot.errors import NeedsSetup, Refused, UserError
from bot.known import role_ids
from db.models import Guild, Region


@dataclass(frozen=True, slots=True)
class Here:
    """The server and channel of an interaction, and what its user may do there."""

    guild: Guild
    region: Region | None
    role_ids: frozenset[int]
    admin: bool
    languages: tuple[str, ...] = ()
    """The language of the member's Discord, for dates that are not English."""

    @property
    def zone(self) -> ZoneInfo:
        """The server's zone."""
        return ZoneInfo(self.guild.zone)

    @property
    def terms(self) -> Terms | None:
        """The server's school terms, None when none are set."""
        return terms_of(self.guild.terms)

    def organises(self, region: Region | None) -> bool:
        """Whether the user organises `region` (None: any region)."""
        roles = [(role.role_id, role.region_id) for role in self.guild.organiser_roles]
        return organises(self.role_ids, roles, region_id=region.id if region else None, admin=self.admin)

    def must_organise(self, region: Region | None) -> None:
        """Refuse whoever does not organise `region`, and say who can.

        Raises:
            Refused: naming the region and the organisers' roles.
        """
        if not self.organises(region):
            raise Refused("errors.organisers_only", region=region.name if region else "your region")

    def must_organise_for(self, region: Region | None) -> None:
        """Refuse whoever does not organise `region`, or (None: it concerns all of them) every region.

        Raises:
            Refused: naming a region that is not theirs.
        """
        for one in [region] if region is not None or not self.guild.regions else self.guild.regions:
            self.must_organise(one)

    def the_region(self, words: str | None) -> Region:
        """Return the region that was named, or that of this channel.

        Raises:
            NeedsSetup: no region is set up at all.
            UserError: no such region (with the nearest names), or none named outside a region's channel.
        """
        if not self.guild.regions:
            raise NeedsSetup("errors.no_regions_yet")
        if words is None:
            if self.region is not None:
                return self.region
            if len(self.guild.regions) == 1:
                return self.guild.regions[0]
            raise UserError("errors.which_region", regions=_listed(self.guild.regions))
        for region in self.guild.regions:
            if (fold(words) or words) == region.folded or words == str(region.id):
                return region
        near = nearest(words, [region.name for region in self.guild.regions])
        if near:
            raise UserError("errors.no_such_region_near", name=words[:60], near=near[0])
        raise UserError("errors.no_such_region", name=words[:60], regions=_listed(self.guild.regions))


def _listed(regions: list[Region]) -> str:
    return ", ".join(region.name for region in regions)


async def here(interaction: discord.Interaction[Any]) -> Here:
    """Return where an interaction took place.

    Raises:
        UserError: in a DM, where there is no server.
        NeedsSetup: the server has not been set up.
    """
    bot = cast("Bot", interaction.client)
    if interaction.guild_id is None:
        raise UserError("errors.only_in_server")
    guild = await bot.guild_record(interaction.guild_id)
    if guild is None or guild.set_up_at is None:
        raise NeedsSetup("errors.needs_setup")
    return place(interaction, guild)


def place(interaction: discord.Interaction[Any], guild: Guild) -> Here:
    """Return where an interaction took place, in a server that is known."""
    channel = interaction.channel
    ids = {interaction.channel_id}
    if isinstance(channel, discord.Thread):
        ids.add(channel.parent_id)
    region = next((region for region in guild.regions if region.channel_id in ids), None)
    # Not the roles that are in memory: Discord may not have delivered the server, or an event was missed.
    return Here(
        guild,
        region,
        role_ids(interaction.user),
        interaction.permissions.manage_guild,
        languages_of(interaction),
    )


def languages_of(interaction: discord.Interaction[Any]) -> tuple[str, ...]:
    """Return the language of the member's Discord ('fr'), nothing for English."""
    language = interaction.locale.value.partition("-")[0]
    return () if language == "en" else (language,)
