"""Whose facts texts speak: those of the server where something is said."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server has changed of the facts that texts name, and which facts its admins have checked.

    `off` are the campaigns of the content that it has switched off, `zone` is what its members live by: times of
    that zone are said without it.
    """

    changed: Mapping[str, str] = field(default_factory=dict[str, str])
    checked: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    zone: ZoneInfo | None = None

    def also(self, changed: Mapping[str, str], *, off: frozenset[str] = frozenset()) -> "Facts":
        """Return these facts with some more that differ from the defaults, or campaigns that are off."""
        return replace(self, changed={**self.changed, **changed}, off=self.off | off)


# Whose facts the texts of a task speak; it is set where something of a server begins to be answered or sent.
_FACTS: ContextVar[Facts | None] = ContextVar("facts", default=None)


def speak(facts: Facts) -> None:
    """Have the texts that this task asks for speak these facts."""
    _FACTS.set(facts)


def spoken() -> Facts | None:
    """Return the facts that this task's texts speak; None: those of the content."""
    return _FACTS.get()


def home() -> ZoneInfo | None:
    """Return the zone whose times are said without it."""
    facts = _FACTS.get()
    return facts.zone if facts else None
