"""The private threads of working groups: creates missing ones, and adds and removes members."""

import logging
from typing import Any, cast

import discord
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask
from bot.errors import UserError
from bot.known import UNKNOWN_CHANNEL, UNKNOWN_MEMBER, UNKNOWN_USER
from cogs.common.notice import Job, Sending, job
from db import groups as plans
from db.groups.models import WorkingGroup

log = logging.getLogger(__name__)

THREAD_NAME = 100
PRIVATE_THREAD = 12
A_WEEK = 10_080
"""Minutes of silence after which Discord archives a thread; writing in it reopens it."""
NOBODY_THERE = (UNKNOWN_CHANNEL, UNKNOWN_MEMBER, UNKNOWN_USER)


@job(plans.TEND)
class TendThread(Job):
    """Create a group's missing thread, add or remove somebody, or have a plan posted."""

    group: int
    add: int | None = None
    remove: int | None = None
    plan: int | None = None

    @override
    async def run(self, ctx: Sending) -> DiscordTask | None:
        group = await ctx.read(plans.find_group, self.group)
        return DiscordTask(lambda: self._tend(ctx, group)) if group is not None else None

    async def _tend(self, ctx: Sending, group: WorkingGroup) -> None:
        bot = ctx.bot
        members = await bot.store.read(plans.members, group.id)
        if self.remove is not None:
            known = group.thread_channel_id
            if known is not None and self.remove not in members and await opened(bot, known):
                await _quietly(bot.http.remove_user_from_thread(known, self.remove))
            return
        channel_id, fresh = await _thread(bot, group)
        members = await bot.store.read(plans.members, group.id)
        refused: discord.HTTPException | None = None
        for user_id in members if fresh else [one for one in members if one == self.add]:
            try:
                await _quietly(bot.http.add_user_to_thread(channel_id, user_id))
            except discord.Forbidden as error:
                refused = error  # the others are added all the same; the organisers are told
        if self.plan is not None:
            await bot.store.write(self._post, self.plan, channel_id, ctx)
        if refused is not None:
            raise refused

    def _post(self, session: Session, plan_id: int, channel_id: int, ctx: Sending) -> None:
        try:
            plan = plans.find(session, plan_id, guild_id=ctx.delivery.guild_id)
        except UserError:
            return
        plans.posted_in(session, plan, channel_id, now=ctx.now)


async def opened(bot: Bot, channel_id: int) -> bool:
    """Reopen an archived thread, whose members can't be changed; return False when it is gone."""
    try:
        found = cast("dict[str, Any]", await bot.http.get_channel(channel_id))
        if found.get("thread_metadata", {}).get("archived"):
            await bot.http.edit_channel(channel_id, archived=False)
    except discord.NotFound as error:
        if error.code != UNKNOWN_CHANNEL:
            raise
        return False
    return True


async def _thread(bot: Bot, group: WorkingGroup) -> tuple[int, bool]:
    """Return the thread of a group, and whether it was just created.

    Raises:
        HTTPException: the region's channel is gone, or the permission is missing.
    """
    known = group.thread_channel_id
    if known is not None:
        if await opened(bot, known):
            return known, False
        log.info("the thread of a working group is gone; making another")
    anew = known is not None or await bot.store.read(plans.had_thread, group.id)
    channel_id = await _orphan(bot, group) or await _begun(bot, group)
    await bot.store.write(
        plans.thread_made, group.id, channel_id, guild_id=group.guild_id, anew=anew, now=bot.clock.now()
    )
    return channel_id, True


async def _orphan(bot: Bot, group: WorkingGroup) -> int | None:
    """Return a thread created for this group whose response was lost, or before the process died.

    Ask Discord: the cache learns of threads later, and only in the process that serves the server.
    """
    me, listed = bot.user, await bot.http.get_active_threads(group.guild_id)
    wanted = (group.region.channel_id, group.name[:THREAD_NAME], me.id if me is not None else 0)
    for one in listed["threads"]:
        found = (int(one.get("parent_id") or 0), one["name"], int(one.get("owner_id") or 0))
        thread_id = int(one["id"])
        if thread_id == group.thread_channel_id or found != wanted:
            continue
        if await bot.store.read(plans.in_thread, thread_id) is None:
            return thread_id
    return None


async def _begun(bot: Bot, group: WorkingGroup) -> int:
    made = await bot.http.start_thread_without_message(
        group.region.channel_id,
        name=group.name[:THREAD_NAME],
        auto_archive_duration=A_WEEK,
        type=PRIVATE_THREAD,
        invitable=False,
    )
    return int(made["id"])


async def _quietly(request: Any) -> None:
    """Add or remove somebody, ignoring that they left the server or the thread is gone."""
    try:
        await request
    except discord.HTTPException as error:
        if error.code not in NOBODY_THERE:
            raise
