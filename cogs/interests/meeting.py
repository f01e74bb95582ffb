"""Introductions: how many share an interest, the request, the question to the other member, and what both hear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import auto
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import MEANT, Card, fitting, line, members_of, row
from cogs.common.buttons import Button, Id, PagedMenu
from cogs.common.context import Context
from cogs.common.interests import by_name, names, topic_name
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.people import who
from cogs.common.report import Problem
from cogs.common.times import written
from cogs.interests import form
from db import counting, interests, people
from db.interests import Topic
from db.interests.models import Introduction
from db.network.models import Twinning


class AskForMe(Button, name="interests:ask"):
    """'Ask one of them for me'; about one interest ('campaign:cuba'), or any."""

    audience = MEANT

    about: Annotated[str, r"[^:]{0,8}:?[^:]{0,40}"]
    style: discord.ButtonStyle = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Ask the member who fits best."""
        guild_id, user_id, now = ctx.guild_id, ctx.user_id, ctx.now
        words = form.wordings(ctx.texts)
        kind, mark, value = self.about.partition(":")
        about = (kind, value) if mark else None

        def store(session: Session) -> Introduction:
            if interests.MEET not in interests.allowed(session, user_id, guild_id=guild_id, wordings=words):
                raise UserError("interests.find.not_open", wording=Markup(words[interests.MEET]))
            chosen = interests.chosen_by(session, user_id, guild_id=guild_id)
            if about is not None and about not in by_name(ctx.texts, also=chosen).values():
                raise UserError("errors.button_gone")  # they were never shown the consent
            return interests.ask(session, user_id, guild_id=guild_id, about=about, wordings=words, now=now)

        intro = await ctx.write(store)
        until = await _until(ctx.bot, intro, user_id)
        await ctx.reply(Card(ctx.text("interests.ask.done", when=until)))


async def _until(bot: Bot, intro: Introduction, user_id: int) -> Markup:
    """Return until when a request is open, in a member's local time."""
    person = await bot.store.read(people.person, user_id)
    zone = bot.zone_of(await bot.guild_record(intro.guild_id))
    return written(intro.expires_at, ZoneInfo(person.zone) if person is not None and person.zone else zone)


Said = Literal["yes", "no", "stop"]


class Answer(Button, name="interests:answer"):
    """'Yes, introduce us', 'No, thank you' or 'No, and don't ask me again'."""

    audience = members_of(Introduction, "intro")

    intro: Id
    answer: Said

    async def press(self, ctx: Context) -> None:
        """Store the answer; after a yes tell both."""
        user_id, now, message = ctx.user_id, ctx.now, ctx.interaction.message
        shown_at = message.created_at if message is not None else None

        def store(session: Session) -> Introduction:
            intro = interests.answer(
                session, self.intro, user_id, yes=self.answer == "yes", now=now, shown_at=shown_at
            )
            if self.answer == "stop":
                interests.allow(
                    session,
                    user_id,
                    guild_id=intro.guild_id,
                    purpose=interests.MEET,
                    wording="",
                    on=False,
                    now=now,
                )
                interests.give_up(session, user_id, guild_id=intro.guild_id, now=now)
            return intro

        intro = await ctx.write(store)
        if self.answer == "yes":
            card = await met_card(ctx.bot, intro, user_id)
        else:
            card = Card(ctx.text(f"interests.answer.{self.answer}"))
        await ctx.replace(card)


async def question_card(bot: Bot, intro: Introduction) -> Card:
    """Return the question whether somebody wants to meet an unnamed member."""
    texts = bot.texts
    branch = await _branch(bot, intro)
    about = (
        texts("interests.question.twinning", server=_server(bot, intro), branch=branch)
        if branch is not None
        else texts("interests.question.words", server=_server(bot, intro), topics=names(intro.topics, texts))
    )
    return Card(
        texts("interests.question.title"),
        about,
        texts("interests.question.until", when=await _until(bot, intro, intro.asked_id)),
        row(
            *[
                Answer(
                    label=texts(f"interests.question.{said}.button"),
                    style=discord.ButtonStyle.success if said == "yes" else discord.ButtonStyle.secondary,
                    intro=intro.id,
                    answer=said,
                )
                for said in get_args(Said)
            ]
        ),
    )


async def met_card(bot: Bot, intro: Introduction, user_id: int) -> Card:
    """Return who the other is, now that both agree."""
    texts = bot.texts
    other = who(intro.asker_id if user_id == intro.asked_id else intro.asked_id, texts)
    branch = await _branch(bot, intro)
    words = (
        texts("interests.met.twinning", other=other, branch=branch)
        if branch is not None
        else texts("interests.met.words", other=other, topics=names(intro.topics, texts))
    )
    return Card(texts("interests.met.title"), words)


def none_card(texts: Texts) -> Card:
    """Return the news that it did not work out; a no and no answer read the same."""
    return Card(texts("interests.outcome.none"))


async def visit_card(bot: Bot, intro: Introduction, user_id: int) -> Card:
    """Return news of an introduction for a member who can't be messaged."""
    if intro.state == "met":
        card = await met_card(bot, intro, user_id)
    elif intro.asked_id == user_id:
        card = await question_card(bot, intro)
    else:
        card = none_card(bot.texts)
    card.add_item(ui.TextDisplay[Any](bot.texts("interests.visit.why")))
    return card


def _server(bot: Bot, intro: Introduction) -> str:
    return bot.known.server(intro.guild_id).name


async def _branch(bot: Bot, intro: Introduction) -> str | None:
    if intro.twinning_id is None:
        return None
    found = await bot.store.read(lambda session: session.get(Twinning, intro.twinning_id))
    return found.name if found is not None else None


def found_card(
    published: Mapping[str, Mapping[str, int]],
    topics: Sequence[Topic],
    about: Topic | None,
    texts: Texts,
    *menus: ui.ActionRow[Any],
) -> Card:
    """Return the button to meet somebody, with published counts, without revealing whether there is anybody to ask."""
    title = (
        texts("interests.find.title_about", topic=topic_name(":".join(about), texts))
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
        row(AskForMe(label=texts("interests.find.ask.button"), about=":".join(about or ()))),
        *menus,
    )


def heard(session: Session, intro_id: int, user_id: int, *, now: datetime) -> None:
    """Record that somebody has heard the outcome; a request past its time has lapsed."""
    interests.lapse(session, intro_id, now=now)
    interests.told(session, intro_id, user_id, now=now)


class Why(Reason):
    """Why nothing is said about an introduction."""

    ANSWERED = auto()
    INTRODUCTION_GONE = auto()


@dataclass(frozen=True, kw_only=True)
class OfIntroduction(Notice):
    """The base of what is sent about an introduction."""

    introduction: int

    async def find(self, ctx: Sending, *states: str) -> Introduction:
        """Return the introduction, if it is theirs and in one of these states."""
        intro = await ctx.read(interests.find, self.introduction)
        if intro is None or ctx.member not in (intro.asker_id, intro.asked_id):
            raise Skip(Why.INTRODUCTION_GONE)
        if intro.state not in states:
            raise Skip(Why.ANSWERED)
        return intro

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record that they have heard."""
        heard(session, self.introduction, ctx.member, now=ctx.now)


@notice(interests.ASK, needs_guild=True, sensitive=True)
class Question(OfIntroduction):
    """The question whether somebody wants to meet a member."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, if they have not been asked before."""
        if (await self.find(ctx, "asked")).asked_told_at is not None:
            raise Skip(Why.ANSWERED)
        return await self.show(ctx)

    async def show(self, ctx: Sending) -> Outgoing:
        """Ask."""
        return Outgoing(await question_card(ctx.bot, await self.find(ctx, "asked")))


@notice(interests.MET, sensitive=True)
class Met(OfIntroduction):
    """The introduction of two members."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say who the other is, unless they have heard."""
        if (await self.find(ctx, "met")).asker_told_at is not None:
            raise Skip(Why.ANSWERED)
        return await self.show(ctx)

    async def show(self, ctx: Sending) -> Outgoing:
        """Say who the other is."""
        return Outgoing(await met_card(ctx.bot, await self.find(ctx, "met"), ctx.member))


@notice(interests.NONE, sensitive=True)
class NotMet(OfIntroduction):
    """News that an introduction did not work out."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so once its time is over; a no and no answer read the same."""
        intro = await self.find(ctx, "lapsed", "asked", "declined")
        if intro.state != "lapsed" and intro.expires_at > ctx.now:
            raise Skip(Why.ANSWERED)
        return Outgoing(none_card(ctx.texts))


async def show(ctx: Context, words: str | None = None) -> None:
    """Show what somebody shares with others; `words` ('campaign:cuba') limits it to one interest.

    Raises:
        UserError: they have no interests stored, or are not open to introductions themselves.
    """
    guild_id, user_id, wordings = ctx.guild_id, ctx.user_id, form.wordings(ctx.texts)

    def load(session: Session) -> tuple[set[str], dict[str, list[str]], dict[str, dict[str, int]]]:
        return (
            interests.allowed(session, user_id, guild_id=guild_id, wordings=wordings),
            interests.chosen_by(session, user_id, guild_id=guild_id),
            counting.published_under(session, guild_id, "interest:"),
        )

    allowed, chosen, published = await ctx.read(load)
    if not chosen:
        raise UserError("interests.none", command=ctx.bot.mention("interests set"))
    if interests.MEET not in allowed:
        wording = Markup(wordings[interests.MEET])
        raise Problem("interests.find.not_open", form.allow_meeting(ctx.texts), wording=wording)
    own = [(kind, value) for kind, values in chosen.items() for value in values]
    offers = _offers(own, chosen, ctx.texts)
    about = next((topic for _, topic in offers if ":".join(topic) == words), None)
    if words is not None and about is None:
        raise UserError("errors.button_gone")
    label = ctx.text("interests.find.about.label")
    menus = FindAbout.rows(label, [(name, ":".join(topic)) for name, topic in offers])
    topics = [about] if about is not None else own
    await ctx.reply(found_card(published, topics, about, ctx.texts, *menus))


def _offers(own: list[Topic], chosen: dict[str, list[str]], texts: Texts) -> list[tuple[str, Topic]]:
    """Return the interests that somebody can ask about, their own first."""
    known = by_name(texts, also=chosen).items()
    found = [(name, topic) for name, topic in known if topic[0] != "campaign" or not texts.is_off(topic[1])]
    return sorted(found, key=lambda one: one[1] not in own)


class FindAbout(PagedMenu, name="interests:about"):
    """The menu of interests, to see who shares one."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Show it."""
        _ = ctx.guild
        await show(ctx, self.the_one())
