"""The small web servers of the bot: whatever is served on one address shares one of them."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

Address = tuple[str, int]

ENDING = 0.5
"""Seconds that a response in progress gets when the bot closes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: 304 if the caller's copy still has this `etag`."""

    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    etag: str = ""


Handler = Callable[[Mapping[str, str], Mapping[str, str]], Awaitable[Answer]]
"""Answers a request, given the named parts of its path and its headers."""


async def _bare(_request: Any, response: Any) -> None:
    """Remove the server's name from a response, and forbid guessing another content type."""
    response.headers.pop("Server", None)
    response.headers["X-Content-Type-Options"] = "nosniff"


class Web:
    """Serves handlers under paths; TLS is left to the proxy in front of it."""

    def __init__(self) -> None:
        self._routes: dict[Address, dict[str, Handler]] = {}
        self._runners: list[Any] = []
        self._ports: dict[Address, int] = {}

    def add(self, address: Address, path: str, handler: Handler) -> None:
        """Serve GET requests for `path` on the host and port of `address`, from `start` on."""
        self._routes.setdefault(address, {})[path] = handler

    def port(self, address: Address) -> int:
        """Return the actual port: where 0 is configured, the system chooses."""
        return self._ports.get(address, address[1])

    @property
    def addresses(self) -> list[Address]:
        """What is served, as configured."""
        return list(self._ports)

    async def start(self) -> None:
        """Start serving; log an address that is taken, and go on without it."""
        if not self._routes:
            return
        from aiohttp import web  # loaded only where something is served, which is off by default

        def serving(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
            async def serve(request: web.Request) -> web.Response:
                answer = await handler(request.match_info, request.headers)
                headers = dict(answer.headers)
                if answer.etag:
                    headers["ETag"] = f'"{answer.etag}"'
                    if any(one.value in (answer.etag, "*") for one in request.if_none_match or ()):
                        return web.Response(status=304, headers=headers)
                headers["Content-Type"] = answer.kind
                return web.Response(body=answer.body, status=answer.status, headers=headers)

            return serve

        for address, routes in self._routes.items():
            app = web.Application()
            app.on_response_prepare.append(_bare)
            for path, handler in routes.items():
                app.router.add_get(path, serving(handler))
            # Paths contain secrets, so there is no access log.
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=ENDING)
            await runner.setup()
            self._runners.append(runner)
            host, port = address
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                log.error("nothing can be served on %s:%d: %s", host, port, error.strerror)  # noqa: TRY400 - a sentence, no trace
                continue
            self._ports[address] = runner.addresses[0][1]
            log.info("serving %s on %s:%d", ", ".join(routes), host, self._ports[address])

    async def stop(self) -> None:
        """Stop serving; safe to call twice."""
        runners, self._runners = self._runners, []
        for runner in runners:
            await runner.cleanup()
