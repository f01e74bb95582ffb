"""The communications desk over the wire: suggestions, decisions, drafts, newsletters, privacy."""

from datetime import timedelta

import pytest

from db.comms.models import Contribution, Edition, Publication
from tests.cogs.comms.steps import (
    MAIL_OUT,
    ORGANISERS,
    accepted,
    calls,
    changed,
    compiled,
    desk,
    files,
    newsletter,
    panel,
    sent,
    set_up,
    stored_words,
    suggested,
    taken_off,
)
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.panels import settings

# Suggesting somebody's message.


@both
async def test_the_author_is_asked_and_agrees(ground: Ground) -> None:
    question = await suggested(ground)
    assert card_text(question).startswith(f"## May {MAIL_OUT} use this?")
    assert "Our branch raised 300 pounds!" in question.text
    assert ground.tomasz.mention not in question.text
    assert "will appear here." in says(await desk(ground))
    answer = await ground.grace.press(question, "Yes, send it in")
    assert "It has been sent in" in answer.text
    assert "Our branch raised 300 pounds!" in (await desk(ground)).text
    assert "already answered that" in (await ground.grace.press(question, "No, leave it out")).text
    shown = says(await ground.grace.slash("#london", "privacy show"))
    assert "your words go to the editor" in shown
    mine = await ground.grace.slash("#london", "comms mine")
    asked = await ground.grace.press(mine, "Take number 1 back")
    await ground.grace.press(asked, "Yes, take it back")
    shown = says(await ground.grace.slash("#london", "privacy show"))
    assert "your words go to the editor" not in shown


async def test_the_author_refuses_and_the_words_are_gone(ground: Ground) -> None:
    question = await suggested(ground)
    assert "deleted your words" in (await ground.grace.press(question, "No, leave it out")).text
    assert await stored_words(ground) == [""]
    await ground.go_to(ground.clock.now() + timedelta(days=8))
    assert "haven't sent anything in" in says(await ground.grace.slash("#london", "comms mine"))


async def test_a_question_that_nobody_answers_is_forgotten_after_a_week(ground: Ground) -> None:
    question = await suggested(ground)
    await ground.restart()
    await ground.go_to(ground.clock.now() + timedelta(days=7, minutes=5))
    assert await ground.count(Contribution) == 0
    assert "no longer there" in (await ground.grace.press(question, "Yes, send it in")).text


async def test_closed_messages_are_told_to_organisers_and_the_question_waits_in_mine(ground: Ground) -> None:
    ground.grace.close_dms()
    message = ground.grace.say("#london", "Our branch raised 300 pounds!")
    await ground.tomasz.menu(message, "Suggest for mail-out")
    await ground.later(timedelta(minutes=3))
    mine = await ground.grace.slash("#london", "comms mine")
    assert "waiting for your answer" in says(mine)
    assert "It has been sent in" in says(await ground.grace.press(mine, "Yes, send it in"))
    await ground.go_to(ground.wall("2026-03-09T09:01"))
    told = ground.sandbox.channel(ORGANISERS).messages[-1]
    assert heads([told]) == ["## 1 member gets no reminders"]
    assert "direct messages are closed" in told.text
    assert str(ground.grace.id) not in told.text


async def test_ones_own_message_opens_the_form_filled_in(ground: Ground) -> None:
    message = ground.grace.say("#london", "Mine to give")
    answer = await ground.grace.menu(message, "Suggest for mail-out")
    assert "Mine to give" in str(answer.modal.components)
    assert "Thank you" in says(await ground.grace.submit(answer.modal))


async def test_what_can_not_be_suggested(ground: Ground) -> None:
    await suggested(ground)
    message = [one for one in ground.london.messages if one.author_id == ground.grace.id][-1]
    assert "already suggested that message" in says(await ground.imran.menu(message, "Suggest for mail-out"))
    card = await ground.scheduled()
    assert "written by a program" in says(await ground.tomasz.menu(card, "Suggest for mail-out"))
    for number in range(2):
        await suggested(ground, f"More news {number}")
    fourth = ground.grace.say("#london", "And again")
    assert "can't ask the author" in says(await ground.tomasz.menu(fourth, "Suggest for mail-out"))
    says(await taken_off(ground.amina, MAIL_OUT))
    assert "isn't used here" in says(await ground.tomasz.menu(fourth, "Suggest for mail-out"))


async def test_somebody_who_left_is_not_asked(ground: Ground) -> None:
    message = ground.imran.say("#london", "I leave")
    ground.imran.leave()
    await ground.settled()
    assert "no longer in this server" in says(await ground.tomasz.menu(message, "Suggest for mail-out"))


# The editor's desk.


@both
async def test_an_editor_accepts_holds_over_and_declines_and_authors_hear_of_it(ground: Ground) -> None:
    for words in ("First", "Second", "Third"):
        await sent(ground, words)
    card = await desk(ground)
    assert "**Number 1**" in card.text
    assert "2: Second (not decided yet)" in card.text
    card = await ground.amina.press(card, "Accept")
    assert "Number 1 is accepted" in card.text
    assert "**Number 2**" in card.text
    card = await ground.amina.press(card, "Hold over")
    assert "**Number 3**" in card.text
    form = (await ground.amina.press(card, "Decline")).modal
    card = await ground.amina.submit(form, {"Your reason": "Too late for this one"})
    assert "Number 3 is declined" in card.text
    await ground.settled()
    told = [one.text for one in ground.grace.dms]
    assert not any(words in text for text in told for words in ("First", "Second", "Third", "Too late"))
    texts = [(await ground.opened(ground.grace, one)).text for one in ground.grace.dms]
    assert any("accepted it" in text and "First" in text for text in texts)
    assert any("holding it over" in text and "Second" in text for text in texts)
    assert any("Reason: Too late for this one" in text and "Third" in text for text in texts)
    mine = says(await ground.grace.slash("#london", "comms mine"))
    assert "**Number 3** for" in mine
    assert "declined" in mine


async def test_the_next_one_is_shown_and_a_decision_is_changed(ground: Ground) -> None:
    for words in ("First", "Second"):
        await sent(ground, words)
    card = await desk(ground)
    card = await ground.amina.press(card, "See the next one")
    assert "**Number 2**" in card.text
    await ground.restart()
    await ground.amina.press(card, "Accept")
    await ground.amina.press(await desk(ground, item=2), "Hold over")
    await ground.settled()
    assert ground.grace.dms[-1].text.count("holding it over") == 1
    gone = await ground.press_old(ground.amina, ground.london, "comms:item:99:accept")
    assert "no contribution with that number" in says(gone)


async def test_the_longest_pieces_have_room_on_every_card(ground: Ground) -> None:
    for number in range(6):
        await sent(ground, f"{number}" + "*_#`" * 499, link="neu.org.uk/" + "x" * 280, credit="*" * 80)
    card = await desk(ground)
    for number in range(1, 7):
        form = (await ground.amina.press(card, "Decline")).modal
        card = await ground.amina.submit(form, {"Your reason": "_" * 300})
        assert f"Number {number} is declined" in card.text
    assert "**Number 6**" in says(await desk(ground, item=6))
    assert "declined" in says(await ground.grace.slash("#london", "comms mine"))
    await ground.settled()
    assert len(ground.grace.dms) == 6


async def test_the_desk_is_for_editors_and_organisers(ground: Ground) -> None:
    await sent(ground)
    assert "Only organisers and the editor" in says(await desk(ground, ground.grace))
    refused = await ground.press_old(ground.grace, ground.london, "comms:item:1:accept")
    assert "Only organisers and the editor" in says(refused)
    assert "Only organisers and editors" in says(await ground.grace.slash("#london", "comms desk"))
    for do in ("desk", "draft", "last", "setup", "change", "calls", "use", "remove", "sure"):
        refused = await ground.press_old(ground.grace, ground.london, f"comms:edit:{do}:1")
        assert "Only organisers and the editor" in says(refused)
    await set_up(ground, editor="grace")
    assert "**Number 1**" in says(await desk(ground, ground.grace))
    listed = await ground.grace.slash("#london", "comms desk")
    assert buttons(listed.message) == []
    assert "**Number 1**" in says(await ground.grace.choose(listed, "Choose a publication", MAIL_OUT))
    setup = await ground.grace.press(await desk(ground, ground.grace), "Set deadline and editor")
    assert "Take it off the calendar" not in buttons(setup.message)
    refused = await ground.press_old(ground.grace, ground.london, "comms:edit:sure:1")
    assert "Only organisers" in says(refused)
    opened = [await ground.grace.press(setup, "Change it")]
    opened.append(await ground.grace.press(setup, "Set when I ask members"))
    await set_up(ground, editor=[])
    for form in opened:
        assert "Only organisers and the editor" in says(await ground.grace.submit(form.modal))


async def test_a_decline_without_a_reason_is_none(ground: Ground) -> None:
    await sent(ground)
    form = (await ground.amina.press(await desk(ground), "Decline")).modal
    assert "Please give a reason" in says(await ground.amina.submit(form, {"Your reason": "  \u200b "}))
    assert "To decide: 1." in (await desk(ground)).text


async def test_a_contribution_is_taken_back(ground: Ground) -> None:
    await sent(ground)
    await ground.amina.press(await desk(ground), "Accept")
    mine = await ground.grace.slash("#london", "comms mine")
    asked = await ground.grace.press(mine, "Take number 1 back")
    kept = await ground.grace.press(asked, "No, leave it")
    assert await ground.count(Contribution) == 1
    asked = await ground.grace.press(kept, "Take number 1 back")
    assert "is gone" in says(await ground.grace.press(asked, "Yes, take it back"))
    assert await ground.count(Contribution) == 0
    await ground.settled()
    not_hers = await ground.press_old(ground.tomasz, ground.london, "comms:withdraw:1:sure")
    assert "You have no contribution" in says(not_hers)


async def test_who_wants_no_messages_gets_none(ground: Ground) -> None:
    await settings(ground.grace, "#london", dms="off")
    await sent(ground)
    await ground.amina.press(await desk(ground), "Accept")
    await ground.settled()
    assert ground.grace.dms == []


# The draft.


@both
async def test_a_draft_has_what_was_accepted_and_notes_on_the_rest(ground: Ground) -> None:
    evil = (
        "<script>alert(1)</script> & *stars*\n- a list\n1. one\n\nSecond paragraph [x](http://evil.example)"
    )
    await accepted(ground, evil, link="https://neu.org.uk/?a=1&b=2", credit='Grace "G" <b>')
    await sent(ground, "Held piece")
    await ground.amina.press(await desk(ground), "Hold over")
    await sent(ground, "Undecided piece")
    answer = await compiled(ground)
    assert "**In it:** 1 contribution" in answer.text
    assert "1 held over, 0 declined" in answer.text
    found = files(ground, answer)
    assert set(found) == {"md", "txt", "html"}
    assert "<script>" not in found["html"]
    assert "&lt;script&gt;" in found["html"]
    assert '<a href="https://neu.org.uk/?a=1&amp;b=2">' in found["html"]
    assert "Held piece" not in found["html"]
    assert "&lt;b&gt;" in found["html"]
    assert evil in found["txt"]
    for ending in ("md", "txt"):
        assert found[ending].index("not for print") < found[ending].index("Held piece")
        assert found[ending].index("Held piece") < found[ending].index("Undecided piece")
    assert "\\<script\\>" in found["md"]
    assert "\\- a list" in found["md"]
    assert "1\\. one" in found["md"]
    await ground.settled()
    assert "It is in the draft" in ground.grace.dms[-1].text


async def test_markdown_shows_what_was_written(ground: Ground) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    words = "# not a heading\n- no list\n2) no list\n*not* _this_ `code` <b>\n> quote\n    indented & [x](y)"
    await accepted(ground, words)
    html = markdown_it.MarkdownIt().render(files(ground, await compiled(ground))["md"])
    shown = html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for line in words.splitlines():
        assert line.strip() in shown
    assert "<ul>" not in html
    assert "<em>" not in html
    assert html.count("<h1>") == 1


async def test_what_is_accepted_within_two_days_is_in_the_same_edition(ground: Ground) -> None:
    await accepted(ground, "One")
    await compiled(ground)
    await accepted(ground, "Two")
    again = files(ground, await compiled(ground))["txt"]
    assert "One" in again
    assert "Two" in again
    assert await ground.count(Edition) == 1
    await ground.go_to(ground.clock.now() + timedelta(days=3))
    assert "Nothing has been accepted" in says(await compiled(ground))
    assert "Two" in files(ground, await compiled(ground, last=True))["txt"]
    await accepted(ground, "Three")
    third = files(ground, await compiled(ground))["txt"]
    assert "Three" in third
    assert "One" not in third
    await ground.settled()
    assert sum("It is in the draft" in one.text for one in ground.grace.dms) == 3


async def test_a_draft_of_nothing_says_what_waits(ground: Ground) -> None:
    assert "no draft of" in says(await compiled(ground, last=True))
    await sent(ground)
    assert "Waiting for a decision: 1" in says(await compiled(ground))
    assert await ground.count(Edition) == 0


async def test_what_is_in_a_draft_is_not_decided_again(ground: Ground) -> None:
    await accepted(ground, "One")
    await compiled(ground)
    assert "already in an edition" in says(
        await ground.press_old(ground.amina, ground.london, "comms:item:1:hold")
    )


async def test_at_the_deadline_the_editor_is_told(ground: Ground) -> None:
    await set_up(ground, editor="tomasz", calls="off")
    await accepted(ground, "One")
    await ground.go_to(ground.wall("2026-03-05T16:01"))
    assert "The deadline of ISO Monday Morning Mail-Out has passed" in ground.tomasz.dms[-1].text
    assert "Accepted: 1. Not decided yet: 0." in ground.tomasz.dms[-1].text
    await compiled(ground)
    count = len(ground.tomasz.dms)
    await ground.go_to(ground.wall("2026-03-12T16:01"))
    assert len(ground.tomasz.dms) == count


# Local newsletters.


async def test_a_local_newsletter_is_added_changed_and_removed(ground: Ground) -> None:
    typed = {
        "name": "North West News",
        "cadence": "Every month",
        "audience": "members in the North West",
        "deadline": "first friday of every month at noon",
    }
    text = says(await newsletter(ground.siobhan, "#north-west", **typed))
    assert text.startswith("## North West News is on the calendar")
    assert f"**Editor:** {ground.siobhan.mention}" in text
    again = {"name": "north west news", "cadence": "Every month"}
    assert "There is already a publication called" in says(
        await newsletter(ground.siobhan, "#north-west", **again)
    )
    assert "Only organisers of London" in says(
        await ground.press_old(ground.siobhan, ground.london, "comms:edit:add:0")
    )
    await ground.go_to(ground.wall("2026-03-27T13:00"))
    assert len(calls(ground.sandbox.channel("#north-west"))) == 1
    assert calls(ground.london) == []
    now = await changed(ground.siobhan, "North West News", "#north-west", audience="everybody up here")
    assert "first Friday of every month" in says(now).replace("on the first", "first")
    assert "everybody up here" in says(await ground.grace.slash("#london", "comms calendar"))
    unions = (await ground.amina.press(await panel(ground.amina, "Educate"), "Change it")).modal
    assert "Who reads it" not in unions.text
    asked = await ground.siobhan.press(
        await panel(ground.siobhan, "North West News", "#north-west"), "Take it off the calendar"
    )
    kept = await ground.siobhan.press(asked, "No, keep it")
    assert says(kept).startswith("## North West News")
    answer = await taken_off(ground.siobhan, "North West News", "#north-west")
    assert "off the calendar" in says(answer)
    await ground.go_to(ground.wall("2026-05-27T13:00"))
    assert len(calls(ground.sandbox.channel("#north-west"))) == 1


async def test_one_of_the_unions_is_left_out_and_brought_back(ground: Ground) -> None:
    says(await taken_off(ground.amina, "e-Bulletin"))
    assert "e-Bulletin" not in says(await ground.grace.slash("#london", "comms calendar"))
    refused = says(
        await ground.grace.slash("#london", "comms contribute", publication="e-Bulletin", text="x")
    )
    assert "isn't used here" in refused
    desks = await ground.amina.slash("#london", "comms desk")
    unused = await ground.amina.choose(desks, "Choose a publication", "e-Bulletin (not used here)")
    says(await ground.amina.press(unused, "Use it here"))
    assert "e-Bulletin" in says(await ground.grace.slash("#london", "comms calendar"))
    assert await ground.count(Publication) == 4


async def test_two_servers_know_nothing_of_each_other(ground: Ground) -> None:
    await sent(ground)
    other = ground.second_guild()
    await ground.settled()
    answer = await ground.grace.slash(ground.sandbox.channel("#branch", guild=other), "comms calendar")
    assert "haven't been set up" in says(answer)


# Privacy.


async def test_what_was_sent_in_is_exported_and_erased(ground: Ground) -> None:
    await set_up(ground, editor="grace")
    await sent(ground, "Words of mine")
    export = await ground.grace.slash("#london", "privacy export")
    assert any("Words of mine" in words for words in files(ground, export).values())
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    await ground.settled()
    assert await ground.count(Contribution) == 0
    assert "Editor:" not in says(await ground.tomasz.slash("#london", "comms calendar"))


async def test_the_sweep_takes_what_is_settled(ground: Ground) -> None:
    await accepted(ground, "One")
    await compiled(ground)
    await sent(ground, "Undecided")
    await ground.go_to(ground.clock.now() + timedelta(days=100))
    await ground.running.maintenance.idle()
    assert await stored_words(ground) == ["Undecided"]
