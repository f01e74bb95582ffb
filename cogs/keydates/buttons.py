"""Buttons under key dates: which day was meant, undo, on and off, and on to the agenda."""

import re
from datetime import date
from typing import Any

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.keydates import Yearly
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import IN_SERVER, Action, Card, line, reply
from cogs.common.context import Here, here
from cogs.keydates.cards import ahead_words, day_words, today_of, when_words
from db import drafts, keydates, meetings
from db.keydates.models import KeyDate, KeyDateSetting
from db.meetings import agenda
from db.meetings.models import Meeting
from db.models import Draft

ADDING = "keydates.add"
REMOVED = "keydates.remove"


class Pick(Action, template=r"keydate:pick:(?P<draft>\d{1,9}):(?P<number>\d)"):
    """One of the days that a date in words can mean."""

    audience = IN_SERVER

    def __init__(self, draft_id: int, number: int, label: Markup) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(f"keydate:pick:{draft_id}:{number}", Markup(label[:80]), style=style)

    def read(self, match: re.Match[str]) -> None:
        """Take the draft and the number of the reading out of the custom_id."""
        self.draft_id, self.number = int(match["draft"]), int(match["number"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Add the key date on that day."""
        at = await here(interaction)
        draft = await bot.store.read(drafts.find, self.draft_id, user_id=interaction.user.id)
        fields = _of(draft, ADDING, at)
        readings = fields["readings"]
        if self.number >= len(readings):
            raise UserError("keydates.pick.gone")
        first, rule = readings[self.number]
        await store(interaction, bot, at, fields, Yearly(date.fromisoformat(first), rule), self.draft_id)


def _of(draft: Draft | None, form: str, at: Here) -> dict[str, Any]:
    if draft is None or draft.form != form or draft.guild_id != at.guild.id:
        raise UserError("keydates.pick.gone")
    return draft.fields


async def store(
    interaction: discord.Interaction[Any],
    bot: Bot,
    at: Here,
    fields: dict[str, Any],
    when: Yearly,
    draft_id: int = 0,
) -> None:
    """Store a key date as it was typed, and say when it comes and who hears of it."""
    region = next((one for one in at.guild.regions if one.id == fields["region"]), None)
    at.must_organise_for(region)
    now, texts = bot.clock.now(), bot.texts

    def work(session: Session) -> tuple[KeyDate, KeyDateSetting]:
        made = keydates.add(
            session,
            at.guild.id,
            name=fields["name"],
            when=when,
            note_words=fields["note"],
            campaign=fields["campaign"],
            region_id=region.id if region else None,
            by=interaction.user.id,
            now=now,
        )
        drafts.drop(session, draft_id)
        return made, keydates.setting(session, at.guild.id)

    made, chosen = await bot.store.write(work)
    following = when.on_or_after(today_of(bot, at.zone)) or when.first
    where = (
        texts("keydates.add.in_region", region=region.name) if region else texts("keydates.add.everywhere")
    )
    told = (
        texts("keydates.add.prompts", regions=where, ahead=ahead_words(chosen.ahead, texts))
        if chosen.prompts
        else texts("keydates.add.silent")
    )
    done = texts("keydates.add.done", name=made.name, when=when_words(when), day=day_words(following))
    await reply(interaction, Card(done, told))


class Undo(Action, template=r"keydate:undo:(?P<draft>\d{1,9})"):
    """'Undo' under a key date that was taken away."""

    audience = IN_SERVER

    def __init__(self, draft_id: int, texts: Texts) -> None:
        super().__init__(f"keydate:undo:{draft_id}", texts("keydates.undo.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the draft out of the custom_id."""
        self.draft_id = int(match["draft"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Put it back as it was."""
        at = await here(interaction)
        draft = await bot.store.read(drafts.find, self.draft_id, user_id=interaction.user.id)
        fields = _of(draft, REMOVED, at)
        region = next((one for one in at.guild.regions if one.id == fields["region"]), None)
        at.must_organise_for(region)
        now, by = bot.clock.now(), interaction.user.id

        def work(session: Session) -> KeyDate:
            drafts.drop(session, self.draft_id)
            if fields["page"]:
                return keydates.switch(session, fields["id"], guild_id=at.guild.id, off=False, by=by, now=now)
            return keydates.add(
                session,
                at.guild.id,
                name=fields["name"],
                when=Yearly(date.fromisoformat(fields["first"]), fields["rule"]),
                note_words=fields["note"],
                campaign=fields["campaign"],
                region_id=region.id if region else None,
                by=by,
                now=now,
            )

        back = await bot.store.write(work)
        await reply(interaction, Card(bot.texts("keydates.remove.undone", name=back.name)))


class Switch(Action, template=r"keydate:(?P<to>on|off):(?P<date>\d{1,9})"):
    """'Switch it on' or 'Switch it off' under a key date."""

    audience = IN_SERVER

    def __init__(self, key_date: KeyDate, texts: Texts) -> None:
        to = "on" if key_date.off else "off"
        super().__init__(f"keydate:{to}:{key_date.id}", texts(f"keydates.switch_{to}.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the key date and what is wanted out of the custom_id."""
        self.to, self.key_date_id = match["to"], int(match["date"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Switch it."""
        at = await here(interaction)
        key_date = await bot.store.read(keydates.find, self.key_date_id, guild_id=at.guild.id)
        if key_date is None:
            raise UserError("keydates.gone")
        await switch(interaction, bot, at, key_date, self.to)


async def switch(
    interaction: discord.Interaction[Any], bot: Bot, at: Here, key_date: KeyDate, to: str
) -> None:
    """Switch a key date on or off in this server, and say so."""
    at.must_organise_for(next((one for one in at.guild.regions if one.id == key_date.region_id), None))
    key_date = await bot.store.write(
        keydates.switch,
        key_date.id,
        guild_id=at.guild.id,
        off=to == "off",
        by=interaction.user.id,
        now=bot.clock.now(),
    )
    following = keydates.when_of(key_date).on_or_after(today_of(bot, at.zone))
    texts, day = bot.texts, day_words(following) if following else Markup()
    if to == "off":
        await reply(interaction, Card(texts("keydates.switch.off", name=key_date.name)))
    else:
        await reply(interaction, Card(texts("keydates.switch.on", name=key_date.name, day=day)))


class ToAgenda(Action, template=r"keydate:agenda:(?P<date>\d{1,9}):(?P<day>\d{4}-\d\d-\d\d)"):
    """'Put it on the agenda' under a prompt: of the region's next meeting."""

    audience = IN_SERVER

    def __init__(self, key_date_id: int, day: date, texts: Texts) -> None:
        super().__init__(f"keydate:agenda:{key_date_id}:{day}", texts("keydates.agenda.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the key date and its day out of the custom_id."""
        self.key_date_id, self.day = int(match["date"]), match["day"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Add it to the agenda, once."""
        at = await here(interaction)
        region, now, texts = at.the_region(None), bot.clock.now(), bot.texts
        key_date = await bot.store.read(keydates.find, self.key_date_id, guild_id=at.guild.id)
        if key_date is None:
            raise UserError("keydates.gone")
        try:
            day = date.fromisoformat(self.day)
        except ValueError:
            raise UserError("errors.button_gone") from None
        # An item of an agenda is escaped where it is shown.
        words = str(texts("keydates.agenda.item", name=Markup(key_date.name), day=day_words(day)))

        def work(session: Session) -> tuple[Meeting, bool]:
            found = meetings.upcoming(session, at.guild.id, now=now, region_id=region.id, limit=1)
            if not found:
                raise UserError("agenda.no_meeting")
            meeting = found[0]
            if any(item.words == words for item in agenda.items(session, meeting.id)):
                return meeting, False
            by = interaction.user.id
            added = agenda.add(
                session,
                meeting.id,
                guild=at.guild,
                by=by,
                words=words,
                link="",
                now=now,
                organises=at.organises(region),
            )
            return added, True

        meeting, fresh = await bot.store.write(work)
        if fresh:
            said = texts("keydates.agenda.done", title=meeting.title, words=words)
        else:
            said = texts("keydates.agenda.there", title=meeting.title)
        await reply(interaction, Card(line(said)))
