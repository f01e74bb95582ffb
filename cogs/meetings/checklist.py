"""The checklist of a meeting: the list, one item with what can be done about it, and what is sent to its owner."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.checklist import due_on
from bot.domain.when import Day
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, When
from cogs.common.answer import reply
from cogs.common.audience import acting_in, standing_in, the_server
from cogs.common.base import Action, Card, Pressed, fitting, line, members_of, row
from cogs.common.mention import host_of, who
from cogs.common.standings import is_member
from db import meetings
from db.meetings import checklist
from db.meetings.models import ChecklistItem, Meeting
from db.models import Guild

IN_A_MENU = 25
"""Discord's limit: https://discord.com/developers/docs/components/reference#string-select"""
OWNERS_MAY = ("done", "open", "back", "show")


class Item(Action, template=r"check:(?P<item>\d{1,9}):(?P<do>show|done|open|not_needed|take|back)"):
    """'It's done', 'I'll do it', 'Give it back', 'Not needed', 'Open again'."""

    audience = members_of(ChecklistItem, "item_id")

    item_id: int
    do: str

    def __init__(self, item_id: int, do: str, texts: Texts) -> None:
        styles = {"done": discord.ButtonStyle.success, "take": discord.ButtonStyle.primary}
        super().__init__(
            f"check:{item_id}:{do}",
            texts(f"checklist.do.{do}.button"),
            style=styles.get(do, discord.ButtonStyle.secondary),
        )

    def read(self, match: re.Match[str]) -> None:
        """Take item and deed out of the custom_id."""
        self.item_id, self.do = int(match["item"]), match["do"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Do it, if the presser may, and show how the item stands."""
        await carry_out(interaction, bot, self.item_id, self.do)


class WholeList(Action, template=r"checks:(?P<meeting>\d{1,9})"):
    """'The whole list'."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int

    def __init__(self, meeting_id: int, texts: Texts) -> None:
        super().__init__(f"checks:{meeting_id}", texts("checklist.whole.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting out of the custom_id."""
        self.meeting_id = int(match["meeting"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show the list."""
        meeting = await bot.store.read(meetings.find, self.meeting_id, guild_id=acting_in(interaction))
        await show_list(interaction, bot, meeting)


class PickItem(
    Pressed, ui.DynamicItem[ui.Select[Any]], template=r"checkpick:(?P<meeting>\d{1,9})(?::(?P<part>\d))?"
):
    """The choice of an item to look at; a list that is longer than one menu has several."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int

    def __init__(self, meeting_id: int, part: int, found: Sequence[ChecklistItem], texts: Texts) -> None:
        options = [
            discord.SelectOption(label=f"{item.number}. {title(item, texts)}"[:100], value=str(item.id))
            for item in found
        ] or [discord.SelectOption(label=".")]
        select = ui.Select[Any](
            custom_id=f"checkpick:{meeting_id}" + (f":{part}" if part else ""),
            placeholder=texts("checklist.pick.more" if part else "checklist.pick.placeholder"),
            options=options,
        )
        self.meeting_id = meeting_id
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build it again from its custom_id."""
        bot = cast("Bot", interaction.client)
        return cls(int(match["meeting"]), int(match["part"] or 0), (), bot.texts)

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show the item that was chosen."""
        await carry_out(interaction, bot, _chosen(interaction), "show")


class HandOver(Pressed, ui.DynamicItem[ui.UserSelect[Any]], template=r"checkgive:(?P<item>\d{1,9})"):
    """The choice of whose an item is."""

    audience = members_of(ChecklistItem, "item_id")

    def __init__(self, item_id: int, texts: Texts) -> None:
        self.item_id = item_id
        select = ui.UserSelect[Any](
            custom_id=f"checkgive:{item_id}", placeholder=texts("checklist.give.placeholder")
        )
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Build it again from its custom_id."""
        bot = cast("Bot", interaction.client)
        return cls(int(match["item"]), bot.texts)

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Hand the item over to who was chosen."""
        await carry_out(interaction, bot, self.item_id, "give", owner_id=_chosen(interaction))


def _chosen(interaction: discord.Interaction[Any]) -> int:
    values: list[str] = cast("dict[str, Any]", interaction.data or {}).get("values", [])
    if len(values) != 1 or not values[0].isdecimal():
        raise UserError("errors.button_gone")
    return int(values[0])


async def carry_out(
    interaction: discord.Interaction[Any],
    bot: Bot,
    item_id: int,
    do: str,
    *,
    owner_id: int | None = None,
) -> None:
    """Store what somebody does with an item, and show how it stands then.

    Raises:
        Refused: it is neither theirs nor do they host or organise the meeting.
        UserError: it is gone, or the meeting has begun; or a bot was chosen.
    """
    item, meeting = await bot.store.read(checklist.find, item_id, guild_id=acting_in(interaction))
    guild = await the_server(interaction, bot)
    full = await may_organise(interaction, bot, meeting)
    mine = item.owner_id == interaction.user.id
    if not full and not (mine and do in OWNERS_MAY):
        raise Refused("checklist.not_yours", host=host_of(meeting, bot.texts))
    if owner_id is not None:
        check_owner(interaction, owner_id)
        if not await is_member(bot, guild.id, owner_id):
            raise UserError("errors.not_a_member")
    user_id, now = interaction.user.id, bot.clock.now()

    def store(session: Session) -> ChecklistItem:
        present, found = checklist.find(session, item_id, guild_id=guild.id)
        change(session, present, found, do, owner_id, guild=guild, by=user_id, now=now)
        return present

    if do != "show":
        item = await bot.store.write(store)
    card = item_card(item, meeting, bot.texts, now=now, full=full)
    if interaction.guild_id is None and interaction.message is not None:
        await interaction.response.edit_message(view=card)
    else:
        await reply(interaction, card)


def change(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    do: str,
    owner_id: int | None,
    *,
    guild: Guild,
    by: int,
    now: datetime,
) -> None:
    """Store one deed."""
    if do in ("done", "open", "not_needed"):
        checklist.mark(session, item, meeting, do, guild=guild, by=by, now=now)
    elif do in ("take", "give", "back"):
        new = {"take": by, "give": owner_id, "back": None}[do]
        checklist.assign(session, item, meeting, new, guild=guild, by=by, now=now)


def check_owner(interaction: discord.Interaction[Any], owner_id: int) -> None:
    """Refuse an owner that is a bot.

    Raises:
        UserError: it is one.
    """
    chosen: Any = cast("dict[str, Any]", interaction.data or {}).get("resolved", {})
    if chosen.get("users", {}).get(str(owner_id), {}).get("bot"):
        raise UserError("checklist.bot")


async def may_organise(interaction: discord.Interaction[Any], bot: Bot, meeting: Meeting) -> bool:
    """Whether the user hosts the meeting, or organises its region."""
    if interaction.user.id in (meeting.host_id, *(one.user_id for one in meeting.co_hosts)):
        return True
    at = await standing_in(interaction, bot, await the_server(interaction, bot))
    return at.organises(meeting.region)


async def show_list(interaction: discord.Interaction[Any], bot: Bot, meeting: Meeting) -> None:
    """Show the list to hosts and organisers, and to members what of it is theirs.

    Raises:
        Refused: nothing of it is theirs.
    """
    full = await may_organise(interaction, bot, meeting)
    if full:
        found = await bot.store.write(checklist.opened, meeting.id)
    else:
        whole = await bot.store.read(checklist.items, meeting.id)
        found = [item for item in whole if item.owner_id == interaction.user.id]
        if not found:
            raise Refused("checklist.not_yours", host=host_of(meeting, bot.texts))
    await reply(interaction, list_card(meeting, found, bot.texts, now=bot.clock.now()))


def title(item: ChecklistItem, texts: Texts) -> Markup | str:
    """Return what an item is about, on one line."""
    return texts(f"checklist.items.{item.name}.title") if item.name else item.words


def _state(item: ChecklistItem, meeting: Meeting, texts: Texts, now: datetime) -> Markup:
    if item.state != "open":
        by = who(item.done_by, texts) if item.done_by is not None else texts("cards.former_member")
        return texts(f"checklist.state.{item.state}", who=by)
    zone = ZoneInfo(meeting.zone)
    due = due_on(meeting.starts_at, zone, item.days)
    owner = (
        texts("checklist.state.owner", who=who(item.owner_id, texts))
        if item.owner_id is not None
        else texts("checklist.state.nobody")
    )
    if due < meeting.created_at.astimezone(zone).date():
        # The meeting came at short notice: nobody is late.
        return texts("checklist.state.soon", owner=owner)
    overdue = due < now.astimezone(zone).date()
    key = "checklist.state.overdue" if overdue else "checklist.state.open"
    return texts(key, due=When(Day(due)), owner=owner)


def list_card(meeting: Meeting, found: Sequence[ChecklistItem], texts: Texts, *, now: datetime) -> Card:
    """Return the list, each item on a line with when it is due and whose it is."""
    entries = [
        texts(
            "checklist.entry",
            number=item.number,
            title=title(item, texts),
            state=_state(item, meeting, texts, now),
        )
        for item in found
    ]
    menus = [found[start : start + IN_A_MENU] for start in range(0, len(found), IN_A_MENU)]
    done = sum(item.state != "open" for item in found)
    return Card(
        texts("checklist.title", title=meeting.title),
        texts("checklist.progress", done=done, all=len(found)),
        fitting(entries, texts, room=2_800),
        *[ui.ActionRow[Any](PickItem(meeting.id, part, some, texts)) for part, some in enumerate(menus)],
        texts("checklist.how"),
    )


def item_card(item: ChecklistItem, meeting: Meeting, texts: Texts, *, now: datetime, full: bool) -> Card:
    """Return one item, with help where it is the toolkit's, and what can be done about it."""
    deeds = ["done"] if item.state == "open" else ["open"]
    if full and item.state == "open":
        deeds += ["take"] if item.owner_id is None else ["back"]
        deeds += ["not_needed"]
    elif item.state == "open":
        deeds += ["back"]
    buttons = [Item(item.id, do, texts) for do in deeds]
    return Card(
        texts("checklist.item", number=item.number, title=title(item, texts), meeting=meeting.title),
        texts(f"checklist.items.{item.name}.help") if item.name else None,
        _state(item, meeting, texts, now),
        row(*buttons, WholeList(meeting.id, texts) if full else None),
        ui.ActionRow[Any](HandOver(item.id, texts)) if full and item.state == "open" else None,
    )


def news_card(item: ChecklistItem, meeting: Meeting, kind: str, texts: Texts, *, now: datetime) -> Card:
    """Return what is said in private: that something is somebody's now, is due, or has come back to the host."""
    deeds = ("show",) if kind == checklist.BACK else ("done", "back")
    return Card(
        texts(
            {
                checklist.NUDGE: "checklist.news.nudge",
                checklist.YOURS: "checklist.news.yours",
                checklist.BACK: "checklist.news.back",
            }[kind],
            title=title(item, texts),
            meeting=meeting.title,
        ),
        line(
            texts(f"checklist.items.{item.name}.help") if item.name else None,
            _state(item, meeting, texts, now),
        ),
        row(*[Item(item.id, do, texts) for do in deeds]),
    )
