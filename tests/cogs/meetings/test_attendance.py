"""Answers and attendance: counts only, as charts with their text and in words."""

import asyncio
from datetime import timedelta

import psutil
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.sandbox.answer import Answer
from cogs.common.charts import Charts
from db.meetings.models import Meeting, Report
from tests.cogs.ground import MONDAY, THURSDAY_6PM, Ground, both
from tests.cogs.meeting_panels import use

FIGURES = {"Spring": (12, 5, 6, 14), "Summer": (3, 0, 1, None)}


async def happened(ground: Ground) -> None:
    """Hold two meetings of London, the first with a report, and cancel a third."""
    await ground.scheduled("Spring")
    await ground.scheduled("Summer", "7 April 2026 18:00")
    await ground.scheduled("Cancelled", "8 April 2026 18:00")
    await use(ground.amina, "#london", "meeting cancel", meeting="Cancelled")
    await ground.scheduled("Elsewhere", "9 April 2026 18:00", "#wales")
    await ground.settled()

    def fill(session: Session) -> None:
        for title, (going, maybe, cant, came) in FIGURES.items():
            values = {"going": going, "maybe": maybe, "cant": cant}
            query = update(Meeting).where(Meeting.title == title).values(values).returning(Meeting.id)
            meeting_id = session.execute(query).scalar_one()
            if came is not None:
                session.add(
                    Report(
                        meeting_id=meeting_id,
                        by_id=ground.amina.id,
                        attendance=came,
                        decided="",
                        closed_at=MONDAY,
                    )
                )

    await ground.running.store.write(fill)
    ground.clock.move_to(THURSDAY_6PM + timedelta(days=60))


async def asked(ground: Ground, place: str = "#london", **options: str) -> Answer:
    answer = await (await ground.grace.slash(place, "meeting attendance", **options)).final()
    assert answer.ephemeral
    return answer


@both
async def test_the_figures_of_a_region_in_words_and_as_two_charts(ground: Ground) -> None:
    await happened(ground)
    answer = await asked(ground)
    text = answer.text
    assert text.startswith("## Answers and attendance: London")
    few = "fewer than five"
    assert f"**April 2026:** 1 meeting. {few} going, {few} maybe, {few} can't come" in text
    # The other month would tell the small one by subtraction, so it is hidden as well, unless there is nothing to tell.
    assert (
        f"**March 2026:** 1 meeting. {few} going, {few} maybe, {few} can't come; 14 were there, by 1 report"
        in text
    )
    assert f"**Thursday:** 1 meeting. {few} going, {few} maybe" in text
    assert f"**Tuesday:** 1 meeting. {few} going" in text
    assert "numbers below 5" in text
    assert "Cancelled" not in text
    assert "Wednesday" not in text
    names = [one["filename"] for one in answer.message.attachments]
    assert names == ["attendance-months.png", "attendance-weekdays.png"]
    gallery = next(part for part in answer.message.walk() if part["type"] == 12)
    alts = [item["description"] for item in gallery["items"]]
    assert alts[0].startswith("Answers and attendance by month: London. March 2026: 1 meeting.")
    assert "Thursday: 1 meeting." in alts[1]


async def test_other_regions_and_all_of_them(ground: Ground) -> None:
    await happened(ground)
    assert "Answers and attendance: Wales" in (await asked(ground, region="Wales")).text
    everywhere = (await asked(ground, "#welcome")).text
    assert "Answers and attendance: all regions" in everywhere
    assert "**April 2026:** 2 meetings." in everywhere


async def test_before_anything_took_place_it_says_so(ground: Ground) -> None:
    await ground.scheduled()
    answer = await asked(ground)
    assert "There were no meetings here in the last twelve months" in answer.text
    assert answer.message.attachments == []


async def test_meetings_of_more_than_a_year_ago_do_not_count(ground: Ground) -> None:
    await happened(ground)
    ground.clock.move_to(THURSDAY_6PM + timedelta(days=500))
    assert "There were no meetings here in the last twelve months" in (await asked(ground)).text


async def test_charts_asked_for_by_many_at_once_are_drawn_once(ground: Ground) -> None:
    await happened(ground)
    await asked(ground)
    drawn = psutil.Process().cpu_times().children_user
    answers = await asyncio.gather(*(asked(ground) for _ in range(20)))
    assert [len(answer.message.attachments) for answer in answers] == [2] * 20
    assert psutil.Process().cpu_times().children_user == drawn


async def test_where_no_chart_can_be_drawn_the_numbers_come_in_words(ground: Ground) -> None:
    await happened(ground)
    ground.running.provide(Charts(seconds=0.01))
    answer = await asked(ground)
    assert answer.message.attachments == []
    assert "I couldn't draw the chart. Here are its numbers in words." in answer.text
    assert "**March 2026:** 1 meeting." in answer.text
    assert "**Thursday:** 1 meeting." in answer.text
