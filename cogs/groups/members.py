"""Who is in a working group, shown to its members alone."""

from collections.abc import Sequence

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.mention import who
from db import groups as plans
from db.groups.models import WorkingGroup

NAMED = 40


def counted(number: int, texts: Texts) -> Markup:
    """Return how many are in a group, for others: what was published, and the same words for a few and for nobody."""
    return texts("plans.group.members", count=number) if number else texts("plans.group.few")


def names_of(members: Sequence[int], texts: Texts) -> Markup:
    """Return who is in a group, for its members."""
    shown = ", ".join(who(user_id, texts) for user_id in members[:NAMED])
    more = len(members) - NAMED
    return Markup(f"{shown}, {texts.count('cards.more', more)}" if more > 0 else shown)


async def must_be_in(bot: Bot, group: WorkingGroup, user_id: int) -> Sequence[int]:
    """Return the members of a group, if this is one of them: to others it shows no names, whoever they are.

    Raises:
        UserError: they are not.
    """
    members = await bot.store.read(plans.members, group.id)
    if user_id not in members:
        raise UserError("plans.members_only", name=group.name, region=group.region.name)
    return members
