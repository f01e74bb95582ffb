"""Which counts may be shown: an attacker with one account looks, acts and subtracts, and learns about nobody."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.counting import LEAST, TOGETHER, Published, snapshot, total

VIEWER = 0
PARTS = ("1", "2", "3", TOGETHER)
EXAMPLES = 10_000 if os.environ.get("PROFILE") == "full" else 300
BESIDES = 5


def they(*people: int, part: str = "1") -> dict[int, str]:
    return dict.fromkeys(people, part)


def shown(family: Mapping[str, Published]) -> dict[str, int]:
    return {part: published.shown for part, published in family.items()}


def test_nobody_and_five_look_the_same_and_six_are_shown() -> None:
    assert snapshot({}, {}, month_over=False) == {}
    assert snapshot({}, they(*range(5)), month_over=False) == {}
    assert shown(snapshot({}, they(*range(6)), month_over=False)) == {"1": 6}


def test_a_number_grows_by_six_and_no_less() -> None:
    before = snapshot({}, they(*range(6)), month_over=False)
    assert shown(snapshot(before, they(*range(11)), month_over=False)) == {"1": 6}
    assert shown(snapshot(before, they(*range(12)), month_over=False)) == {"1": 12}


def test_a_number_shrinks_by_six_and_no_less_and_hides_when_too_few_are_left() -> None:
    before = snapshot({}, they(*range(14)), month_over=False)
    assert shown(snapshot(before, they(*range(9)), month_over=False)) == {"1": 14}
    assert shown(snapshot(before, they(*range(8)), month_over=False)) == {"1": 8}
    assert shown(snapshot(before, they(*range(3)), month_over=False)) == {}


def test_those_who_came_are_not_set_off_against_those_who_went() -> None:
    before = snapshot({}, they(*range(10)), month_over=False)
    # Five are seen to leave: a sixth change would be somebody's alone.
    after = snapshot(before, they(*range(5, 10), 20), month_over=False)
    assert shown(after) == {"1": 10}


def test_whoever_goes_elsewhere_stays_where_they_were_counted() -> None:
    before = snapshot({}, they(*range(12)), month_over=False)
    moved = they(*range(6)) | they(*range(6, 12), part="2")
    assert snapshot(before, moved, month_over=False) == before


def test_what_the_parts_have_left_is_shown_together_when_the_month_is_over() -> None:
    there = they(1, 2, 3) | they(4, 5, part="2") | they(6, 7, part="3")
    assert snapshot({}, there, month_over=False) == {}
    after = snapshot({}, there, month_over=True)
    assert shown(after) == {TOGETHER: 7}
    grown = there | they(*range(10, 16))
    assert shown(snapshot(after, grown, month_over=False)) == {TOGETHER: 7, "1": 6}


def test_the_erased_leave_with_six_others_only() -> None:
    before = snapshot({}, they(*range(14)), month_over=False)
    erased = {part: Published(each.shown, each.people - {0, 1, 2, 3, 4, 5}) for part, each in before.items()}
    assert shown(snapshot(erased, they(*range(6, 14)), month_over=False)) == {"1": 14}
    assert snapshot(erased, they(12, 13), month_over=False) == {}


# The attacker.

ACTS = ("act", "undo", "move", "erase")
person = st.integers(0, 24)
attacked = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Acts = list[tuple[str, list[int], str]]
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ACTS), st.lists(person, min_size=1, max_size=8), st.sampled_from(PARTS)),
        st.tuples(st.sampled_from(ACTS), st.just([VIEWER]), st.sampled_from(PARTS)),
        st.tuples(st.sampled_from(("day", "month")), st.just([0]), st.just("")),
    ),
    min_size=4,
    max_size=60,
)


@dataclass
class World:
    """A family of counts with everybody's acts, and who really was in each change: erased or not, by person."""

    there: dict[int, str] = field(default_factory=dict[int, str])
    family: dict[str, Published] = field(default_factory=dict[str, Published])
    inside: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Who is in the number that is shown of each part: somebody who was erased and came again may be in it twice."""
    views: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    changes: list[dict[str, tuple[set[int], set[int]]]] = field(
        default_factory=list[dict[str, tuple[set[int], set[int]]]]
    )
    """For each view and part, who came and who went since the view before."""

    def do(self, act: str, people: list[int], part: str) -> None:
        for one in people:
            if act == "act":
                self.there.setdefault(one, part)
            elif act == "move" and one in self.there:
                self.there[one] = part
            elif act in ("undo", "erase"):
                self.there.pop(one, None)
            if act == "erase":
                self.family = {
                    name: Published(each.shown, each.people - {one}) for name, each in self.family.items()
                }

    def look(self, *, month_over: bool) -> None:
        """Take a snapshot, and note who came into and went out of each number."""
        before, self.family = self.family, snapshot(self.family, self.there, month_over=month_over)
        self.changes.append({})
        for part in {*before, *self.family}:
            was, now = before.get(part, Published(0)), self.family.get(part, Published(0))
            inside = self.inside.setdefault(part, [])
            came, still = now.people - was.people, now.people & was.people
            gone: set[int] = set()
            if now.shown - len(came) != was.shown:  # it shrank: all who are not still there went
                gone = set(inside) - still
                inside[:] = still
            inside += came
            assert len(inside) == now.shown, "what is shown is a number of people"
            self.changes[-1][part] = set(came), gone
        self.views.append(shown(self.family))


def played(acts: Acts) -> World:
    world = World()
    for act, people, part in acts:
        if act in ("day", "month"):
            world.look(month_over=act == "month")
        else:
            world.do(act, people, part)
    world.look(month_over=False)
    return world


@attacked
@given(steps)
def test_each_change_that_the_attacker_sees_has_five_others_in_it(acts: Acts) -> None:
    world = played(acts)
    for changes in world.changes:
        for came, gone in changes.values():
            assert not came or len(came - {VIEWER}) >= BESIDES
            assert not gone or len(gone - {VIEWER}) >= BESIDES


@attacked
@given(steps)
def test_no_subtraction_of_parts_totals_and_days_leaves_fewer_than_five_others(acts: Acts) -> None:
    world = played(acts)
    for one, other in combinations(world.family.values(), 2):
        assert not one.people & other.people
    for view in world.views:
        for part in view:
            rest = total(view) - view[part]
            assert view[part] >= LEAST
            assert rest == 0 or rest >= LEAST
    for (view, later), changes in zip(pairwise([{}, *world.views]), world.changes, strict=True):
        for size in range(1, len(PARTS) + 1):
            for parts in combinations(PARTS, size):
                if sum(later.get(part, 0) - view.get(part, 0) for part in parts):
                    involved = set[int]()
                    for part in parts:
                        came, gone = changes.get(part, (set[int](), set[int]()))
                        involved |= came | gone
                    assert len(involved - {VIEWER}) >= BESIDES


@attacked
@given(steps, st.integers(1, 24))
def test_with_a_victim_and_without_the_first_difference_is_a_change_of_five_others(
    acts: Acts, victim: int
) -> None:
    there = played(acts)
    without = played([(act, [one for one in people if one != victim], part) for act, people, part in acts])
    for number, (one, other) in enumerate(zip(there.views, without.views, strict=True)):
        if one != other:
            changes = [*there.changes[number].values(), *without.changes[number].values()]
            changed = [people for pair in changes for people in pair if people]
            assert changed
            assert all(len(people - {VIEWER}) >= BESIDES for people in changed)
            break


@attacked
@given(steps, st.permutations(range(1, 25)))
def test_who_it_was_makes_no_difference(acts: Acts, others: list[int]) -> None:
    renamed = dict(enumerate(others, 1)) | {VIEWER: VIEWER}
    again = [(act, [renamed[one] for one in people], part) for act, people, part in acts]
    assert played(acts).views == played(again).views


@attacked
@given(steps)
def test_what_one_account_does_alone_changes_nothing(acts: Acts) -> None:
    alone = [(act, [VIEWER] if act in ACTS else people, part) for act, people, part in acts]
    assert not any(played(alone).views)
    full = [("act", list(range(1, 8)), "1"), ("day", [0], ""), *alone]
    assert all(view == {"1": 7} for view in played(full).views)
