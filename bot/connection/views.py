"""Pressed buttons find their code by their custom_id alone."""

import logging
import re
from collections.abc import Iterable
from typing import Any

import discord
from discord import ui
from discord.ui.view import ViewStore
from typing_extensions import override

log = logging.getLogger(__name__)

BUTTON = discord.ComponentType.button.value


class Views(ViewStore):
    """The library's store of views, which need not rebuild a whole card to run one of its buttons."""

    @override
    async def schedule_dynamic_item_call(
        self,
        component_type: int,
        factory: type[ui.DynamicItem[ui.Item[Any]]],
        interaction: discord.Interaction[Any],
        custom_id: str,
        match: re.Match[str],
    ) -> None:
        """Run a button of the message; its `view` is None, since it stands for itself.

        The library builds the view of the whole message first, which for a card of ours takes longer than
        all that the button does.
        """
        message = interaction.message
        if message is None or component_type != BUTTON:
            await super().schedule_dynamic_item_call(component_type, factory, interaction, custom_id, match)
            return
        if not _holds(message.components, custom_id):
            return  # the sender made it up
        try:
            item = await factory.from_custom_id(interaction, ui.Button[Any](custom_id=custom_id), match)
            if await item.interaction_check(interaction):
                await item.callback(interaction)
        except Exception:
            log.exception("A button could not be run: %s", custom_id)


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
