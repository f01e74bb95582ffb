"""The registry of faults names tests that exist, and has every fault that must be survived."""

from tests.faults.__main__ import exists
from tests.faults.registry import FAULTS


def test_every_test_of_the_registry_exists() -> None:
    assert [name for fault in FAULTS for name in fault.tests if not exists(name)] == []


def test_every_fault_has_a_rule_and_a_test() -> None:
    assert all(fault.rules and fault.tests for fault in FAULTS)
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
