"""`/setup facts`: what ages is looked at and changed for a server, who checked it, and the question once a year."""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.facts import (
    LONGEST,
    PUBLICATIONS,
    SECTIONS,
    UNTIL_CHECKED,
    is_due,
    kept,
    read_publication,
    read_seats,
)
from bot.errors import UserError
from bot.texts import Facts, Markup, Texts
from bot.texts.facts import published, rhythms_of
from cogs.common.base import IN_SERVER, Action, Card, Form, line, reply, row
from cogs.common.mention import who
from cogs.common.permissions import must_manage
from db import comms, facts, guilds
from db.models import Delivery, Fact
from db.network import networks


class CheckFacts(Action, template=r"facts:(?P<section>helplines|union|offers|publications|partners)"):
    """'Check the helplines'."""

    audience = IN_SERVER

    section: str

    def __init__(self, section: str, texts: Texts) -> None:
        super().__init__(f"facts:{section}", texts(f"setup.facts.{section}.button"))

    def read(self, match: "re.Match[str]") -> None:
        """Take the section out of the custom_id."""
        self.section = match["section"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        await open_facts(interaction, bot, self.section)


async def open_facts(interaction: discord.Interaction[Any], bot: Bot, section: str) -> None:
    """Open the form of a section, filled in with what the texts say now."""
    must_manage(interaction)
    await interaction.response.send_modal(FactsForm(bot.texts, section))


class FactsForm(Form):
    """The facts of one section; whoever sends it has checked them."""

    audience = IN_SERVER

    name = "facts"

    def __init__(self, texts: Texts, section: str) -> None:
        super().__init__(texts(f"setup.facts.{section}.modal"), section)
        self.fields = {
            name: self.ask(
                name,
                texts(f"facts.{name}.label"),
                texts(f"facts.{name}.hint"),
                most=LONGEST,
                required=False,
                typed=texts.fact(name),
            )
            for name in SECTIONS[section]
        }

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "FactsForm":
        """Build the form again for an answer that comes after a restart."""
        if state not in SECTIONS:
            raise UserError("errors.button_gone")
        return cls(texts, state)

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store what was checked, and show it."""
        guild_id, texts = must_manage(interaction), bot.texts
        now, actor = bot.clock.now(), interaction.user.id
        values = {name: kept(name, field.value, texts.default(name)) for name, field in self.fields.items()}
        _must_be_read(values, texts)
        rhythms = _new_rhythms(values, texts)

        def store(session: "Session") -> None:
            guild = guilds.ensure(session, guild_id, zone=bot.settings.language.zone, now=now, admin_id=actor)
            facts.keep(session, guild_id, values, actor_id=actor, now=now)
            if "forum_seats" in values:
                networks.reseat(session, guild_id, values["forum_seats"] or texts.default("forum_seats"))
            comms.follow(session, guild, rhythms, by=actor, now=now)

        await bot.store.write(store)
        bot.facts.forget(guild_id)
        await bot.facts.speak_for(guild_id)
        await reply(interaction, await facts_card(bot, guild_id))


def _must_be_read(values: Mapping[str, str | None], texts: Texts) -> None:
    """Refuse words of which the bot needs more than to say them, and can't read it.

    Raises:
        UserError: says how to write them.
    """
    if (seats := values.get("forum_seats")) is not None and not read_seats(seats):
        raise UserError("setup.facts.seats_unread", words=seats)
    for name, words in values.items():
        if (
            name in SECTIONS["publications"]
            and words is not None
            and not read_publication(words, rhythms_of(texts))
        ):
            rhythms = ", ".join(rhythms_of(texts).values())
            raise UserError("setup.facts.publication_unread", words=words, rhythms=rhythms)


def _new_rhythms(values: Mapping[str, str | None], texts: Texts) -> dict[str, str]:
    """Return the rhythm of each publication for which the form says another than the facts did until now."""
    found: dict[str, str] = {}
    for name in PUBLICATIONS:
        if (field := f"{name}_about") in values:
            said = read_publication(values[field] or texts.default(field), rhythms_of(texts))
            if said is not None and said.cadence != published(name, texts).cadence:
                found[name] = said.cadence
    return found


async def facts_card(bot: Bot, guild_id: int, *, title: Markup | None = None) -> Card:
    """Return all facts of a server, who checked each when, and the buttons to do so."""
    texts, now = bot.texts, bot.clock.now()
    looked: Sequence[Fact] = await bot.store.read(facts.of, guild_id)
    known = {fact.name: fact for fact in looked}
    blocks: list[Markup] = []
    for section, names in SECTIONS.items():
        lines = [_line(name, known.get(name), texts, bot) for name in names]
        blocks.append(line(texts(f"setup.facts.{section}.title"), *lines))
    asked = any(is_due(known[name].checked_at if name in known else None, now) for name in UNTIL_CHECKED)
    return Card(
        title or texts("setup.facts.title"),
        *blocks,
        texts("setup.facts.unchecked") if asked else None,
        row(*[CheckFacts(section, texts) for section in SECTIONS]),
    )


def _line(name: str, fact: Fact | None, texts: Texts, bot: Bot) -> Markup:
    if fact is None:
        checked = texts("setup.facts.source", source=texts(f"facts.{name}.source"))
    elif fact.checked_by is None:
        checked = texts("setup.facts.on", day=Markup(f"<t:{int(fact.checked_at.timestamp())}:D>"))
    else:
        checked = texts(
            "setup.facts.by",
            who=who(fact.checked_by, texts),
            day=Markup(f"<t:{int(fact.checked_at.timestamp())}:D>"),
        )
    return texts(
        "setup.facts.line",
        label=texts(f"facts.{name}.label"),
        value=texts.fact(name) or texts("setup.facts.none"),
        checked=checked,
    )


log = logging.getLogger(__name__)

AHEAD = "facts.ahead"
AT = time(4, 40, tzinfo=UTC)
"""After the sweep and the counts, at an hour at which hardly anybody waits for an answer."""


class FactCommands(commands.Cog):
    """What `/setup` says of facts."""

    bot: Bot

    @app_commands.command()
    async def facts(self, interaction: discord.Interaction[Any]) -> None:
        """Show the facts that texts name, and who checked them."""
        await reply(interaction, await facts_card(self.bot, must_manage(interaction)))


def next_day(now: datetime) -> datetime:
    """Return when servers are looked through next."""
    today = datetime.combine(now.astimezone(UTC).date(), AT)
    return today if today > now else today + timedelta(days=1)


def register(bot: Bot) -> None:
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
    bot.forms.add(FactsForm)
    bot.sender.kind(facts.ASK, question)
