"""The form for a campaign: the server's own, or a rewording of one that came with the bot."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import discord

from bot.domain.campaigns import ACTION_LENGTH, ACTIONS, TITLE_LENGTH, Campaign, as_typed, read_actions
from bot.domain.names import normalize
from bot.errors import UserError
from bot.texts import Texts
from cogs.campaigns import lookup
from cogs.campaigns.cards import show_card
from cogs.common.base import IN_SERVER, row
from cogs.common.buttons import Button, Id, named
from cogs.common.campaigns import all_campaigns
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.permissions import must_organise_all
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
