"""`/setup change`, section Suggestions for campaigns: when the channel for everybody gets suggestions."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.domain.campaigns import Cadence, Campaign, read_clock
from bot.domain.terms import terms_of
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button
from cogs.common.campaigns import all_campaigns, shown
from cogs.common.context import Context
from cogs.common.forms import Form, Line, OneOf
from cogs.common.times import clock, written
from db import campaigns
from db.campaigns.models import PromptPlan
from db.campaigns.planning import cadence_of
from db.models import Guild


def cadence_words(plan: PromptPlan, texts: Texts) -> Markup:
    """Return when prompts come: 'every Wednesday at 12:30'."""
    day = texts.language.weekdays[plan.weekday]
    return texts.count("campaigns.setup.every", plan.every, day=day, time=clock_of(plan, texts))


def clock_of(plan: PromptPlan, texts: Texts) -> Markup:
    """Return at what time prompts come: '12.30pm'."""
    return clock(time.fromisoformat(plan.clock), texts)


def suggestions_line(plan: PromptPlan | None, texts: Texts) -> Markup:
    """Return in a line whether and when suggestions come; before there is a plan, the default."""
    if plan is None:
        usual = Cadence()
        plan = PromptPlan(
            enabled=True, weekday=usual.weekday, clock=f"{usual.clock:%H:%M}", every=usual.every
        )
    if not plan.enabled:
        return texts("campaigns.setup.check_off")
    return texts("campaigns.setup.check_on", cadence=cadence_words(plan, texts))


def setup_card(guild: Guild, plan: PromptPlan, found: Sequence[Campaign], bot: Bot, *, now: datetime) -> Card:
    """Return how prompts are set up in a server."""
    texts, zone = bot.texts, ZoneInfo(guild.zone)
    on = [shown(campaign.title) for campaign in found if campaign.enabled]
    change = row(PlanPrompts(label=texts("campaigns.setup.plan.button")))
    if not plan.enabled:
        return Card(texts("campaigns.setup.title"), texts("campaigns.setup.off"), change)
    day = campaigns.upcoming_day(plan, guild, now=now)
    return Card(
        texts("campaigns.setup.title"),
        line(
            texts("campaigns.setup.on", cadence=cadence_words(plan, texts)),
            texts("campaigns.setup.next", when=written(cadence_of(plan).opens(day, zone), zone))
            if day is not None
            else texts("campaigns.setup.next_none"),
            texts("campaigns.setup.campaigns", titles=Markup(", ".join(on)))
            if on
            else texts("campaigns.none_on"),
        ),
        texts("campaigns.setup.terms")
        if terms_of(guild.terms) is not None
        else texts("campaigns.setup.no_terms", terms=bot.mention("setup change")),
        change,
    )


class PlanPrompts(Button, name="prompts:plan"):
    """'Change day and time'."""

    style = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in with the plan."""
        ctx.must_manage()
        plan = await ctx.write(campaigns.make_plan, ctx.guild.id, zone=ctx.zone)
        typed = {"prompts": "on" if plan.enabled else "off", "day": str(plan.weekday)}
        typed |= {"time": clock_of(plan, ctx.texts), "every": plan.every}
        await ctx.open(PlanForm(ctx.texts, typed=typed))


class PlanForm(Form, name="prompts", words="campaigns.setup.form"):
    """The form for whether and when suggestions come."""

    def lines(self) -> Iterable[Line | OneOf]:
        """Return the fields."""
        yield OneOf("on", "off", name="prompts")
        yield OneOf(
            offers={str(day): self.texts.language.weekdays[day] for day in range(SCHOOL_DAYS)}, name="day"
        )
        yield Line(20, name="time")
        yield Line(2, name="every")

    async def send(self, ctx: Context) -> None:
        """Store the plan, and show it."""
        ctx.must_manage()
        typed = self.typed
        at, every = read_clock(typed["time"]), typed["every"].strip()
        if at is None:
            raise UserError("campaigns.setup.time_unread", words=typed["time"])
        if not every.isdecimal() or not 1 <= int(every) <= MOST_WEEKS:
            raise UserError("campaigns.setup.every_unread", words=every, most=MOST_WEEKS)
        await ctx.write(
            campaigns.replan,
            ctx.guild.id,
            enabled=typed["prompts"] == "on",
            weekday=int(typed["day"]),
            clock=at,
            every=int(every),
        )
        await show_plan(ctx)


MOST_WEEKS, SCHOOL_DAYS = 12, 5


async def show_plan(ctx: Context) -> None:
    """Show when a server gets suggestions, and for which campaigns."""
    ctx.must_manage()
    guild = ctx.guild
    plan = await ctx.write(campaigns.make_plan, guild.id, zone=ctx.zone)
    found = await all_campaigns(ctx.bot, guild.id)
    await ctx.reply(setup_card(guild, plan, found, ctx.bot, now=ctx.now))
