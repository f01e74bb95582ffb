"""Declared buttons and menus: the custom_id carries their whole state, so they outlive restarts.

    class Rsvp(Button, name="rsvp"):
        audience = members_of(Meeting, "meeting")
        meeting: Id
        choice: Choice

        async def press(self, ctx: Context) -> None: ...

    Rsvp(label=texts("meetings.rsvp.going.button"), meeting=5, choice="going")  # its custom_id: rsvp:5:going

What follows the name is separated by colons, in the order of the annotations: `Id`, `GuildId`, a `Literal`, or
`Annotated[str, "a regular expression"]` (`Annotated[int, ...]`). An optional one comes last, and may be missing.
No card waits in memory: a pressed button is found by its custom_id and filled from it. Declaring one registers it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
)

import discord
from discord import ui

from bot.app import Bot
from bot.errors import UserError
from bot.texts import Markup
from cogs.common.audience import Declared, admit
from cogs.common.base import RED, Card, row
from cogs.common.context import Context
from cogs.common.report import report

SNOWFLAKE = r"[1-8]?\d{1,18}"
"""A Discord id in a custom_id: below 2**63, since no store holds more; theirs begin with a 9 in 2083."""
Id = Annotated[int, r"\d{1,9}"]
"""The id of a stored object."""
GuildId = Annotated[int, SNOWFLAKE]
"""The id of a server, member, channel or message."""
SHOWN = ("label", "style", "disabled", "options")
"""The visible part of a button or menu, which is not in its custom_id."""
MOST_OPTIONS, OFFER, LABEL, DIGITS = 25, 100, 80, 9
MENUS = 4
"""How many menus a card has for one list, below each other."""
IN_MENUS = MENUS * MOST_OPTIONS
"""How many things they hold; a card with more says how to reach the others."""


_NAMED: dict[str, type["Component"]] = {}


def named(name: str, /, **values: Any) -> "Component":
    """Return the button or menu of that name, from a feature that the caller does not import."""
    return _NAMED[name](**values)


def declared() -> Collection[type["Component"]]:
    """Return all buttons and menus."""
    return _NAMED.values()


def part(kind: Any) -> tuple[type, str, bool]:
    """Return an annotation's type, its pattern in a custom_id, and whether it may be missing."""
    if get_origin(kind) in (Union, UnionType):
        (given,) = [one for one in get_args(kind) if one is not type(None)]
        return (*part(given)[:2], True)
    if get_origin(kind) is Literal:
        return str, "|".join(re.escape(str(one)) for one in get_args(kind)), False
    if get_origin(kind) is Annotated:
        base, pattern = get_args(kind)
        return base, pattern, False
    raise TypeError(f"{kind} has no pattern for a custom_id")


def annotated(cls: type, root: type) -> Iterator[tuple[str, Any]]:
    """Yield the custom_id fields of a class and its bases below `root`, with their annotations."""
    for base in reversed(cls.__mro__):
        if issubclass(base, root) and base is not root:
            for name, kind in vars(base).get("__annotations__", {}).items():
                if name not in SHOWN and get_origin(kind) is not ClassVar and not name.startswith("_"):
                    yield name, kind


@dataclass_transform(kw_only_default=True)
class Component(Declared, ui.DynamicItem[Any], template=r"(?!)"):
    """The base of buttons and menus: checks whom it is for (`audience`), then `press` does the work.

    discord.py only logs what a callback raises, so errors are reported here.
    """

    _name: ClassVar[str] = ""
    _types: ClassVar[dict[str, type]] = {}

    def __init_subclass__(cls, *, name: str = "") -> None:
        """Make the custom_id's pattern from the annotations."""
        pattern, types = re.escape(name), dict[str, type]()
        for field, kind in annotated(cls, Component):
            types[field], looks, optional = part(kind)
            looks = f":(?P<{field}>{looks})"
            pattern += f"(?:{looks})?" if optional else looks
        cls._name, cls._types = name, types
        if name:
            _NAMED[name] = cls
        super().__init_subclass__(template=pattern if name else r"(?!)")

    def __init__(self, **values: Any) -> None:
        state = [self._name]
        for field in self._types:
            value = values.pop(field) if field in values else getattr(type(self), field)
            setattr(self, field, value)
            if value is not None:
                state.append(str(value))
        for shown, value in values.items():
            setattr(self, shown, value)
        super().__init__(self.made(":".join(state)))

    def made(self, custom_id: str) -> ui.Item[Any]:
        """Return the component for Discord."""
        raise NotImplementedError

    def but(self, **changes: Any) -> Self:
        """Return the same with other state, or another label or style."""
        return type(self)(**{"label": "", **{name: getattr(self, name) for name in self._types}, **changes})

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild what was pressed from its custom_id."""
        self = cls.__new__(cls)
        ui.DynamicItem.__init__(self, item)  # pyright: ignore[reportUnknownMemberType] - of any item
        self.read(match)
        return self

    def read(self, match: re.Match[str]) -> None:
        """Read the state from the custom_id."""
        for field, kind in self._types.items():
            value = match[field]
            setattr(self, field, kind(value) if value is not None else None)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do the work for its audience, and report any error to the person."""
        bot = cast("Bot", interaction.client)
        try:
            await bot.facts.speak_for(interaction.guild_id)
            ctx = await admit(interaction, bot, self)
            if interaction.guild_id is None:
                await bot.facts.speak_in(interaction)
            await self.press(ctx)
            bot.observe(interaction, "done")
        except Exception as error:  # noqa: BLE001 - report() sorts the errors, none may vanish in the library's log
            await report(interaction, error)

    async def press(self, ctx: Context) -> None:
        """Do what the button says, or act on the choice."""
        raise NotImplementedError


class Button(Component):
    """A button with a `label`."""

    label: Markup
    style: discord.ButtonStyle = discord.ButtonStyle.secondary
    disabled: bool = False

    def made(self, custom_id: str) -> ui.Item[Any]:
        """Return the button, its label cut to Discord's limit."""
        label = self.label[:LABEL]
        return ui.Button[Any](custom_id=custom_id, label=label, style=self.style, disabled=self.disabled)


class Menu(Component):
    """A menu of `options`; `label` shows until one is chosen."""

    label: Markup
    options: Sequence[discord.SelectOption]

    def made(self, custom_id: str) -> ui.Item[Any]:
        """Return the menu."""
        return ui.Select[Any](custom_id=custom_id, placeholder=self.label, options=list(self.options))

    @property
    def chosen(self) -> list[str]:
        """The chosen values: forged ones need not be among the options, and a forged button has none."""
        return self.item.values if isinstance(self.item, ui.Select) else []

    @classmethod
    def rows(
        cls,
        label: Markup,
        offers: Sequence[tuple[str, str]],
        *,
        others: Markup | None = None,
        most: int = MENUS,
        **state: Any,
    ) -> list[ui.ActionRow[Any]]:
        """Return the rows for all offers (label and value), up to what `most` menus, each with its `page`, hold.

        `others` is the label of those after the first.
        """
        options = [discord.SelectOption(label=name[:OFFER], value=value) for name, value in offers]
        pages = [options[at : at + MOST_OPTIONS] for at in range(0, len(options), MOST_OPTIONS)]
        return [
            ui.ActionRow[Any](
                cls(label=(others if page else None) or label, options=each, **(state | {"page": page}))
            )
            for page, each in enumerate(pages[:most])
        ]

    def the_one(self) -> str:
        """Return the choice. Raises UserError: none or several, which is forged."""
        if len(self.chosen) != 1:
            raise UserError("errors.button_gone")
        return self.chosen[0]

    def the_number(self) -> int:
        """Return the chosen id. Raises UserError: it is not a number, which is forged."""
        chosen = self.the_one()
        if not chosen.isdecimal() or len(chosen) > DIGITS:
            raise UserError("errors.button_gone")
        return int(chosen)


Page = Annotated[int, r"\d"]
"""Which of several menus below each other it is, where there are more options than Discord allows in one."""


class PagedMenu(Menu):
    """A menu for more options than Discord allows: several menus below each other, each with its `page`."""

    page: Page


async def ask_first(ctx: Context, key: str, sure: Button, keep: Button | str, **fields: Any) -> None:
    """Ask before something that can't be undone, with the button that does it and the way back.

    Args:
        ctx: of whoever asked for it.
        key: of the question; beside it `sure.button` and `keep.button`, if they differ from the usual labels.
        sure: the button that does it.
        keep: the button that leads back, or the command that does.
        fields: the fields of the question.
    """
    back = named("do", label="", command=keep) if isinstance(keep, str) else keep
    for name, button in (("sure", sure), ("keep", back)):
        own = f"{key.rpartition('.')[0]}.{name}.button"
        cast("ui.Button[Any]", button.item).label = ctx.text(
            own if own in ctx.texts else f"cards.{name}.button"
        )
    cast("ui.Button[Any]", sure.item).style = discord.ButtonStyle.danger
    await ctx.reply(Card(ctx.text(key, **fields), row(sure, back), colour=RED))
