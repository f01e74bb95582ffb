"""`/setup facts`: what ages is looked at and changed for a server, and asked after once a year."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.facts import PUBLICATIONS, read_publication
from bot.texts import Facts
from bot.ui.base import reply
from bot.ui.facts import CheckFacts, FactsForm, facts_card
from bot.ui.factual import rhythms_of
from bot.ui.setup import must_manage
from db import facts
from db.models import Delivery

if TYPE_CHECKING:
    from bot.app import Bot


class FactCommands(commands.Cog):
    """What `/setup` says of facts."""

    bot: "Bot"

    @app_commands.command()
    async def facts(self, interaction: discord.Interaction[Any]) -> None:
        """Show the facts that texts name, and who checked them."""
        await reply(interaction, await facts_card(self.bot, must_manage(interaction)))


def register(bot: "Bot") -> None:
    """Register the buttons, the form and the question that comes after a year."""

    async def question(delivery: Delivery) -> Outgoing | Skip:
        now = bot.clock.now()
        if not await bot.store.read(facts.due, delivery.guild_id, now):
            return Skip("facts_checked")
        title = bot.texts("setup.facts.question")
        return Outgoing(await facts_card(bot, delivery.guild_id, title=title), silent=True)

    def names(_session: Session, _guild_id: int, found: Facts) -> Facts:
        changed = ((name, found.changed.get(f"{name}_about")) for name in PUBLICATIONS)
        said = ((name, read_publication(words, rhythms_of(bot.texts))) for name, words in changed if words)
        return found.also({name: each.name for name, each in said if each is not None})

    bot.facts.follow(names)
    bot.add_dynamic_items(CheckFacts)
    bot.add_form(FactsForm)
    bot.sender.kind(facts.ASK, question)
