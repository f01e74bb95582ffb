"""Free text: what nobody sees goes, what people write in any script and with any picture stays."""

import unicodedata

import pytest
from hypothesis import example, given, strategies

from bot.domain.free_text import clean, one_line

FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
LOOKS_EMPTY = (
    "\u200b",
    "\u2800",
    "\u00ad",
    "\u034f",
    "\x7f",
    "\x00\x01",
    "\u3164",
    "\u115f\u1160\uffa0",
    "\u17b4\u17b5",
    "\u180e",
    "\ufe0f",
    "\U000e0101",
    "\U000e0041\U000e007f",
    "\u2060\u2061",
    "\u202e\u202c",
    "\u2066\u2069",
    "\ufeff",
    "\ufffc",
    "\ue000",
    "\U000f0000",
    "\ud800",
    "\ufffe",
    "\U0001d159",
    "\u0301",
    "\u20e3",
    "\u200d",
    "\u00a0\u3000\u2028\t\r\n",
)
STAYS = (
    "A meeting – at O'Neill's, 6 pm (£5)",
    "Café Zoë, cafe\u0301",
    "Cyfarfod yn Nhŷ'r Gymuned",
    "می\u200cخواهم",  # Persian needs the joiner that shows nothing
    "اجتماع الفرع",
    "שָׁלוֹם עולם",
    "क्\u200dष और क्\u200cष",
    "ශ්\u200dරී ලංකාව",
    "Встреча, 会议, 회의, การประชุม",
    "👩\u200d🏫 👩🏽\u200d🤝\u200d👩🏿 🏳\ufe0f\u200d🌈 🏳\ufe0f\u200d⚧\ufe0f",
    f"{FLAG} 🇬🇧 1\ufe0f\u20e3 ❤\ufe0f ☎\ufe0e 👍🏽",
    "\U0001fae9 newer than this Python",
    "-",
)


@pytest.mark.parametrize("words", LOOKS_EMPTY, ids=ascii)
def test_what_shows_nothing_is_nothing_alone_and_beside_words(words: str) -> None:
    assert clean(words) == ""
    assert one_line(f"Spring{words}meeting") in (
        "Springmeeting",
        "Spring meeting",
        "Spring\u0301meeting",
        "Spring\u20e3meeting",
    )


@pytest.mark.parametrize("words", STAYS)
def test_what_people_write_stays(words: str) -> None:
    assert clean(words) == words


def test_a_line_is_not_turned_round() -> None:
    assert clean("Meeting \u202e)mp 7( ta\u202c \u2067x\u2069 \u200fy \u061cz") == "Meeting )mp 7( ta x y z"


def test_breaks_and_spaces_are_of_one_kind() -> None:
    assert clean("  a\tb\u00a0c\r\nd\u2028e\x85f\n\n \n\ng  ") == "a b c\nd\ne\nf\n\ng"
    assert one_line("a\r\n  b") == "a b"


def test_a_letter_has_no_tower_of_accents() -> None:
    assert clean("a" + 50 * "\u0301") == "a" + 8 * "\u0301"


def test_joiners_and_styles_stay_only_where_they_do_something() -> None:
    assert clean("pay\u200dpal pay\u200cpal x\ufe0f 👩\u200d م\u200c 1\ufe0f") == "paypal paypal x 👩 م 1"


@given(strategies.text(max_size=40))
@example("क\u200d\ufe0f")
@example("م\u200c" + 12 * "\u064b")
def test_what_is_clean_stays_as_it_is_and_nothing_new_comes(words: str) -> None:
    once = clean(words)
    assert clean(once) == once
    assert all(
        unicodedata.bidirectional(letter)
        not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        for letter in once
    )
    assert set(once) <= {*words, " ", "\n"}
    assert not once or any(unicodedata.category(letter)[0] not in "CZ" for letter in once)


@given(
    strategies.text(
        strategies.sampled_from("".join(LOOKS_EMPTY[:-1]).replace("\u0301", "").replace("\u20e3", "")),
        max_size=30,
    )
)
def test_no_mixture_of_invisible_ones_is_anything(words: str) -> None:
    assert clean(words) == ""


def test_a_long_text_is_read_to_its_end() -> None:
    words = "م\u200c" * 3_000
    assert clean(words) == words[:-1]
