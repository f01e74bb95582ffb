"""Names in the code are the field's standard terms (docs/development.md): words of our own coinage stay out."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# A word of an identifier, and what is said instead.
COINED = {
    "caretaker": "Maintenance",
    "chore": "job",
    "chores": "jobs",
    "debt": "NewDelivery",
    "debts": "new_deliveries",
    "deed": "CompletedAction, DiscordTask",
    "deeds": "completed_actions",
    "dial": "connect",
    "gate": "Admission",
    "hasten": "bring_forward",
    "journey": "OnboardingProgress",
    "journeys": "OnboardingProgress",
    "judge": "classify",
    "lane": "TargetQueue",
    "lanes": "queues",
    "offering": "Autocomplete",
    "owe": "enqueue",
    "owed": "enqueued",
    "owing": "outbox",
    "recall": "read_cached",
    "scrub": "truncate_wal",
    "settle": "finish",
    "settles": "finish",
    "sole": "process_lock",
    "underway": "in_flight",
    "upkeep": "maintenance",
    "verdict": "decision",
    "void": "cancel",
    "welcoming": "WelcomeSettings",
    "wish": "subscription, introduction",
}
# A whole identifier, where its words are English and mean other things elsewhere.
IDENTIFIERS = {
    "Again": "Retry",
    "AsTyped": "FreeTextAutocomplete",
    "Aside": "Dismissal",
    "Board": "PinnedList",
    "Ending": "Outcome",
    "Fault": "ContentProblem",
    "Held": "PersonalData",
    "HelpCall": "SupportRequest",
    "Looks": "MembershipChecks",
    "Never": "GiveUp",
    "Settled": "Resolved",
    "Way": "InFlightMessage",
    "at_wall": "to_utc",
    "instant_of": "local_to_utc",
    "read_leads": "read_lead_times",
    "store_once": "insert_if_absent",
    "the_meeting": "load_meeting",
    "wall_of": "local_time_of",
}
MODULES = {
    *(
        "answers",
        "attempts",
        "beside",
        "changing",
        "chores",
        "deeds",
        "dial",
        "ending",
        "extras",
        "following",
        "gate",
    ),
    *(
        "hearing",
        "journeys",
        "keeping",
        "leads",
        "leftovers",
        "lines",
        "looking",
        "marks",
        "merging",
        "offering",
    ),
    *(
        "once",
        "owing",
        "pacing",
        "placing",
        "points",
        "reply",
        "showing",
        "underway",
        "upkeep",
        "verdicts",
        "walltime",
    ),
    *("watch", "finding", "moving", "load", "sole"),
}
# Words that no docstring and no comment says either.
PROSE = re.compile(
    r"\b(owe[sd]?|owing|debts?|deeds?|chores?|upkeep|caretaker|verdicts?|underway|hasten\w*)\b", re.IGNORECASE
)
# What is stored or written in content under such a word, and is called by it where it is read.
ALLOWED = {
    ("cogs/onboarding/cards.py", "underway"): "a field of a text in content",
}
ALLOWED_MODULES = {"bot/domain/finding.py": "it finds help by words: nothing is a better name"}


def sources() -> Iterator[Path]:
    """Return the files of the bot; the local Discord has the words of the service it stands for."""
    for floor in ("bot", "cogs", "db"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            if not path.is_relative_to(ROOT / "bot/sandbox") and "versions" not in path.parts:
                yield path


def coined_in(code: str) -> Iterator[tuple[str, str]]:
    """Return the identifiers of `code` that are coined, each with what to say instead."""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type != tokenize.NAME:
            continue
        if token.string in IDENTIFIERS:
            yield token.string, IDENTIFIERS[token.string]
        for word in WORD.findall(token.string):
            if word.lower() in COINED:
                yield token.string, COINED[word.lower()]


def coined_in_prose(code: str) -> Iterator[str]:
    """Return the words of docstrings and comments of `code` that are coined."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from PROSE.findall(ast.get_docstring(node) or "")
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield from PROSE.findall(token.string)


def test_no_docstring_and_no_comment_has_a_coined_word() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in sources()
        for word in coined_in_prose(path.read_text("utf-8"))
    }
    assert found == set()
    assert list(coined_in_prose('"""Owe it."""\n# a debt\nowed = 1')) == ["Owe", "debt"]


def test_no_identifier_is_a_word_of_our_own_coinage() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name} (say: {instead})"
        for path in sources()
        for name, instead in coined_in(path.read_text("utf-8"))
        if (str(path.relative_to(ROOT)), name) not in ALLOWED
    }
    assert found == set()


def test_no_module_has_a_coined_name() -> None:
    assert {str(path.relative_to(ROOT)) for path in sources() if path.stem in MODULES} == set(ALLOWED_MODULES)


def test_what_is_allowed_is_still_there() -> None:
    kept = {
        (file, name) for file, name in ALLOWED if name in dict(coined_in((ROOT / file).read_text("utf-8")))
    }
    assert kept == set(ALLOWED)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("class Debt: ...", {"Debt"}),
        ("def owe_next(): ...", {"owe_next"}),
        ("deliveries.void(session)", {"void"}),
        ("sender.underway", {"underway"}),
        ("CHORE = 'poll.check'", {"CHORE"}),
        ("Never('left')", {"Never"}),
        ("# a chore that is owed\nowned = avoid = planes = delegate = 'debt'", set[str]()),
    ],
)
def test_coined_words_are_found_in_identifiers_alone(code: str, names: set[str]) -> None:
    assert {name for name, _ in coined_in(code)} == names
