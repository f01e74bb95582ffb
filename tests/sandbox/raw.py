"""Requests without a library: what exactly goes over the wire and comes back."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.sandbox.server import Sandbox
from bot.sandbox.world import Role


@dataclass(frozen=True)
class Reply:
    """An answer: its JSON, or its text where it is none."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> int:
        """Discord's error code."""
        return self.body["code"]

    @property
    def failed(self) -> tuple[int, int]:
        """Status and Discord's error code."""
        return self.status, self.body["code"]

    def problems(self) -> dict[str, str]:
        """What is wrong with the form: the first code of each path, such as "embeds.0.title"."""
        found: dict[str, str] = {}

        def walk(node: dict[str, Any], path: str) -> None:
            for key, inner in node.items():
                if key == "_errors":
                    found[path] = inner[0]["code"]
                else:
                    walk(inner, f"{path}.{key}" if path else key)

        walk(self.body.get("errors", {}), "")
        return found


class Rest:
    """Asks a sandbox as its bot: `await rest("POST", "/channels/1/messages", {...})`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, raw: bytes | None = None
    ) -> Reply:
        """Send one request; `raw` is sent instead of a JSON body."""
        url = self.sandbox.api_base + path
        headers = {"Authorization": f"Bot {token or self.sandbox.token}"}
        if raw is not None:
            headers["Content-Type"] = "application/json"
        async with self._session.request(method, url, json=body, data=raw, headers=headers) as answer:
            kind = answer.headers.get("Content-Type", "")
            data = await answer.json() if kind == "application/json" else await answer.text()
            return Reply(answer.status, data, dict(answer.headers))

    async def send(self, channel: str, body: Any) -> Reply:
        """Send a message to a channel by its name."""
        return await self("POST", f"/channels/{self.sandbox.channel(channel).id}/messages", body)


def bots_role(sandbox: Sandbox) -> Role:
    """The role that the bot's permissions come from."""
    return next(role for role in sandbox.guild().roles.values() if role.bot_id)
