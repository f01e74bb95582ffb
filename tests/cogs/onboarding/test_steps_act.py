"""Each step and piece of advice ends in a button that does it; ideas and resources of one's own are sent in."""

import pytest

from cogs.common.advice import pieces
from cogs.onboarding.cards import series_of
from tests.cogs.ground import Ground, says
from tests.tree import Tree
from tests.words import words

TEXTS = words()
STEPS = series_of(TEXTS).steps


async def test_each_step_has_something_that_does_it(tree: Tree) -> None:
    names = tree.names()
    assert len(STEPS) == 17
    for step in STEPS:
        assert step.act, step.name
        assert set(step.act) <= names, step.name


async def test_each_button_under_advice_is_a_command_that_there_is(tree: Tree) -> None:
    names = tree.names()
    wrong = {piece.name: set(piece.act) - names for piece in pieces(TEXTS) if set(piece.act) - names}
    assert wrong == {}


async def test_a_steps_button_does_it(ground: Ground) -> None:
    await ground.grace.slash("#london", "welcome start")
    first = await ground.grace.slash("#london", "welcome next")
    label = next(iter(STEPS[1].act.values()))
    answer = await ground.grace.press(first, label)
    assert answer.failed is None
    assert "What do you care about?" in says(answer)


@pytest.mark.parametrize(
    ("topic", "label"), [("more ideas", "Share my own idea"), ("share resources", "Share a resource")]
)
async def test_an_idea_or_a_resource_of_ones_own_is_sent_in(ground: Ground, topic: str, label: str) -> None:
    piece = next(one for one in pieces(TEXTS) if label in one.act.values() and one.name != "materials")
    card = await ground.grace.slash("#london", "guidance ask", topic=piece.title)
    which = await ground.grace.press(card, label)
    asked = await ground.grace.choose(which, "Choose one", ["ISO Monday Morning Mail-Out"])
    sent = await ground.grace.submit(asked.modal, {"words": f"Mine: {topic}"})
    assert says(sent).startswith("## Thank you")
    assert f"Mine: {topic}" in says(sent)
