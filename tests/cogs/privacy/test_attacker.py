"""Counts over the wire: one account looks before and after whatever others do, acts itself, and learns nothing."""

import os
from collections.abc import AsyncGenerator

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.cogs.attacker import CROWD, KINDS, LONGEST, Attack
from tests.cogs.ground import Ground
from tests.domain.test_counting import VIEWER

EXAMPLES = int(os.environ.get("ISO_BOT_TEST_ATTACKS", "14"))
A_SERVER = 14
"""Examples on one server, each on what the one before it left."""

Act = tuple[str, str, int, bool, int]
"""What, of which count, with how many others, whether the attacker does it as well, and from whom on."""
act = st.one_of(
    *[
        st.tuples(
            st.just(what), st.sampled_from((*KINDS, "welcome")), st.integers(4, 6), st.booleans(), st.integers(0, CROWD)
        )
        for what in ("act", "act", "undo")
    ],
    st.tuples(
        st.sampled_from(("erase", "move")), st.just(""), st.integers(0, 1), st.booleans(), st.integers(0, CROWD)
    ),
)  # fmt: skip
over = st.sampled_from((*("night",) * 9, "month"))


@pytest.fixture
async def attack(ground: Ground) -> AsyncGenerator[Attack]:
    """A server in which some are counted in everything."""
    attack = Attack(ground, ground.clock.now())
    await attack.prepare()
    attack.holds(await attack.look())
    yield attack
    # In the end all leave the group: numbers grew at the beginning, and one falls for certain.
    await attack.do("undo", "group", range(CROWD + 1))
    await attack.night()
    attack.holds(await attack.look())
    assert attack.grew
    assert attack.fell


@pytest.mark.parametrize("part", range(-(-EXAMPLES // A_SERVER)))
@settings(
    max_examples=min(EXAMPLES, A_SERVER),
    derandomize=settings().derandomize and EXAMPLES <= A_SERVER,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
@given(acts=st.lists(act, min_size=1, max_size=3), over=over)
async def test_whoever_looks_before_and_after_each_act_of_others_tells_nobody_apart(
    attack: Attack, part: int, acts: list[Act], over: str
) -> None:
    assume(attack.spent < LONGEST)
    before = await attack.look()
    for name, what, how_many, as_well, after_whom in acts:
        others = attack.chosen(name, what, how_many, after_whom)
        for number in [*others, *([VIEWER] if as_well else [])]:
            await attack.do(name, what, [number])
        # Whatever anybody does, nothing that is shown changes before the night.
        after = await attack.look()
        both = after.keys() & before.keys()
        assert {one: after[one] for one in both} == {one: before[one] for one in both}
        before = after
    await (attack.night() if over == "night" else attack.month_over())
    attack.holds(await attack.look())
