"""Suggestions in the channels and in private: when they come, where not, and what their buttons do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.sandbox.world import Message, membership
from db.campaigns.models import CompletedAction, Prompt, PromptSubscription
from db.keydates.models import KeyDate
from tests.cogs.campaigns.steps import posted, privately
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.panels import set_up, settings

# Monday the 2nd is today; the first Wednesday is the 4th, and the clocks go forward on the 29th.
FIRST = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
TITLES = ["Cuba", "Palestine", "Quality Education for All", "Human and Trade Union Rights"]
HEADS = [f"## {title}: one thing to do" for title in TITLES]


async def no_key_dates(ground: Ground) -> None:
    """Switch the key dates off, since a date that is near brings its campaign forward."""
    says(await ground.amina.slash("#london", "keydates list"))  # they are made by then
    await ground.running.store.write(lambda session: session.execute(update(KeyDate).values(off=True)))


async def switched_on(ground: Ground, *, key_dates: bool = False, **more: Any) -> str:
    """Have Ruth switch suggestions on."""
    if not key_dates:
        await no_key_dates(ground)
    return says(await set_up(ground.ruth, "#welcome", "campaigns", prompts="on", **more))


async def first(ground: Ground) -> Message:
    """Return the first suggestion in #london."""
    await switched_on(ground)
    await ground.go_to(FIRST)
    return ground.london.messages[-1]


@both
async def test_each_week_at_lunch_each_campaign_in_its_turn(ground: Ground) -> None:
    text = await switched_on(ground)
    assert "**On:** every Wednesday at 12.30pm" in text
    assert "The next suggestion is on Wednesday 4 March 2026, 12.30pm" in text
    assert "**In turn:** Cuba, Palestine, Quality Education for All, Human and Trade Union Rights" in text
    await ground.go_to(FIRST - timedelta(seconds=5))
    assert ground.london.messages == []
    await ground.go_to(FIRST)
    (message,) = ground.london.messages
    assert heads([message]) == HEADS[:1]
    assert buttons(message) == ["I did this", "Next", "Not for me"]
    assert not message.pinged
    # It concerns everybody, so it stands once.
    for place in ("#wales", "#north-west", "#yorkshire"):
        assert ground.sandbox.channel(place).messages == []
    await ground.go_to(FIRST + timedelta(weeks=3))
    assert heads(ground.london.messages) == HEADS
    # After the 29th the same time by the wall is an hour earlier.
    await ground.go_to(datetime(2026, 4, 1, 11, 31, tzinfo=UTC))
    assert heads(ground.london.messages) == [*HEADS, HEADS[0]]
    assert ground.sandbox.channel("#organisers").messages == []
    assert ground.grace.dms == []


async def test_a_server_that_sets_itself_up_gets_them_after_a_week(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    says(await fresh.ruth.submit(form))
    await fresh.settled()
    await no_key_dates(fresh)
    await fresh.go_to(FIRST + timedelta(hours=1))
    welcome = fresh.sandbox.channel("#welcome")
    assert [message for message in welcome.messages if "one thing" in message.text] == []
    await fresh.go_to(FIRST + timedelta(days=7))
    assert heads(welcome.messages)[-1] == HEADS[0]
    assert [message for message in fresh.london.messages if "one thing" in message.text] == []
    assert "**On:** every Wednesday" in says(
        await fresh.ruth.slash("#welcome", "setup change", section="campaigns")
    )


async def test_set_up_says_whether_they_come(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    said = "**Suggestions for campaigns:** every Wednesday at 12.30pm"
    assert said in says(await fresh.ruth.submit(form))
    says(await set_up(fresh.ruth, "#welcome", "campaigns", prompts="off"))
    assert "**Suggestions for campaigns:** off" in says(await fresh.ruth.slash("#welcome", "setup check"))


async def test_what_it_says_fits_its_buttons(ground: Ground) -> None:
    message = await first(ground)
    words = card_text(message).splitlines()[1]
    thanks = await ground.grace.press(message, "I did this")
    assert "counted it for" in says(thanks)
    assert "you already told me that" in says(await ground.grace.press(message, "I did this"))
    assert "counted it for" in says(await ground.tomasz.press(message, "I did this"))
    another = await ground.grace.press(message, "Next")
    shown = says(another).splitlines()[1]
    assert shown != words
    assert "one thing to do" in another.text
    once_more = await ground.grace.press(another, "Next")
    assert says(once_more).splitlines()[1] not in (words, shown)
    aside = await ground.tomasz.press(message, "Not for me")
    assert f"I won't suggest this to you again: {words}" in says(aside)
    # The card itself stays as it is, and nobody is named on it.
    assert card_text(message).splitlines()[1] == words
    assert ground.grace.mention not in message.text
    rows = await ground.running.store.read(lambda session: session.scalars(select(CompletedAction)).all())
    assert {row.user_id for row in rows} == {ground.grace.id, ground.tomasz.id}


async def test_the_buttons_work_after_a_restart(ground: Ground) -> None:
    message = await first(ground)
    await ground.restart()
    assert "counted it for" in says(await ground.grace.press(message, "I did this"))
    again = await ground.grace.press(message, "Next")
    await ground.restart()
    assert "one thing to do" in says(await ground.grace.press(again, "Next"))


async def test_another_day_and_time_every_second_week_and_off(ground: Ground) -> None:
    text = await switched_on(ground, day="Friday", time="1.15pm", every=2)
    assert "every 2 weeks, on Friday at 1.15pm" in text
    await ground.go_to(datetime(2026, 3, 27, tzinfo=UTC))
    sent = await ground.rows("campaign.prompt")
    assert {row.due_at for row in sent} == {
        datetime(2026, 3, 6, 13, 15, tzinfo=UTC),
        datetime(2026, 3, 20, 13, 15, tzinfo=UTC),
    }
    answer = await set_up(ground.ruth, "#welcome", "campaigns", prompts="off")
    assert "**Off:** no suggestions are posted." in says(answer)
    before = len(ground.london.messages)
    await ground.go_to(datetime(2026, 6, 1, tzinfo=UTC))
    assert len(ground.london.messages) == before
    assert [row for row in await ground.enqueued("campaign") if row.status == "pending"] == []


async def test_switched_off_an_hour_before_nothing_comes(ground: Ground) -> None:
    await switched_on(ground)
    await ground.go_to(FIRST - timedelta(minutes=20))
    assert await ground.count(Prompt) == 1
    says(await set_up(ground.ruth, "#welcome", "campaigns", prompts="off"))
    await ground.go_to(FIRST + timedelta(hours=3))
    assert ground.london.messages == []


@pytest.mark.parametrize("time", ["3am", "nachmittags", "25:00", "x" * 20])
async def test_a_time_that_nobody_means_is_refused(ground: Ground, time: str) -> None:
    answer = await set_up(ground.ruth, "#welcome", "campaigns", time=time)
    assert "as a time. Write for example 12.30pm or 1pm" in says(answer)


async def test_school_holidays_are_left_out(ground: Ground) -> None:
    form = (await ground.ruth.slash("#welcome", "setup change", section="terms")).modal
    dates = "Spring term: 5 January 2026 to 27 March 2026\nHalf term: 9 March 2026 to 13 March 2026"
    says(await ground.ruth.submit(form, {"dates": dates}))
    assert "your school holidays" in await switched_on(ground)
    await ground.go_to(datetime(2026, 4, 20, tzinfo=UTC))
    days = {row.due_at.date().isoformat() for row in await ground.rows("campaign.prompt")}
    assert days == {"2026-03-04", "2026-03-18", "2026-03-25"}


async def test_after_an_outage_the_missed_ones_do_not_come(ground: Ground) -> None:
    await switched_on(ground)
    await ground.go_to(FIRST - timedelta(minutes=30))
    await ground.stop()
    ground.clock.move_to(FIRST + timedelta(days=15))
    await ground.start()
    await ground.settled()
    assert ground.london.messages == []
    await ground.go_to(FIRST + timedelta(days=21))
    assert heads(ground.london.messages) == HEADS[:1]


async def test_a_little_late_it_still_comes_and_says_so(ground: Ground) -> None:
    await switched_on(ground)
    await ground.go_to(FIRST - timedelta(minutes=30))
    await ground.jump_to(FIRST + timedelta(minutes=40))
    (message,) = ground.london.messages
    assert "this message is late" in message.text


async def test_a_deleted_channel_is_told_to_the_organisers_once(ground: Ground) -> None:
    await switched_on(ground)
    ground.delete(ground.london)
    await ground.go_to(FIRST + timedelta(minutes=30))
    (told,) = ground.sandbox.channel("#organisers").messages
    assert card_text(told).startswith("## The channel of London is gone")
    await ground.go_to(FIRST + timedelta(days=15))
    assert len(ground.sandbox.channel("#organisers").messages) == 1
    assert await ground.rows("campaign.prompt") == []


# Posted now.


async def test_an_organiser_posts_one_now(ground: Ground) -> None:
    answer = await posted(ground.amina, "Human and Trade Union Rights")
    assert f"I'm posting it in <#{ground.london.id}>" in says(answer)
    await ground.settled()
    assert heads(ground.london.messages) == HEADS[3:]
    wales = ground.sandbox.channel("#wales")
    says(await posted(ground.amina, "Cuba", channel=wales))
    await ground.settled()
    assert heads(wales.messages) == HEADS[:1]
    # It counts: the next by itself is none that the channel just had.
    await switched_on(ground)
    await ground.go_to(FIRST)
    assert heads(ground.london.messages) == [HEADS[3], HEADS[0]]
    assert heads(wales.messages) == HEADS[:1]


async def test_only_where_they_organise(ground: Ground) -> None:
    refused = await posted(ground.siobhan, "Cuba")
    assert "Only organisers of London" in says(refused)
    wales = ground.sandbox.channel("#wales")
    refused = await posted(ground.siobhan, "Cuba", "#north-west", wales)
    assert "Only organisers of Wales" in says(refused)
    refused = await posted(ground.siobhan, "Cuba", "#welcome")
    assert "Only organisers of" in says(refused)
    assert "I'm posting it" in says(await posted(ground.siobhan, "Cuba", "#north-west"))


async def test_a_channel_that_is_closed_to_me_is_said_at_once(ground: Ground) -> None:
    ground.deny(ground.london, 1 << 11)
    answer = await posted(ground.amina, "Cuba")
    assert "I'm missing the permission" in says(answer)
    assert await ground.count(Prompt) == 0


async def test_a_key_date_that_is_near_brings_its_campaign_forward(ground: Ground) -> None:
    await switched_on(ground, key_dates=True)
    await ground.go_to(FIRST)
    message = next(message for message in ground.london.messages if "one thing" in message.text)
    assert heads([message]) == HEADS[3:]
    assert "For International Women's Day, on Sunday 8 March 2026." in message.text
    await ground.go_to(FIRST + timedelta(days=7))
    assert [head for head in heads(ground.london.messages) if "one thing" in head] == [HEADS[3], HEADS[0]]


# In private.


async def test_in_private_for_those_who_asked_and_stopped_with_the_same_button(ground: Ground) -> None:
    await switched_on(ground)
    tip = await ground.grace.slash("#london", "campaign act")
    asked = await ground.grace.choose(tip, "Time, place and more", "Send me these in private")
    assert "From now on I'll send you one suggestion in private" in says(asked)
    await ground.go_to(FIRST)
    (sent,) = ground.grace.dms
    assert "Cuba" not in sent.text
    message = await ground.opened(ground.grace, sent)
    assert heads([message]) == HEADS[:1]
    assert ground.tomasz.dms == []
    twice = await ground.opened(ground.grace, sent)
    thanks = await ground.grace.press(message, "I did this")
    assert thanks.failed is None
    assert "counted it for this server" in thanks.text
    await ground.grace.press(twice, "Nothing about this campaign")
    await ground.go_to(FIRST + timedelta(days=7))
    second = await ground.opened(ground.grace, ground.grace.dms[-1])
    assert heads([second]) == HEADS[1:2]
    stopped = await ground.grace.press(second, "Stop sending them in private")
    assert "I won't send you suggestions in private any more" in stopped.text
    number = len(ground.grace.dms)
    await ground.go_to(FIRST + timedelta(days=21))
    assert len(ground.grace.dms) == number
    assert await ground.count(PromptSubscription) == 0


async def test_by_command_and_where_they_are_off_it_says_so(ground: Ground) -> None:
    text = await privately(ground.grace)
    assert "Suggestions are switched off in this server at the moment" in text
    mine = await ground.grace.slash("#london", "campaign mine")
    assert "**Suggestions in private: on.**" in says(mine)
    assert "won't send you suggestions in private any more" in await privately(
        ground.grace, "Stop sending them in private"
    )
    assert "weren't getting any in private" in says(
        await ground.grace.press(mine, "Stop sending them in private")
    )


async def test_who_has_left_or_wants_no_messages_gets_none(ground: Ground) -> None:
    await switched_on(ground)
    for person in (ground.grace, ground.tomasz):
        await privately(person)
    says(await settings(ground.tomasz, "#london", dms="off"))
    await ground.go_to(FIRST)
    message = await ground.opened(ground.grace, ground.grace.dms[-1])
    membership.leave(ground.sandbox.world, ground.sandbox.guild(), ground.grace.id)
    says_gone = await ground.grace.press(message, "Next")
    assert says_gone.failed is None
    assert ground.tomasz.dms == []


async def test_quiet_hours_put_it_off_until_they_are_over(ground: Ground) -> None:
    await switched_on(ground)
    await privately(ground.grace)
    says(await settings(ground.grace, "#london", quiet="12:00-15:00"))
    await ground.go_to(FIRST + timedelta(hours=2))
    assert ground.grace.dms == []
    await ground.go_to(FIRST + timedelta(hours=2, minutes=31))
    assert heads([await ground.opened(ground.grace, ground.grace.dms[0])]) == HEADS[:1]
