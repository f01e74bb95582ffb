"""`/interests find`: how many share an interest, and the way to meet one of them."""

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import MEANT
from cogs.common.buttons import PagedMenu
from cogs.common.context import Context
from cogs.common.interests import by_name
from cogs.common.report import Problem
from cogs.interests import form, meeting
from db import counting, interests
from db.interests import Topic


async def show(ctx: Context, words: str | None = None) -> None:
    """Show what somebody shares with others; `words` ('campaign:cuba') limits it to one interest.

    Raises:
        UserError: they have no interests stored, or are not open to introductions themselves.
    """
    guild_id, user_id, wordings = ctx.guild_id, ctx.user_id, form.wordings(ctx.texts)

    def load(session: Session) -> tuple[set[str], dict[str, list[str]], dict[str, dict[str, int]]]:
        return (
            interests.allowed(session, user_id, guild_id=guild_id, wordings=wordings),
            interests.chosen_by(session, user_id, guild_id=guild_id),
            counting.published_under(session, guild_id, "interest:"),
        )

    allowed, chosen, published = await ctx.read(load)
    if not chosen:
        raise UserError("interests.none", command=ctx.bot.mention("interests set"))
    if interests.MEET not in allowed:
        wording = Markup(wordings[interests.MEET])
        raise Problem("interests.find.not_open", form.allow_meeting(ctx.texts), wording=wording)
    own = [(kind, value) for kind, values in chosen.items() for value in values]
    offers = _offers(own, chosen, ctx.texts)
    about = next((topic for _, topic in offers if ":".join(topic) == words), None)
    if words is not None and about is None:
        raise UserError("errors.button_gone")
    label = ctx.text("interests.find.about.label")
    menus = FindAbout.rows(label, [(name, ":".join(topic)) for name, topic in offers])
    topics = [about] if about is not None else own
    await ctx.reply(meeting.found_card(published, topics, about, ctx.texts, *menus))


def _offers(own: list[Topic], chosen: dict[str, list[str]], texts: Texts) -> list[tuple[str, Topic]]:
    """Return the interests that somebody can ask about, their own first."""
    known = by_name(texts, also=chosen).items()
    found = [(name, topic) for name, topic in known if topic[0] != "campaign" or not texts.is_off(topic[1])]
    return sorted(found, key=lambda one: one[1] not in own)


class FindAbout(PagedMenu, name="interests:about"):
    """The menu of interests, to see who shares one."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Show it."""
        _ = ctx.guild
        await show(ctx, self.the_one())
