"""What is out there keeps working: buttons of old messages, forms that were opened, deliveries that are stored.

`released_5033ab2.json` was written by the version of that commit: how its buttons' custom_ids look, the names of its
forms, and the kinds of its deliveries.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from cogs.common.buttons import Component
from tests.tree import Tree

RELEASED: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("released_5033ab2.json").read_text("utf-8")
)
ASCII = st.characters(codec="ascii")


def test_every_old_button_is_found_and_read(tree: Tree) -> None:
    assert len(RELEASED["patterns"]) == 79
    for pattern in RELEASED["patterns"]:

        @settings(max_examples=30, deadline=None, database=None)
        @given(st.from_regex(pattern, fullmatch=True, alphabet=ASCII))
        def pressed(custom_id: str) -> None:
            found = tree.bot.views.found(custom_id)
            assert found is not None, custom_id
            factory, match = found
            made: Any = factory.__new__(factory)
            if isinstance(made, Component):
                made.read(match)

        pressed()


def test_an_old_form_is_found_by_its_name(tree: Tree) -> None:
    assert set(RELEASED["forms"]) <= tree.bot.forms.names
    with pytest.raises(UserError):
        tree.bot.rebuilt("form:of-no-version:1")


def test_an_old_delivery_is_of_a_kind_that_is_known(tree: Tree) -> None:
    assert set(RELEASED["kinds"]) - set(tree.bot.sender.kinds) == set()
