"""Checks requests against Discord's official document (OpenAPI 3.1 of its HTTP API v10)."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from bot.sandbox.errors import ApiError, Problems
from bot.sandbox.shapes import items, obj
from bot.sandbox.world import Payload

try:
    import jsonschema_rs
except ModuleNotFoundError:  # part of the extra `demo`: the sandbox runs without it
    jsonschema_rs = None

if TYPE_CHECKING:
    from bot.sandbox.rest.route import Route

Validator = Any
"""A `Draft202012Validator` of jsonschema-rs."""
MESSAGE_RESOURCE = "CreateMessageInteractionCallbackResponse"
SNOWFLAKE = "SnowflakeType"
# Permission bits: Discord's guide sends them as strings, the document has integers.
BITS = frozenset({"permissions", "allow", "deny", "default_member_permissions"})


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that violates the document: where in the body or query, and what is wrong."""

    method: str
    route: str
    path: str
    message: str
    body: object

    def __str__(self) -> str:
        return f"{self.method} {self.route} at {self.path or 'the body'}: {self.message}"


@dataclass(slots=True)
class Operation:
    """What one method of one path takes; `validator` is None if it takes no JSON body."""

    validator: Validator | None
    required: bool
    query: dict[str, Payload]
    answers: dict[int, Validator | None]


class Document:
    """The document, with a validator for each operation, compiled on first use.

    Known errors in it are corrected on reading: ids may be integers and permission bits strings, and of overlapping
    unions one match is enough.

    Raises:
        ImportError: without jsonschema-rs, which only the extra `demo` installs.
    """

    def __init__(self, path: Path) -> None:
        if jsonschema_rs is None:
            raise ImportError(
                "Holding requests against the document needs jsonschema-rs, of the extra `demo`."
            )
        self._schemas = jsonschema_rs
        document = _mend(orjson.loads(path.read_bytes()))
        document["components"]["schemas"][SNOWFLAKE] = {
            "anyOf": [document["components"]["schemas"][SNOWFLAKE], {"type": "integer", "minimum": 0}]
        }
        # The callback's answer also has a message after a deferral (5).
        document["components"]["schemas"][MESSAGE_RESOURCE]["properties"]["type"]["enum"] = [4, 5]
        self._components: Payload = {"schemas": document["components"]["schemas"]}
        self._paths: Payload = document["paths"]
        self._operations: dict[tuple[str, str], Operation | None] = {}

    def check(self, route: "Route", request: web.Request, body: Any, violations: list[Violation]) -> None:
        """Check a request against the document, recording faults in `violations`.

        Raises:
            ApiError: 50035 for a request that the document does not allow.
        """
        operation = self._operation(route.method, route.path)
        if operation is None:
            return
        problems = Problems()

        def note(path: list[str | int], message: str) -> None:
            where = ".".join(map(str, path))
            violations.append(Violation(route.method, route.path, where, message[:500], body))
            problems.add(path or ["_"], "OPENAPI", message[:500])

        validator = operation.validator if request.body_exists or operation.required else None
        # Checking validity alone is much cheaper than finding the reasons.
        if validator is not None and not validator.is_valid(body):
            for error in validator.iter_errors(body):
                note(list(error.instance_path), error.message)
        for name, text in request.query.items():
            schema = operation.query.get(name)
            if schema is None:
                note(["query", name], "is not a parameter of this route")
            elif schema.get("type") == "integer" and not text.lstrip("-").isdecimal():
                note(["query", name], f"{text!r} is not an integer")
        if problems.errors:
            raise ApiError(50035, errors=problems.errors)

    def slips(self, route: "Route", result: object) -> list[str]:
        """Return how the sandbox's own answer differs from the document; empty if all is well."""
        operation = self._operation(route.method, route.path)
        if operation is None:
            return []
        status = 204 if result is None else route.status
        name = f"{route.method} {route.path}"
        if status not in operation.answers:
            return [f"{name} answers {status}, not one of {sorted(operation.answers)}"]
        validator = operation.answers[status]
        if validator is None or result is None or validator.is_valid(result):
            return []
        return [
            f"{name} answers with {'.'.join(map(str, error.instance_path))}: {error.message[:1500]}"
            for error in validator.iter_errors(result)
        ]

    def _operation(self, method: str, path: str) -> Operation | None:
        key = (method, path)
        if key not in self._operations:
            self._operations[key] = self._compile(method, path)
        return self._operations[key]

    def _compile(self, method: str, path: str) -> Operation | None:
        item: Payload = self._paths.get(path, {})
        described: Payload | None = item.get(method.lower())
        if described is None:
            return None
        # Files come separately from the JSON, so a multipart request's payload_json is checked against the same schema.
        validator = self._validator(described.get("requestBody", {}))
        responses: Payload = described.get("responses", {})
        answers = {
            int(code): self._validator(each) for code, each in responses.items() if code.startswith("20")
        }
        parameters: list[Payload] = [*item.get("parameters", []), *described.get("parameters", [])]
        query = {each["name"]: each.get("schema", {}) for each in parameters if each.get("in") == "query"}
        return Operation(validator, described.get("requestBody", {}).get("required", False), query, answers)

    def _validator(self, holder: Payload) -> Validator | None:
        schema: Payload | None = holder.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return None
        return self._schemas.Draft202012Validator(schema | {"components": self._components})

    def knows(self, method: str, path: str) -> bool:
        """Whether the document has this operation."""
        return method.lower() in self._paths.get(path, {})


def _mend(node: Any) -> Any:
    if members := obj(node):
        mended = {("anyOf" if key == "oneOf" else key): _mend(value) for key, value in members.items()}
        for name in BITS & mended.keys():
            kinds: Any = obj(mended[name]).get("type")
            if kinds == "integer" or "integer" in items(kinds):
                mended[name] = {"anyOf": [mended[name], {"type": "string", "pattern": "^[0-9]+$"}]}
        return mended
    return [_mend(item) for item in listed] if (listed := items(node)) else node
