"""The map of interests: counts that tell of nobody, and names by consent alone."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.membership.models import Consent
from tests.cogs.counts import counted, crowd
from tests.cogs.ground import Ground, says
from tests.cogs.interests.test_interests import opens_up, tells
from tests.cogs.panels import cleared


async def on_map(ground: Ground, about: str = "Cuba") -> str:
    return says(await ground.imran.slash("#yorkshire", "interests map", issue=about))


async def test_the_map_counts_from_six_on_and_once_a_night(ground: Ground) -> None:
    people = crowd(ground, 6)
    nobody = await on_map(ground)
    for person in people[:5]:
        await tells(ground, person, "#london")
        await person.slash("#london", "network join")
    await tells(ground, ground.cerys, "#wales")
    await ground.cerys.slash("#wales", "network join")
    await counted(ground)
    assert await on_map(ground) == nobody
    await tells(ground, people[5], "#london")
    await people[5].slash("#london", "network join")
    assert await on_map(ground) == nobody
    await counted(ground)
    text = await on_map(ground)
    assert "- London: 6" in text
    assert "6 members of this server chose it" in text
    assert "Fewer than five besides you, nobody, or not counted yet:" in text
    assert "Wales" in text
    assert "Wales:" not in text
    assert "agreed to be named" not in text
    for person in (*people, ground.cerys):
        assert str(person.id) not in text
    says(await cleared(people[0], "#london"))
    await counted(ground)
    assert await on_map(ground) == text
    found = says(await opened(ground, ground.grace))
    assert "- Cuba: 6" in found


async def opened(ground: Ground, person: Person) -> Answer:
    await opens_up(ground, person, "#london")
    return await person.slash("#london", "interests find")


async def test_whoever_is_named_on_the_map_is_in_no_number(ground: Ground) -> None:
    for person in crowd(ground, 6):
        saved = await tells(ground, person, "#london")
        await person.press(saved, "Put my name on the map")
    await counted(ground)
    text = await on_map(ground)
    assert "agreed to be named" in text
    assert "members of this server" not in text


def older(session: Session) -> None:
    session.execute(update(Consent).values(wording="Counts below five are never shown."))


async def test_whoever_agreed_to_the_old_words_is_asked_once_and_counts_when_they_agree(
    ground: Ground,
) -> None:
    people = crowd(ground, 6)
    for person in people:
        await tells(ground, person, "#london")
    saved = await tells(ground, ground.grace, "#london")
    await ground.grace.press(saved, "Put my name on the map")
    await ground.running.store.write(older)
    await counted(ground)
    text = await on_map(ground)
    assert "members of this server" not in text
    assert ground.grace.mention not in text
    for person in people:
        visit = await (await person.slash("#london", "meeting list")).until_followups(1)
        again = visit.messages[-1]
        assert again.ephemeral
        assert ground.texts("interests.consent.wording") in again.text
        assert person.dms == []
        shown = await person.press(again, "I agree to this")
        assert "**Campaigns:** Cuba" in says(shown)
        assert "**Your name on the map: off.**" in shown.text
    once = await people[0].slash("#london", "meeting list")
    await people[0].slash("#london", "help")
    assert len(once.messages) == 1
    await counted(ground)
    assert "6 members of this server chose it" in await on_map(ground)


async def test_a_button_under_other_words_or_other_interests_agrees_to_nothing(ground: Ground) -> None:
    saved = await tells(ground, ground.grace, "#london", issue=["Cuba"])
    await tells(ground, ground.grace, "#london", issue=["Cuba", "Palestine"])
    refused = says(await ground.grace.press(saved, "Put my name on the map"))
    assert "Please read this again" in refused
    for custom_id in ("interests:allow:map:on", "interests:allow:introductions:on:00000000"):
        says(await ground.press_old(ground.grace, ground.london, custom_id))
    kept = await ground.running.store.read(lambda session: session.scalars(select(Consent)).all())
    assert {each.purpose for each in kept} == {"interests"}
    old = await ground.press_old(ground.cerys, ground.london, "interests:agree:00000000")
    assert ground.texts("interests.consent.wording") in says(old)


async def test_a_name_stands_only_beside_the_interests_that_were_shown(ground: Ground) -> None:
    saved = await tells(ground, ground.cerys, "#wales", issue=["Cuba"])
    await ground.cerys.press(saved, "Put my name on the map")
    later = await tells(ground, ground.cerys, "#wales", issue=["Cuba", "Palestine"])
    assert "Your name is not beside these, as you chose them later: Palestine." in says(later)
    assert ground.cerys.mention in await on_map(ground)
    assert ground.cerys.mention not in await on_map(ground, "Palestine")
    await ground.cerys.press(later, "Put my name on the map")
    assert ground.cerys.mention in await on_map(ground, "Palestine")


async def test_names_stand_on_the_map_by_consent_alone(ground: Ground) -> None:
    saved = await tells(ground, ground.cerys, "#wales")
    await tells(ground, ground.grace, "#london")
    await ground.cerys.slash("#wales", "network join")
    await ground.cerys.press(saved, "Put my name on the map")
    text = says(await ground.imran.slash("#yorkshire", "interests map", issue="campaign:cuba"))
    assert f"- {ground.cerys.mention} (Wales)" in text
    assert str(ground.grace.id) not in text
    given = await ground.running.store.read(
        lambda session: session.scalars(select(Consent).where(Consent.purpose == "map")).one()
    )
    assert given.wording == ground.texts("interests.allow.map.wording")
    mine = await tells(ground, ground.cerys, "#wales")
    await ground.cerys.press(mine, "Take my name off the map")
    assert str(ground.cerys.id) not in says(
        await ground.imran.slash("#yorkshire", "interests map", issue="Cuba")
    )


async def test_an_issue_is_offered_while_it_is_typed_and_an_unknown_one_refused(ground: Ground) -> None:
    offers = await ground.imran.autocomplete("#yorkshire", "interests map", focus="issue", issue="cub")
    assert offers[0].name == "Cuba"
    assert len(await ground.imran.autocomplete("#yorkshire", "interests map", focus="issue", issue="")) == 25
    refused = await ground.imran.slash("#yorkshire", "interests map", issue="Atlantis")
    assert "can't find the interest Atlantis" in says(refused)
