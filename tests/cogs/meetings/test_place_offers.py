"""Offers of a free place that do not arrive: nobody loses a place unheard, and it goes to who can be told."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.sandbox.world import Message
from db.meetings import places
from db.meetings.models import Meeting, Waiting
from db.meetings.places import OFFER
from db.models import Delivery, Guild
from tests.cogs.ground import Ground, both, heads
from tests.cogs.panels import settings

OPEN = r"^POST /users/@me/channels"
FREE = ["## A place is free: Film night"]


async def full(ground: Ground) -> Message:
    """Have a meeting with one place that Grace has and Tomasz and Cerys wait for, to whom nobody wrote yet."""
    card = await ground.scheduled("Film night", "12/03/2026 18:00", capacity=1)
    for person in (ground.grace, ground.tomasz, ground.cerys):
        await person.press(card, "Going")
    await ground.settled()
    await ground.written_to(before=False)
    return card


async def waiting(ground: Ground) -> set[int]:
    """Return who waits for a place."""

    def load(session: Session) -> set[int]:
        return set(session.scalars(select(Waiting.user_id)))

    return await ground.running.store.read(load)


@both
async def test_a_place_whose_offer_meets_closed_messages_goes_to_the_next_at_once(ground: Ground) -> None:
    card = await full(ground)
    ground.sandbox.faults.add(OPEN, "status", times=1, status=403, code=50007)
    await ground.grace.press(card, "Can't come")
    await ground.later(timedelta(minutes=5))
    assert heads(ground.tomasz.dms) == []
    assert heads(ground.cerys.dms) == FREE
    # He was told nothing, so he still waits, and the place nobody took is offered to him again.
    await ground.later(timedelta(hours=30))
    assert heads(ground.tomasz.dms) == FREE
    assert await waiting(ground) == {ground.tomasz.id}
    answer = await ground.tomasz.press(card, "Going")
    assert "full" not in answer.text
    assert await waiting(ground) == set()


async def test_whoever_comes_while_the_only_one_who_waits_can_not_be_told_has_the_place(
    ground: Ground,
) -> None:
    card = await full(ground)
    await ground.cerys.press(card, "Can't come")
    ground.sandbox.faults.add(OPEN, "status", times=1, status=403, code=50007)
    await ground.grace.press(card, "Can't come")
    await ground.later(timedelta(minutes=5))
    answer = await ground.cerys.press(card, "Going")
    assert "full" not in answer.text
    assert "1 going" in card.text


@both
async def test_an_offer_that_was_long_on_its_way_holds_the_place_as_long_as_any_other(ground: Ground) -> None:
    card = await full(ground)
    rule = ground.sandbox.faults.add(OPEN, "status", times=None, status=403, code=40003)
    await ground.grace.press(card, "Can't come")
    await ground.go_to(ground.clock.now() + timedelta(hours=20))
    assert rule.hits
    assert heads(ground.tomasz.dms) == []
    ground.sandbox.faults.clear()
    await ground.go_to(ground.clock.now() + timedelta(hours=8))
    assert heads(ground.tomasz.dms) == FREE
    assert "until Wednesday 4 March" in ground.tomasz.dms[0].text
    assert {row.target_id for row in await ground.rows(OFFER)} == {ground.tomasz.id}
    assert await waiting(ground) == {ground.tomasz.id, ground.cerys.id}
    await ground.go_to(ground.clock.now() + timedelta(days=1))
    assert await waiting(ground) == {ground.cerys.id}
    assert heads(ground.cerys.dms) == FREE


@both
async def test_nobody_loses_a_place_whose_offer_waited_until_the_bot_was_back(ground: Ground) -> None:
    card = await full(ground)
    rule = ground.sandbox.faults.add(OPEN, "status", times=None, status=403, code=40003)
    await ground.grace.press(card, "Can't come")
    await ground.settled()
    assert rule.hits
    await ground.stop()
    ground.sandbox.faults.clear()
    ground.clock.move(timedelta(hours=25))
    await ground.start()
    await ground.later()
    assert heads(ground.tomasz.dms) == FREE
    assert await waiting(ground) == {ground.tomasz.id, ground.cerys.id}
    assert heads(ground.cerys.dms) == []


@both
async def test_a_place_is_held_while_its_offer_is_being_sent_and_no_longer_than_that(ground: Ground) -> None:
    card = await full(ground)
    ground.sandbox.faults.add(OPEN, "status", times=None, status=403, code=40003)
    await ground.grace.press(card, "Can't come")
    await ground.settled()
    of_offer = update(Delivery).where(Delivery.kind == OFFER)
    elsewhere = {"worker": "another", "lease_until": ground.clock.now() + timedelta(days=9)}
    sending = of_offer.values(status="sending", **elsewhere)
    await ground.running.store.write(lambda session: session.execute(sending) and None)
    await ground.later(timedelta(hours=30))
    assert await waiting(ground) == {ground.tomasz.id, ground.cerys.id}
    assert len(await ground.rows(places.JOB)) <= 15
    ended = of_offer.values(status="suppressed", reason="in_digest", settled_at=ground.clock.now())
    await ground.running.store.write(lambda session: session.execute(ended) and None)
    ground.sandbox.faults.clear()
    await ground.later(timedelta(minutes=31))
    assert await waiting(ground) == {ground.cerys.id}
    assert heads(ground.cerys.dms) == FREE


async def test_a_place_is_not_offered_again_at_once_to_whoever_has_left(ground: Ground) -> None:
    await full(ground)
    now, guild_id = ground.clock.now(), ground.sandbox.guild().id

    def all_left(session: Session) -> list[int]:
        """Offer the one place, and have each offer end as one does whose member Discord no longer knows."""
        meeting, guild = session.scalars(select(Meeting)).one(), session.get_one(Guild, guild_id)
        meeting.going, asked = 0, list[int]()
        places.offer(session, meeting, guild=guild, now=now)
        pending = select(Delivery).where(Delivery.kind == OFFER, Delivery.status == "pending")
        while (row := session.scalars(pending).first()) is not None and len(asked) < 5:
            asked.append(row.target_id)
            row.status, row.reason, row.settled_at = "suppressed", "left", now
            at = now + timedelta(seconds=len(asked))
            places.unreached(session, meeting, row.target_id, guild=guild, now=at)
        return asked

    assert await ground.running.store.write(all_left) == [ground.tomasz.id, ground.cerys.id]


@both
async def test_when_nobody_who_waits_could_be_told_they_are_tried_again_the_next_day(ground: Ground) -> None:
    card = await full(ground)
    rule = ground.sandbox.faults.add(OPEN, "status", times=2, status=403, code=50007)
    await ground.grace.press(card, "Can't come")
    await ground.later(timedelta(hours=23))
    assert len(rule.hits) == 2
    assert heads(ground.tomasz.dms) == heads(ground.cerys.dms) == []
    await ground.later(timedelta(hours=2))
    assert heads(ground.tomasz.dms) == FREE
    assert await waiting(ground) == {ground.tomasz.id, ground.cerys.id}


async def test_what_was_planned_keeps_quiet_hours_that_are_chosen_afterwards(ground: Ground) -> None:
    card = await ground.scheduled(when="05/03/2026 17:00", host=ground.amina)
    await ground.grace.press(card, "Going")
    await settings(ground.amina, "#london", quiet="6pm to 10am")
    await ground.go_to(ground.wall("2026-03-06T09:59"))
    assert not [one for one in ground.amina.dms if "How was" in one.text]
    await ground.go_to(ground.wall("2026-03-06T10:01"))
    assert [one for one in ground.amina.dms if "How was" in one.text]
