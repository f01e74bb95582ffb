"""How a publication is set up: its editor, deadline and calls; adding newsletters, and removing publications."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.domain.comms import Deadline, read_deadline
from bot.domain.free_text import one_line
from bot.errors import Refused, UserError
from bot.known import own_permissions
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, members_of, row, with_files
from cogs.common.buttons import Button, Id, PagedMenu, ask_first
from cogs.common.context import Context
from cogs.common.forms import Form, Line, OneOf, Pick
from cogs.common.options import person_of
from cogs.common.people import who
from cogs.common.times import spoken, unread
from cogs.comms import desk
from cogs.comms.publications import all_publications, deadline_words, may_edit, must_edit
from db import comms, guilds
from db.comms.models import Publication

CADENCES = ("weekly", "fortnightly", "monthly", "bimonthly", "termly", "irregular")
NEVER = ("", "none", "no", "off", "never")
MOST_DAYS = 60
Doing = Literal["desk", "draft", "last", "setup", "change", "calls", "use", "remove", "sure", "add"]
OF_PUBLICATION = members_of(Publication, "publication")


async def show_all(ctx: Context) -> None:
    """Show the publications whose desk somebody may use, to choose one; organisers can add newsletters.

    Raises:
        Refused: there are none, and the member is not an organiser.
    """
    texts, organises = ctx.texts, ctx.may_organise(None)
    found = [one for one in await all_publications(ctx.bot, ctx.guild) if may_edit(ctx, one)]
    found = [one for one in found if one.used or organises]
    if not found and not organises:
        raise Refused("comms.desk.none")
    # Discord formats nothing in a menu, so nothing is escaped there.
    names = {one: Markup(one.name) for one in found}
    offers = [
        (names[one] if one.used else texts("comms.desk.unused", name=names[one]), str(one.id))
        for one in found
    ]
    add = Edit(label=texts("comms.desk.add.button"), do="add") if organises else None
    menus = AtDesk.rows(texts("comms.desk.label"), offers)
    await ctx.reply(Card(texts("comms.desk.title"), *menus, row(add)))


class AtDesk(PagedMenu, name="comms:at"):
    """'Choose a publication', in the list of desks."""

    async def press(self, ctx: Context) -> None:
        """Show its desk."""
        await show_desk(ctx, await _of(ctx, self.the_number()))


async def _of(ctx: Context, number: int) -> Publication:
    """Return a publication, used or not, for its editor. Raises UserError: it is unknown, or they don't edit it."""
    for one in await all_publications(ctx.bot, ctx.guild):
        if one.id == number:
            must_edit(ctx, one)
            return one
    raise UserError("comms.gone")


async def show_desk(ctx: Context, found: Publication) -> None:
    """Show the contributions to a publication or, if it is not used here, its settings."""
    await (ctx.reply(await desk.desk_card(ctx, found)) if found.used else show_setup(ctx, found))


async def show_setup(ctx: Context, found: Publication, title: Markup | None = None) -> None:
    """Show a publication's settings, headed by what was just done or its name."""
    title = title or ctx.text("comms.set.title", name=found.name)
    await ctx.reply(set_up_card(ctx, found, title))


def set_up_card(ctx: Context, found: Publication, title: Markup) -> Card:
    """Return a publication's settings, for those who may change them."""
    if not found.used:
        unused = ctx.text("comms.desk.not_used")
        return Card(title, unused, row(_edit("use", found, ctx.texts, discord.ButtonStyle.primary)))
    do: list[Doing] = ["change", "calls"]
    if ctx.may_organise(ctx.region_of(found.region_id)):
        do.append("remove")
    do.append("desk")
    texts, deadline = ctx.texts, comms.deadline_of(found)
    following = comms.next_deadline(found, ctx.guild, now=ctx.now)
    if deadline is None:
        when = texts("comms.set.no_deadline")
    else:
        words = deadline_words(deadline, texts)
        after = texts("comms.set.next", when=spoken(following, ZoneInfo(found.zone))) if following else None
        missing = texts("comms.set.no_terms") if following is None and deadline.rule else None
        when = line(texts("comms.set.deadline", words=words), after, missing)
    channel_id = found.call_channel_id
    if found.calls != "channel":
        channel_id = guilds.channel_for(ctx.guild, found.region_id)
    where = Markup(f"<#{channel_id}>") if channel_id else texts("setup.check.none")
    return Card(
        title,
        line(
            when,
            texts("comms.set.editor", who=who(found.editor_id, texts))
            if found.editor_id
            else texts("comms.set.no_editor"),
            texts(f"comms.set.calls.{found.calls}")
            if found.calls == "off"
            else texts.count(f"comms.set.calls.{found.calls}", found.call_days, channel=where),
        ),
        row(*[_edit(each, found, texts) for each in do]),
    )


def _edit(
    do: Doing, found: Publication, texts: Texts, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> "Edit":
    return Edit(label=texts(f"comms.desk.{do}.button"), style=style, do=do, publication=found.id)


class Edit(Button, name="comms:edit"):
    """A button of the desk; removing a publication asks first."""

    audience = OF_PUBLICATION

    do: Doing
    publication: Id = 0

    async def press(self, ctx: Context) -> None:
        """Do it, or open the form for it."""
        texts = ctx.texts
        if self.do == "add":
            ctx.must_organise(ctx.region)
            await ctx.open(PublicationForm(texts, publication=0, of="new", typed={"editor": ctx.user_id}))
            return
        found = await _of(ctx, self.publication)
        if self.do == "desk":
            await show_desk(ctx, found)
        elif self.do == "setup":
            await show_setup(ctx, found)
        elif self.do == "use":
            await show_setup(ctx, await ctx.write(comms.change, found.id, used=True))
        elif self.do == "draft" or self.do == "last":
            await _draft(ctx, found, last=self.do == "last")
        elif self.do == "change":
            of = "union" if found.known else "own"
            typed = {name: getattr(found, name) for name in ("audience", "cadence")}
            typed |= {"deadline": _said(found, texts), "editor": found.editor_id}
            await ctx.open(PublicationForm(texts, publication=found.id, of=of, typed=typed))
        elif self.do == "calls":
            here = ctx.interaction.channel
            channel = found.call_channel_id or (here.id if isinstance(here, discord.TextChannel) else None)
            typed = {"calls": found.calls, "ahead": found.call_days, "channel": channel}
            await ctx.open(CallsForm(texts, publication=found.id, typed=typed))
        else:
            await self._remove(ctx, found)

    async def _remove(self, ctx: Context, found: Publication) -> None:
        ctx.must_organise(ctx.region_of(found.region_id))
        kind = "known" if found.known else "own"
        if self.do == "remove":
            sure, keep = self.but(do="sure"), self.but(do="setup")
            await ask_first(ctx, f"comms.remove.ask_{kind}", sure, keep, name=found.name)
            return
        gone = await ctx.write(comms.remove, found.id)
        command = ctx.bot.mention("comms desk")
        await ctx.reply(Card(ctx.text(f"comms.remove.{kind}", name=gone.name, command=command)))


async def _draft(ctx: Context, found: Publication, *, last: bool) -> None:
    """Compile the draft of an edition from accepted items, in a separate message so that the desk stays."""
    compiled = await ctx.write(comms.compile_edition, found.id, last=last)
    files = desk.files_of(desk.draft_of(compiled, found, ctx.texts, ctx.zone))
    words = ctx.text("comms.compile.files")
    card = with_files(desk.compiled_card(compiled, found, ctx.texts), words, files)
    await ctx.interaction.response.send_message(view=card, files=files, ephemeral=ctx.in_server)


def _said(found: Publication, texts: Texts) -> str:
    deadline = comms.deadline_of(found)
    return str(deadline_words(deadline, texts)) if deadline is not None else ""


class PublicationForm(Form, name="publication", words="comms.publication"):
    """The form for a new newsletter, or a publication's settings; for the union's own it says who reads them."""

    audience = OF_PUBLICATION

    publication: Id
    of: Annotated[str, "new|own|union"]

    def lines(self) -> Iterable[Line | OneOf | Pick]:
        """Return the fields."""
        if self.of == "new":
            yield Line(80, name="name")
        if self.of != "union":
            yield Line(100, required=False, name="audience")
        yield OneOf(*CADENCES, name="cadence")
        yield Line(160, required=False, name="deadline")
        yield Pick(ui.UserSelect, required=False, name="editor")

    async def send(self, ctx: Context) -> None:
        """Store the settings, and show them."""
        typed = self.typed
        editor = self.picked("editor")
        changes: dict[str, Any] = {"editor_id": person_of(editor).id if editor is not None else None}
        if self.of != "union":
            changes["audience"] = one_line(typed["audience"])
        if self.of == "new":
            ctx.must_organise(ctx.region)
            changes["deadline"] = _deadline(ctx, typed["deadline"])
            await all_publications(ctx.bot, ctx.guild)
            region_id = ctx.region.id if ctx.region else None
            new = Publication(name=one_line(typed["name"]), cadence=typed["cadence"], region_id=region_id)
            added = await ctx.write(comms.add, new)
            found = await ctx.write(comms.change, added.id, **changes)
            await show_setup(ctx, found, ctx.text("comms.add.done", name=found.name))
            return
        found = await _of(ctx, self.publication)
        if typed["deadline"].strip() != _said(found, ctx.texts):
            changes["deadline"] = _deadline(ctx, typed["deadline"])
        if typed["cadence"] != found.cadence:
            changes["cadence"] = typed["cadence"]
        await show_setup(ctx, await ctx.write(comms.change, found.id, **changes))


def _deadline(ctx: Context, words: str) -> Deadline | None:
    if words.strip().casefold() in NEVER:
        return None
    reading = read_deadline(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms, languages=ctx.languages)
    if not isinstance(reading, Deadline):
        raise unread(reading, ctx.texts)
    return reading


class CallsForm(Form, name="calls", words="comms.calls"):
    """The form for where to ask members for contributions before a deadline, and how many days before."""

    audience = OF_PUBLICATION

    publication: Id
    calls = OneOf("regions", "channel", "off")
    ahead = Line(2)
    channel = Pick(ui.ChannelSelect, required=False, channel_types=[discord.ChannelType.text])

    async def send(self, ctx: Context) -> None:
        """Store the settings, and show them."""
        found, days = await _of(ctx, self.publication), self.ahead.value.strip()
        if not days.isdecimal() or not 1 <= int(days) <= MOST_DAYS:
            raise UserError("comms.calls.unread", words=days, most=MOST_DAYS)
        changes: dict[str, Any] = {"calls": self.calls, "call_days": int(days), "call_channel_id": None}
        if self.calls == "channel":
            changes["call_channel_id"] = await self._number(ctx)
        await show_setup(ctx, await ctx.write(comms.change, found.id, **changes))

    async def _number(self, ctx: Context) -> int:
        if self.channel is None:
            raise UserError("comms.calls.no_channel")
        number = self.channel.id
        channel = await ctx.bot.known.channel(ctx.guild_id, number)
        held = own_permissions(channel) if isinstance(channel, discord.abc.GuildChannel) else None
        if held is not None and not held.send_messages:
            permission = ctx.text("permissions.send_messages")
            raise UserError(
                "meetings.channel.permission", channel=Markup(f"<#{number}>"), permission=permission
            )
        return number
