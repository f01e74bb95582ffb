"""The sandbox's gateway: Discord's websocket protocol, version 10, JSON."""

from bot.sandbox.gateway.server import Gateway
from bot.sandbox.gateway.session import Session
