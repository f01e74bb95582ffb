"""The link by which an admin invites the bot."""

import discord

# What the features use, and nothing more; docs/install.md names them as Discord does.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    manage_events=True,
    create_events=True,
    pin_messages=True,
)


def invitation(application_id: int) -> str:
    """Return the link by which an admin invites the bot, with the least permissions."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )
