"""`/admin`: how deliveries ended, retries for failures, and who did what."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup
from cogs.admin import closed as closed  # registered by being imported
from cogs.admin.failures import because, named, where_of
from cogs.common.base import IN_SERVER, Card, fitting, line
from cogs.common.buttons import Button, PagedMenu
from cogs.common.context import Context
from cogs.common.mention import who
from cogs.common.times import stamp
from db import audit, deliveries
from db.models import Delivery

WITH_BUTTON = 5
"""How many failures are listed with their own button."""
COUNTED = timedelta(days=7)
"""How far back outcomes are counted; the list of the latest continues from there."""


class Retry(Button, name="retry"):
    """'Try again', next to a failure."""

    audience = IN_SERVER
    style = discord.ButtonStyle.primary

    delivery: Annotated[int, r"\d{1,18}"]

    async def press(self, ctx: Context) -> None:
        """Retry it, for those who manage the server."""
        await retry(ctx, self.delivery)


class RetryAnother(PagedMenu, name="retry:pick"):
    """The menu of failures without their own button: retries the chosen one."""

    async def press(self, ctx: Context) -> None:
        """Retry it, for those who manage the server."""
        number = self.the_one()
        if not number.isdecimal() or len(number) > 18:
            raise UserError("errors.button_gone")
        await retry(ctx, int(number))


async def retry(ctx: Context, number: int) -> None:
    """Enqueue a failure again. Raises UserError: nothing with that number failed here."""
    guild_id = ctx.must_manage()

    def again(session: Session, *, actor_id: int, now: datetime) -> None:
        if deliveries.again(session, guild_id, number, now=now) is None:
            raise UserError("deliveries.no_such", number=number)
        audit.note(session, guild_id, actor_id, "delivery.retry", f"delivery:{number}", now)

    await ctx.write(again)
    await ctx.reply(Card(ctx.text("deliveries.retried", number=number)))


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Admin(commands.GroupCog, group_name="admin"):
    """For those who manage the server."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @app_commands.command()
    async def deliveries(
        self, interaction: discord.Interaction[Any], show: Literal["failed", "all"] = "failed"
    ) -> None:
        """Show what couldn't be sent, each with a retry, and how everything else ended."""
        ctx = await Context.anywhere(interaction)
        guild_id, texts = ctx.must_manage(), ctx.texts
        counts = await ctx.read_in_thread(deliveries.tally, guild_id, since=ctx.now - COUNTED)
        jobs = await ctx.read_in_thread(deliveries.tally, guild_id, since=ctx.now - COUNTED, jobs=True)
        failed = list(await ctx.read_in_thread(deliveries.failures, guild_id))
        latest = (
            list(await ctx.read_in_thread(deliveries.recent, guild_id)) if show == "all" or not failed else []
        )
        totals = [
            texts(f"deliveries.endings.{status}", count=counts[status])
            for status in ("failed", "pending", "sending", "sent", "late", "expired", "suppressed")
            if counts.get(status)
        ]
        strange = await ctx.read_in_thread(deliveries.strangers, guild_id, self.bot.sender.kinds)
        if strange:
            totals.append(texts("deliveries.endings.strange", count=strange))
        rest = failed[WITH_BUTTON:] + latest
        await ctx.reply(
            Card(
                texts("deliveries.title"),
                line(texts("deliveries.counted"), *totals)
                if totals
                else texts(f"deliveries.{'quiet' if latest or failed else 'nothing'}"),
                texts("deliveries.first") if failed else None,
                *(self._with_retry(one) for one in failed[:WITH_BUTTON]),
                line(texts("deliveries.others"), fitting(map(self._entry, rest), texts)) if rest else None,
                self._jobs(jobs) if jobs else None,
                *RetryAnother.rows(
                    texts("deliveries.retry.label"), list(map(self._offer, failed[WITH_BUTTON:]))
                ),
                texts("deliveries.more", command=self.bot.mention("admin deliveries"))
                if not latest
                else None,
            ),
        )

    def _entry(self, delivery: Delivery) -> Markup:
        texts = self.bot.texts
        if delivery.job:
            return self._failed_job(delivery)
        return texts(
            "deliveries.entry",
            number=delivery.id,
            kind=named(delivery, texts),
            ending=texts(f"deliveries.ended.{delivery.status}"),
            when=stamp(delivery.settled_at, "f") if delivery.settled_at else "",
            where=where_of(delivery, texts),
            reason=texts("deliveries.because", reason=because(delivery.reason, texts))
            if delivery.reason
            else "",
        )

    def _offer(self, delivery: Delivery) -> tuple[str, str]:
        texts = self.bot.texts
        return texts("deliveries.retry.offer", number=delivery.id, kind=named(delivery, texts)), str(
            delivery.id
        )

    def _with_retry(self, delivery: Delivery) -> ui.Section[Any]:
        button = Retry(label=self.bot.texts("deliveries.retry.button"), delivery=delivery.id)
        return ui.Section[Any](ui.TextDisplay[Any](self._entry(delivery)), accessory=button)

    @app_commands.command()
    async def audit(self, interaction: discord.Interaction[Any]) -> None:
        """Show who did what recently."""
        ctx = await Context.anywhere(interaction)
        guild_id, texts = ctx.must_manage(), ctx.texts
        lines = [
            texts(
                "audit.entry",
                when=stamp(entry.at, "f"),
                who=texts("audit.itself") if entry.actor_id == audit.ITSELF else who(entry.actor_id, texts),
                what=texts(f"audit.actions.{entry.action}"),
                subject=entry.subject,
            )
            for entry in await ctx.read(audit.lines, guild_id)
        ]
        await ctx.reply(Card(texts("audit.title"), fitting(lines, texts) or texts("audit.nothing")))

    def _jobs(self, counts: Mapping[str, int]) -> Markup:
        waiting = counts.get("pending", 0) + counts.get("sending", 0)
        done, failed = counts.get("done", 0), counts.get("failed", 0)
        return self.bot.texts("deliveries.jobs_counted", done=done, waiting=waiting, failed=failed)

    def _failed_job(self, job: Delivery) -> Markup:
        return self.bot.texts(
            "deliveries.job_entry",
            number=job.id,
            job=named(job, self.bot.texts),
            when=stamp(job.settled_at, "f") if job.settled_at else "",
            reason=self.bot.texts("deliveries.because", reason=because(job.reason, self.bot.texts))
            if job.reason
            else "",
        )


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Admin(bot))
