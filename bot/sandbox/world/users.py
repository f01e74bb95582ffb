"""People and bots."""

from dataclasses import dataclass

from bot.sandbox.world.events import Payload


@dataclass(slots=True)
class User:
    """An account: a person or the bot. `about` is for the page only."""

    id: int
    username: str
    global_name: str | None = None
    bot: bool = False
    about: str = ""
    dms_open: bool = True
    locale: str = "en-GB"

    @property
    def name(self) -> str:
        """The name that others see without a nickname."""
        return self.global_name or self.username

    @property
    def mention(self) -> str:
        """How a message mentions this account."""
        return f"<@{self.id}>"

    def payload(self) -> Payload:
        """Return Discord's user object."""
        return {
            "id": str(self.id),
            "username": self.username,
            "discriminator": "0000" if self.bot else "0",
            "global_name": self.global_name,
            "avatar": None,
            "avatar_decoration_data": None,
            "banner": None,
            "accent_color": None,
            "collectibles": None,
            "clan": None,
            "primary_guild": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
        }
