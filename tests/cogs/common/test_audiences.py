"""Whoever left or lost a right can no longer use it: every button, menu and form, in old messages too."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.sandbox.world import membership
from cogs.common.audience import Who
from cogs.common.base import IN_SERVER
from cogs.common.buttons import Component
from cogs.common.forms import Form
from tests.cogs.audiences import (
    BUTTONS,
    FORMS,
    MENUS,
    SECRET,
    declared,
    everything,
    for_members,
    for_organisers,
    leaves,
    noted_as_gone,
    stored,
    things,
    used,
)
from tests.cogs.common.test_rights import REFUSALS
from tests.cogs.ground import Ground


def batched(them: Sequence[str], size: int) -> list[Sequence[str]]:
    return [them[at : at + size] for at in range(0, len(them), size)]


async def test_every_button_and_form_is_in_the_walk(ground: Ground) -> None:
    guild = str(ground.sandbox.guild().id)
    known = [one.replace("{guild}", guild) for one in (*BUTTONS, *MENUS)]
    patterns = ground.running.views.patterns
    assert [one for one in patterns if not any(re.fullmatch(one, custom_id) for custom_id in known)] == []
    assert {one.partition(":")[0] for one in FORMS} == ground.running.forms.names


def test_what_does_not_say_for_whom_it_is_is_refused_in_direct_messages() -> None:
    careless = type("Careless", (Component,), {}, name="careless")
    assert careless.audience == type("Careless", (Form,), {"name": "careless"}).audience == IN_SERVER


@pytest.mark.parametrize("name", ["tomasz", "amina", "grace"])
async def test_whoever_has_left_does_nothing_and_hears_nothing_any_more(ground: Ground, name: str) -> None:
    await things(ground)
    person = ground.sandbox.person(name)
    await leaves(ground, person)
    before = await stored(ground)
    for custom_id in for_members(ground):
        answer = await used(ground, person, person.dm, custom_id)
        assert answer.text == str(ground.texts("errors.not_here")), custom_id
    assert await stored(ground) == before


async def test_what_is_for_a_server_is_used_in_a_server(ground: Ground) -> None:
    await things(ground)
    bot, person = ground.running, ground.tomasz
    before = await stored(ground)
    for custom_id in everything(ground):
        if declared(bot, custom_id).audience.who is Who.IN_SERVER:
            answer = await used(ground, person, person.dm, custom_id)
            assert answer.text.startswith(str(ground.texts("errors.only_in_server"))), custom_id
    assert await stored(ground) == before


async def test_whoever_is_in_another_server_alone_is_told_nothing(ground: Ground) -> None:
    stranger = ground.sandbox.newcomer("Boris")
    other = ground.second_guild()
    membership.join(ground.sandbox.world, other, ground.sandbox.user("boris"))
    await things(ground)
    before = await stored(ground)
    for custom_id in for_members(ground):
        answer = await used(ground, stranger, stranger.dm, custom_id)
        assert answer.text == str(ground.texts("errors.not_here")), custom_id
    assert await stored(ground) == before


async def test_in_one_server_nothing_of_another_is_touched_or_told(ground: Ground) -> None:
    other = ground.second_guild()
    await things(ground)
    branch = ground.sandbox.channel("#branch", guild=other)
    own = ("privately:", "series:", "welcome:no", "comms:agree:1:no")  # one's own, wherever it is stopped
    before = await stored(ground)
    for custom_id in for_members(ground):
        if custom_id.startswith(own):
            continue
        answer = await used(ground, ground.grace, branch, custom_id)
        assert answer.failed is None
        said = answer.modal.text if answer.has_modal else answer.text
        assert SECRET not in said, custom_id
        assert str(ground.tomasz.id) not in said, custom_id
    assert await stored(ground) == before


async def test_whoever_organises_no_more_does_what_members_may(ground: Ground) -> None:
    await things(ground)
    guild = ground.sandbox.guild()
    amina = guild.members[ground.amina.id]
    publication = "comms:"
    for role in tuple(amina.roles):
        membership.take(ground.sandbox.world, guild, amina, role)
    await ground.settled()
    before = await stored(ground)
    refusals = (*REFUSALS, "host", "a regional organiser", "Nothing was stored")
    for custom_id in for_organisers(ground):
        if publication in custom_id or "comms-decline" in custom_id:
            continue  # she is its editor still
        answer = await used(ground, ground.amina, ground.amina.dm, custom_id)
        assert not answer.has_modal, custom_id
        assert any(one in answer.text for one in refusals), f"{custom_id}: {answer.text}"
    assert await stored(ground) == before


async def test_present_members_and_organisers_do_it_in_a_direct_message(ground: Ground) -> None:
    await things(ground)
    nothing = {str(ground.texts(f"errors.{key}")) for key in ("not_here", "not_checked", "only_in_server")}
    for custom_id in for_members(ground):
        person = ground.ruth if custom_id in for_organisers(ground) else ground.tomasz
        answer = await used(ground, person, person.dm, custom_id)
        assert answer.failed is None, custom_id
        if not answer.has_modal:
            assert answer.text not in nothing, custom_id
            assert not any(one in answer.text for one in REFUSALS), f"{custom_id}: {answer.text}"
            assert "reference" not in answer.text, custom_id


FAULTS: dict[str, dict[str, Any]] = {
    "slow": {"kind": "slow", "seconds": 20.0},
    "500": {"kind": "status", "status": 500},
    "502": {"kind": "status", "status": 502},
    "dropped": {"kind": "drop_before"},
    "429": {"kind": "status", "status": 429, "retry_after": 30.0},
    "cut": {"kind": "truncate", "at": 10},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_while_discord_does_not_tell_who_is_a_member_everything_is_answered(
    ground: Ground, fault: str
) -> None:
    await things(ground)
    person = ground.tomasz
    before = await stored(ground)
    # From here on, so that nothing is remembered of what Discord said a moment ago.
    ground.sandbox.faults.add(r"GET /guilds/\d+/members/\d+$", times=None, **FAULTS[fault])
    opened = await ground.press_old(person, person.dm, "deed:note:9")
    forms = {one: ground.forged(opened.modal, one) for one in for_members(ground) if one.startswith("form:")}

    async def tried(custom_id: str) -> None:
        form = forms.get(custom_id)
        if form is not None:
            answer = await person.submit(form, {"What did you do?": "x"})
        else:
            answer = await used(ground, person, person.dm, custom_id)
        assert answer.failed is None, custom_id
        assert answer.text == str(ground.texts("errors.not_checked")), custom_id

    for some in batched(for_members(ground), 40):
        await asyncio.gather(*map(tried, some))
    ground.sandbox.faults.clear()
    assert await stored(ground) == before


@pytest.mark.long
@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_direct_messages_about_servers_of_another_process_work_for_those_who_may(
    ground: Ground,
) -> None:
    await things(ground)
    await ground.stop()
    guild_id = ground.sandbox.guild().id
    count = next(count for count in range(2, 50) if (guild_id >> 22) % count)
    discord = replace(ground.settings.discord, shard_ids="0", shard_count=count)
    ground.settings = replace(ground.settings, discord=discord)
    await ground.start()
    assert not ground.running.serves(guild_id)
    assert ground.running.get_guild(guild_id) is None
    nothing = {str(ground.texts(f"errors.{key}")) for key in ("not_here", "not_checked", "button_gone")}
    for custom_id in for_members(ground):
        person = ground.amina if custom_id in for_organisers(ground) else ground.tomasz
        answer = await used(ground, person, person.dm, custom_id)
        assert answer.failed is None, custom_id
        if not answer.has_modal:
            assert answer.text not in nothing, custom_id
            assert not any(one in answer.text for one in REFUSALS), f"{custom_id}: {answer.text}"
            assert "reference" not in answer.text, custom_id
    await leaves_unheard(ground)
    before = await stored(ground)
    for custom_id in for_members(ground):
        answer = await used(ground, ground.tomasz, ground.tomasz.dm, custom_id)
        assert answer.text == str(ground.texts("errors.not_here")), custom_id
    assert await stored(ground) == before


async def leaves_unheard(ground: Ground) -> None:
    """Remove Tomasz from a server of another process, which this one learns only when it should write to him."""
    membership.leave(ground.sandbox.world, ground.sandbox.guild(), ground.tomasz.id)
    ground.running.standings.forget(ground.sandbox.guild().id)
    await noted_as_gone(ground, ground.tomasz)
