"""Forms whose custom_id carries their whole state, so that one submitted after a restart still arrives."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import discord
from discord import ui
from typing_extensions import override


class StatefulForm(ui.Modal):
    """A form that is rebuilt from its custom_id `form:<name>:<state>` instead of waiting in memory."""

    name: ClassVar[str]

    @override
    def is_finished(self) -> bool:
        """Tell the library not to keep the form."""
        return True

    @classmethod
    def rebuilt(cls, texts: Any, state: str) -> "StatefulForm":
        """Build the form that was submitted with this state."""
        raise NotImplementedError


class Forms:
    """The registered forms, by name."""

    def __init__(self) -> None:
        self._forms: dict[str, type[StatefulForm]] = {}

    @property
    def names(self) -> set[str]:
        """Their names."""
        return set(self._forms)

    def __getitem__(self, name: str) -> type[StatefulForm]:
        return self._forms[name]

    def add(self, form: type[StatefulForm]) -> None:
        """Register a form, so that it is found when submitted."""
        self._forms[form.name] = form

    def rebuilt(self, custom_id: str, texts: Any) -> StatefulForm | None:
        """Return the form of a custom_id, or None."""
        mark, _, rest = custom_id.partition(":")
        name, _, state = rest.partition(":")
        form = self._forms.get(name) if mark == "form" else None
        return form.rebuilt(texts, state) if form is not None else None


def sent_fields(parts: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the submitted fields of a form (components of a gateway payload), however they are wrapped."""
    for part in parts or ():
        if "component" in part:
            yield part["component"]
        yield from sent_fields(part.get("components"))
        if "value" in part or "values" in part:
            yield part


async def submit(form: ui.Modal, interaction: discord.Interaction[Any]) -> None:
    """Fill `form` with the submitted values and run its `on_submit`, as the library does with a kept form."""
    data = cast("dict[str, Any]", interaction.data)
    await form._dispatch_submit(  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - there is no public way
        interaction, data["components"], data.get("resolved", {})
    )
