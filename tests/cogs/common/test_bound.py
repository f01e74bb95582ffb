"""Which buttons agree to a text, and are bound to it; all others act on numbers that are never used again."""

import re

from db.base import numbered
from db.schema import Base
from tests.tree import Tree

SEALED = {"comms:agree", "interests:agree", "interests:allow", "interests:renew"}
"""Buttons that agree to a text, whose digest they carry."""
AGREES = re.compile(r"agree|allow|consent|renew$")
SEAL = re.compile(r"\[0-9a-f\]\{8\}")
NUMBERS = {
    "affiliation": "affiliation", "after": "contribution", "contribution": "contribution", "date": "key_date",
    "completed": "deed", "delivery": "delivery", "draft": "draft", "event": "event", "goal": "goal",
    "group": "working_group", "network": "network", "contact": "contact", "twinning": "twinning",
    "item_id": "checklist_item", "like": "meeting", "meeting": "meeting", "plan": "plan", "poll": "poll",
    "proposal": "proposal", "publication": "publication", "region": "region", "roadmap": "roadmap", "series": "series",
    "venue": "venue", "intro": "introduction",
}  # fmt: skip
"""What the parts of a custom_id are the numbers of."""
OF_ONE = {
    "action": {"action": "plan_action"},
    "checkform": {"task": "checklist_item"},
}
OF_NONE = {
    "about", "action", "answer", "by", "campaign", "choice", "command", "day", "do", "doing", "door", "feature",
    "fit", "guild", "kind", "name", "number", "on", "option", "page", "part", "purpose", "said", "seal", "section",
    "seen", "step", "sure", "time", "times", "to", "topic", "user", "value", "verb", "which", "word",
}  # fmt: skip
"""Words, days, Discord's own ids and places within the thing: no numbers that the database gives."""


def patterns(tree: Tree) -> list[str]:
    """Return what the custom_ids of all buttons look like."""
    return tree.bot.views.patterns


def stem(pattern: str) -> str:
    return re.split(r"\(|:\(", pattern)[0].strip(":")


def test_what_agrees_to_words_is_bound_to_them(tree: Tree) -> None:
    found = patterns(tree)
    assert len(found) > 70
    assert {stem(one) for one in found if AGREES.search(stem(one))} == SEALED
    assert {stem(one) for one in found if SEAL.search(one)} == SEALED


def test_every_other_number_in_a_button_is_given_once(tree: Tree) -> None:
    for pattern in patterns(tree):
        for part in re.compile(pattern).groupindex:
            table = OF_ONE.get(stem(pattern), {}).get(part) or NUMBERS.get(part)
            assert table is not None or part in OF_NONE, f"{pattern}: what is {part}?"
            if table is not None:
                model = Base.metadata.tables[table]
                assert numbered(model) is not None, table
                assert model.dialect_options["sqlite"]["autoincrement"], table
