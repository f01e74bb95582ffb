"""A body's status with an organisation: its card, the buttons that advance it, and the renewal question."""

from datetime import date
from enum import auto
from typing import Any, Literal

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.when import Day
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.base import MEMBERS, Card, line, row
from cogs.common.buttons import Button, GuildId, Id, ask_first
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.times import the_day
from db import affiliations
from db.affiliations.models import Affiliation

MOST_WEEKS = 26
Doing = Literal["agenda", "renewed", "when", "remove", "sure", "show"]


def name_of(one: Affiliation, texts: Texts) -> Markup | str:
    """Return the name of the organisation of an affiliation."""
    if one.organisation is not None:
        return one.organisation.name
    key = f"affiliations.organisations.{one.known}.name"
    return texts(key) if key in texts else texts("affiliations.organisation.former")


def body_of(one: Affiliation, texts: Texts) -> Markup | str:
    """Return for whom an affiliation is."""
    return texts("affiliations.yourself") if one.owner_id is not None else one.body


def standing(one: Affiliation, texts: Texts) -> Markup:
    """Return a body's status in words, with its renewal day."""
    words = texts(
        "affiliations.standing",
        number=one.id,
        body=body_of(one, texts),
        status=texts(f"affiliations.statuses.{one.status}"),
    )
    if one.renews_on is None:
        return words
    day = When(Day(date.fromisoformat(one.renews_on)))
    return Markup(f"{words}, {texts('affiliations.renews', day=day)}")


def buttons_of(one: Affiliation, texts: Texts, *, may_change: bool = True) -> ui.ActionRow[Any]:
    """Return the buttons of an affiliation for those who may change it, or for anybody."""
    shown: list[Doing] = ["agenda"] if one.owner_id is None else []
    if may_change:
        shown.extend(["renewed", "when", "remove"] if one.renews_on is not None else ["when", "remove"])
    return row(*[_move(do, one, texts) for do in shown])


def _move(do: Doing, one: Affiliation, texts: Texts) -> "Move":
    style = discord.ButtonStyle.primary if do == "agenda" else discord.ButtonStyle.secondary
    label = texts(f"affiliations.{do}.button")
    return Move(label=label, style=style, do=do, guild=one.guild_id, affiliation=one.id)


def recorded_card(
    one: Affiliation, texts: Texts, title: Markup | None = None, *, may_change: bool = True
) -> Card:
    """Return what is recorded, headed by what was just done or the organisation's name."""
    title = title or texts("affiliations.detail.title", name=name_of(one, texts))
    private = texts("affiliations.private") if one.owner_id is not None else None
    asked = texts.count("affiliations.when.weeks", one.lead_weeks) if one.renews_on is not None else None
    return Card(
        line(title, standing(one, texts), asked, private), buttons_of(one, texts, may_change=may_change)
    )


def nudge_card(one: Affiliation, texts: Texts) -> Card:
    """Return the question about a renewal."""
    day = When(Day(date.fromisoformat(one.renews_on or "")))
    words = texts("affiliations.nudge", organisation=name_of(one, texts), body=body_of(one, texts), day=day)
    return Card(words, buttons_of(one, texts))


class Why(Reason):
    """Why nobody is asked about a renewal."""

    AFFILIATION_CHANGED = auto()
    AFFILIATION_REMOVED = auto()


@notice(affiliations.NUDGE, sensitive=True)
class Renewal(Notice):
    """The question about a renewal."""

    gone = Why.AFFILIATION_REMOVED

    affiliation: int
    turn: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, if its status is unchanged."""
        one = await ctx.read(affiliations.find, self.affiliation)
        if one.turn != self.turn or one.renews_on is None:
            raise Skip(Why.AFFILIATION_CHANGED)
        return Outgoing(nudge_card(one, ctx.texts))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record that it was asked."""
        guild_id, now = ctx.guild_id, ctx.now
        affiliations.nudged(session, self.affiliation, self.turn, guild_id=guild_id, now=now)


class Move(Button, name="affiliation"):
    """'Put on the next meeting's agenda', 'Renewed for a year' or 'Take it off the list' under an affiliation."""

    audience = MEMBERS

    do: Doing
    guild: GuildId
    affiliation: Id

    async def press(self, ctx: Context) -> None:
        """Change its status."""
        one = await theirs(ctx, self.affiliation, may_all=self.do in ("agenda", "show"))
        fields = {"organisation": name_of(one, ctx.texts), "body": body_of(one, ctx.texts)}
        if self.do == "agenda":
            key = "renew" if one.status in ("affiliated", "due") else "join"
            # Agenda items are escaped when shown.
            plainly = {name: Markup(words) for name, words in fields.items()}
            meeting = await ctx.write(
                affiliations.put_on_agenda,
                one.id,
                region_id=ctx.region.id if ctx.region else None,
                words=ctx.text(f"affiliations.agenda.{key}", **plainly)[:300],
            )
            await ctx.reply(Card(ctx.text("affiliations.agenda.done", title=meeting.title, **fields)))
        elif self.do == "renewed":
            renewed = await ctx.write(affiliations.renew, one.id)
            said = ctx.text("affiliations.renewed.done", **fields)
            await ctx.reply(recorded_card(renewed, ctx.texts, said))
        elif self.do == "when":
            renews = When(Day(date.fromisoformat(one.renews_on))) if one.renews_on is not None else ""
            typed = {"renews": renews, "weeks": one.lead_weeks}
            form = RenewalForm(ctx.texts, guild=one.guild_id, affiliation=one.id, typed=typed)
            await ctx.open(form)
        elif self.do == "show":
            await ctx.reply(recorded_card(one, ctx.texts, may_change=changes(ctx, one)))
        elif self.do == "remove":
            sure, keep = self.but(do="sure"), self.but(do="show")
            await ask_first(ctx, "affiliations.remove.ask", sure, keep, **fields)
        else:
            await ctx.write(affiliations.remove, one.id)
            await ctx.reply(Card(ctx.text("affiliations.remove.done", **fields)))


class RenewalForm(Form, name="renewal", words="affiliations.when.form"):
    """When an affiliation is next renewed, and how long before that somebody is asked."""

    audience = MEMBERS

    guild: GuildId
    affiliation: Id
    renews = Line(60, required=False)
    weeks = Line(2)

    async def send(self, ctx: Context) -> None:
        """Store it; an empty day means no renewal."""
        one, weeks = await theirs(ctx, self.affiliation), self.weeks.value.strip()
        if not weeks.isdecimal() or not 1 <= int(weeks) <= MOST_WEEKS:
            raise UserError("affiliations.when.unread", words=weeks, most=MOST_WEEKS)
        said = self.renews.value.strip()
        day = date.fromisoformat(one.renews_on) if one.renews_on is not None else None
        if day is None or said != When(Day(day)):
            day = the_renewal(ctx, said) if said else None
        one = await ctx.write(affiliations.plan_renewal, one.id, renews_on=day, lead_weeks=int(weeks))
        await ctx.reply(recorded_card(one, ctx.texts))


def the_renewal(ctx: Context, words: str) -> date:
    """Return the day that words mean. Raises UserError: they mean no day, or one that is past."""
    day = the_day(ctx, words)
    if day <= ctx.today:
        raise UserError("affiliations.record.past")
    return day


def changes(ctx: Context, one: Affiliation) -> bool:
    """Whether the user may change an affiliation: it is theirs, they recorded it, or they organise its region."""
    if one.owner_id is not None:
        return one.owner_id == ctx.user_id
    region = ctx.region_of(one.region_id)
    return one.recorded_by == ctx.user_id or ctx.may_organise(region)


async def theirs(ctx: Context, affiliation_id: int, *, may_all: bool = False) -> Affiliation:
    """Return an affiliation that this person may change (they recorded it, or organise) or, with `may_all`, see.

    Raises:
        UserError: they have no such affiliation.
    """
    one = await ctx.read(affiliations.find, affiliation_id)
    if one.owner_id not in (None, ctx.user_id):
        raise UserError("affiliations.gone")
    if not may_all and not changes(ctx, one):
        raise UserError("affiliations.not_yours", body=one.body)
    return one
