"""Discord's REST API, version 10: one module for each resource, each with its ROUTES."""

from aiohttp import web

from bot.sandbox import errors
from bot.sandbox.core import PREFIX, Core
from bot.sandbox.requests import Recorded
from bot.sandbox.rest import (
    application,
    channels,
    commands,
    events,
    guilds,
    interactions,
    invites,
    members,
    messages,
    roles,
    threads,
    users,
)
from bot.sandbox.rest.pipeline import endpoint, reply
from bot.sandbox.rest.route import Call, Route

ROUTES: tuple[Route, ...] = (
    *application.ROUTES,
    *channels.ROUTES,
    *commands.ROUTES,
    *events.ROUTES,
    *guilds.ROUTES,
    *interactions.ROUTES,
    *invites.ROUTES,
    *members.ROUTES,
    *messages.ROUTES,
    *roles.ROUTES,
    *threads.ROUTES,
    *users.ROUTES,
)


def routes(sandbox: Core) -> list[web.RouteDef]:
    """Return all routes for aiohttp, more exact paths first, and 404 and 405 in Discord's words last."""
    ordered = sorted(ROUTES, key=lambda route: route.path.count("{"))
    known = [web.route(route.method, PREFIX + route.path, endpoint(sandbox, route)) for route in ordered]

    async def unknown(request: web.Request) -> web.Response:
        sandbox.unknown_routes.append(f"{request.method} {request.path}")
        return reply(404, errors.not_found().payload(), {})

    return [*known, web.route("*", "/api/{rest:.*}", unknown)]
