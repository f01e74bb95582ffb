"""`/admin`: how deliveries ended, who did what, and another try for what failed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.disclosure import shows_recipient
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.admin import closed as closed  # registered by being imported
from cogs.common.base import IN_SERVER, Card, fitting, line
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.mention import who
from cogs.common.times import stamp, written
from db import admin, audit, deliveries
from db.models import Delivery

MOST_MATTERS = 5
WITH_BUTTON = 5
"""So many failures are listed with a button of their own."""
COUNTED = timedelta(days=7)
"""How far back endings are counted; the list of the last ones goes on from there."""


class Retry(Button, name="retry"):
    """'Try again', beside what failed."""

    audience = IN_SERVER
    style = discord.ButtonStyle.primary

    delivery: Annotated[int, r"\d{1,18}"]

    async def press(self, ctx: Context) -> None:
        """Try it again, for those who manage the server."""
        await retry(ctx, self.delivery)


async def retry(ctx: Context, number: int) -> None:
    """Put what failed up for another try. Raises UserError: nothing of that number failed here."""
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

    async def cog_load(self) -> None:
        """Register the notice of failures, and the button that tries again."""
        self.bot.sender.kind(deliveries.NOTICE, self._notice, self._told)

    @app_commands.command()
    async def deliveries(
        self, interaction: discord.Interaction[Any], show: Literal["failed", "all"] = "failed"
    ) -> None:
        """Show what could not be sent, each with another try, and how everything else ended."""
        ctx = await Context.anywhere(interaction)
        guild_id, texts = ctx.must_manage(), ctx.texts
        counts = await ctx.read_in_thread(deliveries.tally, guild_id, since=ctx.now - COUNTED)
        jobs = await ctx.read_in_thread(deliveries.tally, guild_id, since=ctx.now - COUNTED, jobs=True)
        failed = list(await ctx.read(deliveries.failures, guild_id))
        latest = list(await ctx.read(deliveries.recent, guild_id)) if show == "all" or not failed else []
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
                texts("deliveries.how", command=self.bot.mention("admin retry"))
                if len(failed) > WITH_BUTTON
                else None,
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
            kind=self._kind(delivery),
            ending=texts(f"deliveries.ended.{delivery.status}"),
            when=stamp(delivery.settled_at, "f") if delivery.settled_at else "",
            where=self._where(delivery),
            reason=texts("deliveries.because", reason=self._reason(delivery)) if delivery.reason else "",
        )

    def _with_retry(self, delivery: Delivery) -> ui.Section[Any]:
        button = Retry(label=self.bot.texts("deliveries.retry.button"), delivery=delivery.id)
        return ui.Section[Any](ui.TextDisplay[Any](self._entry(delivery)), accessory=button)

    @app_commands.command()
    async def retry(
        self, interaction: discord.Interaction[Any], delivery: app_commands.Range[int, 1, 2_000_000_000]
    ) -> None:
        """Try a failed delivery again."""
        await retry(await Context.anywhere(interaction), delivery)

    @app_commands.command()
    async def audit(self, interaction: discord.Interaction[Any]) -> None:
        """Show who did what lately."""
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

    def _kind(self, delivery: Delivery) -> Markup:
        key = f"deliveries.kinds.{delivery.kind}"
        return self.bot.texts(key if key in self.bot.texts else "deliveries.unknown_kind")

    def _job(self, job: Delivery) -> Markup:
        key = f"deliveries.jobs.{job.kind}"
        return self.bot.texts(key if key in self.bot.texts else "deliveries.unknown_job")

    def _jobs(self, counts: Mapping[str, int]) -> Markup:
        waiting = counts.get("pending", 0) + counts.get("sending", 0)
        done, failed = counts.get("done", 0), counts.get("failed", 0)
        return self.bot.texts("deliveries.jobs_counted", done=done, waiting=waiting, failed=failed)

    def _failed_job(self, job: Delivery) -> Markup:
        return self.bot.texts(
            "deliveries.job_entry",
            number=job.id,
            job=self._job(job),
            when=stamp(job.settled_at, "f") if job.settled_at else "",
            reason=self.bot.texts("deliveries.because", reason=self._reason(job)) if job.reason else "",
        )

    def _where(self, delivery: Delivery) -> Markup:
        if delivery.target_id == delivery.guild_id:
            return self.bot.texts("deliveries.this_server")
        if delivery.private and not shows_recipient(delivery.kind):
            return self.bot.texts("deliveries.in_private")
        return Markup(f"<@{delivery.target_id}>" if delivery.private else f"<#{delivery.target_id}>")

    def _reason(self, delivery: Delivery) -> Markup:
        return _because(delivery.reason or "", self.bot.texts)

    async def _notice(self, delivery: Delivery) -> Outgoing | Skip:
        """Say what failed, without naming the members concerned: the channel is read by several."""
        failed, about = await self.bot.store.read(self._untold, delivery.guild_id)
        if not failed:
            return Skip("already_told")
        texts, zone = self.bot.texts, self.bot.zone_of(await self.bot.guild_record(delivery.guild_id))
        counts: dict[Markup, int] = {}
        matters: dict[Markup, dict[Markup, None]] = {}
        jobs = Counter((self._job(one), self._reason(one)) for one in failed if one.job)
        messages = [one for one in failed if not one.job]
        for one in messages:
            words = texts(
                "deliveries.failure",
                kind=self._kind(one),
                where=texts("deliveries.in_private") if one.private else self._where(one),
                reason=self._reason(one),
            )
            counts[words] = counts.get(words, 0) + 1
            if one.id in about:
                title, at = about[one.id]
                key = "deliveries.matter" if at is None else "deliveries.matter_at"
                when = written(at, zone) if at is not None else ""
                matters.setdefault(words, {}).setdefault(texts(key, title=title, when=when))
        lines = [
            texts(
                "deliveries.failure_line",
                count=count,
                failure=line(words, *_listed(matters.get(words, {}), texts)),
            )
            for words, count in counts.items()
        ]
        undone = [
            texts.count("deliveries.job_failed", count, job=job, reason=reason)
            for (job, reason), count in jobs.items()
        ]
        return Outgoing(
            Card(
                *(
                    (texts.count("deliveries.failed", len(messages)), fitting(lines, texts))
                    if messages
                    else ()
                ),
                *(
                    (texts.count("deliveries.jobs_failed", jobs.total()), fitting(undone, texts))
                    if jobs
                    else ()
                ),
                texts("deliveries.failed_how", command=self.bot.mention("admin deliveries")),
            )
        )

    def _untold(
        self, session: Session, guild_id: int
    ) -> tuple[Sequence[Delivery], dict[int, tuple[str, datetime | None]]]:
        failed = deliveries.untold(session, guild_id)
        # What concerns one member alone is named to nobody, not even by what it was about.
        shown = [one for one in failed if not one.private or shows_recipient(one.kind)]
        return failed, admin.matters(session, shown)

    def _told(self, session: Session, delivery: Delivery, message_id: int | None) -> None:
        told = [
            one
            for one in deliveries.untold(session, delivery.guild_id)
            if one.settled_at and one.settled_at <= delivery.due_at
        ]
        deliveries.mark_told(session, delivery, told, now=self.bot.clock.now())


def _listed(matters: Collection[Markup], texts: Texts) -> list[Markup]:
    """Return the first few things that failures were about, one a line."""
    shown = [Markup(f"  - {matter}") for matter in list(matters)[:MOST_MATTERS]]
    more = len(matters) - len(shown)
    return [*shown, Markup(f"  - {texts.count('cards.more', more)}")] if more > 0 else shown


def _because(reason: str, texts: Texts) -> Markup:
    """Return a reason in words; it may have a number of Discord's or another reason behind a colon."""
    name, _, detail = reason.partition(":")
    key = f"deliveries.reasons.{name}"
    if name == "gave_up":
        return texts(key, cause=_because(detail or "no_answer", texts))
    return texts(key, code=detail) if key in texts else texts("deliveries.reasons.other", code=reason)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Admin(bot))
