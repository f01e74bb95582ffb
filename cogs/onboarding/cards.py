"""The cards of the welcome and of the series."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.app import Bot
from bot.domain.onboarding import Series, Step
from bot.texts import Markup, Texts
from cogs.common.base import GREY, Card, fitting, line, row
from cogs.common.times import spoken
from cogs.guidance.cards import More, library_of
from cogs.onboarding.buttons import Act, Decline, Go, Say
from db import onboarding
from db.models import Guild, Person


@dataclass(frozen=True, slots=True)
class Shown:
    """How a step is shown.

    `next_at` is when the next one comes by itself; `said` is what the member has just answered; `sent` that
    the step came by itself, and so will the next.
    """

    step: Step
    guild: Guild
    person: Person | None
    next_at: datetime | None = None
    said: str | None = None
    sent: bool = False


def hello_card(guild: Guild, server: str, bot: Bot) -> Card:
    """Return the one message that a newcomer gets without having asked."""
    texts, command = bot.texts, bot.mention("welcome start")
    where = (
        texts("onboarding.hello.where", channel=Markup(f"<#{guild.welcome_channel_id}>"), command=command)
        if guild.welcome_channel_id
        else texts("onboarding.hello.how", command=command)
    )
    return Card(
        texts("onboarding.hello.title", server=server),
        texts("onboarding.hello.body"),
        row(Go(texts, guild.id), Decline(texts, guild.id)),
        where,
    )


def desk_card(bot: Bot) -> Card:
    """Return the permanent message in the welcome channel."""
    texts = bot.texts
    return Card(
        texts("onboarding.desk.title"),
        texts("onboarding.desk.body"),
        row(Go(texts)),
        texts("onboarding.desk.how", command=bot.mention("welcome start")),
    )


def step_card(shown: Shown, series: Series, bot: Bot) -> Card:
    """Return one step: its text, what is next, and its buttons."""
    texts, step, guild_id = bot.texts, shown.step, shown.guild.id
    key = f"onboarding.{step.name}"
    text = texts.get(key)
    fields = {"regions": regions(shown.guild, texts)} if text is not None and "regions" in text.fields else {}
    helps = (
        texts("onboarding.step.try", command=bot.mention(step.command)) if _there(bot, step.command) else None
    )
    more = library_of(bot).pieces.get(step.advice)
    if shown.said is None:
        first = row(
            Say(texts, guild_id, step.name, "done"),
            Say(texts, guild_id, step.name, "skip"),
            More(more, label=texts("onboarding.step.more.button")) if more else None,
        )
        second = row(
            Act(texts, guild_id, "next"), Act(texts, guild_id, "pause"), Act(texts, guild_id, "stop")
        )
    else:
        first = row(Act(texts, guild_id, "next"), Act(texts, guild_id, "pause"), Act(texts, guild_id, "stop"))
        second = None
    return Card(
        texts(
            "onboarding.step.title",
            title=Markup(step.title),
            place=str(series.place(step.name)),
            total=str(len(series.steps)),
        ),
        texts(key, **fields),
        helps,
        texts(f"onboarding.step.said_{shown.said}") if shown.said else None,
        first,
        second,
        _ahead(shown, bot),
    )


def _there(bot: Bot, command: str) -> bool:
    """Whether a command exists in this version."""
    return bool(command) and any(each.qualified_name == command for each in bot.tree.walk_commands())


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
    """Return the server's regions with their channels, as many as fit; nothing where there are none."""
    entries = [
        texts("onboarding.step.region", name=region.name, channel=Markup(f"<#{region.channel_id}>"))
        for region in guild.regions
    ]
    if not entries:
        return Markup("")
    return line(texts("onboarding.step.regions"), fitting(entries, texts, room=800))


def plain_card(key: str, bot: Bot, *buttons: ui.Item[Any], command: str) -> Card:
    """Return a card of one text that names one command."""
    return Card(
        bot.texts(f"onboarding.{key}", command=bot.mention(command)),
        row(*buttons) if buttons else None,
        colour=GREY,
    )


def finished_card(series: Series, answered: Collection[str], bot: Bot) -> Card:
    """Return that all steps have been shown, and which of them are not answered."""
    texts = bot.texts
    left = [step.title for step in series.steps if step.name not in answered]
    return Card(
        texts("onboarding.finished.body", tip=bot.mention("guidance tip"), ask=bot.mention("guidance ask")),
        texts("onboarding.finished.left", steps=Markup(", ".join(left))) if left else None,
    )


def progress_card(published: Mapping[str, Mapping[str, int]], series: Series, texts: Texts) -> Card:
    """Return how newcomers are getting on: what was published, and nobody's name."""

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


def raid_card(texts: Texts) -> Card:
    """Return the note to organisers about many people joining at once."""
    return Card(texts("onboarding.raid.body"))
