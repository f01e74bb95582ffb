"""A series ends with one of its occurrences: asked about first where anybody would hear of it."""

from typing import Any

import discord

from bot.app import Bot
from bot.errors import UserError
from cogs.common.base import reply
from cogs.common.context import here
from cogs.common.report import Problem
from cogs.meetings import later, news
from cogs.meetings.reading import WhenProblem
from cogs.meetings.scheduling import Drafts, Fields, Pick, kept
from db import meetings
from db.meetings import series
from db.meetings.hearing import coming_told

END = "end"
"""The form of the draft that waits for the answer."""


async def end_later(interaction: discord.Interaction[Any], bot: Bot, fields: Fields) -> None:
    """Cancel one of a series and all later ones.

    Raises:
        Problem: with the button that says that they are sure.
        Refused: the person may not cancel meetings of that region.
    """
    at = await here(interaction)
    if "meeting" not in fields:
        raise UserError("errors.draft_gone")
    meeting = await bot.store.read(meetings.find, int(fields["meeting"]), guild_id=at.guild.id)
    at.must_organise(meeting.region)
    given: dict[str, Any] = {
        "guild": at.guild,
        "reason": str(fields.get("reason") or ""),
        "by": interaction.user.id,
        "now": bot.clock.now(),
    }
    if not fields.pop(later.SURE, ""):
        try:
            await later.must_be_sure(bot, "cancelled", series.end_later, meeting, meetings.CANCELLED, **given)
        except WhenProblem as ask:
            ((label, settled),) = ask.choices
            draft = await kept(interaction, bot, at, END, fields | {"choices": [dict(settled)]})
            raise Problem(ask.key, Pick(draft.id, 0, label), **ask.fields) from None
    gone = await bot.store.write(series.end_later, meeting.id, **given)
    people = await bot.store.read(coming_told, [one.id for one in gone], meetings.CANCELLED)
    await reply(interaction, news.later_card(bot.texts, "cancelled", meeting.title, gone, people))


def register_ending(bot: Bot) -> None:
    """Have drafts of this form be carried out."""
    bot.part(Drafts).carriers[END] = end_later
