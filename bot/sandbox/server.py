"""The local Discord as a server on loopback: REST, gateway, files and the page in one."""

from types import TracebackType
from typing import Self

from aiohttp import web

from bot.sandbox import page_api, rest, state
from bot.sandbox.core import Core
from bot.sandbox.page_api.guard import local_only
from bot.sandbox.people import Person, newcomer


class Sandbox(Core):
    """A local Discord: `async with Sandbox() as sandbox`.

    Args:
        clock: the world's time; a MovableClock unless given.
        port: 0 for any free one.
        host: only loopback is accepted.
        limits: `Limits.discord()` or `Limits.none()` (the default).
        openapi: path of Discord's official document; each request is then checked against it, and a violation
            is answered with 50035 and recorded in `violations`. Needs jsonschema-rs.
        state_file: the world is loaded from it at the start, if it exists, and saved to it.
        seed: fills a new world; `seed.network` unless given, `seed.nothing` for an empty one.
        token: the bot's token; a new one at each start unless given.

    Raises:
        ValueError: for a host that is not loopback, or a state file that cannot be read.
    """

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=30 * 1024 * 1024, middlewares=[local_only])
        app.add_routes(rest.routes(self))
        app.add_routes(page_api.routes(self))
        app.router.add_get(self.gateway.PATH, self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{id}/{name}", self._file_of)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        state.rebase(self.world, self.url)
        if self._file is not None:
            self._file.keep(self.world)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop serving, and save the world when there is a file for it."""
        self._unsubscribe()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._file is not None:
            await self._file.close(self.world)

    def person(self, name: str) -> Person:
        """Return somebody by user name, to act as them.

        Raises:
            KeyError: when there is none.
        """
        return Person(self, self.user(name))

    def newcomer(self, name: str) -> Person:
        """Return somebody new who is in no server yet."""
        return newcomer(self, name)

    async def _file_of(self, request: web.Request) -> web.Response:
        found = self.world.files.get(request.path)
        if found is None:
            raise web.HTTPNotFound
        kind, data = found
        # Nothing that a bot uploads may run as a page of ours.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(body=data, headers=headers | {"Content-Type": kind})
