"""Interests: private, by consent, and introductions only when both want one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Message
from cogs.common.interests import wordings
from db import interests
from db.interests.models import Interest, Introduction
from db.membership.models import Consent
from db.models import Delivery
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.panels import cleared, found_about, settings
from tests.db.members import everything

CUBA = {
    "issue": ["Cuba", "Support members in a global economy and a diverse society"],
    "language": "Spanish, some Welsh",
}


async def tells(ground: Ground, person: Person, place: str, **values: object) -> Answer:
    """Have somebody fill in the form of interests, agreeing first if they have not."""
    answer = await person.slash(place, "interests set")
    if not answer.has_modal:
        answer = await person.press(answer, buttons(answer.message)[0])
    return await person.submit(answer.modal, values or CUBA)


async def opens_up(ground: Ground, person: Person, place: str, **values: object) -> None:
    """Have somebody fill in the form and switch introductions on."""
    saved = await tells(ground, person, place, **values)
    assert "Introductions: on" in says(await person.press(saved, "Switch introductions on"))


async def asked(ground: Ground) -> Message:
    """Have Grace ask for an introduction; returns the question as it reaches Tomasz."""
    await opens_up(ground, ground.grace, "#london")
    await opens_up(ground, ground.tomasz, "#london")
    found = await ground.grace.slash("#london", "interests find")
    assert "## I'm on it" in says(await ground.grace.press(found, "Ask someone for me"))
    await ground.settled()
    return await ground.opened(ground.tomasz, ground.tomasz.dms[-1])


async def wish(ground: Ground) -> Introduction:
    return await ground.running.store.read(lambda session: session.scalars(select(Introduction)).one())


@both
async def test_the_form_comes_after_consent_and_both_are_kept(ground: Ground) -> None:
    first = await ground.grace.slash("#london", "interests set")
    wording = ground.texts("interests.consent.wording")
    assert wording in says(first)
    form = (await ground.grace.press(first, "I agree: open the form")).modal
    assert await ground.count(Consent) == await ground.count(Interest) == 0
    saved = await ground.grace.submit(
        form,
        {
            "issue": ["campaign:cuba", "pillar:members"],
            "world": ["Latin America and the Caribbean"],
            "skill": ["Writing", "Design, film and photography"],
            "phase": ["Primary"],
            "language": "Spanish, some welsh and Spanish",
        },
    )
    text = says(saved)
    for line in (
        "**Campaigns:** Cuba",
        "**Parts of the world:** Latin America and the Caribbean",
        "**Where you work:** Primary",
        "**Languages:** Spanish, Welsh",
        "**Introductions: off.**",
        "**Your name on the map: off.**",
    ):
        assert line in text
    (given,) = await ground.running.store.read(lambda session: session.scalars(select(Consent)).all())
    assert (given.purpose, given.wording) == ("interests", wording)
    assert ground.clock.now() - given.given_at < timedelta(minutes=1)
    card = await ground.grace.slash("#london", "interests set")
    again = (await ground.grace.press(card, "Change it")).modal
    assert again.values()["Languages (optional)"] == "Spanish, Welsh"
    await ground.grace.submit(again, {"issue": ["Palestine"]})
    chosen = await ground.running.store.read(
        interests.chosen_by, ground.grace.id, guild_id=ground.sandbox.guild().id
    )
    assert chosen["campaign"] == ["palestine"]
    assert chosen["skill"] == ["design", "writing"]


async def test_a_form_from_before_a_restart_is_stored(ground: Ground) -> None:
    answer = await ground.grace.slash("#london", "interests set")
    form = (await ground.grace.press(answer, "I agree: open the form")).modal
    await ground.restart()
    assert "**Campaigns:** Cuba" in says(await ground.grace.submit(form, {"issue": ["Cuba"]}))


@pytest.mark.parametrize("words", [", ".join(f"Language{n}" for n in range(11)), "x" * 41])
async def test_what_are_no_languages_is_refused_and_nothing_is_stored(ground: Ground, words: str) -> None:
    assert "up to ten" in says(await tells(ground, ground.grace, "#london", language=words))
    assert await ground.count(Interest) == 0


async def test_what_somebody_types_as_a_language_is_shown_as_it_is_typed(ground: Ground) -> None:
    saved = await tells(ground, ground.grace, "#london", language="**Bold** @everyone")
    assert "\\*\\*Bold" in says(saved)
    assert "@everyone" not in saved.text


async def test_interests_are_nobody_elses_and_each_servers_own(ground: Ground) -> None:
    ground.second_guild()
    await tells(ground, ground.grace, "#london")
    assert "haven't" not in says(await ground.tomasz.slash("#london", "interests find"))
    assert "told me what you care about yet" in says(await ground.tomasz.slash("#london", "interests find"))
    assert await ground.running.store.read(interests.chosen_by, ground.grace.id, guild_id=1) == {}


async def test_clearing_takes_interests_and_consent_back(ground: Ground) -> None:
    await opens_up(ground, ground.grace, "#london")
    card = await ground.grace.slash("#london", "interests set")
    asked = await ground.grace.press(card, "Delete my interests")
    assert says(asked).startswith("Delete all your interests here?")
    assert await ground.count(Interest)
    assert says(await ground.grace.press(asked, "Yes, delete them")).startswith("## Cleared")
    assert await ground.count(Interest) == 0
    kept = await ground.running.store.read(lambda session: session.scalars(select(Consent)).all())
    assert all(each.withdrawn_at is not None for each in kept)
    again = await ground.press_old(ground.grace, ground.london, "interests:clear:yes")
    assert "nothing to clear" in says(again)
    assert ground.texts("interests.consent.wording") in says(
        await ground.grace.slash("#london", "interests set")
    )


async def test_before_asking_for_others_one_is_open_to_it_oneself(ground: Ground) -> None:
    await tells(ground, ground.grace, "#london")
    await tells(ground, ground.tomasz, "#london")
    refused = await ground.grace.slash("#london", "interests find")
    assert ground.texts("interests.allow.introductions.wording") in says(refused)
    assert "Introductions: on" in says(await ground.grace.press(refused, "Switch introductions on"))
    assert "I don't show" in says(await ground.grace.slash("#london", "interests find"))


@both
async def test_neither_sees_the_other_before_both_say_yes(ground: Ground) -> None:
    question = await asked(ground)
    assert card_text(question).startswith("## Would you like to meet someone?")
    assert "Cuba" in question.text
    assert "Spanish" in question.text
    assert "ISO Network (demo)" in question.text
    for hint in (str(ground.grace.id), "Grace"):
        assert hint not in question.text
    assert ground.grace.dms == []
    met = await ground.tomasz.press(question, "Yes, introduce us")
    assert ground.grace.mention in met.text
    assert buttons(question) == []
    await ground.settled()
    met = await ground.opened(ground.grace, ground.grace.dms[0])
    assert heads([met]) == ["## You both said yes"]
    assert ground.tomasz.mention in met.text
    assert ground.tomasz.mention not in ground.grace.dms[0].text
    await ground.go_to(ground.clock.now() + timedelta(days=20))
    assert len(ground.grace.dms) == len(ground.tomasz.dms) == 1


@pytest.mark.parametrize("label", ["No, thank you", "No, and don't ask me again"])
async def test_a_no_names_nobody(ground: Ground, label: str) -> None:
    question = await asked(ground)
    await ground.tomasz.press(question, label)
    await ground.settled()
    # A no is told when no answer would be, so that nobody learns that there was somebody to say it.
    assert ground.grace.dms == []
    await ground.go_to(ground.clock.now() + timedelta(days=13))
    assert ground.grace.dms == []
    await ground.go_to(ground.clock.now() + timedelta(days=7))
    told = await ground.opened(ground.grace, ground.grace.dms[0])
    assert heads([told]) == ["## It didn't work out this time"]
    assert str(ground.tomasz.id) not in told.text
    assert str(ground.grace.id) not in question.text
    allowed = await ground.running.store.read(
        interests.allowed,
        ground.tomasz.id,
        guild_id=ground.sandbox.guild().id,
        wordings=wordings(ground.texts),
    )
    assert ("introductions" in allowed) is (label == "No, thank you")


async def test_no_answer_reads_like_a_no_when_the_time_is_over(ground: Ground) -> None:
    question = await asked(ground)
    await ground.go_to(ground.clock.now() + timedelta(days=13))
    assert ground.grace.dms == []
    await ground.go_to(ground.clock.now() + timedelta(days=2))
    told = await ground.opened(ground.grace, ground.grace.dms[0])
    assert heads([told]) == ["## It didn't work out this time"]
    late = await ground.tomasz.press(question, "Yes, introduce us")
    assert "already answered that" in late.text or "too late to answer that" in late.text
    assert (await wish(ground)).state == "lapsed"


async def test_the_question_survives_a_restart_and_is_its_readers_alone(ground: Ground) -> None:
    question = await asked(ground)
    await ground.restart()
    forged = await ground.press_old(ground.siobhan, ground.london, "interests:answer:1:yes")
    assert "no longer there" in says(forged)
    assert (await wish(ground)).state == "asked"
    assert ground.grace.mention in (await ground.tomasz.press(question, "Yes, introduce us")).text
    again = await ground.press_old(ground.tomasz, ground.london, "interests:answer:1:no")
    assert "already answered that" in says(again)
    assert (await wish(ground)).state == "met"


async def test_whoever_has_closed_dms_is_asked_on_their_next_visit(ground: Ground) -> None:
    await opens_up(ground, ground.grace, "#london")
    await opens_up(ground, ground.mei, "#london")
    found = await ground.grace.slash("#london", "interests find")
    await ground.grace.press(found, "Ask someone for me")
    await ground.settled()
    assert ground.mei.dms == []
    visit = await (await ground.mei.slash("#london", "meeting list")).until_followups(1)
    told = visit.messages[-1]
    assert told.ephemeral
    assert "Would you like to meet someone?" in told.text
    assert ground.grace.mention not in told.text
    for _ in range(100):  # what was said is recorded after it was said
        if (await wish(ground)).asked_told_at is not None:
            break
        await ground.cerys.autocomplete("#wales", "help", focus="topic", topic="x")
    once = await ground.mei.slash("#london", "meeting list")
    await ground.mei.slash("#london", "help")
    assert len(once.messages) == 1
    met = await ground.mei.press(told, "Yes, introduce us")
    assert ground.grace.mention in says(met)
    await ground.settled()
    assert ground.mei.mention in (await ground.opened(ground.grace, ground.grace.dms[-1])).text
    quiet = await ground.mei.slash("#london", "meeting list")
    await ground.grace.slash("#london", "meeting list")
    assert len(quiet.messages) == 1


async def test_whoever_asked_and_can_not_be_written_to_hears_the_answer_on_their_next_visit(
    ground: Ground,
) -> None:
    question = await asked(ground)
    ground.grace.close_dms()
    await ground.tomasz.press(question, "Yes, introduce us")
    await ground.settled()
    visit = await (await ground.grace.slash("#london", "interests find")).until_followups(1)
    assert ground.tomasz.mention in visit.messages[-1].text


async def test_whoever_wants_no_direct_messages_gets_none(ground: Ground) -> None:
    await settings(ground.tomasz, "#london", dms="off")
    await opens_up(ground, ground.grace, "#london")
    await opens_up(ground, ground.tomasz, "#london")
    found = await ground.grace.slash("#london", "interests find")
    await ground.grace.press(found, "Ask someone for me")
    await ground.settled()
    assert ground.tomasz.dms == []
    visit = await (await ground.tomasz.slash("#london", "help")).until_followups(1)
    assert "Would you like to meet someone?" in visit.messages[-1].text


async def asks(ground: Ground, person: Person, place: str = "#london", about: str | None = None) -> str:
    """Have somebody ask for an introduction; returns what the bot says."""
    found = await (found_about(person, place, about) if about else person.slash(place, "interests find"))
    return says(found) + says(await person.press(found, "Ask someone for me"))


async def test_whether_there_is_anybody_to_ask_looks_the_same_to_the_end(ground: Ground) -> None:
    await opens_up(ground, ground.grace, "#london")
    alone = await asks(ground, ground.grace)
    await ground.settled()
    await opens_up(ground, ground.siobhan, "#north-west")
    await opens_up(ground, ground.tomasz, "#london")
    somebody = await asks(ground, ground.siobhan, "#north-west")
    assert somebody == alone
    await ground.settled()
    (question,) = [*ground.tomasz.dms, *ground.grace.dms]
    asked_one = ground.tomasz if ground.tomasz.dms else ground.grace
    await asked_one.press(await ground.opened(asked_one, question), "No, thank you")
    await ground.go_to(ground.clock.now() + timedelta(days=15))
    ends = [person.dms[-1] for person in (ground.grace, ground.siobhan)]
    assert ends[0].text == ends[1].text
    opened = [
        (await ground.opened(person, end)).text
        for person, end in zip((ground.grace, ground.siobhan), ends, strict=True)
    ]
    assert opened[0] == opened[1]
    assert opened[1].startswith("## It didn't work out this time")
    told = await ground.running.store.read(
        lambda session: session.scalars(select(Delivery).where(Delivery.kind == interests.NONE)).all()
    )
    ended = {wish.asker_id: wish.expires_at for wish in await wishes(ground)}
    assert {one.target_id: one.due_at for one in told} == ended


async def wishes(ground: Ground) -> list[Introduction]:
    return await ground.running.store.read(lambda session: list(session.scalars(select(Introduction))))


async def test_nobody_is_asked_twice_not_even_after_an_erasure(ground: Ground) -> None:
    question = await asked(ground)
    await ground.tomasz.press(question, "No, thank you")
    for person in (ground.grace, ground.tomasz):
        await asks(ground, person)
    await ground.settled()
    assert len(ground.tomasz.dms) == 1
    assert ground.grace.dms == []
    erase = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(erase, "Delete everything about me")).final()
    assert str(ground.grace.id) not in await ground.running.store.read_in_thread(everything)
    await ground.go_to(ground.clock.now() + timedelta(days=20))
    await opens_up(ground, ground.grace, "#london")
    await asks(ground, ground.grace)
    await asks(ground, ground.tomasz)
    await ground.settled()
    assert not any("Would you like" in one.text for one in ground.tomasz.dms)
    assert not any("Would you like" in one.text for one in ground.grace.dms)


async def test_whoever_is_erased_while_they_are_asked_leaves_no_trace_and_the_asker_hears_as_ever(
    ground: Ground,
) -> None:
    await asked(ground)
    erase = await ground.tomasz.slash("#london", "privacy erase")
    await (await ground.tomasz.press(erase, "Delete everything about me")).final()
    assert str(ground.tomasz.id) not in await ground.running.store.read_in_thread(everything)
    assert ground.grace.dms == []
    await ground.go_to(ground.clock.now() + timedelta(days=15))
    (end,) = ground.grace.dms
    assert heads([await ground.opened(ground.grace, end)]) == ["## It didn't work out this time"]


async def test_whoever_was_just_asked_is_left_in_peace_for_a_week(ground: Ground) -> None:
    await opens_up(ground, ground.tomasz, "#london", issue=["Cuba", "Palestine"])
    await opens_up(ground, ground.grace, "#london", issue=["Cuba"])
    await asks(ground, ground.grace)
    await opens_up(ground, ground.siobhan, "#north-west", issue=["Palestine"])
    await asks(ground, ground.siobhan, "#north-west")
    await ground.settled()
    assert len(ground.tomasz.dms) == 1
    await ground.go_to(ground.clock.now() + timedelta(days=8))
    await asks(ground, ground.siobhan, "#north-west")
    await ground.settled()
    assert len(ground.tomasz.dms) == 2


async def test_a_forged_interest_is_not_asked_for(ground: Ground) -> None:
    await opens_up(ground, ground.grace, "#london")
    await opens_up(ground, ground.tomasz, "#london", language="Kurdish")
    for about in ("language:Kurdish", "faith:any", "campaign:ufos"):
        says(await ground.press_old(ground.grace, ground.london, f"interests:ask:{about}"))
    assert await ground.count(Introduction) == 0
    await ground.settled()
    assert ground.tomasz.dms == []


async def test_only_so_many_wait_for_an_answer_at_a_time(ground: Ground) -> None:
    await opens_up(ground, ground.grace, "#london")
    for name, place in (
        ("tomasz", "#london"),
        ("siobhan", "#north-west"),
        ("imran", "#yorkshire"),
        ("cerys", "#wales"),
    ):
        await opens_up(ground, getattr(ground, name), place)
    for _ in range(3):
        fresh = await found_about(ground.grace, "#london", "Cuba")
        assert "## I'm on it" in says(await ground.grace.press(fresh, "Ask someone for me"))
    fresh = await found_about(ground.grace, "#london", "Cuba")
    assert "waiting for 3 answers" in says(await ground.grace.press(fresh, "Ask someone for me"))


async def test_an_erased_asker_is_met_by_nobody(ground: Ground) -> None:
    question = await asked(ground)
    erase = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(erase, "Delete everything about me")).final()
    gone = await ground.tomasz.press(question, "Yes, introduce us")
    assert "no longer there" in gone.text
    await ground.go_to(ground.clock.now() + timedelta(days=20))
    assert ground.grace.dms == []


async def test_whoever_clears_their_interests_takes_their_wish_back(ground: Ground) -> None:
    question = await asked(ground)
    says(await cleared(ground.grace, "#london"))
    assert "already answered that" in (await ground.tomasz.press(question, "Yes, introduce us")).text
    await ground.go_to(ground.clock.now() + timedelta(days=20))
    assert ground.grace.dms == []


async def test_before_the_set_up_it_is_said_what_is_missing(fresh: Ground) -> None:
    for command in ("interests set", "interests find"):
        assert "/setup start" in says(await fresh.grace.slash("#london", command))
