"""A meeting as phones in pockets hear of it: the real bot, and nothing looked at but the phones."""

from datetime import timedelta

import pytest

from bot.sandbox.phone import Level, Notification
from tests.cogs.ground import THURSDAY_6PM, Ground, both


def regional(heard: list[Notification]) -> list[str]:
    return [place for place in places(heard) if place == "#london"]


def places(heard: list[Notification]) -> list[str]:
    return [shown.channel for shown in heard]


@both
@pytest.mark.parametrize("level", [Level.ALL_MESSAGES, Level.NOTHING])
async def test_an_announcement_rings_once_and_answers_ring_nobody_else(ground: Ground, level: Level) -> None:
    phone = ground.tomasz.phone
    phone.set_server(ground.sandbox.guild(), level=level)
    card = await ground.scheduled()
    announced = ["#london"] if level is Level.ALL_MESSAGES else []
    assert regional(phone.heard) == announced
    for person, answer in ((ground.grace, "Going"), (ground.mei, "Maybe"), (ground.grace, "Can't come")):
        await person.press(card, answer)
        await ground.settled()
    # The card was changed each time, and each answered for themselves alone.
    assert regional(phone.heard) == announced
    assert phone.unread_in(ground.london).dot


@both
async def test_whoever_goes_is_reminded_in_private_whatever_the_server_may_not(ground: Ground) -> None:
    grace, imran = ground.grace, ground.imran
    grace.phone.set_server(ground.sandbox.guild(), level=Level.NOTHING, muted=True)
    card = await ground.scheduled()
    await grace.press(card, "Going")
    await ground.settled()
    grace.phone.open(grace.dm)
    grace.phone.clear()
    await ground.go_to(THURSDAY_6PM - timedelta(minutes=1))
    shown = grace.phone.lock_screen
    assert set(places(shown)) == {"DM"}
    assert {notification.title for notification in shown} == {"iso-bot"}
    assert THURSDAY_6PM - shown[-1].at <= timedelta(hours=1)
    assert grace.phone.badge == len(shown)
    # Somebody of another region, who answered nothing, hears of nothing at all.
    assert imran.phone.heard == []
