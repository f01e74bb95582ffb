"""A region's channel that is replaced or deleted: its deliveries go to the next one; one question is asked."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.world import Channel, building, permissions
from db.meetings.models import Meeting, Series
from db.models import Delivery
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import set_up, tried_again

IN_TEN_DAYS = "12/03/2026 18:00"


def another(ground: Ground, name: str = "london-new") -> Channel:
    """Make a new channel, as an admin does."""
    return building.channel(ground.sandbox.world, ground.sandbox.guild(), name)


async def give(ground: Ground, channel: Channel, name: str = "London") -> str:
    return says(await ground.ruth.slash("#welcome", "setup region", name=name, channel=channel.id))


async def enqueued_for(ground: Ground, channel: Channel) -> list[Delivery]:
    def load(session: Session) -> list[Delivery]:
        return list(
            session.scalars(
                select(Delivery).where(Delivery.target_id == channel.id, Delivery.status == "pending")
            )
        )

    return await ground.running.store.read(load)


def questions(ground: Ground) -> list[str]:
    return [head for head in heads(ground.sandbox.channel("#organisers").messages) if "is gone" in head]


def failures(ground: Ground) -> list[str]:
    return [
        head for head in heads(ground.sandbox.channel("#organisers").messages) if "couldn't be sent" in head
    ]


@both
async def test_what_is_owed_goes_to_the_channel_that_a_region_has_now(ground: Ground) -> None:
    card = await ground.scheduled("Forum", IN_TEN_DAYS)
    await ground.scheduled("Reading group", "thursday 6pm", repeat="weekly")
    old, new = ground.london, another(ground)
    await give(ground, new)
    await ground.settled()
    assert await enqueued_for(ground, old) == []
    # The card that stands in the old channel goes on there.
    await ground.grace.press(card, "Going")
    assert "1 going" in card.text
    await use(ground.amina, "#welcome", "meeting edit", meeting="1", venue="Town hall")
    await ground.later()
    assert "Town hall" in card.text
    assert heads(new.messages) == ["## Changed: Forum"]
    count = len(old.messages)
    await ground.go_to(ground.wall("2026-03-05T17:30"))
    assert "## In 1 hour: Reading group" in heads(new.messages)
    await ground.go_to(ground.wall("2026-03-12T17:30"))
    assert {"## In 1 hour: Forum", "## Reading group"} <= {*heads(new.messages)}
    await ground.go_to(ground.wall("2026-03-13T09:00"))
    assert len(old.messages) == count

    def load(session: Session) -> set[int]:
        return {one.channel_id for kind in (Meeting, Series) for one in session.scalars(select(kind))}

    assert await ground.running.store.read(load) == {new.id}
    assert failures(ground) == []


@both
async def test_what_is_owed_to_a_deleted_channel_waits_and_one_question_is_asked(ground: Ground) -> None:
    await ground.scheduled("Forum", IN_TEN_DAYS)
    await ground.scheduled("Reading group", "thursday 6pm", repeat="weekly")
    ground.delete(ground.london)
    await ground.sandbox.until(lambda: questions(ground))
    await ground.go_to(ground.wall("2026-03-07T09:00"))
    assert questions(ground) == ["## The channel of London is gone"]
    assert failures(ground) == []
    assert {row.status for row in await ground.rows()} <= {"sent", "pending", "expired", "suppressed", "done"}
    new = another(ground)
    await give(ground, new)
    await ground.settled()
    await ground.go_to(ground.wall("2026-03-12T17:30"))
    said = heads(new.messages)
    for head in ("## Forum", "## In 1 hour: Forum"):
        assert said.count(head) == 1
    await ground.grace.press(new.messages[said.index("## Forum")], "Going")
    assert "1 going" in new.messages[said.index("## Forum")].text
    assert questions(ground) == ["## The channel of London is gone"]


async def test_a_channel_that_was_deleted_while_the_bot_was_away_is_found_out_once(ground: Ground) -> None:
    await ground.scheduled("Forum", IN_TEN_DAYS)
    await ground.scheduled("Choir", "11/03/2026 18:00")
    london = ground.london
    await ground.stop()
    ground.delete(london)
    await ground.start()
    await ground.go_to(ground.wall("2026-03-11T20:00"))
    assert questions(ground) == ["## The channel of London is gone"]
    assert failures(ground) == []
    new = another(ground)
    await give(ground, new)
    await ground.go_to(ground.wall("2026-03-12T17:30"))
    assert "## In 1 hour: Forum" in heads(new.messages)
    assert not any("Choir" in head for head in heads(new.messages))


async def test_an_old_channel_that_is_deleted_later_gives_its_cards_to_the_new_one(ground: Ground) -> None:
    await ground.scheduled("Forum", IN_TEN_DAYS)
    old, new = ground.london, another(ground)
    await give(ground, new)
    ground.delete(old)
    await ground.sandbox.until(lambda: new.messages)
    assert heads(new.messages) == ["## Forum"]
    assert questions(ground) == []
    await ground.grace.press(new.messages[0], "Going")
    assert "1 going" in new.messages[0].text


async def test_a_poll_and_the_pinned_list_follow(ground: Ground) -> None:
    says(await set_up(ground.ruth, "#welcome", "features", upcoming="On"))
    given = {"title": "Which day?", "options": "12/03/2026 18:00, 13/03/2026 18:00"}
    asked = await use(ground.amina, "#london", "meeting poll", **given)
    if "Post the poll" in asked.text:
        asked = await ground.amina.press(asked, "Post the poll")
    says(asked)
    await ground.later()
    ground.delete(ground.london)
    await ground.sandbox.until(lambda: questions(ground))
    new = another(ground)
    await give(ground, new)
    await ground.later(timedelta(minutes=10))
    said = heads(new.messages)
    assert any("Which day?" in head for head in said)
    assert any("Coming up" in head for head in said)
    count = len(new.messages)
    await ground.go_to(ground.wall("2026-03-10T09:00"))
    assert len(new.messages) >= count
    assert failures(ground) == []


async def test_back_and_forth_nothing_comes_twice(ground: Ground) -> None:
    card = await ground.scheduled("Forum", IN_TEN_DAYS)
    old, new = ground.london, another(ground)
    for channel in (new, old, new, old):
        await give(ground, channel)
    await ground.grace.press(card, "Going")
    assert "1 going" in card.text
    await ground.go_to(ground.wall("2026-03-12T17:30"))
    assert new.messages == []
    assert [head for head in heads(old.messages) if head.startswith("## In")] == ["## In 1 hour: Forum"]


async def test_a_failed_message_is_tried_again_in_the_new_channel(ground: Ground) -> None:
    await ground.scheduled("Forum", IN_TEN_DAYS)
    ground.deny(ground.london, permissions.SEND_MESSAGES)
    await ground.go_to(ground.wall("2026-03-12T17:10"))
    (failed,) = [row for row in await ground.rows() if row.status == "failed"]
    new = another(ground)
    await give(ground, new)
    says(await tried_again(ground.ruth, "#welcome", failed.id))
    await ground.settled()
    assert heads(new.messages) == ["## In 50 minutes: Forum"]
