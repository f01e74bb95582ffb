"""`/setup change`, section Mentions: which role each region's messages mention, and what stops it from notifying."""

from collections.abc import Iterable, Mapping

import discord
from discord import ui

from bot.app import Bot
from bot.errors import NotKnownYet, UserError
from bot.known import own_permissions
from bot.texts import Markup, Texts, plain
from cogs.common.base import Card, fitting, line
from cogs.common.buttons import Id, PagedMenu
from cogs.common.context import Context
from cogs.common.forms import Form, OneOf, Pick
from db import guilds
from db.models import Guild, Region
from db.setup import mentions


class PingRegion(PagedMenu, name="pings"):
    """The menu of regions, which opens the chosen one's form."""

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with the region's present role."""
        guild_id, number = ctx.must_manage(), self.the_one()
        regions = ctx.record.regions if ctx.record is not None else ()
        region = next((one for one in regions if str(one.id) == number), None)
        if region is None:
            raise UserError("setup.pings.region_gone")
        roles = await ctx.read(mentions.roles_of, guild_id)
        typed = {"role": roles.get(region.id), "reminders": "yes" if region.mention_reminders else "no"}
        await ctx.open(PingsForm(ctx.texts, region=region.id, typed=typed))


class PingsForm(Form, name="pings", words="setup.pings"):
    """The form for the role that a region's messages mention, and whether last reminders do too."""

    region: Id
    role = Pick(ui.RoleSelect, required=False)
    reminders = OneOf("no", "yes")

    async def send(self, ctx: Context) -> None:
        """Store the choice, and show each region's role."""
        guild_id = ctx.must_manage()
        role = self.role
        if role is not None and role.is_default():
            raise UserError("setup.pings.everyone")
        role_id, reminders = role.id if role is not None else None, self.reminders == "yes"
        await ctx.set_up(mentions.choose, self.region, role_id=role_id, reminders=reminders)
        await ctx.reply(await pings_card(ctx.bot, guild_id))


async def pings_card(bot: Bot, guild_id: int) -> Card:
    """Return whom each region's messages mention, what stops that from notifying, and the menu to change it."""
    texts = bot.texts
    record = await bot.guild_record(guild_id)
    if record is None or record.set_up_at is None or not record.regions:
        return Card(texts("setup.pings.no_regions"))
    roles = await bot.store.read(mentions.roles_of, guild_id)
    lines = [_line(region, roles.get(region.id), texts) for region in record.regions]
    missing, unknown = await faults(bot, record, roles)
    offers = [(region.name, str(region.id)) for region in record.regions]
    return Card(
        texts("setup.pings.title"),
        fitting(lines, texts, room=1_600),
        line(texts("setup.pings.unknown") if unknown else None, fitting(missing, texts, room=1_000)) or None,
        texts("setup.pings.how"),
        *PingRegion.rows(texts("setup.pings.placeholder"), offers),
    )


def _line(region: Region, role_id: int | None, texts: Texts) -> Markup:
    if role_id is None:
        return texts("setup.pings.nobody", region=region.name)
    key = "setup.pings.with_reminders" if region.mention_reminders else "setup.pings.some"
    return texts(key, region=region.name, role=Markup(f"<@&{role_id}>"))


def silent_regions(regions: Iterable[Region], roles: Mapping[int, int], texts: Texts) -> Markup | None:
    """Return which regions mention nobody and the consequence; None if each has a role."""
    names = [plain(region.name) for region in regions if region.id not in roles]
    if not names:
        return None
    return texts("setup.pings.silent", regions=fitting(names, texts, between=", ", room=300))


async def faults(bot: Bot, record: Guild, roles: Mapping[int, int]) -> tuple[list[Markup], bool]:
    """Return what stops mentions from notifying, and whether something can't be checked yet."""
    wanted = [(region.channel_id, roles[region.id]) for region in record.regions if region.id in roles]
    wanted += [
        (record.organisers_channel_id, role_id)
        for role_id in guilds.helping_roles(record)
        if record.organisers_channel_id
    ]
    found: list[Markup] = []
    unknown = False
    for channel_id, role_id in wanted:
        try:
            role = await bot.known.role(record.id, role_id)
            channel = await bot.known.channel(record.id, channel_id)
        except NotKnownYet:
            unknown = True
            continue
        if role is None:
            if (
                channel_id != record.organisers_channel_id
            ):  # /setup check itself reports this for organisers' roles
                found.append(bot.texts("setup.pings.role_gone", channel=Markup(f"<#{channel_id}>")))
        elif isinstance(channel, discord.abc.GuildChannel):
            may = may_mention(role, channel)
            unknown |= may is None
            if may is False:
                found.append(
                    bot.texts(
                        "setup.pings.permission",
                        channel=Markup(f"<#{channel_id}>"),
                        role=Markup(role.mention),
                        permission=bot.texts("permissions.mention_everyone"),
                    )
                )
    return found, unknown


def may_mention(
    role: discord.Role, channel: discord.abc.GuildChannel, me: discord.Member | None = None
) -> bool | None:
    """Whether the bot's mention of a role notifies (`me` where the cache lacks the bot); None if unknown yet."""
    if role.mentionable:
        return True
    held = own_permissions(channel, me)
    return held.mention_everyone if held is not None else None
