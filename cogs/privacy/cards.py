"""The cards of a member's own data."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import ui

from bot.domain.privacy import Keep
from bot.texts import Markup, Texts
from cogs.common.base import GREY, RED, Card, fitting, line
from cogs.common.times import stamp
from cogs.privacy.files import sentences
from db.privacy.models import Consent


def show_card(
    counts: Mapping[str, int],
    agreed: Sequence[Consent],
    texts: Texts,
    keep: Keep,
    *,
    export: Markup,
    erase: Markup,
) -> Card:
    """Return what is kept of the one who asks: what, why, until when, and their rights."""
    if not counts:
        return Card(texts("privacy.nothing"), texts("privacy.show.left_alone"), colour=GREY)
    entries = [
        texts("privacy.show.entry", count=count, **_marked(sentences(table, texts, keep)))
        for table, count in counts.items()
    ]
    consents = [
        texts("privacy.show.consent", when=stamp(each.given_at, "D"), wording=each.wording) for each in agreed
    ]
    return Card(
        texts("privacy.show.title"),
        line(texts("privacy.who"), texts("privacy.show.here_and_elsewhere")),
        fitting(entries, texts, between="\n\n", room=2_300 if consents else 3_000),
        line(texts("privacy.show.consents"), fitting(consents, texts, room=700)) if consents else None,
        line(
            texts("privacy.rights", export=export, erase=erase),
            texts("privacy.show.left_alone"),
        ),
    )


def _marked(sentences: Mapping[str, str]) -> dict[str, Markup]:
    return {name: Markup(words) for name, words in sentences.items()}


def listed(counts: Mapping[str, int], texts: Texts, keep: Keep) -> Markup:
    """Return what there is of somebody, one kind a line."""
    rows = [
        texts.count("privacy.erase.rows", count, what=Markup(sentences(table, texts, keep)["what"]))
        for table, count in counts.items()
    ]
    return fitting(rows, texts, room=2_000)


def ask_card(words: Markup, row: ui.ActionRow[Any], note: Markup | None = None) -> Card:
    """Return the question that comes before anything is erased."""
    return Card(words, note, row, colour=RED)
