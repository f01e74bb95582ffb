"""Without the members intent the bot runs: only what it can't know is missing, and the check says what that is."""

from dataclasses import replace

from bot.settings import Settings
from tests.cogs.ground import Ground, heads, says


def without(settings: Settings) -> Settings:
    """Return settings that ask for no privileged intent."""
    discord = replace(settings.discord, members_intent=False)
    return replace(settings, discord=discord)


async def test_meetings_reminders_and_names_work_without_the_members_intent(ground: Ground) -> None:
    await ground.stop()
    ground.sandbox.gateway.allowed_intents = 0  # Discord closes the connection of whoever asks for one
    ground.settings = without(ground.settings)
    await ground.start()
    card = await ground.scheduled(when="12/03/2026 18:00")
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-11T18:00"))
    assert "Spring meeting" in "".join(heads(ground.grace.dms))
    assert "Spring meeting" in says(await ground.grace.slash("#london", "mine"))
    assert "Spring meeting" in (await ground.grace.slash("dm", "meeting list")).text
    ground.leila.join(ground.sandbox.guild())
    await ground.later()
    assert ground.leila.dms == []
    first = await ground.leila.slash("#welcome", "welcome start")
    assert "Step 1 of" in says(first)
