"""Help for a member facing abuse: what to do now, and a note that only the organisers see."""

from dataclasses import dataclass
from datetime import datetime
from enum import auto
from typing import Annotated, Any

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.delivery import Outgoing, Skip
from bot.domain.mentions import Occasion
from bot.errors import Busy, UserError
from bot.texts import Markup, Texts, plain_lines
from cogs.common.base import IN_SERVER, RED, Card, line, row
from cogs.common.buttons import SNOWFLAKE, Button, named
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.guidance.readers import Audience, audience_of
from db import guidance, limits
from db.guidance.models import SupportRequest
from db.membership import consents
from db.models import Guild

WORDS = 1_000
MOST_LINKS = 5
PURPOSE = "help"
ANSWERING = "call-for-help"
"""The piece of advice for organisers who get a note."""
ADMINS = "admins"


class Tell(Button, name="help:tell"):
    """'Tell the organisers'."""

    audience = IN_SERVER

    style: discord.ButtonStyle = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        await open_form(ctx)


def tell(texts: Texts) -> Tell:
    """Return the button that opens the form."""
    return Tell(label=texts("guidance.support.tell.button"))


async def open_form(ctx: Context, *, about: discord.Message | None = None) -> None:
    """Open the form for a note to the organisers, about a message if given.

    Raises:
        UserError: nobody can be told, or this member has sent the most notes for a day.
    """
    message = f"{about.channel.id}:{about.id}" if about is not None else ""
    await ctx.open(HelpForm(ctx.texts, message=message, found=await ways(ctx)))


@dataclass(frozen=True, slots=True)
class Ways:
    """Whom a member's note can reach in a server: the organisers in their channel, and these admins by DM."""

    record: Guild
    channel: Audience | None
    """Who can read the organisers' channel; None if unknown yet, which is checked again before posting."""
    admins: tuple[int, ...]
    problem: str | None = None
    """Why the organisers can't be told, as a key of the content; None when they can."""


async def ways(ctx: Context) -> Ways:
    """Return whom this member can tell.

    Raises:
        UserError: in a DM, with nobody to tell, or after the most notes for a day.
    """
    if not ctx.in_server:
        raise UserError("guidance.support.in_private", command=ctx.bot.mention("guidance support"))
    record = ctx.record
    if record is None:
        raise UserError("guidance.support.nobody")
    often = await ctx.read(limits.reached, "help", user_id=ctx.user_id)
    if often is not None:
        raise often
    server = ctx.interaction.guild
    owner_id = server.owner_id if server is not None else None
    found = {record.admin_id, owner_id} - {None, ctx.user_id, ctx.bot.application_id}
    admins = tuple(sorted(each for each in found if each is not None and each > 0))
    channel, problem = None, None
    if record.organisers_channel_id is None:
        problem = "guidance.support.nobody"
    else:
        try:
            channel = await audience_of(ctx.bot, record, record.organisers_channel_id)
            if channel is None:
                problem = "guidance.support.gone"
            elif not channel.private:
                problem = "guidance.support.open"
        except (Busy, discord.HTTPException):
            channel = None
    if problem is not None and not admins:
        raise UserError(problem)
    return Ways(record, channel, admins, problem)


class HelpForm(Form, name="help", words="guidance.support"):
    """The form for what happened, in the member's own words, who gets it, and whether they may know the name."""

    audience = IN_SERVER

    message: Annotated[str, f"(?:{SNOWFLAKE}:{SNOWFLAKE})?"] = ""
    said = Line(WORDS, long=True, required=False, name="words")

    def __init__(self, texts: Texts, *, message: str = "", found: Ways | None = None) -> None:
        super().__init__(texts, message=message)
        self.to = ui.Select[Any](custom_id="to", options=_offers(texts, found))
        self.consent = ui.Select[Any](
            custom_id="consent",
            options=[
                discord.SelectOption(label=texts(f"guidance.support.name.{choice}.choice"), value=choice)
                for choice in ("yes", "no")
            ],
        )
        self.put(texts, "to", self.to)
        self.put(texts, "name", self.consent)

    @property
    def modal(self) -> str:
        """The key of the title."""
        return "guidance.support.form.modal"

    async def for_retry(self, ctx: Context) -> "HelpForm":
        """Offer those who can currently be told."""
        return HelpForm(ctx.texts, message=self.message, found=await ways(ctx))

    async def send(self, ctx: Context) -> None:
        """Enqueue the note for the organisers or the admins, and thank the member."""
        found = await ways(ctx)
        channel_id, _, message_id = self.message.partition(":")
        named, record = self.consent.values == ["yes"], found.record
        to_admins = self.to.values == [ADMINS]
        if to_admins and not found.admins:
            raise UserError("guidance.support.no_admins")
        if not to_admins and found.problem is not None:
            raise UserError(found.problem)
        wording = ctx.text("guidance.support.name.label")
        channel = None if to_admins else record.organisers_channel_id
        note = SupportRequest(
            guild_id=record.id,
            named=named,
            words=self.said.value.strip(),
            channel_id=int(channel_id) if channel_id else None,
            message_id=int(message_id) if message_id else None,
        )

        def store(session: Session, *, actor_id: int, now: datetime) -> None:
            admins = found.admins
            guidance.call(session, note, actor_id, organisers_channel_id=channel, admins=admins, now=now)
            if named:  # nothing is stored of an anonymous note that leads to its author
                consents.agree(
                    session, guild_id=record.id, user_id=actor_id, purpose=PURPOSE, wording=wording, now=now
                )

        await ctx.write(store)
        sent = "guidance.support.sent_admins" if to_admins else "guidance.support.sent"
        heard = "guidance.support.sent_named" if named else "guidance.support.sent_nameless"
        meanwhile = line(ctx.text(heard), ctx.text("guidance.support.meanwhile"))
        await ctx.reply(Card(ctx.text(sent), meanwhile))


def _offers(texts: Texts, found: Ways | None) -> list[discord.SelectOption]:
    """Return who can get a note, each with who will read it; both ways when the form is rebuilt."""
    offers: list[discord.SelectOption] = []
    if found is None or found.problem is None:
        label = texts("guidance.support.to.organisers.choice")
        words = readers_of(found.channel, texts)[:100] if found is not None else None
        offers.append(discord.SelectOption(label=label, value="organisers", description=words, default=True))
    if found is None or found.admins:
        words = texts.count("guidance.support.admins", len(found.admins))[:100] if found is not None else None
        label = texts("guidance.support.to.admins.choice")
        offers.append(discord.SelectOption(label=label, value=ADMINS, description=words))
    return offers


def readers_of(channel: Audience | None, texts: Texts) -> Markup:
    """Return in one sentence who can read the organisers' channel."""
    if channel is None:
        return texts("guidance.support.readers_later")
    if not channel.organisers:
        return texts("guidance.support.readers_admins")
    return texts("guidance.support.readers", roles=", ".join(channel.organisers))


async def support_card(ctx: Context) -> Card:
    """Return what to do now, and the ways to tell somebody."""
    texts = ctx.texts
    button: ui.Item[Any] | None = None
    try:
        found = await ways(ctx)
        who = texts(found.problem) if found.problem is not None else readers_of(found.channel, texts)
        admins = texts.count("guidance.support.admins", len(found.admins)) if found.admins else None
        how, button = line(texts("guidance.support.the_way"), who, admins), row(tell(texts))
    except UserError as problem:
        how, links = texts(problem.key, **problem.fields), await ctx.bot.hooks.ways(ctx.interaction)
        button = row(*links[:MOST_LINKS]) if links else None
    return Card(texts("guidance.support.title"), texts("guidance.support.now"), how, button)


def news_card(kind: str, texts: Texts) -> Card:
    """Return the news of notes that did not arrive: 'unheard' and 'unread' for the member, 'alarm' for an admin."""
    return Card(texts(f"guidance.support.news.{kind.removeprefix('guidance.')}"), colour=RED)


def note_card(call: SupportRequest, texts: Texts) -> Card:
    """Return the note as the organisers see it."""
    who = (
        texts("guidance.support.note.who", who=Markup(f"<@{call.user_id}>"))
        if call.named and call.user_id is not None
        else texts("guidance.support.note.nameless")
    )
    about = None
    if call.channel_id is not None and call.message_id is not None:
        link = f"https://discord.com/channels/{call.guild_id}/{call.channel_id}/{call.message_id}"
        about = texts("guidance.support.note.about", link=Markup(link))
    words = (
        texts("guidance.support.note.words", words=Markup(plain_lines(call.words).replace("\n", "\n> ")))
        if call.words
        else texts("guidance.support.note.no_words")
    )
    return Card(
        texts("guidance.support.note.title"),
        line(who, about),
        words,
        row(named("advice", label=texts("guidance.support.note.page.button"), name=ANSWERING)),
        texts(f"guidance.support.note.care_{call.audience}"),
        colour=RED,
    )


class Why(Reason):
    """Why a note, or news of one, is not passed on."""

    CHANNEL_GONE = auto()
    ERASED = auto()
    NOT_PRIVATE = auto()
    NOTE_READ = auto()


class ToTell(set[int]):
    """Members who could not be told by DM what happened to their note; they are told when they next do something."""


@dataclass(frozen=True, kw_only=True)
class OfNote(Notice):
    """The base of what is sent about a member's note."""

    call: int

    async def find(self, ctx: Sending) -> SupportRequest:
        """Return the note."""
        found = await ctx.read(guidance.find_call, self.call)
        if found is None:
            raise Skip(Why.ERASED)
        return found


@dataclass(frozen=True, kw_only=True)
class Note(OfNote):
    """The base of a note that is passed on."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the note."""
        return Outgoing(note_card(await self.find(ctx), ctx.texts))

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Delete what need not be kept of the note."""
        guidance.passed_on(session, self.call, now=ctx.now)

    def unsent(self, session: Session, ctx: Sending) -> None:
        """Enqueue news for the member and an admin."""
        guidance.not_passed_on(session, ctx.delivery, now=ctx.now)


@notice(guidance.HELP, needs_guild=True, sensitive=True, occasion=Occasion.HELP)
class NoteToOrganisers(Note):
    """A member's note, in the organisers' channel."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the note, if only organisers and admins can read the channel."""
        outgoing = await super().render(ctx)
        ctx.bot.known.server(ctx.guild_id)  # the note waits until Discord has delivered it
        channel = await audience_of(ctx.bot, await ctx.guild(), ctx.delivery.target_id)
        if channel is None or not channel.private:
            raise Skip(Why.CHANNEL_GONE if channel is None else Why.NOT_PRIVATE)
        return outgoing


@notice(guidance.ADMINS, sensitive=True)
class NoteToAdmin(Note):
    """A member's note, to an admin."""

    async def show(self, ctx: Sending) -> Outgoing:
        """Show the note, and record that it was read."""
        shown = await self.render(ctx)
        await ctx.write(guidance.was_read, self.call)
        return shown


@notice(guidance.ALARM, sensitive=True)
class NotesDontArrive(Notice):
    """News to an admin that members' notes don't arrive."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so."""
        return Outgoing(news_card(self.kind, ctx.texts))


@notice(guidance.UNHEARD, sensitive=True)
class Unheard(NotesDontArrive):
    """News to a member that their note did not arrive."""

    def unsent(self, session: Session, ctx: Sending) -> None:
        """Remember to tell them when they next do something."""
        ctx.bot.part(ToTell).add(ctx.member)


@notice(guidance.UNREAD, sensitive=True)
class Unread(OfNote):
    """News to a member that nobody has opened their note."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Say so, unless somebody has by now."""
        if (await self.find(ctx)).read_at is not None:
            raise Skip(Why.NOTE_READ)
        return await self.show(ctx)

    async def show(self, ctx: Sending) -> Outgoing:
        """Say so, even if somebody has opened it since."""
        return Outgoing(news_card(self.kind, ctx.texts))

    def unsent(self, session: Session, ctx: Sending) -> None:
        """Remember to tell them when they next do something."""
        ctx.bot.part(ToTell).add(ctx.member)
