"""Events are changed and taken off the list, after what was typed has been shown."""

from datetime import timedelta

from db.events.models import Event
from tests.cogs.events.steps import added, changed, typed
from tests.cogs.events.test_events import cards, go
from tests.cogs.ground import Ground, buttons, custom_ids, heads, says


async def test_a_changed_day_moves_what_depends_on_it_and_is_told(ground: Ground) -> None:
    await added(ground)
    await go(ground, ground.grace, "Going, just for me")
    answer = await changed(ground, when="9 to 10 july", place="York")
    assert "Thursday 9 July 2026 to Friday 10 July 2026" in says(answer)
    assert heads(cards(ground.london))[-1] == "## Changed: Spring course"
    assert heads(ground.grace.dms) == ["## Changed: Spring course"]
    await ground.go_to(ground.wall("2026-07-08T17:01"))
    assert heads(ground.grace.dms) == ["## Changed: Spring course", "## Tomorrow: Spring course"]


async def test_what_is_typed_is_shown_before_anybody_hears_of_it(ground: Ground) -> None:
    opened = await ground.amina.slash("#london", "events add")
    shown = await typed(ground.amina, opened, title="Open day", kind="workshop", when="4 july 10am")
    assert says(shown).startswith("## Add this?\n**Open day** (workshop)\n**When:** Saturday 4 July 2026")
    assert await ground.count(Event) == 0
    again = (await ground.amina.press(shown, "Change what I typed")).modal
    assert "4 july 10am" in again.text
    wrong = await ground.amina.submit(again, {"When": "sometimes"})
    back = (await ground.amina.press(wrong, "Change what I typed")).modal
    assert "sometimes" in back.text
    shown = await ground.amina.submit(back, {"When": "5 july"})
    assert "Sunday 5 July 2026" in says(shown)
    said = await ground.press_old(ground.ruth, ground.london, custom_ids(shown.message)[0])
    assert "no longer have what you typed" in says(said)
    text = says(await ground.amina.press(shown, "Add it"))
    assert text.startswith("### Added: Open day\nI'm posting it in its channel now.\n")
    assert await ground.count(Event) == 1


async def test_an_empty_field_takes_away_what_was_said_and_a_kept_one_stays(ground: Ground) -> None:
    await added(ground, place="York", about="The basics", when="fri 3 july 6pm to sun 5 july 2pm")
    panel = await ground.amina.slash("#london", "events show", event="1")
    assert "**Where:** York" in says(panel)
    now = says(await changed(ground, place="", apply=""))
    assert "Where" not in now
    assert "Apply by" not in now
    assert "The basics" in now
    assert "Friday 3 July 2026, 6pm to Sunday 5 July 2026, 2pm" in now


async def test_nobody_is_told_of_a_change_that_is_none(ground: Ground) -> None:
    await added(ground, about="The basics")
    panel = await ground.amina.slash("#london", "events show", event="1")
    shown = await ground.amina.submit((await ground.amina.press(panel, "Change it")).modal)
    assert "Nothing is changed yet." in says(shown)
    assert buttons(shown.message) == ["Change what I typed", "Add details or a link"]
    form = (await ground.amina.press(shown, "Add details or a link")).modal
    assert "The basics" in form.text
    shown = await ground.amina.submit(form, {"What it is about (optional)": "All of it"})
    assert "All of it" in says(shown)
    assert buttons(shown.message)[0] == "Change it and tell everyone"


async def test_what_can_not_be_added_any_more_comes_with_the_way_back_to_what_was_typed(
    ground: Ground,
) -> None:
    opened = await ground.amina.slash("#london", "events add")
    shown = await typed(ground.amina, opened, title="Open day", kind="workshop", when="today 11pm")
    ground.clock.move(timedelta(hours=20))
    refused = await ground.amina.press(shown, "Add it")
    assert "already passed" in says(refused)
    assert await ground.count(Event) == 0
    form = (await ground.amina.press(refused, "Change what I typed")).modal
    assert "today 11pm" in form.text


async def test_what_is_stored_is_what_was_shown(ground: Ground) -> None:
    opened = await ground.amina.slash("#london", "events add")
    shown = await typed(ground.amina, opened, title="Open day", kind="workshop", when="tomorrow 6pm")
    assert "Tuesday 3 March 2026, 6pm" in says(shown)
    ground.clock.move(timedelta(hours=15))
    assert "Tuesday 3 March 2026, 6pm" in says(await ground.amina.press(shown, "Add it"))


async def test_who_may_not_change_an_event_sees_it_and_no_more(ground: Ground) -> None:
    await added(ground)
    for person in (ground.siobhan, ground.grace):
        panel = await person.slash("#london", "events show", event="1")
        assert buttons(panel.message) == ["I'm going"]
    for custom_id in ("event:panel:change:1", "event:panel:remove:1", "event:panel:sure:1"):
        refused = await ground.press_old(ground.siobhan, ground.london, custom_id)
        assert "Only organisers of London" in says(refused)
    asked = await ground.grace.press(panel, "I'm going")
    await ground.grace.press(asked, "Going, just for me")
    panel = await ground.grace.slash("#london", "events show", event="1")
    assert "You are going." in says(panel)
    assert "Not going any more" in buttons((await ground.grace.press(panel, "Say if I'm going")).message)


async def test_a_removed_event_reminds_nobody(ground: Ground) -> None:
    await added(ground)
    await go(ground, ground.grace)
    panel = await ground.amina.slash("#london", "events show", event="Spring course")
    asked = await ground.amina.press(panel, "Take it off the list")
    assert says(asked).startswith("## Take Spring course off the list?")
    kept = await ground.amina.press(asked, "No, keep it")
    assert "**Spring course**" in says(kept)
    assert await ground.count(Event) == 1
    asked = await ground.amina.press(kept, "Take it off the list")
    assert "off the list" in says(await ground.amina.press(asked, "Yes, take it off"))
    await ground.go_to(ground.wall("2026-08-10T12:00"))
    assert ground.grace.dms == []
    assert len(cards(ground.london)) == 1
    gone = await ground.grace.press(cards(ground.london)[0], "I'm going")
    assert "no event with that number" in says(gone)
