"""What people do in the sandbox that needs no bot."""

import pytest

from bot.sandbox.interactions import Refused
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import ScheduledEvent, membership, posting
from bot.sandbox.world.channels import Channel


def test_they_write_reply_attach_react_and_delete(lenient: Sandbox) -> None:
    amina, tomasz = lenient.person("amina"), lenient.person("tomasz")
    first = tomasz.say("#london", "first", files=[("notes.txt", b"N")])
    reply = amina.say("#london", "second", reply_to=first)
    assert first.attachments[0]["filename"] == "notes.txt"
    assert reply.type == 19
    assert reply.pinged.users == {tomasz.id}
    amina.react(first, "👍")
    assert list(first.reactions["👍"]) == [amina.id]
    amina.react(first, "👍", added=False)
    assert first.reactions == {}
    with pytest.raises(Refused, match="lack the permission"):
        amina.delete(first)
    tomasz.delete(first)
    assert not amina.sees(first)


def test_they_are_held_to_channels_lengths_and_time_outs(lenient: Sandbox) -> None:
    tomasz = lenient.person("tomasz")
    with pytest.raises(Refused, match="do not see this channel"):
        tomasz.say("#organisers", "let me in")
    for text in ("", "  ", "x" * 2001):
        with pytest.raises(Refused, match="1 to 2000"):
            tomasz.say("#london", text)
    with pytest.raises(KeyError):
        tomasz.say("#nowhere", "x")
    member = lenient.guild().members[tomasz.id]
    member.timed_out_until = lenient.clock.now().replace(year=lenient.clock.now().year + 1)
    with pytest.raises(Refused, match="timed out"):
        tomasz.say("#london", "x")


def test_joining_is_told_once_in_the_system_channel(lenient: Sandbox) -> None:
    leila = lenient.person("leila")
    leila.join()
    leila.join()
    assert [message.type for message in leila.reads("#welcome")] == [7]
    assert leila.guilds == [lenient.guild()]
    leila.leave()
    assert leila.guilds == []


def test_interest_in_an_event_is_told_once(lenient: Sandbox) -> None:
    amina, guild = lenient.person("amina"), lenient.guild()
    now = lenient.clock.now()
    event = ScheduledEvent(1, guild.id, amina.user, "Fair", now, None, 3)
    heard: list[str] = []
    lenient.world.subscribe(lambda told: heard.append(told.name))
    amina.interested(event)
    amina.interested(event)
    amina.interested(event, going=False)
    assert heard == ["GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE"]
    with pytest.raises(Refused, match="not in the event's server"):
        lenient.person("leila").interested(event)


def test_private_threads_are_for_their_members(lenient: Sandbox) -> None:
    amina, tomasz, grace = (lenient.person(name) for name in ("amina", "tomasz", "grace"))
    london = lenient.channel("#london")
    now = lenient.clock.now()
    thread = Channel(lenient.world.snowflake(), 12, "planning", london.guild_id, parent_id=london.id)
    thread.thread_members = {amina.id: now, tomasz.id: now}
    lenient.guild().threads[thread.id] = lenient.world.channels[thread.id] = thread
    said = amina.say(thread, "among us")
    assert tomasz.sees(said)
    assert not grace.sees(said)
    with pytest.raises(Refused, match="do not see"):
        grace.say(thread, "me too")


def test_the_direct_messages_are_the_visible_ones(lenient: Sandbox) -> None:
    mei = lenient.person("mei")
    assert mei.dms == []
    said = mei.say("dm", "hello")
    assert mei.dms == [said]
    posting.delete(lenient.world, said)
    assert mei.dms == []


def test_names_that_nobody_has_are_errors(lenient: Sandbox) -> None:
    with pytest.raises(KeyError):
        lenient.person("nobody")
    robin = lenient.newcomer("Robin")
    assert isinstance(robin, Person)
    assert robin.guilds == []
    membership.join(lenient.world, lenient.guild(), robin.user)
    assert robin.channel("london").name == "london"
