"""What the bot's answers do to the world: messages appear, are filled in, change and disappear."""

import asyncio

from bot.sandbox import errors
from bot.sandbox.interactions.record import COMMAND, MODAL, OPEN_MODAL, Interaction
from bot.sandbox.world import Message, Payload, World, posting
from bot.sandbox.world.drafts import Draft
from bot.sandbox.world.messages import EPHEMERAL, LOADING

REPLY, SLASH_COMMAND, MENU_COMMAND = 19, 20, 23
"""Message types."""


def respond(world: World, interaction: Interaction, draft: Draft) -> Message:
    """Post the first answer."""
    message = _post(
        world, interaction, draft, interaction.message_id, ephemeral=bool(draft.flags & EPHEMERAL)
    )
    interaction.original_id = message.id
    return message


def think(world: World, interaction: Interaction, *, ephemeral: bool) -> Message:
    """Post "iso-bot is thinking..."; the answer fills it later."""
    message = _post(
        world, interaction, Draft(), interaction.message_id, ephemeral=ephemeral, extra_flags=LOADING
    )
    interaction.original_id = message.id
    interaction.loading = True
    return message


def update(world: World, interaction: Interaction, message: Message, draft: Draft) -> None:
    """Change the message that the component belongs to."""
    interaction.original_id = message.id
    draft.flags &= ~EPHEMERAL
    posting.edit(world, message, draft)


def edit(world: World, interaction: Interaction, message: Message, draft: Draft) -> None:
    """Edit an answer; fill a waiting one. Who sees it no longer changes."""
    draft.flags &= ~EPHEMERAL
    if message.id == interaction.original_id:
        interaction.loading = False
        interaction.edits += 1
    posting.edit(world, message, draft, drop_flags=LOADING if message.flags & LOADING else 0)
    interaction.progressed.set()


def follow(world: World, interaction: Interaction, draft: Draft) -> Message:
    """Post another message after the first answer."""
    message = _post(
        world, interaction, draft, interaction.original_id, ephemeral=bool(draft.flags & EPHEMERAL)
    )
    interaction.followups.append(message.id)
    interaction.progressed.set()
    return message


def delete(world: World, interaction: Interaction, message: Message) -> None:
    """Delete an answer."""
    if message.id == interaction.original_id:
        interaction.original_id = None
        interaction.loading = False
    posting.delete(world, message)
    interaction.progressed.set()


def acknowledge(world: World, interaction: Interaction, kind: int) -> None:
    """Record the first answer, notify those waiting, and tell the person's page about an opened form."""
    interaction.answered = kind
    interaction.answered_after = asyncio.get_running_loop().time() - interaction.sent_at
    interaction.acknowledged.set()
    person = frozenset({interaction.user_id})
    if kind == OPEN_MODAL and (modal := interaction.modal) is not None:
        opened: Payload = {
            "interaction": str(interaction.id),
            "custom_id": modal.custom_id,
            "title": modal.title,
            "components": modal.components,
        }
        world.publish("SANDBOX_MODAL", opened, channel_id=interaction.channel_id, users=person)
    world.publish("SANDBOX_INTERACTION", {"id": str(interaction.id), "answered": kind}, users=person)


def focused_type(interaction: Interaction) -> int:
    """Return the type of the option being typed (3 text, 4 integer, 10 number)."""
    given: list[Payload] = interaction.data.get("options") or []
    while given and "options" in given[0]:
        given = given[0]["options"]
    return next((option["type"] for option in given if option.get("focused")), 3)


def _post(
    world: World,
    interaction: Interaction,
    draft: Draft,
    reply_to: int | None,
    *,
    ephemeral: bool,
    extra_flags: int = 0,
) -> Message:
    if interaction.channel_id not in world.channels:  # deleted while the bot was answering
        raise errors.ApiError(10003)
    source = world.message(interaction.channel_id, reply_to) if reply_to is not None else None
    kind = MENU_COMMAND if interaction.data.get("target_id") else SLASH_COMMAND
    draft.reference = None
    if source is not None and (ephemeral or not source.ephemeral):
        draft.reference = {"message_id": str(source.id), "channel_id": str(source.channel_id)}
        kind = REPLY
    elif interaction.kind != COMMAND and interaction.kind != MODAL:
        kind = 0
    user = world.users[interaction.user_id].payload()
    return posting.post(
        world,
        world.channels[interaction.channel_id],
        world.bot,
        draft,
        seen_by=interaction.user_id if ephemeral else None,
        kind=kind,
        interaction_id=interaction.id,
        interaction_metadata=interaction.metadata(user),
        webhook_id=world.bot.id,
        extra_flags=extra_flags,
    )
