"""One of a series and all later ones: whoever moves or ends them reads first how many people would hear of it."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.app import Bot
from cogs.meetings.reading import WhenProblem
from db.meetings.models import Meeting
from db.meetings.series.trying import Tried, would_tell

SURE = "sure"
"""The field of a draft that says that they have read it."""


async def must_be_sure(
    bot: Bot,
    what: str,
    change: Callable[..., Sequence[Meeting]],
    meeting: Meeting,
    kind: str,
    **given: Any,
) -> None:
    """Ask before a change ('moved' or 'cancelled') of which anybody would hear in private.

    Raises:
        WhenProblem: somebody would; its choice says that they are sure.
        UserError: the change can't be made.
    """
    try:
        await bot.store.write(would_tell, change, meeting.id, kind=kind, **given)
    except Tried as tried:
        if tried.people:
            texts = bot.texts
            fields = {"title": meeting.title, "people": texts.count("series.later.people", tried.people)}
            yes = texts(f"series.later.sure.{what}.button")
            raise WhenProblem(f"series.later.sure.{what}.ask", fields, [(yes, {SURE: "yes"})]) from None
