"""Training and events over the wire: the list, deadlines, who goes and hears of whom, the report-back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Channel, Message
from db.events.models import Event, EventGoer
from db.membership.models import Consent
from tests.cogs.events.steps import added, changed
from tests.cogs.ground import MONDAY, Ground, both, buttons, card_text, heads, says
from tests.cogs.panels import settings


def cards(channel: Channel, title: str = "Spring course") -> list[Message]:
    """Return what a channel heard of an event."""
    return [one for one in channel.messages if title in one.text]


async def go(ground: Ground, person: Person, label: str = "Going, and others may know") -> Answer:
    """Have somebody press 'I'm going' under the card in #london and answer the question."""
    asked = await person.press(cards(ground.london)[0], "I'm going")
    assert "May I tell others from your region" in says(asked)
    return await person.press(asked, label)


@both
async def test_an_event_is_added_announced_and_listed(ground: Ground) -> None:
    answer = await added(ground, link="neu.org.uk/learning", about="The *basics*")
    text = says(answer)
    assert "**When:** Thursday 2 July 2026 to Friday 3 July 2026" in text
    assert "**Apply by:** Friday 12 June 2026" in text
    assert "before the last day to apply" in text
    (card,) = cards(ground.london)
    assert card_text(card).startswith("## Spring course\nA course for you?")
    assert "The \\*basics\\*" in card.text
    assert "https://neu.org.uk/learning" in card.text
    assert not card.pinged
    assert cards(ground.sandbox.channel("#wales")) == []
    listed = says(await ground.grace.slash("#london", "events list"))
    assert "**Spring course** (course, number 1)" in listed
    assert "International Solidarity Learning and Development Course" in listed
    assert "Spring course" not in says(await ground.cerys.slash("#wales", "events list"))


async def test_an_event_for_everybody_is_announced_once(ground: Ground) -> None:
    says(await added(ground, everywhere=True))
    assert len(cards(ground.london)) == 1
    for name in ("#welcome", "#north-west", "#yorkshire", "#wales"):
        assert cards(ground.sandbox.channel(name)) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"when": "some time"}, "Write"),
        ({"when": "every friday"}, "one event"),
        ({"when": "1 march 2020"}, "passed"),
        ({"apply": "10 july"}, "after the event ends"),
        ({"apply": "1 march 2026"}, "passed"),
        ({"link": "javascript:alert(1)"}, "web address"),
        ({"title": "\u200b"}, "no text that anyone can read"),
    ],
)
async def test_bad_input_is_said_with_the_way_out(ground: Ground, options: dict[str, Any], said: str) -> None:
    assert said in says(await added(ground, **options))
    assert await ground.count(Event) == 0


async def test_an_unknown_event_names_the_nearest(ground: Ground) -> None:
    await added(ground)
    assert "Did you mean Spring course?" in says(
        await ground.grace.slash("#london", "events going", event="sprung course")
    )
    assert "find the event zzz" in says(await ground.grace.slash("#london", "events going", event="zzz"))
    assert "no event with that number" in says(
        await ground.grace.slash("#london", "events going", event="99")
    )
    found = await ground.grace.autocomplete("#london", "events going", focus="event", event="spr")
    assert [(choice.name, choice.value) for choice in found] == [
        ("Spring course · Thursday 2 July 2026 to Friday 3 July 2026", "1")
    ]


async def test_a_day_with_a_time_is_told_with_it(ground: Ground) -> None:
    text = says(await added(ground, kind="workshop", when="saturday 4 july 10am to 4pm", apply="1 july"))
    assert "Saturday 4 July 2026, 10am to 4pm" in text
    await ground.go_to(ground.wall("2026-07-04T15:59"))
    assert "10am to 4pm" in says(await ground.grace.slash("#london", "events list"))
    await ground.go_to(ground.wall("2026-07-04T16:01"))
    assert "Nothing is listed" in says(await ground.grace.slash("#london", "events list"))


async def test_an_event_of_several_days_keeps_its_begin_and_end(ground: Ground) -> None:
    text = says(
        await added(ground, kind="conference", when="fri 3 july 6pm to sun 5 july 2pm", apply="1 july")
    )
    assert "Friday 3 July 2026, 6pm to Sunday 5 July 2026, 2pm" in text
    now = says(await changed(ground, when="3 to 5 july 10am"))
    assert "Friday 3 July 2026 to Sunday 5 July 2026" in now
    assert "10am on the first day" in now


@both
async def test_deadlines_are_called_to_mind_on_the_right_local_days(ground: Ground) -> None:
    await added(ground)
    seen: list[str] = []
    for day in (
        "2026-05-29T12:29",
        "2026-05-29T12:31",
        "2026-06-09T12:29",
        "2026-06-09T12:31",
        "2026-07-10T12:00",
    ):
        await ground.go_to(ground.wall(day))
        heard = [text for text in heads(ground.london.messages) if text.startswith("## Last chance")]
        seen.append(f"{day[5:10]} {len(heard)}")
    assert seen == ["05-29 0", "05-29 1", "06-09 1", "06-09 2", "07-10 2"]


async def test_a_deadline_that_is_missed_is_not_called_to_mind_late(ground: Ground) -> None:
    await added(ground)
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-06-13T12:00"))
    await ground.start()
    await ground.settled()
    assert len(cards(ground.london)) == 1
    assert [row.status for row in await ground.rows("events.deadline")] == ["expired", "expired"]


# Who goes.


@both
async def test_those_of_a_region_who_agree_hear_of_each_other_and_nobody_else_does(ground: Ground) -> None:
    await added(ground, everywhere=True)
    assert "message you if others" in says(await go(ground, ground.grace))
    assert "I won't tell anyone" in says(await go(ground, ground.imran, "Going, just for me"))
    asked = await ground.cerys.slash("#wales", "events going", event="1")
    await ground.cerys.press(asked, "Going, and others may know")
    await ground.later(timedelta(minutes=11))
    assert ground.grace.dms == []
    await go(ground, ground.tomasz)
    await ground.later(timedelta(minutes=11))
    (sealed,) = ground.grace.dms
    assert ground.tomasz.mention not in sealed.text
    news = await ground.opened(ground.grace, sealed)
    assert ground.tomasz.mention in news.text
    assert ground.imran.mention not in news.text
    assert ground.cerys.mention not in news.text
    assert not news.pinged
    assert ground.grace.mention in (await ground.opened(ground.tomasz, ground.tomasz.dms[-1])).text
    assert ground.imran.dms == []
    assert ground.cerys.dms == []
    shown = says(await ground.grace.slash("#london", "privacy show"))
    assert "May I tell others from your region" in shown


async def test_consent_is_taken_back_before_the_news_goes_out(ground: Ground) -> None:
    await added(ground)
    await go(ground, ground.grace)
    await go(ground, ground.tomasz)
    mine = await ground.grace.slash("#london", "events going", event="1")
    assert "I won't tell anyone" in says(await ground.grace.press(mine, "Going, just for me"))
    await ground.later(timedelta(minutes=11))
    assert ground.grace.dms == []
    assert ground.tomasz.dms == []
    open_ones = await ground.running.store.read(
        lambda session: session.query(Consent).where(Consent.withdrawn_at.is_(None)).all()
    )
    assert [one.user_id for one in open_ones] == [ground.tomasz.id]


async def test_the_button_in_the_message_takes_consent_back_after_a_restart(ground: Ground) -> None:
    await added(ground)
    await go(ground, ground.grace)
    await go(ground, ground.tomasz)
    await ground.later(timedelta(minutes=11))
    await ground.restart()
    news = await ground.opened(ground.grace, ground.grace.dms[-1])
    answer = await ground.grace.press(news, "Don't tell others any more")
    assert "I won't tell anyone" in answer.text
    await go(ground, ground.imran)
    await ground.later(timedelta(minutes=11))
    news = await ground.opened(ground.imran, ground.imran.dms[-1])
    assert ground.tomasz.mention in news.text
    assert ground.grace.mention not in news.text


async def test_a_region_is_that_of_ones_network_elsewhere(ground: Ground) -> None:
    await added(ground)
    welcome = "#welcome"
    asked = await ground.grace.slash(welcome, "events going", event="1")
    assert "message you if others" in says(await ground.grace.press(asked, "Going, and others may know"))
    await added(ground, title="Open day", everywhere=True)
    asked = await ground.imran.slash(welcome, "events going", event="2")
    assert "don't know your region" in says(await ground.imran.press(asked, "Going, and others may know"))


async def test_not_going_any_more_forgets_it_all(ground: Ground) -> None:
    await added(ground)
    mine = await go(ground, ground.grace)
    assert "not going to Spring course" in says(await ground.grace.press(mine, "Not going any more"))
    assert await ground.count(EventGoer) == 0
    await ground.go_to(ground.wall("2026-08-10T12:00"))
    assert ground.grace.dms == []
    again = await ground.press_old(ground.grace, ground.london, f"event:not:{ground.sandbox.guild().id}:1")
    assert "hadn't said" in says(again)


async def test_a_reminder_that_quiet_hours_bring_on_the_day_itself_says_today(ground: Ground) -> None:
    await settings(ground.grace, "#london", quiet="4pm to 8am")
    await added(ground)
    await go(ground, ground.grace, "Going, just for me")
    await ground.go_to(ground.wall("2026-07-02T07:59"))
    assert ground.grace.dms == []
    await ground.go_to(ground.wall("2026-07-02T08:01"))
    (reminder,) = ground.grace.dms
    assert heads([reminder]) == ["## Today: Spring course"]
    assert reminder.content.startswith("Today: Spring course")
    assert "Tomorrow" not in reminder.text


@both
async def test_the_eve_and_the_report_back(ground: Ground) -> None:
    await added(ground, kind="delegation")
    await go(ground, ground.grace, "Going, just for me")
    await ground.go_to(ground.wall("2026-07-01T17:01"))
    assert heads(ground.grace.dms) == ["## Tomorrow: Spring course"]
    await ground.go_to(ground.wall("2026-07-05T17:01"))
    question = ground.grace.dms[-1]
    assert card_text(question).startswith("## How was Spring course?")
    assert "build on the links" in question.text
    assert (
        "No meeting is planned"
        in (await ground.grace.press(question, "Put it on the next meeting's agenda")).text
    )
    await ground.scheduled("Forum", "20 july 6pm")
    await ground.restart()
    assert (
        "On the agenda of **Forum**"
        in (await ground.grace.press(question, "Put it on the next meeting's agenda")).text
    )
    agenda = says(await ground.tomasz.slash("#london", "meeting agenda", meeting="1"))
    assert "Report back: Spring course" in agenda
    await ground.go_to(ground.wall("2026-07-17T17:01"))
    assert heads(ground.grace.dms).count("## How was Spring course?") == 1
    assert ground.grace.dms[-1].content.startswith("Have you reported back? Spring course")
    assert "This is the last time I ask" in ground.grace.dms[-1].text
    assert "won't ask again" in (await ground.grace.press(ground.grace.dms[-1], "I have reported back")).text
    asked = len(ground.grace.dms)
    await ground.go_to(ground.wall("2026-09-17T17:01"))
    assert len(ground.grace.dms) == asked


async def test_a_few_lines_are_written_from_the_question(ground: Ground) -> None:
    says(await ground.grace.slash("#london", "comms calendar"))
    await added(ground)
    await go(ground, ground.grace, "Going, just for me")
    await ground.go_to(ground.wall("2026-07-05T17:01"))
    form = (await ground.grace.press(ground.grace.dms[-1], "Write a few lines about it")).modal
    answer = await ground.grace.submit(form, {"What should it say?": "It was good"})
    assert "Thank you" in answer.text


async def test_whoever_has_reported_is_not_asked_again(ground: Ground) -> None:
    await added(ground)
    await go(ground, ground.grace, "Going, just for me")
    await ground.go_to(ground.wall("2026-07-05T17:01"))
    await ground.grace.press(ground.grace.dms[-1], "I have reported back")
    await ground.go_to(ground.wall("2026-09-05T17:01"))
    assert heads(ground.grace.dms).count("## How was Spring course?") == 1


async def test_who_wants_no_messages_gets_none_and_closed_ones_are_told(ground: Ground) -> None:
    await settings(ground.grace, "#london", dms="off")
    await added(ground)
    await go(ground, ground.grace)
    ground.tomasz.close_dms()
    await go(ground, ground.tomasz)
    await ground.later(timedelta(minutes=13))
    assert ground.grace.dms == []
    assert "your direct messages are closed" in says(await ground.tomasz.slash("#london", "settings mine"))
    await ground.go_to(ground.wall("2026-03-09T10:00"))
    assert heads(ground.sandbox.channel("#organisers").messages)[-1] == "## 1 member gets no reminders"


# Changing and removing.


async def test_an_event_that_is_over_is_gone_from_the_list_on_the_day_after(ground: Ground) -> None:
    await added(ground)
    await ground.go_to(ground.wall("2026-07-03T23:30"))
    assert "Spring course" in says(await ground.grace.slash("#london", "events list"))
    await ground.go_to(ground.wall("2026-07-04T00:30"))
    assert "Spring course" not in says(await ground.grace.slash("#london", "events list"))
    assert "is over" in says(await ground.grace.press(cards(ground.london)[0], "I'm going"))


async def test_events_and_goers_are_exported_and_erased(ground: Ground) -> None:
    await added(ground)
    await go(ground, ground.grace)
    await go(ground, ground.tomasz)
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    await ground.later(timedelta(minutes=11))
    assert await ground.count(EventGoer) == 1
    assert ground.grace.dms == []
    assert ground.tomasz.dms == []
    asked = await ground.amina.slash("#london", "privacy erase")
    await (await ground.amina.press(asked, "Delete everything about me")).final()
    assert "Spring course" in says(await ground.tomasz.slash("#london", "events list"))


async def test_the_list_has_a_button_for_each(ground: Ground) -> None:
    await added(ground)
    await added(ground, title="Second")
    answer = await ground.grace.slash("#london", "events list")
    assert buttons(answer.message) == ["I'm going: Spring course", "I'm going: Second"]
    assert "Are you going to Second?" in says(await ground.grace.press(answer, "I'm going: Second"))
    answer = await ground.grace.slash("#london", "events list")
    second = "Second · Thursday 2 July 2026 to Friday 3 July 2026"
    assert "**Second** (course, number 2)" in says(await ground.grace.choose(answer, "See one event", second))


@pytest.mark.parametrize(
    ("custom_id", "said"),
    [
        ("event:linked:{guild}:1", "a server you are not in"),
        ("event-report:done:{guild}:1", "a server you are not in"),
        ("affiliation:remove:{guild}:1", "a server you are not in"),
        ("comms:write:1:0", "no longer here"),
        ("comms:desk:1:0", "no longer here"),
        ("comms:item:1:accept", "no contribution with that number"),
    ],
)
async def test_buttons_of_one_server_do_nothing_in_another(ground: Ground, custom_id: str, said: str) -> None:
    await added(ground)
    options = {"organisation": "csc", "body": "Hackney branch", "status": "idea"}
    says(await ground.grace.slash("#london", "affiliation record", **options))
    says(await ground.grace.slash("#london", "comms contribute", publication="Educate", text="News"))
    other = ground.second_guild()
    await ground.settled()
    branch = ground.sandbox.channel("#branch", guild=other)
    pressed = await ground.press_old(ground.grace, branch, custom_id.format(guild=ground.sandbox.guild().id))
    assert said in says(pressed)
    assert await ground.count(EventGoer) == 0


async def test_who_looks_for_an_event_beyond_the_menu_is_told_to_type_its_name(ground: Ground) -> None:
    def put(session: Session, first: int, last: int) -> None:
        for number in range(first, last):
            session.add(
                Event(
                    guild_id=ground.sandbox.guild().id, kind="course", title=f"Course {number}", zone="Europe/London",
                    first_on=f"2026-07-{number % 28 + 1:02}", last_on="2026-07-30", added_at=MONDAY,
                )
            )  # fmt: skip

    told = "Not in the list? Use"
    await ground.running.store.write(put, 1, 26)
    assert told not in says(await ground.grace.slash("#london", "events list"))
    await ground.running.store.write(put, 26, 28)
    assert told in says(await ground.grace.slash("#london", "events list"))
    assert "Course 27" in says(await ground.grace.slash("#london", "events show", event="Course 27"))
