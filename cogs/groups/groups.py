"""The card of a working group, and the buttons by which members join and leave it."""

import re
from collections.abc import Sequence
from typing import Any

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.errors import NotKnownYet, UserError
from bot.known import own_permissions
from bot.texts import Markup, Texts
from cogs.common.base import IN_SERVER, Action, Card, line, reply, row
from cogs.common.context import here
from cogs.groups.members import counted, names_of
from cogs.groups.sheet import OpenPlan
from cogs.groups.topics import topics
from db import counting
from db import groups as plans
from db.groups.models import WorkingGroup
from db.models import Region


class JoinGroup(
    Action, template=r"group:join:(?P<region>\d{1,9}):(?P<topic>(?:campaign|pillar):[\w-]{1,40})"
):
    """'Join this group': its other members see who joined."""

    audience = IN_SERVER

    def __init__(self, region_id: int, topic: str, texts: Texts) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(f"group:join:{region_id}:{topic}", texts("plans.join.button"), style=style)

    def read(self, match: re.Match[str]) -> None:
        """Take region and topic out of the custom_id."""
        self.region_id, self.topic = int(match["region"]), match["topic"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store that they joined, and show the group."""
        at = await here(interaction)
        region = next((one for one in at.guild.regions if one.id == self.region_id), None)
        name = (await topics(bot, at.guild.id)).get(self.topic)
        if region is None or name is None:
            raise UserError("plans.group.gone")
        await bot.store.write(
            plans.join,
            region,
            self.topic,
            name=name,
            user_id=interaction.user.id,
            now=bot.clock.now(),
        )
        await show(interaction, bot, region, self.topic, name, lead="plans.join.done")


class LeaveGroup(Action, template=r"group:leave:(?P<group>\d{1,9})"):
    """'Leave this group'."""

    audience = IN_SERVER

    def __init__(self, group_id: int, texts: Texts) -> None:
        super().__init__(f"group:leave:{group_id}", texts("plans.leave.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the group out of the custom_id."""
        self.group_id = int(match["group"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store that they left."""
        at = await here(interaction)
        left = await bot.store.write(
            plans.leave,
            self.group_id,
            interaction.user.id,
            guild_id=at.guild.id,
            now=bot.clock.now(),
        )
        again = row(JoinGroup(left.region_id, left.topic, bot.texts))
        said = bot.texts("plans.leave.done", name=left.name, region=left.region.name)
        await reply(interaction, Card(said, again))


async def show(
    interaction: discord.Interaction[Any],
    bot: Bot,
    region: Region,
    topic: str,
    name: str,
    *,
    lead: str | None = None,
) -> None:
    """Show a group: to its members who is in it and where it talks, to others how many they are."""
    user_id, now = interaction.user.id, bot.clock.now()

    def load(session: Session) -> tuple[WorkingGroup | None, Sequence[int], int]:
        group = plans.group_of(session, region.id, topic)
        if group is None:
            return None, (), 0
        shown = counting.published(session, region.guild_id, plans.family(group.id))
        return group, plans.members(session, group.id), sum(shown.values())

    group, members, shown = await bot.store.read(load)
    texts = bot.texts
    title = texts("plans.group.title", name=name, region=region.name)
    said = texts(lead) if lead is not None else None
    if group is None or user_id not in members:
        await reply(
            interaction,
            Card(
                line(title, counted(shown, texts)),
                texts("plans.group.outside"),
                row(JoinGroup(region.id, topic, texts)),
            ),
        )
        return
    if group.thread_channel_id is None and lead is None:
        # It was deleted, or could not be made: whoever looks for it is worth another try.
        await bot.store.write(plans.tend, group, now=now)
    await reply(
        interaction,
        Card(
            line(said, title) if said else title,
            line(
                texts("plans.group.names", names=names_of(members, texts)),
                texts("plans.group.thread", thread=Markup(f"<#{group.thread_channel_id}>"))
                if group.thread_channel_id is not None
                else texts(await _trouble(bot, region)),
            ),
            row(OpenPlan(group.id, texts), LeaveGroup(group.id, texts)),
        ),
    )


async def _trouble(bot: Bot, region: Region) -> str:
    """Return what to say of a thread that is not there: on its way, or what keeps it from coming."""
    try:
        channel = await bot.known.channel(region.guild_id, region.channel_id)
    except NotKnownYet:
        return "plans.group.no_thread"
    if not isinstance(channel, discord.TextChannel):
        return "plans.group.no_channel"
    held = own_permissions(channel)
    if held is not None and not (held.create_private_threads and held.send_messages_in_threads):
        return "plans.group.no_permission"
    return "plans.group.no_thread"


def hello_card(group: WorkingGroup, texts: Texts, *, anew: bool, plan: Markup) -> Card:
    """Return the first message in a group's thread."""
    return Card(
        texts("plans.hello.title", name=group.name, region=group.region.name),
        texts("plans.hello.anew") if anew else None,
        texts("plans.hello.words", plan=plan),
    )
