"""Answers to interactions: the callback, and the messages that their token allows for fifteen minutes.

Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
"""

import asyncio

from bot.sandbox.checks.components import Components
from bot.sandbox.checks.messages import draft
from bot.sandbox.errors import ApiError, Problems, invalid
from bot.sandbox.interactions import answers
from bot.sandbox.interactions.record import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFERRED_MESSAGE,
    DEFERRED_UPDATE,
    MESSAGE,
    OPEN_MODAL,
    UPDATE,
    Interaction,
    Modal,
)
from bot.sandbox.rest.route import Call, Route
from bot.sandbox.shapes import items, obj
from bot.sandbox.world import Message, Payload
from bot.sandbox.world.messages import EPHEMERAL

MOST_CHOICES = 25


async def callback(call: Call) -> Payload | None:
    """Take the first answer: 10062 when unknown or later than 3 s, 40060 when there already was one."""
    interaction = call.sandbox.interactions.find(call.id("interaction_id"), call.args["interaction_token"])
    if interaction is None:
        raise ApiError(10062)
    if interaction.answered is not None:
        raise ApiError(40060)
    if asyncio.get_running_loop().time() > interaction.deadline:
        raise ApiError(10062)
    kind = call.body.get("type")
    allowed = _allowed(interaction)
    if kind not in allowed:
        listed = ", ".join(map(str, allowed))
        raise invalid(("type",), "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")
    message = _answer(call, interaction, kind, obj(call.body.get("data")))
    answers.acknowledge(call.world, interaction, kind)
    if call.query.get("with_response") not in {"true", "1", "True"}:
        return None
    return _response(call, interaction, kind, message)


def _allowed(interaction: Interaction) -> tuple[int, ...]:
    if interaction.kind == AUTOCOMPLETE:
        return (CHOICES,)
    kinds = [MESSAGE, DEFERRED_MESSAGE]
    if interaction.from_component:
        kinds += [DEFERRED_UPDATE, UPDATE]
    if interaction.kind in {COMMAND, COMPONENT}:
        kinds.append(OPEN_MODAL)
    return tuple(kinds)


def _answer(call: Call, interaction: Interaction, kind: int, data: Payload) -> Message | None:
    world = call.world
    if kind == MESSAGE:
        return answers.respond(world, interaction, draft(data, call.uploads, interaction=True))
    if kind == DEFERRED_MESSAGE:
        return answers.think(world, interaction, ephemeral=wants_ephemeral(data))
    if kind == CHOICES:
        interaction.choices = _choices(interaction, data)
        return None
    if kind == OPEN_MODAL:
        interaction.modal = _modal(interaction, data)
        return None
    source = world.message(interaction.channel_id, interaction.message_id or 0)
    if source is None:
        raise ApiError(10008)
    interaction.original_id = source.id
    if kind == UPDATE:
        answers.update(world, interaction, source, draft(data, call.uploads, before=source, interaction=True))
        return source
    return None


def wants_ephemeral(data: Payload) -> bool:
    """Whether a deferral asks to be seen by one person only."""
    flags = data.get("flags")
    return isinstance(flags, int) and bool(flags & EPHEMERAL)


def _choices(interaction: Interaction, data: Payload) -> list[Payload]:
    problems = Problems()
    choices = [obj(choice) for choice in items(data.get("choices"))]
    if data.get("choices") is None:
        problems.required(("data", "choices"))
    problems.length(("data", "choices"), choices, MOST_CHOICES)
    expected = answers.focused_type(interaction)
    for index, choice in enumerate(choices):
        path = ("data", "choices", index)
        name = choice.get("name")
        problems.length((*path, "name"), name if isinstance(name, str) else "", 100, 1)
        value = choice.get("value")
        if expected == 3:
            problems.length((*path, "value"), value if isinstance(value, str) else "", 100, 1)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            problems.add((*path, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')
    problems.settle()
    return choices


def _modal(interaction: Interaction, data: Payload) -> Modal:
    problems = Problems()
    components = Components(problems).modal(data)
    problems.settle()
    return Modal(interaction, data["custom_id"], data["title"], components)


def _response(call: Call, interaction: Interaction, kind: int, message: Message | None) -> Payload:
    about: Payload = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "channel_id": str(interaction.channel_id),
    }
    if interaction.guild_id is not None:
        about["guild_id"] = str(interaction.guild_id)
    response: Payload = {"interaction": about}
    if interaction.original_id is not None:
        about["response_message_id"] = str(interaction.original_id)
        about["response_message_loading"] = kind == DEFERRED_MESSAGE
        about["response_message_ephemeral"] = bool(message and message.ephemeral)
    if message is not None and kind in {MESSAGE, UPDATE}:
        response["resource"] = {
            "type": kind,
            "message": message.payload(call.world),
        }
    return response


# The webhook of an interaction.


def _live(call: Call) -> Interaction:
    """Return the interaction of the path: 10015 before the first answer, 50027 for a dead or unknown token."""
    if call.id("webhook_id") != call.bot.id:
        raise ApiError(10015)
    interaction = call.sandbox.interactions.live(call.args["webhook_token"])
    if interaction is None:
        raise ApiError(50027)
    if interaction.answered is None or interaction.kind == AUTOCOMPLETE:
        raise ApiError(10015)
    return interaction


def _message(call: Call, interaction: Interaction) -> Message:
    """Return the message of the path, which has to belong to the interaction, or 10008."""
    given = call.args.get("message_id", "@original")
    key = interaction.original_id if given == "@original" else call.id("message_id")
    found = call.world.message(interaction.channel_id, key) if key is not None else None
    if found is None or key not in {interaction.original_id, *interaction.followups}:
        raise ApiError(10008)
    return found


async def followup(call: Call) -> Payload:
    """Send another message; right after a deferral it fills the waiting one instead."""
    interaction = _live(call)
    made = draft(call.body, call.uploads, interaction=True)
    if interaction.loading and (
        waiting := call.world.message(interaction.channel_id, interaction.original_id or 0)
    ):
        answers.edit(call.world, interaction, waiting, made)
        return waiting.payload(call.world)
    return answers.follow(call.world, interaction, made).payload(call.world)


async def get_message(call: Call) -> Payload:
    """Return the original answer or a followup."""
    return _message(call, _live(call)).payload(call.world)


async def edit_message(call: Call) -> Payload:
    """Edit the original answer or a followup; fills a deferred one."""
    interaction = _live(call)
    message = _message(call, interaction)
    made = draft(call.body, call.uploads, before=message, interaction=True)
    answers.edit(call.world, interaction, message, made)
    return message.payload(call.world)


async def delete_message(call: Call) -> None:
    """Delete the original answer or a followup."""
    interaction = _live(call)
    answers.delete(call.world, interaction, _message(call, interaction))


WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES: tuple[Route, ...] = (
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", callback, token=False),
    Route("POST", WEBHOOK, followup, token=False),
    Route("GET", f"{WEBHOOK}/messages/@original", get_message, token=False),
    Route("PATCH", f"{WEBHOOK}/messages/@original", edit_message, token=False),
    Route("DELETE", f"{WEBHOOK}/messages/@original", delete_message, token=False),
    Route("GET", f"{WEBHOOK}/messages/{{message_id}}", get_message, token=False),
    Route("PATCH", f"{WEBHOOK}/messages/{{message_id}}", edit_message, token=False),
    Route("DELETE", f"{WEBHOOK}/messages/{{message_id}}", delete_message, token=False),
)
