"""Affiliations over the wire: the list, who stands where, renewals, the next agenda."""

from typing import Any

import pytest

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.affiliations.models import Affiliation, Organisation
from tests.cogs.ground import Ground, both, buttons, heads, says
from tests.cogs.panels import settings

CSC = "Cuba Solidarity Campaign"
HACKNEY = {"organisation": CSC, "body": "Hackney branch"}


async def recorded(
    ground: Ground,
    status: str = "affiliated",
    person: Person | None = None,
    place: str = "#london",
    **more: object,
) -> Answer:
    """Have Grace record where Hackney branch stands with the Cuba Solidarity Campaign."""
    options = HACKNEY | {"status": status} | more
    return await (person or ground.grace).slash(place, "affiliation record", **options)


async def listed(ground: Ground, person: Person | None = None) -> str:
    return says(await (person or ground.tomasz).slash("#london", "affiliation list"))


async def seen(person: Person, organisation: str = CSC) -> Answer:
    """Choose an organisation under the list."""
    answer = await person.slash("#london", "affiliation list")
    return await person.choose(answer, "See one organisation", organisation)


async def removed(person: Person, card: Answer) -> Answer:
    """Take it off the list, and say yes when asked."""
    asked = await person.press(card, "Take it off the list")
    assert says(asked).startswith("## Take it off the list?")
    return await person.press(asked, "Yes, take it off")


@both
async def test_the_list_has_what_the_source_names_and_where_each_stands(ground: Ground) -> None:
    text = await listed(ground)
    for name in (CSC, "Nicaragua", "Venezuela", "Colombia"):
        assert name in text
    assert "Number" not in text
    answer = await recorded(ground, "motion")
    assert "Number 1, Hackney branch: motion passed" in says(answer)
    assert buttons(answer.message) == [
        "Put on the next meeting's agenda",
        "Change the renewal date",
        "Take it off the list",
    ]
    assert "Number 1, Hackney branch: motion passed" in await listed(ground)
    assert ground.grace.mention not in await listed(ground)


async def test_recording_again_changes_it(ground: Ground) -> None:
    await recorded(ground, "idea")
    again = says(await recorded(ground, "affiliated", body="hackney  BRANCH", renews="1 march 2027"))
    assert "Number 1, Hackney branch: affiliated, renews on Monday 1 March 2027" in again
    assert await ground.count(Affiliation) == 1
    assert "Someone else recorded that" in says(await recorded(ground, "idea", ground.imran))
    assert "an idea" in says(await recorded(ground, "idea", ground.amina))


async def test_ones_own_affiliation_is_seen_by_nobody_else(ground: Ground) -> None:
    answer = await recorded(ground, body="Me")
    assert "Nobody else sees your own affiliations" in says(answer)
    assert "Number 1, You yourself" in await listed(ground, ground.grace)
    for other in (ground.tomasz, ground.amina, ground.ruth):
        assert "You yourself (" not in await listed(ground, other)
    for do in ("remove", "sure", "show", "when"):
        custom_id = f"affiliation:{do}:{ground.sandbox.guild().id}:1"
        pressed = await ground.press_old(ground.amina, ground.london, custom_id)
        assert "no affiliation with that number" in says(pressed)
    asked = await ground.grace.press(answer, "Take it off the list")
    kept = await ground.grace.press(asked, "No, keep it")
    assert "You yourself" in says(kept)
    assert "Off the list" in says(await removed(ground.grace, kept))
    assert await ground.count(Affiliation) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"organisation": "Cubba Solidarity"}, "Did you mean Cuba Solidarity Campaign"),
        ({"organisation": "zzz"}, "I can't find the organisation zzz"),
        ({"renews": "when we get round to it"}, "rite when it is"),
        ({"renews": "1 march 2020"}, "already passed"),
        ({"renews": "every friday"}, "one day"),
        ({"body": "\u200b"}, "Who is it for?"),
        ({"region": "Narnia"}, "I can't find the region"),
    ],
)
async def test_bad_input_is_said_with_the_way_out(ground: Ground, options: dict[str, Any], said: str) -> None:
    assert said in says(await recorded(ground, **options))
    assert await ground.count(Affiliation) == 0


async def test_names_are_offered_and_bodies_can_not_ping(ground: Ground) -> None:
    found = await ground.grace.autocomplete(
        "#london", "affiliation record", focus="organisation", organisation="cub"
    )
    assert [choice.name for choice in found] == [CSC]
    assert "\\*\\*@" in says(await recorded(ground, body="**@everyone** branch"))


@both
async def test_a_renewal_is_asked_after_and_recorded(ground: Ground) -> None:
    await recorded(ground, renews="1 june 2026")
    await ground.go_to(ground.wall("2026-04-20T16:59"))
    assert ground.grace.dms == []
    await ground.go_to(ground.wall("2026-04-20T17:01"))
    (sent,) = ground.grace.dms
    nudge = await ground.opened(ground.grace, sent)
    assert "due for renewal on Monday 1 June 2026" in nudge.text
    assert "renewal due" in await listed(ground)
    await ground.restart()
    answer = await ground.grace.press(nudge, "Renewed for a year")
    assert "affiliated, renews on Tuesday 1 June 2027" in answer.text
    assert "left it as it is" in (await ground.grace.press(nudge, "Renewed for a year")).text
    await ground.go_to(ground.wall("2026-06-02T12:00"))
    assert sum("about to run out" in message.text for message in ground.grace.dms) == 1
    await ground.go_to(ground.wall("2027-06-02T12:00"))
    assert sum("about to run out" in message.text for message in ground.grace.dms) == 4


async def test_the_lead_is_chosen(ground: Ground) -> None:
    answer = await recorded(ground, renews="1 june 2026")
    assert "I first ask about the renewal 6 weeks before" in says(answer)
    form = (await ground.grace.press(answer, "Change the renewal date")).modal
    assert {"Monday 1 June 2026", "6"} <= set(form.text.splitlines())
    labels = {"day": "Next renewal (optional)", "weeks": "How many weeks before should I first ask?"}
    for typed, said in (({"weeks": "x"}, "from 1 to 26"), ({"day": "1 march 2020"}, "already passed")):
        wrong = await ground.grace.submit(form, {labels[name]: words for name, words in typed.items()})
        assert said in says(wrong)
    said = says(await ground.grace.submit(form, {labels["weeks"]: "10"}))
    assert "renews on Monday 1 June 2026" in said
    assert "10 weeks before" in said
    # What is recorded once more keeps what was chosen.
    assert "10 weeks before" in says(await recorded(ground))
    await ground.go_to(ground.wall("2026-03-23T17:01"))
    nudge = await ground.opened(ground.grace, ground.grace.dms[0])
    assert heads([nudge]) == ["## A renewal is coming up"]


async def test_a_renewal_is_put_on_the_next_agenda_from_the_message(ground: Ground) -> None:
    await recorded(ground, renews="20 april 2026")
    await ground.go_to(ground.wall("2026-03-09T17:01"))
    sent = ground.grace.dms[-1]
    nudge, later, last = [await ground.opened(ground.grace, sent) for _ in range(3)]
    assert (
        "No meeting is planned" in (await ground.grace.press(nudge, "Put on the next meeting's agenda")).text
    )
    await ground.scheduled("Forum", "2 april 6pm")
    answer = await ground.grace.press(later, "Put on the next meeting's agenda")
    assert "On the agenda of **Forum**" in answer.text
    agenda = says(await ground.tomasz.slash("#london", "meeting agenda", meeting="1"))
    assert "Affiliation to Cuba Solidarity Campaign: renew it? (Hackney branch)" in agenda
    again = await ground.grace.press(last, "Put on the next meeting's agenda")
    assert "already on the agenda of Forum" in again.text


async def test_an_idea_on_the_agenda_is_listed_as_such(ground: Ground) -> None:
    await ground.scheduled("Forum")
    answer = await recorded(ground, "idea")
    await ground.tomasz.press(await seen(ground.tomasz), "Put on the next meeting's agenda")
    assert "Hackney branch: on the agenda" in await listed(ground)
    assert answer.message


FIRST = "There is something here for the organisers."


def asked_in_organisers(ground: Ground) -> list[str]:
    """Return how the last message to the organisers begins: a locked phone shows the first line alone."""
    return ground.sandbox.channel("#organisers").messages[-1].text.splitlines()[:2]


async def test_the_organisers_are_asked_where_nobody_takes_messages(ground: Ground) -> None:
    await settings(ground.grace, "#london", dms="off")
    await recorded(ground, renews="20 april 2026")
    await ground.go_to(ground.wall("2026-03-09T17:01"))
    assert ground.grace.dms == []
    assert asked_in_organisers(ground) == [
        "There is something here for the organisers.",
        "## A renewal is coming up",
    ]


async def test_closed_messages_are_told_to_the_organisers(ground: Ground) -> None:
    ground.grace.close_dms()
    await recorded(ground, renews="20 april 2026")
    await ground.go_to(ground.wall("2026-03-09T17:03"))
    assert ground.grace.dms == []
    await ground.go_to(ground.wall("2026-03-16T09:01"))
    told = ground.sandbox.channel("#organisers").messages[-1]
    assert heads([told]) == ["## 1 member gets no reminders"]
    assert str(ground.grace.id) not in told.text


async def test_whoever_is_erased_leaves_the_renewal_to_the_organisers(ground: Ground) -> None:
    await recorded(ground, renews="20 april 2026")
    await recorded(ground, body="me", renews="20 april 2026")
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    await ground.settled()
    assert await ground.count(Affiliation) == 1
    await ground.go_to(ground.wall("2026-03-09T17:01"))
    assert ground.grace.dms == []
    assert asked_in_organisers(ground) == [
        "There is something here for the organisers.",
        "## A renewal is coming up",
    ]


@both
async def test_a_server_has_organisations_of_its_own(ground: Ground) -> None:
    labels = {"name": "What it is called", "about": "What it does (optional)", "link": "Link (optional)"}

    async def add(**typed: str) -> str:
        answer = await ground.amina.slash("#london", "affiliation list")
        form = (await ground.amina.press(answer, "Add an organisation")).modal
        return says(await ground.amina.submit(form, {labels[name]: said for name, said in typed.items()}))

    options = {"name": "Friends of Hackney", "about": "Twins with schools *abroad*"}
    assert "is on the list" in await add(**options, link="hackney.example/x")
    assert "already on the list" in await add(name="friends of hackney")
    assert "web address" in await add(name="X", link="javascript:1")
    await recorded(ground, organisation="Friends of Hackney")
    answer = await seen(ground.grace, "Friends of Hackney")
    text = says(answer)
    assert "Twins with schools \\*abroad\\*" in text
    assert "https://hackney.example/x" in text
    assert "Hackney branch: affiliated" in text
    form = (await ground.grace.press(answer, "Record an affiliation")).modal
    again = await ground.grace.submit(form, {"Body": "Hackney branch", "Status": "Affiliated"})
    assert "Recorded for Friends of Hackney" in says(again)
    off = "Take this organisation off the list"
    assert off not in buttons(answer.message)
    assert off not in buttons((await seen(ground.amina)).message)
    asked = await ground.amina.press(await seen(ground.amina, "Friends of Hackney"), off)
    assert "## Take Friends of Hackney off the list?" in says(asked)
    kept = await ground.amina.press(asked, "No, keep it")
    asked = await ground.amina.press(kept, off)
    for do in ("add:0", "remove:1", "sure:1"):
        refused = await ground.press_old(ground.grace, ground.london, f"organisation:{do}")
        assert "Only organisers" in says(refused)
    assert "off the list" in says(await ground.amina.press(asked, "Yes, take it off"))
    assert await ground.count(Organisation) == 0
    assert await ground.count(Affiliation) == 0


async def test_what_is_removed_is_not_asked_after(ground: Ground) -> None:
    answer = await recorded(ground, renews="20 april 2026")
    assert buttons((await seen(ground.imran)).message)[0] == "Put on the next meeting's agenda"
    custom_id = f"affiliation:sure:{ground.sandbox.guild().id}:1"
    not_hers = await ground.press_old(ground.imran, ground.london, custom_id)
    assert "Someone else recorded that" in says(not_hers)
    assert "Off the list" in says(await removed(ground.grace, answer))
    await ground.go_to(ground.wall("2026-04-21T17:01"))
    assert ground.grace.dms == []
    gone = await ground.press_old(ground.grace, ground.london, custom_id)
    assert "no affiliation with that number" in says(gone)


async def test_many_branches_have_room_in_the_list(ground: Ground) -> None:
    for number in range(12):
        assert "Recorded" in says(await recorded(ground, body=f"Branch {number} " + "*" * 60))
    text = await listed(ground)
    assert "And " in text
    assert "Colombia" in text
    detail = await seen(ground.grace)
    assert "Branch 9" in says(detail)
    last = next(
        one["value"]
        for part in detail.message.walk()
        for one in part.get("options", [])
        if one["label"].startswith("Branch 9")
    )
    card = await ground.grace.choose(detail, "See one organisation", [last])
    assert "Branch 9" in says(card)
    assert "Off the list" in says(await removed(ground.grace, card))
    assert "Branch 9" not in says(await seen(ground.grace))
