"""Twinning: branches that look for a partner union, who fits them, and meeting their contact when both want it."""

from dataclasses import replace
from typing import Any

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.interests.models import Introduction
from db.network.models import Twinning
from tests.cogs.ground import Ground, both, buttons, heads, says

HACKNEY: dict[str, Any] = {
    "name": "Hackney",
    "world": ["Latin America and the Caribbean"],
    "topics": ["Cuba"],
    "language": "Spanish",
    "hopes": "Visits, and **letters** between classes",
}
CARDIFF: dict[str, Any] = HACKNEY | {"name": "Cardiff", "hopes": ""}
UNION: dict[str, Any] = {
    "name": "SNTECD",
    "world": ["Latin America and the Caribbean"],
    "topics": ["Cuba", "Quality Education for All"],
    "language": "Spanish",
    "reach": "Through the international team",
}


async def looks(ground: Ground, person: Person, place: str = "#london", **values: Any) -> Answer:
    """Have somebody add a branch."""
    form = await person.press(await person.slash(place, "network twinning"), "Look for a partner")
    return await person.submit(form.modal, values or HACKNEY)


async def union(ground: Ground) -> Answer:
    form = await ground.amina.press(await ground.amina.slash("#london", "network twinning"), "Add a union")
    return await ground.amina.submit(form.modal, UNION)


async def fits(person: Person, name: str, place: str = "#london") -> Answer:
    """Have somebody look who fits a branch."""
    return await person.choose(await person.slash(place, "network twinning"), "twinning:pick:0", [name])


@both
async def test_a_branch_finds_the_union_that_fits_and_why(ground: Ground) -> None:
    assert "Nobody here is looking for a partner yet" in says(
        await ground.grace.slash("#london", "network twinning")
    )
    saved = says(await looks(ground, ground.grace))
    assert "## Saved" in saved
    assert "Nobody fits yet" in saved
    assert "## Saved" in says(await union(ground))
    found = says(await fits(ground.grace, "Hackney"))
    assert "**SNTECD** (a union, number 2)" in found
    assert "In common: Latin America and the Caribbean, Cuba, Spanish" in found
    assert "Reach them: Through the international team" in found
    listed = says(await ground.tomasz.slash("#london", "network twinning"))
    assert "**Hackney** (branch, number 1) is looking for a partner in Latin America" in listed
    assert "\\*\\*letters" in listed
    assert ground.grace.mention not in listed


async def test_a_branch_is_changed_by_its_contact_and_by_nobody_else(ground: Ground) -> None:
    await looks(ground, ground.grace)
    card = await ground.grace.slash("#london", "network twinning")
    form = (await ground.grace.press(card, "Look for a partner")).modal
    assert "Hackney" in form.values().values()
    await ground.grace.submit(form, {"world": ["Europe"]})
    assert await ground.count(Twinning) == 1
    refused = await looks(ground, ground.tomasz)
    assert "Another member is already looking for a partner for Hackney" in says(refused)


async def test_branches_that_seek_the_same_meet_when_both_want_it(ground: Ground) -> None:
    await looks(ground, ground.grace)
    await looks(ground, ground.cerys, "#wales", **CARDIFF)
    found = await fits(ground.cerys, "Cardiff", "#wales")
    assert "**Hackney** (a branch looking for the same, number 1)" in says(found)
    assert buttons(found.message) == ["Meet Hackney", "Take it off the list"]
    assert "I have asked the contact for Hackney" in says(await ground.cerys.press(found, "Meet Hackney"))
    await ground.settled()
    (private,) = ground.grace.dms
    assert "Hackney" not in private.text
    question = await ground.opened(ground.grace, private)
    assert "would like to talk to you about Hackney" in question.text
    assert ground.cerys.mention not in question.text
    await ground.restart()
    met = await ground.grace.press(question, "Yes, introduce us")
    assert ground.cerys.mention in met.text
    await ground.settled()
    answer = await ground.opened(ground.cerys, ground.cerys.dms[0])
    assert heads([answer]) == ["## You both said yes"]
    assert ground.grace.mention in answer.text
    again = await ground.press_old(ground.cerys, ground.sandbox.channel("#wales"), "twinning:meet:1")
    assert "already asked about Hackney" in says(again)
    own = await ground.press_old(ground.grace, ground.london, "twinning:meet:1")
    assert "the contact for Hackney yourself" in says(own)
    assert await ground.count(Introduction) == 1


async def test_nothing_in_common_is_no_match(ground: Ground) -> None:
    await looks(ground, ground.grace)
    saved = await looks(
        ground, ground.cerys, "#wales", **CARDIFF | {"world": ["Europe"], "topics": ["Palestine"]}
    )
    assert "Nobody fits yet" in says(saved)


async def test_unions_are_added_by_organisers_alone(ground: Ground) -> None:
    card = await ground.grace.slash("#london", "network twinning")
    assert buttons(card.message) == ["Look for a partner"]
    refused = await ground.press_old(ground.grace, ground.london, "twinning:open:union")
    assert "Only organisers" in says(refused)
    asked = await ground.amina.slash("#london", "network twinning")
    form = (await ground.amina.press(asked, "Add a union")).modal
    own = (await ground.grace.press(card, "Look for a partner")).modal
    forged = replace(form, interaction=own.interaction)
    assert "Only organisers" in says(await ground.grace.submit(forged, UNION))
    assert await ground.count(Twinning) == 0


async def test_one_is_taken_off_by_its_contact_or_an_organiser(ground: Ground) -> None:
    await looks(ground, ground.grace)
    await looks(ground, ground.cerys, "#wales", **CARDIFF)
    assert "Take it off the list" not in buttons((await fits(ground.tomasz, "Hackney")).message)
    refused = await ground.press_old(ground.tomasz, ground.london, "twinning:remove:1:yes")
    assert "Only the member who added it" in says(refused)
    for person, name in ((ground.grace, "Hackney"), (ground.amina, "Cardiff")):
        asked = await person.press(await fits(person, name), "Take it off the list")
        assert f"Take {name} off the list?" in says(asked)
        assert f"{name} is no longer listed" in says(await person.press(asked, "Yes, take it off"))
    gone = await ground.press_old(ground.amina, ground.london, "twinning:remove:2:yes")
    assert "can't find that branch" in says(gone)


async def test_an_erased_contact_takes_the_branch_along(ground: Ground) -> None:
    await looks(ground, ground.grace)
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    assert await ground.count(Twinning) == 0
