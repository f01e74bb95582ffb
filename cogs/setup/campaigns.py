"""`/setup campaigns`: when the channels get suggestions, and which do not."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app import Bot
from bot.domain.campaigns import Cadence, Campaign, read_clock
from bot.domain.terms import terms_of
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.base import Card, line
from cogs.common.campaigns import all_campaigns, shown
from cogs.common.context import Context
from cogs.common.options import Switch
from cogs.common.times import written
from db import campaigns
from db.campaigns.models import PromptPlan
from db.campaigns.planning import cadence_of
from db.models import Guild

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def cadence_words(plan: PromptPlan, texts: Texts) -> Markup:
    """Return when prompts come: 'every Wednesday at 12:30'."""
    day = texts.language.weekdays[plan.weekday]
    return texts.count("campaigns.setup.every", plan.every, day=day, time=plan.clock)


def suggestions_line(plan: PromptPlan | None, texts: Texts) -> Markup:
    """Return in a line whether and when the channels get suggestions; before there is a plan, what it will be."""
    if plan is None:
        usual = Cadence()
        clock = f"{usual.clock:%H:%M}"
        plan = PromptPlan(enabled=True, weekday=usual.weekday, clock=clock, every=usual.every)
    if not plan.enabled:
        return texts("campaigns.setup.check_off")
    return texts("campaigns.setup.check_on", cadence=cadence_words(plan, texts))


def setup_card(
    guild: Guild,
    plan: PromptPlan,
    muted: Collection[int],
    found: Sequence[Campaign],
    bot: Bot,
    *,
    now: datetime,
) -> Card:
    """Return how prompts are set up in a server."""
    texts, zone = bot.texts, ZoneInfo(guild.zone)
    quiet = [plain(region.name) for region in guild.regions if region.id in muted]
    on = [shown(campaign.title) for campaign in found if campaign.enabled]
    how = texts("campaigns.setup.how", setup=bot.mention("setup campaigns"))
    if not plan.enabled:
        return Card(texts("campaigns.setup.title"), texts("campaigns.setup.off"), how)
    day = campaigns.upcoming_day(plan, guild, now=now)
    return Card(
        texts("campaigns.setup.title"),
        line(
            texts("campaigns.setup.on", cadence=cadence_words(plan, texts)),
            texts("campaigns.setup.next", when=written(cadence_of(plan).opens(day, zone), zone))
            if day is not None
            else texts("campaigns.setup.next_none"),
            texts("campaigns.setup.muted", regions=Markup(", ".join(quiet))) if quiet else None,
            texts("campaigns.setup.campaigns", titles=Markup(", ".join(on)))
            if on
            else texts("campaigns.none_on"),
        ),
        texts("campaigns.setup.terms")
        if terms_of(guild.terms) is not None
        else texts("campaigns.setup.no_terms", terms=bot.mention("setup terms")),
        how,
    )


MOST_WEEKS = 12


async def change_plan(
    ctx: Context,
    prompts: Switch | None,
    weekday: int | None,
    time: str | None,
    every: int | None,
    region: str | None,
) -> None:
    """Change when the channels get suggestions, or whether a region does, and show it."""
    ctx.must_manage()
    clock = read_clock(time) if time is not None else None
    if time is not None and clock is None:
        raise UserError("campaigns.setup.time_unread", words=time[:40])
    if region is not None and prompts is not None:
        chosen = ctx.the_region(region)
        await ctx.write(campaigns.mute, chosen, on=prompts == "on")
        key = "campaigns.setup.unmuted_done" if prompts == "on" else "campaigns.setup.muted_done"
        await ctx.reply(Card(ctx.text(key, region=chosen.name)))
        return
    if any(one is not None for one in (prompts, weekday, time, every)):
        await ctx.write(
            campaigns.replan,
            ctx.guild.id,
            enabled=prompts == "on" if prompts is not None else None,
            weekday=weekday,
            clock=clock,
            every=every,
        )
    await show_plan(ctx)


async def show_plan(ctx: Context) -> None:
    """Show when a server's channels get suggestions, for which campaigns, and which regions get none."""
    ctx.must_manage()
    guild = ctx.guild
    plan = await ctx.write(campaigns.make_plan, guild.id, zone=ctx.zone)
    quiet = await ctx.read(campaigns.muted, guild.id)
    found = await all_campaigns(ctx.bot, guild.id)
    await ctx.reply(setup_card(guild, plan, quiet, found, ctx.bot, now=ctx.now))
