"""The cards and forms of working groups and plans, as they are sent."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from discord import ui

from bot.domain.plans import STEPS
from bot.texts import Markup, Texts
from cogs.groups import actions, cog, sheet
from db.groups.models import Plan, PlanAction, WorkingGroup
from db.models import Region
from tests.cogs.conftest import Golden, shown

NASTY = "**x** @everyone <@1> [a](https://evil.example) `c`"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SHEET = {
    "aim": "Our branch affiliates to CSC by June.",
    "decides": "The branch committee",
    "affected": "Members of the branch",
    "actions_words": "Leaflets; Tomasz; 20 march",
    "resources": "A hall",
    "worked": "The motion passes",
}


def group() -> WorkingGroup:
    """Return a group as it comes from the store."""
    region = Region(id=3, guild_id=1, name="North West", folded="north west", channel_id=7)
    return WorkingGroup(
        id=4, guild_id=1, region_id=3, topic="campaign:cuba", name="Cuba", thread_channel_id=9, made_at=NOW,
        region=region,
    )  # fmt: skip


def action(number: int, **given: Any) -> PlanAction:
    """Return an action as it comes from the store."""
    values: dict[str, Any] = {
        "id": number, "plan_id": 12, "number": number, "words": f"Do {number}", "owner_id": None, "owner": "",
        "due_on": None, "state": "open", "turn": 0,
    }  # fmt: skip
    return PlanAction(**(values | given))


def plan(state: str = "active", **given: Any) -> Plan:
    """Return a plan as it comes from the store."""
    three = [
        action(1, owner_id=42, due_on="2026-03-20"),
        action(2, owner="Rosa"),
        action(3, state="done", owner_id=43),
    ]
    values: dict[str, Any] = {
        "id": 12, "group_id": 4, "state": state, "author_id": 42, **SHEET, "sequence": 0, "made_at": NOW,
        "changed_at": NOW, "group": group(), "actions": three if state != "draft" else [],
    }  # fmt: skip
    return Plan(**(values | given))


def test_a_draft_empty_and_full(golden: Golden, texts: Texts) -> None:
    golden(
        "plan_draft_empty", sheet.sheet_card(plan("draft", **dict.fromkeys(SHEET, "")), texts, private=True)
    )
    golden("plan_draft", sheet.sheet_card(plan("draft"), texts, private=True))


def test_a_plan_in_the_thread_and_for_whoever_changes_it(golden: Golden, texts: Texts) -> None:
    golden("plan_posted", sheet.sheet_card(plan(), texts))
    golden("plan_private", sheet.sheet_card(plan(), texts, private=True))
    golden("plan_all_done", sheet.sheet_card(plan(actions=[action(1, state="done")]), texts))
    golden("plan_closed", sheet.sheet_card(plan("closed"), texts))


@pytest.mark.parametrize("step", STEPS)
def test_the_forms(golden: Golden, texts: Texts, step: str) -> None:
    golden(
        f"plan_form_{step}",
        sheet.StepForm(texts, plan=12, step=step, typed=sheet.written(plan(), date(2026, 3, 2))),
    )


def test_actions_at_hand_nudged_and_handed_over(golden: Golden, texts: Texts) -> None:
    golden("plan_mine", actions.mine_card(plan(), 42, 1, texts))
    golden("plan_nudge", actions.nudge_card(plan().actions[0], plan(), 1, texts))
    golden("plan_handed", actions.handed_card(action(2), 1, texts))
    golden("plan_hello", cog.hello_card(group(), texts, anew=True, plan=Markup("`/campaign plan`")))


def texts_of(card: ui.LayoutView) -> str:
    """Return all that a card says."""
    return "\n".join(item.content for item in card.walk_children() if isinstance(item, ui.TextDisplay))


@pytest.mark.parametrize("state", ["draft", "active", "closed"])
def test_what_was_typed_is_shown_literally_and_the_longest_fits(texts: Texts, state: str) -> None:
    typed = {name: (NASTY * 90)[: 4_000 if name == "actions_words" else 500] for name in SHEET}
    many = [action(number, words=(NASTY * 9)[:300], owner=NASTY) for number in range(1, 11)]
    card = sheet.sheet_card(plan(state, **typed, actions=many if state != "draft" else []), texts)
    said = texts_of(card)
    assert len(said) <= 4_000
    assert " <@1>" not in said
    assert "@everyone" not in said
    assert " [a]" not in said
    assert shown(card)
    odd = action(1, words=NASTY * 6, owner=NASTY)
    assert " <@1>" not in texts_of(actions.nudge_card(odd, plan(), 1, texts))
