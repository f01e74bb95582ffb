"""School terms of a server: pasted into a form, or from a calendar file."""

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.discord_client.errors import REQUEST_FAILED
from bot.domain.terms import Row, rows_of, terms_of
from bot.domain.when import Refusal, Terms
from bot.domain.when.readings import Days
from bot.domain.when.term_lists import parse_terms
from bot.errors import UserError
from bot.texts import Markup, Texts, When
from cogs.common.base import Card, fitting, line
from cogs.common.context import Context
from cogs.common.forms import LONGEST_FIELD, Form, Line
from cogs.common.times import written
from db import guilds
from db.meetings import series_changes
from db.meetings.models import Meeting

MOST_BYTES = 200_000
FETCHED_WITHIN = 2.0
"""Seconds: an answer has to come within Discord's three."""


class TermsForm(Form, name="terms", words="setup.terms"):
    """The form for terms as a list, filled in with the present ones, or a calendar file instead."""

    dates = Line(LONGEST_FIELD, required=False, long=True)

    def __init__(self, texts: Texts, **more: Any) -> None:
        super().__init__(texts, **more)
        self.file = ui.FileUpload[Any](custom_id="file", required=False, min_values=0)
        self.put(texts, "file", self.file)

    async def send(self, ctx: Context) -> None:
        """Store the terms; an empty list deletes them.

        Raises:
            UserError: the file is empty, or can't be read.
        """
        ctx.must_manage()
        words = await read_file(self.file.values[0]) if self.file.values else self.dates.value
        if self.file.values and not words.strip():
            raise UserError("setup.terms.empty_file")
        await keep(ctx, words)


def as_typed(rows: list[Row]) -> str:
    """Return terms as somebody would type them, a line each."""
    lines: list[str] = []
    for row in rows:
        lines.append(f"{row['name']}: {row['starts']} to {row['ends']}")
        if "half_starts" in row:
            lines.append(f"Half term: {row['half_starts']} to {row['half_ends']}")
    return "\n".join(lines)


async def keep(ctx: Context, words: str) -> None:
    """Read and store the terms of a server, and show how they were read.

    Raises:
        UserError: a line could not be read; nothing is changed.
    """
    guild_id, now = ctx.must_manage(), ctx.now
    terms: Terms | Refusal = Terms()
    if words.strip():
        # A long file of a calendar takes a second, in which others are answered.
        terms = await asyncio.to_thread(parse_terms, words, today=now.date())
    if isinstance(terms, Refusal):
        raise UserError(terms.reason, **terms.fields)
    rows = rows_of(terms)

    def follow(session: Session) -> series_changes.Followed:
        guild = guilds.load(session, guild_id)
        return (
            series_changes.follow(session, guild=guild, actor_id=ctx.user_id, now=now)
            if guild
            else series_changes.Followed()
        )

    followed = await ctx.set_up(follow, settings={"terms": rows})
    await ctx.reply(terms_card(rows, ctx.texts, followed))


async def read_file(file: discord.Attachment) -> str:
    """Return the text of an uploaded calendar or list.

    Raises:
        UserError: it is too large or not text, or Discord does not deliver it in time.
    """
    if file.size > MOST_BYTES:
        raise UserError("setup.terms.too_large", most=MOST_BYTES // 1000)
    try:
        async with asyncio.timeout(FETCHED_WITHIN):
            return (await file.read()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("setup.terms.no_text") from None
    except REQUEST_FAILED:
        raise UserError("setup.terms.not_fetched") from None


def terms_card(rows: list[Row], texts: Texts, followed: series_changes.Followed) -> Card:
    """Return how the terms were read, and what happened to the series that follow them."""
    terms = terms_of(rows)
    if terms is None:
        return Card(texts("setup.terms.none"))
    lines: list[Markup] = []
    for term in terms.terms:
        half = (
            When(Days(term.half_term_starts, term.half_term_ends))
            if term.half_term_starts and term.half_term_ends
            else texts("setup.terms.no_half")
        )
        lines.append(
            texts("setup.terms.line", name=term.name, days=When(Days(term.starts, term.ends)), half=half)
        )
    return Card(
        texts("setup.terms.done"), fitting(lines, texts, room=1_500), *followed_words(followed, texts)
    )


async def open_terms(ctx: Context) -> None:
    """Open the form with the present terms."""
    ctx.must_manage()
    await ctx.open(
        TermsForm(ctx.texts, typed={"dates": as_typed(list(ctx.record.terms) if ctx.record else [])})
    )


def followed_words(done: series_changes.Followed, texts: Texts) -> list[Markup]:
    """Return what happened to series after the school terms were edited; empty if nothing did."""
    said: list[Markup] = []
    for key, those in (("series.followed.moved", done.moved), ("series.followed.stayed", done.stayed)):
        if those:
            said.append(line(texts(key), fitting([_line(one, texts) for one in those], texts, room=900)))
    return said


def _line(meeting: Meeting, texts: Texts) -> Markup:
    return texts(
        "series.followed.entry",
        title=meeting.title,
        when=written(meeting.starts_at, ZoneInfo(meeting.zone)),
        number=meeting.id,
    )
