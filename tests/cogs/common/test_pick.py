"""How a thing is found by what somebody typed, everywhere alike."""

from dataclasses import dataclass
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.texts import Texts
from cogs.common.pick import Kind, pick
from tests.cogs.ground import Ground


@dataclass
class Thing:
    """One that has a number and a name."""

    id: int
    name: str


REGIONS = [
    Thing(1, "London"),
    Thing(2, "North West"),
    Thing(3, "North East"),
    Thing(4, "Môn"),
    Thing(5, "Ελλάδα"),
    Thing(6, "North"),
    Thing(7, "Yorkshire & Humber"),
    Thing(8, "12"),
    Thing(12, "Twelve"),
]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1", 1),
        (" #1 ", 1),
        ("# 1", 1),
        ("007", 7),
        ("12", 12),
        ("london", 1),
        ("#North-west", 2),
        ("lon", 1),
        ("NORTH W", 2),
        ("north", 6),
        ("humber", 7),
        ("mon", 4),
        ("ελλάδα", 5),
        ("London (number 1)", 1),
        ("12 (number 8)", 8),
    ],
)
def test_a_thing_is_found_by_number_name_or_a_beginning_that_only_it_has(
    texts: Texts, words: str, number: int
) -> None:
    assert pick(words, REGIONS, texts, "region").id == number


def said(
    texts: Texts, words: str, things: list[Thing], kind: Kind = "region", *, numbered: bool = False
) -> str:
    with pytest.raises(UserError) as refused:
        pick(words, things, texts, kind, numbered=numbered)
    return texts(refused.value.key, **refused.value.fields)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "yorksheer & hamber",
            "I can't find the region yorksheer & hamber here. Did you mean Yorkshire & Humber?",
        ),
        (
            "north oast",
            "I can't find the region north oast here. Did you mean North East or North West or North?",
        ),
        ("north _", None),
        ("-99", "I can't find the region \\-99 here. There are: London, North West, North East, Môn,"),
        ("99999999999999999999", "I can't find the region 99999999999999999999 here"),
        ("🌍", "I can't find the region 🌍 here"),
        ("x" * 3000, f"I can't find the region {'x' * 60} here"),
        ("@everyone **x**", "I can't find the region @\u200beveryone \\*\\*x\\*\\* here"),
    ],
)
def test_nearly_a_name_names_the_nearest_and_what_is_like_none_lists_them(
    texts: Texts, words: str, answer: str | None
) -> None:
    if answer is None:
        assert pick(words, REGIONS, texts, "region").name == "North"
    else:
        assert said(texts, words, REGIONS).startswith(answer)


def test_where_they_are_listed_is_said_for_what_has_a_list(texts: Texts) -> None:
    assert said(texts, "zzz", [Thing(1, "Choir")], "event").endswith(
        "`/events list` shows what is coming up."
    )
    assert said(texts, "zzz", [], "region") == "I can't find the region zzz here."


def test_of_several_that_fit_none_is_taken(texts: Texts) -> None:
    things = [Thing(1, "Spring meeting one"), Thing(2, "Spring meeting two"), Thing(3, "Late spring")]
    answer = said(texts, "spring", things, "meeting", numbered=True)
    near = "Spring meeting one (number 1) or Spring meeting two (number 2)"
    assert answer == f"More than one meeting here matches spring. Did you mean {near}?"


def test_two_of_one_name_are_shown_with_what_tells_them_apart(texts: Texts) -> None:
    things = [Thing(3, "Reading circle"), Thing(9, "reading circle"), Thing(4, "Choir")]
    with pytest.raises(UserError) as refused:
        pick("reading-circle", things, texts, "meeting", detail=lambda one: f"day {one.id}")
    answer = texts(refused.value.key, **refused.value.fields)
    assert "Reading circle (number 3), day 3 or reading circle (number 9), day 9" in answer
    assert pick("Reading circle (number 3)", things, texts, "meeting").id == 3


def test_names_that_differ_in_signs_alone_are_suggested_once(texts: Texts) -> None:
    assert said(texts, "#", [Thing(1, "*#"), Thing(2, "(#")], "event").count(" or ") == 1


@given(
    st.lists(st.text("aA 1#(é*", min_size=1, max_size=4), min_size=1, max_size=6),
    st.text("aA 1#é", max_size=3),
)
def test_whatever_is_suggested_finds_the_one_it_names(texts: Texts, names: list[str], words: str) -> None:
    things = [Thing(number, name) for number, name in enumerate(names, 1)]
    try:
        assert pick(words, things, texts, "event") in things
    except UserError as refused:
        near = str(refused.fields.get("near", ""))
        suggested = near.split(" or ") if near else []
        found = [pick(one, things, texts, "event").id for one in suggested]
        assert len(set(found)) == len(found)


def test_every_kind_of_thing_has_its_words(texts: Texts) -> None:
    kinds = {key.split(".")[2] for key in texts.under("pick.kinds")}
    assert kinds == set(get_args(Kind))


async def test_what_was_nearly_typed_is_one_choice_away(ground: Ground) -> None:
    await ground.scheduled("Film night")
    near = await ground.grace.slash("#welcome", "network join", region="Lodnon")
    assert "I can't find the region Lodnon here. Did you mean London?" in near.text
    joined = await ground.grace.choose(near, "Choose one", ["London"])
    assert "Welcome to the London network" in joined.text
    several = await ground.grace.slash("#london", "campaign done", campaign="Cuba", action="join")
    assert "More than one action here matches join." in several.text
    label = next(one["options"][0]["label"] for one in several.message.walk() if one.get("options"))
    assert "Thank you" in (await ground.grace.choose(several, "Choose one", [label])).text
    for day in (3, 4, 5, 6):
        await ground.scheduled("Weekly chat", f"{day} march 6pm")
    many = await ground.grace.slash("#london", "meeting show", meeting="weekly chat")
    assert "More than one meeting here matches weekly chat. Which one do you mean?" in many.text
