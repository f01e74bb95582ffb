"""The editor's desk: contributions, decided one by one; the draft of an edition; a member's own contributions."""

import io
from collections.abc import Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.domain.comms import LONGEST_REASON, Draft, Piece, fair
from bot.domain.free_text import one_line
from bot.domain.names import normalize
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.base import ONESELF, Card, fitting, line, members_of, row
from cogs.common.buttons import Button, Id, PagedMenu, ask_first, named
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.people import who
from cogs.common.times import spoken, written
from cogs.comms.publications import consents, must_edit, quoted
from db import comms
from db.comms import Compiled
from db.comms.models import Contribution, Publication

Verb = Literal["accept", "hold", "decline"]
VERBS: dict[Verb, str] = {"accept": "accepted", "hold": "held", "decline": "declined"}
SHORT = 80
SHOWN_MINE = 5


class Desk(Button, name="comms:desk"):
    """'Look at them' and 'Next one': the contributions to a publication after a given one."""

    audience = members_of(Publication, "publication")

    publication: Id
    after: Id = 0

    async def press(self, ctx: Context) -> None:
        """Show the next one."""
        found = await ctx.read(comms.publication, self.publication)
        must_edit(ctx, found)
        await ctx.reply(await desk_card(ctx, found, after=self.after))


class SeePiece(PagedMenu, name="comms:piece"):
    """'See another piece', on the desk."""

    audience = members_of(Publication, "publication")

    publication: Id

    async def press(self, ctx: Context) -> None:
        """Show it."""
        found = await ctx.read(comms.publication, self.publication)
        must_edit(ctx, found)
        await ctx.reply(await desk_card(ctx, found, item=self.the_number()))


class Decide(Button, name="comms:item"):
    """'Accept', 'Hold over' or 'Decline' under a contribution."""

    audience = members_of(Contribution, "contribution")

    contribution: Id
    verb: Verb

    async def press(self, ctx: Context) -> None:
        """Store the decision and show the next one; before declining, ask why."""
        if self.verb == "decline":
            await _of(ctx, self.contribution)
            await ctx.open(DeclineForm(ctx.texts, contribution=self.contribution))
            return
        await decide(ctx, self.contribution, VERBS[self.verb], "")


class DeclineForm(Form, name="comms-decline", words="comms.decline"):
    """The form for why something is declined, which its author reads."""

    audience = members_of(Contribution, "contribution")

    contribution: Id
    reason = Line(LONGEST_REASON, long=True)

    async def send(self, ctx: Context) -> None:
        """Decline it."""
        reason = one_line(self.reason.value)
        if not reason:
            raise UserError("comms.decline.why")
        await decide(ctx, self.contribution, "declined", reason)


async def _of(ctx: Context, contribution_id: int) -> tuple[Publication, Contribution]:
    sent = await ctx.read(comms.find, contribution_id)
    found = await ctx.read(comms.publication, sent.publication_id)
    must_edit(ctx, found)
    return found, sent


async def decide(ctx: Context, contribution_id: int, state: str, reason: str) -> None:
    """Store an editor's decision, and show what to decide next.

    Raises:
        UserError: this person has no such contribution, or it is already in an edition.
    """
    found, sent = await _of(ctx, contribution_id)
    await ctx.write(comms.decide, sent.id, state, reason=reason)
    said = ctx.text(f"comms.items.{state}.done", number=sent.id)
    await ctx.reply(await desk_card(ctx, found, after=sent.id, said=said))


async def desk_card(
    ctx: Context, found: Publication, *, after: int = 0, item: int | None = None, said: Markup | None = None
) -> Card:
    """Return the contributions: one in full (`item`, else the next undecided one), the others in a line each."""
    texts, zone = ctx.texts, ctx.zone
    items = await ctx.read(comms.of_publication, found.id)
    declined = await ctx.read(comms.of_publication, found.id, states=("declined",))
    tally = await ctx.read(comms.tally, found.id)
    deadline = comms.next_deadline(found, ctx.guild, now=ctx.now)
    if item is not None:
        chosen = await ctx.read(comms.find, item)
        if chosen.publication_id != found.id:
            raise UserError("comms.items.gone")
    else:
        chosen = _next(items, after)
    head = line(
        said,
        texts("comms.items.title", name=found.name),
        texts("comms.items.tally", **{state: tally.get(state, 0) for state in ("new", "accepted", "held")}),
        texts("comms.items.deadline", when=spoken(deadline, zone)) if deadline is not None else None,
    )
    edits = row(
        *[
            named("comms:edit", label=texts(f"comms.desk.{do}.button"), do=do, publication=found.id)
            for do in ("draft", "last", "setup")
        ]
    )
    rest = [one for one in items if chosen is None or one.id != chosen.id]
    others = [_line(one, texts) for one in rest]
    # Discord does not format menus, so nothing is escaped there.
    offers = [
        (f"{one.id} ({texts(f'comms.states.{one.state}')}): {_shortened(one.words, SHORT)}", str(one.id))
        for one in [*rest, *reversed(declined)]
        if chosen is None or one.id != chosen.id
    ]
    menus = SeePiece.rows(texts("comms.items.label"), offers, publication=found.id)
    if chosen is None:
        return Card(head, texts("comms.items.none"), *menus, edits)
    buttons: list[Button] = [
        Decide(
            label=texts(f"comms.items.{verb}.button"),
            style=discord.ButtonStyle.success if verb == "accept" else discord.ButtonStyle.secondary,
            disabled=chosen.state in (state, "used"),
            contribution=chosen.id,
            verb=verb,
        )
        for verb, state in VERBS.items()
    ]
    if any(one.id != chosen.id and one.state in ("new", "held") for one in items):
        following = texts("comms.items.next.button")
        buttons.append(Desk(label=following, publication=found.id, after=chosen.id))
    return Card(
        head,
        line(
            texts(
                "comms.items.each",
                number=chosen.id,
                who=who(chosen.by_id, texts),
                when=written(chosen.made_at, zone),
                state=texts(f"comms.states.{chosen.state}"),
            ),
            quoted(chosen, texts),
            texts("comms.items.reason", reason=chosen.reason) if chosen.reason else None,
        ),
        row(*buttons),
        line(texts("comms.items.others"), fitting(others, texts, room=500)) if others else None,
        *menus,
        edits,
    )


def _next(items: Sequence[Contribution], after: int) -> Contribution | None:
    """Return what to decide next: new ones, from `after` on and round again, then those held over."""
    for state in ("new", "held", "accepted"):
        waiting = [one for one in items if one.state == state]
        later = [one for one in waiting if one.id > after]
        if later or waiting:
            return (later or waiting)[0]
    return None


def _line(one: Contribution, texts: Texts) -> Markup:
    words = _shortened(one.words, SHORT)
    return texts("comms.items.line", number=one.id, words=words, state=texts(f"comms.states.{one.state}"))


def _shortened(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


class Withdraw(Button, name="comms:withdraw"):
    """'Take it back', under one's own contribution."""

    audience = ONESELF

    contribution: Id
    sure: Literal["sure"] | None = None

    async def press(self, ctx: Context) -> None:
        """Ask for confirmation, or delete it."""
        if self.sure is None:
            sure = self.but(sure="sure")
            await ask_first(ctx, "comms.mine.ask", sure, "comms mine", number=self.contribution)
            return
        gone = await ctx.write(comms.withdraw, self.contribution, ctx.user_id)
        key = "comms.mine.withdrawn_late" if gone.state == "used" else "comms.mine.withdrawn"
        await ctx.reply(Card(ctx.text(key, number=gone.id)))


def mine_card(found: Sequence[tuple[Contribution, Publication]], texts: Texts) -> Card:
    """Return a member's own contributions and their outcomes; questions to the member come first."""
    if not found:
        return Card(texts("comms.mine.title"), texts("comms.mine.none"))
    ordered = sorted(found, key=lambda pair: pair[0].state != "asked")
    blocks: list[ui.Item[Any] | Markup | None] = [texts("comms.mine.title")]
    for one, publication in ordered[:SHOWN_MINE]:
        state = texts(f"comms.states.{one.state}")
        blocks.append(
            line(
                texts("comms.mine.each", number=one.id, name=publication.name, state=state),
                Markup(f"> {plain(_shortened(one.words, 150))}"),
                texts("comms.items.reason", reason=_shortened(one.reason, 150)) if one.reason else None,
            )
        )
        withdraw = texts("comms.mine.withdraw.button", number=one.id)
        blocks.append(
            consents(one, texts)
            if one.state == "asked"
            else row(Withdraw(label=withdraw, contribution=one.id))
        )
    rest = [_line(one, texts) for one, _ in ordered[SHOWN_MINE:]]
    return Card(*blocks, fitting(rest, texts, room=600) if rest else None)


def draft_of(compiled: Compiled, found: Publication, texts: Texts, zone: ZoneInfo) -> Draft:
    """Return the draft of an edition."""
    return Draft(
        title=found.name,
        made=texts("comms.compile.made", when=written(compiled.edition.compiled_at, zone)),
        pieces=_pieces(compiled.used, texts),
        notes=(
            (texts("comms.compile.held"), _pieces(compiled.held, texts)),
            (texts("comms.compile.declined"), _pieces(compiled.declined, texts)),
            (texts("comms.compile.undecided"), _pieces(compiled.undecided, texts)),
        ),
        not_for_print=texts("comms.compile.not_for_print"),
    )


def _pieces(found: Sequence[Contribution], texts: Texts) -> tuple[Piece, ...]:
    return fair(
        Piece(
            one.id,
            one.words,
            one.link,
            # Text fields are escaped for Discord, but this goes elsewhere.
            texts("comms.compile.credit", name=Markup(one.credit)) if one.credit else "",
            one.reason,
        )
        for one in found
    )


def files_of(draft: Draft) -> list[discord.File]:
    """Return a draft as Markdown, plain text and HTML."""
    stem = normalize(draft.title).replace(" ", "-") or "draft"
    contents = {"md": draft.markdown(), "txt": draft.text(), "html": draft.html()}
    return [
        discord.File(io.BytesIO(words.encode()), f"{stem}.{ending}") for ending, words in contents.items()
    ]


def compiled_card(compiled: Compiled, found: Publication, texts: Texts) -> Card:
    """Return how many items are in the draft and how many are not."""
    return Card(
        texts("comms.compile.title", name=found.name),
        line(
            texts.count("comms.compile.used", len(compiled.used)),
            texts("comms.compile.not_in", held=len(compiled.held), declined=len(compiled.declined)),
            texts.count("comms.compile.open", len(compiled.undecided)) if compiled.undecided else None,
        ),
        texts("comms.compile.told"),
    )
