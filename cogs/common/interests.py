"""Interests in words: what can be chosen, and what a stored one is called."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain.interests import KINDS
from bot.texts import Markup, Texts, plain
from db import interests
from db.interests import Topic


def choices(kind: str, texts: Texts) -> dict[str, Markup]:
    """Return the values of a kind that the form offers, with their names."""
    found: dict[str, Markup] = {}
    for key in texts.under(f"interests.{kind}"):
        found[key.rpartition(".")[2]] = texts(key)
    return found


def offered(kind: str, texts: Texts, *, chosen: Collection[str] = ()) -> dict[str, Markup]:
    """Return the values of a kind without switched-off campaigns, unless chosen before."""
    return {
        value: name
        for value, name in choices(kind, texts).items()
        if kind != "campaign" or value in chosen or not texts.is_off(value)
    }


def name_of(kind: str, value: str, texts: Texts) -> Markup:
    """Return the name of an interest; a language has the name that its speaker typed."""
    key = f"interests.{kind}.{value}"
    return texts(key) if key in texts else plain(value)


def topic_name(topic: str, texts: Texts) -> Markup:
    """Return the name of 'kind:value'."""
    kind, _, value = topic.partition(":")
    return name_of(kind, value, texts)


def names(topics: Iterable[str], texts: Texts) -> Markup:
    """Return several names, separated by commas."""
    return Markup(", ".join(topic_name(topic, texts) for topic in topics))


def by_name(texts: Texts, *, also: Mapping[str, Sequence[str]] | None = None) -> dict[str, Topic]:
    """Return every interest by name; `also` are values found only in the store, such as languages."""
    found: dict[str, Topic] = {}
    for kind in KINDS:
        known = choices(kind, texts)
        for value in (also or {}).get(kind, ()):
            known.setdefault(value, Markup(value))
        for value, name in known.items():
            found.setdefault(name, (kind, value))
    return found


def wordings(texts: Texts) -> dict[str, str]:
    """Return the present words of each consent: agreement to others does not count for these."""
    return {
        interests.KEEP: str(texts("interests.consent.wording")),
        interests.MEET: str(texts("interests.allow.introductions.wording")),
        interests.MAP: str(texts("interests.allow.map.wording")),
    }
