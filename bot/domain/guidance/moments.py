"""Risky moments: when what somebody types is about a promise, money, going public, or abuse."""

import re
from collections.abc import Iterable, Mapping

# The piece of advice to show, by what the words are about; the first match is enough.
MOMENTS: Mapping[str, re.Pattern[str]] = {
    "abuse": re.compile(
        r"\b(abus(e|ed|ive|ing)|harass\w*|threat(s|en|ened|ening)?|bull(y|ied|ying)|insult\w*|aggressive"
        r"|manipulat\w*|intimidat(ed|ing)|troll(s|ed|ing)?)\b",
        re.IGNORECASE,
    ),
    "promises": re.compile(
        r"\b(promis(e|es|ed|ing)|guarantee[sd]?|pledg(e|es|ed|ing)|vow(s|ed)?|commit ourselves)\b",
        re.IGNORECASE,
    ),
    "money": re.compile(
        r"£\s?\d|\b\d+\s?(pounds?|quid|gbp)\b|\b(donat(e|es|ed|ion|ions)|fund(s|ed|ing)?|sponsor\w*|budget"
        r"|expenses|reimburse\w*|paid by|pay for|will pay|grant of)\b",
        re.IGNORECASE,
    ),
    "speaking-in-public": re.compile(
        r"\b(press release|journalists?|newspapers?|interview(s|ed)?|statement|twitter|facebook|instagram"
        r"|tiktok|social media|on behalf of the union|in the union's name|open letter)\b",
        re.IGNORECASE,
    ),
}

# How many open tasks it takes to be told about job sharing.
MANY_TASKS = 6


def moment(texts: Iterable[str]) -> str | None:
    """Return the name of the advice for what somebody typed, None when nothing in it is risky."""
    said = "\n".join(texts)
    return next((name for name, pattern in MOMENTS.items() if pattern.search(said)), None)


def overloaded(open_tasks: int) -> bool:
    """Whether to remind somebody with so many open tasks that the role can be shared."""
    return open_tasks >= MANY_TASKS
