"""What Discord asks of the components of a modal."""

from typing import Any

import pytest

from bot.sandbox.checks.components import Components
from bot.sandbox.errors import ApiError, Problems


def field(**given: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "title", "style": 1} | given


def label(component: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    return {"type": 18, "label": "Title", "component": component or field()} | given


def modal(*components: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"custom_id": "schedule", "title": "A meeting", "components": list(components)} | given


def options(count: int) -> list[dict[str, Any]]:
    return [{"label": str(index), "value": str(index)} for index in range(count)]


@pytest.mark.parametrize(
    "components",
    [
        [label()],
        [label(field(max_length=5, value="12345"))],
        [{"type": 1, "components": [field(label="Title")]}],
        [{"type": 10, "content": "Words"}, label()],
        [label({"type": 3, "custom_id": "s", "options": options(25)})],
        [label({"type": kind, "custom_id": "s"}) for kind in (5,)],
        [label({"type": 21, "custom_id": "r", "options": options(2)})],
        [
            label({"type": 22, "custom_id": "c", "options": options(10)}),
            label({"type": 23, "custom_id": "d"}),
        ],
        [label({"type": 19, "custom_id": "f"})],
    ],
)
def test_forms_that_discord_takes(components: list[dict[str, Any]]) -> None:
    problems = Problems()
    checked = Components(problems).modal(modal(*components))
    problems.settle()
    assert [item["type"] for item in checked] == [item["type"] for item in components]
    assert all(item["id"] for item in checked)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (modal(), "components"),
        (modal(*(label(field(custom_id=str(index))) for index in range(6))), "components"),
        (modal(label(), title="x" * 46), "title"),
        (modal(label(), custom_id=""), "custom_id"),
        (modal(label(label="x" * 46)), "components.0.label"),
        (modal(label(description="x" * 101)), "components.0.description"),
        (modal(label(), label()), "components.1.component.custom_id"),
        (modal(label(field(style=3))), "components.0.component.style"),
        (modal(label(field(max_length=3, value="1234"))), "components.0.component.value"),
        (modal(label(field(min_length=5, max_length=3))), "components.0.component.max_length"),
        (modal(label(field(placeholder="x" * 101))), "components.0.component.placeholder"),
        (
            modal(label({"type": 2, "custom_id": "b", "style": 1, "label": "B"})),
            "components.0.component.type",
        ),
        (modal({"type": 18, "label": "Empty"}), "components.0.component"),
        (
            modal(label({"type": 21, "custom_id": "r", "options": options(1)})),
            "components.0.component.options",
        ),
        (modal({"type": 1, "components": [field()]}), "components.0.components.0.label"),
        (modal({"type": 17, "components": []}), "components.0.type"),
    ],
)
def test_forms_that_discord_refuses(given: dict[str, Any], where: str) -> None:
    problems = Problems()
    Components(problems).modal(given)
    with pytest.raises(ApiError) as refused:
        problems.settle()
    node = refused.value.payload()["errors"]
    for step in where.split("."):
        node = node[step]
    assert node["_errors"]
