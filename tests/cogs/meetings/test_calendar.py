"""Calendars over the wire: the file under a card, and a secret address that a calendar program reads."""

from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from icalendar import Calendar

from bot.sandbox.world import Message
from bot.settings import Calendar as CalendarSettings
from tests.cogs.ground import Ground, buttons, says
from tests.cogs.meeting_panels import use


@pytest.fixture
async def served(ground: Ground) -> Ground:
    """The bot with an address for calendars."""
    ground.settings = replace(
        ground.settings, calendar=CalendarSettings(address="https://calendar.example.org", port=0)
    )
    await ground.restart()
    return ground


async def fetched(ground: Ground, secret: str, **headers: str) -> tuple[int, bytes, str]:
    address = f"http://127.0.0.1:{ground.running.feeds.port}/calendar/{secret}.ics"
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers.get("ETag", "")


async def test_answers_are_taken_for_what_they_say_they_are_and_tell_nothing_of_what_serves_them(
    served: Ground,
) -> None:
    answer = await served.grace.slash("#london", "meeting calendar", region="London")
    answer = await served.grace.press(answer, "Give me a new link")
    base = f"http://127.0.0.1:{served.running.feeds.port}/calendar"
    for path in (f"{base}/{secret_in(says(answer))}.ics", f"{base}/unknown.ics"):
        async with aiohttp.ClientSession() as session, session.get(path) as found:
            assert found.headers["X-Content-Type-Options"] == "nosniff"
            assert "Server" not in found.headers


def secret_in(text: str) -> str:
    return text.partition("https://calendar.example.org/calendar/")[2].partition(".ics")[0]


def events(ics: bytes) -> list[str]:
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(ics).walk("VEVENT")]


async def test_an_answer_and_the_card_on_demand_give_the_meeting_as_a_file(ground: Ground) -> None:
    card: Message = await ground.scheduled()
    answered = await ground.grace.press(card, "Going")
    await answered.until_followups(1)
    assert "Add to calendar" in buttons(answered.messages[-1])
    shown = await ground.grace.slash("#london", "meeting show", meeting="1")
    answer = await ground.grace.press(shown, "Add to calendar")
    assert "as a file for your calendar" in says(answer)
    (file,) = answer.message.attachments
    assert file["filename"] == "meeting-1.ics"


async def test_without_an_address_nothing_is_served_and_the_file_is_named(ground: Ground) -> None:
    assert "Add to calendar" in says(await ground.grace.slash("#london", "meeting calendar"))


async def test_a_region_is_read_at_a_secret_address_until_it_is_revoked(served: Ground) -> None:
    await served.scheduled("Reading group", "thursday 6pm", repeat="weekly")
    await served.scheduled("Forum", "friday 6pm")
    answer = await served.grace.slash("#london", "meeting calendar", region="London")
    answer = await served.grace.press(answer, "Give me a new link")
    secret = secret_in(says(answer))
    status, body, etag = await fetched(served, secret)
    assert status == 200
    assert sorted(events(body)) == ["Forum", "Reading group"]
    assert (await fetched(served, secret, **{"If-None-Match": etag}))[0] == 304
    await use(served.amina, "#london", "meeting cancel", meeting="2", reason="Strike")
    status, body, changed = await fetched(served, secret, **{"If-None-Match": etag})
    assert (status, changed != etag) == (200, True)
    assert b"STATUS:CANCELLED" in body
    await served.grace.press(answer, "Switch it off")
    assert (await fetched(served, secret))[0] == 404


async def test_a_members_own_calendar_holds_what_they_go_to(served: Ground) -> None:
    card = await served.scheduled("Forum", "friday 6pm")
    other = await served.scheduled("Choir", "saturday 6pm")
    await served.grace.press(card, "Going")
    await served.grace.press(other, "Can't come")
    answer = await served.grace.slash("#london", "meeting calendar")
    secret = secret_in(says(await served.grace.press(answer, "Give me a new link")))
    assert events((await fetched(served, secret))[1]) == ["Forum"]
    assert (await fetched(served, secret[:-1]))[0] == 404


async def test_the_calendar_of_somebody_who_left_while_nobody_heard_of_it_is_read_no_more(
    served: Ground,
) -> None:
    card = await served.scheduled("Forum", "friday 6pm")
    await served.grace.press(card, "Going")
    answer = await served.grace.slash("#london", "meeting calendar")
    secret = secret_in(says(await served.grace.press(answer, "Give me a new link")))
    assert (await fetched(served, secret))[0] == 200
    await served.stop()
    served.grace.leave()
    await served.start()
    assert (await fetched(served, secret))[0] == 404


async def region_feed(served: Ground) -> str:
    """Have Grace get an address for London; returns its secret."""
    await served.scheduled("Forum", "30 april 2026 6pm")
    answer = await served.grace.slash("#london", "meeting calendar", region="London")
    return secret_in(says(await served.grace.press(answer, "Give me a new link")))


async def test_a_feed_that_changes_all_the_time_is_written_every_ten_seconds(served: Ground) -> None:
    secret = await region_feed(served)
    seen: list[str] = []
    for number in range(6):
        await use(served.amina, "#london", "meeting edit", meeting="1", title=f"Forum {number}")
        status, body, _ = await fetched(served, secret)
        assert status == 200
        seen += events(body)
    assert seen == ["Forum 0", "Forum 1", "Forum 2", "Forum 2", "Forum 2", "Forum 2"]
    served.clock.move_to(served.clock.now() + timedelta(seconds=11))
    assert events((await fetched(served, secret))[1]) == ["Forum 5"]


async def test_a_storm_of_guessed_addresses_asks_the_database_little_and_known_feeds_are_served(
    served: Ground,
) -> None:
    secret = await region_feed(served)
    assert (await fetched(served, secret))[0] == 200
    statuses = [(await fetched(served, f"{number:032}"))[0] for number in range(120)]
    assert statuses.count(404) < 60
    assert statuses.count(503) > 60
    assert (await fetched(served, secret))[0] == 200
    assert (await fetched(served, "x" * 33))[0] == 404
    served.clock.move_to(served.clock.now() + timedelta(seconds=10))
    assert (await fetched(served, "y" * 32))[0] == 404
