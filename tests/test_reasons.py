"""The reason why a message was not sent is true: each cause has its own reason and words, and none is unused."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.delivery.notice import Reason
from bot.discord_client.refusals import LASTING, PASSING
from bot.texts import Texts
from tests.tree import Tree
from tests.uses import ROOT, sources

TAKES_A_REASON = {
    "cancel",
    "cancel_all",
    "cancel_private",
    "cancel_nudges",
    "finish",
    "_finish",
    "postpone",
    "retry",
    "_decline",
    "_record",
    "expedite",
}
FIRST = {"Skip", "GiveUp"}
CONSTANTS = {"NOT_KNOWN_YET": "not_known_yet", "WAITS": "week_full", "BUNDLED": "said_along"}
# The states that a newcomer's steps can be in are the reasons why the next one does not come.
STATES = {"left", "paused", "stopped", "finished"}
# What Discord or the way to it says, in `reason_for`, and what the sender adds.
FROM_DISCORD = {
    *LASTING.values(),
    *PASSING.values(),
    "unauthorised",
    "edge",
    "no_answer",
    "limited",
    "fault",
    "code",
    "unexplained",
    "gave_up",
    "ours",
    "store_busy",
}
# In the rows of older deliveries only; `other` is for what only a newer version knows.
OLDER = {"changed", "removed", "done", "guild_gone", "muted", "for_everybody", "other"}
# These mean the same wherever they are given. Any other belongs to one feature: a cause shared is a cause blurred.
GENERAL = {
    "answered",
    "cancelled",
    "card_unposted",
    "channel_gone",
    "dms_unwanted",
    "erased",
    "held",
    "hosts_changed",
    "left",
    "meeting_gone",
    "message_gone",
    "moved",
    "no_permission",
    "not_known_yet",
    "overtaken",
    "region_gone",
    "reported",
    "server_erased",
    "not_coming",
}


def literals(node: ast.expr | None) -> Iterator[str]:
    """Yield the reasons that an expression can be, as far as they are written out."""
    match node:
        case ast.Constant(value=str(value)):
            yield value
        case ast.IfExp():
            yield from literals(node.body)
            yield from literals(node.orelse)
        case ast.BoolOp():
            for value in node.values:
                yield from literals(value)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in CONSTANTS:
            yield CONSTANTS[name]
        case _:
            return


def given(tree: ast.Module) -> Iterator[str]:
    """Yield every reason that stands in a file where a reason is given."""
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if name in FIRST and node.args:
                    yield from literals(node.args[0])
                if name in TAKES_A_REASON:
                    yield from (
                        one for word in node.keywords if word.arg == "reason" for one in literals(word.value)
                    )
                if name == "_replace" and len(node.args) > 3:
                    yield from literals(node.args[3])
            case ast.Assign(targets=[ast.Name(id="REASONS" | "reason")], value=value):
                for one in value.values if isinstance(value, ast.Dict) else [value]:
                    yield from literals(one)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "reason":
                        yield from literals(value)
            case ast.Attribute(value=ast.Name(id="Why"), attr=name):
                yield name.lower()
            case ast.FunctionDef(name="_over"):
                returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
                yield from (one for value in returned for one in literals(value))
            case ast.keyword(arg="reason", value=value):
                # Of an update as well; one word alone may be something else (why a meeting is cancelled, say).
                yield from (one for one in literals(value) if re.fullmatch(r"[a-z]+(_[a-z]+)+", one))
            case _:
                pass


# Topics of meetings: in the store they have files or folders of their own.
TOPICS = {
    **{name: name for name in ("polls", "series", "checklist", "mirror", "upcoming", "venues", "channels")},
    "series_changes": "series",
    "agenda": "reports",
    "goals": "reports",
    "proposals": "proposals",
    "reports": "reports",
}
NOW_IN = {"plans": "groups", "answering": "meetings", "chasing": "meetings"}


def feature(path: Path) -> str:
    """Return which feature or topic a file belongs to: the same for its verbs and for its conversation."""
    _floor, first, *rest = (part.removesuffix(".py") for part in path.relative_to(ROOT).parts)
    if first == "meetings" and rest:
        return TOPICS.get(rest[0], "meetings")
    return TOPICS.get(first, NOW_IN.get(first, first))


@pytest.fixture(scope="module")
def reasons() -> dict[str, set[str]]:
    """Return each reason that the code gives, with the features that give it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sources("bot", "cogs", "db"):
        for reason in given(ast.parse(path.read_text("utf-8"))):
            found[reason].add(feature(path))
    found.pop("", None)  # a sender that has nothing to say of it
    return dict(found)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def words_of(texts: Texts) -> dict[str, str]:
    return {key.rpartition(".")[2]: texts.get(key).words for key in texts.under("deliveries.reasons")}  # pyright: ignore[reportOptionalMemberAccess]


def test_every_reason_has_words_and_all_words_a_reason(texts: Texts, reasons: dict[str, set[str]]) -> None:
    assert len(reasons) > 90
    known = set(reasons) | STATES | FROM_DISCORD
    words = words_of(texts)
    assert known - set(words) == set()
    assert set(words) - known == OLDER
    assert OLDER & set(reasons) == set()


def test_every_reason_of_a_notice_is_given_and_has_words(texts: Texts, tree: Tree) -> None:
    """Each member of an enum of reasons is named as its words are, and stands where a notice is skipped."""
    assert tree.bot.sender.kinds
    members = {one for enum in Reason.__subclasses__() for one in enum}
    assert len(members) > 40
    assert {one.value for one in members} <= set(words_of(texts))
    assert [one for one in members if one.value != one.name.lower()] == []
    used = {
        node.attr
        for path in sources("cogs")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Why"
    }
    assert {one.name for one in members} - used <= {state.upper() for state in STATES}
    assert used - {one.name for one in members} == set()


def test_no_two_causes_are_told_in_the_same_words(texts: Texts) -> None:
    said: dict[str, list[str]] = defaultdict(list)
    for reason, words in words_of(texts).items():
        said[words].append(reason)
    assert [same for same in said.values() if len(same) > 1] == []


def test_a_reason_is_one_features_own_or_means_the_same_everywhere(reasons: dict[str, set[str]]) -> None:
    shared = {reason: sorted(by) for reason, by in reasons.items() if len(by) > 1 and reason not in GENERAL}
    assert shared == {}


def test_no_reason_is_two_at_once(texts: Texts) -> None:
    """'It was closed, settled or taken back' is not a reason but a list of them."""
    lists = {
        reason
        for reason, words in words_of(texts).items()
        if reason not in OLDER and re.search(r", .* or ", words)
    }
    assert lists == set()
