"""The series: its buttons, cards and actions, in DMs and in the server alike."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.onboarding import Series, Step
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import GREY, MEMBERS, ONESELF, Card, fitting, line, row
from cogs.common.buttons import Button, GuildId, named
from cogs.common.context import Context
from cogs.common.doing import Do
from cogs.common.people import is_member
from cogs.common.times import spoken
from db import onboarding, people, receipts
from db.models import Guild, Person
from db.onboarding import Said
from db.onboarding.models import OnboardingProgress

Doing = Literal["next", "pause", "resume", "stop"]


class Go(Button, name="welcome:go"):
    """'Start'; in the welcome channel without the server's id."""

    audience = MEMBERS

    guild: GuildId | None = None
    style: discord.ButtonStyle = discord.ButtonStyle.success

    async def press(self, ctx: Context) -> None:
        """Start the series, or continue it."""
        await start(ctx, self.guild or ctx.guild_id)


class Decline(Button, name="welcome:no"):
    """'Not for me', under the welcome."""

    audience = ONESELF

    guild: GuildId

    async def press(self, ctx: Context) -> None:
        """Record it, and send nothing more."""
        await server(ctx, self.guild)
        await ctx.write(onboarding.decline, self.guild, ctx.user_id)
        await ctx.replace(plain_card("hello.declined", ctx.bot, command="welcome start"))


class Say(Button, name="step"):
    """'Done' or 'Not for me', under a step."""

    audience = MEMBERS

    guild: GuildId
    step: Annotated[str, r"[a-z0-9-]{1,40}"]
    said: Said

    async def press(self, ctx: Context) -> None:
        """Store the answer and show what is next. Raises UserError: the step no longer exists."""
        guild, series, user_id = await server(ctx, self.guild), ctx.bot.part(Series), ctx.user_id
        step = series.get(self.step)
        if step is None:
            raise UserError("onboarding.step.gone", command=ctx.bot.mention("welcome next"))

        def store(session: Session) -> tuple[Shown | None, set[str]]:
            found = onboarding.find_progress(session, guild.id, user_id)
            if found is None:
                # Erased since, for example: an answer means that they want to continue.
                found = onboarding.start(session, guild.id, user_id, now=ctx.now)
            next_at = onboarding.answer(session, found, step.name, self.said, series, now=ctx.now)
            answered = set(onboarding.answers_of(session, guild.id, user_id))
            if found.state == "finished":
                return None, answered
            return Shown(step, guild, people.person(session, user_id), next_at, self.said), answered

        await _present(ctx, *await ctx.write(store))


class Act(Button, name="series"):
    """'Next step now', 'Pause', 'Carry on' or 'Stop for good'."""

    audience = MEMBERS

    guild: GuildId
    doing: Doing

    def read(self, match: re.Match[str]) -> None:
        """Read the state from the custom_id; those who have left may stop it too."""
        super().read(match)
        if self.doing in ("pause", "stop"):
            self.audience = ONESELF

    async def press(self, ctx: Context) -> None:
        """Do it."""
        await do(ctx, self.guild, self.doing)


def act(doing: Doing, guild_id: int, texts: Texts) -> Act:
    """Return the button that continues, pauses or stops."""
    style = discord.ButtonStyle.primary if doing in ("next", "resume") else discord.ButtonStyle.secondary
    return Act(label=texts(f"onboarding.step.{doing}.button"), style=style, guild=guild_id, doing=doing)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a step is shown.

    `next_at` is when the next one is sent; `said` is what the member has just answered; `sent` means that
    the step was sent unprompted, as the next will be.
    """

    step: Step
    guild: Guild
    person: Person | None
    next_at: datetime | None = None
    said: str | None = None
    sent: bool = False


def step_card(shown: Shown, series: Series, bot: Bot) -> Card:
    """Return one step: its text, what is next, and its buttons."""
    texts, step, guild_id = bot.texts, shown.step, shown.guild.id
    key = f"onboarding.{step.name}"
    text = texts.get(key)
    fields = {"regions": regions(shown.guild, texts)} if text is not None and "regions" in text.fields else {}
    forward = row(*[act(doing, guild_id, texts) for doing in ("next", "pause", "stop")])
    done, skip = texts("onboarding.step.done.button"), texts("onboarding.step.skip.button")
    green = discord.ButtonStyle.success
    doing = [Do(label=Markup(label), command=name) for name, label in step.act.items()]
    answers = row(
        *doing,
        Say(label=done, style=green, guild=guild_id, step=step.name, said="done"),
        Say(label=skip, guild=guild_id, step=step.name, said="skip"),
        named("advice", label=texts("onboarding.step.more.button"), name=step.advice)
        if f"guidance.{step.advice}" in texts
        else None,
    )
    return Card(
        texts(
            "onboarding.step.title",
            title=Markup(step.title),
            place=str(series.place(step.name)),
            total=str(len(series.steps)),
        ),
        texts(key, **fields),
        texts(f"onboarding.step.said_{shown.said}") if shown.said else None,
        answers if shown.said is None else None,
        forward,
        _ahead(shown, bot) if step != series.steps[-1] else texts("onboarding.step.last"),
    )


def _ahead(shown: Shown, bot: Bot) -> Markup:
    texts, command = bot.texts, bot.mention("welcome next")
    if shown.next_at is not None:
        zone = shown.person.zone if shown.person is not None and shown.person.zone else shown.guild.zone
        return texts("onboarding.step.coming", when=spoken(shown.next_at, ZoneInfo(zone)))
    if shown.sent:
        return texts("onboarding.step.no_hurry", command=command)
    settings = bot.mention("settings mine")
    if shown.person is not None and not shown.person.dms:
        return texts("onboarding.step.muted", command=command)
    if shown.person is not None and shown.person.dms_closed_at is not None:
        return texts("onboarding.step.closed", command=command, settings=settings)
    return texts("onboarding.step.by_yourself", command=command)


def regions(guild: Guild, texts: Texts) -> Markup:
    """Return the server's regions with their channels, as many as fit; empty if there are none."""
    entries = [
        texts("onboarding.step.region", name=region.name, channel=Markup(f"<#{region.channel_id}>"))
        for region in guild.regions
    ]
    if not entries:
        return Markup("")
    return line(texts("onboarding.step.regions"), fitting(entries, texts, room=800))


def plain_card(key: str, bot: Bot, *buttons: ui.Item[Any], command: str) -> Card:
    """Return a card with one text that names one command."""
    return Card(bot.texts(f"onboarding.{key}", command=bot.mention(command)), row(*buttons), colour=GREY)


def finished_card(series: Series, answered: Collection[str], bot: Bot) -> Card:
    """Return the card that all steps have been shown, with the unanswered ones."""
    texts = bot.texts
    left = [step.title for step in series.steps if step.name not in answered]
    return Card(
        texts("onboarding.finished.body", tip=bot.mention("guidance tip"), ask=bot.mention("guidance ask")),
        texts("onboarding.finished.left", steps=Markup(", ".join(left))) if left else None,
        row(
            Do(label=texts("onboarding.finished.share.button"), command="comms contribute"),
            Do(label=texts("guidance.tip.next.button"), command="guidance tip"),
        ),
    )


async def server(ctx: Context, guild_id: int) -> Guild:
    """Return a server that the bot is still in, according to the store. Raises UserError: it is not."""
    record = await ctx.bot.guild_record(guild_id)
    if record is None or record.absent_since is not None:
        raise UserError("onboarding.which_server.body")
    return record


async def which(ctx: Context) -> int:
    """Return the server that a command is about: where it is used or, in a DM, the one that welcomed them.

    Raises:
        UserError: they share no server with the bot, or several of which none welcomed them.
    """
    if ctx.in_server:
        return ctx.guild_id

    def known(session: Session) -> int | None:
        found = onboarding.progress_of(session, ctx.user_id)
        return found[0].guild_id if found else onboarding.greeted_in(session, ctx.user_id)

    guild_id = await ctx.read(known)
    if guild_id is not None and await is_member(ctx.bot, guild_id, ctx.user_id):
        return guild_id
    return (await ctx.bot.hooks.server(ctx.interaction)).id


async def start(ctx: Context, guild_id: int, *, begun: bool = False, again: bool = True) -> None:
    """Start or continue the series: show the latest step if it is unanswered, else the next one.

    Args:
        ctx: the member's context.
        guild_id: the server whose series it is.
        begun: only if they have started it before.
        again: show the last step again, if it is unanswered.

    Raises:
        UserError: they have not started, although they must have.
    """
    guild, series = await server(ctx, guild_id), ctx.bot.part(Series)

    def store(session: Session) -> tuple[Shown | None, set[str]]:
        if begun:
            _progress(ctx, session, guild_id)
        found = onboarding.start(session, guild_id, ctx.user_id, now=ctx.now)
        answered = set(onboarding.answers_of(session, guild_id, ctx.user_id))
        last = series.get(found.step)
        step = last if again and last is not None and last.name not in answered else None
        step = step or onboarding.next_step(session, found, series)
        if step is None or found.state == "finished":
            return None, answered
        next_at = onboarding.show(session, found, step, series, now=ctx.now)
        if ctx.in_server:
            receipts.give(session, ctx.user_id, "welcome", guild_id=guild_id, now=ctx.now, next_at=next_at)
        return Shown(step, guild, people.person(session, ctx.user_id), next_at), answered

    await _present(ctx, *await ctx.write(store))


async def do(ctx: Context, guild_id: int, doing: Doing) -> None:
    """Show the next step, pause, continue, or stop. Raises UserError: they have not started."""
    if doing in ("next", "resume"):
        await start(ctx, guild_id, begun=True, again=doing == "resume")
        return
    await server(ctx, guild_id)
    verb = onboarding.pause if doing == "pause" else onboarding.stop

    def end(session: Session) -> None:
        verb(session, _progress(ctx, session, guild_id), now=ctx.now)

    await ctx.write(end)
    key = "paused.body" if doing == "pause" else "stopped.body"
    doings: tuple[Doing, ...] = ("resume", "stop") if doing == "pause" else ("resume",)
    buttons = [act(one, guild_id, ctx.texts) for one in doings]
    await ctx.replace(plain_card(key, ctx.bot, *buttons, command="welcome start"))


def _progress(ctx: Context, session: Session, guild_id: int) -> OnboardingProgress:
    found = onboarding.find_progress(session, guild_id, ctx.user_id)
    if found is None:
        raise UserError("onboarding.not_started.body", command=ctx.bot.mention("welcome start"))
    return found


async def _present(ctx: Context, shown: Shown | None, answered: Collection[str]) -> None:
    series = ctx.bot.part(Series)
    if shown is None:
        await ctx.replace(finished_card(series, answered, ctx.bot))
    else:
        await ctx.replace(step_card(shown, series, ctx.bot))
