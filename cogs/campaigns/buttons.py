"""The buttons under suggestions, and what follows an action: a note, undo, private suggestions."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import discord
from discord import ui

from bot.domain.campaigns import OTHER, PLACES, TIMES, Campaign, Key, catalogue
from bot.domain.campaigns.catalogue import Place, Time
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.campaigns import lookup
from cogs.campaigns.lookup import NOTE_LENGTH, fit_of, of_id
from cogs.common.base import MEANT, MEMBERS, ONESELF, Card, row
from cogs.common.buttons import Button, GuildId, Id, Menu, PagedMenu, named
from cogs.common.campaigns import shown
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.options import Switch
from db import campaigns
from db.campaigns.models import CompletedAction

ANY, START, STOP = "any", "start", "stop"


@dataclass(frozen=True, slots=True)
class Fit:
    """What a suggestion has to fit; `only` limits it to one campaign."""

    time: Time | None = None
    place: Place | None = None
    only: bool = False

    @property
    def code(self) -> str:
        """Return three characters for a custom_id, such as 'ms1'."""
        return f"{(self.time or '-')[0]}{(self.place or '-')[0]}{'1' if self.only else '-'}"

    @classmethod
    def of(cls, code: str) -> "Fit":
        """Decode the characters that `code` made."""
        times: dict[str, Time] = {time[0]: time for time in TIMES}
        places: dict[str, Place] = {place[0]: place for place in PLACES}
        return cls(times.get(code[0]), places.get(code[1]), code[2] == "1")


class Suggested(Button):
    """A button about one action of a campaign or, without an action, about the campaign."""

    audience = MEMBERS

    guild: GuildId
    campaign: Annotated[str, r"[a-z0-9-]{1,30}"]
    action: Annotated[str, r"[a-z0-9-]{0,24}"] = ""


class Did(Suggested, name="did"):
    """'I did this'."""

    async def press(self, ctx: Context) -> None:
        """Count it, and thank the member privately."""
        await did(ctx, await of_id(ctx, self.campaign), self.action)


async def did(ctx: Context, campaign: Campaign, action: str, note: str = "") -> None:
    """Store that somebody did something for a campaign, and thank them privately.

    Raises:
        UserError: the campaign no longer has that action.
    """
    if action != OTHER and campaign.action(action) is None:
        raise UserError("campaigns.done.action_unknown", title=campaign.title)
    # It counts for the region of the network that they joined, wherever they press the button.
    home = await ctx.read(campaigns.home_region, ctx.user_id)
    region = ctx.region_of(home)
    region_id, note = region.id if region else None, " ".join(note.split())
    new = CompletedAction(region_id=region_id, campaign=campaign.id, action=action, note=note)
    completed, fresh = await ctx.write(campaigns.done, new, ctx.user_id, zone=ctx.zone)
    name = plain(region.name) if region else ctx.text("campaigns.elsewhere")
    await ctx.reply(done_card(completed, campaign, name, ctx.texts, fresh=fresh))


class Another(Suggested, name="another"):
    """'Next': the next that fits this person, shown to them alone."""

    fit: Annotated[str, r"[mht-][sbo-][1-]"]

    async def press(self, ctx: Context) -> None:
        """Show the next."""
        campaign, fit = await of_id(ctx, self.campaign), Fit.of(self.fit)
        await show_next(ctx, campaign if fit.only else None, fit, after=(self.campaign, self.action))


async def show_next(ctx: Context, campaign: Campaign | None, fit: Fit, *, after: Key | None = None) -> None:
    """Show one thing to do that fits, or that nothing is left and what to do then."""
    found = await lookup.next_for(ctx, campaign, time=fit.time, place=fit.place, after=after)
    if found is None:
        show = ctx.bot.mention("campaign show" if campaign is not None else "campaign list")
        left = "nothing" if fit.time or fit.place else "did_it_all"
        words = ctx.text(f"campaigns.act.{left}", show=show)
        await ctx.reply(Card(words, _fitting(ctx.guild_id, campaign, fit, ctx.texts)))
        return
    subscription = await ctx.read(campaigns.subscription_of, ctx.user_id)
    await ctx.reply(suggestion_card(ctx.guild_id, *found, fit, ctx.texts, private=subscription is not None))


class Fitting(Menu, name="fit"):
    """The menu under a suggestion for somebody's time and place, or for private suggestions.

    Older messages have menus for only one of them (`by` time or place).
    """

    audience = MEMBERS

    guild: GuildId
    by: Literal["fits", "time", "place"]
    fit: Annotated[str, r"[mht-][sbo-][1-]"]
    campaign: Annotated[str, r"[a-z0-9-]{1,30}"] | None = None

    async def press(self, ctx: Context) -> None:
        """Show what fits now."""
        fit, chosen = Fit.of(self.fit), "".join(self.chosen)
        if chosen in (START, STOP):
            await privately(ctx, ctx.interaction.guild_id or self.guild, on=chosen == START)
            return
        if chosen in TIMES or (chosen == ANY and self.by != "place"):
            fit = replace(fit, time=next((one for one in TIMES if one == chosen), None))
        if chosen in PLACES or (chosen == ANY and self.by != "time"):
            fit = replace(fit, place=next((one for one in PLACES if one == chosen), None))
        campaign = await of_id(ctx, self.campaign) if self.campaign is not None else None
        await show_next(ctx, campaign, fit)


def _fitting(
    guild_id: int, campaign: Campaign | None, fit: Fit, texts: Texts, *, private: bool | None = None
) -> ui.ActionRow[Any]:
    """Return the menu of time and place, with private suggestions if it is known whether they are on."""
    words = {
        **{one: texts(f"campaigns.act.time.{one}") for one in TIMES},
        **{one: texts(f"campaigns.act.place.{one}") for one in PLACES},
        ANY: texts("campaigns.act.fits.any"),
    }
    if private is not None:
        do = STOP if private else START
        words[do] = texts(f"campaigns.private.{do}.button")
    label = texts("campaigns.act.fits.label")
    if fit.time or fit.place:
        label = texts(
            "campaigns.act.fits.chosen",
            time=texts(f"campaigns.act.time.{fit.time or ANY}"),
            place=texts(f"campaigns.places.{fit.place or ANY}"),
        )
    options = [discord.SelectOption(label=said, value=value) for value, said in words.items()]
    about = campaign.id if campaign else None
    return row(Fitting(label=label, options=options, guild=guild_id, by="fits", fit=fit.code, campaign=about))


class DidOne(PagedMenu, name="did-one"):
    """'I did one of these', under the page of a campaign."""

    audience = MEANT

    campaign: Annotated[str, r"[a-z0-9-]{1,30}"]

    async def press(self, ctx: Context) -> None:
        """Count it, and thank the member privately."""
        await did(ctx, await of_id(ctx, self.campaign), self.the_one())


def page_rows(ctx: Context, campaign: Campaign) -> list[ui.ActionRow[Any]]:
    """Return the buttons on a campaign's page: record one of its actions, get one that fits, manage it."""
    texts, other = ctx.texts, (str(ctx.text("campaigns.done.something")), OTHER)
    offers = [(str(action.words), action.id) for action in campaign.actions]
    menus = DidOne.rows(texts("campaigns.show.did.label"), [*offers, other], campaign=campaign.id)
    about: dict[str, Any] = {"guild": ctx.guild_id, "campaign": campaign.id}
    label = texts("campaigns.show.act.button")
    act = Another(label=label, fit=Fit(only=True).code, **about) if campaign.actions else None
    manage = None
    if ctx.may_organise(None):
        label = texts("campaigns.show.manage.button")
        manage = named("campaign:manage", label=label, do="one", campaign=campaign.id)
    everything = named("campaign:all", label=texts("campaigns.show.all.button"), action="", **about)
    return [row(act, everything), *menus, row(nothing_about(ctx.guild_id, campaign, texts), manage)]


class NotForMe(Suggested, name="notforme"):
    """'Not for me': stops suggesting it to this person."""

    async def press(self, ctx: Context) -> None:
        """Put it aside."""
        await dismiss(ctx, await of_id(ctx, self.campaign), self.action)


class Dismiss(Suggested, name="aside"):
    """'Nothing about this campaign', and 'Undo' for something put aside."""

    do: Literal["put", "back"]

    async def press(self, ctx: Context) -> None:
        """Put it aside, or let it be suggested again."""
        if self.do == "put":
            await dismiss(ctx, await of_id(ctx, self.campaign), self.action)
            return
        await ctx.write(campaigns.take_back, ctx.user_id, campaign=self.campaign, action=self.action)
        await ctx.reply(Card(ctx.text("campaigns.aside.back")))


def nothing_about(guild_id: int, campaign: Campaign, texts: Texts) -> Dismiss:
    """Return the button 'Nothing about this campaign'."""
    label = texts("campaigns.aside.whole.button")
    return Dismiss(label=label, guild=guild_id, campaign=campaign.id, do="put")


async def dismiss(ctx: Context, campaign: Campaign, action: str) -> None:
    """Store that somebody does not want an action (if empty, the campaign) suggested, and confirm it."""
    await ctx.write(campaigns.dismiss, ctx.user_id, campaign=campaign.id, action=action)
    await ctx.reply(dismissal_card(ctx.guild_id, campaign, campaign.action(action), ctx.texts))


def suggestion_buttons(
    guild_id: int, campaign: Campaign, action: catalogue.Action, fit: Fit, texts: Texts
) -> list[ui.Item[Any]]:
    """Return the buttons under an action: did it, another, not for me."""
    about: dict[str, Any] = {"guild": guild_id, "campaign": campaign.id, "action": action.id}
    green = discord.ButtonStyle.success
    return [
        Did(label=texts("campaigns.act.did.button"), style=green, **about),
        Another(label=texts("campaigns.act.another.button"), fit=fit.code, **about),
        NotForMe(label=texts("campaigns.act.not_for_me.button"), **about),
    ]


def suggestion_card(
    guild_id: int, campaign: Campaign, action: catalogue.Action, fit: Fit, texts: Texts, *, private: bool
) -> Card:
    """Return one thing to do, for one person; `private` says whether they get suggestions in private."""
    return Card(
        texts("campaigns.act.title", title=campaign.title),
        shown(action.words),
        fit_of(action, texts),
        row(*suggestion_buttons(guild_id, campaign, action, fit, texts)),
        _fitting(guild_id, campaign if fit.only else None, fit, texts, private=private),
    )


def done_card(
    completed: CompletedAction, campaign: Campaign, region: Markup, texts: Texts, *, fresh: bool
) -> Card:
    """Return the thanks, with buttons to add a note and to undo."""
    key = "campaigns.done.counted" if fresh else "campaigns.done.before"
    return Card(
        texts("campaigns.done.title"),
        texts(key, title=campaign.title, region=region),
        texts("campaigns.done.your_note", note=completed.note) if completed.note else None,
        completed_row(completed.id, texts),
    )


def dismissal_card(guild_id: int, campaign: Campaign, action: catalogue.Action | None, texts: Texts) -> Card:
    """Return what is no longer suggested, with buttons to undo and to leave out the whole campaign."""
    words = (
        texts("campaigns.aside.action", words=action.words)
        if action is not None
        else texts("campaigns.aside.campaign", title=campaign.title)
    )
    label, action_id = texts("campaigns.aside.undo.button"), action.id if action else ""
    back = Dismiss(label=label, guild=guild_id, campaign=campaign.id, action=action_id, do="back")
    return Card(
        texts("campaigns.aside.title"),
        words,
        row(back, nothing_about(guild_id, campaign, texts) if action else None),
    )


class Undo(Button, name="deed:undo"):
    """'Undo' for something done."""

    audience = ONESELF

    completed: Id

    async def press(self, ctx: Context) -> None:
        """Take it back."""
        await ctx.write(campaigns.undo, self.completed, user_id=ctx.user_id)
        await ctx.reply(Card(ctx.text("campaigns.done.undone")))


class AddNote(Button, name="deed:note"):
    """'Add a note'."""

    audience = ONESELF

    completed: Id

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        await ctx.open(NoteForm(ctx.texts, completed=self.completed))


def completed_row(completed_id: int, texts: Texts) -> ui.ActionRow[Any]:
    """Return the buttons under something done."""
    return row(
        AddNote(label=texts("campaigns.done.note.button"), completed=completed_id),
        Undo(label=texts("campaigns.done.undo.button"), completed=completed_id),
    )


class NoteForm(Form, name="deed", words="campaigns.done.note"):
    """The form for a note to oneself."""

    audience = ONESELF

    completed: Id
    note = Line(NOTE_LENGTH, long=True)

    async def send(self, ctx: Context) -> None:
        """Store the note."""
        note = " ".join(self.note.value.split())
        completed = await ctx.write(campaigns.annotate, self.completed, user_id=ctx.user_id, note=note)
        words = ctx.text("campaigns.done.your_note", note=completed.note) if completed.note else None
        await ctx.reply(Card(ctx.text("campaigns.done.noted"), words, completed_row(completed.id, ctx.texts)))


class Privately(Button, name="privately"):
    """'Send me these in private', and 'No more in private'."""

    audience = MEMBERS

    guild: GuildId
    on: Switch

    def read(self, match: re.Match[str]) -> None:
        """Read server and answer from the custom_id."""
        super().read(match)
        if self.on == "off":
            self.audience = ONESELF  # those who have left may stop it too

    async def press(self, ctx: Context) -> None:
        """Store it, and confirm it."""
        await privately(ctx, ctx.interaction.guild_id or self.guild, on=self.on == "on")


def private_row(guild_id: int, texts: Texts, *, on: bool) -> ui.ActionRow[Any]:
    """Return the button that starts or stops private suggestions."""
    label = texts(f"campaigns.private.{'start' if on else 'stop'}.button")
    return row(Privately(label=label, guild=guild_id, on="on" if on else "off"))


async def privately(ctx: Context, guild_id: int, *, on: bool) -> None:
    """Store whether somebody wants suggestions in private, and confirm it."""
    texts = ctx.texts
    fresh = await ctx.write(campaigns.subscribe, ctx.user_id, guild_id=guild_id, on=on)
    plan = await ctx.read(campaigns.plan_of, guild_id)
    back = private_row(guild_id, texts, on=not on)
    if on:
        off = None if plan is not None and plan.enabled else texts("campaigns.private.plan_off")
        await ctx.reply(Card(texts("campaigns.private.on"), off, back))
        return
    await ctx.reply(Card(texts("campaigns.private.off" if fresh else "campaigns.private.nothing"), back))
