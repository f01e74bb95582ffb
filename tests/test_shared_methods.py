"""Dataclasses of a bot that runs behave as others do, with methods that they share."""

import dataclasses
import subprocess
import sys
from typing import Any

import pytest

from bot.cli import shared_methods
from tests.uses import ROOT

NAMES = ("_repr_fn", "_frozen_get_del_attr")
SOURCE = """
from dataclasses import dataclass, field

@dataclass(frozen=True, slots=True)
class Slotted:
    words: str
    number: int = 1

@dataclass(frozen=True, order=True)
class Frozen:
    words: str
    hidden: int = field(default=2, repr=False)
    inside: tuple = ()

@dataclass(frozen=True)
class More(Frozen):
    more: str = ""

class Plain(Frozen):
    pass

@dataclass
class Open:
    words: str
    inside: object = None

@dataclass(frozen=True)
class Nothing:
    pass
"""


@pytest.fixture(params=[False, True], ids=["apart", "shared"])
def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The classes of the source above, made by Python alone and with what is shared."""
    for name in NAMES:
        if hasattr(dataclasses, name):
            monkeypatch.setattr(dataclasses, name, getattr(dataclasses, name))
    if request.param:
        shared_methods.share()
    classes: dict[str, Any] = {"__name__": "made"}
    exec(SOURCE, classes)  # noqa: S102 - the source above
    return classes


def test_they_are_shown_as_they_were(made: dict[str, Any]) -> None:
    frozen = made["Frozen"]("a", 3, (made["Slotted"]("b"),))
    assert repr(frozen) == "Frozen(words='a', inside=(Slotted(words='b', number=1),))"
    assert repr(made["More"]("a", more="c")) == "More(words='a', inside=(), more='c')"
    assert repr(made["Plain"]("a")) == "Plain(words='a', inside=())"
    assert repr(made["Nothing"]()) == "Nothing()"
    circle = made["Open"]("a")
    circle.inside = circle
    assert repr(circle) == "Open(words='a', inside=...)"


@pytest.mark.parametrize("name", ["Slotted", "Frozen", "More", "Plain"])
def test_what_is_frozen_stays_so(made: dict[str, Any], name: str) -> None:
    one = made[name]("a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'words'"):
        one.words = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'words'"):
        del one.words
    assert one == made[name]("a") != made[name]("b")
    assert hash(one) == hash(made[name]("a"))
    assert dataclasses.replace(one, words="b").words == "b"


def test_whoever_adds_to_a_frozen_one_may_set_what_it_adds(made: dict[str, Any]) -> None:
    one = made["Plain"]("a")
    one.added = 1
    assert one.added == 1
    del one.added
    assert not hasattr(one, "added")
    with pytest.raises(dataclasses.FrozenInstanceError):
        made["Frozen"]("a").added = 1


def test_the_bots_own_share_them() -> None:
    code = (
        "from bot.cli import shared_methods; shared_methods.share(); from bot.texts import Text, ContentProblem;"
        "print(Text.__repr__ is ContentProblem.__repr__, Text.__setattr__ is ContentProblem.__setattr__)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [str(sys.version_info < (3, 13))] * 2
