"""`make proof` puts what was printed into the page's blocks, and nothing else of the page changes."""

import re

import pytest

from tests.uses import ROOT
from tools import proof

SAID = """
......  [100%]
    Faults, what must hold, and whether it did
┏━━━━━━━┳━━━━━━━┓
┃ where ┃ fault ┃
┡━━━━━━━╇━━━━━━━┩
│ wire  │ 429   │
└───────┴───────┘
 kill -9 at random moments while deliveries are due
┏━━━━━━━┓
┃ store ┃
└───────┘
"""


def test_each_table_goes_into_its_block_with_machine_and_commit() -> None:
    found = proof.tables(SAID)
    assert found["faults"].splitlines()[3] == "│ wire  │ 429   │"
    assert found["kills"].splitlines()[1] == "┃ store ┃"
    page = (ROOT / "docs/proof.md").read_text("utf-8")
    for name in ("faults", "kills", "bench"):
        changed = proof.put(page, name, "new words")
        assert f"made by make proof -->\nnew words\n<!-- end of {name} -->" in changed
        assert proof.put(changed, name, "@") == proof.put(page, name, "@")
    with pytest.raises(ValueError, match="no block for elsewhere"):
        proof.put(page, "elsewhere", "")


def test_what_was_not_met_is_said() -> None:
    sentence = proof.taken("smoke", 1, 61)
    assert "**it ended with 1: not all was met**" in sentence
    assert "in 1:01 minutes" in sentence
    assert re.search(r"\d+ cores of .+, \d+ GiB, .+ Python 3\.\d+", sentence)
    assert "every rule and target was met" in proof.taken("smoke", 0, 61)
    printed = "table\n\nMissed by more than a fifth: ack, overload\n"
    assert "**missed by more than a fifth: ack, overload**." in proof.taken("short", 1, 61, printed)
    assert "ack, overload**, by the clock, which smoke does not judge." in proof.taken(
        "smoke", 0, 61, printed
    )
