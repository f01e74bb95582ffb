"""Declared forms: the custom_id carries the whole state, so that one submitted after a restart arrives.

    class NoteForm(Form, name="note", words="campaigns.done.note"):
        audience = ONESELF
        completed: Id
        note = Line(300, long=True)

        async def send(self, ctx: Context) -> None: ...

    NoteForm(texts, completed=5)  # its custom_id: form:note:5

The state is the annotated fields, as with buttons, separated by dots. Words come from the content: the title is
`<words>.modal`, a field has `<words>.<field>.label` and `.hint`, or `<words>.label` where there is only one. No form
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
"""Forms that report an empty required field themselves, and keep what else was typed."""
LONGEST_FIELD = 4_000
"""Most characters that Discord allows where a form sets no limit."""
TITLE = 45
"""Most characters in a form's title."""


_NAMED: dict[str, type["Form"]] = {}


def declared() -> Collection[type["Form"]]:
    """Return all forms."""
    return _NAMED.values()


class Line:
    """A text field of `most` characters; `long` gives it several lines."""

    def __init__(self, most: int, *, long: bool = False, required: bool = True, name: str = "") -> None:
        self.most, self.long, self.required, self.name = most, long, required, name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, form: "Form", owner: type | None = None) -> ui.TextInput[Any]:
        return form.inputs[self.name]


class OneOf:
    """A menu for one of `names`; the label of each is `<words>.<field>.<name>.choice`, unless `words` differ.

    `offers` are others by value, with their labels; `most` is how many can be chosen.
    """

    def __init__(
        self,
        *names: str,
        offers: Mapping[str, str] | None = None,
        required: bool = True,
        most: int = 1,
        name: str = "",
        words: str = "",
    ) -> None:
        self.names, self.offers, self.required, self.most = names, offers or {}, required, most
        self.name, self.words = name, words

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, form: "Form", owner: type | None = None) -> str:
        return form.typed[self.name]

    def made(self, texts: Texts, words: str, chosen: Collection[str]) -> ui.Select[Any]:
        """Return the menu with `chosen` selected."""
        labels = {name: texts(f"{self.words or words}.{name}.choice") for name in self.names}
        options = [
            discord.SelectOption(label=label, value=value, default=value in chosen)
            for value, label in {**labels, **self.offers}.items()
        ]
        least = int(self.required)
        return ui.Select[Any](custom_id=self.name, options=options, min_values=least, max_values=self.most)


class Pick:
    """A menu of Discord's own: of members, channels or roles; `typed` has the number of each that is chosen."""

    def __init__(
        self,
        kind: type[ui.UserSelect[Any] | ui.ChannelSelect[Any] | ui.RoleSelect[Any]],
        *,
        required: bool = True,
        most: int = 1,
        name: str = "",
        **shown: Any,
    ) -> None:
        self.kind, self.required, self.most, self.name, self.shown = kind, required, most, name, shown

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, form: "Form", owner: type | None = None) -> Any:
        return form.picked(self.name) if self.most == 1 else form.picks[self.name].values

    def made(self, chosen: Collection[str]) -> BaseSelect[Any]:
        """Return the menu with `chosen` selected."""
        defaults, least = [discord.Object(int(one)) for one in chosen], int(self.required)
        return self.kind(
            custom_id=self.name, min_values=least, max_values=self.most, default_values=defaults, **self.shown
        )


class Form(Declared, StatefulForm):
    """The base of forms: checks whom it is for (`audience`) and what was sent, then `send` does the work."""

    admitted = False
    """Whether its sender may use it: others do not get their words back."""
    words: ClassVar[str] = ""
    _types: ClassVar[dict[str, type]] = {}
    _state: ClassVar[re.Pattern[str]] = re.compile("")

    def __init_subclass__(cls, *, name: str = "", words: str = "") -> None:
        """Make the state's pattern from the annotations."""
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
        """Make the form; `typed` fills in its fields, each cut to its limit, since Discord refuses a form with more."""
        for field_ in self._types:
            setattr(self, field_, state[field_] if field_ in state else getattr(type(self), field_))
        parts = [str(getattr(self, field_)) for field_ in self._types]
        custom_id = f"form:{self.name}:{'.'.join(parts)}"
        super().__init__(title=(title or texts(self.modal))[:TITLE], custom_id=custom_id, timeout=None)
        self.texts = texts
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        self.menus: dict[str, ui.Select[Any]] = {}
        self.picks: dict[str, BaseSelect[Any]] = {}
        for one in self.lines():
            said: Any = (typed or {}).get(one.name) or ""
            several = cast("list[Any]", said) if isinstance(said, list) else [said] if said else []
            chosen = [str(each) for each in several]
            if isinstance(one, Pick):
                self.picks[one.name] = item = one.made(chosen)
            elif isinstance(one, OneOf):
                self.menus[one.name] = item = one.made(texts, f"{self.words}.{one.name}", chosen)
            else:
                self.inputs[one.name] = item = ui.TextInput[Any](
                    custom_id=one.name,
                    required=one.required,
                    max_length=one.most,
                    style=discord.TextStyle.paragraph if one.long else discord.TextStyle.short,
                    default="".join(chosen)[: one.most] or None,
                )
            self.put(texts, one.name, item)

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> Self:
        """Build the form that was submitted with this state.

        Raises:
            UserError: the state is from an older version, or forged.
        """
        found = cls._state.fullmatch(state)
        if found is None:
            raise UserError("errors.button_gone")
        return cls(texts, **{field_: kind(found[field_]) for field_, kind in cls._types.items()})

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"{self.words}.modal"

    def lines(self) -> Iterable[Line | OneOf | Pick]:
        """Return the fields: the declared ones, unless they depend on the state."""
        return [one for one in vars(type(self)).values() if isinstance(one, Line | OneOf | Pick)]

    @property
    def typed(self) -> dict[str, str]:
        """The contents of text fields, and the choices in menus."""
        chosen = {name: next(iter(menu.values), "") for name, menu in self.menus.items()}
        return {name: item.value for name, item in self.inputs.items()} | chosen

    def picked(self, name: str) -> Any:
        """Return the member, channel or role chosen in that menu, None for none."""
        return next(iter(self.picks[name].values), None)

    def put(self, texts: Texts, name: str, item: ui.Item[Any]) -> None:
        """Add a field with the words of the content."""
        key = f"{self.words}.{name}" if f"{self.words}.{name}.label" in texts else self.words
        if isinstance(item, ui.TextInput | ui.Select) and f"{key}.placeholder" in texts:
            item.placeholder = texts(f"{key}.placeholder")
        self.add_item(field(texts(f"{key}.label"), item, texts(f"{key}.hint")))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Check the form's audience and contents, and send it."""
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
        """Check what was sent against the form: Discord's own client does, but forged requests need not comply.

        Raises:
            UserError: text is too long or a required one blank, or a choice is invalid.
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
            # For a role, channel or member that Discord does not describe, there is only the id.
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
        """Tell the person what went wrong, and give back what they typed."""
        bot = cast("Bot", interaction.client)
        await report(interaction, error, bot.hooks.again(interaction, self) if self.admitted else ())

    async def for_retry(self, ctx: Context) -> "Form":
        """Return the form to fill in again, where it differs from the rebuilt one."""
        return self

    async def send(self, ctx: Context) -> None:
        """Do what the form asks for."""
        raise NotImplementedError


def field(label: Markup, component: ui.Item[Any], hint: Markup | None = None) -> ui.Label[Any]:
    """Return a labelled field of a form; a choice's `min_values` decides whether it is required."""
    if isinstance(component, BaseSelect):
        component.required = component.min_values > 0  # the library says 'not required' unless told
    return ui.Label[Any](text=label, component=component, description=hint)
