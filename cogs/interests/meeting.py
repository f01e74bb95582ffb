"""Introductions: the wish, the question to the other, and what both hear."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import IN_SERVER, Action, Card, fitting, line, members_of, reply, row
from cogs.common.mention import who
from cogs.common.times import written
from cogs.interests import form
from cogs.interests.form import server_of
from cogs.interests.topics import by_name, names, topic_name
from db import interests, people
from db.interests import Topic
from db.interests.models import Introduction
from db.network.models import Twinning


class AskForMe(Action, template=r"interests:ask:(?P<about>[^:]{0,8}:?[^:]{0,40})"):
    """'Ask one of them for me'."""

    audience = IN_SERVER

    about: Topic | None

    def __init__(self, about: Topic | None, texts: Texts) -> None:
        super().__init__(
            f"interests:ask:{':'.join(about) if about else ''}",
            texts("interests.find.ask.button"),
            style=discord.ButtonStyle.primary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the interest out of the custom_id."""
        kind, mark, value = match["about"].partition(":")
        self.about = (kind, value) if mark else None

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Put the wish to whoever fits best."""
        guild_id, user_id, now = server_of(interaction), interaction.user.id, bot.clock.now()
        words = form.wordings(bot.texts)

        def store(session: Session) -> Introduction:
            if interests.MEET not in interests.allowed(session, user_id, guild_id=guild_id, wordings=words):
                raise UserError("interests.find.not_open", wording=Markup(words[interests.MEET]))
            chosen = interests.chosen_by(session, user_id, guild_id=guild_id)
            if self.about is not None and self.about not in by_name(bot.texts, also=chosen).values():
                raise UserError("errors.button_gone")  # they were never shown it
            return interests.ask(
                session, user_id, guild_id=guild_id, about=self.about, wordings=words, now=now
            )

        wish = await bot.store.write(store)
        person = await bot.store.read(people.person, user_id)
        record = await bot.guild_record(guild_id)
        zone = ZoneInfo(person.zone) if person is not None and person.zone else bot.zone_of(record)
        await reply(interaction, Card(bot.texts("interests.ask.done", when=written(wish.expires_at, zone))))


class Answer(Action, template=r"interests:answer:(?P<wish>\d{1,9}):(?P<answer>yes|no|stop)"):
    """'Yes, introduce us', 'No, thank you' or 'No, and don't ask me again'."""

    audience = members_of(Introduction, "wish_id")

    wish_id: int
    answer: str

    def __init__(self, wish_id: int, answer: str, texts: Texts) -> None:
        styles = {"yes": discord.ButtonStyle.success}
        super().__init__(
            f"interests:answer:{wish_id}:{answer}",
            texts(f"interests.question.{answer}.button"),
            style=styles.get(answer, discord.ButtonStyle.secondary),
        )

    def read(self, match: re.Match[str]) -> None:
        """Take wish and answer out of the custom_id."""
        self.wish_id, self.answer = int(match["wish"]), match["answer"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the answer; after a yes both know."""
        user_id, now = interaction.user.id, bot.clock.now()
        shown_at = interaction.message.created_at if interaction.message is not None else None

        def store(session: Session) -> Introduction:
            wish = interests.answer(
                session, self.wish_id, user_id, yes=self.answer == "yes", now=now, shown_at=shown_at
            )
            if self.answer == "stop":
                interests.allow(
                    session,
                    user_id,
                    guild_id=wish.guild_id,
                    purpose=interests.MEET,
                    wording="",
                    on=False,
                    now=now,
                )
                interests.give_up(session, user_id, guild_id=wish.guild_id, now=now)
            return wish

        wish = await bot.store.write(store)
        if self.answer == "yes":
            card = await met_card(bot, wish, user_id)
        else:
            card = Card(bot.texts(f"interests.answer.{self.answer}"))
        if interaction.guild_id is None:
            # The question is answered: its buttons go.
            await interaction.response.edit_message(view=card)
        else:
            await reply(interaction, card)


async def question_card(bot: Bot, wish: Introduction) -> Card:
    """Return the question whether somebody wants to meet a member who is not named."""
    texts = bot.texts
    record = await bot.guild_record(wish.guild_id)
    person = await bot.store.read(people.person, wish.asked_id)
    zone = ZoneInfo(person.zone) if person is not None and person.zone else bot.zone_of(record)
    branch = await _branch(bot, wish)
    about = (
        texts("interests.question.twinning", server=_server(bot, wish), branch=branch)
        if branch is not None
        else texts("interests.question.words", server=_server(bot, wish), topics=names(wish.topics, texts))
    )
    return Card(
        texts("interests.question.title"),
        about,
        texts("interests.question.until", when=written(wish.expires_at, zone)),
        row(*[Answer(wish.id, answer, texts) for answer in ("yes", "no", "stop")]),
    )


async def met_card(bot: Bot, wish: Introduction, user_id: int) -> Card:
    """Return who the other is, now that both want it."""
    texts = bot.texts
    other = who(wish.asker_id if user_id == wish.asked_id else wish.asked_id, texts)
    branch = await _branch(bot, wish)
    words = (
        texts("interests.met.twinning", other=other, branch=branch)
        if branch is not None
        else texts("interests.met.words", other=other, topics=names(wish.topics, texts))
    )
    return Card(texts("interests.met.title"), words)


def none_card(texts: Texts) -> Card:
    """Return that it did not work out; a no and no answer read the same."""
    return Card(texts("interests.outcome.none"))


async def visit_card(bot: Bot, wish: Introduction, user_id: int) -> Card:
    """Return what a member has to hear of an introduction, for somebody who can't be written to."""
    if wish.state == "met":
        card = await met_card(bot, wish, user_id)
    elif wish.asked_id == user_id:
        card = await question_card(bot, wish)
    else:
        card = none_card(bot.texts)
    card.add_item(ui.TextDisplay[Any](bot.texts("interests.visit.why")))
    return card


def _server(bot: Bot, wish: Introduction) -> str:
    return bot.known.server(wish.guild_id).name


async def _branch(bot: Bot, wish: Introduction) -> str | None:
    if wish.twinning_id is None:
        return None
    found = await bot.store.read(lambda session: session.get(Twinning, wish.twinning_id))
    return found.name if found is not None else None


def found_card(
    published: Mapping[str, Mapping[str, int]], topics: Sequence[Topic], about: Topic | None, texts: Texts
) -> Card:
    """Return the way to meet somebody, with what is published; whether there is anybody to ask, it does not tell."""
    title = (
        texts("interests.find.about", topic=topic_name(":".join(about), texts))
        if about is not None
        else texts("interests.find.title")
    )
    counts = {topic: sum(published.get(interests.family(topic), {}).values()) for topic in topics}
    lines = [
        texts("interests.find.line", topic=topic_name(":".join(topic), texts), count=count)
        for topic, count in sorted(counts.items(), key=lambda each: -each[1])
        if count
    ]
    return Card(
        title,
        line(texts("interests.find.some"), fitting(lines, texts, room=1_500)) if lines else None,
        texts("interests.find.how"),
        row(AskForMe(about, texts)),
    )
