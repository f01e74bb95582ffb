"""Series that go by school terms, over the wire: begun, following the terms when those are edited, never doubled."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.meetings.models import Meeting, Series
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.meeting_panels import names, use

TERMS = """Spring term: 5 January to 27 March 2026
Half term: 16 to 20 February
Summer term: 13 April to 17 July 2026
Half term: 25 to 29 May
Autumn term: 1 September to 18 December 2026
Half term: 26 to 30 October"""
LATER_SUMMER = TERMS.replace("13 April to", "20 April to")


async def terms(ground: Ground, words: str = TERMS) -> str:
    form = await ground.ruth.slash("#london", "setup change", section="terms")
    return says(await ground.ruth.submit(form.modal, {"dates": words}))


async def begun(ground: Ground, repeat: str, when: str = "thursday 19 march 6pm") -> str:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Forum", when=when, repeat=repeat)
    await ground.settled()
    return says(answer)


async def planned(ground: Ground) -> list[tuple[str, str]]:
    def load(session: Session) -> list[tuple[str, str]]:
        found = session.scalars(
            select(Meeting).where(Meeting.cancelled_at.is_(None)).order_by(Meeting.starts_at)
        )
        return [(one.wall[:10], (one.slot or "")[:10]) for one in found]

    return await ground.running.store.read(load)


@both
async def test_every_half_term_goes_by_the_terms_that_are_set(ground: Ground) -> None:
    await terms(ground)
    text = await begun(ground, "every half term", "thursday 12 march 6pm")
    assert "third Thursday of each half of every term, 6pm, from 12 March 2026" in text
    assert await planned(ground) == [("2026-03-12", "2026-03-12"), ("2026-04-30", "2026-04-30")]
    await ground.go_to(ground.wall("2026-05-01T12:00"))
    assert [wall for wall, _ in await planned(ground)] == ["2026-03-12", "2026-04-30", "2026-06-18"]


async def test_without_terms_it_is_said_what_is_missing(ground: Ground) -> None:
    text = await begun(ground, "every term")
    assert "I don't know your term dates" in text
    assert await ground.count(Series) == 0


async def test_a_day_near_the_end_of_term_is_asked_about(ground: Ground) -> None:
    await terms(ground)
    answer = await ground.amina.slash(
        "#london", "meeting schedule", title="Forum", when="thursday 26 march 6pm", repeat="termly"
    )
    answer = await ground.amina.press(answer, "last Thursday of every term, 6pm, from 26 March 2026")
    assert "**Repeats:** last Thursday of every term" in says(answer)


async def test_the_repeat_is_echoed_while_it_is_typed(ground: Ground) -> None:
    await terms(ground)
    offers = await ground.amina.autocomplete(
        "#london",
        "meeting schedule",
        focus="repeat",
        title="x",
        when="thursday 12 march 6pm",
        repeat="every half",
    )
    assert any(offer.name.startswith("third Thursday of each half of every term") for offer in offers)


@both
async def test_what_nobody_has_seen_moves_with_the_terms_and_what_is_posted_stays(ground: Ground) -> None:
    await terms(ground)
    await begun(ground, "every half term", "thursday 12 march 6pm")
    text = await terms(ground, LATER_SUMMER)
    assert "have moved with them" in text
    assert "Forum: Thursday 7 May 2026, 6pm" in text
    assert await planned(ground) == [("2026-03-12", "2026-03-12"), ("2026-05-07", "2026-05-07")]
    await ground.go_to(ground.wall("2026-04-15T12:00"))  # its card is posted by now
    text = await terms(ground)
    assert "have not moved" in text
    assert (await planned(ground))[1] == ("2026-05-07", "2026-04-30")
    await ground.go_to(ground.wall("2026-06-01T12:00"))
    assert [wall for wall, _ in await planned(ground)] == ["2026-03-12", "2026-05-07", "2026-06-18"]


async def test_new_terms_in_place_of_old_ones_double_nothing(ground: Ground) -> None:
    await terms(ground)
    await begun(ground, "every term", "thursday 12 march 6pm")
    before = await planned(ground)
    await terms(ground, "Autumn term: 1 September to 18 December 2026")
    assert await planned(ground) == before
    await ground.go_to(ground.wall("2026-08-01T12:00"))
    walls = [wall for wall, _ in await planned(ground)]
    assert walls[0] == "2026-03-12"
    assert walls[-1].startswith("2026-1")
    assert len(walls) == 2 + (len(before) - 1)


async def test_when_the_terms_run_out_the_organisers_are_asked_for_the_next(ground: Ground) -> None:
    await terms(ground, "Spring term: 5 January to 27 March 2026\nSummer term: 13 April to 17 July 2026")
    await begun(ground, "termly", "thursday 5 march 6pm")
    await ground.go_to(ground.wall("2026-06-20T12:00"))
    organisers = heads(ground.sandbox.channel("#organisers").messages)
    assert organisers.count("## Which are the next school terms? Forum") == 1
    count = len(await planned(ground))
    await terms(ground)
    await ground.go_to(ground.wall("2026-09-02T12:00"))
    assert len(await planned(ground)) == count + 1


async def test_the_calendar_has_its_times_one_by_one(ground: Ground) -> None:
    await terms(ground)
    await begun(ground, "every half term", "thursday 12 march 6pm")

    def load(session: Session) -> list[Series]:
        return list(session.scalars(select(Series)))

    from cogs.meetings.calendars import feed

    stored = await ground.running.store.read(lambda session: list(session.scalars(select(Meeting))))
    text = feed(
        "London", stored, await ground.running.store.read(load), ground.texts, now=ground.clock.now()
    ).decode()
    assert "RRULE" not in text.replace("RRULE:FREQ=YEARLY", "")
    assert text.count("BEGIN:VEVENT") == 2


async def test_a_move_of_all_later_ones_is_taken_back_with_the_dates_that_it_dropped(ground: Ground) -> None:
    await terms(ground)
    await begun(ground, "every half term", "thursday 12 march 6pm")
    before = await planned(ground)
    assert len(before) == 2
    says(await ground.grace.slash("#london", "meeting answer", meeting="2", choice="Going"))
    moved = await use(
        ground.amina, "#london", "meeting move", meeting="1", when="thursday 17 december 6pm", which="later"
    )
    await ground.later()
    assert len(await planned(ground)) == 1
    (undo,) = [label for label in names(moved) if label.startswith("Undo: ")]
    says(await ground.amina.press(moved, undo))
    await ground.later()
    assert await planned(ground) == before
    assert "You are going" in says(await ground.grace.slash("#london", "mine"))


async def test_a_series_that_ends_is_as_long_as_before_once_its_move_is_taken_back(ground: Ground) -> None:
    await begun(ground, "weekly until 9 april", "thursday 19 march 6pm")
    before = await planned(ground)
    moved = await use(
        ground.amina, "#london", "meeting move", meeting="1", when="thursday 5 march 6pm", which="later"
    )
    (undo,) = [label for label in names(moved) if label.startswith("Undo: ")]
    says(await ground.amina.press(moved, undo))
    await ground.later()
    assert await planned(ground) == before
