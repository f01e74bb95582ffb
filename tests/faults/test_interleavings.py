"""Interleavings of changes and sending, tried by hypothesis: after a move is acknowledged, the old time is never sent.

The real store (a SQLite file), the real sender, the real cards; only Discord's wire is a stand-in, and every request
on it, and every transaction of the sender, waits until the machine lets it on (tests/faults/wire.py). Between any two
of these points meetings are scheduled, moved, cancelled and answered, time passes, answers are lost, and the process
is killed. What must hold is asked at each arrival and once more when everything has ended.
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from bot.texts import Texts
from tests.faults.interleavings import Interleavings

EXAMPLES = int(os.environ.get("ISO_BOT_TEST_INTERLEAVINGS", "25"))
PHASES = [Phase.explicit, Phase.generate]


@pytest.fixture
def order(sqlite_template: Path) -> Iterator[Interleavings]:
    """One order of events, step by step; at the end everything has an outcome."""
    Interleavings.template, Interleavings.texts = sqlite_template, Texts.load("en-GB")
    steps = Interleavings()
    steps.schedule(0, 26)
    yield steps
    steps.teardown()


def _until(steps: Interleavings, label: str, *, posted: int) -> None:
    """Let things go on until so many messages are posted and a request of this kind waits at Discord's door."""
    for _ in range(200):
        known = sum(message.posted for message in steps.wire.arrived)
        if known >= posted and any(held.label.startswith(label) for held in steps.points.waiting):
            return
        if steps.points.waiting:
            steps.all_go_on()
        else:
            steps.time_passes(0)
    raise AssertionError(f"nothing came as far as {label}")


def _until_known(steps: Interleavings) -> None:
    """Let things go on until every change is acknowledged."""
    for _ in range(20):
        if all(change.done() for change in steps.changes):
            return
        steps.patience_ends()
    raise AssertionError("a change was never acknowledged")


def _minutes_later(steps: Interleavings) -> str:
    """Let some minutes pass in which all goes on, and return what the second message in the channel shows by then."""
    steps.time_passes(5)
    for _ in range(60):
        steps.all_go_on()
    reminder = [message.id for message in steps.wire.arrived if message.posted][1]
    shown = [message for message in steps.wire.arrived if message.id == reminder][-1]
    return "cancelled" if shown.meeting is None else str(shown.when)


@pytest.mark.faults
@pytest.mark.parametrize("change", ["move", "cancel"])
@pytest.mark.parametrize("stands", ["before Discord has it", "before it is recorded", "sent"])
def test_a_reminder_shows_what_holds_after_a_change_wherever_it_was_then(
    order: Interleavings, stands: str, change: str
) -> None:
    _until(order, "before POST", posted=1)
    if stands != "before Discord has it":
        order.all_go_on()
    for _ in range(30 if stands == "sent" else 0):
        order.all_go_on()
    if change == "move":
        order.move(0, 25)
    else:
        order.cancel(0)
    order.all_go_on()
    _until_known(order)
    assert _minutes_later(order) == (str(order.known[1]) if change == "move" else "cancelled")


@pytest.mark.faults
def test_a_correction_that_a_second_move_overtakes_does_not_bring_the_first_ones_time(
    order: Interleavings,
) -> None:
    _until(order, "before POST", posted=1)
    for _ in range(30):
        order.all_go_on()
    order.move(0, 25)
    _until_known(order)
    order.time_passes(5)
    _until(order, "before PATCH", posted=3)  # the news of the first move is there: what waits is the reminder
    order.move(0, 3)
    _until_known(order)
    assert _minutes_later(order) == str(order.known[1])


@pytest.mark.long
@pytest.mark.faults
@pytest.mark.timeout(420 + EXAMPLES)
def test_whatever_the_order_the_old_time_is_never_sent_after_a_move_was_acknowledged(
    sqlite_template: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Interleavings.template, Interleavings.texts = sqlite_template, Texts.load("en-GB")
    with caplog.at_level(logging.CRITICAL):
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Interleavings,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=30,
                suppress_health_check=[
                    HealthCheck.too_slow,
                    HealthCheck.filter_too_much,
                    HealthCheck.data_too_large,
                ],
                phases=PHASES,
            ),
        )
