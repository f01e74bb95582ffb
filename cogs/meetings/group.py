"""`/meeting`: the group to which each topic adds its commands."""

from discord import app_commands

MEETING = app_commands.Group(name="meeting", description="Network meetings.")
