"""Discord's errors: codes, words and the shape of their JSON.

Codes are from https://docs.discord.com/developers/topics/opcodes-and-status-codes#json.
"""

from collections.abc import Sequence

from bot.sandbox.shapes import items
from bot.sandbox.world.events import Payload

# code: (HTTP status, message)
KNOWN: dict[int, tuple[int, str]] = {
    0: (401, "401: Unauthorized"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10070: (404, "Unknown Guild Scheduled Event"),
    30003: (400, "Maximum number of pins reached for the channel (250)"),
    30005: (400, "Maximum number of guild roles reached (250)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30013: (400, "Maximum number of guild channels reached (500)"),
    30032: (400, "Maximum number of application commands reached (100)"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    30038: (400, "Maximum number of guild scheduled events reached (100)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached"),
    40003: (403, "You are opening direct messages too fast"),
    40004: (403, "Send messages has been temporarily disabled"),
    40005: (413, "Request entity too large"),
    40006: (403, "This feature has been temporarily disabled server-side"),
    40060: (400, "Interaction has already been acknowledged."),
    40333: (403, "Cloudflare is blocking your request."),
    50001: (403, "Missing Access"),
    50003: (400, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50028: (400, "Invalid role"),
    50033: (400, "Invalid Recipient(s)"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    130000: (503, "API resource is currently overloaded. Try again a little later"),
    160002: (403, "You do not have permission to reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160006: (400, "Maximum number of active threads reached"),
}


class ApiError(Exception):
    """An error response of Discord's: `status` and the JSON `payload()`."""

    def __init__(
        self, code: int, message: str | None = None, *, status: int = 400, errors: Payload | None = None
    ) -> None:
        known = KNOWN.get(code)
        self.code = code
        self.status = known[0] if known else status
        self.message = message if message is not None else known[1] if known else "Invalid Form Body"
        self.errors = errors
        super().__init__(f"{self.status} {code}: {self.message}")

    def payload(self) -> Payload:
        """Return the JSON body: `message`, `code` and, for a bad form, nested `errors`."""
        data: Payload = {"message": self.message, "code": self.code}
        if self.errors:
            data["errors"] = self.errors
        return data


def not_found() -> ApiError:
    """Return the answer to a route that does not exist."""
    return ApiError(-1, "404: Not Found", status=404)


class Problems:
    """Collects the faults of a form, by path; `settle()` raises them all as one 50035."""

    def __init__(self) -> None:
        self.errors: Payload = {}

    def add(self, path: Sequence[str | int], code: str, message: str) -> None:
        """Record one problem at a path such as ("embeds", 0, "title")."""
        at = self.errors
        for step in path:
            at = at.setdefault(str(step), {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def required(self, path: Sequence[str | int]) -> None:
        """Record that a field is missing."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def length(self, path: Sequence[str | int], value: object, most: int, least: int = 0) -> bool:
        """Record a text or a list that is too long or too short; return whether it was all right."""
        size = len(value) if isinstance(value, str) else len(items(value))
        if least <= size <= most:
            return True
        what = "in length" if isinstance(value, str) else "items"
        if size > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer {what}.")
        else:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} {what}.")
        return False

    def choices(self, path: Sequence[str | int], value: object, allowed: Sequence[object]) -> None:
        """Record a value that is not one of those allowed."""
        if value not in allowed:
            listed = ", ".join(str(item) for item in allowed)
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")

    def settle(self) -> None:
        """Raise 50035 Invalid Form Body when anything was recorded."""
        if self.errors:
            raise ApiError(50035, errors=self.errors)


def invalid(path: Sequence[str | int], code: str, message: str) -> ApiError:
    """Return 50035 with one problem."""
    problems = Problems()
    problems.add(path, code, message)
    return ApiError(50035, errors=problems.errors)
