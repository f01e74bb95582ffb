"""Guilds that Discord has not delivered, cannot reach, or misreports; tests cause this and undo it.

Sources: https://docs.discord.com/developers/events/gateway-events#guild-create and #guild-delete;
discord/discord-api-docs#8445 (404 with code 10004 for guilds that a bot is in), nextcord/nextcord#173 (GUILD_DELETE
without `unavailable` for a guild that the bot is in).
"""

from typing import TYPE_CHECKING

from bot.sandbox.gateway import frames

if TYPE_CHECKING:
    from bot.sandbox.gateway.server import Gateway
    from bot.sandbox.world import Guild


class Availability:
    """What is wrong with which guilds and members, by id.

    Attributes:
        withheld: READY names them, but neither they nor their events come.
        refused: REST answers 10004, although the bot is in them.
        unlisted: they are missing from the list of the bot's guilds.
        unseen: members, of any guild, missing from answers to a request for members although they are there.
    """

    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self.withheld: set[int] = set()
        self.refused: set[int] = set()
        self.unlisted: set[int] = set()
        self.unseen: set[int] = set()

    def withhold(self, *guild_ids: int) -> None:
        """Stop delivering guilds from the next READY on."""
        self.withheld.update(guild_ids)

    def outage(self, guild: "Guild") -> None:
        """Report a guild as unavailable (GUILD_DELETE with `unavailable`), and hold back its events."""
        self._send(guild, "GUILD_DELETE", {"id": str(guild.id), "unavailable": True})
        self.withheld.add(guild.id)

    def deliver(self, guild: "Guild") -> None:
        """Deliver a withheld guild in its present state."""
        self.withheld.discard(guild.id)
        self._send(guild, "GUILD_CREATE", guild.create_payload(self._gateway.world))

    def disown(self, guild: "Guild") -> None:
        """Falsely report that the bot was removed from a guild (GUILD_DELETE without `unavailable`)."""
        self._send(guild, "GUILD_DELETE", {"id": str(guild.id)})

    def _send(self, guild: "Guild", event: str, data: dict[str, object]) -> None:
        for session in self._gateway.sessions.values():
            if session.holds(guild.id):
                session.dispatch(event, frames.encode(data))
        self._gateway.changed()
