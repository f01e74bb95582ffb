"""Actions as organisers type them: one a line, time and place in brackets."""

import re
from collections.abc import Mapping, Sequence

from bot.domain.campaigns.catalogue import ACTION_LENGTH, ACTIONS, PLACES, Action, Place, Time
from bot.domain.names import normalize

_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")
_TIMES: Mapping[str, Time] = {
    **dict.fromkeys(("5 minutes", "five minutes", "5 min", "5 mins", "minutes"), "minutes"),
    **dict.fromkeys(("an hour", "1 hour", "one hour", "hour", "60 minutes"), "hour"),
    **dict.fromkeys(("a term", "1 term", "one term", "term"), "term"),
}
_PLACES: Mapping[str, Place] = {
    **dict.fromkeys(("in school", "school", "at school"), "school"),
    **dict.fromkeys(("in branch", "in your branch", "branch", "district", "in your district"), "branch"),
    **dict.fromkeys(("online", "on line"), "online"),
}
_SAID_TIME: Mapping[Time, str] = {"minutes": "5 minutes", "hour": "an hour", "term": "a term"}
_SAID_PLACE: Mapping[Place, str] = {"school": "in school", "branch": "in branch", "online": "online"}


def read_actions(words: str, before: Sequence[Action] = ()) -> list[Action]:
    """Read actions, one a line, such as 'Write to your MP (5 minutes, online)'.

    The defaults are an hour, anywhere. An action that was there `before` keeps its id.

    Raises:
        ValueError: with the line that can't be read, is too long, or is one too many.
    """
    ids = {normalize(action.words): action.id for action in before}
    numbers = [int(match[1]) for action in before if (match := re.fullmatch(r"a(\d+)", action.id))]
    number = max(numbers, default=0)
    found: dict[str, Action] = {}
    for line in words.splitlines():
        said = " ".join(line.split()).lstrip("-•* ").strip()
        if not said:
            continue
        time, places, text = _brackets(said)
        key = normalize(text) or text
        if key in found:
            continue
        if not text or len(text) > ACTION_LENGTH or len(found) == ACTIONS:
            raise ValueError(said)
        if key not in ids:
            number += 1
        found[key] = Action(ids.get(key, f"a{number}"), text, time, places)
    return list(found.values())


def _brackets(said: str) -> tuple[Time, Sequence[Place], str]:
    brackets = _BRACKETS.search(said)
    if brackets is None:
        return "hour", PLACES, said
    time: Time | None = None
    places: list[Place] = []
    for part in re.split(r",|;|\bor\b", brackets[1]):
        word = normalize(part)
        if word in _TIMES:
            time = _TIMES[word]
        elif word in _PLACES:
            places.append(_PLACES[word])
        elif time is None and not places:
            return "hour", PLACES, said  # the brackets belong to the words
        else:
            raise ValueError(said)
    return time or "hour", tuple(dict.fromkeys(places)) or PLACES, said[: brackets.start()]


def as_typed(actions: Sequence[Action]) -> str:
    """Return actions as an organiser would type them."""
    return "\n".join(
        f"{action.words} ({_SAID_TIME[action.time]}, {', '.join(_SAID_PLACE[place] for place in action.places)})"
        for action in actions
    )
