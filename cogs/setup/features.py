"""`/setup change`: switches for extra features and proposals, and forms for reminders and the welcome."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.lead_times import read_lead_times
from bot.domain.onboarding import AN_HOUR, MOST_AN_HOUR
from bot.errors import UserError
from bot.texts import Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button
from cogs.common.context import Context, nothing
from cogs.common.forms import Form, Line
from cogs.common.times import lead_times_in_words
from db import guilds, meetings, onboarding
from db.meetings import chasing, integrations

Feature = Literal["events", "upcoming", "chase", "proposals"]


class SwitchFeature(Button, name="feature"):
    """'Switch it on', 'Switch it off': one optional feature of a server."""

    feature: Feature
    to: Literal["on", "off"]

    async def press(self, ctx: Context) -> None:
        """Store it, and show what is on."""
        if self.feature == "proposals":
            await ctx.set_up(nothing, settings={"proposals": self.to == "on"})
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


class RemindersForm(Form, name="reminders", words="setup.reminders"):
    """The form for when reminders come in this server."""

    before = Line(100)

    async def send(self, ctx: Context) -> None:
        """Store it, and reschedule the reminders of all meetings. Raises UserError: the words could not be read."""
        guild_id = ctx.must_manage()
        try:
            leads = read_lead_times(self.before.value)
        except ValueError:
            raise UserError("reminders.unread", words=self.before.value[:80]) from None
        coming = await ctx.set_up(meetings.rearm_all, guild_id, settings={"leads": leads})
        said = lead_times_in_words(leads, ctx.texts)
        await ctx.reply(Card(ctx.texts.count("setup.reminders.done", coming, leads=said)))


async def open_reminders(ctx: Context) -> None:
    """Open the form with the present lead times."""
    ctx.must_manage()
    leads = ctx.record.leads if ctx.record is not None else None
    words: Any = lead_times_in_words(leads, ctx.texts) if leads else "none" if leads is not None else ""
    await ctx.open(RemindersForm(ctx.texts, typed={"before": words}))


class WelcomeForm(Form, name="pace", words="onboarding.pace"):
    """The form for how many newcomers are greeted by DM in any hour."""

    an_hour = Line(2)

    async def send(self, ctx: Context) -> None:
        """Store it. Raises UserError: it is not a number, or too large."""
        ctx.must_manage()
        words = self.an_hour.value.strip()
        if not words.isdecimal() or int(words) > MOST_AN_HOUR:
            raise UserError("onboarding.pace.unread", words=words, most=MOST_AN_HOUR)
        await ctx.write(onboarding.pace, ctx.guild_id, an_hour=int(words))
        missing = (
            ctx.text("onboarding.pace.no_channel", command=ctx.bot.mention("setup change"))
            if ctx.guild.welcome_channel_id is None
            else None
        )
        said = ctx.text("onboarding.pace.set" if int(words) else "onboarding.pace.off", count=words)
        await ctx.reply(Card(said, missing))


async def open_welcome(ctx: Context) -> None:
    """Open the form with the present number."""
    ctx.must_manage()
    _ = ctx.guild
    chosen = await ctx.read(onboarding.welcome_settings, ctx.guild_id)
    an_hour = chosen.an_hour if chosen is not None else AN_HOUR
    await ctx.open(WelcomeForm(ctx.texts, typed={"an_hour": str(an_hour)}))
