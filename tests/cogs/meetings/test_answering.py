"""Access needs shown to the hosts alone, places with a waiting list, and the question on the day before."""

from datetime import timedelta

from bot.sandbox.world import Message
from tests.cogs.audiences import leaves
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.meeting_panels import use

IN_TEN_DAYS = "12/03/2026 18:00"


async def small(ground: Ground, capacity: int = 1) -> Message:
    """A meeting with few places, the first of which Grace takes."""
    card = await ground.scheduled("Film night", IN_TEN_DAYS, capacity=capacity)
    await ground.grace.press(card, "Going")
    return card


async def test_needs_reach_the_host_alone(ground: Ground) -> None:
    card = await ground.scheduled("Forum", IN_TEN_DAYS)
    form = await ground.grace.press(card, "Access needs")
    assert form.modal is not None
    said = await ground.grace.submit(form.modal, {"What do you need?": "A hearing loop, please"})
    assert "can read it" in says(said)
    await ground.settled()
    (sent,) = ground.amina.dms
    assert "hearing loop" not in sent.text
    assert ground.grace.mention not in sent.text
    news = await ground.opened(ground.amina, sent)
    assert "A hearing loop, please" in news.text
    assert ground.grace.mention in news.text
    assert not any("hearing loop" in message.text for message in ground.london.messages)
    assert "A hearing loop" in says(await ground.amina.slash("#london", "meeting needs", meeting="1"))
    other = await ground.tomasz.slash("#london", "meeting needs", meeting="1")
    assert other.modal is not None
    assert "hearing loop" not in str(other.modal.components)


@both
async def test_whoever_finds_it_full_waits_and_takes_the_place_that_comes_free(ground: Ground) -> None:
    card = await small(ground)
    assert "You are number 1 on the waiting list" in says(await ground.tomasz.press(card, "Going"))
    await ground.settled()
    assert "**Places:** all 1 taken, 1 waiting" in card.text
    await ground.grace.press(card, "Can't come")
    await ground.settled()
    (offer,) = ground.tomasz.dms
    assert card_text(offer).startswith("## A place is free: Film night")
    assert "You are number 2" in says(await ground.cerys.press(card, "Going"))
    assert "You are going" in (await ground.tomasz.press(offer, "Going")).text
    await ground.settled()
    assert "1 going" in card.text
    assert "all 1 taken, 1 waiting" in card.text


async def test_a_place_nobody_takes_goes_to_the_next(ground: Ground) -> None:
    card = await small(ground)
    await ground.tomasz.press(card, "Going")
    await ground.cerys.press(card, "Going")
    await ground.grace.press(card, "Can't come")
    await ground.later(timedelta(days=1, minutes=1))
    assert heads(ground.cerys.dms) == ["## A place is free: Film night"]
    await ground.cerys.press(ground.cerys.dms[0], "Going")
    await ground.settled()
    assert "1 going" in card.text
    assert "0 of 1 left" in card.text or "0 waiting" in card.text


async def test_more_places_are_offered_to_those_who_wait(ground: Ground) -> None:
    card = await small(ground)
    await ground.tomasz.press(card, "Going")
    await use(ground.amina, "#london", "meeting edit", meeting="1", capacity=5)
    await ground.settled()
    assert heads(ground.tomasz.dms) == ["## A place is free: Film night"]


async def test_on_the_last_day_those_who_said_maybe_are_asked(ground: Ground) -> None:
    card = await ground.scheduled("Forum", IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.tomasz.press(card, "Maybe")
    await ground.go_to(ground.wall("2026-03-11T18:01"))
    assert "You answered maybe. Are you coming?" in ground.tomasz.dms[-1].text
    assert "You answered maybe. Are you coming?" not in ground.grace.dms[-1].text
    assert "Going" in buttons(ground.tomasz.dms[-1])


async def test_forty_changes_of_a_need_are_few_messages_also_after_an_erasure(ground: Ground) -> None:
    card = await ground.scheduled("Forum", IN_TEN_DAYS)
    for number in range(40):
        form = await ground.grace.press(card, "Access needs")
        sent = await ground.grace.submit(form.modal, {"What do you need?": f"A loop, number {number}"})
        if number >= 5:
            assert "You can change it again <t:" in says(sent)
    await ground.later(timedelta(minutes=30))
    assert len(ground.amina.dms) == 2
    shown = await ground.opened(ground.amina, ground.amina.dms[-1])
    assert "number 4" in shown.text
    erase = await ground.grace.slash("#london", "privacy erase")
    await ground.grace.press(erase, buttons(erase.message)[0])
    form = await ground.grace.press(card, "Access needs")
    assert "again <t:" in says(await ground.grace.submit(form.modal, {"What do you need?": "Once more"}))


async def needing(ground: Ground) -> None:
    """Have a meeting of Tomasz's at which Grace has said what she needs."""
    card = await ground.scheduled("Film night", IN_TEN_DAYS, host=ground.tomasz)
    form = (await ground.grace.press(card, "Access needs")).modal
    says(await ground.grace.submit(form, {"What do you need?": "A hearing loop"}))
    await ground.until_settled()


async def test_a_new_host_is_told_that_somebody_needs_something(ground: Ground) -> None:
    await needing(ground)
    await use(ground.amina, "#london", "meeting host", meeting="1", member=ground.imran.id)
    await ground.later()
    told = ground.imran.dms[-1].text
    assert "Someone has said what they need to take part" in told
    assert "hearing loop" not in told
    assert "hearing loop" in says(await ground.imran.slash("#london", "meeting needs", meeting="1"))


async def test_the_organisers_are_told_that_somebody_needs_something_when_the_host_has_left(
    ground: Ground,
) -> None:
    await needing(ground)
    await leaves(ground, ground.tomasz)
    await ground.until_settled()
    told = [one.text for one in ground.sandbox.channel("#organisers").messages]
    assert [one for one in told if "What someone needs at Film night" in one]
    assert not [one for one in told if "hearing loop" in one]
