"""Which campaign is meant, what a member was shown before, and who may change campaigns."""

from collections.abc import Sequence
from typing import Protocol, cast

from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.campaigns import OTHER, Action, Campaign, Key, in_order, suggest
from bot.domain.campaigns.catalogue import Place, Time
from bot.domain.names import fold, nearest
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, plain
from cogs.common.context import Here
from db import campaigns
from db.models import Region


class Keeper(Protocol):
    """The cog that keeps the campaigns of the content."""

    @property
    def content(self) -> Sequence[Campaign]:
        """The campaigns of the content, with the facts of the server in their words."""
        ...


def content_of(bot: Bot) -> Sequence[Campaign]:
    """Return the campaigns of the content, which the cog of campaigns keeps."""
    return cast("Keeper", bot.get_cog("Campaigns")).content


async def all_campaigns(bot: Bot, guild_id: int) -> list[Campaign]:
    """Return the campaigns of a server in its order, those that are switched off among them."""
    return await bot.store.read(campaigns.campaigns_of, guild_id, content_of(bot))


def find(found: Sequence[Campaign], words: str, texts: Texts) -> Campaign:
    """Return the campaign that was picked or typed by its name.

    Raises:
        UserError: there is none such; names the nearest.
    """
    sought = fold(words)
    for campaign in found:
        if words == campaign.id or (sought and sought in (fold(campaign.title), fold(campaign.id))):
            return campaign
    titles = {str(campaign.title): campaign for campaign in found}
    begins = [campaign for title, campaign in titles.items() if sought and fold(title).startswith(sought)]
    if len(begins) == 1:
        return begins[0]
    near = nearest(words, titles)
    if near:
        names = texts("campaigns.or").join(plain(name) for name in near)
        raise UserError("campaigns.unknown_near", words=words[:60], near=Markup(names))
    raise UserError("campaigns.unknown", words=words[:60])


async def the_campaign(bot: Bot, guild_id: int, words: str) -> Campaign:
    """Return the campaign of a server that was picked or typed.

    Raises:
        UserError: there is none such; names the nearest.
    """
    return find(await all_campaigns(bot, guild_id), words, bot.texts)


def find_action(campaign: Campaign, words: str, texts: Texts) -> str:
    """Return the id of the action that was picked or typed; 'other' for something else.

    Raises:
        UserError: there is none such.
    """
    sought = fold(words)
    if words == OTHER or sought == fold(texts("campaigns.done.something")):
        return OTHER
    for action in campaign.actions:
        if words == action.id or sought == fold(action.words):
            return action.id
    near = nearest(words, [str(action.words) for action in campaign.actions], most=1)
    for action in campaign.actions:
        if near and str(action.words) == near[0]:
            return action.id
    raise UserError("campaigns.done.action_unknown", title=campaign.title)


def must_organise_all(at: Here) -> None:
    """Refuse whoever does not organise every region: campaigns are the whole server's.

    Raises:
        Refused: they organise one region, or none; says who can.
    """
    if at.admin or any(
        role.region_id is None and role.role_id in at.role_ids for role in at.guild.organiser_roles
    ):
        return
    at.must_organise(None)
    raise Refused("campaigns.all_of_them")


async def next_for(
    bot: Bot,
    guild_id: int,
    user_id: int,
    *,
    campaign: Campaign | None,
    time: Time | None = None,
    place: Place | None = None,
    after: Key | None = None,
) -> tuple[Campaign, Action] | None:
    """Return the next suggestion that fits a member; of one campaign, or of all that are on.

    Raises:
        UserError: none is on.
    """
    now = bot.clock.now()

    content = content_of(bot)

    def load(session: Session) -> tuple[list[Campaign], set[Key], set[Key]]:
        return (
            campaigns.campaigns_of(session, guild_id, content),
            campaigns.lately(session, user_id, guild_id=guild_id, now=now),
            campaigns.asides(session, user_id, guild_id=guild_id),
        )

    found, done, aside = await bot.store.read(load)
    if campaign is None:
        found = in_order(one for one in found if one.enabled)
        if not found:
            raise UserError("campaigns.none_on")
    else:
        found = [campaign]
        aside -= {(campaign.id, "")}  # whoever asks for it by name wants it
    return suggest(found, time=time, place=place, done=done, aside=aside, after=after, start=now.toordinal())


async def region_of(bot: Bot, user_id: int, guild_id: int) -> Region | None:
    """Return the region for which what a member did counts: that of the network they joined, wherever they press."""
    guild = await bot.guild_record(guild_id)
    if guild is None:
        return None
    home = await bot.store.read(campaigns.home_region, user_id, guild_id=guild_id)
    return next((region for region in guild.regions if region.id == home), None)
