"""`/setup change`, Extra features and Proposals: what a server has switched on, with its buttons."""

from collections.abc import Mapping
from typing import Literal, cast

from sqlalchemy.orm import Session

from bot.app import Bot
from bot.texts import Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from db import guilds
from db.meetings import chasing, integrations

Feature = Literal["events", "upcoming", "chase", "proposals"]


class SwitchFeature(Button, name="feature"):
    """'Switch it on', 'Switch it off': one optional feature of a server."""

    feature: Feature
    to: Literal["on", "off"]

    async def press(self, ctx: Context) -> None:
        """Store it, and show what is on."""
        if self.feature == "proposals":
            await ctx.set_up(lambda _: None, proposals=self.to == "on")
            await ctx.reply(proposals_card(ctx.texts, on=self.to == "on"))
        else:
            await choose(ctx, {self.feature: self.to == "on"})
            await ctx.reply(await features_card(ctx.bot, ctx.guild_id))


def _switch(feature: Feature, texts: Texts, *, on: bool) -> SwitchFeature:
    to = "off" if on else "on"
    return SwitchFeature(label=texts(f"features.{feature}.to_{to}.button"), feature=feature, to=to)


def proposals_card(texts: Texts, *, on: bool) -> Card:
    """Return whether members who do not organise may propose meetings, and the button that changes it."""
    state = texts(f"proposals.switched.{'on' if on else 'off'}")
    return Card(texts("proposals.switched.title"), state, row(_switch("proposals", texts, on=on)))


async def choose(ctx: Context, choices: Mapping[str, bool]) -> None:
    """Store a server's choices; start new features at once, and remove what is switched off."""
    guild_id, now, actor_id = ctx.must_manage(), ctx.now, ctx.user_id

    def store(session: Session) -> None:
        guilds.ensure(session, guild_id, zone=ctx.bot.settings.language.zone, now=now, admin_id=actor_id)
        changed = integrations.choose(session, guild_id, actor_id=actor_id, now=now, **choices)
        if "events" in changed:
            integrations.touch_events(session, guild_id, now)
        if "upcoming" in changed:
            integrations.touch_all(session, [guild_id], now=now)
        if "chase" in changed:
            chasing.arm_all(session, guild_id, now=now)

    await ctx.write(store)


async def features_card(bot: Bot, guild_id: int) -> Card:
    """Return what a server has switched on, and the permissions it lacks."""
    texts = bot.texts
    chosen = await bot.store.read(integrations.of, guild_id)
    on = {name: chosen is not None and bool(getattr(chosen, name)) for name in integrations.NAMES}
    states = [texts(f"features.{name}.{'on' if on[name] else 'off'}") for name in integrations.NAMES]
    missing = [
        texts("features.events.missing") if on["events"] and chosen and chosen.events_blocked_at else None,
        texts("features.upcoming.missing") if on["upcoming"] and chosen and chosen.pins_blocked_at else None,
    ]
    return Card(
        texts("features.title"),
        line(*states),
        line(*missing) or None,
        row(*(_switch(cast("Feature", name), texts, on=on[name]) for name in integrations.NAMES)),
        texts("features.how"),
    )
