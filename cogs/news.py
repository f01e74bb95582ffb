"""What is sent of a meeting that has changed or is cancelled. Part of the `/meeting` group."""

from typing import TYPE_CHECKING

import discord

from bot.delivery import Deed, Outgoing, Skip
from bot.domain import news as rules
from bot.ui.meetings import cards, news
from cogs.looking import the_meeting
from db import meetings, people
from db.meetings.hearing import facts_of, hosts_of
from db.models import Delivery

if TYPE_CHECKING:
    from bot.app import Bot
    from db.models import Meeting

UNKNOWN_MESSAGE = 10008


class News:
    """Renders what is sent of changes."""

    def __init__(self, bot: "Bot") -> None:
        self.bot = bot

    async def changed(self, delivery: Delivery) -> Outgoing | Skip:
        """Say what has changed since people last heard, if it has and concerns the one who is written to."""
        meeting = await the_meeting(self.bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        was = delivery.data["was"]
        if isinstance(was, str):  # of an earlier version, which told of another time alone
            was = facts_of(meeting) | {"start": f"{was} {meeting.zone}"}
        differing = rules.changes(was, facts_of(meeting))
        if not differing:
            return Skip("undone")
        if not delivery.private:
            return Outgoing(news.changed_card(meeting, was, differing, self.bot.texts))
        mine = await self.bot.store.read(meetings.roles_of, meeting.id, delivery.target_id)
        if not mine & rules.hear(differing):
            return Skip("told_in_time")
        waiting = "waiting" in mine
        return Outgoing(news.changed_card(meeting, was, differing, self.bot.texts, waiting=waiting))

    async def cancelled(self, delivery: Delivery) -> Outgoing | Skip:
        """Say that a meeting does not take place."""
        meeting = await the_meeting(self.bot, delivery, cancelled=True)
        if isinstance(meeting, Skip):
            return meeting
        was = delivery.data.get("was")
        return Outgoing(cards.cancelled_card(meeting, self.bot.texts, news.when_of(was) if was else None))

    async def hosting(self, delivery: Delivery) -> Outgoing | Skip:
        """Say to a member that they host a meeting now, or do so no more."""
        meeting = await the_meeting(self.bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        hosts = await self.bot.store.read(hosts_of, meeting)
        if (delivery.target_id in hosts) is delivery.data["hosted"]:
            return Skip("undone")
        return Outgoing(news.hosting_card(meeting, hosts, delivery.target_id, self.bot.texts))

    async def correct(self, delivery: Delivery) -> Deed | Skip:
        """Bring a reminder that was sent up to date."""
        meeting = await the_meeting(self.bot, delivery, cancelled=True)
        return meeting if isinstance(meeting, Skip) else Deed(lambda: self._edit(delivery, meeting))

    async def _edit(self, delivery: Delivery, meeting: "Meeting") -> int | Skip:
        channel_id = await self._dm(delivery.target_id) if delivery.private else delivery.target_id
        message = self.bot.get_partial_messageable(channel_id).get_partial_message(delivery.data["message"])
        try:
            await message.edit(
                view=news.corrected_card(meeting, self.bot.texts),
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            return Skip("message_gone")
        return message.id

    async def _dm(self, user_id: int) -> int:
        contact = (await self.bot.store.read(people.contacts, {user_id})).get(user_id)
        if contact is not None and contact.channel_id is not None:
            return contact.channel_id
        opened = await self.bot.http.start_private_message(user_id)
        return int(opened["id"])


def register_news(bot: "Bot") -> None:
    """Register what is sent of changes."""
    news_of = News(bot)
    bot.sender.kind(meetings.CHANGED, news_of.changed)
    bot.sender.kind(meetings.MOVED, news_of.changed)
    bot.sender.kind(meetings.CANCELLED, news_of.cancelled)
    bot.sender.kind(meetings.HOSTING, news_of.hosting)
    bot.sender.kind(meetings.CORRECT, news_of.correct)
