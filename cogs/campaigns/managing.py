"""`/campaign manage`: the panel of campaigns, and the form to add or reword one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

import discord
from discord import ui

from bot.domain.campaigns import ACTION_LENGTH, ACTIONS, TITLE_LENGTH, Campaign, as_typed, read_actions
from bot.domain.names import normalize
from bot.errors import UserError
from bot.known import missing_permissions
from bot.texts import Markup, Texts
from cogs.campaigns import lookup
from cogs.campaigns.cards import show_card
from cogs.campaigns.lookup import CAMPAIGN
from cogs.common.base import IN_SERVER, Card, fitting, line, row
from cogs.common.buttons import Button, Id, PagedMenu, ask_first, named
from cogs.common.campaigns import all_campaigns
from cogs.common.context import Context
from cogs.common.forms import Form, Line, Pick
from cogs.common.permissions import must_organise_all
from cogs.common.report import Problem
from db import campaigns, drafts

Slug = Annotated[str, r"[a-z0-9-]{1,30}"]
Doing = Literal["all", "one", "add", "words", "original", "restore", "on", "off", "place", "post"]
OF_ALL: tuple[Doing, ...] = ("words", "original", "on", "off", "place")
"""What only organisers of every region may do with a campaign."""
BLUE, GREY = discord.ButtonStyle.primary, discord.ButtonStyle.secondary


@CAMPAIGN.command()
async def manage(interaction: discord.Interaction[Any]) -> None:
    """Show the panel of all campaigns."""
    await show_all(await Context.of(interaction))


async def _ordered(ctx: Context) -> list[Campaign]:
    """Return the campaigns in list order: those that are switched off come last."""
    found = await all_campaigns(ctx.bot, ctx.guild_id)
    return sorted(found, key=lambda one: not one.enabled)


async def show_all(ctx: Context, said: Markup | None = None) -> None:
    """Show the campaigns in order, to choose one or add one."""
    ctx.must_organise(None)
    texts, found = ctx.texts, await _ordered(ctx)
    names = [
        texts(f"campaigns.manage.entry_{'on' if one.enabled else 'off'}", number=number, title=one.title)
        for number, one in enumerate(found, 1)
    ]
    # Discord does not format menus, so nothing is escaped there.
    offers = [(one.title, one.id) for one in found]
    add = Manage(label=texts("campaigns.manage.add.button"), do="add") if ctx.organises_all else None
    title = line(said, texts("campaigns.manage.title"))
    menus = ManageOne.rows(texts("campaigns.manage.label"), offers)
    await ctx.reply(Card(title, fitting(names, texts), *menus, row(add)))


async def show_one(ctx: Context, campaign: Campaign, said: Markup | None = None) -> None:
    """Show one campaign, with what this organiser may do with it."""
    ctx.must_organise(None)
    texts, state = ctx.texts, "on" if campaign.enabled else "off"
    possible: dict[Doing, bool] = {
        "post": bool(campaign.actions),
        "words": True,
        "original": campaign.changed,
        "on": not campaign.enabled,
        "off": campaign.enabled,
        "place": True,
    }
    do: list[Doing] = [
        each for each in possible if possible[each] and (ctx.organises_all or each not in OF_ALL)
    ]
    words = line(
        said,
        texts("campaigns.show.title", title=campaign.title),
        texts(f"campaigns.manage.is_{state}"),
        texts("campaigns.manage.changed") if campaign.changed else None,
        None if campaign.actions else texts("campaigns.prompt.empty", title=campaign.title),
    )
    buttons = [_button(each, campaign, texts, BLUE if each == "post" else GREY) for each in do]
    await ctx.reply(Card(words, row(*buttons), row(_button("all", None, texts))))


def _button(
    do: Doing, campaign: Campaign | None, texts: Texts, style: discord.ButtonStyle = GREY
) -> "Manage":
    label = texts(f"campaigns.manage.{do}.button")
    return Manage(label=label, style=style, do=do, campaign=campaign.id if campaign else None)


class ManageOne(PagedMenu, name="campaign:one"):
    """'Choose a campaign', on the panel."""

    async def press(self, ctx: Context) -> None:
        """Show it."""
        await show_one(ctx, await lookup.of_id(ctx, self.the_one()))


class Manage(Button, name="campaign:manage"):
    """A button of the panel; restoring a campaign's original words asks first."""

    do: Doing
    campaign: Slug | None = None

    async def press(self, ctx: Context) -> None:
        """Do it, or open the form for it."""
        texts = ctx.texts
        if self.do == "all":
            await show_all(ctx)
            return
        if self.do == "add":
            must_organise_all(ctx)
            await ctx.open(CampaignForm(texts))
            return
        found = await lookup.of_id(ctx, self.campaign or "")
        if self.do == "one":
            await show_one(ctx, found)
            return
        if self.do == "post":
            ctx.must_organise(None)
            await ctx.open(PostForm(texts, campaign=found.id, typed={"channel": _here(ctx)}))
            return
        must_organise_all(ctx)
        if self.do == "words":
            await ctx.open(CampaignForm(texts, slug=found.id, typed=typed_of(found, texts)))
        elif self.do == "place":
            place = [one.id for one in await _ordered(ctx)].index(found.id) + 1
            await ctx.open(PlaceForm(texts, campaign=found.id, typed={"place": place}))
        elif self.do == "original":
            sure, keep = self.but(do="restore"), self.but(do="one")
            await ask_first(ctx, "campaigns.manage.original.ask", sure, keep, title=found.title)
        elif self.do == "restore":
            if found.own:
                raise UserError("campaigns.form.restored_own", title=found.title)
            await change(ctx, campaigns.restore, found.id)
            found = await lookup.of_id(ctx, found.id)
            await show_one(ctx, found, texts("campaigns.form.restored", title=found.title))
        else:
            await change(ctx, campaigns.switch, found.id, on=self.do == "on")
            left = any(one.enabled for one in await all_campaigns(ctx.bot, ctx.guild_id))
            said = self.do if self.do == "on" or left else "off_last"
            changed = await lookup.of_id(ctx, found.id)
            await show_one(ctx, changed, texts(f"campaigns.switch.{said}", title=found.title))


def _here(ctx: Context) -> int | None:
    """Return the default channel for posting a suggestion: in a thread, its region's."""
    if ctx.region is not None:
        return ctx.region.channel_id
    return ctx.interaction.channel_id if isinstance(ctx.interaction.channel, discord.TextChannel) else None


class PlaceForm(Form, name="campaign-place", words="campaigns.order"):
    """The form for a campaign's position in the list."""

    campaign: Slug
    place = Line(3)

    async def send(self, ctx: Context) -> None:
        """Move it there, and show the order."""
        must_organise_all(ctx)
        found = await lookup.of_id(ctx, self.campaign)
        number = self.place.value.strip()
        if not number.isdecimal() or int(number) == 0:
            raise UserError("campaigns.order.unread", words=number)
        ordered = [one.id for one in await _ordered(ctx) if one.id != found.id]
        ordered.insert(int(number) - 1, found.id)
        await change(ctx, campaigns.order, ordered)
        await show_all(ctx, ctx.text("campaigns.order.done", title=found.title))


class PostForm(Form, name="campaign-post", words="campaigns.prompt.form"):
    """The form for the channel in which to post a suggestion now."""

    campaign: Slug
    channel = Pick(ui.ChannelSelect, channel_types=[discord.ChannelType.text])

    async def send(self, ctx: Context) -> None:
        """Post it there."""
        number, found = self.channel.id, await lookup.of_id(ctx, self.campaign)
        region = next((one for one in ctx.guild.regions if one.channel_id == number), None)
        if region is not None:
            ctx.must_organise(region)
        else:
            must_organise_all(ctx)
        if not found.actions:
            raise UserError("campaigns.prompt.empty", title=found.title)
        where, channel = Markup(f"<#{number}>"), await ctx.bot.known.channel(ctx.guild_id, number)
        if isinstance(channel, discord.TextChannel):
            if missing := missing_permissions(channel):
                named = ", ".join(ctx.text(f"permissions.{name}") for name in missing)
                raise UserError("campaigns.prompt.channel", channel=where, permission=named)
            user = ctx.interaction.user
            held = channel.permissions_for(user) if isinstance(user, discord.Member) else None
            if held is not None and not (held.view_channel and held.send_messages):
                raise UserError("campaigns.prompt.not_yours", channel=where)
        region_id = region.id if region else None
        await ctx.write(campaigns.post_now, region_id=region_id, channel_id=number, campaign=found)
        await show_one(ctx, found, ctx.text("campaigns.prompt.posted", channel=where))


Result = TypeVar("Result")
NEW = ""
DRAFT = "campaign"
FIELDS: Mapping[str, int] = {
    "title": TITLE_LENGTH,
    "why": 1_200,
    "actions": ACTIONS * (ACTION_LENGTH + 60),
    "resources": 600,
    "ask": 300,
}
NEEDED = ("title", "why")


class CampaignForm(Form, name="campaign", words="campaigns.form"):
    """Name, why, what people can do, resources, who to ask; the state is the campaign's id, empty for a new one."""

    audience = IN_SERVER

    slug: Annotated[str, r"[a-z0-9-]{0,30}"] = NEW

    def lines(self) -> Iterable[Line]:
        """Return the fields: name, why, what people can do, resources, who to ask."""
        for name, most in FIELDS.items():
            yield Line(most, required=name in NEEDED, long=name != "title", name=name)

    async def send(self, ctx: Context) -> None:
        """Store the campaign, or say what is wrong and keep what was typed."""
        must_organise_all(ctx)
        try:
            await _store(ctx, self.slug, self.typed)
        except UserError as error:
            fields = {**self.typed, "slug": self.slug}
            draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=DRAFT, fields=fields)
            fix = FixIt(
                label=ctx.text("campaigns.form.redo.button"),
                style=discord.ButtonStyle.primary,
                draft=draft.id,
            )
            raise Problem(error.key, fix, **error.fields) from error


async def _store(ctx: Context, slug: str, typed: Mapping[str, str]) -> None:
    found = await all_campaigns(ctx.bot, ctx.guild_id)
    before = next((campaign for campaign in found if campaign.id == slug), None)
    title = " ".join(typed["title"].split())
    why = "\n".join(" ".join(words.split()) for words in typed["why"].splitlines()).strip()
    if not title or not why:
        raise UserError("campaigns.form.empty")
    if any(normalize(one.title) == normalize(title) and one.id != slug for one in found):
        raise UserError("campaigns.form.taken", title=title)
    try:
        actions = read_actions(typed["actions"], before.actions if before else ())
    except ValueError as error:
        raise UserError("campaigns.form.unread", line=str(error)[:200]) from None
    words: dict[str, Any] = {
        "title": title,
        "why": why,
        "actions": actions,
        "resources": _tidy(typed["resources"]),
        "ask": _tidy(typed["ask"]),
    }
    if slug == NEW:
        slug = (await change(ctx, campaigns.add, taken=[one.id for one in found], **words)).slug
        said = ctx.text("campaigns.form.added", title=title)
    elif before is None:
        raise UserError("campaigns.unknown", words=slug)
    else:
        await change(ctx, campaigns.change, slug, **words)
        said = ctx.text("campaigns.form.changed")
    campaign = await lookup.the_campaign(ctx.bot, ctx.guild_id, slug)
    back = named("campaign:manage", label=ctx.text("campaigns.manage.one.button"), do="one", campaign=slug)
    await ctx.reply(show_card(campaign, ctx.bot, row(back), said=said))


def _tidy(words: str) -> str:
    lines = (" ".join(line.split()).lstrip("-•* ") for line in words.splitlines())
    return "\n".join(line for line in lines if line)


class FixIt(Button, name="campaign:mend"):
    """'Mend it': the form again, with what was typed."""

    draft: Id

    async def press(self, ctx: Context) -> None:
        """Open the form. Raises UserError: what was typed is gone, or is not theirs."""
        fields = await ctx.read(drafts.fields_of, self.draft, user_id=ctx.user_id, form=DRAFT)
        await ctx.open(CampaignForm(ctx.texts, slug=str(fields["slug"]), typed=fields))


def typed_of(campaign: Campaign, texts: Texts) -> dict[str, str]:
    """Return a campaign as somebody would type it into the form."""
    resources: Sequence[str] = [*campaign.resources, *campaign.partners]
    return {
        "title": str(campaign.title),
        "why": texts.filled(str(campaign.why)),
        "actions": as_typed(campaign.actions),
        "resources": "\n".join(resources),
        "ask": texts.filled("\n".join(campaign.ask)),
    }


async def change(ctx: Context, verb: Callable[..., Result], /, *args: Any, **fields: Any) -> Result:
    """Change the server's campaigns, which its texts name."""
    done = await ctx.write(verb, ctx.guild_id, *args, **fields)
    ctx.bot.facts.forget(ctx.guild_id)
    return done
