"""`/setup change`, sections Reminders and Welcome: a form each, filled in with the settings."""

from typing import Any

from bot.domain.lead_times import read_lead_times
from bot.domain.onboarding import AN_HOUR, MOST_AN_HOUR
from bot.errors import UserError
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.times import lead_times_in_words
from db import meetings, onboarding


class RemindersForm(Form, name="reminders", words="setup.reminders"):
    """The form for when reminders come in this server."""

    before = Line(100)

    async def send(self, ctx: Context) -> None:
        """Store it, and reschedule the reminders of all meetings. Raises UserError: the words could not be read."""
        guild_id, now = ctx.must_manage(), ctx.now
        try:
            leads = read_lead_times(self.before.value)
        except ValueError:
            raise UserError("reminders.unread", words=self.before.value[:80]) from None
        coming = await ctx.set_up(lambda session: meetings.rearm_all(session, guild_id, now=now), leads=leads)
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
