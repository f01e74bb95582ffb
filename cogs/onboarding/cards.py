"""The steps of the welcome, its cards, and how newcomers are getting on."""

from collections.abc import Mapping
from enum import auto
from typing import Annotated

from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.onboarding import PATIENCE, Series, Step
from bot.patience import patiently
from bot.texts import Markup, Texts
from bot.texts.pages import Pages
from bot.texts.schema import Page, one_of, shape, told
from cogs.common.advice import Act
from cogs.common.base import Card, fitting, row
from cogs.common.buttons import Button, named
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.onboarding.walking import Decline, Go, Shown, act, plain_card, step_card
from db import counting, onboarding, people
from db.models import Person
from db.onboarding.models import OnboardingProgress


@shape
class StepPage(Page):
    """The fields of a step's page."""

    day: Annotated[
        int, told("give the `day` on which it comes, counted from the start, such as `day: 7`", ge=0)
    ]
    advice: Annotated[str, one_of("guidance")] = ""
    act: Act


PAGES = Pages(StepPage, "onboarding")


def series_of(texts: Texts) -> Series:
    """Return the steps in order. Raises ContentError: a page is invalid; names file and line."""
    return Series(
        Step(page.name, page.title, page.day, page.advice, page.act) for page in PAGES.of(texts).values()
    )


def progress_card(published: Mapping[str, Mapping[str, int]], series: Series, texts: Texts) -> Card:
    """Return how newcomers are getting on: published figures, and no names."""

    def count(about: str) -> Markup:
        shown = sum(published.get(onboarding.family(about), {}).values())
        return Markup(str(shown)) if shown else texts("onboarding.progress.few")

    steps = [
        texts(
            "onboarding.progress.step",
            place=str(place),
            title=Markup(step.title),
            done=count(f"step:{step.name}:done"),
            skip=count(f"step:{step.name}:skip"),
        )
        for place, step in enumerate(series.steps, 1)
    ]
    return Card(
        texts("onboarding.progress.title"),
        texts(
            "onboarding.progress.states",
            underway=count("underway"),
            finished=count("finished"),
            ended=count("ended"),
        ),
        fitting(steps, texts),
        texts("onboarding.progress.note"),
    )


def organises(ctx: Context) -> bool:
    """Whether to ask somebody, in a server, if they want the series or newcomers' progress."""
    record = ctx.record
    return ctx.in_server and record is not None and record.set_up_at is not None and ctx.may_organise(None)


def organisers_card(texts: Texts) -> Card:
    """Return the choice for an organiser: the series for themselves, or newcomers' progress."""
    return Card(
        texts("onboarding.organisers.title"),
        row(
            Go(label=texts("onboarding.organisers.start.button")),
            Progress(label=texts("onboarding.progress.button")),
        ),
    )


class Progress(Button, name="welcome:progress"):
    """'How newcomers are getting on', for organisers."""

    async def press(self, ctx: Context) -> None:
        """Show it, in numbers."""
        _ = ctx.guild
        ctx.must_organise(None)
        published = await ctx.read(counting.published_under, ctx.guild_id, onboarding.family(""))
        await ctx.reply(progress_card(published, ctx.bot.part(Series), ctx.texts))


class Why(Reason):
    """Why a newcomer is not messaged."""

    DMS_UNWANTED = auto()
    ENDED = auto()
    ERASED = auto()
    FINISHED = auto()
    LEFT = auto()
    PACED = auto()
    PAUSED = auto()
    SHOWN = auto()
    STOPPED = auto()
    UNANSWERED = auto()


async def _must_be_member(ctx: Sending) -> None:
    """Skip somebody who is no longer in the server, and record their missed departure."""
    if not await ctx.bot.known.is_member(ctx.guild_id, ctx.member):
        await patiently(ctx.bot.store, None, onboarding.away, ctx.guild_id, ctx.member, now=ctx.now)
        raise Skip(Why.LEFT)


@notice(onboarding.HELLO, needs_guild=True)
class Hello(Notice):
    """The one unprompted message to a newcomer."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Greet them, if they are still there and it is their turn."""
        guild, texts = await ctx.guild(), ctx.texts
        about = {"server": ctx.bot.known.server(guild.id).name}
        await _must_be_member(ctx)
        person = await ctx.read(people.person, ctx.member)
        if person is not None and not person.dms:
            raise Skip(Why.DMS_UNWANTED)
        if not await ctx.write(onboarding.take_turn, guild.id, ctx.member):
            raise Skip(Why.PACED)
        command, channel = ctx.bot.mention("welcome start"), Markup(f"<#{guild.welcome_channel_id}>")
        card = Card(
            texts("onboarding.hello.title", **about),
            texts("onboarding.hello.body"),
            row(
                Go(label=texts("onboarding.hello.start.button"), guild=guild.id),
                Decline(label=texts("onboarding.hello.decline.button"), guild=guild.id),
            ),
            texts("onboarding.hello.where", channel=channel, command=command)
            if guild.welcome_channel_id
            else texts("onboarding.hello.how", command=command),
        )
        return Outgoing(card, push=ctx.push("onboarding.push.hello", **about))


@notice(onboarding.START_MESSAGE)
class Desk(Notice):
    """The permanent message in the welcome channel."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return it."""
        texts, mention = ctx.texts, ctx.bot.mention
        doors = [
            named("door", label=texts(f"help.doors.{door}.button"), door=door)
            for door in ("near", "minutes", "care")
        ]
        card = Card(
            texts("onboarding.desk.title"),
            texts("onboarding.desk.body"),
            row(Go(label=texts("onboarding.hello.start.button")), *doors),
            texts("onboarding.desk.how", command=mention("welcome start"), help=mention("help")),
        )
        return Outgoing(card, push=ctx.push("onboarding.push.desk"))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Store the message's id."""
        if message_id is not None:
            channel_id = ctx.delivery.target_id
            onboarding.start_message_placed(session, ctx.guild_id, channel_id, message_id, now=ctx.now)


@notice(onboarding.RAIDED)
class Raided(Notice):
    """The note to organisers about many people joining at once."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return it."""
        return Outgoing(Card(ctx.texts("onboarding.raid.body")), push=ctx.push("onboarding.push.raid"))


@notice(onboarding.STEP)
class NextStep(Notice):
    """The next step for a newcomer, or goodbye to one who does not answer."""

    turn: int | None = None
    goodbye: bool = False
    """Set while rendering, to record after sending."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Show it, if they still want it and have not seen it."""
        guild, series, bot = await ctx.guild(), ctx.bot.part(Series), ctx.bot
        await _must_be_member(ctx)

        def load(session: Session) -> tuple[OnboardingProgress | None, Step | None, Person | None]:
            found = onboarding.find_progress(session, guild.id, ctx.member)
            coming = onboarding.next_step(session, found, series) if found is not None else None
            return found, coming, people.person(session, ctx.member)

        found, coming, person = await ctx.read(load)
        if found is None:
            raise Skip(Why.ERASED)
        if found.state != "active":
            raise Skip(Why.UNANSWERED if found.state == "quiet" else Why(found.state))
        if found.turn != self.turn:
            raise Skip(Why.SHOWN)
        if coming is None:
            raise Skip(Why.ENDED)
        if person is not None and not person.dms:
            raise Skip(Why.DMS_UNWANTED)
        if found.unanswered >= PATIENCE:
            ctx.delivery.data = {**ctx.delivery.data, "goodbye": True}
            again = act("resume", guild.id, ctx.texts)
            card = plain_card("goodbye.body", bot, again, command="welcome start")
            return Outgoing(card, push=ctx.push("onboarding.push.goodbye"))
        about = {"title": coming.title, "place": series.place(coming.name), "total": len(series.steps)}
        card = step_card(Shown(coming, guild, person, sent=True), series, bot)
        return Outgoing(card, push=ctx.push("onboarding.push.step", **about))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record that it was sent, or that goodbye was said."""
        found = onboarding.find_progress(session, ctx.guild_id, ctx.member)
        if found is None or found.state != "active" or found.turn != self.turn:
            return
        if self.goodbye:
            onboarding.quiet(session, found)
        else:
            onboarding.come(session, found, ctx.bot.part(Series), now=ctx.now)
