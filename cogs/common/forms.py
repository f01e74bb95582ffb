"""Forms that are declared: the custom_id carries the whole state, so that one that is sent after a restart arrives.

    class NoteForm(Form, name="note", words="campaigns.done.note"):
        audience = ONESELF
        completed: Id
        note = Line(300, long=True)

        async def send(self, ctx: Context) -> None: ...

    NoteForm(texts, completed=5)  # its custom_id: form:note:5

The state is what is annotated, as with buttons, with dots between. Words come from the content: the title is
`<words>.modal`, a field has `<words>.<field>.label` and `.hint`, or `<words>.label` where there is but one. No form
waits in memory: `Bot.on_interaction` finds it by its name.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, Self, cast

import discord
from discord import ui
from discord.ui.select import BaseSelect

from bot.app import Bot
from bot.discord_client import StatefulForm
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.audience import Declared, admit
from cogs.common.buttons import annotated, part
from cogs.common.context import Context
from cogs.common.report import report

SAY_GAPS = frozenset({"meeting", "report", "campaign", "comms", "comms-decline"})
"""Forms that say themselves which required field is empty, and keep what else was typed."""
LONGEST_FIELD = 4_000
"""Characters that Discord lets somebody type where a form says no less."""
TITLE = 45
"""Characters of a form's title."""


_NAMED: dict[str, type["Form"]] = {}


def declared() -> Collection[type["Form"]]:
    """Return all forms that there are."""
    return _NAMED.values()


class Line:
    """A field for words, of `most` characters; `long` gives it several lines."""

    def __init__(self, most: int, *, long: bool = False, required: bool = True, name: str = "") -> None:
        self.most, self.long, self.required, self.name = most, long, required, name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, form: "Form", owner: type | None = None) -> ui.TextInput[Any]:
        return form.inputs[self.name]


class OneOf:
    """A menu for one of `names`; the label of each stands at `<words>.<field>.<name>.choice`, unless `words` differ."""

    def __init__(self, *names: str, required: bool = True, name: str = "", words: str = "") -> None:
        self.names, self.required, self.name, self.words = names, required, name, words

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, form: "Form", owner: type | None = None) -> str:
        return form.typed[self.name]

    def made(self, texts: Texts, words: str, chosen: str) -> ui.Select[Any]:
        """Return the menu, with what is `chosen`."""
        options = [
            discord.SelectOption(
                label=texts(f"{self.words or words}.{name}.choice"), value=name, default=name == chosen
            )
            for name in self.names
        ]
        return ui.Select[Any](custom_id=self.name, options=options, min_values=int(self.required))


class Form(Declared, StatefulForm):
    """The base of forms: for whom it is (`audience`) and what was sent are checked, then `send` does the work."""

    admitted = False
    """Whether its sender may use it: others get nothing back."""
    words: ClassVar[str] = ""
    _types: ClassVar[dict[str, type]] = {}
    _state: ClassVar[re.Pattern[str]] = re.compile("")

    def __init_subclass__(cls, *, name: str = "", words: str = "") -> None:
        """Make the pattern of the state out of the annotations."""
        patterns, types = list[str](), dict[str, type]()
        for field_, kind in annotated(cls, Form):
            types[field_], looks, _ = part(kind)
            patterns.append(f"(?P<{field_}>{looks})")
        cls.name, cls.words = name or getattr(cls, "name", ""), words or cls.words
        cls._types, cls._state = types, re.compile(r"\.".join(patterns))
        super().__init_subclass__()
        if name:
            _NAMED[name] = cls

    def __init__(
        self,
        texts: Texts,
        /,
        *,
        title: Markup | None = None,
        typed: Mapping[str, Any] | None = None,
        **state: Any,
    ) -> None:
        """Make the form; `typed` fills its fields in, each cut to what it takes: Discord refuses a form with more."""
        for field_ in self._types:
            setattr(self, field_, state[field_] if field_ in state else getattr(type(self), field_))
        parts = [str(getattr(self, field_)) for field_ in self._types]
        custom_id = f"form:{self.name}:{'.'.join(parts)}"
        super().__init__(title=(title or texts(self.modal))[:TITLE], custom_id=custom_id, timeout=None)
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        self.menus: dict[str, ui.Select[Any]] = {}
        for one in self.lines():
            said = str((typed or {}).get(one.name) or "")
            if isinstance(one, OneOf):
                self.menus[one.name] = menu = one.made(texts, f"{self.words}.{one.name}", said)
                self.put(texts, one.name, menu)
                continue
            self.inputs[one.name] = asked = ui.TextInput[Any](
                custom_id=one.name,
                required=one.required,
                max_length=one.most,
                style=discord.TextStyle.paragraph if one.long else discord.TextStyle.short,
                default=said[: one.most] or None,
            )
            self.put(texts, one.name, asked)

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> Self:
        """Build the form that was sent with this state.

        Raises:
            UserError: the state is of an older version, or forged.
        """
        found = cls._state.fullmatch(state)
        if found is None:
            raise UserError("errors.button_gone")
        return cls(texts, **{field_: kind(found[field_]) for field_, kind in cls._types.items()})

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"{self.words}.modal"

    def lines(self) -> Iterable[Line | OneOf]:
        """Return the fields: those that are declared, unless they follow from the state."""
        return [one for one in vars(type(self)).values() if isinstance(one, Line | OneOf)]

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields for words, and what was chosen in menus."""
        chosen = {name: next(iter(menu.values), "") for name, menu in self.menus.items()}
        return {name: item.value for name, item in self.inputs.items()} | chosen

    def put(self, texts: Texts, name: str, item: ui.Item[Any]) -> None:
        """Add a field with the words of the content."""
        key = f"{self.words}.{name}" if f"{self.words}.{name}.label" in texts else self.words
        if isinstance(item, ui.TextInput | ui.Select) and f"{key}.placeholder" in texts:
            item.placeholder = texts(f"{key}.placeholder")
        self.add_item(field(texts(f"{key}.label"), item, texts(f"{key}.hint")))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the filled form on."""
        bot = cast("Bot", interaction.client)
        await bot.facts.speak_for(interaction.guild_id)
        ctx = await admit(interaction, bot, self)
        if interaction.guild_id is None:
            await bot.facts.speak_in(interaction)
        self.admitted = True
        self.check()
        await self.send(ctx)
        bot.dispatch("form_sent", interaction, self)

    def check(self) -> None:
        """Hold what was sent against the form: Discord's own client does, but what is sent in its name need not.

        Raises:
            UserError: words that are too long, or show nothing where some are needed, or a choice that is none.
        """
        items = list(self.walk_children())
        for menu in self.menus.values():
            if not set(menu.values) <= {one.value for one in menu.options}:
                raise UserError("errors.form_gap")
        for item in items:
            if isinstance(item, ui.TextInput):
                label, length, most = self._label_of(item), len(item.value), item.max_length or LONGEST_FIELD
                if length > most:
                    raise UserError("errors.form_long", field=label, most=most, length=length)
                if item.required and not item.value.strip() and self.name not in SAY_GAPS:
                    raise UserError("errors.form_blank", field=label)
        for item in items:
            if isinstance(item, BaseSelect) and not item.min_values <= len(item.values) <= item.max_values:
                raise UserError("errors.form_gap")
            # Of a role, channel or member that Discord does not describe there is the bare number.
            if (
                isinstance(item, BaseSelect)
                and not isinstance(item, ui.Select)
                and any(isinstance(value, str | discord.Object) for value in item.values)
            ):
                raise UserError("errors.form_unresolved")

    def _label_of(self, item: ui.Item[Any]) -> str:
        labels = (child for child in self.children if isinstance(child, ui.Label))
        return next((label.text for label in labels if label.component is item), "")

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Say what went wrong to the person, and give back what they typed."""
        bot = cast("Bot", interaction.client)
        await report(interaction, error, bot.hooks.again(interaction, self) if self.admitted else ())

    async def for_retry(self, ctx: Context) -> "Form":
        """Return the form to be filled in once more, where it differs from the one that was rebuilt."""
        return self

    async def send(self, ctx: Context) -> None:
        """Do what the form asks for."""
        raise NotImplementedError


def field(label: Markup, component: ui.Item[Any], hint: Markup | None = None) -> ui.Label[Any]:
    """Return a labelled field of a form; of a choice, whether it may be left out follows from its `min_values`."""
    if isinstance(component, BaseSelect):
        component.required = component.min_values > 0  # the library says 'not required' unless it is told
    return ui.Label[Any](text=label, component=component, description=hint)
