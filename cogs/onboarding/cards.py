"""The cards of the welcome, and how newcomers are getting on."""

from collections.abc import Mapping

from bot.app import Bot
from bot.domain.onboarding import Series
from bot.texts import Markup, Texts
from cogs.common.base import Card, fitting, row
from cogs.common.buttons import named
from cogs.onboarding.walking import Decline, Go
from db import onboarding
from db.models import Guild


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
        row(
            Go(label=texts("onboarding.hello.start.button"), guild=guild.id),
            Decline(label=texts("onboarding.hello.decline.button"), guild=guild.id),
        ),
        where,
    )


def start_message_card(bot: Bot) -> Card:
    """Return the permanent message in the welcome channel: the first steps, and the doors of `/help`."""
    texts = bot.texts
    doors = [
        named("door", label=texts(f"help.doors.{door}.button"), door=door)
        for door in ("near", "minutes", "care")
    ]
    return Card(
        texts("onboarding.desk.title"),
        texts("onboarding.desk.body"),
        row(Go(label=texts("onboarding.hello.start.button")), *doors),
        texts("onboarding.desk.how", command=bot.mention("welcome start"), help=bot.mention("help")),
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
