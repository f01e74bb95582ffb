"""Whose phone rings: settings by kinds of messages, with the answer that Discord's documentation gives.

The sources of each rule stand in bot/sandbox/phone/rules.py.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.sandbox.people import Person
from bot.sandbox.phone import Level, Phone
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Channel, Guild, Overwrite, building, membership, permissions
from tests.sandbox.raw import Rest, bots_role

SILENT = 1 << 12
EPHEMERAL = 1 << 6

Setting = Callable[[Phone, Guild, Channel], object]


@pytest.fixture
def clock() -> MovableClock:
    """Time that stands still unless it is moved."""
    return MovableClock(frozen=True)


@pytest.fixture
async def ask(sandbox: Sandbox) -> AsyncGenerator[Rest]:
    """The bot's requests to the strict sandbox."""
    async with Rest(sandbox) as asking:
        yield asking


@pytest.fixture
def category(sandbox: Sandbox) -> Channel:
    """A category that #london stands in."""
    made = building.channel(sandbox.world, sandbox.guild(), "Regions", 4)
    sandbox.channel("#london").parent_id = made.id
    return made


def bodies(sandbox: Sandbox, person: Person, reply_to: int) -> dict[str, dict[str, Any]]:
    """Return a message of each kind, as a bot sends it."""
    role = next(role for role in sandbox.guild().roles.values() if role.name == "London")
    return {
        "plain": {"content": "Hello"},
        "user": {"content": f"Hello {person.mention}"},
        "role": {"content": f"Hello {role.mention}"},
        "everyone": {"content": "Hello @everyone"},
        "here": {"content": "Hello @here"},
        "reply": {"content": "Hello", "message_reference": {"message_id": str(reply_to)}},
        "silent": {"content": f"Hello {person.mention}", "flags": SILENT},
    }


def server(**given: Any) -> Setting:
    return lambda phone, guild, _: phone.set_server(guild, **given)


def channel(**given: Any) -> Setting:
    return lambda phone, _, place: phone.set_channel(place, **given)


def category_of(**given: Any) -> Setting:
    def change(phone: Phone, guild: Guild, place: Channel) -> object:
        return phone.set_channel(guild.channels[place.parent_id or 0], **given)

    return change


def default(level: Level) -> Setting:
    def change(phone: Phone, guild: Guild, place: Channel) -> None:
        guild.default_notifications = level

    return change


ALL, MENTIONS, NOTHING = Level.ALL_MESSAGES, Level.ONLY_MENTIONS, Level.NOTHING
EVERY = "plain user role everyone here reply"
MENTIONED = "user role everyone reply"

MATRIX: dict[str, tuple[tuple[Setting, ...], str]] = {
    # The server's default, and one's own choice above it.
    "the demo's default, only mentions": ((), MENTIONED),
    "default all messages": ((default(ALL),), EVERY),
    "all messages, by default only mentions": ((server(level=ALL),), EVERY),
    "only mentions, by default all messages": ((default(ALL), server(level=MENTIONS)), MENTIONED),
    "nothing, by default all messages": ((default(ALL), server(level=NOTHING)), ""),
    "back to the default": ((server(level=ALL), server(level=Level.INHERIT)), MENTIONED),
    # The channel comes before the category, the category before the server.
    "all messages of the channel": ((server(level=NOTHING), channel(level=ALL)), EVERY),
    "nothing of the channel": ((server(level=ALL), channel(level=NOTHING)), ""),
    "all messages of the category": ((category_of(level=ALL),), EVERY),
    "the channel before its category": ((category_of(level=ALL), channel(level=MENTIONS)), MENTIONED),
    # What is muted does not ring, whatever it mentions.
    "muted server": ((server(level=ALL, muted=True),), ""),
    "muted channel": ((server(level=ALL), channel(muted=True)), ""),
    "muted category": ((server(level=ALL), category_of(muted=True)), ""),
    "no longer muted": ((channel(muted=True), channel(muted=False)), MENTIONED),
    # Suppressing takes kinds of mentions away; who hears of all messages hears of them all the same.
    "@everyone suppressed": ((server(suppress_everyone=True),), "user role reply"),
    "roles suppressed": ((server(suppress_roles=True),), "user everyone reply"),
    "both suppressed": ((server(suppress_everyone=True, suppress_roles=True),), "user reply"),
    "both suppressed under all messages": (
        (server(level=ALL, suppress_everyone=True, suppress_roles=True),), EVERY,
    ),
    "no push on the phone": ((server(level=ALL, mobile_push=False),), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", MATRIX)
async def test_a_phone_rings_by_its_settings(
    sandbox: Sandbox, ask: Rest, category: Channel, tomasz: Person, name: str
) -> None:
    settings, rung = MATRIX[name]
    london, phone = sandbox.channel("#london"), tomasz.phone
    bots_role(sandbox).permissions |= permissions.MENTION_EVERYONE
    asked = tomasz.say("#london", "When do we meet?")
    for change in settings:
        change(phone, sandbox.guild(), london)
    heard: list[str] = []
    for kind, body in bodies(sandbox, tomasz, asked.id).items():
        before = len(phone.heard)
        assert (await ask.send("#london", body)).status == 200
        heard += [kind] * (len(phone.heard) - before)
    assert heard == rung.split()


async def test_nobody_else_hears_of_what_mentions_one(sandbox: Sandbox, ask: Rest, tomasz: Person) -> None:
    bots_role(sandbox).permissions |= permissions.MENTION_EVERYONE
    asked = tomasz.say("#london", f"I am here, {tomasz.mention}")
    for body in bodies(sandbox, tomasz, asked.id).values():
        await ask.send("#london", body)
    assert [shown.body for shown in sandbox.person("siobhan").phone.heard] == ["Hello @everyone"]
    sandbox.guild().default_notifications = ALL
    tomasz.say("#london", f"Nobody hears oneself, {tomasz.mention}")
    assert len(tomasz.phone.heard) == len(MENTIONED.split())
    assert len(sandbox.person("siobhan").phone.heard) == 2


def take_away(sandbox: Sandbox) -> None:
    """Take from the bot what the seed lets it do in #london alone."""
    sandbox.channel("#london").overwrites.clear()


ROLES: dict[str, tuple[bool, bool, dict[str, Any] | None, bool]] = {
    # mentionable, the bot may mention everyone, allowed_mentions, rings
    "mentionable": (True, False, None, True),
    "not mentionable": (False, False, None, False),
    "not mentionable, by a bot that may": (False, True, None, True),
    "named in allowed_mentions": (False, True, {"parse": [], "roles": ["{role}"]}, True),
    "of a kind in allowed_mentions": (True, False, {"parse": ["roles"]}, True),
    "left out of allowed_mentions": (True, True, {"parse": []}, False),
    "another kind in allowed_mentions": (True, True, {"parse": ["users", "everyone"]}, False),
}


@pytest.mark.parametrize("name", ROLES)
async def test_a_role_rings_where_it_may_be_mentioned(
    sandbox: Sandbox, ask: Rest, tomasz: Person, name: str
) -> None:
    mentionable, may, allowed, rings = ROLES[name]
    role = next(role for role in sandbox.guild().roles.values() if role.name == "London")
    role.mentionable = mentionable
    take_away(sandbox)
    if may:
        bots_role(sandbox).permissions |= permissions.MENTION_EVERYONE
    body: dict[str, Any] = {"content": f"New meeting. {role.mention}"}
    if allowed is not None:
        body["allowed_mentions"] = {
            key: [value.format(role=role.id) for value in values] for key, values in allowed.items()
        }
    await ask.send("#london", body)
    assert len(tomasz.phone.heard) == tomasz.phone.badge == int(rings)
    assert sandbox.person("imran").phone.heard == []  # who has another role


async def test_everyone_rings_nobody_where_the_bot_may_not(
    sandbox: Sandbox, ask: Rest, tomasz: Person
) -> None:
    take_away(sandbox)
    await ask.send("#london", {"content": "@everyone @here"})
    assert (tomasz.phone.heard, tomasz.phone.badge) == ([], 0)


async def test_only_those_hear_who_see_the_channel(sandbox: Sandbox, ask: Rest, tomasz: Person) -> None:
    bots_role(sandbox).permissions |= permissions.MENTION_EVERYONE
    tomasz.phone.set_server(sandbox.guild(), level=ALL)
    await ask.send("#organisers", {"content": f"@everyone and {tomasz.mention}"})
    assert (tomasz.phone.heard, tomasz.phone.unread) == ([], {})
    assert len(sandbox.person("ruth").phone.heard) == 1
    place = sandbox.channel("#wales")
    place.overwrites[tomasz.id] = Overwrite(tomasz.id, 1, 0, permissions.VIEW_CHANNEL)
    await ask.send("#wales", {"content": "Croeso"})
    assert tomasz.phone.heard == []


async def test_an_edit_a_deleted_message_and_a_reaction_ring_nobody(
    sandbox: Sandbox, ask: Rest, tomasz: Person
) -> None:
    sent = (await ask.send("#london", {"content": "The meeting"})).body
    path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
    await ask("PATCH", path, {"content": f"The meeting, {tomasz.mention}"})
    sandbox.person("amina").react(sandbox.channel("#london").messages[-1], "👍")
    await ask("DELETE", path)
    assert (tomasz.phone.heard, tomasz.phone.badge) == ([], 0)


async def test_what_was_pushed_stays_when_the_message_changes(
    sandbox: Sandbox, ask: Rest, tomasz: Person
) -> None:
    sent = (await ask.send("#london", {"content": f"At six, {tomasz.mention}"})).body
    await ask("PATCH", f"/channels/{sent['channel_id']}/messages/{sent['id']}", {"content": "At seven"})
    assert [shown.body for shown in tomasz.phone.lock_screen] == ["At six, @Tomasz Zieliński"]


async def test_a_direct_message_rings_unless_it_is_muted_or_silent(
    sandbox: Sandbox, ask: Rest, tomasz: Person
) -> None:
    place = tomasz.dm
    path = f"/channels/{place.id}/messages"
    tomasz.phone.set_server(sandbox.guild(), level=NOTHING, muted=True)
    await ask("POST", path, {"content": "Tomorrow at six"})
    assert (len(tomasz.phone.heard), tomasz.phone.badge) == (1, 1)
    await ask("POST", path, {"content": "Your list has changed", "flags": SILENT})
    assert (len(tomasz.phone.heard), tomasz.phone.badge) == (1, 2)
    tomasz.phone.set_channel(place, muted=True)
    await ask("POST", path, {"content": "In one hour"})
    assert (len(tomasz.phone.heard), tomasz.phone.badge) == (1, 2)
    await ask("POST", path, {"content": f"Now, {tomasz.mention}"})
    assert (len(tomasz.phone.heard), tomasz.phone.badge) == (1, 3)


async def test_of_a_thread_only_its_members_hear_and_whom_it_names(
    sandbox: Sandbox, ask: Rest, tomasz: Person, amina: Person
) -> None:
    london, guild = sandbox.channel("#london"), sandbox.guild()
    grace = sandbox.person("grace")
    for person in (tomasz, amina, grace):
        person.phone.set_server(guild, level=ALL)
    made = (await ask("POST", f"/channels/{london.id}/threads", {"name": "Planning", "type": 11})).body
    thread = guild.threads[int(made["id"])]
    thread.thread_members[tomasz.id] = sandbox.clock.now()
    await ask.send("Planning", {"content": "Let us begin"})
    assert [len(person.phone.heard) for person in (tomasz, amina, grace)] == [1, 0, 0]
    await ask.send("Planning", {"content": f"Come in, {grace.mention}"})
    assert [len(person.phone.heard) for person in (tomasz, amina, grace)] == [2, 0, 1]
    # The thread follows its channel; in it a suppressed role rings its members.
    tomasz.phone.set_channel(london, level=MENTIONS)
    tomasz.phone.set_server(guild, suppress_roles=True)
    await ask.send("Planning", {"content": "Not for you"})
    role = next(role for role in guild.roles.values() if role.name == "London")
    await ask.send("Planning", {"content": f"For all {role.mention}"})
    assert [shown.body for shown in tomasz.phone.heard[2:]] == ["For all @London"]
    assert len(grace.phone.heard) == 1
    tomasz.phone.set_channel(thread, level=ALL)
    await ask.send("Planning", {"content": "For you again"})
    tomasz.phone.set_channel(london, muted=True)
    await ask.send("Planning", {"content": f"For nobody, {tomasz.mention}"})
    assert [shown.body for shown in tomasz.phone.heard[3:]] == ["For you again"]
    assert tomasz.phone.unread_in(thread).mentions == 2
    assert thread.id not in amina.phone.unread


async def test_in_a_thread_everyone_is_its_members_who_cannot_suppress_it(
    sandbox: Sandbox, ask: Rest, tomasz: Person, amina: Person
) -> None:
    london, guild = sandbox.channel("#london"), sandbox.guild()
    bots_role(sandbox).permissions |= permissions.MENTION_EVERYONE
    made = (await ask("POST", f"/channels/{london.id}/threads", {"name": "Planning", "type": 11})).body
    guild.threads[int(made["id"])].thread_members[tomasz.id] = sandbox.clock.now()
    tomasz.phone.set_server(guild, suppress_everyone=True)
    await ask.send("Planning", {"content": "Hello @everyone"})
    await ask.send("#london", {"content": "Hello @everyone"})
    assert [shown.channel for shown in tomasz.phone.heard] == ["#Planning"]
    assert [shown.channel for shown in amina.phone.heard] == ["#london"]


async def test_in_a_server_of_thousands_all_messages_reaches_no_phone(
    sandbox: Sandbox, ask: Rest, tomasz: Person
) -> None:
    guild = sandbox.guild()
    guild.default_notifications = ALL
    building.crowd(sandbox.world, guild, 2_500 - len(guild.members))
    await ask.send("#london", {"content": "At the limit"})
    building.crowd(sandbox.world, guild, 1)
    await ask.send("#london", {"content": "Above it"})
    await ask.send("#london", {"content": f"Above it, {tomasz.mention}"})
    assert [shown.body for shown in tomasz.phone.heard] == ["At the limit", "Above it, @Tomasz Zieliński"]


async def test_who_left_hears_nothing_more(sandbox: Sandbox, ask: Rest, tomasz: Person) -> None:
    tomasz.phone.set_server(sandbox.guild(), level=ALL)
    tomasz.leave()
    await ask.send("#london", {"content": f"Hello {tomasz.mention}"})
    membership.leave(sandbox.world, sandbox.guild(), sandbox.user("grace").id)
    assert (tomasz.phone.heard, tomasz.phone.badge) == ([], 0)
