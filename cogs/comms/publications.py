"""Publications as members see them: the calendar of deadlines, and submitting something."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import discord
from discord import app_commands, ui

from bot.app import Bot
from bot.domain.comms import LONGEST, LONGEST_CREDIT, Deadline
from bot.domain.facts import PUBLICATIONS
from bot.domain.free_text import clean, one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.domain.links import read_link
from bot.domain.local_time import local_to_utc
from bot.domain.names import normalize
from bot.domain.seals import seal
from bot.domain.when import Moment, Series
from bot.errors import Refused, UserError
from bot.texts import Markup, Texts, When, plain_lines
from bot.texts.facts import published
from cogs.common.base import ONESELF, Card, fitting, line, members_of, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context, Used, server_meant
from cogs.common.forms import Form, Line
from cogs.common.options import FreeTextAutocomplete, Offers, by_name
from cogs.common.people import is_member, who
from cogs.common.pick import pick
from cogs.common.report import Problem
from cogs.common.times import spoken
from db import comms, drafts
from db.comms.models import Contribution, Publication
from db.models import Guild

DRAFT = "comms"
FIELDS = {"words": LONGEST, "link": LONGEST_LINK, "credit": LONGEST_CREDIT}
QUOTED = 900


class Contribute(Button, name="comms:write"):
    """'Send something in': opens the form, filled in with what was typed before."""

    audience = members_of(Publication, "publication")

    publication: Id
    draft: Id = 0
    style: discord.ButtonStyle = discord.ButtonStyle.primary

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        draft = await ctx.read(drafts.find, self.draft, user_id=ctx.user_id)
        typed = dict(draft.fields) if draft is not None and draft.form == DRAFT else {}
        await open_form(ctx, self.publication, typed)


async def open_form(ctx: Context, publication_id: int, typed: dict[str, Any]) -> None:
    """Open the form of a publication. Raises UserError: there is no such publication for this person."""
    found = await ctx.read(comms.publication, publication_id)
    await ctx.open(ContributeForm(ctx.texts, publication=found.id, typed=typed, title=Markup(found.name)))


class ContributeForm(Form, name="comms", words="comms.form"):
    """The form for what to publish, a link, and how to credit its author."""

    audience = members_of(Publication, "publication")

    publication: Id

    def lines(self) -> Iterable[Line]:
        """Return the fields."""
        for name, most in FIELDS.items():
            yield Line(most, required=name == "words", long=name == "words", name=name)

    async def send(self, ctx: Context) -> None:
        """Store it, or say what is wrong and keep what was typed."""
        await send_in(ctx, self.publication, self.typed)


async def send_in(ctx: Context, publication_id: int, typed: dict[str, str]) -> None:
    """Store a contribution and thank the sender.

    Raises:
        Problem: something is wrong; what was typed is kept, and a button reopens the form with it.
    """
    found = await ctx.read(comms.publication, publication_id)
    try:
        sent = await ctx.write(comms.contribute, found.id, **_read(typed))
    except UserError as error:
        fields = {name: typed[name] for name in FIELDS}
        draft = await ctx.write(drafts.keep, user_id=ctx.user_id, form=DRAFT, fields=fields)
        again = Contribute(label=ctx.text("meetings.redo.button"), publication=found.id, draft=draft.id)
        raise Problem(error.key, again, **error.fields) from error
    thanks = "comms.contribute.thanks" if found.editor_id else "comms.contribute.thanks_no_editor"
    await ctx.reply(
        Card(
            ctx.text(thanks, name=found.name),
            quoted(sent, ctx.texts),
            ctx.text("comms.contribute.next", command=ctx.bot.mention("comms mine")),
        )
    )


def _read(typed: dict[str, str]) -> dict[str, str]:
    words = clean(typed["words"])
    if not words:
        raise UserError("comms.contribute.empty")
    if len(words) > LONGEST:
        raise UserError("comms.contribute.long", most=LONGEST, count=len(words))
    link = read_link(typed["link"]) if typed["link"].strip() else ""
    if link is None:
        raise UserError("comms.contribute.link", link=typed["link"].strip()[:100])
    credit = one_line(typed["credit"])
    if len(credit) > LONGEST_CREDIT:
        raise UserError("comms.contribute.credit", most=LONGEST_CREDIT)
    return {"words": words, "link": link, "credit": credit}


def quoted(sent: Contribution, texts: Texts, *, most: int = QUOTED) -> Markup:
    """Return a contribution as a quotation, with its link and credit."""
    shown = sent.words if len(sent.words) <= most else sent.words[: most - 1].rstrip() + "…"
    return line(
        Markup("> " + plain_lines(shown).replace("\n", "\n> ")),
        texts("comms.items.link", link=sent.link) if sent.link else None,
        texts("comms.items.credit", credit=sent.credit) if sent.credit else None,
    )


class Consent(Button, name="comms:agree"):
    """'Yes, send it in' or 'No, leave it out', under the question to a message's author."""

    audience = members_of(Contribution, "contribution")

    contribution: Id
    answer: Literal["yes", "no"]
    seen: Annotated[str, r"[0-9a-f]{8}"] | None = None

    def read(self, match: re.Match[str]) -> None:
        """Read the state from the custom_id; those who have left may refuse too."""
        super().read(match)
        if self.answer == "no":
            self.audience = ONESELF

    async def press(self, ctx: Context) -> None:
        """Store the answer."""
        if self.answer == "no":
            await ctx.write(comms.refuse, self.contribution, ctx.user_id)
            await ctx.reply(Card(ctx.text("comms.ask.no.done")))
            return
        message = ctx.interaction.message
        await ctx.write(
            comms.agree,
            self.contribution,
            ctx.user_id,
            wording=ctx.text("comms.ask.wording"),
            seen=self.seen,
            shown_at=message.created_at if message is not None else None,
        )
        await ctx.reply(Card(ctx.text("comms.ask.yes.done", command=ctx.bot.mention("comms mine"))))


def consents(asked: Contribution, texts: Texts) -> ui.ActionRow[Any]:
    """Return the two answers to the question whether something may be submitted."""
    seen, green, grey = seal(asked.words), discord.ButtonStyle.success, discord.ButtonStyle.secondary
    yes, no = texts("comms.ask.yes.button"), texts("comms.ask.no.button")
    return row(
        Consent(label=yes, style=green, contribution=asked.id, answer="yes", seen=seen),
        Consent(label=no, style=grey, contribution=asked.id, answer="no", seen=seen),
    )


def ask_card(asked: Contribution, found: Publication, server: str, texts: Texts) -> Card:
    """Return the question to a message's author, without saying who suggested it."""
    return Card(
        texts("comms.ask.title", name=found.name),
        texts("comms.ask.words", name=found.name, server=server),
        quoted(asked, texts),
        texts("comms.ask.wording"),
        consents(asked, texts),
    )


async def suggest(ctx: Context, message: discord.Message, found: Publication) -> None:
    """Suggest a message: for one's own, open the form filled in; for anybody else's, ask the author first.

    Raises:
        UserError: nobody can be asked, or the message has no words.
    """
    author = message.author
    words = clean(message.content)[:LONGEST]
    if author.bot or message.webhook_id is not None:
        raise UserError("comms.suggest.bot")
    if not words:
        raise UserError("comms.suggest.empty")
    if author.id == ctx.user_id:
        await open_form(ctx, found.id, {"words": words})
        return
    if not await is_member(ctx.bot, found.guild_id, author.id):
        raise UserError("comms.suggest.left")
    await ctx.write(comms.suggest, found.id, author_id=author.id, message_id=message.id, words=words)
    await ctx.reply(Card(ctx.text("comms.suggest.asked", name=found.name)))


MOST_BUTTONS = 5


def known(texts: Texts) -> list[Publication]:
    """Return the union's publications from the facts."""
    found = ((name, published(name, texts)) for name in PUBLICATIONS)
    return [Publication(known=name, name=one.name, cadence=one.cadence) for name, one in found]


async def all_publications(bot: Bot, guild: Guild) -> Sequence[Publication]:
    """Return every publication of a server, used or not, storing the union's when first needed."""
    await bot.facts.speak_for(guild.id)  # somebody asking in a DM may be in several servers
    union = known(bot.texts)
    found = await bot.store.read(comms.of_guild, guild.id, unused=True)
    stored = {(one.known, one.name) for one in found}
    if all((one.known, one.name) in stored for one in union):
        return found
    return await bot.store.write(comms.ensure, guild, union)


async def the_publication(ctx: Context, words: str, *, unused: bool = False) -> Publication:
    """Return the named publication.

    Raises:
        UserError: it is unknown, with the nearest names; or the server does not use it.
    """
    found = await all_publications(ctx.bot, ctx.guild)
    usable = [one for one in found if one.used or unused]
    for one in found:
        if one not in usable and normalize(one.name) == normalize(words):
            raise UserError("comms.unused", name=one.name)
    return pick(words, usable, ctx.texts, "publication")


def may_edit(ctx: Context, found: Publication) -> bool:
    """Whether the user edits a publication, or organises its region."""
    return ctx.user_id == found.editor_id or ctx.may_organise(ctx.region_of(found.region_id))


def must_edit(ctx: Context, found: Publication) -> None:
    """Refuse everybody but a publication's editor and organisers. Raises Refused: they are neither."""
    if not may_edit(ctx, found):
        raise Refused("comms.editors_only", name=found.name)


def deadline_words(deadline: Deadline, texts: Texts) -> Markup:
    """Return how a deadline recurs, in words."""
    at = local_to_utc(deadline.first, deadline.zone).astimezone(deadline.zone)
    days = deadline.days_before_term_ends
    if days is not None:
        return texts.count("comms.deadline.termly", days, time=f"{at:%H:%M}")
    moment = Moment(at)
    return When(Series.of_stored(deadline.rule, moment) if deadline.rule else moment)


def calendar_card(ctx: Context, found: Sequence[Publication]) -> Card:
    """Return the publications in use, the one with the next deadline first."""
    now, texts = ctx.now, ctx.texts
    dated = [(comms.next_deadline(one, ctx.guild, now=now), one) for one in found if one.used]
    dated.sort(key=lambda pair: (pair[0] is None, pair[0] or now, pair[1].id))
    entries = [
        line(
            texts("comms.calendar.name", name=one.name),
            texts(
                "comms.calendar.about",
                audience=audience(one, texts),
                cadence=texts(f"comms.cadence.{one.cadence}"),
            ),
            texts("comms.calendar.deadline", when=spoken(deadline, ZoneInfo(one.zone)))
            if deadline is not None
            else texts("comms.calendar.no_deadline"),
            texts("comms.calendar.editor", who=who(one.editor_id, texts)) if one.editor_id else None,
        )
        for deadline, one in dated
    ]
    # Discord does not format buttons, so nothing is escaped there.
    buttons = [
        Contribute(label=texts("comms.write_for.button", name=Markup(one.name)), publication=one.id)
        for _, one in dated[:MOST_BUTTONS]
    ]
    return Card(
        texts("comms.calendar.title"),
        fitting(entries, texts, between="\n\n") if entries else texts("comms.calendar.none"),
        texts("comms.calendar.source"),
        row(*buttons),
    )


def audience(found: Publication, texts: Texts) -> Markup | str:
    """Return a publication's readers."""
    if found.known in PUBLICATIONS:
        return published(found.known, texts).readers
    return found.audience or texts("comms.audience_open")


class PublicationOption(FreeTextAutocomplete):
    """The name of a publication."""

    async def offers(self, interaction: Used, bot: Bot, typed: str) -> Offers:
        """Offer the publications of this server; for desks, also those that it does not use."""
        guild = await bot.guild_record(await server_meant(interaction))
        if guild is None:
            return []
        unused = interaction.command is not None and interaction.command.name == "desk"
        names = [one.name for one in await all_publications(bot, guild) if one.used or unused]
        return by_name(typed, names)


PublicationName = app_commands.Transform[str, PublicationOption]
