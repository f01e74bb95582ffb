"""Suggested dates: days, times and places that spread the burden, with reasons, and buttons to ask or schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import discord

from bot.domain.clashes import clashes as clashes_of
from bot.domain.clashes import notice_for
from bot.domain.fairness import TOGETHER, Suggestion
from bot.domain.local_time import to_utc
from bot.domain.when import Moment
from bot.domain.when.suggest import value_of
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.options import RegionName
from cogs.common.times import spoken
from cogs.meetings import clashes, scheduling
from cogs.meetings.options import MEETING
from db import meetings
from db.meetings import suggesting
from db.models import Region

# Dates are sought for this long after the notice that a meeting of the usual size needs.
WINDOW = 35
# Offered if too little is known: different days, at different times.
PLAIN = ((1, time(18)), (3, time(17)), (5, time(11)))


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion with a date: the next on its weekday with the fewest clashes."""

    starts_at: datetime
    suggestion: Suggestion | None = None


@MEETING.command(name="suggest")
async def suggest_(interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
    """Suggest dates that spread the burden of travel, or say that too little is known."""
    ctx = await Context.of(interaction)
    chosen = ctx.the_region(region)
    ctx.must_organise(chosen)
    learned = await ctx.read(suggesting.known, chosen.id)
    found, size = learned.found, await ctx.read(meetings.usual_size, chosen.id)
    earliest = ctx.now + max(notice_for(size), timedelta(days=7))
    slots = [(one.weekday, one.clock) for one in found] or list(PLAIN)
    kept = await clashes.observances({earliest.year, (earliest + timedelta(days=WINDOW)).year})
    offers: list[Offer] = []
    first = earliest.astimezone(ctx.zone).date() + timedelta(days=1)
    days = [first + timedelta(days=count) for count in range(WINDOW)]

    def weight(starts: datetime) -> tuple[int, datetime]:
        """Return how much clashes with a time, and the time itself: the earlier if tied."""
        now = earliest - timedelta(days=400)
        clashing = clashes_of(starts, 60, zone=ctx.zone, now=now, terms=ctx.terms, observances=kept)
        taken = any(one.starts_at == starts for one in offers)
        return sum(clash.kind != "period" for clash in clashing) + taken, starts

    for number, (weekday, clock) in enumerate(slots):
        times = [to_utc(day, clock, ctx.zone) for day in days if day.weekday() == weekday]
        offers.append(Offer(min(times, key=weight), found[number] if found else None))
    card = suggest_card(chosen, offers, ctx.zone, ctx.texts, met=learned.met, known=bool(found))
    await ctx.reply(card)


def suggest_card(
    region: Region, offers: Sequence[Offer], zone: ZoneInfo, texts: Texts, *, met: int, known: bool
) -> Card:
    """Return the suggested dates with their reasons, but without names or counts of answers."""
    blocks: list[Markup] = []
    plans: list[Plan] = []
    for number, offer in enumerate(offers, 1):
        head = texts("suggest.time", number=number, when=spoken(offer.starts_at, zone))
        blocks.append(line(head, *reasons(offer, texts, first=number == 1)))
        label, like = texts("suggest.plan.button", number=number), offer.suggestion
        at, like = int(offer.starts_at.timestamp()), like.like if like else 0
        plans.append(Plan(label=label, region=region.id, time=at, like=like))
    every = ".".join(str(plan.time) for plan in plans)
    ask = AskAll(label=texts("suggest.ask.button"), region=region.id, times=every)
    key = "suggest.how" if known else "suggest.too_little"
    return Card(
        texts("suggest.title", region=region.name),
        texts(key, meetings=texts.count("suggest.meetings", met)),
        *blocks,
        row(ask, *plans),
        texts("suggest.privacy") if known else None,
    )


def reasons(offer: Offer, texts: Texts, *, first: bool) -> list[Markup]:
    """Return why a time is suggested, one reason a line; the first suggestion is the fairest."""
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


class AskAll(Button, name="suggest-ask"):
    """'Ask which suits': opens the form for a poll, filled in with the suggested times."""

    style = discord.ButtonStyle.primary

    region: Id
    times: Annotated[str, r"\d{9,11}(?:\.\d{9,11}){0,3}"]

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        words = ", ".join(_words(int(stamp), ctx.zone) for stamp in self.times.split("."))
        await _open(ctx, scheduling.POLL, self.region, {"options": words})


class Plan(Button, name="suggest-plan"):
    """'Schedule number 1': opens the form for a meeting, filled in with the time and place."""

    region: Id
    time: Annotated[int, r"\d{9,11}"]
    like: Id

    async def press(self, ctx: Context) -> None:
        """Open the form, with the place of the last meeting there."""
        fields: dict[str, Any] = {"when": _words(self.time, ctx.zone)}
        if self.like:
            like = await ctx.read(meetings.find, self.like)
            fields |= {"venue": like.venue, "online": like.online, "access": like.access}
        await _open(ctx, scheduling.SCHEDULE, self.region, fields)


def _words(stamp: int, zone: ZoneInfo) -> str:
    return value_of(Moment(datetime.fromtimestamp(stamp, zone)))


async def _open(ctx: Context, form: str, region_id: int, fields: dict[str, Any]) -> None:
    region = ctx.region_of(region_id)
    if region is None:
        raise UserError("errors.button_gone")
    ctx.must_organise(region)
    title = ctx.text("suggest.form_title", region=region.name)
    await scheduling.open_form(ctx, form, {"title": title, "region": str(region.id), **fields})
