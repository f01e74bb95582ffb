"""Copies that are encrypted for a key: read with it, with no other, and with the program age as well."""

import stat
import sys
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.service.backups import copies_in
from bot.settings import Backup
from bot.validation import ValidationError, validated
from db.engine import admin as care
from db.engine import open_store, sealed
from db.errors import StoreCorruptError, StoreError
from tests.db.store_worker import add_pair
from tests.db.test_backup import file_of, people
from tests.db.test_engine import SOON

needs_pyrage = pytest.mark.skipif(
    not sealed.installed(),
    reason="pyrage is not here: encrypted copies are not tried (make setup installs it)",
)
MARK = b"SQLite format 3"


@pytest.fixture
def key(tmp_path: Path) -> tuple[str, Path]:
    """A public key, and the file with the secret one."""
    file = tmp_path / "key.txt"
    return sealed.keygen(file), file


def names(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


@needs_pyrage
async def test_an_encrypted_copy_is_restored_with_its_key_alone(
    store_url: str, tmp_path: Path, key: tuple[str, Path]
) -> None:
    public, secret = key
    async with open_store(store_url) as store:
        await store.write(add_pair, 1)
        copy = await care.back_up(store_url, tmp_path / "copy.db", recipient=public)
        await store.write(add_pair, 2)
    assert copy == tmp_path / "copy.db.age"
    assert MARK not in copy.read_bytes()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    other = tmp_path / "other.txt"
    sealed.keygen(other)
    for wrong in (None, other, tmp_path / "none.txt", copy):
        with pytest.raises(StoreError):
            await care.restore(store_url, copy, identity=wrong)
    await care.restore(store_url, copy, identity=secret)
    async with open_store(store_url) as store:
        assert await store.read(people) == [1]
    # Nothing that could be read without the key is left over.
    assert not names(tmp_path, "iso-bot.copying*")


@needs_pyrage
async def test_a_damaged_one_is_refused_and_the_database_left_as_it_is(
    sqlite_url: str, tmp_path: Path, key: tuple[str, Path]
) -> None:
    public, secret = key
    copy = await care.back_up(sqlite_url, tmp_path / "copy.db", recipient=public)
    before = file_of(sqlite_url).read_bytes()
    bytes_of = bytearray(copy.read_bytes())
    bytes_of[-5] ^= 1
    copy.write_bytes(bytes_of)
    with pytest.raises(StoreCorruptError):
        await care.restore(sqlite_url, copy, identity=secret)
    assert file_of(sqlite_url).read_bytes() == before


@needs_pyrage
async def test_copies_of_one_second_both_stay_and_are_found_in_order(
    sqlite_url: str, tmp_path: Path, key: tuple[str, Path]
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    clock = MovableClock(SOON, frozen=True)
    made = [await care.back_up(sqlite_url, folder, clock=clock, recipient=key[0]) for _ in range(2)]
    assert len({*made, *folder.iterdir()}) == 2
    for name in ("20260502T030000Z.db", "20260501T030000Z-2.db.age", "20260501T030000Z.db.age"):
        (folder / f"iso-bot.scheduled.{name}").touch()
    (folder / "iso-bot.scheduled.20260503T030000Z.db.age.part").touch()
    names = [path.name.removeprefix("iso-bot.scheduled.") for path in copies_in(folder)]
    assert names == ["20260501T030000Z-2.db.age", "20260501T030000Z.db.age", "20260502T030000Z.db"]


@needs_pyrage
def test_a_secret_key_is_its_owners_alone_and_overwritten_by_nothing(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    public = sealed.keygen(file)
    assert public.startswith("age1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(StoreError):
        sealed.keygen(file)
    assert sealed.SECRET in file.read_text("utf-8")


def test_a_secret_key_in_the_settings_is_refused_and_not_shown() -> None:
    with pytest.raises(ValidationError, match="public key of age") as caught:
        validated(Backup, {"recipient": "AGE-SECRET-KEY-1QQQQ"})
    assert "QQQQ" not in str(caught.value.errors(include_input=False))


async def test_without_the_package_it_is_said_how_to_install_it(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(StoreError, match=r"iso-bot\[encryption\]"):
        await care.back_up(sqlite_url, tmp_path / "copy.db", recipient="age1x")
    assert not (tmp_path / "copy.db.age").exists()
