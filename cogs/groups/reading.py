"""The actions of a plan as typed, read: owners by mention, by "me", or by the name of somebody in the group."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.app import Bot
from bot.domain.names import fold
from bot.domain.plans import Odd, read_actions
from bot.domain.reports import GoalWords
from bot.errors import UserError
from cogs.common.context import Here
from cogs.common.standings import members_with
from db import groups as plans
from db.groups.models import Plan


async def actions_of(bot: Bot, at: Here, plan: Plan, words: str) -> list[GoalWords]:
    """Return the actions that were typed; owners are members of the group.

    Raises:
        UserError: one can't be read; says which, and what works.
    """
    ids = await bot.store.read(plans.members, plan.group_id)
    read = _read(bot, at, plan, words, ids, {})
    if not isinstance(read, Odd) and any(goal.owner for goal in read):
        # Only a name that was typed is worth the way to Discord: an answer has to come within three seconds.
        found = await members_with(bot, at.guild.id, ids)
        names = _names([(member.id, (member.name, member.display_name)) for member in found])
        read = _read(bot, at, plan, words, ids, names)
    if isinstance(read, Odd):
        raise UserError(read.reason, **dict(read.fields))
    return read


def _read(
    bot: Bot, at: Here, plan: Plan, words: str, ids: Sequence[int], names: dict[str, int]
) -> list[GoalWords] | Odd:
    return read_actions(
        words,
        author_id=plan.author_id or 0,
        members=names,
        ids=ids,
        now=bot.clock.now(),
        zone=ZoneInfo(at.guild.zone),
    )


def _names(members: Sequence[tuple[int, Sequence[str]]]) -> dict[str, int]:
    """Return members by their folded names, and by the first name where only one has it."""
    found = {fold(name): user_id for user_id, names in members for name in names}
    firsts = [(fold(names[-1].split()[0]), user_id) for user_id, names in members if names[-1].split()]
    for first, user_id in firsts:
        if [name for name, _ in firsts].count(first) == 1:
            found.setdefault(first, user_id)
    return found
