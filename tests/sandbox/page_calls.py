"""What the page in the browser calls, as one person."""

from typing import Any

import aiohttp

from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox

OWN = {"X-Sandbox": "1"}


class Page:
    """A browser's calls, as one person."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def get(self, path: str, **query: Any) -> Any:
        async with self.session.get(self.sandbox.url + path, params=query) as answer:
            return await answer.json()

    async def post(self, path: str, body: Any, status: int = 200) -> Any:
        async with self.session.post(self.sandbox.url + path, json=body, headers=OWN) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def act(self, person: Person, what: str, *, status: int = 200, **fields: Any) -> Any:
        return await self.post("/sandbox/act", {"as": str(person.id), "do": what, **fields}, status)

    async def snapshot(self, person: Person) -> Any:
        return await self.get("/sandbox/snapshot", **{"as": str(person.id)})

    async def messages(self, person: Person, channel: int, **query: Any) -> Any:
        return await self.get("/sandbox/messages", **{"as": str(person.id), "channel": str(channel), **query})

    def stream(self, person: Person, **headers: str) -> Any:
        return self.session.ws_connect(f"{self.sandbox.url}/sandbox/stream?as={person.id}", headers=headers)


async def told(stream: aiohttp.ClientWebSocketResponse, kind: str) -> Any:
    """Return the data of the next event of a kind."""
    while True:
        event = await stream.receive_json(timeout=5)
        if event["type"] == kind:
            return event["data"]
