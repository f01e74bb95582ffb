"""Reminders, news of changes, quiet hours and lateness, by a clock that is moved."""

from datetime import timedelta

from db import meetings
from tests.cogs.ground import Ground, both, card_text, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import set_up, settings

IN_TEN_DAYS = "12/03/2026 18:00"


@both
async def test_whoever_is_coming_is_reminded_at_each_lead_time_and_the_channel_at_the_last(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Maybe")
    await ground.cerys.press(card, "Can't come")
    for moment, ahead in (
        ("2026-03-05T18:00", "7 days"),
        ("2026-03-11T18:00", "1 day"),
        ("2026-03-12T17:00", "1 hour"),
    ):
        count = len(ground.london.messages)
        await ground.go_to(ground.wall(moment) - timedelta(seconds=1))
        assert len(ground.london.messages) == count
        await ground.go_to(ground.wall(moment))
        head = f"## In {ahead}: Spring meeting"
        assert heads(ground.london.messages[count:]) == [head] * (ahead == "1 hour")
        assert heads(ground.grace.dms[-1:]) == heads(ground.tomasz.dms[-1:]) == [head]
    await ground.go_to(ground.wall("2026-03-13T18:00"))
    assert len(ground.london.messages) == 2
    assert len(ground.grace.dms) == len(ground.tomasz.dms) == 3
    assert ground.cerys.dms == []
    assert not any(message.pinged for message in (*ground.london.messages, *ground.grace.dms))


async def test_whoever_answers_late_gets_only_the_reminders_that_lie_ahead(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.go_to(ground.wall("2026-03-11T19:00"))
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-12T18:00"))
    assert heads(ground.grace.dms) == ["## In 1 hour: Spring meeting"]


@both
async def test_whoever_says_cant_is_reminded_no_more_and_again_when_they_come_after_all(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.grace.press(card, "Can't come")
    await ground.go_to(ground.wall("2026-03-05T19:00"))
    assert ground.grace.dms == []
    await ground.grace.press(card, "Maybe")
    await ground.go_to(ground.wall("2026-03-12T18:00"))
    assert heads(ground.grace.dms) == ["## In 1 day: Spring meeting", "## In 1 hour: Spring meeting"]


async def test_reminders_come_after_a_restart(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.restart()
    await ground.go_to(ground.wall("2026-03-05T18:00"))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    await ground.restart()
    await ground.go_to(ground.wall("2026-03-12T17:00"))
    assert heads(ground.london.messages[1:]) == ["## In 1 hour: Spring meeting"]


@both
async def test_a_reminder_that_fell_due_while_the_bot_was_down_comes_late_and_says_so(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-11T20:00"))
    await ground.start()
    await ground.settled()
    assert heads(ground.grace.dms)[-1] == "## In 1 day: Spring meeting"
    assert "this message is late" in ground.grace.dms[-1].text
    endings = [(row.status, row.reason) for row in await ground.rows(meetings.REMIND) if row.settled_at]
    assert sorted(endings, key=str) == [("late", None), ("suppressed", "overtaken")]


async def test_after_a_long_outage_one_reminder_comes_in_place_of_three(
    ground: Ground,
) -> None:
    await ground.scheduled(when=IN_TEN_DAYS)
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-12T17:30"))
    await ground.start()
    await ground.settled()
    assert heads(ground.london.messages[1:]) == ["## In 30 minutes: Spring meeting"]


@both
async def test_a_reminder_whose_meeting_has_begun_is_never_sent(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-12T18:00"))
    await ground.start()
    await ground.settled()
    assert ground.grace.dms == []
    assert ground.london.messages == [card]
    assert {row.status for row in await ground.rows(meetings.REMIND)} == {"expired"}


async def test_a_private_reminder_waits_until_the_quiet_hours_are_over(ground: Ground) -> None:
    card = await ground.scheduled(when="12/03/2026 07:30")
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-11T07:59"))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    await ground.go_to(ground.wall("2026-03-11T08:00"))
    assert heads(ground.grace.dms)[1:] == ["## In 1 day: Spring meeting"]
    assert "late" not in ground.grace.dms[-1].text


async def test_a_reminder_goes_in_quiet_hours_when_the_meeting_begins_within_them(ground: Ground) -> None:
    card = await ground.scheduled(when="12/03/2026 07:30")
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-12T06:30"))
    assert heads(ground.grace.dms)[-1] == "## In 1 hour: Spring meeting"


async def test_after_an_outage_nobody_is_written_to_in_their_quiet_hours(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-12T02:00"))
    await ground.start()
    await ground.settled()
    assert ground.grace.dms == []
    await ground.go_to(ground.wall("2026-03-12T08:00"))
    assert heads(ground.grace.dms) == ["## In 10 hours: Spring meeting"]


async def test_what_waits_for_the_morning_holds_up_nothing_that_can_not_wait(ground: Ground) -> None:
    early = await ground.scheduled("Early shift", when="12/03/2026 07:30")
    evening = await ground.scheduled("Evening", when=IN_TEN_DAYS)
    await ground.grace.press(early, "Going")
    await ground.grace.press(evening, "Going")
    await ground.go_to(ground.wall("2026-03-11T09:00"))
    count = len(ground.grace.dms)
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-12T02:00"))
    await ground.start()
    await ground.go_to(ground.wall("2026-03-12T08:00"))
    assert heads(ground.grace.dms[count:]) == ["## In 1 hour: Early shift", "## In 10 hours: Evening"]


async def test_quiet_hours_are_those_of_the_members_own_zone(ground: Ground) -> None:
    says(await settings(ground.grace, "#london", zone="Pacific/Auckland"))
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-05T18:30"))
    assert ground.grace.dms == []  # 07:30 in Auckland
    await ground.go_to(ground.wall("2026-03-05T19:00"))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]


@both
async def test_a_move_voids_the_old_reminders_and_owes_them_anew(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-05T19:00"))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="19/03/2026 18:00"))
    await ground.later()
    assert heads(ground.grace.dms)[1:] == ["## Moved: Spring meeting"]
    count = len(ground.london.messages)
    await ground.go_to(ground.wall("2026-03-12T17:59"))
    assert len(ground.london.messages) == count
    await ground.go_to(ground.wall("2026-03-19T18:00"))
    heads_now = [f"## In {ahead}: Spring meeting" for ahead in ("7 days", "1 day", "1 hour")]
    assert heads(ground.grace.dms)[2:] == heads_now
    assert heads(ground.london.messages)[count:] == heads_now[-1:]


@both
async def test_a_move_is_told_in_private_to_everyone_who_answered(ground: Ground) -> None:
    card = await ground.scheduled()
    for person, name in ((ground.grace, "Going"), (ground.tomasz, "Maybe"), (ground.cerys, "Can't come")):
        await person.press(card, name)
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm"))
    await ground.later()
    for person in (ground.grace, ground.tomasz, ground.cerys):
        assert heads(person.dms) == ["## Moved: Spring meeting"]
        assert "It was on Thursday 5 March 2026, 6pm" in person.dms[0].text
        assert "Friday 6 March 2026, 7pm" in person.dms[0].text
    assert ground.siobhan.dms == []


async def test_two_moves_one_after_the_other_tell_only_where_the_meeting_is_now(ground: Ground) -> None:
    card = await ground.scheduled()
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-02T22:00"))  # quiet: the private news waits for the morning
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm"))
    await ground.settled()
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="06/03/2026 20:00"))
    await ground.settled()
    assert ground.grace.dms == []
    await ground.go_to(ground.wall("2026-03-03T08:00"))
    assert heads(ground.grace.dms) == ["## Moved: Spring meeting"]
    assert "6 March 2026, 8pm" in ground.grace.dms[0].text
    assert "It was on Thursday 5 March 2026, 6pm" in ground.grace.dms[0].text


async def test_a_meeting_moved_before_its_announcement_is_still_announced(ground: Ground) -> None:
    ground.sandbox.faults.add("POST /channels/", times=30, status=500)
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="thursday 6pm")
    assert answer.text.startswith("## Scheduled")
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="friday 7pm"))
    ground.sandbox.faults.clear()
    await ground.later(timedelta(hours=1))
    card = next(message for message in ground.london.messages if card_text(message).startswith("## Spring\n"))
    assert "Friday 6 March 2026, 7pm" in card.text
    await ground.grace.press(card, "Going")
    assert "1 going" in card.text


@both
async def test_a_cancellation_is_told_in_private_to_everyone_who_answered(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    for person, name in ((ground.grace, "Going"), (ground.tomasz, "Maybe"), (ground.cerys, "Can't come")):
        await person.press(card, name)
    says(await use(ground.amina, "#london", "meeting cancel", meeting="1", reason="Strike day"))
    await ground.settled()
    for person in (ground.grace, ground.tomasz, ground.cerys):
        assert heads(person.dms) == ["## Cancelled: Spring meeting"]
        assert "Strike day" in person.dms[0].text
    count = len(ground.london.messages)
    await ground.go_to(ground.wall("2026-03-13T18:00"))
    assert len(ground.london.messages) == count
    assert len(ground.grace.dms) == 1
    assert {row.status for row in await ground.rows(meetings.REMIND)} == {"suppressed"}


@both
async def test_whoever_turned_private_messages_off_gets_none(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    assert "**Direct messages:** off" in says(await settings(ground.grace, "#london", dms="off"))
    await ground.go_to(ground.wall("2026-03-11T19:00"))
    says(await use(ground.amina, "#london", "meeting move", meeting="1", when="19/03/2026 18:00"))
    await ground.later()
    assert ground.grace.dms == []
    assert "**Direct messages:** on" in says(await settings(ground.grace, "#london", dms="on"))
    await ground.go_to(ground.wall("2026-03-19T18:00"))
    assert heads(ground.grace.dms) == [
        f"## In {ahead}: Spring meeting" for ahead in ("7 days", "1 day", "1 hour")
    ]


@both
async def test_changed_lead_times_hold_for_meetings_already_answered(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    text = says(await settings(ground.grace, "#london", reminders="2 days, 30 minutes"))
    assert "2 days, 30 minutes before" in text
    await ground.go_to(ground.wall("2026-03-12T18:00"))
    assert heads(ground.grace.dms) == ["## In 2 days: Spring meeting", "## In 30 minutes: Spring meeting"]


async def test_lead_times_changed_and_changed_back_remind_once_each(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-05T19:00"))
    says(await settings(ground.grace, "#london", reminders="none"))
    says(await settings(ground.grace, "#london", reminders="usual"))
    await ground.go_to(ground.wall("2026-03-12T18:00"))
    assert heads(ground.grace.dms) == [
        f"## In {ahead}: Spring meeting" for ahead in ("7 days", "1 day", "1 hour")
    ]


async def test_the_servers_lead_times_hold_for_meetings_scheduled_from_then_on(ground: Ground) -> None:
    text = says(await set_up(ground.ruth, "#london", "reminders", before="3 days and 2 hours"))
    assert "3 days, 2 hours before" in text
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-12T18:00"))
    wanted = ["## In 3 days: Spring meeting", "## In 2 hours: Spring meeting"]
    assert heads(ground.grace.dms) == wanted
    assert heads(ground.london.messages)[1:] == wanted[-1:]


@both
async def test_new_lead_times_of_the_server_hold_for_meetings_that_are_coming_too(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Maybe")
    await ground.cerys.press(card, "Can't come")
    says(await settings(ground.tomasz, "#london", reminders="1 day"))
    text = says(await set_up(ground.ruth, "#london", "reminders", before="3 days and 2 hours"))
    assert "for the 1 meeting coming up" in text
    await ground.go_to(ground.wall("2026-03-12T18:00"))
    wanted = ["## In 3 days: Spring meeting", "## In 2 hours: Spring meeting"]
    assert heads(ground.grace.dms) == wanted
    assert heads(ground.london.messages)[1:] == wanted[-1:]
    assert "## In 1 day: Spring meeting" in heads(ground.tomasz.dms)
    assert not {*wanted} & {*heads(ground.tomasz.dms)}
    assert heads(ground.cerys.dms) == []


async def test_a_meeting_sooner_than_its_last_lead_time_is_announced_and_not_reminded_of(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when="today 10:30")
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-02T12:00"))
    assert ground.london.messages == [card]
    assert ground.grace.dms == []
