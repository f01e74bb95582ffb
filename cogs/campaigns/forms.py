"""The form with which organisers add a campaign of their own, or give one other words in their server."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.app import Bot
from bot.domain.campaigns import ACTION_LENGTH, ACTIONS, TITLE_LENGTH, Campaign, as_typed, read_actions
from bot.domain.names import fold
from bot.errors import UserError
from bot.texts import Texts
from cogs.campaigns import finding
from cogs.campaigns.cards import show_card
from cogs.common.base import IN_SERVER, Action, Form, reply
from cogs.common.context import here
from cogs.common.report import Problem
from db import campaigns, drafts

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


class CampaignForm(Form):
    """Name, why, what people can do, resources, who to ask; the state is the campaign's id, empty for a new one."""

    audience = IN_SERVER

    name = "campaign"

    def __init__(self, texts: Texts, slug: str = NEW, typed: Mapping[str, Any] | None = None) -> None:
        super().__init__(texts("campaigns.form.modal"), slug)
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        for name, most in FIELDS.items():
            self.inputs[name] = self.ask(
                name,
                texts(f"campaigns.form.{name}.label"),
                texts(f"campaigns.form.{name}.hint"),
                most=most,
                required=name in NEEDED,
                long=name != "title",
                typed=str((typed or {}).get(name) or ""),
            )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "CampaignForm":
        """Build the form again for an answer that comes after a restart.

        Raises:
            UserError: the state is none of ours.
        """
        if re.fullmatch(r"[a-z0-9-]{0,30}", state) is None:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the campaign, or say what is wrong with it and keep what was typed."""
        typed = {name: item.value for name, item in self.inputs.items()}
        at = await here(interaction)
        finding.must_organise_all(at)
        try:
            await _store(interaction, bot, at.guild.id, self.state, typed)
        except UserError as error:
            draft = await bot.store.write(
                drafts.keep,
                guild_id=at.guild.id,
                user_id=interaction.user.id,
                form=DRAFT,
                fields={**typed, "slug": self.state},
                now=bot.clock.now(),
            )
            raise Problem(error.key, MendIt(draft.id, bot.texts), **error.fields) from error


async def _store(
    interaction: discord.Interaction[Any], bot: Bot, guild_id: int, slug: str, typed: Mapping[str, str]
) -> None:
    found = await finding.all_campaigns(bot, guild_id)
    before = next((campaign for campaign in found if campaign.id == slug), None)
    title = " ".join(typed["title"].split())
    why = "\n".join(" ".join(words.split()) for words in typed["why"].splitlines()).strip()
    if not title or not why:
        raise UserError("campaigns.form.empty")
    if any(fold(one.title) == fold(title) and one.id != slug for one in found):
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
        "by": interaction.user.id,
        "now": bot.clock.now(),
    }
    if slug == NEW:
        taken = [campaign.id for campaign in found]
        slug = (await bot.store.write(campaigns.add, guild_id, taken=taken, **words)).slug
        said = bot.texts("campaigns.form.added", title=title)
    elif before is None:
        raise UserError("campaigns.unknown", words=slug)
    else:
        await bot.store.write(campaigns.change, guild_id, slug, **words)
        said = bot.texts("campaigns.form.changed")
    bot.facts.forget(guild_id)
    campaign = await finding.the_campaign(bot, guild_id, slug)
    await reply(interaction, show_card(campaign, bot, said=said))


def _tidy(words: str) -> str:
    lines = (" ".join(line.split()).lstrip("-•* ") for line in words.splitlines())
    return "\n".join(line for line in lines if line)


class MendIt(Action, template=r"campaign:mend:(?P<draft>\d{1,9})"):
    """'Mend it': the form again, with what was typed."""

    audience = IN_SERVER

    draft_id: int

    def __init__(self, draft_id: int, texts: Texts) -> None:
        super().__init__(
            f"campaign:mend:{draft_id}",
            texts("campaigns.form.redo.button"),
            style=discord.ButtonStyle.primary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the draft out of the custom_id."""
        self.draft_id = int(match["draft"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form.

        Raises:
            UserError: what was typed is gone, or is not theirs.
        """
        draft = await bot.store.read(drafts.find, self.draft_id, user_id=interaction.user.id)
        if draft is None or draft.form != DRAFT:
            raise UserError("errors.draft_gone")
        await interaction.response.send_modal(
            CampaignForm(bot.texts, str(draft.fields["slug"]), draft.fields)
        )


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
