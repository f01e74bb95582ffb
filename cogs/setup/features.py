"""`/setup features`: what a server has switched on beside the cards, and how a choice takes effect."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.app import Bot
from cogs.common.base import Card, line
from cogs.common.context import Context
from db import guilds
from db.meetings import chasing, integrations, pinned_list


async def choose(ctx: Context, choices: Mapping[str, bool]) -> None:
    """Store what a server wants; what is new is done at once, what is off is taken away."""
    guild_id, now, by = ctx.must_manage(), ctx.now, ctx.user_id

    def store(session: Session) -> None:
        guilds.ensure(session, guild_id, zone=ctx.bot.settings.language.zone, now=now, admin_id=by)
        changed = integrations.choose(session, guild_id, actor_id=by, now=now, **choices)
        if "events" in changed:
            integrations.touch_events(session, guild_id, now)
        if "upcoming" in changed:
            pinned_list.touch_all(session, [guild_id], now=now)
        if "chase" in changed:
            chasing.arm_all(session, guild_id, now=now)

    await ctx.write(store)


async def features_card(bot: Bot, guild_id: int) -> Card:
    """Return what a server has switched on, and which permission is missing for it."""
    texts = bot.texts
    chosen = await bot.store.read(integrations.of, guild_id)
    on = {name: chosen is not None and bool(getattr(chosen, name)) for name in integrations.NAMES}
    states = [texts(f"features.{name}.{'on' if on[name] else 'off'}") for name in integrations.NAMES]
    missing = [
        texts("features.events.missing") if on["events"] and chosen and chosen.events_blocked_at else None,
        texts("features.upcoming.missing") if on["upcoming"] and chosen and chosen.pins_blocked_at else None,
    ]
    return Card(texts("features.title"), line(*states), line(*missing) or None, texts("features.how"))
