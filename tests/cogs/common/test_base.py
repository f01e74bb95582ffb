"""What all cards, buttons and forms stand on."""

from typing import Any

import discord
import pytest
from discord import ui

from bot.texts import Markup, Texts, plain, plain_lines
from cogs.common.base import LIST_ROOM, Card, fitting, line, row
from cogs.meetings.buttons import WhoComes
from cogs.setup.form import SetupForm, region_name
from tests.cogs.conftest import Golden


def test_a_card_leaves_out_what_is_empty(golden: Golden) -> None:
    golden(
        "card", Card(Markup("One"), None, Markup(""), row(WhoComes(label=Markup("Press"), meeting=1)), None)
    )


def test_a_button_carries_its_state_and_never_waits_in_memory() -> None:
    card = Card(row(WhoComes(label=Markup("Press"), meeting=12)))
    assert card.timeout is None
    with pytest.raises(ValueError, match="match"):
        WhoComes(label=Markup("Press"), meeting=-1)


def test_lines_join_what_is_there() -> None:
    assert line(Markup("a"), None, Markup(""), Markup("b")) == "a\nb"
    assert line() == ""


def test_a_list_is_shown_as_far_as_it_fits_and_the_rest_is_counted(texts: Texts) -> None:
    assert fitting([], texts) == ""
    assert fitting([Markup("a"), Markup("b")], texts, between=", ") == "a, b"
    long = [Markup("x" * 99)] * 50
    shown = fitting(long, texts)
    assert len(shown) <= LIST_ROOM + 40
    assert shown.endswith(f"And {50 - shown.count('x' * 99)} more.")
    assert fitting([Markup("x" * 50), Markup("y")], texts, room=51) == "x" * 50 + "\nAnd 1 more."


def test_the_set_up_form(golden: Golden, texts: Texts) -> None:
    golden("form_setup", SetupForm(texts, typed={"extras": ["events", "upcoming"]}))


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("london", "London"),
        ("north-west", "North West"),
        ("tyne-and-wear", "Tyne and Wear"),
        ("🌍-wales", "Wales"),
        ("💙", "💙"),
    ],
)
def test_a_channels_name_suggests_the_regions(channel: str, name: str) -> None:
    assert region_name(channel) == name


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**b** _i_ ~~s~~ `c` ||s||", r"\*\*b\*\* \_i\_ \~\~s\~\~ \`c\` \|\|s\|\|"),
        ("[a](https://x.example)", r"\[a\](https://x.example)"),
        ("<@1> <@&2> <#3> </x:4>", r"\<@1\> \<@&2\> \<#3\> \</x:4\>".replace("#", r"\#")),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("> quote", r"\> quote"),
        ("1. item", r"1\. item"),
        ("123. item", r"123\. item"),
        ("1234567.", r"1234567\."),
        ("12.5 pounds", "12.5 pounds"),
        ("https://neu.org.uk@evil.example/a_b", r"https\://neu.org.uk@evil.example/a\_b"),
        ("https://a_b:c@evil.example", r"https\://a\_b:c@evil.example"),
        ("HTTP://neu.org.uk\u2044x@evil.example", "HTTP\\://neu.org.uk\u2044x@evil.example"),
        ("https://neu.org.uk\\@evil.example", r"https\://neu.org.uk\\@evil.example"),
        ("https://ok.example/@someone?a@b", "https://ok.example/@someone?a@b"),
        ("Spr\u202eing\u200b", "Spring"),
        ("a\n# b\n> c", r"a \# b \> c"),
        ("https://x.example/a_b_c?d=*e*", r"https://x.example/a_b_c?d=\*e\*"),
        ("@everyone @here", "@\u200beveryone @\u200bhere"),
        ("a@b.example", "a@b.example"),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_what_somebody_types_is_shown_as_they_typed_it(typed: str, shown: str) -> None:
    assert plain(typed) == shown


def test_lines_of_free_text_are_kept_where_they_are_wanted() -> None:
    assert plain_lines("one\n# two\n345. three") == "one\n\\# two\n345\\. three"


def test_fields_are_escaped_unless_they_are_markup_already(texts: Texts) -> None:
    given: dict[str, Any] = {"name": "*x*", "channel": Markup("<#1>")}
    assert texts("setup.region.done", **given).startswith(r"\*x\* now meets in <#1>")


def test_colours_are_no_bare_numbers() -> None:
    card = Card(Markup("x"), colour=discord.Colour(0x010203))
    container = card.children[0]
    assert isinstance(container, ui.Container)
    assert container.accent_colour == discord.Colour(0x010203)  # pyright: ignore[reportUnknownMemberType] - the library's own generic
