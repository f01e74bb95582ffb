"""Suggested dates over the wire: fair by what people said, honest about little history, one press from done."""

from collections.abc import Sequence

from bot.sandbox.people import Person
from bot.sandbox.world import Message
from db.meetings.models import Meeting
from db.meetings.poll_models import Poll
from tests.cogs.counts import counted, crowd
from tests.cogs.ground import Ground, both, buttons, heads, says
from tests.cogs.meeting_panels import use


async def lived(ground: Ground) -> None:
    """Four Tuesday evenings at the library that never suited Grace and Tomasz, and a poll in favour of Thursdays."""
    for number, day in enumerate(("3", "10", "17", "24"), 1):
        card = await ground.scheduled(f"Forum {number}", f"{day} march 6pm", venue="Library")
        for person in (ground.grace, ground.tomasz):
            await person.press(card, "Can't come")
        for person in (ground.siobhan, ground.amina, ground.imran, ground.cerys):
            await person.press(card, "Going")
    preview = await use(
        ground.amina, "#london", "meeting poll", title="When", options="thu 26 march 7pm, sat 28 march 11am"
    )
    await ground.amina.press(preview, "Post the poll")
    await ground.settled()
    card: Message = ground.london.messages[-1]
    for person, time in (
        (ground.grace, "1"),
        (ground.tomasz, "1"),
        (ground.siobhan, "2"),
        (ground.amina, "1"),
        (ground.imran, "1"),
        (ground.cerys, "1"),
    ):
        answer = await person.press(card, "Say what suits you")
        answer = await person.press(answer, "None of these work for me")
        select = next(
            part["custom_id"]
            for part in answer.message.walk()
            if part["type"] == 3 and part["custom_id"].endswith(f":{time}")
        )
        await person.choose(answer, select, ["I can come"])
    says(await ground.amina.press(await ground.amina.press(card, "See the result"), "Close it now"))
    await counted(ground)
    await ground.jump_to(ground.wall("2026-03-25T10:00"))


@both
async def test_the_fairest_comes_first_with_its_reasons_and_no_numbers_of_people(ground: Ground) -> None:
    await lived(ground)
    answer = await ground.amina.slash("#london", "meeting suggest")
    text = says(answer)
    assert "Going by the answers to 4 meetings" in text
    first = text[text.index("**1.") : text.index("**2.")]
    assert "Thursday" in first
    assert "7pm" in first
    assert "Thursday evenings suit most of the people who have told me." in first
    assert "who couldn't make most of the recent times" not in first  # they are two
    assert (
        "everyone who has told me, or nearly everyone, could make at least half of the recent times" in first
    )
    assert "Place: Library, where 4 of the last 4 meetings took place." in first
    assert "more than half of the recent times" not in text  # they are two as well
    for person in (ground.grace, ground.tomasz, ground.siobhan):
        assert person.mention not in text


async def test_a_date_is_one_with_little_else_on_it(ground: Ground) -> None:
    await lived(ground)
    text = says(await ground.amina.slash("#london", "meeting suggest"))
    assert "Thursday 2 April" not in text  # Passover
    assert "Thursday 9 April 2026, 7pm" in text


@both
async def test_a_poll_of_the_suggestions_is_one_form_away(ground: Ground) -> None:
    await lived(ground)
    answer = await ground.amina.slash("#london", "meeting suggest")
    await ground.restart()
    form = await ground.amina.press(answer, "Ask which suits people best")
    assert form.modal is not None
    answer = await ground.amina.submit(form.modal, {})
    answer = await ground.amina.press(answer, "Post the poll")
    assert "## Asked: London network meeting" in answer.text
    assert "Thursday 9 April 2026, 7pm" in answer.text
    assert await ground.count(Poll) == 2


async def test_a_suggestion_is_scheduled_with_its_place(ground: Ground) -> None:
    await lived(ground)
    answer = await ground.amina.slash("#london", "meeting suggest")
    form = await ground.amina.press(answer, "Schedule number 1")
    assert form.modal is not None
    answer = await ground.amina.submit(form.modal, {"Title": "Spring forum"})
    assert "**Spring forum** is on Thursday 9 April 2026, 7pm" in answer.text
    assert "**Where:** Library" in answer.text
    assert await ground.count(Meeting) == 5


async def test_too_little_history_is_said_and_other_days_are_offered(ground: Ground) -> None:
    await ground.scheduled()
    answer = await ground.amina.slash("#london", "meeting suggest")
    text = says(answer)
    assert "I can't say yet what is fair" in text
    assert len({words for words in ("Tuesday", "Thursday", "Saturday") if words in text}) == 3
    assert "suit" not in text.replace("Ask which suits people best", "")
    assert buttons(answer.message)[0] == "Ask which suits people best"


@both
async def test_nothing_but_six_peoples_new_answers_moves_it_no_erasure_either(ground: Ground) -> None:
    await lived(ground)
    people = crowd(ground, 6)

    async def look() -> str:
        return says(await ground.amina.slash("#london", "meeting suggest"))

    async def meet(number: int, day: str, answering: Sequence[Person]) -> None:
        card = await ground.scheduled(f"Evening {number}", f"{day} 6pm", venue="Town hall")
        for person in answering:
            await person.press(card, "Going")
        await ground.settled()
        await ground.jump_to(ground.wall(f"2026-04-{number:02}T22:00"))

    before = await look()
    assert "The first is the fairest" in before
    # Who could not come is erased, and who could; a meeting is answered by five: all the same.
    for person in (ground.grace, ground.tomasz, ground.siobhan):
        asked = await person.slash("#london", "privacy erase")
        assert "gone" in (await (await person.press(asked, "Delete everything about me")).final()).text
    assert await look() == before
    await counted(ground)
    assert await look() == before
    await meet(1, "1 april", people[:4])
    await counted(ground)
    assert "Going by the answers to 4 meetings" in await look()
    # One more account, which may be the viewer's: still five others at the least.
    await meet(4, "4 april", people[3:])
    assert "Going by the answers to 4 meetings" in await look(), "not before the next night"
    await counted(ground)
    assert "Going by the answers to 6 meetings" in await look()


async def test_it_is_for_organisers_and_so_are_its_buttons(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "meeting suggest")
    assert "Only organisers of London can do this" in says(answer)
    for name in ("suggest-ask:1:1775757600", "suggest-plan:1:1775757600:0"):
        pressed = await ground.press_old(ground.grace, ground.london, name)
        assert "can do this" in says(pressed)
    assert heads(ground.london.messages) == []
