"""Rules for school words: 'end of term', 'after half term', 'first week back'."""

from typing import Final

from bot.domain.when.patterns import Rule

RULES: Final[tuple[Rule, ...]] = ()
JOINED: Final[tuple[Rule, ...]] = ()
