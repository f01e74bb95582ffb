"""Walking through the series: what the commands and the buttons do, from a DM and from the server alike."""

from typing import Any, Protocol, cast

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.onboarding import Series
from bot.errors import UserError
from cogs.common.base import reply
from cogs.common.standings import is_member
from cogs.onboarding import cards
from cogs.onboarding.buttons import Act, Doing
from cogs.onboarding.cards import Shown
from db import onboarding, people
from db.models import Guild, Person
from db.onboarding import Said
from db.onboarding.models import Journey


class Keeper(Protocol):
    """The cog that keeps the series."""

    series: Series


def series_of(bot: Bot) -> Series:
    """Return the series that the onboarding cog keeps."""
    return cast("Keeper", bot.get_cog("Onboarding")).series


async def show(interaction: discord.Interaction[Any], card: ui.LayoutView) -> None:
    """Answer in private: in place of the message that was pressed in a DM, else as every private answer."""
    if (
        interaction.guild_id is None
        and interaction.message is not None
        and not interaction.response.is_done()
    ):
        await interaction.response.edit_message(view=card)
        return
    await reply(interaction, card)


async def server(bot: Bot, guild_id: int) -> Guild:
    """Return a server that the bot is still in, as far as is stored.

    Raises:
        UserError: it is not.
    """
    record = await bot.guild_record(guild_id)
    if record is None or record.absent_since is not None:
        raise UserError("onboarding.which_server.body")
    return record


async def which(interaction: discord.Interaction[Any], bot: Bot) -> int:
    """Return the server that a command means: where it is used, or in a DM the one that welcomed them.

    Raises:
        UserError: there is none.
    """
    if interaction.guild_id is not None:
        return interaction.guild_id

    def known(session: Session) -> int | None:
        journeys = onboarding.journeys_of(session, interaction.user.id)
        return journeys[0].guild_id if journeys else onboarding.greeted_in(session, interaction.user.id)

    guild_id = await bot.store.read(known)
    if guild_id is None or not await is_member(bot, guild_id, interaction.user.id):
        raise UserError("onboarding.which_server.body")
    return guild_id


async def start(interaction: discord.Interaction[Any], bot: Bot, guild_id: int) -> None:
    """Start the series, or go on with it: with the step shown last if it is not answered, else the next one."""
    guild, user_id = await server(bot, guild_id), interaction.user.id

    def store(session: Session) -> tuple[Shown | None, set[str]]:
        found = onboarding.start(session, guild_id, user_id, now=bot.clock.now())
        return _shown(session, found, guild, bot, again=True)

    await _present(interaction, bot, await bot.store.write(store))


async def do(interaction: discord.Interaction[Any], bot: Bot, guild_id: int, doing: Doing) -> None:
    """Show the next step, pause, go on, or stop.

    Raises:
        UserError: they have not started.
    """
    guild, user_id, now = await server(bot, guild_id), interaction.user.id, bot.clock.now()

    def begun(session: Session) -> Journey:
        found = onboarding.journey(session, guild_id, user_id)
        if found is None:
            raise UserError("onboarding.not_started.body", command=bot.mention("welcome start"))
        return found

    if doing in ("next", "resume"):

        def store(session: Session) -> tuple[Shown | None, set[str]]:
            begun(session)
            found = onboarding.start(session, guild_id, user_id, now=now)
            return _shown(session, found, guild, bot, again=doing == "resume")

        await _present(interaction, bot, await bot.store.write(store))
        return

    def end(session: Session) -> None:
        found = begun(session)
        if doing == "pause":
            onboarding.pause(session, found, now=now)
        else:
            onboarding.stop(session, found, now=now)

    await bot.store.write(end)
    key, command = (
        ("paused.body", "welcome resume") if doing == "pause" else ("stopped.body", "welcome start")
    )
    await show(interaction, cards.plain_card(key, bot, Act(bot.texts, guild_id, "resume"), command=command))


async def decline(interaction: discord.Interaction[Any], bot: Bot, guild_id: int) -> None:
    """Note that somebody does not want the series."""
    await server(bot, guild_id)

    def store(session: Session) -> None:
        onboarding.decline(session, guild_id, interaction.user.id, now=bot.clock.now())

    await bot.store.write(store)
    await show(interaction, cards.plain_card("hello.declined", bot, command="welcome start"))


async def answer(
    interaction: discord.Interaction[Any], bot: Bot, guild_id: int, step: str, said: Said
) -> None:
    """Store what somebody says to a step, and show what is next.

    Raises:
        UserError: there is no such step any more.
    """
    guild, user_id, series = await server(bot, guild_id), interaction.user.id, series_of(bot)
    known = series.get(step)
    if known is None:
        raise UserError("onboarding.step.gone", command=bot.mention("welcome next"))

    def store(session: Session) -> tuple[Shown | None, set[str]]:
        now = bot.clock.now()
        found = onboarding.journey(session, guild_id, user_id)
        if found is None:
            # Erased since, say: whoever answers wants to go on.
            found = onboarding.start(session, guild_id, user_id, now=now)
        next_at = onboarding.answer(session, found, step, said, series, now=now)
        answered = set(onboarding.answers_of(session, guild_id, user_id))
        if found.state == "finished":
            return None, answered
        return Shown(known, guild, people.person(session, user_id), next_at, said), answered

    await _present(interaction, bot, await bot.store.write(store))


def _shown(
    session: Session, found: Journey, guild: Guild, bot: Bot, *, again: bool
) -> tuple[Shown | None, set[str]]:
    """Record which step is shown now, and return it with what has been answered; no step when all have been shown.

    Args:
        session: the transaction.
        found: the journey.
        guild: the server, with its regions.
        bot: for the series and the time.
        again: show the last step once more, if it is not answered.
    """
    series, now = series_of(bot), bot.clock.now()
    answered = set(onboarding.answers_of(session, found.guild_id, found.user_id))
    last = series.get(found.step)
    step = last if again and last is not None and last.name not in answered else None
    step = step or onboarding.next_step(session, found, series)
    if step is None or found.state == "finished":
        return None, answered
    next_at = onboarding.show(session, found, step, series, now=now)
    person: Person | None = people.person(session, found.user_id)
    return Shown(step, guild, person, next_at), answered


async def _present(
    interaction: discord.Interaction[Any], bot: Bot, outcome: tuple[Shown | None, set[str]]
) -> None:
    shown, answered = outcome
    series = series_of(bot)
    if shown is None:
        await show(interaction, cards.finished_card(series, answered, bot))
    else:
        await show(interaction, cards.step_card(shown, series, bot))
