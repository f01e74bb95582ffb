"""Adds, shows, switches, removes and restores key dates, and puts them on agendas."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

import discord
from sqlalchemy.orm import Session

from bot.domain.keydates import Yearly
from bot.errors import UserError
from bot.texts import Markup, plain
from cogs.common.base import MEANT, Card, line, row
from cogs.common.buttons import Button, Id, PagedMenu
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.report import way_back
from cogs.keydates.cards import ahead_words, campaigns, day_words, read_campaign, show_card, when_words
from db import drafts, keydates, meetings
from db.keydates.models import KeyDate
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
            raise UserError("errors.draft_gone")
        with way_back(SayMore(label=ctx.text("keydates.form.button"), draft=self.draft)):
            await _store(ctx, fields, _reading(readings[self.number]), self.draft)


def _reading(stored: Sequence[str]) -> Yearly:
    return Yearly(date.fromisoformat(stored[0]), stored[1])


async def preview(ctx: Context, fields: dict[str, Any], before: int = 0) -> None:
    """Preview a key date as it was read before storing it, with a button for each possible day."""
    region, texts = theirs(ctx, fields["region"]), ctx.texts
    kept = {"form": ADDING, "fields": fields, "instead_of": before}
    draft = await ctx.write(drafts.keep, user_id=ctx.user_id, **kept)
    readings = [_reading(one) for one in fields["readings"]]
    only = len(readings) == 1
    labels = [texts("keydates.add.button")] if only else [when_words(one) for one in readings]
    blue = discord.ButtonStyle.primary
    picks = [
        Pick(label=label, style=blue, draft=draft.id, number=number) for number, label in enumerate(labels)
    ]
    names = await campaigns(ctx.bot, ctx.guild_id)
    said = KeyDate(**{name: fields[name] for name in ("name", "note", "campaign")})
    await ctx.reply(
        Card(
            texts(fields["question"], name=said.name, when=when_words(readings[0])),
            line(
                texts("keydates.show.campaign", campaign=names[said.campaign])
                if said.campaign in names
                else None,
                texts("keydates.show.region", region=region.name) if region else None,
                plain(said.note) or None,
            )
            or None,
            row(*picks, SayMore(label=texts("keydates.form.button"), draft=draft.id)),
        )
    )


class SayMore(Button, name="keydate:more"):
    """'Say more about it', before a key date is stored."""

    draft: Id

    async def press(self, ctx: Context) -> None:
        """Open the form, filled in."""
        fields, names = await _kept(ctx, self.draft, ADDING), await campaigns(ctx.bot, ctx.guild_id)
        region = ctx.region_of(fields["region"])
        typed = {
            "note": fields["note"],
            "campaign": names.get(fields["campaign"] or ""),
            "region": region.name if region else None,
        }
        await ctx.open(KeyDateForm(ctx.texts, draft=self.draft, typed=typed))


class KeyDateForm(Form, name="keydate", words="keydates.form"):
    """The form for what members can do on a key date, its campaign, and its one region."""

    draft: Id
    note = Line(500, long=True, required=False)
    campaign = Line(100, required=False)
    region = Line(100, required=False)

    async def send(self, ctx: Context) -> None:
        """Show the key date with these."""
        fields, typed = await _kept(ctx, self.draft, ADDING), self.typed
        region = ctx.the_region(typed["region"]) if typed["region"].strip() else None
        fields["region"] = region.id if region else None
        fields["campaign"] = await read_campaign(ctx.bot, ctx.guild_id, typed["campaign"])
        fields["note"] = " ".join(typed["note"].split())
        await preview(ctx, fields, self.draft)


async def _kept(ctx: Context, draft_id: int, form: str) -> dict[str, Any]:
    return await ctx.read(drafts.fields_of, draft_id, user_id=ctx.user_id, form=form)


def theirs(ctx: Context, region_id: int | None) -> Region | None:
    """Return the region of a key date (None for all), for somebody who may change it.

    Raises:
        Refused: they do not organise it or, for all regions, one of them.
        UserError: the region no longer exists.
    """
    region = ctx.region_of(region_id)
    if region_id is not None and region is None:
        raise UserError("errors.not_here")
    ctx.must_organise_for(region)
    return region


async def _store(ctx: Context, fields: dict[str, Any], when: Yearly, draft_id: int) -> None:
    """Store a key date as typed, and say when it is and who is told."""
    region, texts = theirs(ctx, fields["region"]), ctx.texts
    made = await _add(ctx, fields, when, draft_id)
    chosen = await ctx.read(keydates.setting, ctx.guild_id)
    following = when.on_or_after(ctx.today) or when.first
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


async def _add(ctx: Context, fields: dict[str, Any], when: Yearly, draft_id: int) -> KeyDate:
    words = {name: fields[name] for name in ("name", "note", "campaign")}
    new = KeyDate(**words, region_id=fields["region"], rule=when.rule, first=when.first.isoformat())

    def store(session: Session, *, guild_id: int, actor_id: int, now: datetime) -> KeyDate:
        drafts.drop(session, draft_id)
        return keydates.add(session, new, guild_id=guild_id, actor_id=actor_id, now=now)

    return await ctx.write(store)


class Undo(Button, name="keydate:undo"):
    """'Undo', under a removed key date."""

    draft: Id

    async def press(self, ctx: Context) -> None:
        """Restore it as it was."""
        fields = await _kept(ctx, self.draft, REMOVED)
        theirs(ctx, fields["region"])
        back = await _add(ctx, fields, _reading((fields["first"], fields["rule"])), self.draft)
        await ctx.reply(Card(ctx.text("keydates.remove.undone", name=back.name)))


class Switch(Button, name="keydate"):
    """'Switch it on' or 'Switch it off', under a key date."""

    to: OnOff
    date: Id

    async def press(self, ctx: Context) -> None:
        """Switch it."""
        await switch(ctx, await ctx.read(keydates.find, self.date), self.to)


async def switch(ctx: Context, key_date: KeyDate, to: OnOff) -> None:
    """Switch a key date on or off in this server, and show it."""
    theirs(ctx, key_date.region_id)
    key_date = await ctx.write(keydates.switch, key_date.id, off=to == "off")
    following = keydates.when_of(key_date).on_or_after(ctx.today)
    day = day_words(following) if following else Markup()
    await show(ctx, key_date, ctx.text(f"keydates.switch.{to}", name=key_date.name, day=day))


class See(PagedMenu, name="keydate:see"):
    """'See what you can do on one', under the list."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Show the chosen one."""
        await show(ctx, await ctx.read(keydates.find, self.the_number()))


async def show(ctx: Context, key_date: KeyDate, said: Markup | None = None) -> None:
    """Show a key date with what members can do on it, and buttons for those who may switch or remove it."""
    region = ctx.region_of(key_date.region_id)
    buttons: list[Button] = []
    if all(map(ctx.may_organise, [region] if region is not None else ctx.guild.regions)):
        to: OnOff = "on" if key_date.off else "off"
        buttons.append(Switch(label=ctx.text(f"keydates.switch_{to}.button"), to=to, date=key_date.id))
        if not key_date.page:
            buttons.append(Remove(label=ctx.text("keydates.remove.button"), date=key_date.id))
    names, regions = await campaigns(ctx.bot, ctx.guild_id), ctx.guild.regions
    await ctx.reply(show_card(key_date, regions, ctx.today, ctx.texts, *buttons, campaigns=names, said=said))


class Remove(Button, name="keydate:remove"):
    """'Take it away', under one of the server's own key dates."""

    date: Id

    async def press(self, ctx: Context) -> None:
        """Remove it, and offer to restore it."""
        gone = await ctx.read(keydates.find, self.date)
        theirs(ctx, gone.region_id)
        if gone.page:  # it came with the bot
            await switch(ctx, gone, "off")
            return
        fields = {name: getattr(gone, name) for name in ("name", "rule", "first", "note", "campaign")}
        fields["region"] = gone.region_id

        def work(session: Session, *, guild_id: int, actor_id: int, now: datetime) -> int:
            keydates.remove(session, gone, actor_id=actor_id, now=now)
            return drafts.keep(
                session, guild_id=guild_id, user_id=actor_id, form=REMOVED, fields=fields, now=now
            ).id

        undo = Undo(label=ctx.text("keydates.undo.button"), draft=await ctx.write(work))
        await ctx.reply(Card(ctx.text("keydates.remove.done", name=gone.name), row(undo)))


class ToAgenda(Button, name="keydate:agenda"):
    """'Put it on the agenda', under a prompt: that of the region's next meeting."""

    date: Id
    day: Annotated[str, r"\d{4}-\d\d-\d\d"]

    async def press(self, ctx: Context) -> None:
        """Add it to the agenda, once."""
        region, texts = ctx.the_region(None), ctx.texts
        key_date = await ctx.read(keydates.find, self.date)
        try:
            day = date.fromisoformat(self.day)
        except ValueError:
            raise UserError("errors.button_gone") from None
        # Agenda items are escaped when shown.
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
                actor_id=ctx.user_id,
                words=words,
                link="",
                now=ctx.now,
                organises=ctx.may_organise(region),
            )
            return added, True

        meeting, fresh = await ctx.write(work)
        said = "keydates.agenda.done" if fresh else "keydates.agenda.there"
        await ctx.reply(Card(texts(said, title=meeting.title, words=words)))
