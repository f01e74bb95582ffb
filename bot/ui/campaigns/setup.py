"""When the channels get suggestions: `/setup campaigns`."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.campaigns import Cadence, Campaign
from bot.domain.terms import terms_of
from bot.texts import Markup, Texts, plain
from bot.ui.base import Card, line
from bot.ui.campaigns.cards import shown
from bot.ui.times import written
from db import campaigns
from db.campaigns.planning import cadence_of
from db.models import Guild, PromptPlan

if TYPE_CHECKING:
    from datetime import datetime

    from bot.app import Bot

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def cadence_words(plan: PromptPlan, texts: Texts) -> Markup:
    """Return when prompts come: 'every Wednesday at 12:30'."""
    day = texts(f"campaigns.setup.days.{DAYS[plan.weekday]}")
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
    bot: "Bot",
    *,
    now: "datetime",
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
