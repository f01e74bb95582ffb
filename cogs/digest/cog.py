"""The weekly digest: chosen by each member, planned, and sent in private."""

from collections.abc import Sequence
from datetime import time
from enum import auto
from typing import Any

import discord
from discord import ui
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.digest import HOURS, USUAL_HOUR
from bot.domain.rights import organises
from bot.errors import NotKnownYet, UserError
from bot.texts import Texts
from bot.texts.times import clock
from cogs.common.base import MEMBERS, Card, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.campaigns import content_of
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.forms import Form
from cogs.common.notice import Job, Notice, Reason, Sending, job, notice
from cogs.common.sealed import show_it
from cogs.common.standings import NotChecked
from cogs.digest.card import push_of, sections
from db import campaigns, digest, people
from db.digest import Week
from db.models import Guild

OFF = "off"


class DigestSettings(Button, name="digest"):
    """'Weekly digest'."""

    audience = MEMBERS

    guild: GuildId

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with what was chosen."""
        found = await ctx.read(digest.digest_of, ctx.user_id, guild_id=self.guild)
        chosen = (found.weekday, found.hour) if found is not None else None
        await ctx.open(DigestForm(ctx.texts, guild=self.guild, chosen=chosen))


class DigestForm(Form, name="digest", words="digest.form"):
    """The form for the day on which the digest comes, if at all, and the hour."""

    audience = MEMBERS

    guild: GuildId

    def __init__(self, texts: Texts, *, guild: int, chosen: tuple[int, int] | None = None) -> None:
        super().__init__(texts, guild=guild)
        day, hour = chosen or (None, USUAL_HOUR)
        days = [(OFF, texts("digest.form.day.off.choice"))]
        days += [(str(number), name) for number, name in enumerate(texts.language.weekdays)]
        self.day = _menu("day", days, OFF if day is None else str(day))
        hours = [(str(each), clock(time(each), texts)) for each in HOURS]
        self.hour = _menu("hour", hours, str(hour))
        self.put(texts, "day", self.day)
        self.put(texts, "hour", self.hour)

    async def send(self, ctx: Context) -> None:
        """Store the choice, and say when it comes and what it replaces."""
        day, hour = self.day.values[0], self.hour.values[0]
        weekday = int(day) if day != OFF else None
        if not (weekday is None or weekday in range(7)) or int(hour) not in HOURS:
            raise UserError("errors.button_gone")
        await ctx.write(digest.choose, ctx.user_id, guild_id=self.guild, weekday=weekday, hour=int(hour))
        if weekday is None:
            await ctx.reply(Card(ctx.text("digest.off")))
            return
        when = {"day": ctx.texts.language.weekdays[weekday], "hour": clock(time(int(hour)), ctx.texts)}
        person = await ctx.read(people.person, ctx.user_id)
        closed = person is not None and not person.dms
        await ctx.reply(
            Card(
                line(ctx.text("digest.on", **when), ctx.text("digest.dms_off") if closed else None),
                ctx.text("digest.replaces"),
            )
        )


def _menu(name: str, choices: Sequence[tuple[str, str]], chosen: str) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=label, value=value, default=value == chosen) for value, label in choices
    ]
    return ui.Select[Any](custom_id=name, options=options)


class StillRight(Button, name="stillright"):
    """'Yes, still right': confirms what is known of a region."""

    audience = MEMBERS
    style = discord.ButtonStyle.success

    guild: GuildId
    region: Id

    async def press(self, ctx: Context) -> None:
        """Store that somebody checked. Raises Refused: they no longer organise the region."""
        region = ctx.region_of(self.region)
        if region is None:
            raise UserError("setup.pings.region_gone")
        ctx.must_organise(region)
        await ctx.write(digest.check, region)
        await ctx.reply(Card(ctx.text("digest.still.thanks", region=region.name)))


@job(digest.JOB)
class PlanDigests(Job):
    """Enqueue the next digest for all members of a server who want one."""

    @override
    async def run(self, ctx: Sending) -> None:
        await ctx.write(digest.plan)


class Why(Reason):
    """Why no digest is sent."""

    DIGEST_UNWANTED = auto()
    NOTHING_THIS_WEEK = auto()


@notice(digest.WEEK, shows="meeting checklist_item goal poll key_date publication region contact")
class WeeklyDigest(Notice):
    """A member's week: meetings of their regions, what waits for them, and what concerns everybody."""

    @override
    async def render(self, ctx: Sending) -> Outgoing:
        """Say what the week has; campaigns are behind a button, since a locked phone shows the message."""
        chosen = await ctx.read(digest.digest_of, ctx.member)
        person = await ctx.read(people.person, ctx.member)
        if chosen is None or (person is not None and not person.dms):
            raise Skip(Why.DIGEST_UNWANTED)
        guild = await ctx.guild()
        week = await self._week(ctx, guild)
        if week.is_empty:
            raise Skip(Why.NOTHING_THIS_WEEK)
        texts, zone = ctx.texts, people.zone_of(person, guild)
        hidden = week.suggestion is not None or any(one.what == "action" for one in week.waits)
        checks = [
            StillRight(
                label=texts("digest.still.button", region=one.region.name),
                guild=guild.id,
                region=one.region.id,
            )
            for one in week.ageing[:3]
        ]
        when = {
            "day": texts.language.weekdays[chosen.weekday],
            "hour": clock(time(chosen.hour), texts),
        }
        card = Card(
            *sections(week, zone, texts),
            texts("digest.more") if hidden else None,
            row(*checks) if checks else None,
            row(
                show_it(ctx.delivery, texts) if hidden else None,
                Do(label=texts("digest.mine.button"), command="mine"),
                DigestSettings(label=texts("digest.change.button"), guild=guild.id),
            ),
            texts("digest.why", **when),
        )
        return Outgoing(card, push=push_of(week, texts))

    async def show(self, ctx: Sending) -> Outgoing:
        """Show the part about campaigns."""
        guild = await ctx.guild()
        week = await self._week(ctx, guild, again=True)
        zone = people.zone_of(await ctx.read(people.person, ctx.member), guild)
        return Outgoing(Card(ctx.texts("digest.campaigns"), *sections(week, zone, ctx.texts, private=True)))

    async def _week(self, ctx: Sending, guild: Guild, *, again: bool = False) -> Week:
        person = await ctx.read(people.person, ctx.member)
        return await ctx.read(
            digest.week_of,
            ctx.member,
            guild=guild,
            zone=people.zone_of(person, guild),
            content=content_of(ctx.texts),
            organised=await _organised(ctx, guild),
            again=again,
        )

    @override
    def sent(self, session: Any, ctx: Sending, message_id: int | None) -> None:
        """Advance the campaign suggestions of somebody who asked for them."""
        campaigns.was_private(
            session, ctx.member, guild_id=ctx.guild_id, content=content_of(ctx.texts), now=ctx.now
        )


async def _organised(ctx: Sending, guild: Guild) -> list[int]:
    """Return the regions that a member organises, by their present roles.

    Raises:
        NotKnownYet: Discord can't say at present.
    """
    if not guild.organiser_roles:
        return []
    try:
        found = await ctx.bot.standings.of(guild.id, ctx.member)
    except NotChecked:
        raise NotKnownYet from None
    if found is None:
        return []
    roles = [(one.role_id, one.region_id) for one in guild.organiser_roles]
    # Managing the server does not bring the questions that its organisers get.
    return [
        one.id for one in guild.regions if organises(found.role_ids, roles, region_id=one.id, admin=False)
    ]


async def setup(bot: Bot) -> None:
    """Load this module's declarations."""
