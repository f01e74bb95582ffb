"""Discord's requirements for the components of messages and modals.

Sources: https://docs.discord.com/developers/components/reference and the official OpenAPI document's schemas
`*ComponentForMessageRequest` and `*ComponentForModalRequest`.
"""

from collections.abc import Callable, Sequence

from bot.sandbox.errors import Problems
from bot.sandbox.shapes import items, obj
from bot.sandbox.world import Payload

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 17, 18, 19, 21, 22, 23

SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
INSIDE_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
INSIDE_LABEL = (*SELECTS, TEXT_INPUT, UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)
LINK, PREMIUM = 5, 6

MOST_COMPONENTS = 40
MOST_TEXT = 4000

Path = tuple[str | int, ...]


class Components:
    """Checks a tree of components, recording faults in `problems`, and numbers those without an `id`.

    `checked` are copies as Discord returns them. `attached` are the names that "attachment://" may refer to.
    """

    def __init__(self, problems: Problems, attached: frozenset[str] = frozenset()) -> None:
        self.problems = problems
        self.attached = attached
        self.count = 0
        self.text = 0
        self.referenced: set[str] = set()
        self._custom_ids: set[str] = set()
        self._ids: set[int] = set()
        self._kinds: dict[int, Callable[[Payload, Path], Payload]] = {
            ROW: self._row,
            BUTTON: self._button,
            **dict.fromkeys(SELECTS, self._select),
            TEXT_INPUT: self._text_input,
            SECTION: self._section,
            TEXT: self._text,
            THUMBNAIL: self._thumbnail,
            GALLERY: self._gallery,
            FILE: self._file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
            LABEL: self._label,
            UPLOAD: self._chooser,
            RADIO_GROUP: self._chooser,
            CHECKBOX_GROUP: self._chooser,
            CHECKBOX: self._chooser,
        }

    def message(self, components: object, *, v2: bool, path: Path = ("components",)) -> list[Payload]:
        """Return the checked components of a message: only rows unless it is of version 2."""
        top = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER) if v2 else (ROW,)
        most = MOST_COMPONENTS if v2 else 5
        checked = self._children(components, path, top, 0, most)
        if self.count > MOST_COMPONENTS and v2:
            self.problems.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer components in total.")
        if self.text > MOST_TEXT:
            self.problems.add(
                path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The text must be 4000 or fewer in all."
            )
        return self._numbered(checked)

    def modal(self, data: Payload) -> list[Payload]:
        """Return the checked components of a modal's `data`, whose title and custom_id are checked too."""
        self._custom_id(data, ())
        self._string(data, "title", (), 45, least=1)
        path = ("components",)
        checked = self._children(data.get("components"), path, (ROW, LABEL, TEXT), 1, 5, modal=True)
        return self._numbered(checked)

    def _children(
        self, given: object, path: Path, allowed: Sequence[int], least: int, most: int, *, modal: bool = False
    ) -> list[Payload]:
        listed = items(given)
        if given is None and least:
            self.problems.required(path)
        else:
            self.problems.length(path, listed, most, least)
        return [self._one(item, (*path, index), allowed, modal=modal) for index, item in enumerate(listed)]

    def _one(self, given: object, path: Path, allowed: Sequence[int], *, modal: bool = False) -> Payload:
        self.count += 1
        item = dict(obj(given))
        kind = item.get("type")
        if not isinstance(kind, int) or kind not in allowed:
            listed = ", ".join(map(str, sorted(allowed)))
            self.problems.add(
                (*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({listed}).'
            )
            return item
        if isinstance(own := item.get("id"), int) and own:
            if own in self._ids:
                self.problems.add(
                    (*path, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated"
                )
            self._ids.add(own)
        if kind == ROW and modal:
            item["components"] = self._children(
                item.get("components"), (*path, "components"), (TEXT_INPUT,), 1, 1
            )
            return item
        return self._kinds[kind](item, path)

    def _numbered(self, checked: list[Payload]) -> list[Payload]:
        following = 1

        def number(siblings: list[Payload]) -> None:
            nonlocal following
            for item in siblings:
                if not item.get("id"):
                    while following in self._ids:
                        following += 1
                    item["id"] = following
                    following += 1
                number(items(item.get("components")))
                number([item[key] for key in ("accessory", "component") if isinstance(item.get(key), dict)])

        number(checked)
        return checked

    # Fields.

    def _string(
        self, item: Payload, name: str, path: Path, most: int, *, least: int = 0, needed: bool = True
    ) -> None:
        value = item.get(name)
        if value is None:
            if needed and least:
                self.problems.required((*path, name))
        elif isinstance(value, str):
            self.problems.length((*path, name), value, most, least)
        else:
            self.problems.add((*path, name), "BASE_TYPE_BAD_TYPE", "Only strings are allowed.")

    def _number(self, item: Payload, name: str, path: Path, least: int, most: int) -> None:
        value = item.get(name)
        if value is not None and not (isinstance(value, int) and least <= value <= most):
            self.problems.add(
                (*path, name), "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}."
            )

    def _custom_id(self, item: Payload, path: Path) -> None:
        self._string(item, "custom_id", path, 100, least=1)
        custom_id = item.get("custom_id")
        if isinstance(custom_id, str):
            if custom_id in self._custom_ids:
                message = "Component custom id cannot be duplicated"
                self.problems.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
            self._custom_ids.add(custom_id)

    def _media(self, item: Payload, name: str, path: Path, *, only_attached: bool = False) -> None:
        url = obj(item.get(name)).get("url")
        path = (*path, name, "url")
        if not isinstance(url, str):
            self.problems.required(path)
        elif url.startswith("attachment://"):
            file = url.removeprefix("attachment://")
            self.referenced.add(file)
            if file not in self.attached:
                message = f"The referenced attachment {file} was not found"
                self.problems.add(path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)
        # When a message is edited, a stored file comes back with its URL.
        elif not url.startswith(("http://", "https://")) or (only_attached and "/attachments/" not in url):
            self.problems.add(path, "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('attachment',).")

    # Kinds.

    def _row(self, item: Payload, path: Path) -> Payload:
        inner = (*path, "components")
        given = item.get("components")
        selects = any(obj(each).get("type") in SELECTS for each in items(given))
        item["components"] = self._children(given, inner, (BUTTON, *SELECTS), 1, 1 if selects else 5)
        return item

    def _button(self, item: Payload, path: Path) -> Payload:
        style = item.get("style")
        self.problems.choices((*path, "style"), style, (1, 2, 3, 4, LINK, PREMIUM))
        self._string(item, "label", path, 80)
        if style == LINK:
            self._string(item, "url", path, 512, least=1)
            url = item.get("url")
            if isinstance(url, str) and not url.startswith(("http://", "https://", "discord://")):
                message = "Scheme must be one of ('discord', 'https', 'http')."
                self.problems.add((*path, "url"), "URL_TYPE_INVALID_SCHEME", message)
        elif style != PREMIUM:
            self._custom_id(item, path)
        if style != PREMIUM and not item.get("label") and not item.get("emoji"):
            self.problems.add(
                path, "BUTTON_COMPONENT_MISSING_LABEL", "A button must have a label or an emoji"
            )
        item.setdefault("disabled", False)
        return item

    def _select(self, item: Payload, path: Path) -> Payload:
        self._custom_id(item, path)
        self._string(item, "placeholder", path, 150)
        self._number(item, "min_values", path, 0, 25)
        self._number(item, "max_values", path, 1, 25)
        least, most = item.setdefault("min_values", 1), item.setdefault("max_values", 1)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            self.problems.add(
                (*path, "max_values"), "BASE_TYPE_BAD_LENGTH", "max_values must not be below min_values."
            )
        if item["type"] == STRING_SELECT:
            self._options(item, path, 1, 25)
            defaults = [each for each in items(item.get("options")) if obj(each).get("default")]
        else:
            defaults = [
                {**each, "id": str(each.get("id"))} for each in map(obj, items(item.get("default_values")))
            ]
            if defaults:
                # Numbers are accepted, as discord.py sends them; strings are returned, as JavaScript needs them.
                item["default_values"] = defaults
        if isinstance(most, int) and len(defaults) > most:
            message = f"There are {len(defaults)} defaults but at most {most} may be chosen."
            self.problems.add((*path, "default_values"), "BASE_TYPE_MAX_LENGTH", message)
        item.setdefault("disabled", False)
        return item

    def _options(self, item: Payload, path: Path, least: int, most: int) -> None:
        path = (*path, "options")
        options = items(item.get("options"))
        if not self.problems.length(path, options, most, least):
            return
        values: set[object] = set()
        for index, option in enumerate(map(obj, options)):
            at = (*path, index)
            self._string(option, "label", at, 100, least=1)
            self._string(option, "value", at, 100, least=1)
            self._string(option, "description", at, 100)
            if option.get("value") in values:
                self.problems.add(
                    (*at, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is used twice"
                )
            values.add(option.get("value"))

    def _text_input(self, item: Payload, path: Path) -> Payload:
        self._custom_id(item, path)
        self.problems.choices((*path, "style"), item.get("style"), (1, 2))
        if path[-1] != "component":
            self._string(item, "label", path, 45, least=1)
        self._string(item, "placeholder", path, 100)
        self._number(item, "min_length", path, 0, 4000)
        self._number(item, "max_length", path, 1, 4000)
        self._string(item, "value", path, item.get("max_length") or 4000)
        least, most = item.get("min_length"), item.get("max_length")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            self.problems.add(
                (*path, "max_length"), "BASE_TYPE_BAD_LENGTH", "max_length must not be below min_length."
            )
        return item

    def _section(self, item: Payload, path: Path) -> Payload:
        item["components"] = self._children(item.get("components"), (*path, "components"), (TEXT,), 1, 3)
        if item.get("accessory") is None:
            self.problems.required((*path, "accessory"))
        else:
            item["accessory"] = self._one(item["accessory"], (*path, "accessory"), (BUTTON, THUMBNAIL))
        return item

    def _text(self, item: Payload, path: Path) -> Payload:
        self._string(item, "content", path, MOST_TEXT, least=1)
        self.text += len(item.get("content") or "")
        return item

    def _thumbnail(self, item: Payload, path: Path) -> Payload:
        self._media(item, "media", path)
        self._string(item, "description", path, 1024)
        item.setdefault("description", None)
        item.setdefault("spoiler", False)
        return item

    def _gallery(self, item: Payload, path: Path) -> Payload:
        path = (*path, "items")
        listed = items(item.get("items"))
        self.problems.length(path, listed, 10, 1)
        item["items"] = [
            self._thumbnail(dict(obj(each)), (*path, index)) for index, each in enumerate(listed)
        ]
        return item

    def _file(self, item: Payload, path: Path) -> Payload:
        self._media(item, "file", path, only_attached=True)
        item.setdefault("spoiler", False)
        return item

    def _separator(self, item: Payload, path: Path) -> Payload:
        item.setdefault("divider", True)
        self.problems.choices((*path, "spacing"), item.setdefault("spacing", 1), (1, 2))
        return item

    def _container(self, item: Payload, path: Path) -> Payload:
        self._number(item, "accent_color", path, 0, 0xFFFFFF)
        item.setdefault("accent_color", None)
        item.setdefault("spoiler", False)
        inner = (*path, "components")
        item["components"] = self._children(
            item.get("components"), inner, INSIDE_CONTAINER, 1, MOST_COMPONENTS
        )
        return item

    def _label(self, item: Payload, path: Path) -> Payload:
        self._string(item, "label", path, 45, least=1)
        self._string(item, "description", path, 100)
        if item.get("component") is None:
            self.problems.required((*path, "component"))
        else:
            item["component"] = self._one(item["component"], (*path, "component"), INSIDE_LABEL)
        return item

    def _chooser(self, item: Payload, path: Path) -> Payload:
        self._custom_id(item, path)
        self._number(item, "min_values", path, 0, 10)
        self._number(item, "max_values", path, 1, 10)
        if item["type"] in (RADIO_GROUP, CHECKBOX_GROUP):
            self._options(item, path, 2 if item["type"] == RADIO_GROUP else 1, 10)
        return item
