"""The sandbox's record of one interaction, from the press to the last followup."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.world import Payload

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
"""Interaction types."""

MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9
"""Callback types."""

ANSWER_WITHIN = 3.0
"""Real seconds for the first answer: the bot's real speed counts, whatever the world's clock says."""

TOKEN_LIFE = timedelta(minutes=15)
"""How long, by the world's clock, followups and edits are possible."""

DID_NOT_RESPOND = "The application did not respond"


class Refused(Exception):
    """Discord's own client would not have let the person do this, so nothing was sent to the bot."""


@dataclass(slots=True)
class Interaction:
    """One interaction. `deadline` and `sent_at` are the event loop's time, `created_at` the world's.

    `message_id` is the message whose component was used (for a modal: that opened it). `original_id` is the message
    of `@original`, `loading` means that it was deferred and not filled yet. `acknowledged` is set by the first
    answer, `progressed` by everything after it.
    """

    id: int
    kind: int
    token: str
    user_id: int
    channel_id: int
    guild_id: int | None
    sent_at: float
    created_at: datetime
    data: Payload
    name: str = ""
    message_id: int | None = None
    parent: "Interaction | None" = None
    answered: int | None = None
    answered_after: float | None = None
    original_id: int | None = None
    loading: bool = False
    edits: int = 0
    followups: list[int] = field(default_factory=list[int])
    modal: "Modal | None" = None
    choices: list[Payload] = field(default_factory=list[Payload])
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    progressed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def deadline(self) -> float:
        """The event loop's time after which an answer is too late."""
        return self.sent_at + ANSWER_WITHIN

    @property
    def from_component(self) -> bool:
        """Whether it came from a message's component, directly or by a modal."""
        return self.message_id is not None and self.kind in {COMPONENT, MODAL}

    def metadata(self, user: Payload) -> Payload:
        """Return the metadata for messages that it causes."""
        data: Payload = {
            "id": str(self.id),
            "type": self.kind,
            "user": user,
            "authorizing_integration_owners": {"0": str(self.guild_id or 0)},
        }
        if self.name:
            data["name"] = self.name
            data["command_type"] = self.data.get("type", 1)
        if self.kind == COMPONENT:
            data["interacted_message_id"] = str(self.message_id)
        if self.parent is not None:
            data["triggering_interaction_metadata"] = self.parent.metadata(user)
        return data


@dataclass(frozen=True, slots=True)
class Modal:
    """A form that the bot opened for a person, with its components as Discord completes them (ids)."""

    interaction: Interaction
    custom_id: str
    title: str
    components: list[dict[str, Any]]

    @property
    def labels(self) -> list[str]:
        """The texts above the fields, in order."""
        texts = (_label(component) for component in self.components)
        return [text for text in texts if text]

    @property
    def text(self) -> str:
        """All readable text in the form: title, labels, descriptions, plain texts and prefilled values."""
        lines = [self.title]
        for component in self.components:
            field_ = inner(component)
            lines += [_label(component), component.get("description", ""), component.get("content", "")]
            lines += [str(field_.get(key) or "") for key in ("placeholder", "value")] if field_ else []
        return "\n".join(line for line in lines if line)

    def values(self) -> dict[str, Any]:
        """Return the prefilled values, by label: text, chosen values, ticks."""
        return {
            _label(component): preset(field_)
            for component in self.components
            if (field_ := inner(component)) is not None
        }


def inner(component: dict[str, Any]) -> dict[str, Any] | None:
    """Return the input inside a label or an action row of a modal, None for a plain text."""
    if component["type"] == 18:
        return component["component"]
    if component["type"] == 1:
        return component["components"][0]
    return None


def _label(component: dict[str, Any]) -> str:
    field_ = inner(component) or {}
    return component.get("label") or field_.get("label") or ""


def preset(field_: dict[str, Any]) -> Any:
    """Return an input's initial value."""
    match field_["type"]:
        case 4:
            return field_.get("value") or ""
        case 23:
            return bool(field_.get("default"))
        case 21:
            chosen = [option["value"] for option in field_["options"] if option.get("default")]
            return chosen[0] if chosen else None
        case 3 | 22:
            return [option["value"] for option in field_["options"] if option.get("default")]
        case _:
            defaults: list[Payload] = field_.get("default_values") or []
            return [value["id"] for value in defaults]
