"""What a working group can be about: the campaigns of a server, and the pillars."""

from bot.app import Bot
from bot.domain.names import fold, nearest
from bot.errors import UserError
from bot.texts import Markup, plain
from cogs.campaigns.finding import all_campaigns


async def topics(bot: Bot, guild_id: int, *, on: bool = False) -> dict[str, str]:
    """Return the topics of a server with their names: 'campaign:cuba', 'pillar:defend'.

    Campaigns that are switched off are among them, unless only what is `on` is asked for: a group that there is
    can still be left.
    """
    found = {
        f"campaign:{one.id}": str(one.title)
        for one in await all_campaigns(bot, guild_id)
        if one.enabled or not on
    }
    for key in bot.texts.under("interests.pillar"):
        found[f"pillar:{key.rpartition('.')[2]}"] = str(bot.texts(key))
    return found


async def the_topic(bot: Bot, guild_id: int, words: str) -> tuple[str, str]:
    """Return the topic that was picked or typed by its name, and that name.

    Raises:
        UserError: there is none such; names the nearest.
    """
    there = await topics(bot, guild_id)
    sought = fold(words)
    for topic, name in there.items():
        if words in (topic, topic.partition(":")[2]) or (sought and sought == fold(name)):
            return topic, name
    begins = [(topic, name) for topic, name in there.items() if sought and fold(name).startswith(sought)]
    if len(begins) == 1:
        return begins[0]
    near = nearest(words, there.values())
    if near:
        names = bot.texts("plans.or").join(plain(name) for name in near)
        raise UserError("plans.unknown_near", words=words[:60], near=Markup(names))
    raise UserError("plans.unknown", words=words[:60])
