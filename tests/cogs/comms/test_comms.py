"""The communications desk over the wire: deadlines, calls, what is sent in, and consent to it."""

from datetime import timedelta
from typing import Any

import pytest

from db.comms.models import Contribution
from tests.cogs.comms.steps import (
    MAIL_OUT,
    ORGANISERS,
    calls,
    changed,
    desk,
    panel,
    sent,
    set_up,
)
from tests.cogs.ground import LONDON, Ground, both, buttons, card_text, says

# The calendar.


@both
async def test_the_calendar_has_the_unions_publications_and_the_next_deadline(ground: Ground) -> None:
    text = says(await ground.grace.slash("#london", "comms calendar"))
    for words in (MAIL_OUT, "e-Bulletin", "Educate", "Global Matters", "every term", "District Secretaries"):
        assert words in text
    assert text.count("Deadline: not set yet") == 4
    await set_up(ground, editor="tomasz")
    answer = await ground.grace.slash("#london", "comms calendar")
    text = says(answer)
    assert "Deadline: Thursday 5 March 2026, 4pm" in text
    assert text.index(MAIL_OUT) < text.index("Educate")
    assert f"Editor: {ground.tomasz.mention}" in text
    assert buttons(answer.message)[0] == f"Write for {MAIL_OUT}"


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        ("every 2 months on the first monday at 12pm", "Monday 2 March 2026, 12 noon"),
        ("14 december", "Monday 14 December 2026, 5pm"),
        ("every other friday at noon", "Friday 6 March 2026, 12 noon"),
    ],
)
async def test_a_deadline_is_read_in_words_and_echoed(ground: Ground, deadline: str, said: str) -> None:
    assert said in await set_up(ground, deadline=deadline)


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        ("when it suits", "rite when it is"),
        ("yesterday 5pm", "passed"),
        ("every second friday 3pm", "more than one way"),
        ("2 weeks before the end of term at breakfast", "deadline"),
    ],
)
async def test_a_deadline_that_is_none_is_refused_with_what_to_type(
    ground: Ground, deadline: str, said: str
) -> None:
    assert said in await set_up(ground, deadline=deadline)
    assert "Deadline: Thursday" not in says(await ground.grace.slash("#london", "comms calendar"))


async def test_a_deadline_that_means_two_things_is_asked_about_and_what_was_typed_is_kept(
    ground: Ground,
) -> None:
    answer = await changed(ground.amina, MAIL_OUT, deadline="every second friday 3pm")
    assert "more than one way" in says(answer)
    words = next(line for line in answer.text.splitlines() if "every 2 weeks on Friday" in line)
    back = (await ground.amina.press(answer, "Change what I typed")).modal
    assert "every second friday 3pm" in back.text
    typed = words.partition(": type ")[2]
    said = says(await ground.amina.submit(back, {"Deadline (optional)": typed}))
    assert "every 2 weeks on Friday" in said
    form = (await ground.amina.press(await panel(ground.amina, MAIL_OUT), "Change it")).modal
    assert "every 2 weeks on Friday" in form.text
    # What is left as it was filled in stays; what is emptied goes.
    assert "every 2 weeks on Friday" in says(await ground.amina.submit(form))
    emptied: dict[str, Any] = {"Deadline (optional)": "", "Editor (optional)": []}
    said = says(await ground.amina.submit(form, emptied))
    assert "**Deadline:** not set yet" in said
    assert "nobody in this server" in said
    names = await ground.amina.autocomplete("#london", "comms desk", focus="publication", publication="educ")
    assert [choice.name for choice in names] == ["Educate"]


async def test_a_termly_deadline_goes_by_the_terms(ground: Ground) -> None:
    text = await set_up(ground, deadline="2 weeks before the end of term at 4pm")
    assert "14 days before the end of each term, at 16:00" in text
    assert "I don't know the next school terms" in text
    ground.manager(ground.imran)
    form = (await ground.imran.slash("#london", "setup change", section="terms")).modal
    dates = "Spring: 2026-01-05 to 2026-03-27\nSummer: 2026-04-13 to 2026-07-21"
    await ground.imran.submit(form, {"dates": dates})
    text = says(await ground.grace.slash("#london", "comms calendar"))
    assert "Friday 13 March 2026, 4pm" in text
    await ground.go_to(ground.wall("2026-03-14T12:00"))
    text = says(await ground.grace.slash("#london", "comms calendar"))
    assert "Tuesday 7 July 2026, 4pm" in text


# Requests for contributions.


@both
async def test_contributions_are_called_for_once_in_the_channel_for_everybody(ground: Ground) -> None:
    assert "2 days ahead" in await set_up(ground)
    await ground.go_to(ground.wall("2026-03-03T12:29"))
    assert calls(ground.london) == []
    await ground.go_to(ground.wall("2026-03-03T12:31"))
    (call,) = calls(ground.london)
    assert card_text(call).startswith(f"## Have you got something for {MAIL_OUT}?")
    assert "Thursday 5 March 2026, 4pm" in call.text
    assert not call.pinged
    for name in ("#welcome", "#north-west", "#yorkshire", "#wales"):
        assert calls(ground.sandbox.channel(name)) == []
    form = (await ground.grace.press(calls(ground.london)[0], "Send something in")).modal
    answer = await ground.grace.submit(form, {"What should it say?": "A stall at the market"})
    assert "Thank you" in says(answer)


async def test_calls_go_to_one_channel_or_nowhere(ground: Ground) -> None:
    welcome = ground.sandbox.channel("#welcome")
    said = await set_up(ground, calls="channel", channel=welcome, ahead="1")
    assert f"in <#{welcome.id}>, 1 day ahead" in said
    await ground.go_to(ground.wall("2026-03-05T15:00"))
    assert len(calls(welcome)) == 1
    assert calls(ground.london) == []
    assert "off" in await set_up(ground, calls="off")
    await ground.go_to(ground.wall("2026-03-26T18:00"))
    assert len(calls(welcome)) == 1
    assert calls(ground.london) == []


async def test_a_year_of_calls_each_week_in_term_at_lunch_by_the_wall(ground: Ground) -> None:
    ground.manager(ground.imran)
    form = (await ground.imran.slash("#london", "setup change", section="terms")).modal
    dates = (
        "Spring: 2026-01-05 to 2026-03-27\nSummer: 2026-04-13 to 2026-07-21\nHalf term: 2026-05-25 to 2026-05-29\n"
        "Autumn: 2026-09-02 to 2026-12-18\nHalf term: 2026-10-26 to 2026-10-30"
    )
    await ground.imran.submit(form, {"dates": dates})
    await set_up(ground, calls="channel")
    await ground.go_to(ground.wall("2026-12-31T12:00"))
    walls = [one.created_at.astimezone(LONDON) for one in calls(ground.london)]
    assert len(walls) == len({wall.date() for wall in walls})
    assert {(wall.weekday(), wall.hour, wall.minute) for wall in walls} == {(1, 12, 30)}
    dates_called = {wall.date().isoformat() for wall in walls}
    # 3 March to 24 March; 14 April to 21 July without 26 May; 8 September to 15 December without 27 October.
    assert len(dates_called) == 4 + 14 + 14
    assert not dates_called & {
        "2026-03-31",
        "2026-04-07",
        "2026-05-26",
        "2026-07-28",
        "2026-10-27",
        "2026-12-22",
    }


async def test_a_call_that_is_late_says_so_and_one_after_the_deadline_is_not_sent(ground: Ground) -> None:
    await set_up(ground)
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-04T09:00"))
    await ground.start()
    await ground.settled()
    assert "late" in calls(ground.london)[-1].text
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-03-12T17:00"))
    await ground.start()
    await ground.settled()
    assert len(calls(ground.london)) == 1
    await ground.go_to(ground.wall("2026-03-17T13:00"))
    assert len(calls(ground.london)) == 2


async def test_a_deleted_channel_is_told_to_the_organisers(ground: Ground) -> None:
    await set_up(ground)
    ground.delete(ground.london)
    await ground.go_to(ground.wall("2026-03-03T12:40"))
    assert "The channel of London is gone" in ground.sandbox.channel(ORGANISERS).messages[-1].text


async def test_a_changed_deadline_voids_what_was_owed(ground: Ground) -> None:
    await set_up(ground)
    await set_up(ground, deadline="every friday 4pm")
    await ground.go_to(ground.wall("2026-03-06T17:00"))
    assert [due.due_at.isoformat()[:10] for due in await ground.rows("comms.call")] == ["2026-03-04"]
    assert "not set yet" in await set_up(ground, deadline="none")
    await ground.go_to(ground.wall("2026-03-20T17:00"))
    assert len(await ground.rows("comms.call")) == 1


# Sending something in.


@both
async def test_something_is_sent_in_and_the_editor_hears_of_it(ground: Ground) -> None:
    await set_up(ground, editor="tomasz")
    text = await sent(ground, link="neu.org.uk/news", credit="Grace, Hackney")
    assert "We held an assembly on Cuba." in text
    assert "Link: https://neu.org.uk/news" in text
    assert "To be named as: Grace, Hackney" in text
    await sent(ground, "And a second one")
    await ground.later(timedelta(minutes=11))
    (news,) = ground.tomasz.dms
    assert f"2 contributions for **{MAIL_OUT}** are waiting" in news.text
    looked = await ground.tomasz.press(news, "See contributions")
    assert "We held an assembly on Cuba." in looked.text


async def test_without_an_editor_the_organisers_hear_of_it(ground: Ground) -> None:
    await sent(ground)
    await ground.later(timedelta(minutes=11))
    assert "1 contribution for" in ground.sandbox.channel(ORGANISERS).messages[-1].text


async def test_without_text_a_form_opens_and_keeps_what_was_wrong(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "comms contribute", publication=MAIL_OUT, credit="Grace")
    assert answer.modal.title == MAIL_OUT
    wrong = await ground.grace.submit(
        answer.modal, {"What should it say?": "Our stall", "Link (optional)": "javascript:alert(1)"}
    )
    assert "I couldn't read javascript:alert(1) as a web address" in says(wrong)
    assert await ground.count(Contribution) == 0
    await ground.restart()
    again = await ground.grace.press(wrong, "Change what I typed")
    assert "Our stall" in str(again.modal.components)
    assert "Grace" in str(again.modal.components)
    assert "Thank you" in says(await ground.grace.submit(again.modal, {"Link (optional)": ""}))
    assert await ground.count(Contribution) == 1


@pytest.mark.parametrize(
    "link",
    [
        "not a link",
        "https://",
        "http://user@host.example/",
        "ftp://neu.org.uk",
        "https://x",
        "https://a b.uk",
        "https://neu.org.uk:99999",
    ],
)
async def test_a_link_that_is_none_is_refused(ground: Ground, link: str) -> None:
    assert "web address" in await sent(ground, link=link)
    assert await ground.count(Contribution) == 0


async def test_nothing_but_invisible_characters_is_nothing(ground: Ground) -> None:
    assert "write a few words" in await sent(ground, "\u200b \u202e")


async def test_an_unknown_publication_names_the_nearest(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "comms contribute", publication="Eduacte", text="x")
    assert "Did you mean Educate?" in says(answer)
    answer = await ground.grace.slash("#london", "comms contribute", publication="Zzzz", text="x")
    assert "There are: ISO Monday Morning Mail-Out" in says(answer)


async def test_what_is_sent_in_can_not_ping_or_format(ground: Ground) -> None:
    text = await sent(ground, "@everyone **look** <@1>\n# Big")
    assert "\\*\\*look" in text
    card = (await desk(ground)).text
    assert "\\<@1\\>" in card


async def test_too_many_at_once_are_refused_and_kept(ground: Ground) -> None:
    for number in range(20):
        if number == 10:  # as many as somebody may send within a day
            await ground.later(timedelta(days=1))
        assert "Thank you" in await sent(ground, f"Piece {number}")
    refused = await ground.grace.slash("#london", "comms contribute", publication=MAIL_OUT, text="One more")
    assert "20 contributions waiting" in says(refused)
    assert "One more" in str((await ground.grace.press(refused, "Change what I typed")).modal.components)
