"""Answers to interactions, request by request: what Discord takes, refuses and gives back."""

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.sandbox.interactions import Interaction, Refused, commands
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Message
from tests.sandbox.raw import Reply, Rest

BUTTON: dict[str, Any] = {
    "type": 1,
    "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}],
}
FORM: dict[str, Any] = {
    "custom_id": "form",
    "title": "Form",
    "components": [
        {"type": 10, "content": "Some words"},
        {"type": 18, "label": "Name", "component": {"type": 4, "style": 1, "custom_id": "name"}},
    ],
}

NO_COMPONENTS: dict[str, Any] = {"components": []}

Ask = Callable[[], Interaction]


@pytest.fixture
async def rest(sandbox: Sandbox) -> AsyncGenerator[Rest]:
    """Requests to the sandbox that is held against the official document."""
    async with Rest(sandbox) as asking:
        yield asking


@pytest.fixture
async def ask(sandbox: Sandbox, rest: Rest, amina: Person) -> Ask:
    """Use a command that nobody answers by itself."""
    await rest(
        "PUT",
        f"/applications/{sandbox.world.bot.id}/commands",
        [{"name": "ask", "type": 1, "description": "Ask"}],
    )

    def begin() -> Interaction:
        london = sandbox.channel("#london")
        return sandbox.interactions.command(
            amina.id, london, commands.find(sandbox.world, amina.id, london, "ask"), []
        )

    return begin


class Desk:
    """The requests of one interaction."""

    def __init__(self, rest: Rest, interaction: Interaction) -> None:
        self.rest = rest
        self.interaction = interaction
        self.webhook = f"/webhooks/{rest.sandbox.world.bot.id}/{interaction.token}"

    async def answer(self, kind: int, data: Any = None, query: str = "") -> Reply:
        path = f"/interactions/{self.interaction.id}/{self.interaction.token}/callback{query}"
        return await self.rest("POST", path, {"type": kind} | ({"data": data} if data is not None else {}))

    async def follow(self, data: Any) -> Reply:
        return await self.rest("POST", self.webhook, data)

    async def original(self, method: str, data: Any = None) -> Reply:
        return await self.rest(method, f"{self.webhook}/messages/@original", data)


def press(sandbox: Sandbox, person: Person, message: Message) -> Interaction:
    """Press the message's button."""
    item = next(item for item in message.walk() if item["type"] == 2)
    return sandbox.interactions.component(person.id, message, item)


async def test_a_first_answer_is_204_or_with_response(sandbox: Sandbox, rest: Rest, ask: Ask) -> None:
    assert (await Desk(rest, ask()).answer(4, {"content": "short"})).status == 204
    desk = Desk(rest, ask())
    reply = await desk.answer(4, {"content": "long", "flags": 64}, "?with_response=true")
    about, resource = reply.body["interaction"], reply.body["resource"]
    assert (about["id"], about["type"]) == (str(desk.interaction.id), 2)
    assert about["response_message_ephemeral"] is True
    assert about["response_message_loading"] is False
    assert resource["type"] == 4
    assert resource["message"]["interaction_metadata"]["user"]["username"] == "amina"
    assert resource["message"]["webhook_id"] == str(sandbox.world.bot.id)
    assert resource["message"]["type"] == 20


async def test_a_deferred_answer_is_filled_by_edit_or_first_followup(
    rest: Rest, ask: Ask, amina: Person
) -> None:
    desk = Desk(rest, ask())
    reply = await desk.answer(5, {"flags": 64}, "?with_response=true")
    assert reply.body["interaction"]["response_message_loading"] is True
    waiting = amina.reads("#london")[-1]
    assert waiting.flags == 64 | 128
    edited = await desk.original("PATCH", {"content": "ready"})
    assert (edited.body["flags"], waiting.text) == (64, "ready")

    desk = Desk(rest, ask())
    await desk.answer(5)
    filled = await desk.follow({"content": "filled", "flags": 64})
    assert filled.body["id"] == str(desk.interaction.original_id)
    assert filled.body["flags"] == 0
    second = await desk.follow({"content": "second", "flags": 64})
    assert second.body["id"] != filled.body["id"]
    assert second.body["flags"] == 64


async def test_a_deferred_answer_becomes_components_by_its_edit(rest: Rest, ask: Ask, amina: Person) -> None:
    desk = Desk(rest, ask())
    await desk.answer(5)
    reply = await desk.original("PATCH", {"flags": 1 << 15, "components": [{"type": 10, "content": "card"}]})
    assert reply.body["flags"] == 1 << 15
    assert amina.reads("#london")[-1].text == "card"


async def test_original_and_followups_can_be_read_changed_and_deleted(
    sandbox: Sandbox, rest: Rest, ask: Ask
) -> None:
    desk = Desk(rest, ask())
    await desk.answer(4, {"content": "first"})
    follow = (await desk.follow({"content": "second"})).body
    assert (await desk.original("GET")).body["content"] == "first"
    assert follow["message_reference"]["message_id"] == str(desk.interaction.original_id)
    path = f"{desk.webhook}/messages/{follow['id']}"
    assert (await rest("GET", path)).body["content"] == "second"
    assert (await rest("PATCH", path, {"content": "changed"})).body["content"] == "changed"
    assert (await rest("DELETE", path)).status == 204
    assert (await rest("GET", path)).failed == (404, 10008)
    assert (await desk.original("DELETE")).status == 204
    assert (await desk.original("GET")).failed == (404, 10008)
    assert sandbox.channel("#london").messages == []


async def test_a_token_reaches_only_its_own_messages(sandbox: Sandbox, rest: Rest, ask: Ask) -> None:
    desk = Desk(rest, ask())
    await desk.answer(4, {"content": "mine"})
    other = await rest.send("#london", {"content": "another"})
    assert (await rest("PATCH", f"{desk.webhook}/messages/{other.body['id']}", {"content": "x"})).failed == (
        404,
        10008,
    )


async def test_webhooks_need_an_answer_first_and_a_living_token(
    sandbox: Sandbox, rest: Rest, ask: Ask, clock: MovableClock
) -> None:
    desk = Desk(rest, ask())
    assert (await desk.follow({"content": "early"})).failed == (404, 10015)
    await desk.answer(4, {"content": "first"})
    clock.move(timedelta(minutes=14))
    assert (await desk.follow({"content": "in time"})).status == 200
    clock.move(timedelta(minutes=2))
    assert (await desk.follow({"content": "late"})).failed == (401, 50027)
    assert (await desk.original("PATCH", {"content": "late"})).failed == (401, 50027)
    assert (await rest("POST", f"/webhooks/{sandbox.world.bot.id}/nonsense", {"content": "x"})).failed == (
        401,
        50027,
    )
    assert (await rest("POST", f"/webhooks/1/{desk.interaction.token}", {"content": "x"})).failed == (
        404,
        10015,
    )


async def test_a_moved_clock_does_not_make_an_answer_late(rest: Rest, ask: Ask, clock: MovableClock) -> None:
    desk = Desk(rest, ask())
    clock.move(timedelta(hours=1))
    assert (await desk.answer(4, {"content": "here"})).status == 204


async def test_wrong_ids_tokens_and_second_answers(rest: Rest, ask: Ask) -> None:
    desk, other = Desk(rest, ask()), Desk(rest, ask())
    path = f"/interactions/{desk.interaction.id}/{other.interaction.token}/callback"
    assert (await rest("POST", path, {"type": 5})).failed == (404, 10062)
    assert (await desk.answer(5)).status == 204
    assert (await desk.answer(5)).failed == (400, 40060)


@pytest.mark.parametrize(
    ("kind", "data", "path", "code"),
    [
        (4, {"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        (6, None, "type", "BASE_TYPE_CHOICES"),
        (7, {"content": "x"}, "type", "BASE_TYPE_CHOICES"),
        (8, NO_COMPONENTS, "type", "BASE_TYPE_CHOICES"),
        (9, FORM | {"title": "x" * 46}, "title", "BASE_TYPE_MAX_LENGTH"),
        (9, FORM | NO_COMPONENTS, "components", "BASE_TYPE_BAD_LENGTH"),
    ],
)
async def test_bad_answers_say_what_is_wrong_and_can_be_mended(
    rest: Rest, ask: Ask, kind: int, data: Any, path: str, code: str
) -> None:
    desk = Desk(rest, ask())
    rest.sandbox.document = None
    reply = await desk.answer(kind, data)
    assert reply.failed == (400, 50035)
    assert reply.problems() == {path: code}
    assert (await desk.answer(4, {"content": "better"})).status == 204


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (4, "x"),
        (4, {"flags": "64"}),
        (4, {"content": 5}),
        (5, {"flags": []}),
        (9, []),
        (9, {"components": [1]}),
        ("4", {}),
    ],
)
async def test_answers_of_the_wrong_shape_are_never_an_error_of_ours(
    rest: Rest, ask: Ask, kind: int, data: Any
) -> None:
    rest.sandbox.document = None
    assert (await Desk(rest, ask()).answer(kind, data)).status in {204, 400}


async def test_an_empty_answer_is_refused(rest: Rest, ask: Ask) -> None:
    assert (await Desk(rest, ask()).answer(4, {"content": ""})).failed == (400, 50006)


async def test_a_component_can_be_acknowledged_silently_and_edited_later(
    sandbox: Sandbox, rest: Rest, amina: Person
) -> None:
    await rest.send("#london", {"content": "press", "components": [BUTTON]})
    message = sandbox.channel("#london").messages[-1]
    desk = Desk(rest, press(sandbox, amina, message))
    assert (await desk.answer(6)).status == 204
    assert (await desk.original("GET")).body["id"] == str(message.id)
    assert (await desk.original("PATCH", {"content": "pressed", "components": []})).status == 200
    assert (message.content, message.components) == ("pressed", [])


async def test_an_answer_to_a_component_replies_to_its_message(
    sandbox: Sandbox, rest: Rest, amina: Person
) -> None:
    await rest.send("#london", {"content": "press", "components": [BUTTON]})
    message = sandbox.channel("#london").messages[-1]
    desk = Desk(rest, press(sandbox, amina, message))
    reply = await desk.answer(4, {"content": "pressed"}, "?with_response=true")
    sent = reply.body["resource"]["message"]
    assert (sent["type"], sent["message_reference"]["message_id"]) == (19, str(message.id))
    assert sent["interaction_metadata"]["interacted_message_id"] == str(message.id)


async def test_a_form_is_answered_but_not_with_a_form(
    sandbox: Sandbox, rest: Rest, ask: Ask, amina: Person
) -> None:
    desk = Desk(rest, ask())
    assert (await desk.answer(9, FORM)).status == 204
    modal = desk.interaction.modal
    assert modal is not None
    assert modal.text == "Form\nSome words\nName"
    submitted = sandbox.interactions.modal(modal, {"Name": "Ada"})
    assert submitted.data["components"] == [
        {"type": 10, "id": 1},
        {"type": 18, "id": 2, "component": {"type": 4, "id": 3, "custom_id": "name", "value": "Ada"}},
    ]
    sandbox.document = None
    assert (await Desk(rest, submitted).answer(9, FORM)).failed == (400, 50035)
    assert (await Desk(rest, submitted).answer(4, {"content": "thanks"})).status == 204
    with pytest.raises(Refused, match="'Name': this field is required"):
        sandbox.interactions.modal(modal, {})


async def test_autocomplete_takes_choices_and_nothing_else(
    sandbox: Sandbox, rest: Rest, amina: Person
) -> None:
    option = {"type": 3, "name": "when", "description": "When", "autocomplete": True}
    await rest(
        "PUT",
        f"/applications/{sandbox.world.bot.id}/commands",
        [{"name": "ask", "type": 1, "description": "Ask", "options": [option]}],
    )
    london = sandbox.channel("#london")
    command = commands.find(sandbox.world, amina.id, london, "ask")

    def typed() -> Desk:
        given = [{"name": "when", "type": 3, "value": "th", "focused": True}]
        return Desk(rest, sandbox.interactions.autocomplete(amina.id, london, command, given))

    desk = typed()
    sandbox.document = None
    assert (await desk.answer(4, {"content": "no"})).failed == (400, 50035)
    many = [{"name": str(n), "value": str(n)} for n in range(26)]
    assert (await desk.answer(8, {"choices": many})).problems() == {"data.choices": "BASE_TYPE_MAX_LENGTH"}
    wrong = [{"name": "", "value": "x"}, {"name": "y", "value": 5}]
    assert set((await desk.answer(8, {"choices": wrong})).problems()) == {
        "data.choices.0.name",
        "data.choices.1.value",
    }
    assert (await desk.answer(8, {"choices": many[:25]})).status == 204
    assert len(desk.interaction.choices) == 25
    assert (await desk.follow({"content": "x"})).failed == (404, 10015)


async def test_somebody_elses_ephemeral_message_cannot_be_pressed(
    sandbox: Sandbox, rest: Rest, ask: Ask, amina: Person, tomasz: Person
) -> None:
    await Desk(rest, ask()).answer(4, {"content": "yours", "flags": 64, "components": [BUTTON]})
    message = amina.reads("#london")[-1]
    with pytest.raises(Refused, match="somebody else's"):
        press(sandbox, tomasz, message)
    assert (await Desk(rest, press(sandbox, amina, message)).answer(7, {"content": "done"})).status == 204
    assert (message.content, message.seen_by) == ("done", amina.id)


async def test_limits_of_the_general_kind_do_not_count_for_answers(rest: Rest, ask: Ask) -> None:
    rest.sandbox.limits = type(rest.sandbox.limits).discord(overall=1)
    replies = [await Desk(rest, ask()).answer(4, {"content": str(n)}) for n in range(20)]
    assert {reply.status for reply in replies} == {204}
