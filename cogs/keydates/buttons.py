"""Buttons under key dates: which day was meant, undo, on and off, and on to the agenda."""

from datetime import date
from typing import Annotated, Any, Literal

from sqlalchemy.orm import Session

from bot.domain.keydates import Yearly
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.keydates.cards import ahead_words, day_words, today_of, when_words
from db import drafts, keydates, meetings
from db.keydates.models import KeyDate, KeyDateSetting
from db.meetings import agenda
from db.meetings.models import Meeting
from db.models import Region

ADDING = "keydates.add"
REMOVED = "keydates.remove"
OnOff = Literal["on", "off"]


class Pick(Button, name="keydate:pick"):
    """One of the days that a date in words can mean."""

    draft: Id
    number: Annotated[int, r"\d"]

    async def press(self, ctx: Context) -> None:
        """Add the key date on that day."""
        fields = await _kept(ctx, self.draft, ADDING)
        readings = fields["readings"]
        if self.number >= len(readings):
            raise UserError("keydates.pick.gone")
        first, rule = readings[self.number]
        await store(ctx, fields, Yearly(date.fromisoformat(first), rule), self.draft)


async def _kept(ctx: Context, draft_id: int, form: str) -> dict[str, Any]:
    draft = await ctx.read(drafts.find, draft_id, user_id=ctx.user_id)
    if draft is None or draft.form != form or draft.guild_id != ctx.guild.id:
        raise UserError("keydates.pick.gone")
    return draft.fields


def theirs(ctx: Context, region_id: int | None) -> Region | None:
    """Return the region that a key date is for, None for all, to somebody who may change it.

    Raises:
        Refused: they do not organise it, or (of all regions) one of them.
    """
    region = ctx.region_of(region_id)
    ctx.must_organise_for(region)
    return region


async def store(ctx: Context, fields: dict[str, Any], when: Yearly, draft_id: int = 0) -> None:
    """Store a key date as it was typed, and say when it comes and who is told."""
    region, texts = theirs(ctx, fields["region"]), ctx.texts

    def work(session: Session) -> tuple[KeyDate, KeyDateSetting]:
        made = _add(session, ctx, fields, when, region)
        drafts.drop(session, draft_id)
        return made, keydates.setting(session, ctx.guild_id)

    made, chosen = await ctx.write(work)
    following = when.on_or_after(today_of(ctx.bot, ctx.zone)) or when.first
    where = (
        texts("keydates.add.in_region", region=region.name) if region else texts("keydates.add.everywhere")
    )
    told = (
        texts("keydates.add.prompts", regions=where, ahead=ahead_words(chosen.ahead, texts))
        if chosen.prompts
        else texts("keydates.add.silent")
    )
    done = texts("keydates.add.done", name=made.name, when=when_words(when), day=day_words(following))
    await ctx.reply(Card(done, told))


def _add(
    session: Session, ctx: Context, fields: dict[str, Any], when: Yearly, region: Region | None
) -> KeyDate:
    return keydates.add(
        session,
        ctx.guild_id,
        name=fields["name"],
        when=when,
        note_words=fields["note"],
        campaign=fields["campaign"],
        region_id=region.id if region else None,
        by=ctx.user_id,
        now=ctx.now,
    )


class Undo(Button, name="keydate:undo"):
    """'Undo' under a key date that was taken away."""

    draft: Id

    async def press(self, ctx: Context) -> None:
        """Put it back as it was."""
        fields = await _kept(ctx, self.draft, REMOVED)
        region = theirs(ctx, fields["region"])

        def work(session: Session) -> KeyDate:
            drafts.drop(session, self.draft)
            if fields["page"]:
                return keydates.switch(
                    session, fields["id"], guild_id=ctx.guild_id, off=False, by=ctx.user_id, now=ctx.now
                )
            when = Yearly(date.fromisoformat(fields["first"]), fields["rule"])
            return _add(session, ctx, fields, when, region)

        back = await ctx.write(work)
        await ctx.reply(Card(ctx.text("keydates.remove.undone", name=back.name)))


class Switch(Button, name="keydate"):
    """'Switch it on' or 'Switch it off' under a key date."""

    to: OnOff
    date: Id

    async def press(self, ctx: Context) -> None:
        """Switch it."""
        await switch(ctx, await _the_date(ctx, self.date), self.to)


async def _the_date(ctx: Context, number: int) -> KeyDate:
    found = await ctx.read(keydates.find, number, guild_id=ctx.guild.id)
    if found is None:
        raise UserError("keydates.gone")
    return found


async def switch(ctx: Context, key_date: KeyDate, to: OnOff) -> None:
    """Switch a key date on or off in this server, and say so."""
    theirs(ctx, key_date.region_id)
    key_date = await ctx.write(keydates.switch, key_date.id, off=to == "off")
    following = keydates.when_of(key_date).on_or_after(today_of(ctx.bot, ctx.zone))
    day = day_words(following) if following else Markup()
    await ctx.reply(Card(ctx.text(f"keydates.switch.{to}", name=key_date.name, day=day)))


class ToAgenda(Button, name="keydate:agenda"):
    """'Put it on the agenda' under a prompt: of the region's next meeting."""

    date: Id
    day: Annotated[str, r"\d{4}-\d\d-\d\d"]

    async def press(self, ctx: Context) -> None:
        """Add it to the agenda, once."""
        region, texts = ctx.the_region(None), ctx.texts
        key_date = await _the_date(ctx, self.date)
        try:
            day = date.fromisoformat(self.day)
        except ValueError:
            raise UserError("errors.button_gone") from None
        # An item of an agenda is escaped where it is shown.
        words = str(texts("keydates.agenda.item", name=Markup(key_date.name), day=day_words(day)))

        def work(session: Session) -> tuple[Meeting, bool]:
            found = meetings.upcoming(session, ctx.guild_id, now=ctx.now, region_id=region.id, limit=1)
            if not found:
                raise UserError("agenda.no_meeting")
            if any(item.words == words for item in agenda.items(session, found[0].id)):
                return found[0], False
            added = agenda.add(
                session,
                found[0].id,
                guild=ctx.guild,
                by=ctx.user_id,
                words=words,
                link="",
                now=ctx.now,
                organises=ctx.may_organise(region),
            )
            return added, True

        meeting, fresh = await ctx.write(work)
        said = "keydates.agenda.done" if fresh else "keydates.agenda.there"
        await ctx.reply(Card(texts(said, title=meeting.title, words=words)))
