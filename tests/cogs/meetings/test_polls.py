"""Polls over the wire: asked in words, voted on in private, closed, settled with one press."""

from datetime import timedelta

import pytest

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Message
from db.meetings.models import Meeting
from db.meetings.poll_models import Poll, PollVote
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.meeting_panels import use

# The clock stands on Monday 2 March 2026, 10:00.
OPTIONS = "tuesday 10 march 6pm, thursday 12 march 7pm, saturday 14 march 11am"
CLOSES = "2026-03-07T18:00"


async def asked(ground: Ground, options: str = OPTIONS, **more: object) -> Message:
    """Start a poll as Amina; return its card."""
    answer = await use(
        ground.amina, "#london", "meeting poll", title="Spring meeting", options=options, **more
    )
    answer = await posted(ground, answer)
    assert "## Asked: Spring meeting" in says(answer)
    await ground.settled()
    return ground.london.messages[-1]


async def posted(ground: Ground, preview: Answer) -> Answer:
    """Post a poll whose times were shown as they should be."""
    assert preview.ephemeral
    assert "## Is this right?" in says(preview)
    return await ground.amina.press(preview, "Post the poll")


async def vote(person: Person, card: Message, **said: str) -> Answer:
    """Have somebody vote: `t1="I can come"` for the first time."""
    answer = await person.press(card, "Say what suits you")
    for name, words in said.items():
        select = next(
            part["custom_id"]
            for part in answer.message.walk()
            if part["type"] == 3 and part["custom_id"].endswith(f":{name[1:]}")
        )
        answer = await person.choose(answer, select, [words])
    return answer


@both
async def test_times_in_words_are_read_and_echoed_and_the_card_is_posted(ground: Ground) -> None:
    answer = await use(ground.amina, "#london", "meeting poll", title="Spring meeting", options=OPTIONS)
    text = says(answer)
    for words in (
        "1. Tuesday 10 March 2026, 6pm",
        "2. Thursday 12 March 2026, 7pm",
        "Saturday 7 March",
    ):
        assert words in text
    assert "Nobody else has seen this yet" in text
    assert await ground.count(Poll) == 0
    before = len(ground.london.messages)
    await ground.settled()
    assert len(ground.london.messages) == before
    await posted(ground, answer)
    await ground.settled()
    card = ground.london.messages[-1]
    assert heads([card]) == ["## Which time suits you? Spring meeting"]
    assert "**3. Saturday 14 March 2026, 11am**\n" in card.text
    assert buttons(card) == ["Say what suits you", "See the result"]
    assert not card.pinged


@both
async def test_a_vote_is_private_counted_and_can_be_changed(ground: Ground) -> None:
    card = await asked(ground)
    answer = await vote(ground.grace, card, t1="I can come", t2="Only if I have to")
    assert answer.ephemeral
    assert "These are your answers" in answer.text
    before, edits = card.text, sum(one.method == "PATCH" for one in ground.sandbox.requests)
    await vote(ground.tomasz, card, t1="I can't come")
    await ground.later()
    # While it is open each vote would be somebody's: neither the card nor its result for others tells of one.
    assert card.text == before
    assert sum(one.method == "PATCH" for one in ground.sandbox.requests) == edits
    result = says(await ground.siobhan.press(card, "See the result"))
    assert " can," not in result
    assert "answered" not in result
    exact = says(await ground.amina.press(card, "See the result"))
    assert "**1. Tuesday 10 March 2026, 6pm**: 1 can, 0 if they have to, 1 can't" in exact
    assert "2 people have answered." in exact
    assert ground.grace.mention not in exact
    await vote(ground.grace, card, t1="I can't come")
    exact = says(await ground.amina.press(card, "See the result"))
    assert "6pm**: 0 can, 0 if they have to, 2 can't" in exact
    assert await ground.count(PollVote) == 3
    shown = await ground.grace.press(card, "Say what suits you")
    chosen = [
        option["value"]
        for part in shown.message.walk()
        if part["type"] == 3
        for option in part["options"]
        if option.get("default")
    ]
    assert chosen == ["no", "maybe"]


@both
async def test_it_closes_by_itself_and_is_settled_with_one_press(ground: Ground) -> None:
    card = await asked(ground)
    for person in (ground.grace, ground.tomasz):
        await vote(person, card, t2="I can come", t1="Only if I have to")
    await vote(ground.siobhan, card, t2="I can't come", t1="I can come")
    await ground.go_to(ground.wall("2026-03-08T09:00"))
    assert heads(ground.london.messages).count("## Which time suits you? Spring meeting") == 1  # the reminder
    assert card_text(card).startswith("## The answers are in: Spring meeting")
    assert "**Suits most people:** Thursday 12 March 2026, 7pm. 2 people can come." in card.text
    news = ground.amina.dms[-1]
    assert card_text(news).startswith("## The answers are in: Spring meeting")
    await ground.restart()
    answer = await ground.amina.press(news, "Schedule: Thursday 12 March 2026, 7pm")
    assert "**Spring meeting** is on Thursday 12 March 2026, 7pm" in answer.text
    await ground.settled()
    assert card_text(ground.london.messages[-1]).startswith(
        "## Spring meeting\nMeeting of the London network"
    )
    assert "The time is set." in card.text
    assert [heads(person.dms) for person in (ground.grace, ground.siobhan)] == [
        ["## The time is set: Spring meeting"],
        [],
    ]
    assert "1 going" not in ground.london.messages[-1].text
    await ground.grace.press(ground.grace.dms[-1], "Going")
    await ground.later()
    assert "1 going" in ground.london.messages[-1].text
    again = await ground.amina.press(news, "Schedule: Tuesday 10 March 2026, 6pm")
    assert "The meeting from the poll" in again.text
    assert await ground.count(Meeting) == 1


async def test_an_unclear_time_is_asked_about_and_the_rest_is_kept(ground: Ground) -> None:
    answer = await use(
        ground.amina, "#london", "meeting poll", title="Forum", options="next thursday 6pm, 5 april 7pm"
    )
    assert await ground.count(Poll) == 0
    labels = buttons(answer.message)
    assert "Change what I typed" in labels
    answer = await ground.amina.press(answer, next(one for one in labels if "12 March" in one))
    assert "1. Thursday 12 March 2026, 6pm" in says(answer)
    assert "2. Sunday 5 April 2026, 7pm" in says(answer)
    assert "Easter Sunday is on Sunday 5 April 2026" in says(answer)
    assert "## Asked: Forum" in says(await posted(ground, answer))
    assert await ground.count(Poll) == 1


async def test_what_was_shown_is_changed_before_anybody_sees_it(ground: Ground) -> None:
    preview = await use(ground.amina, "#london", "meeting poll", title="Forum", options=OPTIONS)
    form = await ground.amina.press(preview, "Change it")
    assert form.modal is not None
    preview = await ground.amina.submit(
        form.modal, {"The times": "tuesday 10 march 6pm or wednesday 11 march 10am-4pm"}
    )
    assert "2. Wednesday 11 March 2026, 10am, until 4pm" in says(preview)
    assert await ground.count(Poll) == 0
    assert "## Asked: Forum" in says(await posted(ground, preview))


async def test_times_that_mean_others_by_now_are_shown_again(ground: Ground) -> None:
    preview = await use(
        ground.amina, "#london", "meeting poll", title="Forum", options="tuesday 6pm, wednesday 7pm"
    )
    await ground.jump_to(ground.wall("2026-03-03T19:00"))
    again = await ground.amina.press(preview, "Post the poll")
    assert "2. Tuesday 10 March 2026, 6pm" in says(again)
    assert await ground.count(Poll) == 0
    assert "## Asked: Forum" in says(await posted(ground, again))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("thursday 6pm", "at least 2 times"),
        ("thursday 6pm, yesterday 7pm", "passed"),
        ("thursday, friday", "At what time"),
        (", ".join(f"{day} april 6pm" for day in range(10, 22)), "12 times are too many"),
    ],
)
async def test_what_can_not_be_asked_says_why_and_comes_back_filled_in(
    ground: Ground, options: str, words: str
) -> None:
    answer = await use(ground.amina, "#london", "meeting poll", title="Forum", options=options)
    assert words in says(answer)
    assert await ground.count(Poll) == 0
    form = await ground.amina.press(answer, "Change what I typed")
    assert form.modal is not None
    answer = await ground.amina.submit(form.modal, {"The times": OPTIONS})
    assert "## Asked: Forum" in (await posted(ground, answer)).text


async def test_the_times_are_echoed_while_they_are_typed(ground: Ground) -> None:
    offers = await ground.amina.autocomplete(
        "#london", "meeting poll", focus="options", title="x", options="tue 10 march 6pm or thu 12 march 7pm"
    )
    assert [offer.name for offer in offers] == ["2 times: Tue 10 Mar 18:00, Thu 12 Mar 19:00"]


async def test_it_can_be_closed_early_go_on_and_be_taken_back(ground: Ground) -> None:
    card = await asked(ground)
    await vote(ground.grace, card, t1="I can come")
    manage = await ground.amina.press(card, "See the result")
    manage = await ground.amina.press(manage, "Close it now")
    await ground.later()
    assert card_text(card).startswith("## The answers are in")
    assert "**Suits most people:**" in says(await ground.grace.slash("#london", "meeting vote", poll="1"))
    late = await ground.press_old(ground.grace, ground.london, f"poll-vote:{ground.sandbox.guild().id}:1")
    assert "is closed, so you can't answer it any more" in says(late)
    manage = await ground.amina.press(card, "See the result")
    await ground.amina.press(manage, "Reopen it")
    await ground.later()
    assert card_text(card).startswith("## Which time suits you?")
    manage = await ground.amina.press(card, "See the result")
    answer = await ground.amina.press(manage, "Take it back")
    assert "is taken back" in answer.text
    await ground.later()
    assert "This poll was taken back." in card.text
    await ground.go_to(ground.wall("2026-03-16T10:00"))
    assert heads(ground.amina.dms) == []


async def test_members_see_the_times_and_settle_nothing(ground: Ground) -> None:
    card = await asked(ground)
    shown = await ground.grace.press(card, "See the result")
    assert "once the poll closes" in says(shown)
    assert buttons(shown.message) == []
    guild = ground.sandbox.guild().id
    for name in (f"poll-settle:{guild}:1:1", f"poll-close:{guild}:1", f"poll-withdraw:{guild}:1"):
        answer = await ground.press_old(ground.grace, ground.london, name)
        assert "Only organisers of London can do this" in says(answer)
    answer = await ground.press_old(ground.amina, ground.london, f"poll-settle:{guild + 1}:1:1")
    assert "a server you are not in" in says(answer)
    assert await ground.count(Meeting) == 0


async def test_a_time_that_passes_is_shown_as_passed(ground: Ground) -> None:
    card = await asked(ground, "tomorrow 6pm, thursday 12 march 7pm", closes="wednesday noon")
    assert "3 March 2026, 6pm**\n" in card.text
    await ground.go_to(ground.wall("2026-03-03T18:01"))
    assert "**1.** Tuesday 3 March 2026, 6pm: this time has passed" in card.text
    answer = await ground.grace.press(card, "Say what suits you")
    assert "Tuesday 3 March" not in answer.text


async def test_who_is_missing_is_a_number_of_the_regions_people(ground: Ground) -> None:
    for person in (ground.grace, ground.tomasz, ground.siobhan):
        await person.slash("#london", "network join", region="London")
    card = await asked(ground)
    assert "have not answered yet" not in card.text
    exact = says(await ground.amina.press(card, "See the result"))
    assert "3 people of this region have not answered yet." in exact
    await vote(ground.grace, card, t1="I can come")
    exact = says(await ground.amina.press(card, "See the result"))
    assert "2 people of this region have not answered yet." in exact
    assert ground.tomasz.mention not in exact


async def test_erasing_takes_a_vote_back_and_the_result_counts_without_it(ground: Ground) -> None:
    card = await asked(ground)
    await vote(ground.grace, card, t1="I can come")
    await ground.later()
    answer = await ground.grace.slash("#london", "privacy erase")
    assert "Your answers to date polls: 1" in says(answer)
    deleted = await ground.grace.press(answer, "Delete everything about me")
    await ground.sandbox.until(lambda: deleted.text.startswith("## Deleted"))
    exact = says(await ground.amina.press(card, "See the result"))
    assert "**1. Tuesday 10 March 2026, 6pm**: 0 can, 0 if they have to, 0 can't" in exact
    assert await ground.count(PollVote) == 0


async def test_the_moment_it_closes_is_one_that_was_said(ground: Ground) -> None:
    card = await asked(ground, closes="wednesday noon")
    assert "It closes on Wednesday 4 March 2026, 12 noon" in card.text
    await ground.go_to(ground.wall("2026-03-04T12:00") + timedelta(minutes=1))
    assert card_text(card).startswith("## The answers are in")
    answer = await use(
        ground.amina, "#london", "meeting poll", title="x", options=OPTIONS, closes="20 march noon"
    )
    assert "has to close before the last of its times" in says(answer)


async def test_when_the_meeting_is_cancelled_another_time_can_be_settled(ground: Ground) -> None:
    card = await asked(ground)
    await vote(ground.grace, card, t1="I can come", t2="I can come")
    manage = await ground.amina.press(card, "See the result")
    done = await ground.amina.press(manage, "Schedule: Tuesday 10 March 2026, 6pm")
    await ground.amina.press(done, "Undo: cancel this meeting")
    await ground.settled()
    offers = await ground.amina.autocomplete("#london", "meeting vote", focus="poll")
    assert [offer.name for offer in offers] == ["Spring meeting, London"]
    manage = await ground.amina.slash("#london", "meeting vote", poll="1")
    done = await ground.amina.press(manage, "Schedule: Thursday 12 March 2026, 7pm")
    assert "is on Thursday 12 March 2026, 7pm" in says(done)
    assert await ground.amina.autocomplete("#london", "meeting vote", focus="poll") == []


async def test_a_vote_that_is_forged_or_comes_late_changes_nothing(ground: Ground) -> None:
    card = await asked(ground)
    shown = await ground.grace.press(card, "Say what suits you")
    await ground.jump_to(ground.wall(CLOSES) + timedelta(minutes=1))
    late = await ground.grace.press(shown, "I can come to all of them")
    assert "is closed, so you can't answer it any more" in late.text
    other = ground.second_guild()
    answer = await ground.press_old(ground.grace, ground.london, f"poll-vote:{other.id}:1")
    assert "a server you are not in" in says(answer)
    assert await ground.count(PollVote) == 0
