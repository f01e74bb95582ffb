"""The set-up is filled in with what the server's own Onboarding in Discord says: channels and what they are called."""

from typing import Any

from bot.sandbox.world import building, permissions
from db import guilds
from tests.cogs.ground import Ground, says


def option(number: int, title: str, channel_id: int) -> dict[str, Any]:
    """Return a choice of a prompt, as Discord writes it."""
    return {
        "id": str(number),
        "title": title,
        "description": "",
        "emoji": {"id": None, "name": None, "animated": False},
        "role_ids": [],
        "channel_ids": [str(channel_id)],
    }


async def test_private_channels_of_regions_are_ticked_and_called_as_in_the_onboarding(fresh: Ground) -> None:
    world, guild = fresh.sandbox.world, fresh.sandbox.guild()
    see = permissions.VIEW_CHANNEL
    hidden = building.channel(world, guild, "se-england", overwrites={guild.id: (0, 0, see)})
    guild.onboarding = [
        {
            "id": "1",
            "title": "Where do you work?",
            "options": [
                option(2, "South East", hidden.id),
                option(3, "London and around", fresh.sandbox.channel("#london").id),
            ],
            "single_select": True,
            "required": False,
            "in_onboarding": True,
            "type": 0,
        }
    ]
    opened = (await fresh.ruth.slash("#welcome", "setup start")).modal
    says(await fresh.ruth.submit(opened))
    record = await fresh.running.store.read(guilds.load, guild.id)
    assert record is not None
    names = {region.channel_id: region.name for region in record.regions}
    assert names[hidden.id] == "South East"
    assert names[fresh.sandbox.channel("#london").id] == "London and around"
    assert names[fresh.sandbox.channel("#wales").id] == "Wales"


async def test_the_form_opens_all_the_same_where_discord_does_not_say(fresh: Ground) -> None:
    assert (await fresh.ruth.slash("#welcome", "setup start")).has_modal
