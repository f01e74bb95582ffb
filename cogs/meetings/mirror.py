"""Meetings as Discord's scheduled events: kept in step with the store; Interested counts as 'maybe'."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import discord
from discord.ext import commands
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask, Outgoing
from bot.discord_client import on_interested, transient
from bot.domain.mirror import (
    ACTIVE,
    DESCRIPTION,
    LOCATION,
    NAME,
    SCHEDULED,
    Known,
    Present,
    Shown,
    Step,
    cut,
    mark,
    marked,
    plan,
)
from bot.known import own_permissions_in
from bot.patience import patiently
from bot.texts import Markup, Texts
from cogs.common.base import Card, line
from cogs.common.notice import Job, Notice, Sending, job, notice
from cogs.meetings.subjects import link_to, starting
from db.meetings import integrations, mirror
from db.meetings.models import Meeting
from db.models import Guild


def shown(meeting: Meeting, texts: Texts, *, guild_id: int) -> Shown:
    """Return the content of a meeting's event, without naming members."""
    words = line(
        texts("mirror.of", region=_as_it_is(meeting.region.name)),
        starting(meeting),
        texts("mirror.online", online=_as_it_is(meeting.online)) if meeting.online else None,
        texts("mirror.access", access=_as_it_is(meeting.access)) if meeting.access else None,
        texts("mirror.answer", link=link_to(guild_id, meeting.channel_id)),
    )
    end = f"\n{mark(meeting.id)}"
    return Shown(
        name=cut(meeting.title, NAME),
        description=cut(words, DESCRIPTION - len(end)) + end,
        location=cut(meeting.venue or meeting.online or texts("mirror.nowhere"), LOCATION),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
    )


def _as_it_is(text: str) -> Markup:
    # Events notify nobody, and not every client formats their text, so backslash escapes would show.
    return Markup(" ".join(text.split()))


@notice(mirror.BLOCKED)
class EventsBlocked(Notice):
    """News that the bot may not create events."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, and what to do."""
        return Outgoing(Card(ctx.texts("mirror.blocked")), push=ctx.push("mirror.push"))


log = logging.getLogger(__name__)

# At a place outside Discord, for members of the server only.
KIND: dict[str, Any] = {"entity_type": 3, "privacy_level": 2}
UNKNOWN_EVENT = 10070
INTERESTED = "interested"
MAY_NOT = (50001, 50013)
PAGE, PAGES = 100, 20


class Mirror(commands.Cog):
    """Keeps a server's events in step with its meetings."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register it for its job, and listen for Interested."""
        self.bot.provide(self)
        self.bot.inbox.kind(INTERESTED, self._heard, self._repair)
        on_interested(self.bot, self._on_interested)

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Repair what changed on Discord while the bot was not running."""
        await self._repair()

    @commands.Cog.listener()
    async def on_events_missed(self) -> None:
        """Repair what may have changed while the connection was lost."""
        await self._repair()

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Repair what may have changed while a server was unavailable."""
        if self.bot.started:
            await self._repair([guild.id])

    async def _repair(self, guild_ids: Sequence[int] | None = None) -> None:
        ids = guild_ids if guild_ids is not None else [guild.id for guild in self.bot.guilds]
        await patiently(self.bot.store, None, mirror.repair, ids, now=self.bot.clock.now())

    async def _check(self, guild_id: int) -> None:
        await patiently(self.bot.store, None, integrations.touch_events, guild_id, self.bot.clock.now())

    @commands.Cog.listener()
    async def on_scheduled_event_delete(self, event: discord.ScheduledEvent) -> None:
        """Check again when somebody has deleted one of our events."""
        if await self.bot.store.read(mirror.shown_by, event.guild_id, event.id) is not None:
            await self._check(event.guild_id)

    @commands.Cog.listener()
    async def on_scheduled_event_update(
        self, before: discord.ScheduledEvent, after: discord.ScheduledEvent
    ) -> None:
        """Check again when one of our events no longer matches its meeting."""
        found = await self.bot.store.read(mirror.shown_by, after.guild_id, after.id)
        if found is None:
            return
        begins, ends = after.start_time, after.end_time or after.start_time
        present = Shown(after.name, after.description or "", after.location or "", begins, ends)
        wanted = shown(found, self.bot.texts, guild_id=after.guild_id)
        live = after.status.value in (SCHEDULED, ACTIVE) and found.cancelled_at is None
        if not live or wanted != present:
            await self._check(after.guild_id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Check again once the bot may create events."""
        chosen = await self.bot.store.read(integrations.of, after.guild.id)
        if chosen is not None and chosen.events_blocked_at is not None and may_make_events(after.guild):
            await self._check(after.guild.id)

    def _on_interested(self, guild_id: int, event_id: int, user_id: int, pressed: bool) -> None:
        self.bot.inbox.put(INTERESTED, (guild_id, event_id, user_id), pressed)
        if pressed:
            self.bot.somebody_acts(guild_id, user_id)

    async def _heard(self, batch: Mapping[tuple[int, int, int], bool]) -> None:
        """Count Interested as 'maybe'."""
        ours: dict[int, Guild] = {}
        for guild_id, event_id in {(guild_id, event_id) for guild_id, event_id, _ in batch}:
            guild = await self.bot.guild_record(guild_id)
            if guild is not None and await self.bot.store.read(mirror.shown_by, guild_id, event_id):
                ours[event_id] = guild

        def press(session: Session) -> None:
            for (_, event_id, user_id), pressed in batch.items():
                if (guild := ours.get(event_id)) is not None:
                    now = self.bot.clock.now()
                    mirror.press(session, event_id, user_id, guild=guild, pressed=pressed, now=now)

        if ours:
            await self.bot.store.write(press)

    async def keep(self, guild: Guild, *, repair: bool) -> None:
        """Compare Discord's events with our meetings, and send any necessary changes."""
        listed: Sequence[Any] = await self.bot.http.get_scheduled_events(guild.id, with_user_count=False)
        ours = [one for one in map(self._present, listed) if one is not None]
        now = self.bot.clock.now()
        found, wanted = await self.bot.store.read_in_thread(mirror.to_show, guild.id, now=now)
        hidden = {one: await self._hidden(guild.id, one) for one in {each.channel_id for each in found}}
        known = [
            Known(
                meeting_id=one.id,
                event_id=one.event_id,
                shown=shown(one, self.bot.texts, guild_id=guild.id),
                cancelled=one.cancelled_at is not None,
                wanted=one.id in wanted and not hidden[one.channel_id],
            )
            for one in found
        ]
        steps, links = plan(known, ours, others=len(listed) - len(ours), now=now)
        for meeting_id, event_id in links.items():
            await self.bot.store.write(mirror.link, meeting_id, event_id)
        try:
            await self._carry_out(guild.id, steps)
        except discord.Forbidden as error:
            if error.code not in MAY_NOT:
                raise
            await self.bot.store.write(mirror.blocked, guild.id, now=now)
            return
        if repair:
            await self._who_was_interested(guild)
        changes = [
            at for one in known if one.wanted for at in (one.shown.starts_at, one.shown.ends_at) if at > now
        ]
        await self.bot.store.write(mirror.looked, guild.id, now=now, next_at=min(changes, default=None))

    async def _carry_out(self, guild_id: int, steps: Sequence[Step]) -> None:
        """Send the requests one by one; a refused one does not stop the others, and is raised at the end."""
        refused: discord.HTTPException | None = None
        for step in steps:
            try:
                await self._send(guild_id, step)
            except discord.HTTPException as error:
                if transient(error) or error.code in MAY_NOT:
                    raise
                log.warning("Discord refused an event of meeting %s: %s", step.meeting_id, error.code)
                refused = error
        if refused is not None:
            raise refused

    async def _send(self, guild_id: int, step: Step) -> None:
        http, store = self.bot.http, self.bot.store
        if step.event_id is None:
            made = await http.create_guild_scheduled_event(guild_id, **(dict(step.fields) | KIND))
            if step.meeting_id is not None:
                await store.write(mirror.link, step.meeting_id, int(made["id"]))
            return
        ended = step.delete or step.ends
        try:
            if step.delete:
                await http.delete_scheduled_event(guild_id, step.event_id)
            else:
                await http.edit_scheduled_event(guild_id, step.event_id, **step.fields)
        except discord.NotFound as error:
            if error.code != UNKNOWN_EVENT:
                raise
            ended = True  # somebody changed it first; the check that their change triggers makes it again
        if ended and step.meeting_id is not None:
            await store.write(mirror.link, step.meeting_id, None)

    def _present(self, data: Any) -> Present | None:
        """Return an event for the rules; None for one that is not ours."""
        number = marked(data.get("description"))
        me = self.bot.user
        if number is None or me is None or str(data.get("creator_id")) != str(me.id):
            return None
        where: dict[str, Any] = data.get("entity_metadata") or {}
        begins = datetime.fromisoformat(data["scheduled_start_time"])
        ends = (
            datetime.fromisoformat(data["scheduled_end_time"]) if data.get("scheduled_end_time") else begins
        )
        described, location = data.get("description") or "", where.get("location") or ""
        present = Shown(data["name"], described, location, begins, ends)
        return Present(int(data["id"]), number, present, int(data["status"]))

    async def _hidden(self, guild_id: int, channel_id: int) -> bool:
        """Whether a region's channel is private: its meetings get no events, which everybody in a server sees."""
        channel = await self.bot.known.channel(guild_id, channel_id)
        if not isinstance(channel, discord.abc.GuildChannel):
            return False
        return not channel.permissions_for(channel.guild.default_role).view_channel

    async def _who_was_interested(self, guild: Guild) -> None:
        """Catch up on who pressed Interested, or undid it, while the bot was away."""
        found, wanted = await self.bot.store.read_in_thread(
            mirror.to_show, guild.id, now=self.bot.clock.now()
        )
        for meeting in found:
            if meeting.event_id is None or meeting.id not in wanted:
                continue
            user_ids: list[int] = []
            for _ in range(PAGES):
                page: Sequence[Any] = await self.bot.http.get_scheduled_event_users(
                    guild.id, meeting.event_id, PAGE, False, after=user_ids[-1] if user_ids else None
                )
                user_ids += [int(one["user"]["id"]) for one in page]
                if len(page) < PAGE:
                    break
            await self.bot.store.write(
                mirror.pressed_on, meeting.id, user_ids, guild=guild, now=self.bot.clock.now()
            )


@job(integrations.EVENTS, needs_guild=True)
class KeepEvents(Job):
    """Bring a server's events in step with its meetings."""

    repair: bool = False

    @override
    async def run(self, ctx: Sending) -> DiscordTask | None:
        guild = await ctx.guild()
        server = ctx.bot.known.server(guild.id)
        if may_make_events(server) is False and await ctx.read(integrations.on, guild.id, "events"):
            await ctx.write(mirror.blocked, guild.id)
            return None
        return DiscordTask(lambda: ctx.bot.part(Mirror).keep(guild, repair=self.repair))


def may_make_events(server: discord.Guild) -> bool | None:
    """Whether the bot may create events in a server; None if unknown yet."""
    held = own_permissions_in(server)
    return held.create_events if held is not None else None
