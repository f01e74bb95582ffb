"""The buttons under suggestions: did it, another, not for me, undo, a note, and suggestions in private."""

import re
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.app import Bot
from bot.domain.campaigns import OTHER, PLACES, TIMES, Campaign, Key, catalogue
from bot.domain.campaigns.catalogue import Place, Time
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.campaigns import finding
from cogs.campaigns.deeds import AddNote, Privately, Undo
from cogs.campaigns.words import fit_of, shown
from cogs.common.audience import acting_in
from cogs.common.base import GUILD, MEMBERS, Action, Card, reply, row
from db import campaigns
from db.campaigns.models import Deed

_KEY = GUILD + r":(?P<campaign>[a-z0-9-]{1,30}):(?P<action>[a-z0-9-]{0,24})"


@dataclass(frozen=True, slots=True)
class Fit:
    """What a suggestion has to fit; `only` when it stays with one campaign."""

    time: Time | None = None
    place: Place | None = None
    only: bool = False

    @property
    def code(self) -> str:
        """Three characters for a custom_id, such as 'ms1'."""
        return f"{(self.time or '-')[0]}{(self.place or '-')[0]}{'1' if self.only else '-'}"

    @classmethod
    def of(cls, code: str) -> "Fit":
        """Return what `code` made those characters of."""
        times: dict[str, Time] = {time[0]: time for time in TIMES}
        places: dict[str, Place] = {place[0]: place for place in PLACES}
        return cls(times.get(code[0]), places.get(code[1]), code[2] == "1")


class _Suggested(Action, template=r"(?!)"):
    """A button about one action of one campaign."""

    audience = MEMBERS

    guild_id: int
    key: Key

    def read(self, match: re.Match[str]) -> None:
        """Take server, campaign and action out of the custom_id."""
        self.guild_id, self.key = int(match["guild"]), (match["campaign"], match["action"])

    async def _campaign(self, interaction: discord.Interaction[Any], bot: Bot) -> tuple[int, Campaign]:
        guild_id = acting_in(interaction)
        for campaign in await finding.all_campaigns(bot, guild_id):
            if campaign.id == self.key[0]:
                return guild_id, campaign
        raise UserError("campaigns.unknown", words=self.key[0])


class Did(_Suggested, template=rf"did:{_KEY}"):
    """'I did this'."""

    def __init__(self, guild_id: int, key: Key, texts: Texts) -> None:
        super().__init__(
            f"did:{guild_id}:{key[0]}:{key[1]}",
            texts("campaigns.act.did.button"),
            style=discord.ButtonStyle.success,
        )

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Count it, and thank them alone."""
        guild_id, campaign = await self._campaign(interaction, bot)
        await did(interaction, bot, guild_id, campaign, self.key[1])


async def did(
    interaction: discord.Interaction[Any],
    bot: Bot,
    guild_id: int,
    campaign: Campaign,
    action: str,
    note: str = "",
) -> None:
    """Store that somebody did something for a campaign, and thank them so that only they see it.

    Raises:
        UserError: the campaign has no such action any more.
    """
    if action != OTHER and campaign.action(action) is None:
        raise UserError("campaigns.done.action_unknown", title=campaign.title)
    region = await finding.region_of(bot, interaction.user.id, guild_id)
    deed, fresh = await bot.store.write(
        campaigns.done,
        guild_id=guild_id,
        user_id=interaction.user.id,
        region_id=region.id if region else None,
        campaign=campaign.id,
        action=action,
        note=" ".join(note.split()),
        zone=bot.zone_of(await bot.guild_record(guild_id)),
        now=bot.clock.now(),
    )
    name = plain(region.name) if region else bot.texts("campaigns.elsewhere")
    await reply(interaction, done_card(deed, campaign, name, bot.texts, fresh=fresh))


class Another(_Suggested, template=rf"another:{_KEY}:(?P<fit>[mht-][sbo-][1-])"):
    """'Show me another': the next that fits this person, and they alone see it."""

    fit: Fit

    def __init__(self, guild_id: int, key: Key, fit: Fit, texts: Texts) -> None:
        super().__init__(
            f"another:{guild_id}:{key[0]}:{key[1]}:{fit.code}", texts("campaigns.act.another.button")
        )

    def read(self, match: re.Match[str]) -> None:
        """Take out of the custom_id what was shown, and what the next has to fit."""
        super().read(match)
        self.fit = Fit.of(match["fit"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show the next."""
        guild_id, campaign = await self._campaign(interaction, bot)
        await show_next(
            interaction, bot, guild_id, campaign if self.fit.only else None, self.fit, after=self.key
        )


async def show_next(
    interaction: discord.Interaction[Any],
    bot: Bot,
    guild_id: int,
    campaign: Campaign | None,
    fit: Fit,
    *,
    after: Key | None = None,
) -> None:
    """Show one thing to do that fits, or that nothing is left."""
    user_id = interaction.user.id
    found = await finding.next_for(
        bot, guild_id, user_id, campaign=campaign, time=fit.time, place=fit.place, after=after
    )
    if found is None:
        fits = bool(fit.time or fit.place)
        await reply(interaction, nothing_card(campaign, bot, fits=fits))
        return
    wish = await bot.store.read(campaigns.wish_of, user_id, guild_id=guild_id)
    card = suggestion_card(guild_id, *found, fit, bot.texts, private=wish is not None)
    await reply(interaction, card)


class NotForMe(_Suggested, template=rf"notforme:{_KEY}"):
    """'Not for me': it is not suggested to this person again."""

    def __init__(self, guild_id: int, key: Key, texts: Texts) -> None:
        super().__init__(f"notforme:{guild_id}:{key[0]}:{key[1]}", texts("campaigns.act.not_for_me.button"))

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Put it aside."""
        guild_id, campaign = await self._campaign(interaction, bot)
        await put_aside(interaction, bot, guild_id, campaign, self.key[1])


class PutAside(_Suggested, template=rf"aside:{_KEY}:put"):
    """'Nothing about this campaign'."""

    def __init__(self, guild_id: int, key: Key, label: Markup) -> None:
        super().__init__(f"aside:{guild_id}:{key[0]}:{key[1]}:put", label)

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Put it aside."""
        guild_id, campaign = await self._campaign(interaction, bot)
        await put_aside(interaction, bot, guild_id, campaign, self.key[1])


async def put_aside(
    interaction: discord.Interaction[Any], bot: Bot, guild_id: int, campaign: Campaign, action: str
) -> None:
    """Store that somebody does not want an action (or, when it is empty, a campaign) suggested, and say so."""
    await bot.store.write(
        campaigns.put_aside,
        interaction.user.id,
        guild_id=guild_id,
        campaign=campaign.id,
        action=action,
        now=bot.clock.now(),
    )
    await reply(interaction, aside_card(guild_id, campaign, campaign.action(action), bot.texts))


class TakeBack(_Suggested, template=rf"aside:{_KEY}:back"):
    """'Undo' of something that was put aside."""

    def __init__(self, guild_id: int, key: Key, texts: Texts) -> None:
        super().__init__(f"aside:{guild_id}:{key[0]}:{key[1]}:back", texts("campaigns.aside.undo.button"))

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Have it suggested again."""
        guild_id = acting_in(interaction)
        await bot.store.write(
            campaigns.take_back,
            interaction.user.id,
            guild_id=guild_id,
            campaign=self.key[0],
            action=self.key[1],
        )
        await reply(interaction, Card(bot.texts("campaigns.aside.back")))


def suggestion_buttons(
    guild_id: int, campaign: Campaign, action: catalogue.Action, fit: Fit, texts: Texts
) -> list[ui.Item[Any]]:
    """Return the buttons under an action: did it, another, not for me."""
    key = (campaign.id, action.id)
    return [Did(guild_id, key, texts), Another(guild_id, key, fit, texts), NotForMe(guild_id, key, texts)]


def suggestion_card(
    guild_id: int,
    campaign: Campaign,
    action: catalogue.Action,
    fit: Fit,
    texts: Texts,
    *,
    private: bool | None = None,
) -> Card:
    """Return one thing to do, for one person; `private` says whether they get some in private, None shows no button."""
    return Card(
        texts("campaigns.act.title", title=campaign.title),
        shown(action.words),
        fit_of(action, texts),
        row(*suggestion_buttons(guild_id, campaign, action, fit, texts)),
        row(Privately(guild_id, not private, texts)) if private is not None else None,
        texts("campaigns.act.only_you"),
    )


def nothing_card(campaign: Campaign | None, bot: Bot, *, fits: bool) -> Card:
    """Return that nothing is left that fits, and the way out."""
    show = bot.mention("campaign show" if campaign is not None else "campaign list")
    words = bot.texts("campaigns.act.nothing" if fits else "campaigns.act.did_it_all", show=show)
    return Card(words)


def done_card(deed: Deed, campaign: Campaign, region: Markup, texts: Texts, *, fresh: bool) -> Card:
    """Return the thanks, with the way to add a note and to take it back."""
    key = "campaigns.done.counted" if fresh else "campaigns.done.before"
    return Card(
        texts("campaigns.done.title"),
        texts(key, title=campaign.title, region=region),
        texts("campaigns.done.your_note", note=deed.note) if deed.note else None,
        row(AddNote(deed.id, texts), Undo(deed.id, texts)),
    )


def aside_card(guild_id: int, campaign: Campaign, action: catalogue.Action | None, texts: Texts) -> Card:
    """Return what is not suggested any more, with the way back, and the way to leave the whole campaign out."""
    words = (
        texts("campaigns.aside.action", words=action.words)
        if action is not None
        else texts("campaigns.aside.campaign", title=campaign.title)
    )
    return Card(
        texts("campaigns.aside.title"),
        words,
        row(
            TakeBack(guild_id, (campaign.id, action.id if action else ""), texts),
            PutAside(guild_id, (campaign.id, ""), texts("campaigns.aside.whole.button")) if action else None,
        ),
    )


ACTIONS = (Did, Another, NotForMe, PutAside, TakeBack, Undo, AddNote, Privately)
