"""Options of commands that are more than text: a meeting, a region, a time; with autocomplete."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

import discord
from discord import app_commands

from bot.domain.names import fold, nearest
from bot.domain.terms import terms_of
from bot.domain.when import Choice, Moment, Series, Span, describe, read, read_repeat, suggestions
from bot.errors import UserError
from bot.texts import Markup
from bot.ui.here import languages_of
from bot.ui.meetings.cards import summary
from bot.ui.meetings.clashes import foresee
from bot.ui.meetings.reading import RULE
from db import meetings
from db.models import Meeting

if TYPE_CHECKING:
    from bot.app import Bot

MOST = 25


class MeetingOption(app_commands.Transformer):
    """A meeting of this server: picked from the list, or its number, or the beginning of its title."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Meeting:
        """Return the meeting.

        Raises:
            UserError: there is none such here; names the nearest.
        """
        bot = cast("Bot", interaction.client)
        guild_id = interaction.guild_id or 0
        number = value.strip().lstrip("#")
        if number.isdecimal() and len(number) < 10:
            return await bot.store.read(meetings.find, int(number), guild_id=guild_id)
        found = await _recent(bot, guild_id)
        sought = fold(value)
        titled = [meeting for meeting in found if sought and fold(meeting.title).startswith(sought)]
        if len(titled) == 1:
            return await bot.store.read(meetings.find, titled[0].id, guild_id=guild_id)
        titles = [meeting.title for meeting in titled] or nearest(value, [meeting.title for meeting in found])
        near = [meeting for title in dict.fromkeys(titles) for meeting in found if meeting.title == title]
        if near:
            raise UserError(
                "meetings.unknown_near",
                words=value[:60],
                near=Markup(
                    bot.texts("meetings.or").join(
                        bot.texts("meetings.near", title=meeting.title, number=meeting.id)
                        for meeting in near[:3]
                    )
                ),
            )
        raise UserError("meetings.unknown")

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Offer the meetings that are ahead, those that match what was typed first."""
        bot = cast("Bot", interaction.client)
        found = await _recent(bot, interaction.guild_id or 0)
        sought = fold(value)
        found.sort(key=lambda meeting: sought not in fold(meeting.title))
        return [
            app_commands.Choice(name=summary(meeting), value=str(meeting.id))
            for meeting in found
            if not sought or sought in fold(summary(meeting)) or value.strip() == str(meeting.id)
        ][:MOST]


async def _recent(bot: "Bot", guild_id: int) -> list[Meeting]:
    now = bot.clock.now()
    return list(
        await bot.store.read(meetings.upcoming, guild_id, now=now, since=now - timedelta(days=1), limit=100)
    )


class WhenOption(app_commands.Transformer):
    """A time in words; what it means is echoed while it is typed."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the words: they are read where a question can be put back."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Echo the readings of what is typed so far."""
        bot = cast("Bot", interaction.client)
        foresee(bot)
        guild = await bot.guild_record(interaction.guild_id or 0)
        terms = terms_of(guild.terms) if guild else None
        found = suggestions(
            value,
            now=bot.clock.now(),
            zone=bot.zone_of(guild),
            terms=terms,
            languages=languages_of(interaction),
        )
        return [app_commands.Choice(name=label, value=phrase) for label, phrase in found][:MOST]


class RepeatOption(app_commands.Transformer):
    """How a meeting comes again, in words."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the words: they are read with the time, which they depend on."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Say what the words mean with the time that was typed before; else offer the usual repeats."""
        bot = cast("Bot", interaction.client)
        guild = await bot.guild_record(interaction.guild_id or 0)
        zone, terms = bot.zone_of(guild), terms_of(guild.terms) if guild else None
        typed = str(getattr(interaction.namespace, "when", "") or "")
        start = read(typed, now=bot.clock.now(), zone=zone, terms=terms)
        offers = list(bot.texts.under("series.offers"))
        usual = [str(bot.texts(key)) for key in offers if value.casefold() in bot.texts(key).casefold()]
        if not isinstance(start, Moment | Span):
            return [app_commands.Choice(name=words, value=words) for words in usual][:MOST]
        found: dict[str, str] = {}
        for words in dict.fromkeys([value, *usual] if value.strip() else usual):
            again = read_repeat(words, start, terms=terms)
            readings = again.readings if isinstance(again, Choice) else (again,)
            for one in readings:
                if isinstance(one, Series):
                    found.setdefault(describe(one)[:100], RULE + one.rule)
        return [app_commands.Choice(name=name, value=rule[:100]) for name, rule in found.items()][:MOST]


class RegionOption(app_commands.Transformer):
    """The name of a region of this server."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the name as typed: it is looked up with the rest."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Offer the server's regions."""
        bot = cast("Bot", interaction.client)
        guild = await bot.guild_record(interaction.guild_id or 0)
        names = [region.name for region in guild.regions] if guild else []
        shown = nearest(value, names, most=MOST) if value.strip() else names
        return [app_commands.Choice(name=name, value=name) for name in shown[:MOST]]


def later(which: str | None) -> bool:
    """Whether 'this and later' was chosen."""
    return which == "later"


MeetingArgument = app_commands.Transform[Meeting, MeetingOption]
When = app_commands.Transform[str, WhenOption]
Repeat = app_commands.Transform[str, RepeatOption]
RegionName = app_commands.Transform[str, RegionOption]
Capacity = app_commands.Range[int, 1, 10_000]
Which = Literal["this", "later"]
