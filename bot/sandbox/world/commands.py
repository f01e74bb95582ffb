"""Application commands registered with the sandbox."""

from dataclasses import dataclass, field

from bot.sandbox.world.events import Payload


@dataclass(slots=True)
class Command:
    """A registered command. Type 1 slash, 2 on a user, 3 on a message; `guild_id` None means everywhere."""

    id: int
    application_id: int
    version: int
    name: str
    type: int = 1
    guild_id: int | None = None
    description: str = ""
    options: list[Payload] = field(default_factory=list[Payload])
    default_member_permissions: str | None = None
    nsfw: bool = False
    contexts: list[int] | None = None
    integration_types: list[int] = field(default_factory=lambda: [0])
    name_localizations: dict[str, str] | None = None
    description_localizations: dict[str, str] | None = None

    def payload(self) -> Payload:
        """Return Discord's application command object."""
        data: Payload = {
            "id": str(self.id),
            "application_id": str(self.application_id),
            "version": str(self.version),
            "default_member_permissions": self.default_member_permissions,
            "type": self.type,
            "name": self.name,
            "name_localizations": self.name_localizations,
            "description": self.description,
            "description_localizations": self.description_localizations,
            "dm_permission": self.contexts is None or 1 in self.contexts,
            "contexts": self.contexts,
            "integration_types": self.integration_types,
            "nsfw": self.nsfw,
        }
        if self.options:
            data["options"] = self.options
        if self.guild_id is not None:
            data["guild_id"] = str(self.guild_id)
        return data
