"""Suggested dates: days, times and places that share the burden, with the reasons, and the way to ask or schedule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.domain.clashes import clashes as clashes_of
from bot.domain.clashes import notice_for
from bot.domain.fairness import TOGETHER, Suggestion
from bot.domain.observances import Observance
from bot.domain.walltime import at_wall
from bot.domain.when import Moment, Terms
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import IN_SERVER, Action, Card, line, reply, row
from cogs.common.context import Here, here
from cogs.common.times import spoken
from cogs.meetings import clashes, scheduling
from db import drafts, meetings
from db.meetings import suggesting
from db.models import Region

# Dates are looked for this long after the notice that a meeting of the usual size needs.
WINDOW = 35
# What is offered where too little is known to say more: on different days, at different times.
PLAIN = ((1, time(18)), (3, time(17)), (5, time(11)))


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion with a date: the next on its weekday with the least on it."""

    starts_at: datetime
    suggestion: Suggestion | None = None


async def show(interaction: discord.Interaction[Any], bot: Bot, region_words: str | None) -> None:
    """Show an organiser which dates would be fair, or that too little is known.

    Raises:
        Refused: the person does not organise that region.
    """
    at = await here(interaction)
    region = at.the_region(region_words)
    at.must_organise(region)
    now = bot.clock.now()
    learned = await bot.store.read(suggesting.known, region.id, now=now)
    found = learned.found
    size = await bot.store.read(meetings.usual_size, region.id, now=now)
    earliest = now + max(notice_for(size), timedelta(days=7))
    slots = [(one.weekday, one.clock) for one in found] or list(PLAIN)
    kept = await clashes.observances({earliest.year, (earliest + timedelta(days=WINDOW)).year})
    offers: list[Offer] = []
    for number, (weekday, clock) in enumerate(slots):
        starts = _next(earliest, weekday, clock, at.zone, at.terms, kept, [one.starts_at for one in offers])
        offers.append(Offer(starts, found[number] if found else None))
    await reply(
        interaction, suggest_card(region, offers, at.zone, bot.texts, met=learned.met, known=bool(found))
    )


def _next(
    earliest: datetime,
    weekday: int,
    clock: time,
    zone: ZoneInfo,
    terms: Terms | None,
    kept: Sequence[Observance],
    taken: Sequence[datetime],
) -> datetime:
    """Return the next such day on which the least falls, the earlier where it is the same."""
    first = earliest.astimezone(zone).date() + timedelta(days=1)
    days = [first + timedelta(days=count) for count in range(WINDOW)]

    def weight(day: date) -> tuple[int, date]:
        starts = at_wall(day, clock, zone)
        found = clashes_of(
            starts, 60, zone=zone, now=earliest - timedelta(days=400), terms=terms, observances=kept
        )
        return sum(clash.kind != "period" for clash in found) + (starts in taken), day

    chosen = min((day for day in days if day.weekday() == weekday), key=weight)
    return at_wall(chosen, clock, zone)


def suggest_card(
    region: Region,
    offers: Sequence[Offer],
    zone: ZoneInfo,
    texts: Texts,
    *,
    met: int,
    known: bool,
) -> Card:
    """Return the suggested dates with their reasons: neither names nor how many said what."""
    blocks: list[Markup] = []
    for number, offer in enumerate(offers, 1):
        head = texts("suggest.time", number=number, when=spoken(offer.starts_at, zone))
        blocks.append(line(head, *reasons(offer, texts, first=number == 1)))
    key = "suggest.how" if known else "suggest.too_little"
    return Card(
        texts("suggest.title", region=region.name),
        texts(key, meetings=texts.count("suggest.meetings", met)),
        *blocks,
        row(
            AskAll(region, [offer.starts_at for offer in offers], texts),
            *[
                Plan(region, offer.starts_at, offer.suggestion.like if offer.suggestion else 0, number, texts)
                for number, offer in enumerate(offers, 1)
            ],
        ),
        texts("suggest.privacy") if known else None,
    )


def reasons(offer: Offer, texts: Texts, *, first: bool) -> list[Markup]:
    """Return why a time is suggested, one reason a line; the first is the fairest that there is."""
    one = offer.suggestion
    if one is None:
        return []
    said: list[Markup] = []
    if one.suits + one.fails >= TOGETHER:
        key = f"suggest.bands.{one.band}.label"
        day = texts.language.weekdays[one.weekday]
        most = "most" if one.suits > one.fails else "some"
        said.append(texts(f"suggest.{most}", slot=Markup(f"{day} {texts(key)}")))
    if one.relieved >= TOGETHER:
        said.append(texts("suggest.relieved"))
    said.append(texts("suggest.over") if one.over >= TOGETHER else texts("suggest.within"))
    if one.over >= TOGETHER and first:
        said.append(texts("suggest.unavoidable"))
    if one.place:
        said.append(texts("suggest.place", place=one.place, used=one.place_used, of=one.of))
    return said


class AskAll(Action, template=r"suggest-ask:(?P<region>\d{1,9}):(?P<times>\d{9,11}(?:\.\d{9,11}){0,3})"):
    """'Ask which suits': the form of a poll, filled in with the suggested times."""

    audience = IN_SERVER

    region_id: int
    stamps: list[int]

    def __init__(self, region: Region, times: Sequence[datetime], texts: Texts) -> None:
        stamps = ".".join(str(int(at.timestamp())) for at in times)
        super().__init__(
            f"suggest-ask:{region.id}:{stamps}",
            texts("suggest.ask.button"),
            style=discord.ButtonStyle.primary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take region and times out of the custom_id."""
        self.region_id = int(match["region"])
        self.stamps = [int(stamp) for stamp in match["times"].split(".")]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        at, region = await _region(interaction, self.region_id)
        words = ", ".join(_words(stamp, at.zone) for stamp in self.stamps)
        title = bot.texts("suggest.form_title", region=region.name)
        fields = {"title": title, "options": words, "region": str(region.id)}
        await _open(interaction, bot, at, scheduling.POLL, fields)


class Plan(Action, template=r"suggest-plan:(?P<region>\d{1,9}):(?P<time>\d{9,11}):(?P<like>\d{1,9})"):
    """'Schedule number 1': the form of a meeting, filled in with the time and place."""

    audience = IN_SERVER

    region_id: int
    stamp: int
    like: int

    def __init__(self, region: Region, at: datetime, like: int, number: int, texts: Texts) -> None:
        super().__init__(
            f"suggest-plan:{region.id}:{int(at.timestamp())}:{like}",
            texts("suggest.plan.button", number=number),
        )

    def read(self, match: re.Match[str]) -> None:
        """Take region, time and the meeting whose place is meant out of the custom_id."""
        self.region_id, self.stamp, self.like = int(match["region"]), int(match["time"]), int(match["like"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        at, region = await _region(interaction, self.region_id)
        fields: dict[str, Any] = {
            "title": bot.texts("suggest.form_title", region=region.name),
            "when": _words(self.stamp, at.zone),
            "region": str(region.id),
        }
        if self.like:
            like = await bot.store.read(meetings.find, self.like, guild_id=at.guild.id)
            fields |= {"venue": like.venue, "online": like.online, "access": like.access}
        await _open(interaction, bot, at, scheduling.SCHEDULE, fields)


async def _region(interaction: discord.Interaction[Any], region_id: int) -> tuple[Here, Region]:
    at = await here(interaction)
    region = next((one for one in at.guild.regions if one.id == region_id), None)
    if region is None:
        raise UserError("errors.button_gone")
    at.must_organise(region)
    return at, region


def _words(stamp: int, zone: ZoneInfo) -> str:
    return value_of(Moment(datetime.fromtimestamp(stamp, zone)))


async def _open(
    interaction: discord.Interaction[Any], bot: Bot, at: Here, form: str, fields: dict[str, Any]
) -> None:
    draft = await bot.store.write(
        drafts.keep,
        guild_id=at.guild.id,
        user_id=interaction.user.id,
        form=form,
        fields=fields,
        now=bot.clock.now(),
    )
    await interaction.response.send_modal(scheduling.MeetingForm(bot.texts, f"{form}.{draft.id}", fields))
