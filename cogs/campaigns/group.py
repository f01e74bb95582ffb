"""`/campaign`: the group to which each topic adds its commands."""

from discord import app_commands

CAMPAIGN = app_commands.Group(name="campaign", description="Campaigns.")
