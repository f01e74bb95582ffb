"""Whoever was promised news hears of every change once, according to their part in the meeting."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.sandbox.people import Person
from bot.sandbox.world import Message, membership, posting
from db import meetings
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, card_text, custom_ids, heads, says
from tests.cogs.meeting_panels import agree, use
from tests.cogs.panels import settings

IN_TEN_DAYS = "12/03/2026 18:00"


async def meeting_of(ground: Ground, number: int = 1) -> Meeting:
    return await ground.running.store.read(meetings.find, number, guild_id=ground.sandbox.guild().id)


async def edit(ground: Ground, **fields: str | int) -> str:
    return says(await use(ground.amina, "#london", "meeting edit", meeting="1", **fields))


@dataclass
class Crowd:
    """A meeting with two places, and somebody in each of the roles that a member can have in it."""

    ground: Ground
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    seen: dict[str, int] = field(default_factory=dict[str, int])

    async def gather(self, **more: str) -> Message:
        """Schedule it and have them answer; a place has just become free and is offered."""
        ground = self.ground
        self.people = {
            "going": ground.grace, "maybe": ground.tomasz, "cant": ground.cerys, "offered": ground.siobhan,
            "waiting": ground.imran, "host": ground.gareth,
        }  # fmt: skip
        card = await ground.scheduled(
            "Forum", IN_TEN_DAYS, capacity=2, venue="Room 1", host=ground.gareth.id, **more
        )
        for person, button in (
            (ground.grace, "Going"), (ground.tomasz, "Maybe"), (ground.cerys, "Going"), (ground.siobhan, "Going"),
            (ground.imran, "Going"), (ground.cerys, "Can't come"),
        ):  # fmt: skip
            await person.press(card, button)
        await ground.later()
        assert heads(ground.siobhan.dms) == ["## A place is free: Forum"]
        self.mark()
        return card

    def mark(self) -> None:
        """Count what everybody has received from now on."""
        self.seen = {role: len(person.dms) for role, person in self.people.items()}
        self.seen["channel"] = len(self.ground.london.messages)

    def news(self) -> dict[str, list[str]]:
        """What came since, by role."""
        new = {role: heads(person.dms[self.seen[role] :]) for role, person in self.people.items()}
        return new | {"channel": heads(self.ground.london.messages[self.seen["channel"] :])}


@both
async def test_a_changed_place_reaches_everybody_who_was_promised_news(ground: Ground) -> None:
    crowd = Crowd(ground)
    card = await crowd.gather()
    told = await edit(ground, venue="Town hall")
    assert "In about two minutes I'll tell the channel, and 5 people in private" in told
    await ground.settled()
    assert "Town hall" in card.text
    assert not any(crowd.news().values())
    await ground.later()
    changed = ["## Changed: Forum"]
    assert crowd.news() == {
        "going": changed, "maybe": changed, "cant": [], "offered": changed, "waiting": changed, "host": changed,
        "channel": changed,
    }  # fmt: skip
    for text in (ground.grace.dms[-1].text, ground.london.messages[-1].text):
        assert "The place was Room 1." in text
        assert "**Where:** Town hall" in text
    assert "You are still on the waiting list" in ground.imran.dms[-1].text
    await ground.later(timedelta(minutes=30))
    assert crowd.news()["going"] == changed


async def test_five_changes_in_two_minutes_are_one_notice(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    changes: list[dict[str, str | int]] = [
        {"venue": "Hall A"}, {"venue": "Hall B"}, {"duration": "2 hours"}, {"online": "https://meet.example/x"},
        {"title": "Big forum"},
    ]  # fmt: skip
    for change in changes:
        await edit(ground, **change)
        await ground.later(timedelta(seconds=29))
    await ground.later()
    assert crowd.news()["going"] == crowd.news()["channel"] == ["## Changed: Big forum"]
    text = ground.grace.dms[-1].text
    for part in ("Room 1", "Hall B", "1 hour", "2 hours", "It was called Forum", "meet.example/x"):
        assert part in text
    assert "Hall A" not in text


async def test_a_move_and_a_change_of_place_are_one_notice(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    await edit(ground, venue="Hall")
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="13/03/2026 19:00"))
    await ground.later()
    assert set(map(tuple, crowd.news().values())) == {("## Moved: Forum",)}
    assert "It was on Thursday 12 March 2026, 6pm" in ground.grace.dms[-1].text
    assert "The place was Room 1" in ground.grace.dms[-1].text
    assert "The place was Room 1" in ground.cerys.dms[-1].text


async def test_a_change_that_is_undone_at_once_is_told_to_nobody(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    await edit(ground, venue="Town hall")
    await edit(ground, venue="Room 1")
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="13/03/2026 19:00"))
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when=IN_TEN_DAYS))
    await ground.later(timedelta(minutes=15))
    assert not any(crowd.news().values())
    assert {(row.status, row.reason) for row in await ground.rows(meetings.CHANGED)} == {
        ("suppressed", "undone")
    }


async def test_reminders_that_were_sent_say_what_holds_now(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    await ground.go_to(ground.wall("2026-03-12T17:15"))
    (reminder,) = [each for each in ground.grace.dms if card_text(each).startswith("## In 1 hour")]
    (posted,) = [each for each in ground.london.messages if card_text(each).startswith("## In 1 hour")]
    await edit(ground, venue="Town hall")
    await ground.later(timedelta(minutes=3))
    for message in (reminder, posted):
        assert card_text(message).startswith("## Updated: Forum")
        assert "Town hall" in message.text
        assert "Room 1" not in message.text
    assert heads(ground.grace.dms)[-1] == "## Changed: Forum"
    await use(ground.amina, "#london", "meeting cancel", meeting="1")
    await ground.later()
    assert "This meeting is cancelled" in reminder.text


async def test_a_reminder_that_somebody_deleted_is_left_at_that(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    await ground.go_to(ground.wall("2026-03-12T17:15"))
    (posted,) = [each for each in ground.london.messages if card_text(each).startswith("## In 1 hour")]
    posting.delete(ground.sandbox.world, posted)
    await edit(ground, venue="Town hall")
    await ground.later(timedelta(minutes=5))
    assert {row.status for row in await ground.rows(meetings.CORRECT)} == {"sent", "suppressed"}


async def test_news_at_night_waits_for_the_morning_unless_the_meeting_comes_first(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    await ground.go_to(ground.wall("2026-03-11T22:00"))
    crowd.mark()
    await edit(ground, venue="Town hall")
    await ground.go_to(ground.wall("2026-03-12T07:59"))
    assert crowd.news()["going"] == []
    assert crowd.news()["channel"] == ["## Changed: Forum"]
    await ground.go_to(ground.wall("2026-03-12T08:00"))
    assert crowd.news()["going"] == ["## Changed: Forum"]
    await ground.scheduled("Early", "13/03/2026 07:30")
    await ground.grace.slash("#london", "meeting answer", meeting="2", choice="going")
    await ground.go_to(ground.wall("2026-03-12T23:00"))
    crowd.mark()
    # With the old time they would set out before the quiet hours end, so the news comes at night.
    says(await use(ground.amina, "#london", "meeting move", meeting="2", when="16/03/2026 19:00"))
    await ground.later()
    assert crowd.news()["going"] == ["## Moved: Early"]


async def test_those_who_want_no_reminders_hear_of_changes_and_those_who_want_no_messages_do_not(
    ground: Ground,
) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    says(await settings(ground.grace, "#london", reminders="none"))
    says(await settings(ground.tomasz, "#london", dms="off"))
    await edit(ground, venue="Town hall")
    await ground.later()
    assert crowd.news()["going"] == ["## Changed: Forum"]
    assert crowd.news()["maybe"] == []


async def test_a_cancellation_soon_after_a_move_names_the_time_that_people_know(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="20/03/2026 19:00"))
    answer = await use(ground.amina, "#london", "meeting cancel", meeting="1", reason="Strike")
    assert "I'll tell the channel, and 6 people in private" in says(answer)
    await ground.later()
    assert set(map(tuple, crowd.news().values())) == {("## Cancelled: Forum",)}
    assert "It was planned for Thursday 12 March 2026, 6pm" in ground.imran.dms[-1].text


async def test_a_cancellation_soon_after_another_title_names_the_one_that_people_know(ground: Ground) -> None:
    crowd = Crowd(ground)
    card = await crowd.gather()
    await edit(ground, title="Assembly", venue="Town hall")
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1"))
    await ground.later()
    news = crowd.news()
    assert news == {role: ["## Cancelled: Forum"] for role in news}
    assert "Assembly" in card.text  # what stands there is what it is called


async def test_a_meeting_under_way_can_still_be_called_off_and_changed(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    await ground.go_to(ground.wall("2026-03-12T18:05"))
    crowd.mark()
    await edit(ground, venue="The pub next door")
    await ground.settled()
    assert crowd.news()["going"] == ["## Changed: Forum"]
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1", reason="Flooded"))
    await ground.later()
    assert crowd.news()["going"] == ["## Changed: Forum", "## Cancelled: Forum"]


async def test_changes_survive_a_restart_and_come_once(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    await edit(ground, venue="Town hall")
    await ground.restart()
    await edit(ground, online="https://meet.example/x")
    await ground.later()
    await ground.restart()
    await ground.later(timedelta(minutes=20))
    assert crowd.news()["going"] == crowd.news()["channel"] == ["## Changed: Forum"]


async def test_whoever_is_made_host_or_is_it_no_more_hears_of_it(ground: Ground) -> None:
    await Crowd(ground).gather()
    said = len(ground.gareth.dms)
    await edit(ground, host=ground.ruth.id)
    await ground.later()
    assert heads(ground.ruth.dms)[-1] == "## You now host this: Forum"
    assert heads(ground.gareth.dms)[said:] == ["## You no longer host Forum"]
    await use(ground.ruth, "#london", "meeting host", meeting="1", member=ground.gareth.id, change="co-host")
    await ground.later()
    assert heads(ground.gareth.dms)[-1] == "## You now host this: Forum"
    # What a locked phone shows says the same.
    assert ground.ruth.dms[-1].content.startswith("You now host this: Forum")
    assert ground.gareth.dms[said].content.startswith("You no longer host Forum")
    assert ground.gareth.dms[-1].content.startswith("You now host this: Forum")


# Free places


@both
async def test_the_place_of_somebody_who_leaves_the_server_is_offered_to_the_next(ground: Ground) -> None:
    card = await ground.scheduled("Film night", IN_TEN_DAYS, capacity=1)
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Going")
    await ground.imran.press(card, "Going")
    membership.leave(ground.sandbox.world, ground.sandbox.guild(), ground.grace.id)
    await ground.sandbox.until(lambda: len(ground.tomasz.dms) == 1)
    await ground.settled()
    assert heads(ground.tomasz.dms) == ["## A place is free: Film night"]
    assert "0 going" in card.text or "Nobody has answered" in card.text
    coming = says(await ground.tomasz.press(card, "Who's coming?"))
    assert f"<@{ground.grace.id}>" not in coming
    # A place that is kept for somebody who leaves goes on as well.
    membership.leave(ground.sandbox.world, ground.sandbox.guild(), ground.tomasz.id)
    await ground.sandbox.until(lambda: len(ground.imran.dms) == 1)
    assert heads(ground.imran.dms) == ["## A place is free: Film night"]


async def test_who_comes_back_has_their_answers_again_or_waits_if_the_place_is_gone(ground: Ground) -> None:
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    small = await ground.scheduled("Film night", IN_TEN_DAYS, capacity=1)
    large = await ground.scheduled("Forum", "13/03/2026 18:00")
    for card in (small, large):
        await ground.grace.press(card, "Going")
    await ground.tomasz.press(small, "Going")
    membership.leave(world, guild, ground.grace.id)
    await ground.sandbox.until(lambda: len(ground.tomasz.dms) == 1 and "Nobody has answered" in large.text)
    assert "Nobody has answered" in large.text
    await ground.tomasz.press(ground.tomasz.dms[-1], "Going")
    membership.join(world, guild, ground.sandbox.user("grace"))
    await ground.sandbox.until(lambda: "1 waiting" in small.text and "1 going" in large.text)
    assert "1 going" in large.text
    assert "1 going" in small.text
    assert "all 1 taken, 1 waiting" in small.text


@both
async def test_the_place_of_somebody_who_is_erased_is_offered_to_the_next(ground: Ground) -> None:
    card = await ground.scheduled("Film night", IN_TEN_DAYS, capacity=1)
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Going")
    answer = await ground.grace.slash("#london", "privacy erase")
    await ground.grace.press(answer, "Delete everything about me")
    await ground.sandbox.until(lambda: len(ground.tomasz.dms) == 1)
    assert heads(ground.tomasz.dms) == ["## A place is free: Film night"]


# This one and all later ones


async def test_whoever_changes_a_series_from_one_on_reads_how_many_people_hear(ground: Ground) -> None:
    await ground.scheduled("Forum", IN_TEN_DAYS, repeat="weekly", venue="Room 1")
    first = await use(ground.amina, "#london", "meeting edit", meeting="1", venue="Room 2", which="later")
    assert "I won't message anyone" in says(first)
    await ground.later()
    for number in ("1", "2"):
        says(await ground.grace.slash("#london", "meeting answer", meeting=number, choice="going"))
    says(await ground.tomasz.slash("#london", "meeting answer", meeting="2", choice="maybe"))
    await ground.later()
    changes = (
        ("edit", {"venue": "Town hall"}),
        ("move", {"when": "13/03/2026 19:00"}),
        ("cancel", {"reason": "Enough"}),
    )
    for verb, given in changes:
        said = {person.id: len(person.dms) for person in (ground.grace, ground.tomasz)}
        if verb == "edit":
            answer = await use(ground.amina, "#london", "meeting edit", meeting="1", which="later", **given)
        else:
            asked = await ground.amina.slash("#london", f"meeting {verb}", meeting="1", **given)
            assert "If you change all later ones too, I'll tell 2 people in private." in says(asked)
            await ground.later(timedelta(minutes=3))
            assert {person.id: len(person.dms) for person in (ground.grace, ground.tomasz)} == said
            await ground.restart()
            answer = await agree(ground.amina, asked, "later")
        assert "I'll tell 2 people in private about all of these." in says(answer)
        await ground.later(timedelta(minutes=3))
        assert all(len(person.dms) > said[person.id] for person in (ground.grace, ground.tomasz))


async def test_whoever_is_asked_about_a_series_and_says_nothing_changes_nothing(ground: Ground) -> None:
    await ground.scheduled("Forum", IN_TEN_DAYS, repeat="weekly")
    moved = await use(
        ground.amina, "#london", "meeting move", meeting="1", when="13/03/2026 19:00", which="later"
    )
    assert says(moved).startswith("## Moved: Forum")
    says(await ground.grace.slash("#london", "meeting answer", meeting="2", choice="going"))
    asked = await ground.amina.slash("#london", "meeting cancel", meeting="2", reason="Enough")
    assert "If you change all later ones too, I'll tell 1 person in private." in says(asked)
    assert asked.ephemeral
    await ground.later(timedelta(minutes=3))
    assert ground.grace.dms == []
    listed = says(await ground.grace.slash("#london", "meeting list"))
    assert listed.count("Forum") >= 3
    # Whoever lost the right meanwhile ends nothing with the old button.
    theirs = await ground.press_old(ground.grace, ground.london, custom_ids(asked.message)[0])
    assert not says(theirs).startswith("## Ended")
    ended = await agree(ground.amina, asked, "later")
    assert says(ended).startswith("## Ended: Forum")


async def test_news_says_what_its_reader_answered_and_that_it_stands(ground: Ground) -> None:
    crowd = Crowd(ground)
    await crowd.gather()
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="13/03/2026 6pm"))
    await ground.later(timedelta(minutes=5))
    said = {role: person.dms[-1].text for role, person in crowd.people.items()}
    assert "Your answer still stands: going." in said["going"]
    assert "Your answer still stands: maybe." in said["maybe"]
    assert "You said you can't come. Press **Going** if you can now." in said["cant"]
    assert "You are still on the waiting list." in said["waiting"]
    for words in (said["host"], ground.london.messages[-1].text):
        assert "still stands" not in words
        assert "You said" not in words
