"""Golden components: what a member sees, as JSON beside the tests; `make golden` writes it anew."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.texts import Texts

FOLDER = Path(__file__).parent / "golden"
Golden = Callable[[str, "ui.LayoutView | ui.Modal"], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden components anew")


@pytest.fixture(scope="session")
def texts() -> Texts:
    """The words, as members read them."""
    return Texts.load()


def shown(view: ui.LayoutView | ui.Modal) -> Any:
    """Return a card's or a form's components as they are sent to Discord."""
    return view.to_dict() if isinstance(view, ui.Modal) else view.to_components()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Hold a card or form against its golden file, `golden/<name>.json`."""
    update = request.config.getoption("--update-golden", default=False)

    def compare(name: str, view: ui.LayoutView | ui.Modal) -> None:
        found = json.dumps(shown(view), indent=1, ensure_ascii=False) + "\n"
        path = FOLDER / f"{name}.json"
        if update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(found, "utf-8")
        assert path.exists(), (
            f"there is no {path.name}: look at what `make golden` writes, and keep it if it is right"
        )
        same = json.loads(found) == json.loads(path.read_text("utf-8"))
        assert same, (
            f"{path.name} is not what is shown now: `make golden`, and look at what git says has changed"
        )

    return compare
