"""The buttons under suggestions: did it, another, not for me, undo, a note, and suggestions in private."""

import re
from dataclasses import dataclass
from typing import Any

import discord

from bot.app import Bot
from bot.domain.campaigns import OTHER, PLACES, TIMES, Campaign, Key
from bot.domain.campaigns.catalogue import Place, Time
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.campaigns import finding
from cogs.common.audience import acting_in
from cogs.common.base import GUILD, MEMBERS, ONESELF, Action, Card, Form, number_in, reply, row
from db import campaigns

NOTE_LENGTH = 300
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
    from cogs.campaigns.cards import done_card  # cards have these buttons

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
    from cogs.campaigns import cards  # cards have these buttons

    user_id = interaction.user.id
    found = await finding.next_for(
        bot, guild_id, user_id, campaign=campaign, time=fit.time, place=fit.place, after=after
    )
    if found is None:
        fits = bool(fit.time or fit.place)
        await reply(interaction, cards.nothing_card(campaign, bot, fits=fits))
        return
    wish = await bot.store.read(campaigns.wish_of, user_id, guild_id=guild_id)
    card = cards.suggestion_card(guild_id, *found, fit, bot.texts, private=wish is not None)
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
    from cogs.campaigns.cards import aside_card  # cards have these buttons

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


class Undo(Action, template=r"deed:undo:(?P<deed>\d{1,9})"):
    """'Undo' of something done."""

    audience = ONESELF

    deed_id: int

    def __init__(self, deed_id: int, texts: Texts) -> None:
        super().__init__(f"deed:undo:{deed_id}", texts("campaigns.done.undo.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the deed out of the custom_id."""
        self.deed_id = int(match["deed"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Take it back."""
        await bot.store.write(campaigns.undo, self.deed_id, user_id=interaction.user.id)
        await reply(interaction, Card(bot.texts("campaigns.done.undone")))


class AddNote(Action, template=r"deed:note:(?P<deed>\d{1,9})"):
    """'Add a note'."""

    audience = ONESELF

    deed_id: int

    def __init__(self, deed_id: int, texts: Texts) -> None:
        super().__init__(f"deed:note:{deed_id}", texts("campaigns.done.note.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the deed out of the custom_id."""
        self.deed_id = int(match["deed"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        await interaction.response.send_modal(NoteForm(bot.texts, str(self.deed_id)))


class NoteForm(Form):
    """A note for oneself."""

    audience = ONESELF

    name = "deed"

    def __init__(self, texts: Texts, state: str) -> None:
        super().__init__(texts("campaigns.done.note.modal"), state)
        label, hint = texts("campaigns.done.note.label"), texts("campaigns.done.note.hint")
        self.note = self.ask("note", label, hint, most=NOTE_LENGTH, long=True)

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "NoteForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Keep the note."""
        note, deed_id, texts = " ".join(self.note.value.split()), int(self.state), bot.texts
        deed = await bot.store.write(campaigns.annotate, deed_id, user_id=interaction.user.id, note=note)
        words = texts("campaigns.done.your_note", note=deed.note) if deed.note else None
        await reply(
            interaction,
            Card(texts("campaigns.done.noted"), words, row(AddNote(deed_id, texts), Undo(deed_id, texts))),
        )


class Privately(Action, template=r"privately:" + GUILD + r":(?P<on>on|off)"):
    """'Send me these in private', and 'No more in private'."""

    audience = MEMBERS

    guild_id: int
    on: bool

    def __init__(self, guild_id: int, on: bool, texts: Texts) -> None:
        word = "start" if on else "stop"
        super().__init__(
            f"privately:{guild_id}:{'on' if on else 'off'}", texts(f"campaigns.private.{word}.button")
        )

    def read(self, match: re.Match[str]) -> None:
        """Take server and answer out of the custom_id."""
        self.guild_id, self.on = int(match["guild"]), match["on"] == "on"
        if not self.on:
            self.audience = ONESELF  # whoever left is not kept from stopping it

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store it, and say so."""
        guild_id = interaction.guild_id or self.guild_id
        await privately(interaction, bot, guild_id, on=self.on)


async def privately(interaction: discord.Interaction[Any], bot: Bot, guild_id: int, *, on: bool) -> None:
    """Store whether somebody wants suggestions in private, and say so."""
    texts = bot.texts
    fresh = await bot.store.write(
        campaigns.wish, interaction.user.id, guild_id=guild_id, on=on, now=bot.clock.now()
    )
    plan = await bot.store.read(campaigns.plan_of, guild_id)
    if on:
        off = None if plan is not None and plan.enabled else texts("campaigns.private.plan_off")
        await reply(
            interaction, Card(texts("campaigns.private.on"), off, row(Privately(guild_id, False, texts)))
        )
        return
    words = texts("campaigns.private.off") if fresh else texts("campaigns.private.nothing")
    await reply(interaction, Card(words, row(Privately(guild_id, True, texts))))


ACTIONS = (Did, Another, NotForMe, PutAside, TakeBack, Undo, AddNote, Privately)
