"""News of a meeting that has changed or is cancelled: what it was, and what holds now."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.delivery import Deed, Outgoing, Skip
from bot.domain import news as rules
from bot.domain.deliveries import Ending
from bot.domain.mentions import CHANGES, Occasion
from bot.domain.venues import differing
from bot.errors import NotKnownYet
from bot.texts import Markup, Texts
from cogs.common.base import RED, Card, fitting, line
from cogs.common.mention import host_of
from cogs.common.times import written
from cogs.meetings import cards, reading
from cogs.meetings.cards import length_of
from cogs.meetings.subjects import the_meeting
from db import deliveries, meetings, people
from db.meetings import Hearing
from db.meetings.hearing import facts_of, hosts_of, record_of
from db.meetings.models import Meeting
from db.models import Delivery

SHOWN = 60
"""Characters of an old text that are shown: enough to know it again."""
_TEXTS = ("venue", "online", "access")


def when_of(was: Mapping[str, Any]) -> str:
    """Return in words when a meeting was, by the facts that were kept of it."""
    wall, _, zone = str(was["start"]).partition(" ")
    return reading.wall_words(wall, ZoneInfo(zone))


def changed_card(
    meeting: Meeting,
    was: Mapping[str, Any],
    changed: Collection[str],
    texts: Texts,
    *,
    waiting: bool = False,
) -> Card:
    """Return the news of what `changed`: each fact as it was, then all of them as they are."""
    head = "meetings.news.moved" if "start" in changed else "meetings.news.changed"
    said = [texts(head, title=meeting.title)]
    if "start" in changed:
        said.append(texts("meetings.news.was.start", was=when_of(was)))
    if "title" in changed:
        said.append(texts("meetings.news.was.title", was=was["title"]))
    if "minutes" in changed:
        said.append(texts("meetings.news.was.minutes", was=length_of(int(was["minutes"]), texts)))
    said += [
        _text(name, str(was[name]), str(getattr(meeting, name)), texts) for name in _TEXTS if name in changed
    ]
    if "record" in changed and "venue" not in changed:
        said.append(_record(was["record"], record_of(meeting.place), texts))
    return Card(
        line(*said),
        line(texts("meetings.news.now"), cards.facts(meeting, texts)),
        texts("meetings.news.waiting") if waiting else None,
        cards.answering(meeting, texts),
    )


def _text(name: str, was: str, now: str, texts: Texts) -> Markup:
    if not was:
        return texts(f"meetings.news.new.{name}")
    was = was if len(was) <= SHOWN else was[: SHOWN - 1] + "…"
    return texts(f"meetings.news.{'was' if now else 'gone'}.{name}", was=was)


def _record(was: Mapping[str, str], now: Mapping[str, str], texts: Texts) -> Markup:
    if not now:
        return texts("meetings.news.record.gone")
    names = [str(texts(f"venues.details.{name}.name")) for name in differing(was, now)]
    return texts(f"meetings.news.record.{'changed' if was else 'new'}", names=Markup(", ".join(names)))


def hosting_card(meeting: Meeting, hosts: Collection[int], user_id: int, texts: Texts) -> Card:
    """Return the news to a member that they host a meeting now, or do so no more."""
    if user_id in hosts:
        return Card(texts("meetings.news.host.yours", title=meeting.title), cards.facts(meeting, texts))
    return Card(texts("meetings.news.host.not_yours", title=meeting.title, host=host_of(meeting, texts)))


def corrected_card(meeting: Meeting, texts: Texts) -> Card:
    """Return what takes the place of a reminder that said something that holds no more."""
    if meeting.cancelled_at is not None:
        return Card(
            texts("meetings.news.corrected", title=meeting.title),
            texts("meetings.card.cancelled"),
            colour=RED,
        )
    return Card(
        texts("meetings.news.corrected", title=meeting.title),
        cards.facts(meeting, texts),
        cards.answering(meeting, texts),
    )


def told(hearing: Hearing, texts: Texts, *, cancelled: bool = False) -> Markup:
    """Return to whoever changed or cancelled a meeting who hears of it."""
    key = "meetings.cancelled" if cancelled else "meetings.news.told"
    key += ".with" if hearing.channel else ".without"
    return texts.count(key, hearing.private) if hearing.private else texts(f"{key}.none")


def later_card(
    texts: Texts,
    change: str,
    title: str,
    changed: Sequence[Meeting],
    people: int,
    beside: Markup | None = None,
) -> Card:
    """Return what became of an occurrence and all later ones ('moved', 'cancelled', 'edited'), those stored by name.

    `people` is how many hear of it in private; `beside` is what falls on the new times.
    """
    shown = [
        texts("series.later.entry", when=written(one.starts_at, ZoneInfo(one.zone)), number=one.id)
        for one in changed
    ]
    return Card(
        texts(f"series.later.{change}", title=title),
        fitting(shown, texts) if shown else None,
        texts.count("series.later.told", people) if people else texts("series.later.told.none"),
        beside,
        texts("series.later.rest") if change != "cancelled" else None,
    )


UNKNOWN_MESSAGE = 10008


class News:
    """Renders what is sent of changes."""

    def __init__(self, bot: Bot) -> None:
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
            card = changed_card(meeting, was, differing, self.bot.texts)
            return Outgoing(card, rings=not CHANGES.isdisjoint(differing))
        mine = await self.bot.store.read(meetings.roles_of, meeting.id, delivery.target_id)
        if not mine & rules.hear(differing):
            return Skip("told_in_time")
        waiting = "waiting" in mine
        return Outgoing(changed_card(meeting, was, differing, self.bot.texts, waiting=waiting))

    async def cancelled(self, delivery: Delivery) -> Outgoing | Skip:
        """Say that a meeting does not take place."""
        meeting = await the_meeting(self.bot, delivery, cancelled=True)
        if isinstance(meeting, Skip):
            return meeting
        was: Mapping[str, Any] = delivery.data.get("was") or {}
        when, title = when_of(was) if was else None, was.get("title")
        return Outgoing(cards.cancelled_card(meeting, self.bot.texts, when, title))

    async def hosting(self, delivery: Delivery) -> Outgoing | Skip:
        """Say to a member that they host a meeting now, or do so no more."""
        meeting = await the_meeting(self.bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        hosts = await self.bot.store.read(hosts_of, meeting)
        if (delivery.target_id in hosts) is delivery.data["hosted"]:
            return Skip("undone")
        return Outgoing(hosting_card(meeting, hosts, delivery.target_id, self.bot.texts))

    async def correct(self, delivery: Delivery) -> Deed | Skip:
        """Bring a reminder that was sent up to date."""
        meeting = await the_meeting(self.bot, delivery, cancelled=True)
        return meeting if isinstance(meeting, Skip) else Deed(lambda: self._edit(delivery, meeting))

    async def _edit(self, delivery: Delivery, meeting: "Meeting") -> int | Skip:
        message_id = delivery.data["message"] or await self._sent(delivery.data["of"])
        if message_id is None:
            return Skip("reminder_unsent")
        channel_id = await self._dm(delivery.target_id) if delivery.private else delivery.target_id
        message = self.bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        try:
            await message.edit(
                view=corrected_card(meeting, self.bot.texts),
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            return Skip("message_gone")
        return message.id

    async def _sent(self, delivery_id: int) -> int | None:
        """Return the message of a reminder that was on its way when its meeting changed; None when there is none.

        Raises:
            NotKnownYet: another process is still sending it.
        """
        reminder = await self.bot.store.read(deliveries.find, delivery_id)
        if reminder is not None and reminder.status not in set(Ending):
            raise NotKnownYet
        return reminder.message_id if reminder is not None else None

    async def _dm(self, user_id: int) -> int:
        contact = (await self.bot.store.read(people.contacts, {user_id})).get(user_id)
        if contact is not None and contact.channel_id is not None:
            return contact.channel_id
        opened = await self.bot.http.start_private_message(user_id)
        return int(opened["id"])


def register_news(bot: Bot) -> None:
    """Register what is sent of changes."""
    news_of = News(bot)
    bot.sender.kind(meetings.CHANGED, news_of.changed, occasion=Occasion.CHANGE)
    bot.sender.kind(meetings.MOVED, news_of.changed, occasion=Occasion.CHANGE)
    bot.sender.kind(meetings.CANCELLED, news_of.cancelled, occasion=Occasion.CANCELLATION)
    bot.sender.kind(meetings.HOSTING, news_of.hosting)
    bot.sender.kind(meetings.CORRECT, news_of.correct)
