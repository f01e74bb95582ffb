"""Messages over the wire: what Discord takes, gives back and refuses."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import discord
import pytest
from discord import ui

from bot.clock import MovableClock
from bot.sandbox.server import Sandbox
from bot.sandbox.world import permissions
from tests.sandbox.conftest import Connect
from tests.sandbox.raw import Rest, bots_role

V2 = 1 << 15


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(buttons)}


def button(custom_id: str, **given: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id} | given


async def test_the_real_client_sends_edits_and_deletes(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    place = bot.get_channel(sandbox.channel("#london").id)
    assert isinstance(place, discord.TextChannel)
    embed = discord.Embed(title="Title", description="Words").add_field(name="When", value="Thursday")
    file = discord.File(BytesIO(b"minutes"), "minutes.txt", description="The minutes")
    message = await place.send("hello", embed=embed, file=file)
    stored = sandbox.channel("#london").messages[0]
    assert stored.text == "hello\nTitle\nWords\nWhen\nThursday"
    assert message.attachments[0].description == "The minutes"
    assert await message.attachments[0].read() == b"minutes"
    await message.edit(content="changed", attachments=[])
    assert (stored.content, stored.attachments, stored.edited_at is not None) == ("changed", [], True)
    await message.add_reaction("👍")
    assert stored.reactions == {"👍": {sandbox.world.bot.id: None}}
    bots_role(sandbox).permissions &= ~permissions.PIN_MESSAGES
    with pytest.raises(discord.Forbidden):
        await message.pin()
    bots_role(sandbox).permissions |= permissions.PIN_MESSAGES
    await message.pin()
    assert [pinned.id async for pinned in place.pins()] == [message.id]
    reply = await message.reply("and more", mention_author=False)
    assert reply.reference is not None
    assert reply.reference.message_id == message.id
    await message.delete()
    assert [each.id async for each in place.history()] == [reply.id]
    assert sandbox.channel("#london").messages == [sandbox.channel("#london").history[reply.id]]


async def test_every_kind_of_component_comes_back(sandbox: Sandbox, connect: Connect) -> None:
    bot = await connect(sync=False)
    place = bot.get_channel(sandbox.channel("#london").id)
    assert isinstance(place, discord.TextChannel)
    view = ui.LayoutView()
    view.add_item(
        ui.Container[Any](
            ui.TextDisplay("Meeting"),
            ui.Section[Any]("Going?", accessory=ui.Button[Any](label="Going", custom_id="go")),
            ui.Section[Any]("Look", accessory=ui.Thumbnail[Any]("attachment://map.png")),
            ui.Separator[Any](spacing=discord.SeparatorSpacing.large),
            ui.MediaGallery[Any](
                discord.MediaGalleryItem("attachment://map.png", description="The way there")
            ),
            ui.File[Any]("attachment://notes.txt"),
            ui.ActionRow[Any](
                ui.Select[Any](options=[discord.SelectOption(label="One")], placeholder="Choose")
            ),
            ui.ActionRow[Any](ui.UserSelect[Any](placeholder="Whom")),
            ui.ActionRow[Any](ui.Button[Any](label="Site", url="https://example.org")),
            accent_colour=discord.Colour.blurple(),
        )
    )
    files = [discord.File(BytesIO(b"png"), "map.png"), discord.File(BytesIO(b"notes"), "notes.txt")]
    message = await place.send(view=view, files=files)
    container = message.components[0]
    assert isinstance(container, discord.components.Container)
    assert [type(child).__name__ for child in container.children] == [
        "TextDisplay",
        "SectionComponent",
        "SectionComponent",
        "SeparatorComponent",
        "MediaGalleryComponent",
        "FileComponent",
        "ActionRow",
        "ActionRow",
        "ActionRow",
    ]
    gallery = container.children[4]
    assert isinstance(gallery, discord.components.MediaGalleryComponent)
    assert gallery.items[0].media.url == message.attachments[0].url
    stored = sandbox.channel("#london").messages[0]
    assert stored.text.split("\n") == ["Meeting", "Going?", "Going", "Look", "Choose", "Whom", "Site"]
    ids = [component["id"] for component in stored.walk()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"content": "x" * 2001}, {"content": "BASE_TYPE_MAX_LENGTH"}),
        ({"embeds": [{"title": "x" * 257}]}, {"embeds.0.title": "BASE_TYPE_MAX_LENGTH"}),
        ({"embeds": [{"description": "x"}] * 11}, {"embeds": "BASE_TYPE_MAX_LENGTH"}),
        ({"embeds": [{"description": "x" * 4000}] * 2}, {"embeds": "MAX_EMBED_SIZE_EXCEEDED"}),
        ({"embeds": [{"fields": [{"name": "a"}]}]}, {"embeds.0.fields.0.value": "BASE_TYPE_REQUIRED"}),
        ({"content": "x", "nonce": "n" * 26}, {"nonce": "BASE_TYPE_MAX_LENGTH"}),
        ({"content": "x", "components": [text("no")]}, {"components.0.type": "UNION_TYPE_CHOICES"}),
        ({"content": "x", "components": [row()]}, {"components.0.components": "BASE_TYPE_BAD_LENGTH"}),
        (
            {"content": "x", "components": [row(button("a"), button("a"))]},
            {"components.0.components.1.custom_id": "COMPONENT_CUSTOM_ID_DUPLICATED"},
        ),
        (
            {"content": "x", "components": [row(button("a" * 101))]},
            {"components.0.components.0.custom_id": "BASE_TYPE_MAX_LENGTH"},
        ),
        (
            {"content": "x", "components": [row(button("a", label="x" * 81))]},
            {"components.0.components.0.label": "BASE_TYPE_MAX_LENGTH"},
        ),
        (
            {"content": "x", "components": [row(*(button(str(index)) for index in range(6)))]},
            {"components.0.components": "BASE_TYPE_MAX_LENGTH"},
        ),
        (
            {"content": "x", "components": [row(button(str(i))) for i in range(6)]},
            {"components": "BASE_TYPE_MAX_LENGTH"},
        ),
        (
            {"flags": V2, "content": "x", "components": [text("y")]},
            {"content": "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
        ),
        (
            {"flags": V2, "components": [text("x" * 2500), text("x" * 2500)]},
            {"components": "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"},
        ),
        (
            {"flags": V2, "components": [{"type": 17, "components": [text("x")] * 20}] * 2},
            {"components": "BASE_TYPE_MAX_LENGTH"},
        ),
        (
            {"flags": V2, "components": [{"type": 9, "components": [text("x")]}]},
            {"components.0.accessory": "BASE_TYPE_REQUIRED"},
        ),
        (
            {"flags": V2, "components": [{"type": 13, "file": {"url": "attachment://gone.txt"}}]},
            {"components.0.file.url": "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"},
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            {"allowed_mentions": "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"},
        ),
        (
            {"content": "x", "message_reference": {"message_id": "1"}},
            {"message_reference": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"},
        ),
    ],
)
async def test_a_form_that_is_wrong_names_what_is(
    rest: Rest, body: dict[str, Any], problems: dict[str, str]
) -> None:
    reply = await rest.send("#london", body)
    assert reply.failed == (400, 50035)
    assert reply.body["message"] == "Invalid Form Body"
    assert reply.problems() == problems
    assert rest.sandbox.channel("#london").messages == []


@pytest.mark.parametrize("body", [{}, {"content": "   "}, {"flags": V2}, {"content": "", "embeds": []}])
async def test_an_empty_message_is_refused(rest: Rest, body: dict[str, Any]) -> None:
    assert (await rest.send("#london", body)).failed == (400, 50006)


async def test_an_edit_cannot_leave_nothing(rest: Rest) -> None:
    sent = await rest.send("#london", {"content": "words"})
    path = f"/channels/{sent.body['channel_id']}/messages/{sent.body['id']}"
    assert (await rest("PATCH", path, {"content": ""})).failed == (400, 50006)
    assert rest.sandbox.channel("#london").messages[0].content == "words"


async def test_a_message_stays_one_of_version_two(rest: Rest) -> None:
    sent = await rest.send("#london", {"flags": V2, "components": [text("a")]})
    path = f"/channels/{sent.body['channel_id']}/messages/{sent.body['id']}"
    edited = await rest("PATCH", path, {"flags": 0, "components": [text("b")]})
    assert (edited.status, edited.body["flags"] & V2) == (200, V2)
    assert (await rest("PATCH", path, {"content": "c"})).failed == (400, 50035)


async def test_a_nonce_is_good_for_one_message(rest: Rest, clock: MovableClock) -> None:
    body = {"content": "once", "nonce": "meeting:12", "enforce_nonce": True}
    first = await rest.send("#london", body)
    events: list[str] = []
    rest.sandbox.world.subscribe(lambda event: events.append(event.name))
    again = await rest.send("#london", body | {"content": "twice"})
    assert again.status == 200
    assert (again.body["id"], again.body["content"]) == (first.body["id"], "once")
    assert events == []
    assert (await rest.send("#wales", body)).body["id"] != first.body["id"]
    clock.move(timedelta(seconds=301))
    assert (await rest.send("#london", body)).body["id"] != first.body["id"]


async def test_without_enforcing_a_nonce_means_nothing(rest: Rest) -> None:
    body = {"content": "twice", "nonce": "n"}
    await rest.send("#london", body)
    await rest.send("#london", body)
    assert len(rest.sandbox.channel("#london").messages) == 2


async def test_a_deleted_message_still_holds_its_nonce(rest: Rest) -> None:
    body = {"content": "once", "nonce": "n", "enforce_nonce": True}
    first = (await rest.send("#london", body)).body
    assert (await rest("DELETE", f"/channels/{first['channel_id']}/messages/{first['id']}")).status == 204
    assert (await rest.send("#london", body)).failed == (404, 10008)


async def test_what_stands_in_the_way_has_its_code(rest: Rest) -> None:
    sandbox = rest.sandbox
    assert (await rest("POST", "/channels/1/messages", {"content": "x"})).failed == (404, 10003)
    del sandbox.channel("#organisers").overwrites[bots_role(sandbox).id]
    assert (await rest.send("#organisers", {"content": "x"})).failed == (403, 50001)
    london = sandbox.channel("#london")
    for role in (sandbox.guild().everyone, bots_role(sandbox)):
        role.permissions &= ~permissions.SEND_MESSAGES
    assert (await rest.send("#london", {"content": "x"})).failed == (403, 50013)
    assert (await rest("GET", f"/channels/{london.id}/messages/5")).failed == (404, 10008)
    assert (await rest("GET", "/channels/abc/messages/5")).failed == (400, 50035)


async def test_embeds_and_files_need_their_permissions(rest: Rest) -> None:
    for role in (rest.sandbox.guild().everyone, bots_role(rest.sandbox)):
        role.permissions &= ~(permissions.EMBED_LINKS | permissions.ATTACH_FILES)
    assert (await rest.send("#london", {"embeds": [{"title": "x"}]})).failed == (403, 50013)
    assert (await rest.send("#london", {"flags": V2, "components": [text("x")]})).status == 200


async def test_direct_messages_and_why_they_fail(rest: Rest) -> None:
    async def dm(name: str) -> tuple[int, int]:
        opened = await rest("POST", "/users/@me/channels", {"recipient_id": str(rest.sandbox.user(name).id)})
        assert opened.status == 200
        sent = await rest("POST", f"/channels/{opened.body['id']}/messages", {"content": "hello"})
        return sent.status, sent.body.get("code", 0)

    assert await dm("tomasz") == (200, 0)
    assert await dm("mei") == (403, 50007)
    assert await dm("leila") == (403, 50278)
    unknown = await rest("POST", "/users/@me/channels", {"recipient_id": "1"})
    assert unknown.failed == (400, 50033)


async def test_nobody_edits_or_deletes_what_another_wrote(rest: Rest) -> None:
    said = rest.sandbox.person("amina").say("#london", "mine")
    path = f"/channels/{said.channel_id}/messages/{said.id}"
    assert (await rest("PATCH", path, {"content": "yours"})).failed == (403, 50005)
    assert (await rest("DELETE", path)).failed == (403, 50013)


async def test_a_wrong_token_and_a_broken_body(rest: Rest) -> None:
    refused = await rest("GET", "/users/@me", token="other")
    assert (refused.status, refused.body) == (401, {"message": "401: Unauthorized", "code": 0})
    assert rest.sandbox.invalid_requests == 1
    broken = await rest("POST", f"/channels/{rest.sandbox.channel('#london').id}/messages", raw=b"{")
    assert broken.failed == (400, 50109)
    missing = await rest("GET", "/nowhere")
    assert (missing.status, missing.body["message"]) == (404, "404: Not Found")
    assert rest.sandbox.unknown_routes == ["GET /api/v10/nowhere"]


async def test_answers_are_exactly_json(rest: Rest) -> None:
    reply = await rest("GET", "/users/@me")
    assert reply.headers["Content-Type"] == "application/json"


async def test_history_pages(rest: Rest) -> None:
    ids = [(await rest.send("#london", {"content": str(index)})).body["id"] for index in range(7)]
    path = f"/channels/{rest.sandbox.channel('#london').id}/messages"

    async def page(query: str) -> list[int]:
        return [ids.index(each["id"]) for each in (await rest("GET", f"{path}?{query}")).body]

    assert await page("limit=3") == [6, 5, 4]
    assert await page(f"limit=3&before={ids[3]}") == [2, 1, 0]
    assert await page(f"limit=2&after={ids[3]}") == [5, 4]
    assert await page(f"limit=3&around={ids[3]}") == [4, 3, 2]
    assert (await rest("GET", f"{path}?limit=101")).failed == (400, 50035)


async def test_requests_are_remembered(rest: Rest) -> None:
    await rest.send("#london", {"content": "x"})
    (record,) = rest.sandbox.asked("POST", "/channels/{channel_id}/messages")
    assert (record.status, record.body, record.code) == (200, {"content": "x"}, None)
    assert record.path == f"/channels/{rest.sandbox.channel('#london').id}/messages"
    await rest.send("#london", {})
    assert rest.sandbox.requests[-1].code == 50006
