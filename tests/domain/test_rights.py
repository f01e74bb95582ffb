"""Who organises what."""

import pytest

from bot.domain.rights import organises

# Role 1 organises the whole server, role 2 region 20.
ROLES = [(1, None), (2, 20)]


@pytest.mark.parametrize(
    ("held", "region_id", "admin", "may"),
    [
        (set[int](), 20, False, False),
        ({3}, 20, False, False),
        ({1}, 20, False, True),
        ({1}, 30, False, True),
        ({1}, None, False, True),
        ({2}, 20, False, True),
        ({2}, 30, False, False),
        ({2}, None, False, True),
        ({2, 3}, 20, False, True),
        (set[int](), 20, True, True),
        (set[int](), None, True, True),
        (set[int](), None, False, False),
    ],
)
def test_organisers_organise_their_region_or_all_and_admins_all(
    held: set[int], region_id: int | None, admin: bool, may: bool
) -> None:
    assert organises(held, ROLES, region_id=region_id, admin=admin) is may


def test_without_organisers_only_admins_may() -> None:
    assert not organises({1, 2}, [], region_id=20, admin=False)
    assert organises({1, 2}, [], region_id=20, admin=True)
