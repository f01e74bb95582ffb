"""Settings: every key shown and explained, wrong ones named with the nearest right one, secrets kept."""

import tomllib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from bot import settings as settings_module
from bot.errors import SetupError
from bot.settings import Settings, parse_shards
from bot.settings_file import load
from bot.shapes import Secret
from tests.uses import ROOT

# Of the form of a bot's token, and of nobody's bot.
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789ab"  # gitleaks:allow
EXAMPLE = ROOT / "config.example.toml"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches these tests."""
    for name in tuple(settings_module.os.environ):
        if name.startswith("ISO_BOT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write(words: str) -> None:
    Path("config.toml").write_text(words, "utf-8")


def keys() -> dict[str, object]:
    """Return every setting with its default, by its dotted name."""
    tables: dict[str, Any] = {table.name: table.default for table in fields(Settings)}
    return {f"{name}.{key.name}": key.default for name, table in tables.items() for key in fields(table)}


def test_without_any_file_the_defaults_hold() -> None:
    settings = load()
    assert settings.discord.token.get_secret_value() == ""
    assert settings.database.url == "sqlite+aiosqlite:///iso-bot.db"
    assert settings.zone.key == "Europe/London"


def test_the_example_shows_every_setting_with_its_default() -> None:
    shown = tomllib.loads(EXAMPLE.read_text("utf-8"))
    flat = {f"{table}.{key}": value for table, values in shown.items() for key, value in values.items()}
    defaults = {
        key: value.get_secret_value() if isinstance(value, Secret) else value for key, value in keys().items()
    }
    assert flat == defaults


def test_the_example_explains_every_setting() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    explained = False
    for line in lines:
        # Words hold for the keys below them, until an empty line.
        if line.startswith("#"):
            explained = True
        elif not line or line.startswith("["):
            explained = False
        else:
            assert explained, f"{line} has no words above it"


def test_a_service_is_found_from_any_folder_with_what_is_in_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etc, state = tmp_path / "etc.toml", tmp_path / "state"
    state.mkdir()
    etc.write_text('[log]\nlevel = "error"\n', "utf-8")
    monkeypatch.setattr(settings_module, "OF_THE_SYSTEM", etc)
    monkeypatch.setattr(settings_module, "STATE", state)
    settings = load()
    assert (settings.log.level, settings.backup.folder) == ("error", str(state / "backups"))
    assert settings.database.url == f"sqlite+aiosqlite:///{state}/iso-bot.db"
    monkeypatch.setenv("ISO_BOT_DATABASE__URL", "sqlite+aiosqlite:////srv/other.db")
    assert load().database.url == "sqlite+aiosqlite:////srv/other.db"
    # Settings in the folder where somebody is come first.
    write('[log]\nlevel = "debug"\n')
    assert (load().log.level, load().backup.folder) == ("debug", "backups")


def test_the_example_can_be_used_as_it_is() -> None:
    write(EXAMPLE.read_text("utf-8"))
    assert load() == Settings()


@pytest.mark.parametrize("name", sorted(keys()))
def test_every_setting_can_be_set_in_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    values = {"int": "20", "float": "0.5", "bool": "true"}
    special = {
        "discord.api_base": "http://127.0.0.1:9/api/v10",
        "calendar.address": "https://calendar.example",
        "monitoring.address": "127.0.0.1:9",
        "backup.recipient": "age1qqqq",
        "language.zone": "Europe/Paris",
        "log.level": "debug",
        "log.format": "json",
    }
    table, key = name.split(".")
    kind = type(keys()[name]).__name__
    # Within the bounds of what counts days and seconds.
    wanted = special.get(name, "60" if name.endswith(("_seconds", "audit")) else values.get(kind, "words"))
    monkeypatch.setenv(f"ISO_BOT_{table.upper()}__{key.upper()}", wanted)
    found = getattr(getattr(load(), table), key)
    shown = found.get_secret_value() if isinstance(found, Secret) else found
    assert str(shown).lower() == wanted.lower()


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[log]\nlevel = "error"\nformat = "json"\n')
    monkeypatch.setenv("ISO_BOT_LOG__LEVEL", "warning")
    assert (load().log.level, load().log.format) == ("warning", "json")


def test_another_file_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('[log]\nlevel = "error"\n', "utf-8")
    monkeypatch.setenv("ISO_BOT_CONFIG", str(tmp_path / "other.toml"))
    assert load().log.level == "error"
    monkeypatch.setenv("ISO_BOT_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(SetupError, match=r"gone\.toml, but there is no such file"):
        load()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            '[discord]\ntokn = "x"\n',
            "config.toml: there is no setting 'discord.tokn'; did you mean 'token'?",
        ),
        ("[databse]\n", "config.toml: there is no setting 'databse'; did you mean 'database'?"),
        ("[discord]\nzzzz = 1\n", "there is no setting 'discord.zzzz'; known here: token, api_base"),
        ('[language]\nzone = "Europe/Lodnon"\n', "did you mean 'Europe/London'?"),
        ('[log]\nlevel = "loud"\n', "config.toml: 'log.level'"),
        ("[deliveries]\nat_once = 0\n", "config.toml: 'deliveries.at_once'"),
        ('[deliveries]\nat_once = "many"\n', "config.toml: 'deliveries.at_once'"),
        ("[discord]\nrate_share = 2\n", "config.toml: 'discord.rate_share'"),
        ('[discord]\napi_base = "http://example.com"\n', "must begin with https://"),
        ("[discord\n", "config.toml is not valid TOML"),
        ("discord = 3\n", "config.toml: 'discord'"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_what_would_be_right(words: str, said: str) -> None:
    write(words)
    with pytest.raises(SetupError) as raised:
        load()
    assert said in str(raised.value)
    assert raised.value.exit_code == 2


def test_every_fault_of_a_file_is_named_at_once() -> None:
    write('[discord]\ntokn = "x"\n[log]\nlevel = "loud"\n')
    with pytest.raises(SetupError) as raised:
        load()
    assert len(str(raised.value).splitlines()) == 2


def test_a_wrong_key_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISO_BOT_DISCORD__TOKN", "x")
    with pytest.raises(SetupError, match=r"^ISO_BOT_DISCORD__TOKN: .*did you mean 'token'"):
        load()


def test_a_variable_of_no_table_or_with_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISO_BOT_DISCRD__TOKEN", "x")
    with pytest.raises(SetupError, match=r"^ISO_BOT_DISCRD__TOKEN: .*did you mean 'discord'"):
        load()
    monkeypatch.delenv("ISO_BOT_DISCRD__TOKEN")
    monkeypatch.setenv("ISO_BOT_LOG__LEVEL", "loud")
    with pytest.raises(SetupError, match=r"^ISO_BOT_LOG__LEVEL: 'log\.level'"):
        load()


def test_a_variable_without_its_table_is_told_where_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISO_BOT_TOKEN", "x")
    with pytest.raises(SetupError, match="did you mean ISO_BOT_DISCORD__TOKEN"):
        load()


def test_the_environment_has_small_letters_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("iso_bot_log__level", "warning")
    assert load().log.level == "warning"


def test_a_file_of_no_text_is_said_to_be_none() -> None:
    Path("config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SetupError, match="is saved as UTF-16: save it again as UTF-8"):
        load()


SAVED = '[language]\r\nzone = "Europe/London"  # caf\u00e9\r\n[log]\r\nlevel = "error"\r\n'


@pytest.mark.parametrize("words", [SAVED, SAVED.replace("\r\n", "\n"), SAVED.replace("\r\n", "\r")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_with_a_mark_and_other_line_ends_is_read(words: str, encoding: str) -> None:
    Path("config.toml").write_bytes(words.encode(encoding))
    assert load().log.level == "error"


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-16", "is saved as UTF-16"),
        ("utf-16-le", "seems to be saved as UTF-16"),
        ("utf-16-be", "seems to be saved as UTF-16"),
        ("utf-32", "is saved as UTF-32"),
        ("latin-1", "is not saved as UTF-8, as line 2 shows"),
        ("cp1252", "is not saved as UTF-8, as line 2 shows"),
    ],
)
def test_a_file_that_is_saved_otherwise_is_said_with_what_to_do(encoding: str, says: str) -> None:
    Path("config.toml").write_bytes(SAVED.encode(encoding))
    with pytest.raises(SetupError, match=f"^config.toml {says}.*save it again as UTF-8"):
        load()


def test_other_slips_of_editors_are_said() -> None:
    write("[log]\nlevel = \u201cerror\u201d\n")
    with pytest.raises(SetupError, match="curly ones"):
        load()
    write('[backup]\nfolder = "C:\\Users\\ruth"\n')
    with pytest.raises(SetupError, match="backslash has to be doubled"):
        load()
    Path("config.toml").rename("config.toml.txt")
    with pytest.raises(SetupError, match="Rename the file"):
        load()


def test_a_token_is_taken_without_the_space_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISO_BOT_DISCORD__TOKEN", " abc.def\r\n")
    assert load().discord.token.get_secret_value() == "abc.def"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("", None), ("0", [0]), ("0-2", [0, 1, 2]), ("0,2, 5-6", [0, 2, 5, 6])],
)
def test_shards_are_read_from_a_list(words: str, numbers: list[int] | None) -> None:
    assert parse_shards(words) == numbers


@pytest.mark.parametrize("words", ["x", "0-", "-1", "0-x", "1-2-3", "0;1", "9" * 13])
def test_what_is_no_list_of_shards_is_refused(words: str) -> None:
    with pytest.raises(SetupError, match="is not a list such as"):
        parse_shards(words)


# Secrets.


def test_the_token_is_in_no_repr_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    write(f'[discord]\ntoken = "{TOKEN}"\n')
    settings = load()
    assert settings.discord.token.get_secret_value() == TOKEN
    for shown in (repr(settings), str(settings), repr(settings.discord), str(asdict(settings))):
        assert TOKEN not in shown
    write(f'[discord]\ntoken = ["{TOKEN}"]\n')
    with pytest.raises(SetupError) as raised:
        load()
    assert TOKEN not in str(raised.value)
    assert raised.value.__cause__ is None
    monkeypatch.setenv("ISO_BOT_DISCORD", TOKEN)
    with pytest.raises(SetupError, match="such as ISO_BOT_DISCORD__TOKEN") as raised:
        load()
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("127.0.0.1:8481", ("127.0.0.1", 8481)),
        (":8481", ("127.0.0.1", 8481)),
        ("8481", ("127.0.0.1", 8481)),
        ("[::1]:8481", ("::1", 8481)),
        ("metrics.internal:80", ("metrics.internal", 80)),
    ],
)
def test_an_address_to_listen_on_is_on_this_machine_unless_it_says_otherwise(
    words: str, at: tuple[str, int]
) -> None:
    assert settings_module.host_and_port(words) == at


@pytest.mark.parametrize("words", ["http://here:80", "here", "here:", "here:port", ":70000", "²"])
def test_what_is_no_address_to_listen_on_is_refused(words: str) -> None:
    write(f'[monitoring]\naddress = "{words}"')
    with pytest.raises(SetupError, match=r"'monitoring\.address': must be a host and a port"):
        load()
