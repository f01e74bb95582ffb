"""Which facts texts use: those of the server where something is said."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts in texts that a server has changed, and those that its admins have checked.

    `off` are the campaigns of the content that it has switched off, `zone` is its members' time zone: times in
    that zone are shown without it.
    """

    changed: Mapping[str, str] = field(default_factory=dict[str, str])
    checked: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    zone: ZoneInfo | None = None

    def also(self, changed: Mapping[str, str], *, off: frozenset[str] = frozenset()) -> "Facts":
        """Return these facts with more changed facts, or more campaigns switched off."""
        return replace(self, changed={**self.changed, **changed}, off=self.off | off)


# The facts that a task's texts use; set when it starts to answer or send something for a server.
_FACTS: ContextVar[Facts | None] = ContextVar("facts", default=None)


def speak(facts: Facts) -> None:
    """Have this task's texts use these facts."""
    _FACTS.set(facts)


def spoken() -> Facts | None:
    """Return the facts that this task's texts use; None: those of the content."""
    return _FACTS.get()


def home() -> ZoneInfo | None:
    """Return the zone whose times are shown without it."""
    facts = _FACTS.get()
    return facts.zone if facts else None
