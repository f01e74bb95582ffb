"""The campaigns of the content: read from `bot/content/<locale>/campaigns/`, and checked with file, line and remedy."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from bot.domain.campaigns import (
    ACTION_LENGTH,
    ACTIONS,
    OTHER,
    PLACES,
    SLUG_LENGTH,
    TIMES,
    TITLE_LENGTH,
    Action,
    Campaign,
    in_order,
)
from bot.texts import CONTENT, ContentError, Fault, Markup, Text, Texts
from bot.texts import sources as sourced
from bot.texts.encoding import leniently

WHY_LENGTH, LINE_LENGTH = 1_200, 200
PILLARS = ("defend", "universal", "members", "learning")
"""As interests call them (interests.toml, [pillar])."""
KEYS = ("title", "order", "pillar", "source", "actions", "resources", "partners", "ask")
ACTION_KEYS = ("id", "words", "time", "places", "source")
LISTS = ("resources", "partners", "ask")


def load(texts: Texts, root: Path = CONTENT) -> list[Campaign]:
    """Return the campaigns of the content in their order.

    Raises:
        ContentError: a file does not hold together; names file and line.
    """
    return texts.once(("campaigns", root), lambda: _load(texts, root))


def spoken(found: Sequence[Campaign], texts: Texts) -> list[Campaign]:
    """Return campaigns of the content with the facts of where they are shown in their words."""

    def filled(lines: Sequence[str]) -> Sequence[Markup]:
        return tuple(texts.filled(words) for words in lines)

    return [
        replace(
            campaign,
            why=texts.filled(campaign.why),
            actions=tuple(replace(action, words=texts.filled(action.words)) for action in campaign.actions),
            resources=filled(campaign.resources),
            partners=filled(campaign.partners),
            ask=filled(campaign.ask),
        )
        for campaign in found
    ]


def _load(texts: Texts, root: Path) -> list[Campaign]:
    if faults := list(faults_of(root / texts.locale)):
        raise ContentError(faults)
    pages = ((key, texts.get(key)) for key in texts.under("campaigns"))
    return in_order(_read(key, page) for key, page in pages if page is not None and page.path.endswith(".md"))


def _read(key: str, page: Text) -> Campaign:
    meta = page.meta
    return Campaign(
        id=key.partition(".")[2],
        title=Markup(meta["title"]),
        why=Markup(page.words),
        actions=tuple(
            Action(each["id"], Markup(each["words"]), each["time"], tuple(each["places"]))
            for each in meta["actions"]
        ),
        resources=_lines(meta, "resources"),
        partners=_lines(meta, "partners"),
        ask=_lines(meta, "ask"),
        pillar=str(meta.get("pillar", "")),
        order=int(meta["order"]),
    )


def _lines(meta: Mapping[str, Any], name: str) -> Sequence[Markup]:
    return tuple(Markup(line) for line in meta.get(name, ()))


def faults_of(folder: Path) -> Iterator[Fault]:
    """Yield what is wrong with the campaigns of a locale; what is no front matter at all is `read_folder`'s to say."""
    titles: dict[str, str] = {}
    for path in sorted((folder / "campaigns").glob("*.md")):
        if path.name == "README.md":
            continue
        check = _Check(path, folder)
        yield from check.faults()
        title = check.title.casefold()
        if title and title in titles:
            yield check.fault(("title",), f"{titles[title]} has the same title: give this one another")
        titles.setdefault(title, path.name)


class _Check:
    """One file, and where in it everything stands."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.name = path.relative_to(folder).as_posix()
        self.stem = path.stem
        words = leniently(path)  # that it is UTF-8 is `read_folder`'s to say
        self.bare = not words.startswith("---\n")
        head, mark, body = words.removeprefix("---\n").partition("\n---\n")
        self.body, self.body_line = body.strip(), head.count("\n") + 3
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.meta: dict[str, Any] = {}
        if mark and not self.bare:
            self._load(head)

    def _load(self, head: str) -> None:
        import yaml  # only pages need it, and not before they are read

        try:
            loaded: object = yaml.safe_load(head)
            node: Any = yaml.compose(head, Loader=yaml.SafeLoader)
        except yaml.YAMLError:
            return
        if isinstance(loaded, dict):
            self.meta = cast("dict[str, Any]", loaded)
            self._note(node, ())

    def _note(self, node: Any, path: tuple[str | int, ...]) -> None:
        if node.id == "mapping":
            for key, value in node.value:
                self.lines[*path, str(key.value)] = key.start_mark.line + 2
                self._note(value, (*path, str(key.value)))
        elif node.id == "sequence":
            for number, value in enumerate(node.value):
                self.lines[*path, number] = value.start_mark.line + 2
                self._note(value, (*path, number))

    @property
    def title(self) -> str:
        """The title as it stands there, empty when there is none."""
        return str(self.meta.get("title") or "")

    def fault(self, path: tuple[str | int, ...], message: str) -> Fault:
        """Return a fault at the line of a key, or of the nearest one around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return Fault(self.name, self.lines.get(path, 1), message)

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong, in the order of the file."""
        if self.bare:
            yield Fault(self.name, 1, "begin the file with front matter, as the other files have it")
        if not self.meta:
            return
        if not re.fullmatch(rf"[a-z0-9-]{{1,{SLUG_LENGTH}}}", self.stem):
            yield Fault(self.name, 1, f"name the file with small letters and hyphens, {SLUG_LENGTH} at most")
        for key in self.meta:
            if key not in KEYS:
                yield self.fault((key,), f"'{key}' is not known here: use one of {', '.join(KEYS)}")
        if not 0 < len(self.title) <= TITLE_LENGTH:
            yield self.fault(("title",), f"give a `title` of at most {TITLE_LENGTH} characters")
        if not isinstance(self.meta.get("order"), int):
            yield self.fault(("order",), "give its place in the list as a number, such as `order: 5`")
        if self.meta.get("pillar", PILLARS[0]) not in PILLARS:
            yield self.fault(("pillar",), f"a `pillar`, if there is one, is one of {', '.join(PILLARS)}")
        yield from self._source(self.meta, ())
        yield from self._actions()
        for name in LISTS:
            yield from self._list(name)
        if not 0 < len(self.body) <= WHY_LENGTH:
            message = f"the words below have {len(self.body)} characters: 1 to {WHY_LENGTH} fit on the card"
            yield Fault(self.name, self.body_line, message)

    def _source(self, item: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Fault]:
        given: Any = item.get("source")
        sources: list[Any] = given if isinstance(given, list) else [given]  # pyright: ignore[reportUnknownVariableType] - YAML
        if not sources or not all(sourced.is_known(each) for each in sources):
            message = (
                "say where it comes from: `source: Organising toolkit > Cuba`, the document and the section"
            )
            yield self.fault((*path, "source"), message)

    def _actions(self) -> Iterator[Fault]:
        actions: Any = self.meta.get("actions")
        if not isinstance(actions, list) or not 0 < len(actions) <= ACTIONS:  # pyright: ignore[reportUnknownArgumentType] - YAML
            yield self.fault(("actions",), f"give 1 to {ACTIONS} `actions`, each beginning with `- id:`")
            return
        seen: set[str] = set()
        for number, given in enumerate(cast("list[Any]", actions)):
            path = ("actions", number)
            if not isinstance(given, dict):
                yield self.fault(path, "an action has lines such as `id: letter` and `words: ...`")
                continue
            action = cast("dict[str, Any]", given)
            action_id = str(action.get("id", ""))
            if not re.fullmatch(r"[a-z0-9-]{1,24}", action_id) or action_id == OTHER:
                message = "give the action an `id` of small letters, digits and hyphens, 24 at most, and not 'other'"
                yield self.fault((*path, "id"), message)
            elif action_id in seen:
                message = f"another action has the id '{action_id}': each needs one of its own"
                yield self.fault((*path, "id"), message)
            seen.add(action_id)
            yield from self._action(action, path)

    def _action(self, action: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Fault]:
        for key in action:
            if key not in ACTION_KEYS:
                yield self.fault(
                    (*path, key), f"'{key}' is not known here: use one of {', '.join(ACTION_KEYS)}"
                )
        words = action.get("words")
        if not isinstance(words, str) or not 0 < len(words) <= ACTION_LENGTH:
            message = f"give the action `words` of at most {ACTION_LENGTH} characters, in quotes when they have a colon"
            yield self.fault((*path, "words"), message)
        if action.get("time") not in TIMES:
            yield self.fault((*path, "time"), f"give the `time` that it takes: {', '.join(TIMES)}")
        places: Any = action.get("places")
        if not isinstance(places, list) or not places or not set(places) <= set(PLACES):  # pyright: ignore[reportUnknownArgumentType] - YAML
            yield self.fault((*path, "places"), f"give one or more `places`: [{', '.join(PLACES)}]")
        yield from self._source(action, path)

    def _list(self, name: str) -> Iterator[Fault]:
        given: Any = self.meta.get(name, [])
        if not isinstance(given, list):
            yield self.fault((name,), f"give `{name}` as a list: a line each, beginning with '- '")
            return
        for number, each in enumerate(cast("list[Any]", given)):
            if not isinstance(each, str) or not 0 < len(each) <= LINE_LENGTH:
                message = (
                    f"a line here is text of at most {LINE_LENGTH} characters, in quotes when it has a colon"
                )
                yield self.fault((name, number), message)
