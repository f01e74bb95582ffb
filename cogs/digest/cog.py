"""The weekly digest: what it says, and the form by which a member chooses its day."""

from collections.abc import Iterable, Iterator
from datetime import time
from enum import auto
from typing import Any
from zoneinfo import ZoneInfo

import discord
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.digest import HOURS, USUAL_HOUR
from bot.domain.rights import organises
from bot.errors import NotKnownYet, UserError
from bot.texts import Markup, Texts, plain
from bot.texts.times import clock, short, short_day
from cogs.common.base import MEMBERS, Card, fitting, line, row
from cogs.common.buttons import Button, GuildId, Id
from cogs.common.campaigns import content_of, shown
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.forms import Form, OneOf
from cogs.common.notice import Job, Notice, Reason, Sending, job, notice, show_it
from cogs.common.people import NotChecked
from db import campaigns, digest, people
from db.digest import Ageing, Week
from db.models import Guild
from db.waiting import Waits

OFF = "off"


class DigestSettings(Button, name="digest"):
    """'Weekly digest'."""

    audience = MEMBERS

    guild: GuildId

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with what was chosen."""
        found = await ctx.read(digest.digest_of, ctx.user_id, guild_id=self.guild)
        typed = {"day": str(found.weekday), "hour": str(found.hour)} if found is not None else {}
        usual = {"day": OFF, "hour": str(USUAL_HOUR)}
        await ctx.open(DigestForm(ctx.texts, guild=self.guild, typed=usual | typed))


class DigestForm(Form, name="digest", words="digest.form"):
    """The form for the day on which the digest comes, if at all, and the hour."""

    audience = MEMBERS

    guild: GuildId

    def lines(self) -> Iterable[OneOf]:
        """Return the menus of days and hours."""
        days = {str(number): name for number, name in enumerate(self.texts.language.weekdays)}
        yield OneOf(OFF, offers=days, name="day")
        yield OneOf(offers={str(each): clock(time(each), self.texts) for each in HOURS}, name="hour")

    async def send(self, ctx: Context) -> None:
        """Store the choice, and say when it comes and what it replaces."""
        day, hour = self.typed["day"], int(self.typed["hour"])
        weekday = int(day) if day != OFF else None
        await ctx.write(digest.choose, ctx.user_id, guild_id=self.guild, weekday=weekday, hour=hour)
        if weekday is None:
            await ctx.reply(Card(ctx.text("digest.off")))
            return
        when = {"day": ctx.texts.language.weekdays[weekday], "hour": clock(time(hour), ctx.texts)}
        closed = None if await ctx.read(people.takes_messages, ctx.user_id) else ctx.text("digest.dms_off")
        await ctx.reply(Card(line(ctx.text("digest.on", **when), closed), ctx.text("digest.replaces")))


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

    verb = digest.plan


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
        when = {"day": texts.language.weekdays[chosen.weekday], "hour": clock(time(chosen.hour), texts)}
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


ROOM = 500
"""Most characters of each part, so that all of them fit into one message."""


def push_of(week: Week, texts: Texts) -> Markup:
    """Return the sentence for a lock screen: how many of what this week."""
    counted = (
        ("meetings", len(week.meetings)),
        ("waits", len(week.waits)),
        ("dates", len(week.dates) + len(week.deadlines)),
        ("questions", len(week.ageing)),
    )
    parts = [texts.count(f"digest.push.{name}", count) for name, count in counted if count]
    return (
        texts("digest.push.week", parts=Markup(", ".join(parts))) if parts else texts("digest.push.campaigns")
    )


def sections(week: Week, zone: ZoneInfo, texts: Texts, *, private: bool = False) -> Iterator[Markup]:
    """Yield the non-empty parts of a digest or, with `private`, what a locked phone must not show."""
    open_ones = [one for one in week.waits if (one.what == "action") is private]
    if private:
        yield from _part("waits", [_waits(one, zone, texts) for one in open_ones], texts)
        if week.suggestion is not None:
            campaign, action = week.suggestion
            yield line(texts("digest.suggestion", title=campaign.title), shown(action.words))
        return
    yield from _part("meetings", [_meeting(one, zone, texts) for one in week.meetings], texts)
    yield from _part("waits", [_waits(one, zone, texts) for one in open_ones], texts)
    everybody = [texts("digest.date", day=short_day(day, texts), name=name) for day, name in week.dates]
    everybody += [
        texts("digest.deadline", when=short(at, zone, texts), name=name) for at, name in week.deadlines
    ]
    yield from _part("everybody", everybody, texts)
    yield from _part("still", [_still(one, texts) for one in week.ageing], texts)


def _part(name: str, entries: list[Markup], texts: Texts) -> Iterator[Markup]:
    if entries:
        yield line(texts(f"digest.{name}.title"), fitting(entries, texts, room=ROOM))


def _meeting(one: Waits, zone: ZoneInfo, texts: Texts) -> Markup:
    when = short(one.at, zone, texts) if one.at is not None else ""
    return texts(f"digest.meetings.{one.detail or 'open'}", name=one.name, when=when)


def _waits(one: Waits, zone: ZoneInfo, texts: Texts) -> Markup:
    key = f"mine.{one.what}.when" if f"mine.{one.what}.when" in texts else "mine.when"
    when = texts(key, when=short(one.at, zone, texts)) if one.at is not None else ""
    name: Markup | str = one.name
    if one.what == "step":
        name = texts(f"network.steps.{one.name}.title")
    elif one.what == "task" and one.detail:
        name = texts(f"checklist.items.{one.detail}.title")
    return texts("digest.entry", words=texts(f"mine.{one.what}.line", name=name, about=one.about, when=when))


def _still(one: Ageing, texts: Texts) -> Markup:
    names = [plain(each.name) if each.name else Markup(f"<@{each.user_id}>") for each in one.contacts]
    ending = [plain(each.name) if each.name else Markup(f"<@{each.user_id}>") for each in one.ending]
    contacts = texts("digest.still.contacts", names=fitting(names, texts, between=", ", room=200))
    return line(
        texts("digest.still.region", region=one.region.name, channel=Markup(f"<#{one.region.channel_id}>")),
        contacts if names else texts("digest.still.nobody"),
        texts("digest.still.ending", names=Markup(", ".join(ending))) if ending else None,
    )


async def setup(bot: Bot) -> None:
    """Load this module's declarations."""
