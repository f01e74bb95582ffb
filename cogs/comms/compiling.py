"""The draft of an edition, as files that the editor can paste from."""

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import discord

from bot.domain.comms import Draft, Piece, fair
from bot.domain.names import fold
from bot.texts import Markup, Texts
from cogs.common.base import Card, line
from cogs.common.times import written
from db.comms import Compiled
from db.comms.models import Contribution, Publication


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
            # Fields of texts are escaped for Discord, and this goes elsewhere.
            texts("comms.compile.credit", name=Markup(one.credit)) if one.credit else "",
            one.reason,
        )
        for one in found
    )


def files_of(draft: Draft) -> list[discord.File]:
    """Return a draft as Markdown, plain text and HTML."""
    stem = fold(draft.title).replace(" ", "-") or "draft"
    contents = {"md": draft.markdown(), "txt": draft.text(), "html": draft.html()}
    return [
        discord.File(io.BytesIO(words.encode()), f"{stem}.{ending}") for ending, words in contents.items()
    ]


def compiled_card(compiled: Compiled, found: Publication, texts: Texts) -> Card:
    """Return what is in the draft and what is not, as counts."""
    return Card(
        texts("comms.compile.title", name=found.name),
        line(
            texts.count("comms.compile.used", len(compiled.used)),
            texts("comms.compile.not_in", held=len(compiled.held), declined=len(compiled.declined)),
            texts.count("comms.compile.open", len(compiled.undecided)) if compiled.undecided else None,
        ),
        texts("comms.compile.told"),
    )
