"""`/setup facts`: what ages is looked at and changed for a server, and asked after once a year."""

import logging
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.facts import PUBLICATIONS, read_publication
from bot.texts import Facts
from bot.ui.base import Card, reply
from bot.ui.facts import CheckFacts, FactsForm, facts_card
from bot.ui.factual import rhythms_of
from bot.ui.setup import must_manage
from db import facts
from db.models import Delivery

if TYPE_CHECKING:
    from bot.app import Bot


log = logging.getLogger(__name__)

AHEAD = "facts.ahead"
AT = time(4, 40, tzinfo=UTC)
"""After the sweep and the counts, at an hour at which hardly anybody waits for an answer."""


class FactCommands(commands.Cog):
    """What `/setup` says of facts."""

    bot: "Bot"

    @app_commands.command()
    async def facts(self, interaction: discord.Interaction[Any]) -> None:
        """Show the facts that texts name, and who checked them."""
        await reply(interaction, await facts_card(self.bot, must_manage(interaction)))


def next_day(now: datetime) -> datetime:
    """Return when servers are looked through next."""
    today = datetime.combine(now.astimezone(UTC).date(), AT)
    return today if today > now else today + timedelta(days=1)


def register(bot: "Bot") -> None:
    """Register the buttons, the form and the question that comes after a year."""

    async def question(delivery: Delivery) -> Outgoing | Skip:
        now = bot.clock.now()
        if not await bot.store.read(facts.due, delivery.guild_id, now):
            return Skip("facts_checked")
        if delivery.private:
            server = bot.get_guild(delivery.guild_id)
            words = bot.texts(
                "setup.facts.question_private",
                server=server.name if server else bot.texts("setup.facts.your_server"),
            )
            return Outgoing(Card(words), silent=True)
        title = bot.texts("setup.facts.question")
        return Outgoing(await facts_card(bot, delivery.guild_id, title=title), silent=True)

    def names(_session: Session, _guild_id: int, found: Facts) -> Facts:
        changed = ((name, found.changed.get(f"{name}_about")) for name in PUBLICATIONS)
        said = ((name, read_publication(words, rhythms_of(bot.texts))) for name, words in changed if words)
        return found.also({name: each.name for name, each in said if each is not None})

    async def ahead() -> None:
        log.info(
            "questions after facts owed: %d", await bot.store.write(facts.ask_ahead, now=bot.clock.now())
        )

    bot.facts.follow(names)
    bot.upkeep.add(AHEAD, ahead, due_after=next_day)
    bot.add_dynamic_items(CheckFacts)
    bot.add_form(FactsForm)
    bot.sender.kind(facts.ASK, question)
