"""Agenda, report and goals: the loop from one meeting to the next."""

import markdown_it
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.sandbox.world import Message, membership
from db import people
from db.meetings.models import AgendaItem, Goal
from tests.cogs.ground import MONDAY, Ground, both, buttons, card_text, heads, says

AFTER = "2026-03-06T09:00"
FORM = {
    "How many came?": "12",
    "What was decided?": "We support the ballot.",
    "Goals (optional), one on each line": "Write to the MP; Grace; 20 march\nBook the library",
    "The next meeting (optional)": "Thursday 2 April, 6pm",
}


async def over(ground: Ground) -> Message:
    """A meeting that took place, and the question for its report."""
    card = await ground.scheduled("Forum")
    await ground.tomasz.press(card, "Going")
    await ground.go_to(ground.wall(AFTER))
    return ground.amina.dms[-1]


async def reported(ground: Ground) -> None:
    """Write the report of that meeting."""
    question = await over(ground)
    form = await ground.amina.press(question, "Write the report")
    assert form.modal is not None
    fields = FORM | {
        "Goals (optional), one on each line": f"Write to the MP; {ground.grace.mention}; 20 march\nBook the library"
    }
    answer = await ground.amina.submit(form.modal, fields)
    assert "is saved and on its way" in answer.text
    await ground.settled()


@both
async def test_a_report_is_written_from_the_question_and_posted(ground: Ground) -> None:
    await reported(ground)
    posted = ground.london.messages[-1]
    assert card_text(posted).startswith("## Report: Forum")
    for words in ("12 people", "We support the ballot", "Write to the MP", "Book the library", "2 April"):
        assert words in posted.text
    assert not posted.pinged
    await ground.go_to(ground.wall("2026-03-16T12:00"))
    assert heads(ground.amina.dms).count("## How was Forum?") == 1


@both
async def test_the_host_is_asked_the_morning_after_and_once_more_and_nobody_else_is(ground: Ground) -> None:
    await ground.scheduled("Forum")
    await ground.tomasz.press(ground.london.messages[-1], "Going")
    await ground.go_to(ground.wall("2026-03-06T08:59"))
    asked = "## How was Forum?"
    assert asked not in heads(ground.amina.dms)
    await ground.go_to(ground.wall("2026-03-06T09:00"))
    assert heads(ground.amina.dms).count(asked) == 1
    await ground.restart()
    await ground.go_to(ground.wall("2026-03-09T08:59"))
    assert heads(ground.amina.dms).count(asked) == 1
    await ground.go_to(ground.wall("2026-03-09T09:00"))
    assert heads(ground.amina.dms).count(asked) == 1
    last = ground.amina.dms[-1]
    assert last.content.startswith("Still no report: Forum, Thursday 5 March")
    assert "This is the last time I ask" in last.text
    await ground.go_to(ground.wall("2026-03-30T12:00"))
    assert ground.amina.dms[-1] is last
    assert ground.sandbox.channel("#organisers").messages == []


@both
async def test_who_says_that_no_report_is_needed_is_asked_no_more_and_can_write_one(ground: Ground) -> None:
    question = await over(ground)
    assert "Forum" in (await ground.amina.slash("#london", "mine")).text
    done = await ground.amina.press(question, "No report needed")
    assert "I won't ask for a report of Forum any more" in done.text
    assert "Forum" not in (await ground.amina.slash("#london", "mine")).text
    await ground.go_to(ground.wall("2026-03-30T12:00"))
    assert heads(ground.amina.dms).count("## How was Forum?") == 0  # the question itself says so now
    assert [row.reason for row in await ground.rows("meeting.report")] == [None, "report_not_needed"]
    form = await ground.amina.slash("#london", "meeting report", meeting="1")
    assert form.has_modal


async def test_nobody_but_a_host_says_that_no_report_is_needed(ground: Ground) -> None:
    await over(ground)
    refused = await ground.press_old(ground.grace, ground.london, "noreport:1")
    assert "Only organisers of London" in says(refused)
    await ground.go_to(ground.wall("2026-03-09T09:00"))
    assert heads(ground.amina.dms)[-2:] == ["## How was Forum?", "## Still no report: Forum"]


@both
async def test_nobody_is_asked_about_a_meeting_that_nobody_answered(ground: Ground) -> None:
    card = await ground.scheduled("Forum")
    await ground.amina.press(card, "Going")  # its own host
    await ground.go_to(ground.wall("2026-03-20T12:00"))
    assert "## How was Forum?" not in heads(ground.amina.dms)
    assert [row.reason for row in await ground.rows("meeting.report")] == ["nobody_answered"]


async def test_the_organisers_are_asked_where_the_host_takes_no_direct_messages(ground: Ground) -> None:
    card = await ground.scheduled("Forum")
    await ground.tomasz.press(card, "Going")
    await ground.running.store.write(people.choose, ground.amina.id, dms=False)
    await ground.go_to(ground.wall("2026-03-20T12:00"))
    (asked,) = ground.sandbox.channel("#organisers").messages
    assert heads([asked]) == ["## No report yet: Forum"]
    assert "No report needed" in buttons(asked)


async def test_the_owner_of_a_goal_is_nudged_and_marks_it_done(ground: Ground) -> None:
    await reported(ground)
    await ground.go_to(ground.wall("2026-03-17T17:01"))
    nudge = ground.grace.dms[-1]
    assert card_text(nudge).startswith("## A goal of yours")
    assert "Well done!" in (await ground.grace.press(nudge, "Done")).text
    await ground.go_to(ground.wall("2026-03-21T12:00"))
    assert heads(ground.grace.dms).count("## A goal of yours: Write to the MP") == 1
    text = says(await ground.tomasz.slash("#london", "meeting goals"))
    assert "Book the library" in text
    assert "Write to the MP" not in text
    listed = await ground.amina.slash("#london", "meeting goals")
    shown = await ground.amina.choose(listed, "Follow one up", ["2. Book the library"])
    assert "Book the library" in says(shown)
    assert "Well done!" in says(await ground.amina.press(shown, "Done"))
    assert "Book the library" not in says(await ground.tomasz.slash("#london", "meeting goals"))


async def test_an_owner_typed_by_name_is_the_member_of_that_name(ground: Ground) -> None:
    question = await over(ground)
    form = await ground.amina.press(question, "Write the report")
    goals = "Write to the MP; grace owusu; 20 march\nBook the library; Mabel Nobody; 20 march"
    await ground.amina.submit(form.modal, FORM | {"Goals (optional), one on each line": goals})
    await ground.go_to(ground.wall("2026-03-17T17:01"))
    assert heads(ground.grace.dms)[-1] == "## A goal of yours: Write to the MP"
    answer = await ground.amina.slash("#london", "meeting report", meeting="1")
    world = ground.sandbox.world
    url = answer.message.attachments[0]["url"].removeprefix(world.base_url)
    text = world.files[url][1].decode()
    assert "Write to the MP (Grace Owusu, " in text
    assert "Book the library (Mabel Nobody, " in text


async def test_an_owner_whose_name_discord_does_not_tell_is_still_somebody_in_the_files(
    ground: Ground,
) -> None:
    await reported(ground)
    guild = ground.sandbox.guild()
    grace = guild.members[ground.grace.id]
    grace.nick = "\u202egr\u200bace"
    membership.changed(ground.sandbox.world, guild, grace)
    assert "Write to the MP (grace, " in await as_text(ground)
    ground.sandbox.gateway.availability.unseen.add(ground.grace.id)
    assert "Write to the MP (someone, " in await as_text(ground)


async def as_text(ground: Ground) -> str:
    """Return the report as it is given in a file."""
    answer = await ground.amina.slash("#london", "meeting report", meeting="1")
    world = ground.sandbox.world
    url = next(one["url"] for one in answer.message.attachments if one["filename"].endswith(".txt"))
    return world.files[url.removeprefix(world.base_url)][1].decode()


async def test_a_goal_is_nobodys_who_is_not_in_the_server(ground: Ground) -> None:
    stranger = ground.sandbox.newcomer("Boris")
    other = ground.second_guild()  # the bot could write to him
    membership.join(ground.sandbox.world, other, ground.sandbox.user("boris"))
    question = await over(ground)
    form = (await ground.amina.press(question, "Write the report")).modal
    goals = f"Write to the MP; {ground.grace.mention}; 20 march\nRead this link; {stranger.mention}; 20 march"
    refused = await ground.amina.submit(form, FORM | {"Goals (optional), one on each line": goals})
    assert f"{stranger.mention} is not in this server" in refused.text
    again = (await ground.amina.press(refused, "Change what I typed")).modal
    assert again.values()["Goals (optional), one on each line"] == goals
    await ground.go_to(ground.wall("2026-03-21T12:00"))
    assert not any("A goal of yours" in message.text for message in stranger.dms)


async def test_the_next_agenda_opens_with_the_open_goals(ground: Ground) -> None:
    await reported(ground)
    await ground.scheduled("Spring forum", "2 april 6pm")
    shown = await ground.tomasz.slash("#london", "meeting show", meeting="2")
    form = await ground.tomasz.press(shown, "Add to the agenda")
    assert form.modal is not None
    assert "On the agenda" in says(
        await ground.tomasz.submit(form.modal, {"What should we talk about?": "Twinning"})
    )
    text = says(await ground.grace.slash("#london", "meeting agenda", meeting="2"))
    assert text.index("Book the library") < text.index("1. Twinning")
    theirs = await ground.grace.slash("#london", "meeting agenda", meeting="2")
    assert "Take something off" not in theirs.text
    hosts = await ground.amina.slash("#london", "meeting agenda", meeting="2")
    off = await ground.amina.choose(hosts, "Take something off", ["1. Twinning"])
    assert "Off the agenda: Twinning" in says(off)
    assert "Nothing is on it yet." in says(off)


async def test_what_can_not_be_read_comes_back_filled_in(ground: Ground) -> None:
    question = await over(ground)
    form = await ground.amina.press(question, "Write the report")
    assert form.modal is not None
    wrong = FORM | {"Goals (optional), one on each line": "Leaflets; 35 smarch 2026"}
    answer = await ground.amina.submit(form.modal, wrong)
    assert "Leaflets" in answer.text
    assert await ground.count(Goal) == 0
    again = await ground.amina.press(answer, "Change what I typed")
    assert again.modal is not None
    assert "We support the ballot." in str(again.modal.components)


async def test_what_was_typed_is_shown_as_typed_in_the_markdown(ground: Ground) -> None:
    question = await over(ground)
    form = await ground.amina.press(question, "Write the report")
    typed = "# Big\n1. one\n- two\n**bold** [link](https://evil.example) <b>html</b> & | ` ~"
    await ground.amina.submit(form.modal, FORM | {"What was decided?": typed})
    answer = await ground.amina.slash("#london", "meeting report", meeting="1")
    world = ground.sandbox.world
    files = {
        str(one["filename"]).rpartition(".")[2]: world.files[one["url"].removeprefix(world.base_url)][
            1
        ].decode()
        for one in answer.message.attachments
    }
    rendered = markdown_it.MarkdownIt().render(files["md"])
    for tag in ("<strong>", "<a ", "<b>", "<ol", "<h1>Big", "<code>"):
        assert tag not in rendered
    assert "**bold** [link](https://evil.example)" in rendered
    assert typed in files["txt"]


async def test_the_report_is_given_as_files_and_nobody_else_writes_it(ground: Ground) -> None:
    await reported(ground)
    answer = await ground.grace.slash("#london", "meeting report", meeting="1")
    assert "We support the ballot." in says(answer)
    await ground.scheduled("Other", "saturday 6pm")
    await ground.go_to(ground.wall("2026-03-06T19:30"))
    assert "organise" in says(await ground.grace.slash("#london", "meeting report", meeting="2"))


async def test_somebody_elses_message_is_put_on_an_agenda_as_a_link_without_its_words(ground: Ground) -> None:
    await ground.scheduled("Forum")
    theirs, own = (
        ground.tomasz.say("#london", "I was ill in May"),
        ground.grace.say("#london", "Buy a banner"),
    )
    for message in (theirs, own):
        says(await ground.grace.menu(message, "Add to agenda"))
    items = await ground.running.store.read(
        lambda session: session.scalars(select(AgendaItem).order_by(AgendaItem.id)).all()
    )
    assert [one.words for one in items] == [str(ground.texts("agenda.a_message")), "Buy a banner"]
    assert [str(message.id) in one.link for message, one in zip((theirs, own), items, strict=True)] == [
        True,
        True,
    ]


async def test_a_list_of_goals_says_when_there_are_more(ground: Ground) -> None:
    def put(session: Session, count: int) -> None:
        (region,) = session.execute(text("SELECT id FROM region WHERE folded = 'london'"))
        for number in range(count):
            session.add(
                Goal(
                    guild_id=ground.sandbox.guild().id,
                    region_id=region[0],
                    words=f"Goal {number}",
                    made_at=MONDAY,
                )
            )

    told = "These are the 50 goals due soonest."
    await ground.running.store.write(put, 50)
    assert told not in says(await ground.tomasz.slash("#london", "meeting goals"))
    await ground.running.store.write(put, 1)
    assert told in says(await ground.tomasz.slash("#london", "meeting goals"))
