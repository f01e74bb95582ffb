"""`/admin`: deliveries, the audit and former members; and what admins are told about failures and closed DMs."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import auto
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
from cogs.admin import counting
from cogs.common.base import IN_SERVER, Card, fitting, line
from cogs.common.buttons import Button, PagedMenu
from cogs.common.context import Context
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.people import who
from cogs.common.times import stamp, written
from db import audit, deliveries, servers
from db.models import Delivery

MOST_MATTERS = 5


def named(delivery: Delivery, texts: Texts) -> Markup:
    """Return the name of a message or job."""
    section, unknown = ("jobs", "unknown_job") if delivery.job else ("kinds", "unknown_kind")
    key = f"deliveries.{section}.{delivery.kind}"
    return texts(key if key in texts else f"deliveries.{unknown}")


def where_of(delivery: Delivery, texts: Texts) -> Markup:
    """Return where a message went, without naming recipients of private matters."""
    if delivery.target_id == delivery.guild_id:
        return texts("deliveries.this_server")
    if delivery.private and not shows_recipient(delivery.kind):
        return texts("deliveries.in_private")
    return Markup(f"<@{delivery.target_id}>" if delivery.private else f"<#{delivery.target_id}>")


class Why(Reason):
    """Why failures are not reported."""

    DMS_OPEN_AGAIN = auto()
    ALREADY_TOLD = auto()


Untold = tuple[Sequence[Delivery], dict[int, tuple[str, datetime | None]]]
"""Unreported failures, and what some of them were about."""


@notice(deliveries.NOTICE)
class Failures(Notice):
    """The note about what failed, without naming the members concerned, since several people read the channel."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say what failed, with jobs listed separately."""
        failed, about = await ctx.read(self._untold)
        if not failed:
            raise Skip(Why.ALREADY_TOLD)
        texts, zone = ctx.texts, ctx.bot.zone_of(await ctx.bot.guild_record(ctx.guild_id))
        jobs = Counter((named(one, texts), because(one.reason, texts)) for one in failed if one.job)
        messages = [one for one in failed if not one.job]
        counts, matters = Counter[Markup](), dict[Markup, dict[Markup, None]]()
        for one in messages:
            words = texts(
                "deliveries.failure",
                kind=named(one, texts),
                where=texts("deliveries.in_private") if one.private else where_of(one, texts),
                reason=because(one.reason, texts),
            )
            counts[words] += 1
            if one.id in about:
                title, at = about[one.id]
                key = "deliveries.matter" if at is None else "deliveries.matter_at"
                when = written(at, zone) if at is not None else ""
                matters.setdefault(words, {}).setdefault(texts(key, title=title, when=when))
        lines = [
            texts.count(
                "deliveries.failure_line", count, failure=line(words, *_listed(matters.get(words, {}), texts))
            )
            for words, count in counts.items()
        ]
        undone = [
            texts.count("deliveries.job_failed", count, job=job, reason=reason)
            for (job, reason), count in jobs.items()
        ]
        said: list[Markup] = []
        if messages:
            said += [texts.count("deliveries.failed", len(messages)), fitting(lines, texts)]
        if jobs:
            said += [texts.count("deliveries.jobs_failed", jobs.total()), fitting(undone, texts)]
        how = texts("deliveries.failed_how", command=ctx.bot.mention("admin deliveries"))
        push = ctx.push("deliveries.push_failed" if messages else "deliveries.push_undone", count=len(failed))
        return Outgoing(Card(*said, how), push=push)

    def _untold(self, session: Session, *, guild_id: int) -> Untold:
        failed = deliveries.untold(session, guild_id)
        # What concerns one member alone is not named, not even by its subject.
        shown = [one for one in failed if not one.private or shows_recipient(one.kind)]
        return failed, servers.matters(session, shown)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record who has heard of which failures."""
        untold = deliveries.untold(session, ctx.guild_id)
        told = [one for one in untold if one.settled_at and one.settled_at <= ctx.delivery.due_at]
        deliveries.mark_told(session, ctx.delivery, told, now=ctx.now)


def _listed(matters: Collection[Markup], texts: Texts) -> list[Markup]:
    """Return the subjects of the first few failures, one a line."""
    shown = [Markup(f"  - {matter}") for matter in list(matters)[:MOST_MATTERS]]
    more = len(matters) - len(shown)
    return [*shown, Markup(f"  - {texts.count('cards.more', more)}")] if more > 0 else shown


def because(reason: str | None, texts: Texts) -> Markup:
    """Return a reason in words; a colon may precede Discord's error code or another reason."""
    name, _, detail = (reason or "").partition(":")
    key = f"deliveries.reasons.{name}"
    if name == "gave_up":
        return texts(key, cause=because(detail or "no_answer", texts))
    return texts(key, code=detail) if key in texts else texts("deliveries.reasons.other", code=reason or "")


@notice(deliveries.CLOSED)
class DmsClosed(Notice):
    """The number of members whose direct messages are closed; nobody is named."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say how many there are, and how they can allow messages."""
        members = await ctx.read(deliveries.unreached)
        if not members:
            raise Skip(Why.DMS_OPEN_AGAIN)
        said = ctx.texts.count("deliveries.closed", len(members))
        return Outgoing(Card(said, ctx.texts("deliveries.closed_how")))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record what was reported."""
        deliveries.closed_told(session, ctx.guild_id, until=ctx.delivery.due_at, now=ctx.now)


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
            )
        )

    def _entry(self, delivery: Delivery) -> Markup:
        texts, reason = self.bot.texts, Markup()
        if delivery.reason:
            reason = texts("deliveries.because", reason=because(delivery.reason, texts))
        when = stamp(delivery.settled_at, "f") if delivery.settled_at else Markup()
        said: dict[str, Any] = {"number": delivery.id, "when": when, "reason": reason}
        if delivery.job:
            return texts("deliveries.job_entry", job=named(delivery, texts), **said)
        ending, where = texts(f"deliveries.ended.{delivery.status}"), where_of(delivery, texts)
        return texts("deliveries.entry", kind=named(delivery, texts), ending=ending, where=where, **said)

    def _offer(self, delivery: Delivery) -> tuple[str, str]:
        kind = named(delivery, self.bot.texts)
        label = self.bot.texts("deliveries.retry.offer", number=delivery.id, kind=kind)
        return label, str(delivery.id)

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


async def setup(bot: Bot) -> None:
    """Add the cogs."""
    await bot.add_cog(Admin(bot))
    await counting.setup(bot)
