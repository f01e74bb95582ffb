"""Campaigns and their actions: what was typed or picked, what a member gets next, and their wording."""

from discord import app_commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.campaigns import OTHER, Action, Campaign, Key, in_order, suggest
from bot.domain.campaigns.catalogue import Place, Time
from bot.domain.names import normalize
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.campaigns import all_campaigns, content_of, shown
from cogs.common.context import Context, Used, server_meant
from cogs.common.options import FreeTextAutocomplete, Offers, closest
from cogs.common.pick import pick
from db import campaigns

NOTE_LENGTH = 300


async def the_campaign(bot: Bot, guild_id: int, words: str) -> Campaign:
    """Return the campaign of a server that was picked or typed.

    Raises:
        UserError: it is unknown; names the nearest.
    """
    return pick(words, await all_campaigns(bot, guild_id), bot.texts, "campaign")


async def of_id(ctx: Context, slug: str) -> Campaign:
    """Return the campaign with that id. Raises UserError: it is gone."""
    for campaign in await all_campaigns(ctx.bot, ctx.guild_id):
        if campaign.id == slug:
            return campaign
    raise UserError("campaigns.unknown", words=slug)


def find_action(campaign: Campaign, words: str, texts: Texts) -> str:
    """Return the id of the action that was picked or typed; 'other' for something else.

    Raises:
        UserError: it is unknown; names the nearest.
    """
    there = [(str(action.words), action.id) for action in campaign.actions]
    there.append((str(texts("campaigns.done.something")), OTHER))
    return pick(words, there, texts, "action", name=lambda one: one[0], key=lambda one: one[1])[1]


class CampaignOption(FreeTextAutocomplete):
    """A campaign of this server: picked from the list, or typed by its name."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the campaigns that match what was typed."""
        found = await all_campaigns(bot, await server_meant(interaction))
        return closest(typed, {str(campaign.title): campaign.id for campaign in found})


class ActionOption(FreeTextAutocomplete):
    """An action of the campaign in the preceding option."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the actions of the campaign, and something else."""
        named = str(getattr(interaction.namespace, "campaign", "") or "")
        try:
            campaign = await the_campaign(bot, await server_meant(interaction), named)
        except UserError:
            return []
        offers = {str(action.words)[:100]: action.id for action in campaign.actions}
        offers[str(bot.texts("campaigns.done.something"))] = OTHER
        sought = normalize(typed)
        return [
            (words, action) for words, action in offers.items() if not sought or sought in normalize(words)
        ]


CampaignName = app_commands.Transform[str, CampaignOption]
ActionName = app_commands.Transform[str, ActionOption]
Note = app_commands.Range[str, 1, NOTE_LENGTH]


async def next_for(
    ctx: Context,
    campaign: Campaign | None,
    *,
    time: Time | None = None,
    place: Place | None = None,
    after: Key | None = None,
) -> tuple[Campaign, Action] | None:
    """Return the next suggestion that fits the member, from one campaign or from all that are on.

    Raises:
        UserError: none is on.
    """
    content = content_of(ctx.texts)

    def load(session: Session) -> tuple[list[Campaign], set[Key], set[Key]]:
        return (
            campaigns.campaigns_of(session, ctx.guild_id, content),
            campaigns.lately(session, ctx.user_id, guild_id=ctx.guild_id, now=ctx.now),
            campaigns.dismissals(session, ctx.user_id, guild_id=ctx.guild_id),
        )

    found, done, aside = await ctx.read(load)
    if campaign is None:
        found = in_order(one for one in found if one.enabled)
        if not found:
            raise UserError("campaigns.none_on")
    else:
        found = [campaign]
        aside -= {(campaign.id, "")}  # asking for it by name overrides putting it aside
    start = ctx.now.toordinal()
    return suggest(found, time=time, place=place, done=done, aside=aside, after=after, start=start)


def fit_of(action: Action, texts: Texts) -> Markup:
    """Return how long an action takes and where it is done: '5 minutes; in school or online'."""
    places = places_of(action, texts)
    return texts("campaigns.act.fit", time=texts(f"campaigns.times.{action.time}"), places=places)


def places_of(action: Action, texts: Texts) -> Markup:
    """Return where an action is done: 'in school or online'."""
    return Markup(texts("campaigns.or").join(texts(f"campaigns.places.{place}") for place in action.places))


def words_of(campaign: Campaign | None, action_id: str, texts: Texts) -> Markup:
    """Return an action in words; one that is gone or not listed is 'something else'."""
    action = campaign.action(action_id) if campaign is not None and action_id != OTHER else None
    return shown(action.words) if action is not None else texts("campaigns.mine.something")


CAMPAIGN = app_commands.Group(name="campaign", description="Campaigns.")
