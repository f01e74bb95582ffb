"""Access needs of members, said to the hosts alone."""

import re
from typing import Any

import discord
from discord import ui

from bot.app import Bot
from bot.texts import Texts
from cogs.common.audience import the_server
from cogs.common.base import Action, Card, Form, field, fitting, members_of, number_in, reply
from cogs.common.mention import host_of, who
from db.meetings import needs
from db.meetings.models import AccessNeed, Meeting

MOST = 500


class SayNeeds(Action, template=r"needs:(?P<meeting>\d{1,9})"):
    """'Access needs': a form whose words only the hosts see."""

    audience = members_of(Meeting, "meeting_id")

    meeting_id: int

    def __init__(self, meeting_id: int, texts: Texts) -> None:
        super().__init__(f"needs:{meeting_id}", texts("answering.needs.button"))

    def read(self, match: re.Match[str]) -> None:
        """Take the meeting out of the custom_id."""
        self.meeting_id = int(match["meeting"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form, filled in with what the member said before."""
        said = await bot.store.read(needs.need_of, self.meeting_id, interaction.user.id)
        await interaction.response.send_modal(NeedsForm(bot.texts, str(self.meeting_id), said))


class NeedsForm(Form):
    """What somebody needs to take part."""

    audience = members_of(Meeting, "about")

    name = "needs"

    def __init__(self, texts: Texts, state: str, said: str = "") -> None:
        super().__init__(texts("answering.needs.modal"), state)
        self.words = ui.TextInput[Any](
            custom_id="words",
            required=False,
            max_length=MOST,
            style=discord.TextStyle.paragraph,
            default=said or None,
        )
        self.add_item(field(texts("answering.needs.label"), self.words, texts("answering.needs.hint")))

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "NeedsForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store it and say who will read it."""
        meeting_id = int(self.state)
        guild = await the_server(interaction, bot)
        words = self.words.value.strip()
        meeting = await bot.store.write(
            needs.say, meeting_id, guild=guild, user_id=interaction.user.id, words=words, now=bot.clock.now()
        )
        key = "answering.needs.said" if words else "answering.needs.gone"
        shown = Card(bot.texts(key, title=meeting.title, host=host_of(meeting, bot.texts)))
        await reply(interaction, shown)


def need_card(meeting: Meeting, user_id: int, words: str, texts: Texts) -> Card:
    """Return the news to a host that a member needs something."""
    return Card(texts("answering.needs.news", title=meeting.title, member=who(user_id, texts), words=words))


def needs_card(meeting: Meeting, said: list[AccessNeed], texts: Texts) -> Card:
    """Return what members need at a meeting; for its hosts."""
    shown = [texts("answering.needs.entry", member=who(one.user_id, texts), words=one.words) for one in said]
    words = fitting(shown, texts) if shown else texts("answering.needs.none")
    return Card(texts("answering.needs.title", title=meeting.title), words)
