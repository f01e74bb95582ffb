"""Finds the code of a pressed button by its custom_id alone.

With the library's store of views a press takes 1.08 times the processor time (tests/bench/without.py).
"""

import asyncio
import logging
import re
from collections.abc import Iterable
from typing import Any

import discord
from discord import ui
from discord.state import ConnectionState
from discord.ui.view import ViewStore
from typing_extensions import override

log = logging.getLogger(__name__)

BUTTON = discord.ComponentType.button.value
_HEAD = re.compile(r"[\w-]+(?=:|$)")

Factory = type[ui.DynamicItem[ui.Item[Any]]]


class Views(ViewStore):
    """The library's store of views, without rebuilding a whole card to run one of its buttons."""

    def __init__(self, state: ConnectionState[Any]) -> None:
        super().__init__(state)
        self._by_head: dict[str, list[tuple[re.Pattern[str], Factory]]] = {}
        self._known = 0

    def found(self, custom_id: str) -> tuple[Factory, re.Match[str]] | None:
        """Return the button that this custom_id belongs to, or None."""
        if self._known != len(self._dynamic_items):
            self._known = len(self._dynamic_items)
            self._by_head.clear()
            for pattern, factory in self._dynamic_items.items():
                head = _HEAD.match(pattern.pattern)
                self._by_head.setdefault(head[0] if head else "", []).append((pattern, factory))
        head = custom_id.partition(":")[0]
        for pattern, factory in (*self._by_head.get(head, ()), *self._by_head.get("", ())):
            if (match := pattern.fullmatch(custom_id)) is not None:
                return factory, match
        return None

    @property
    def patterns(self) -> list[str]:
        """The custom_ids of buttons, as regular expressions."""
        return sorted(pattern.pattern for pattern in self._dynamic_items)

    @override
    def dispatch_dynamic_items(
        self, component_type: int, custom_id: str, interaction: discord.Interaction[Any]
    ) -> None:
        """Run what was pressed; the library would try the pattern of every button."""
        if (found := self.found(custom_id)) is not None:
            work = self.schedule_dynamic_item_call(component_type, found[0], interaction, custom_id, found[1])
            self.add_task(asyncio.create_task(work, name=f"discord-ui-dynamic-item-{custom_id}"))

    @override
    async def schedule_dynamic_item_call(
        self,
        component_type: int,
        factory: Factory,
        interaction: discord.Interaction[Any],
        custom_id: str,
        match: re.Match[str],
    ) -> None:
        """Run a button of the message; its `view` is None.

        The library first builds the view of the whole message, which for our cards takes longer than
        everything that the button does.
        """
        message = interaction.message
        if message is None or component_type != BUTTON:
            await super().schedule_dynamic_item_call(component_type, factory, interaction, custom_id, match)
            return
        if not _holds(message.components, custom_id):
            return  # the sender invented it
        button: ui.Button[Any] = ui.Button(custom_id=custom_id)
        try:
            item = await factory.from_custom_id(interaction, button, match)
            if await item.interaction_check(interaction):
                await item.callback(interaction)
        except Exception:
            log.exception("A button %s could not be run", custom_id.partition(":")[0])


def _holds(components: Iterable[Any], custom_id: str) -> bool:
    for component in components:
        if getattr(component, "custom_id", None) == custom_id:
            return True
        inside = [*getattr(component, "children", ())]
        if (accessory := getattr(component, "accessory", None)) is not None:
            inside.append(accessory)
        if inside and _holds(inside, custom_id):
            return True
    return False
