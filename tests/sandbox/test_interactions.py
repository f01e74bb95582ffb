"""Interactions between people and the real discord.py, over the wire."""

import discord
import pytest

from bot.sandbox.interactions import Refused
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from tests.sandbox.small_bot import SmallBot


async def test_a_command_with_an_option_is_answered(sandbox: Sandbox, bot: SmallBot, amina: Person) -> None:
    answer = await amina.slash("#london", "echo", text="hello there")
    assert answer.failed is None
    assert answer.text == "hello there"
    assert sandbox.channel("#london").messages == [answer.message]
    seen = bot.seen[-1]
    assert seen.guild is not None
    assert seen.channel is not None
    assert (seen.guild.name, seen.channel.id) == (sandbox.guild().name, sandbox.channel("#london").id)
    assert seen.permissions.send_messages
    assert not seen.permissions.manage_guild
    assert seen.app_permissions.embed_links
    assert seen.locale is discord.Locale.british_english
    assert seen.context.guild


async def test_every_type_of_option_arrives_as_itself(sandbox: Sandbox, bot: SmallBot, amina: Person) -> None:
    answer = await amina.slash(
        "#london",
        "meeting schedule",
        title="Planning",
        host=sandbox.user("tomasz"),
        channel="#yorkshire",
        role="Organisers",
        places=7,
        share=0.25,
        online=True,
        paper=("minutes.txt", b"we met"),
    )
    assert answer.text == "Planning | Tomasz Zieliński | yorkshire | Organisers | 7 | 0.25 | True | we met"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "'title' is required"),
        ({"title": "Planning"}, "'host' is required"),
        ({"title": "no", "host": "tomasz"}, "3 to 20 characters"),
        ({"title": "x" * 21, "host": "tomasz"}, "3 to 20 characters"),
        ({"title": "Planning", "host": "nobody"}, "no user 'nobody'"),
        ({"title": "Planning", "host": "tomasz", "places": 11}, "between 1 and 10"),
        ({"title": "Planning", "host": "tomasz", "channel": "#organisers"}, "no channel"),
        ({"title": "Planning", "host": "tomasz", "when": "now"}, "no option 'when'"),
    ],
)
async def test_the_client_holds_back_what_discord_would(
    bot: SmallBot, tomasz: Person, values: dict[str, object], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        await tomasz.slash("#london", "meeting schedule", **values)
    assert bot.seen == []


async def test_autocomplete_sees_what_is_filled_in_so_far(
    bot: SmallBot, amina: Person, tomasz: Person
) -> None:
    choices = await amina.autocomplete("#london", "meeting schedule", focus="title", title="Pl", host=tomasz)
    assert [(choice.name, choice.value) for choice in choices] == [(f"Pl with {tomasz.id}", "Pl!")]
    with pytest.raises(Refused, match="no option with autocomplete"):
        await amina.autocomplete("#london", "meeting schedule", focus="host", host="t")


async def test_commands_are_hidden_from_those_without_permission(
    sandbox: Sandbox, bot: SmallBot, tomasz: Person
) -> None:
    ruth = sandbox.person("ruth")
    assert "secret" in ruth.commands("#london")
    assert "secret" not in tomasz.commands("#london")
    with pytest.raises(Refused, match="permissions that it asks for"):
        await tomasz.slash("#london", "secret")
    assert (await ruth.slash("#london", "secret")).text == "secret"


async def test_commands_work_in_direct_messages(bot: SmallBot, tomasz: Person) -> None:
    answer = await tomasz.slash("dm", "echo", text="just us")
    assert [message.text for message in tomasz.dms] == ["just us"]
    assert bot.seen[-1].guild is None
    assert isinstance(bot.seen[-1].user, discord.User)
    assert isinstance(bot.seen[-1].channel, discord.DMChannel)
    assert bot.seen[-1].context.dm_channel
    assert answer.message.channel_id == tomasz.dm.id


async def test_a_press_edits_its_message(bot: SmallBot, amina: Person, tomasz: Person) -> None:
    answer = await amina.slash("#london", "count")
    pressed = await tomasz.press(answer.message, "Count")
    assert pressed.message is answer.message
    assert "Pressed 1" in answer.text
    with pytest.raises(Refused, match="the message has 'Count'"):
        await tomasz.press(answer, "Discount")


async def test_every_kind_of_select(sandbox: Sandbox, bot: SmallBot, amina: Person, tomasz: Person) -> None:
    answer = await amina.slash("#london", "pick")
    london = sandbox.channel("#london")
    picked = await amina.choose(answer, "text", ["One", "2"])
    assert picked.text == "1 2"
    assert (await amina.choose(answer, "user", [tomasz])).text == "tomasz"
    assert (await amina.choose(answer, "role", ["London"])).text == "London"
    assert (await amina.choose(answer, "channel", [london])).text == "london"
    assert (await amina.choose(answer, "mentionable", ["Organisers"])).text == "Organisers"
    assert (await amina.choose(answer, "mentionable", ["tomasz"])).text == "tomasz"
    with pytest.raises(Refused, match="1 to 2 have to be chosen"):
        await amina.choose(answer, "text", [])
    with pytest.raises(Refused, match="'Three' is not among"):
        await amina.choose(answer, "text", ["Three"])


async def test_a_modal_makes_the_round_trip(bot: SmallBot, amina: Person) -> None:
    answer = await amina.slash("#london", "form")
    assert answer.modal.title == "A form"
    assert answer.modal.labels == ["Text", "Colour", "Ticks", "Way", "Agree"]
    done = await amina.submit(
        answer.modal, {"Text": "abc", "Colour": "Blue", "Ticks": ["Two"], "Way": "Left", "Agree": True}
    )
    assert done.text == "abc b 2 l True"
    assert done.ephemeral


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Text": " "}, "'Text': this field is required"),
        ({"Text": "x" * 21}, "'Text': 0 to 20 characters, not 21"),
        ({"Way": None}, "'Way': one has to be chosen"),
        ({"Way": "Up"}, "'Way': 'Up' is not among the options"),
        ({"Agree": "yes"}, "'Agree': a checkbox is ticked"),
        ({"Nothing": "x"}, "no field 'Nothing'"),
    ],
)
async def test_a_form_is_checked_before_it_is_sent(
    bot: SmallBot, amina: Person, change: dict[str, object], reason: str
) -> None:
    answer = await amina.slash("#london", "form")
    good: dict[str, object] = {"Text": "abc", "Colour": ["Red"], "Way": "Left"}
    with pytest.raises(Refused, match=reason):
        await amina.submit(answer.modal, good | change)
    assert (await amina.submit(answer.modal, good)).text == "abc r l False"


async def test_a_form_takes_people_places_and_files(
    sandbox: Sandbox, bot: SmallBot, amina: Person, tomasz: Person
) -> None:
    opened = await amina.press(await amina.slash("#london", "doors"), "Form")
    done = await amina.submit(
        opened.modal,
        {"Who": [tomasz], "Where": ["#yorkshire"], "Papers": [("a.txt", b"A"), ("b.txt", b"B")]},
    )
    assert done.text == "tomasz yorkshire a.txt=A b.txt=B"
    assert bot.seen[-1].message is not None


async def test_a_form_from_a_button_can_change_the_message(bot: SmallBot, amina: Person) -> None:
    shown = await amina.slash("#london", "doors")
    opened = await amina.press(shown, "Rename")
    assert opened.modal.values() == {"Name": "before"}
    done = await amina.submit(opened.modal, {"Name": "after"})
    assert done.message is shown.message
    assert shown.message.content == "after"


async def test_a_deferred_answer_is_followed_to_its_end(bot: SmallBot, amina: Person, tomasz: Person) -> None:
    answer = await amina.slash("#london", "slow", quiet=False)
    assert answer.text.startswith("done")
    await answer.until_followups(1)
    assert [message.text for message in answer.messages] == ["done", "and more"]
    assert not answer.ephemeral
    assert all(tomasz.sees(message) for message in answer.messages)


async def test_ephemeral_answers_are_seen_by_one_person(
    sandbox: Sandbox, bot: SmallBot, amina: Person, tomasz: Person
) -> None:
    answer = await amina.slash("#london", "slow")
    await answer.until_followups(1)
    assert answer.ephemeral
    assert [amina.sees(message) for message in answer.messages] == [True, True]
    assert [tomasz.sees(message) for message in answer.messages] == [False, False]
    assert sandbox.channel("#london").messages == []
    assert len(amina.reads("#london")) == 2
    assert tomasz.reads("#london") == []


async def test_a_silent_acknowledgement_is_followed_up(bot: SmallBot, amina: Person) -> None:
    shown = await amina.slash("#london", "doors")
    with pytest.raises(Refused, match="'Off' is disabled"):
        await amina.press(shown, "Off")
    pressed = await amina.press(shown, "Later")
    await pressed.final()
    assert pressed.message is not shown.message
    assert pressed.text == "later"
    assert pressed.ephemeral


async def test_menus_on_messages_and_people(bot: SmallBot, amina: Person, tomasz: Person) -> None:
    said = tomasz.say("#london", "the words")
    quoted = await amina.menu(said, "Quote")
    assert quoted.text == "> the words"
    assert quoted.ephemeral
    assert (await amina.menu(tomasz, "Wave", "#london")).text == "Hello Tomasz Zieliński"


async def test_no_answer_in_three_seconds_fails_and_a_later_one_is_unknown(
    sandbox: Sandbox, bot: SmallBot, amina: Person
) -> None:
    answer = await amina.slash("#london", "silent")
    assert answer.failed == "The application did not respond"
    with pytest.raises(LookupError, match="did not respond"):
        _ = answer.message
    with pytest.raises(discord.NotFound) as late:
        await bot.seen[-1].response.send_message("too late")
    assert late.value.code == 10062


async def test_one_answer_for_each_interaction(sandbox: Sandbox, bot: SmallBot, amina: Person) -> None:
    answer = await amina.slash("#london", "echo", text="once")
    again = bot.seen[-1]
    again.response._response_type = None  # pyright: ignore[reportPrivateUsage] - else the library itself objects
    with pytest.raises(discord.HTTPException) as twice:
        await again.response.send_message("twice")
    assert twice.value.code == 40060
    assert [message.text for message in sandbox.channel("#london").messages] == ["once"]
    assert answer.text == "once"
