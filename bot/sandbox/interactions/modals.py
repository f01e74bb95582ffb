"""Filling in and submitting a modal: what the client checks, and what it then sends.

Source: the "Interaction Response Structure" of each component, https://discord.com/developers/docs/components/reference
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.interactions.components import SELECTS, chosen, counted, option_value
from bot.sandbox.interactions.options import Person, attach
from bot.sandbox.interactions.record import Modal, Refused, inner, preset
from bot.sandbox.world import Payload

TEXT_INPUT, TEXT_DISPLAY, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 4, 10, 19, 21, 22, 23
MOST_CHARACTERS = 4000


def fill(person: Person, modal: Modal, values: Mapping[str, Any]) -> list[Payload]:
    """Return the components of a submission; `values` by label text or custom_id, others unchanged.

    Raises:
        Refused: an unknown field, or a value that the client would not let through.
    """
    left = dict(values)
    filled = [_submitted(person, component, left) for component in modal.components]
    if left:
        raise Refused(
            f"the form has no field {next(iter(left))!r}; it has {', '.join(map(repr, modal.labels))}"
        )
    return filled


def _submitted(person: Person, component: dict[str, Any], left: dict[str, Any]) -> Payload:
    kind = component["type"]
    field = inner(component)
    if field is None:
        return {"type": kind, "id": component["id"]}
    name = component.get("label") or field.get("label") or field["custom_id"]
    value = preset(field)
    for key in (name, field["custom_id"]):
        if key in left:
            value = left.pop(key)
            break
    try:
        answer = _answer(person, field, value)
    except Refused as refused:
        raise Refused(f"{name!r}: {refused}") from None
    if kind == 1:
        return {"type": kind, "id": component["id"], "components": [answer]}
    return {"type": kind, "id": component["id"], "component": answer}


def _answer(person: Person, field: dict[str, Any], value: Any) -> Payload:
    kind = field["type"]
    answer: Payload = {"type": kind, "id": field["id"], "custom_id": field["custom_id"]}
    if kind == TEXT_INPUT:
        return answer | {"value": _text(field, str(value))}
    if kind == CHECKBOX:
        if not isinstance(value, bool):
            raise Refused("a checkbox is ticked (True) or not (False)")
        return answer | {"value": value}
    if kind == RADIO_GROUP:
        if value is None and field.get("required") is not False:
            raise Refused("one has to be chosen")
        return answer | {"value": None if value is None else option_value(field, value)}
    values: list[Any] = [*value] if isinstance(value, list) else [value]
    if kind in SELECTS:
        return answer | {"values": chosen(person, field, values)}
    if kind == CHECKBOX_GROUP:
        counted(field, len(values), len(field["options"]))
        return answer | {"values": [option_value(field, item) for item in values]}
    if kind == FILE_UPLOAD:
        counted(field, len(values))
        return answer | {"values": [str(attach(person, item)) for item in values]}
    raise Refused(f"the sandbox knows no form field of type {kind}")


def _text(field: dict[str, Any], text: str) -> str:
    least, most = field.get("min_length") or 0, field.get("max_length") or MOST_CHARACTERS
    if not text.strip():
        if field.get("required") is not False:
            raise Refused("this field is required")
        return text
    if not least <= len(text) <= most:
        raise Refused(f"{least} to {most} characters, not {len(text)}")
    return text


def by_custom_id(components: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the values of a submission in Discord's form, by custom_id."""
    values: dict[str, Any] = {}
    for component in components:
        field = inner(component) if component.get("type") in {1, 18} else None
        if field is not None and "custom_id" in field:
            values[field["custom_id"]] = field["values"] if "values" in field else field.get("value")
    return values


def upload_fields(modal: Modal) -> set[str]:
    """Return the custom_ids of the fields that take files."""
    fields = [field for component in modal.components if (field := inner(component)) is not None]
    return {field["custom_id"] for field in fields if field["type"] == FILE_UPLOAD}
