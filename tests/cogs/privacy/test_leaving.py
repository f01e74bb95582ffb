"""Whoever leaves a server hears nothing more of it, is in no group of it any more, and what they did is others'."""

import pytest

from bot.sandbox.people import Person
from db.comms.models import Publication
from db.groups.models import WorkingGroupMember
from db.meetings.models import Meeting
from db.meetings.reminding import REMIND
from db.models import Delivery
from tests.cogs.audiences import SECRET, leaves, things
from tests.cogs.ground import Ground, both, card_text, says
from tests.cogs.interests.test_interests import asked
from tests.cogs.meeting_panels import use
from tests.cogs.network.test_network import given
from tests.cogs.panels import role_chosen


async def first(ground: Ground, table: type[Meeting] | type[Publication]) -> Meeting | Publication:
    return await ground.running.store.read(lambda session: session.get_one(table, 1))


async def pending(ground: Ground, person: Person) -> list[Delivery]:
    return [row for row in await ground.rows() if row.target_id == person.id and row.status == "pending"]


@both
async def test_who_has_left_is_sent_nothing_more_and_their_reminders_come_back_with_them(
    ground: Ground,
) -> None:
    card = await ground.scheduled(online="https://example.org/first")
    await ground.grace.press(card, "Going")
    await ground.settled()
    due = {row.key for row in await pending(ground, ground.grace)}
    assert due
    ground.second_guild()  # the bot can still write to her
    await leaves(ground, ground.grace)
    ended = [row for row in await ground.rows(REMIND) if row.target_id == ground.grace.id]
    assert {(row.status, row.reason) for row in ended} == {("suppressed", "left")}
    said = len(ground.grace.dms)
    await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm")
    await ground.until_settled()
    await ground.go_to(ground.wall("2026-03-06T18:30"))
    assert len(ground.grace.dms) == said


async def test_who_comes_back_is_reminded_of_what_they_answered(ground: Ground) -> None:
    card = await ground.scheduled(online="https://example.org/first")
    await ground.grace.press(card, "Going")
    await ground.settled()
    due = {row.key for row in await pending(ground, ground.grace)}
    await leaves(ground, ground.grace)
    assert await pending(ground, ground.grace) == []
    ground.grace.join()
    waiting: set[str] = set()
    for _ in range(200):
        # Whoever joins is greeted as well, a little later.
        waiting = {row.key for row in await pending(ground, ground.grace) if row.kind != "welcome.hello"}
        if waiting:
            break
        says(await ground.imran.slash("#london", "meeting list"))
    assert waiting == due


async def test_jobs_of_who_has_left_are_the_organisers(ground: Ground) -> None:
    await things(ground)
    says(
        await use(ground.amina, "#london", "meeting host", meeting="1", member=ground.imran, change="co-host")
    )
    await ground.settled()
    organisers = ground.sandbox.channel("#organisers")
    before = len(organisers.messages)
    await leaves(ground, ground.tomasz)
    await leaves(ground, ground.amina)
    await ground.until_settled()
    meeting, publication = await first(ground, Meeting), await first(ground, Publication)
    assert isinstance(meeting, Meeting)
    assert meeting.host_id == ground.imran.id
    assert isinstance(publication, Publication)
    assert publication.editor_id is None
    told = [card_text(message) for message in organisers.messages[before:]]
    news = [text for text in told if text.startswith("## Someone with jobs here has left")]
    assert len(news) == 2
    assert f"**{SECRET}**" in news[0]
    assert "now hosts it" in news[0]
    assert "it has no editor" in news[1]
    assert str(ground.tomasz.id) not in news[0]


async def test_whoever_leaves_is_in_no_group_any_more(ground: Ground) -> None:
    for person in (ground.grace, ground.tomasz):
        shown = await person.slash("#london", "campaign group", campaign="Cuba")
        says(await person.press(shown, "Join this group"))
    await ground.settled()
    await leaves(ground, ground.grace)
    assert await ground.count(WorkingGroupMember) == 1
    shown = await ground.tomasz.slash("#london", "campaign group", campaign="Cuba")
    assert str(ground.grace.id) not in says(shown)


@pytest.mark.parametrize("locked", [False, True])
async def test_a_thread_that_is_archived_is_opened_to_let_somebody_out(ground: Ground, locked: bool) -> None:
    for person in (ground.grace, ground.tomasz):
        shown = await person.slash("#london", "campaign group", campaign="Cuba")
        says(await person.press(shown, "Join this group"))
    await ground.until_settled()
    (thread,) = ground.sandbox.guild().threads.values()
    assert ground.grace.id in thread.thread_members
    thread.archived, thread.locked = True, locked
    shown = await ground.grace.slash("#london", "campaign group", campaign="Cuba")
    says(await ground.grace.press(shown, "Leave this group"))
    await ground.until_settled()
    if not locked:
        assert ground.grace.id not in thread.thread_members
        return
    await ground.later()
    assert "of mine failed" in ground.sandbox.channel("#organisers").messages[-1].text


@both
async def test_whoever_is_erased_is_taken_out_of_threads_and_roles(ground: Ground) -> None:
    guild, role = ground.sandbox.guild(), await given(ground)
    says(await role_chosen(ground.ruth, "#organisers", "London", str(role.id)))
    says(await ground.grace.slash("#london", "network join"))
    assert role.id in guild.members[ground.grace.id].roles
    for person in (ground.grace, ground.tomasz):
        shown = await person.slash("#london", "campaign group", campaign="Cuba")
        says(await person.press(shown, "Join this group"))
    await ground.until_settled()
    (thread,) = guild.threads.values()
    thread.archived = True
    question = await ground.grace.slash("#london", "privacy erase")
    gone = await (await ground.grace.press(question, "Delete everything about me")).final()
    assert "Everything about you is gone" in gone.text
    assert ground.grace.id not in thread.thread_members
    assert ground.tomasz.id in thread.thread_members
    assert role.id not in guild.members[ground.grace.id].roles
    assert [row.kind for row in await ground.rows("privacy.out")] == []


async def test_while_discord_is_down_whoever_is_erased_is_taken_out_later(ground: Ground) -> None:
    for person in (ground.grace, ground.tomasz):
        shown = await person.slash("#london", "campaign group", campaign="Cuba")
        says(await person.press(shown, "Join this group"))
    await ground.until_settled()
    (thread,) = ground.sandbox.guild().threads.values()
    ground.sandbox.faults.add(rf"GET /channels/{thread.id}$", times=None, status=503)
    question = await ground.grace.slash("#london", "privacy erase")
    gone = await (await ground.grace.press(question, "Delete everything about me")).final()
    assert "Everything about you is gone" in gone.text
    assert ground.grace.id in thread.thread_members
    ground.sandbox.faults.clear()
    await ground.restart()
    await ground.until_settled()
    assert ground.grace.id not in thread.thread_members
    assert await ground.rows("privacy.out") == []
    assert not any(str(ground.grace.id) in str(row.data) for row in await ground.rows())


@pytest.mark.parametrize("name", ["grace", "tomasz"])
async def test_nobody_is_introduced_to_somebody_who_has_left(ground: Ground, name: str) -> None:
    question = await asked(ground)
    person = ground.sandbox.person(name)
    await leaves(ground, person)
    answer = await ground.tomasz.press(question, "Yes, introduce us")
    await ground.until_settled()
    assert str(ground.grace.id) not in answer.text
    assert not any("introduced" in message.text for message in (*ground.grace.dms, *ground.tomasz.dms[1:]))


@both
async def test_what_somebody_hosted_alone_is_the_organisers_on_cards_in_reminders_and_questions(
    ground: Ground,
) -> None:
    card = await ground.scheduled(online="https://example.org/first")
    await ground.grace.press(card, "Going")
    london, organisers = ground.sandbox.channel("#london"), ground.sandbox.channel("#organisers")
    assert ground.amina.mention in card.text
    await leaves(ground, ground.amina)
    await ground.until_settled()
    assert "**Host:** the organisers of London" in card.text
    assert "the organisers now host it" in organisers.messages[-1].text
    form = await ground.grace.press(card, "Access needs")
    assert form.modal is not None
    said = says(await ground.grace.submit(form.modal, {"What do you need?": "a ramp"}))
    assert "Only the organisers of London" in said
    await ground.until_settled()
    assert "a ramp" not in organisers.messages[-1].text
    assert "/meeting needs" in organisers.messages[-1].text
    assert "a ramp" in says(await ground.ruth.slash("#london", "meeting needs", meeting="1"))
    await ground.go_to(ground.wall("2026-03-05T17:30"))
    assert card_text(london.messages[-1]).startswith("## In 1 hour: ")
    said = len(ground.amina.dms)
    await ground.go_to(ground.wall("2026-03-06T20:30"))
    assert "there is no host to ask" in organisers.messages[-1].text
    assert len(ground.amina.dms) == said
