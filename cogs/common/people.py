"""Menus that offer the people of a server: members can be chosen, but not bots."""

from typing import Any, cast

from discord import ui

from bot.errors import UserError
from bot.texts import Markup
from cogs.common.buttons import Component
from cogs.common.context import Context
from cogs.common.standings import is_member


class PersonMenu(Component):
    """The choice of one person; `label` shows until somebody is chosen."""

    label: Markup

    def made(self, custom_id: str) -> ui.Item[Any]:
        """Return the menu."""
        return ui.UserSelect[Any](custom_id=custom_id, placeholder=self.label)

    async def person(self, ctx: Context) -> int:
        """Return the chosen member.

        Raises:
            UserError: it is a bot, or not in this server.
            NotChecked: Discord did not say in time.
        """
        user_id = number_chosen(ctx)
        resolved: Any = cast("dict[str, Any]", ctx.interaction.data or {}).get("resolved", {})
        if resolved.get("users", {}).get(str(user_id), {}).get("bot"):
            raise UserError("errors.not_a_person")
        if not await is_member(ctx.bot, ctx.guild_id, user_id):
            raise UserError("errors.not_a_member")
        return user_id


def number_chosen(ctx: Context) -> int:
    """Return the one id chosen in a menu. Raises UserError: it is forged."""
    values: list[str] = cast("dict[str, Any]", ctx.interaction.data or {}).get("values", [])
    if len(values) != 1 or not values[0].isdecimal():
        raise UserError("errors.button_gone")
    return int(values[0])
