"""What is logged: no secret, no number of Discord's, nothing that somebody typed."""

import json
import logging
import operator
import sys
from datetime import datetime

import pytest

from bot.cli import logs
from bot.cli.logs import hide
from bot.settings import Settings
from bot.validation import validated
from tests.test_settings import TOKEN


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        (f"using {TOKEN} now", TOKEN),
        (f"Authorization: Bot {TOKEN}", TOKEN),
        ("POST /interactions/123/aW50ZXJhY3Rpb24tdG9rZW4/callback", "aW50ZXJhY3Rpb24tdG9rZW4"),
        ("POST /api/v10/webhooks/123/aW50ZXJhY3Rpb24tdG9rZW4/messages/@original", "aW50ZXJhY3Rpb24tdG9rZW4"),
        ("postgresql+asyncpg://iso:hunter2@db/iso", "hunter2"),
        ("postgresql+asyncpg://iso:hun:ter2@db/iso", "ter2"),
        ("postgresql://:hunter2@db/iso", "hunter2"),
    ],
)
def test_tokens_and_passwords_are_hidden_in_the_log(words: str, hidden: str) -> None:
    assert hidden not in hide(words)
    assert "***" in hide(words)


@pytest.mark.parametrize(
    "words",
    ["a meeting on 5 March", "GET /channels/123/messages", "sqlite+aiosqlite:///iso-bot.db", "1.2.3"],
)
def test_what_is_no_secret_stays_readable(words: str) -> None:
    assert hide(words) == words


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_is_logged_shows_a_secret_not_even_in_a_traceback(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        logs.set_up(validated(Settings, {"log": {"format": form, "level": "info"}}))
        logging.getLogger().handlers[0].setStream(sys.stderr)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - a StreamHandler
        logging.getLogger("bot").error(
            "with %s", TOKEN, exc_info=RuntimeError(f"the token {TOKEN} was refused")
        )
        logged = capsys.readouterr().err
    finally:
        logging.getLogger().handlers[:] = before[0]
        logging.getLogger().setLevel(before[1])
    assert "was refused" in logged
    assert TOKEN not in logged
    if form == "json":
        entry = json.loads(logged)
        assert entry["level"] == "error"
        assert "RuntimeError" in entry["error"]


def test_discords_numbers_are_codes_that_differ_at_each_start() -> None:
    record = logging.LogRecord(
        "bot", logging.INFO, "", 0, "member %d of %d left", (177_000_000_000_000_005, 42), None
    )
    first, again, later = logs.TextFormat(), logs.TextFormat(), logs.JsonFormat()
    lines = [first.format(record), first.format(record), again.format(record), later.format(record)]
    assert not any("177000000000000005" in line for line in lines)
    assert all("of 42 left" in line for line in lines)
    assert lines[0] == lines[1]
    assert lines[0].split("member")[1] != lines[2].split("member")[1]


SECRET = "I have epilepsy"


def _quoting() -> list[BaseException]:
    """Return exceptions as libraries raise them about what somebody typed."""
    found: list[BaseException] = [
        KeyError(SECRET),
        ValueError(f"could not read {SECRET!r}"),
        RuntimeError(f'there is no "{SECRET}" here'),
        RuntimeError(f"duplicate key\nDETAIL:  Key (guild_id, words)=(1, {SECRET}) already exists."),
        RuntimeError(f"null value in column\nDETAIL:  Failing row contains (1, {SECRET})."),
        ExceptionGroup("several", [ValueError(f"not {SECRET!r}")]),
    ]
    for read in (
        lambda: datetime.fromisoformat(SECRET),
        lambda: int(SECRET),
        lambda: validated(Settings, SECRET),
    ):
        try:
            read()
        except Exception as error:  # noqa: BLE001 - whatever they raise
            found.append(error)
    return found


@pytest.mark.parametrize("error", _quoting(), ids=lambda error: type(error).__name__)
def test_what_an_exception_quotes_is_not_logged(error: BaseException) -> None:
    outer = RuntimeError("the outer one")
    outer.__cause__ = error
    for shown in (error, outer):
        record = logging.LogRecord("bot", logging.ERROR, "", 0, "failed", (), (type(shown), shown, None))
        for form in (logs.TextFormat(), logs.JsonFormat()):
            line = form.format(record)
            assert SECRET not in line
            assert type(error).__name__ in line


def test_names_of_the_program_stay_in_a_traceback() -> None:
    with pytest.raises(AttributeError) as raised:
        operator.attrgetter("missing_name")(object())
    told = logs.trace(raised.value)
    assert "missing_name" in told
    assert "test_logged.py" in told
