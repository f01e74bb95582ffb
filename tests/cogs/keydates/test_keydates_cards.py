"""The cards of key dates, as they are sent."""

from datetime import date
from typing import Any

import pytest
from discord import ui

from bot.domain.when import Days
from bot.texts import Texts
from cogs.keydates import cards
from cogs.keydates.buttons import Switch, ToAgenda, Undo
from cogs.keydates.cards import known
from db.keydates.models import KeyDate, KeyDateSetting
from db.models import Region
from tests.cogs.conftest import Golden, shown

NASTY = "**x** @everyone <@1> [a](https://evil.example) `c`"
TODAY = date(2026, 3, 2)
NAMES = {"cuba": "Cuba", "education": "Quality Education for All", "rights": "Human and Trade Union Rights"}
REGIONS = [Region(id=3, guild_id=1, name="North West", folded="north west", channel_id=7)]


def key_date(**given: Any) -> KeyDate:
    """Return a key date as it comes from the store."""
    values: dict[str, Any] = {
        "id": 5, "guild_id": 1, "page": "", "name": "Branch day", "folded": "branch day",
        "rule": "FREQ=YEARLY;BYMONTH=6;BYDAY=2FR", "first": "2026-06-12", "note": "Bring a cake.",
        "campaign": "cuba", "region_id": 3, "off": False,
    }  # fmt: skip
    return KeyDate(**(values | given))


def built_in(texts: Texts) -> list[KeyDate]:
    """Return the key dates that come with the bot."""
    return [
        key_date(
            id=number, page=one.page, name=one.name, rule=one.rule, first=one.first,
            note="", campaign=one.campaign, region_id=None, off=one.page == "world-refugee-day",
        )
        for number, one in enumerate(known(texts), 1)
    ]  # fmt: skip


def setting(**given: Any) -> KeyDateSetting:
    """Return how a server is prompted."""
    values: dict[str, Any] = {
        "guild_id": 1,
        "prompts": True,
        "ahead": [42, 14, 0],
        "at": "12:30",
        "muted": [],
    }
    return KeyDateSetting(**(values | given))


def test_the_list(golden: Golden, texts: Texts) -> None:
    found, year = [*built_in(texts), key_date()], Days(TODAY, date(2027, 3, 1))
    golden("keydates_list", cards.list_card(found, year, REGIONS, setting(muted=[3]), texts))
    silent = cards.list_card([], year, REGIONS, setting(prompts=False), texts)
    golden("keydates_none", silent)


def test_one_of_each_kind(golden: Golden, texts: Texts) -> None:
    (teachers,) = [one for one in built_in(texts) if one.page == "world-teachers-day"]
    shown_to_organiser = cards.show_card(
        teachers,
        REGIONS,
        TODAY,
        texts,
        Switch(label=texts("keydates.switch_off.button"), to="off", date=teachers.id),
        campaigns=NAMES,
    )
    golden("keydates_show", shown_to_organiser)
    own = key_date(note="", off=True)
    golden("keydates_own_off", cards.show_card(own, REGIONS, TODAY, texts, campaigns=NAMES))


@pytest.mark.parametrize("days", [42, 14, 1, 0])
def test_the_prompts_ahead(golden: Golden, texts: Texts, days: int) -> None:
    (teachers,) = [one for one in built_in(texts) if one.page == "world-teachers-day"]
    day = date(2026, 10, 5)
    today = date.fromordinal(day.toordinal() - days)
    card = cards.prompt_card(
        teachers,
        day,
        today,
        texts,
        ToAgenda(label=texts("keydates.agenda.button"), date=teachers.id, day=f"{day}"),
    )
    golden(f"keydates_prompt_{days}", card)


def test_when_channels_hear_of_them(golden: Golden, texts: Texts) -> None:
    golden("keydates_prompts", cards.prompts_card(setting(ahead=[10, 0], muted=[3]), REGIONS, texts))
    golden("keydates_prompts_off", cards.prompts_card(setting(prompts=False), REGIONS, texts))


def texts_of(card: ui.LayoutView) -> str:
    """Return all that a card says."""
    return "\n".join(item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay))


def test_what_was_typed_is_shown_literally_and_the_longest_fits(texts: Texts) -> None:
    odd = key_date(name=NASTY, note=NASTY * 9, campaign="x")
    undo = Undo(label=texts("keydates.undo.button"), draft=1)
    agenda = ToAgenda(label=texts("keydates.agenda.button"), date=5, day=f"{TODAY}")
    for card in (
        cards.show_card(odd, REGIONS, TODAY, texts, undo, campaigns={"x": NASTY}),
        cards.prompt_card(odd, date(2026, 6, 12), TODAY, texts, agenda),
        cards.list_card(
            [key_date(id=number, name=NASTY * 2) for number in range(60)],
            Days(TODAY, date(2027, 3, 1)), REGIONS, setting(), texts,
        ),
    ):  # fmt: skip
        said = texts_of(card)
        assert len(said) <= 4_000
        assert " <@1>" not in said
        assert "@everyone" not in said
        assert " [a]" not in said
        assert shown(card)
