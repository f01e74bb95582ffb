"""What organisers do with campaigns: the form of their own ones, posting, switching, order. Part of `/campaign`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import discord
from discord import app_commands

from bot.domain.campaigns import ACTION_LENGTH, ACTIONS, TITLE_LENGTH, Campaign, as_typed, read_actions
from bot.domain.names import normalize
from bot.errors import UserError
from bot.known import missing_permissions
from bot.texts import Markup, Texts
from cogs.campaigns import lookup
from cogs.campaigns.cards import show_card
from cogs.campaigns.group import CAMPAIGN
from cogs.campaigns.lookup import CampaignName
from cogs.common.base import IN_SERVER, Card, line
from cogs.common.buttons import Button, Id
from cogs.common.campaigns import all_campaigns
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.options import Switch
from cogs.common.permissions import must_organise_all
from cogs.common.pick import pick
from cogs.common.report import Problem
from db import campaigns, drafts

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
        """Store the campaign, or say what is wrong with it and keep what was typed."""
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
        slug = (await _change(ctx, campaigns.add, taken=[one.id for one in found], **words)).slug
        said = ctx.text("campaigns.form.added", title=title)
    elif before is None:
        raise UserError("campaigns.unknown", words=slug)
    else:
        await _change(ctx, campaigns.change, slug, **words)
        said = ctx.text("campaigns.form.changed")
    campaign = await lookup.the_campaign(ctx.bot, ctx.guild_id, slug)
    await ctx.reply(show_card(campaign, ctx.bot, said=said))


def _tidy(words: str) -> str:
    lines = (" ".join(line.split()).lstrip("-•* ") for line in words.splitlines())
    return "\n".join(line for line in lines if line)


class FixIt(Button, name="campaign:mend"):
    """'Mend it': the form again, with what was typed."""

    draft: Id

    async def press(self, ctx: Context) -> None:
        """Open the form. Raises UserError: what was typed is gone, or is not theirs."""
        draft = await ctx.read(drafts.find, self.draft, user_id=ctx.user_id)
        if draft is None or draft.form != DRAFT:
            raise UserError("errors.draft_gone")
        await ctx.open(CampaignForm(ctx.texts, slug=str(draft.fields["slug"]), typed=draft.fields))


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


async def _change(ctx: Context, verb: Callable[..., Result], /, *args: Any, **fields: Any) -> Result:
    """Change the campaigns of the server, of which its texts speak."""
    done = await ctx.write(verb, ctx.guild_id, *args, **fields)
    ctx.bot.facts.forget(ctx.guild_id)
    return done


@CAMPAIGN.command()
async def prompt(
    interaction: discord.Interaction[Any],
    campaign: CampaignName,
    channel: discord.TextChannel | None = None,
) -> None:
    """Post a prompt in a channel now."""
    ctx = await Context.of(interaction)
    channel_id = channel.id if channel else interaction.channel_id
    region = next((one for one in ctx.guild.regions if one.channel_id == channel_id), None)
    if channel is None and region is None:
        region = ctx.region  # in a thread of its channel
    if region is not None:
        ctx.must_organise(region)
    else:
        must_organise_all(ctx)
    found = await lookup.the_campaign(ctx.bot, ctx.guild_id, campaign)
    if not found.actions:
        raise UserError("campaigns.prompt.empty", title=found.title)
    where = Markup(f"<#{channel_id}>")
    target = channel or interaction.channel
    if isinstance(target, discord.TextChannel) and (missing := missing_permissions(target)):
        named = ", ".join(ctx.text(f"permissions.{name}") for name in missing)
        raise UserError("campaigns.prompt.channel", channel=where, permission=named)
    mine = (
        channel.permissions_for(interaction.user)
        if channel and isinstance(interaction.user, discord.Member)
        else None
    )
    if mine is not None and not (mine.view_channel and mine.send_messages):
        raise UserError("campaigns.prompt.not_yours", channel=where)
    await ctx.write(
        campaigns.post_now,
        region_id=region.id if region else None,
        channel_id=channel_id or 0,
        campaign=found,
    )
    await ctx.reply(Card(ctx.text("campaigns.prompt.posted", channel=where)))


@CAMPAIGN.command()
async def add(interaction: discord.Interaction[Any]) -> None:
    """Add a campaign of the server's own."""
    ctx = await Context.of(interaction)
    must_organise_all(ctx)
    await ctx.open(CampaignForm(ctx.texts))


@CAMPAIGN.command()
async def edit(interaction: discord.Interaction[Any], campaign: CampaignName, original: bool = False) -> None:
    """Change the words of a campaign."""
    ctx = await Context.of(interaction)
    must_organise_all(ctx)
    found = await lookup.the_campaign(ctx.bot, ctx.guild_id, campaign)
    if not original:
        await ctx.open(CampaignForm(ctx.texts, slug=found.id, typed=typed_of(found, ctx.texts)))
        return
    if found.own:
        edit = ctx.bot.mention("campaign edit")
        raise UserError("campaigns.form.restored_own", title=found.title, edit=edit)
    await _change(ctx, campaigns.restore, found.id)
    restored = await lookup.the_campaign(ctx.bot, ctx.guild_id, found.id)
    await ctx.reply(Card(ctx.text("campaigns.form.restored", title=restored.title)))


@CAMPAIGN.command()
async def switch(interaction: discord.Interaction[Any], campaign: CampaignName, to: Switch) -> None:
    """Switch a campaign on or off in this server."""
    ctx = await Context.of(interaction)
    must_organise_all(ctx)
    found = await lookup.the_campaign(ctx.bot, ctx.guild_id, campaign)
    await _change(ctx, campaigns.switch, found.id, on=to == "on")
    left = [one for one in await all_campaigns(ctx.bot, ctx.guild_id) if one.enabled]
    key = to if to == "on" or left else "off_last"
    await ctx.reply(Card(ctx.text(f"campaigns.switch.{key}", title=found.title)))


@CAMPAIGN.command()
async def order(
    interaction: discord.Interaction[Any],
    campaign: CampaignName,
    place: app_commands.Range[int, 1, 50],
) -> None:
    """Put a campaign at another place in the list."""
    ctx = await Context.of(interaction)
    must_organise_all(ctx)
    everything = await all_campaigns(ctx.bot, ctx.guild_id)
    found = pick(campaign, everything, ctx.texts, "campaign")
    # Places are counted as the list shows them: those that are switched off come last.
    ordered = [one for one in everything if one.enabled] + [one for one in everything if not one.enabled]
    ordered.remove(found)
    ordered.insert(place - 1, found)
    await _change(ctx, campaigns.order, [one.id for one in ordered])
    entries = [
        ctx.text("campaigns.order.entry", number=number, title=one.title)
        for number, one in enumerate(ordered, 1)
    ]
    await ctx.reply(Card(ctx.text("campaigns.order.done", list=line(*entries))))
