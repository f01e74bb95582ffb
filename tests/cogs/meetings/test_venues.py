"""What is known about access to a place: found out once, shown on every meeting there, unknowns in words."""

from datetime import timedelta

from db.meetings.models import Venue
from tests.cogs.ground import Ground, both, buttons, card_text, says
from tests.cogs.meeting_panels import use

FIRST = {
    "How to find it": "Mabledon Place, by King's Cross",
    "Step-free access": "yes, by the side door",
    "Toilets": "accessible, ground floor.",
}
SECOND = {"Food": "halal, vegan", "Public transport": "bus 73"}


async def checked(ground: Ground, name: str = "Hamilton House") -> str:
    """Have Amina find out about a venue, in both forms."""
    form = (await use(ground.amina, "#london", "venue check", venue=name)).modal
    answer = await ground.amina.submit(form, FIRST)
    assert "Step-free access: yes, by the side door." in says(answer)
    form = (await ground.amina.press(answer, "Change travel, food, faith, online")).modal
    return says(await ground.amina.submit(form, SECOND))


@both
async def test_a_venue_is_checked_over_two_forms_and_every_meeting_there_shows_it(ground: Ground) -> None:
    before = await ground.scheduled("Before", venue="hamilton house, 2nd floor")
    assert "not known yet" in before.text
    text = await checked(ground)
    assert "Food: halal, vegan." in text
    assert "Not known yet: hearing loop, quiet room, parking, religious needs, joining online." in text
    await ground.settled()
    after = await ground.scheduled("After", "friday 6pm", venue="Hamilton House")
    for card in (before, after):
        assert "**Access at Hamilton House:**" in card.text
        assert "- Step-free access: yes, by the side door." in card.text
        assert "- Toilets: accessible, ground floor." in card.text
        assert (
            "- Not known yet: hearing loop, quiet room, parking, religious needs, joining online."
            in card.text
        )
        assert f"by Amina Begum ({ground.amina.mention})" in card.text
        assert "Mabledon Place" in card.text
        assert "more than a year" not in card.text
        assert not card.pinned_at
    assert "**Where:** hamilton house, 2nd floor. Mabledon Place" in before.text


async def test_a_change_reaches_the_cards_that_are_out(ground: Ground) -> None:
    await checked(ground)
    card = await ground.scheduled(venue="Hamilton House")
    form = (await use(ground.amina, "#london", "venue check", venue="hamilton house")).modal
    assert form is not None
    assert form.values()["Step-free access"] == "yes, by the side door"
    await ground.restart()
    says(await ground.amina.submit(form, {"Hearing loop": "main hall", "Step-free access": ""}))
    await ground.settled()
    assert "- Hearing loop: main hall." in card.text
    assert "Not known yet: step-free access, quiet room" in card.text
    assert await ground.count(Venue) == 1


async def test_what_is_said_of_one_meeting_stands_beside_what_is_known_of_the_place(ground: Ground) -> None:
    await checked(ground)
    card = await ground.scheduled(venue="Hamilton House", access="BSL interpreter booked")
    assert card.text.index("BSL interpreter booked") < card.text.index("**Access at Hamilton House:**")
    says(await use(ground.amina, "#london", "meeting edit", meeting="Spring", venue="Somewhere else"))
    await ground.settled()
    assert "Hamilton House" not in card.text
    says(await use(ground.amina, "#london", "meeting edit", meeting="Spring", venue="Hamilton House"))
    await ground.settled()
    assert "**Access at Hamilton House:**" in card.text


async def test_a_card_does_not_say_both_that_there_is_something_and_that_there_is_not(ground: Ground) -> None:
    await checked(ground)
    again = (await use(ground.amina, "#london", "venue check", venue="hamilton house")).modal
    assert again is not None
    says(await ground.amina.submit(again, {"Hearing loop": "none"}))
    card = await ground.scheduled(venue="Hamilton House", access="Step-free, hearing loop")
    assert "**Access:** Step-free\n" in card.text
    assert "Hearing loop: none" not in card.text
    assert "- Hearing loop: not certain, as the meeting and the list of venues disagree." in card.text
    assert f"Please ask Amina Begum ({ground.amina.mention})." in card.text


async def test_after_a_year_it_says_so_until_somebody_looks_again(ground: Ground) -> None:
    await checked(ground)
    ground.clock.move_to(ground.clock.now() + timedelta(days=400))
    card = await ground.scheduled(venue="Hamilton House")
    assert "That was more than a year ago, so please check before you rely on it." in card.text
    assert "more than a year ago" in says(await ground.grace.slash("#london", "venue list"))
    shown = await ground.amina.slash("#london", "venue show", venue="hamilton house")
    assert "more than a year ago" not in says(await ground.amina.press(shown, "Checked: all still correct"))
    await ground.settled()
    assert "more than a year ago" not in card.text


async def test_known_venues_are_offered_while_a_meeting_is_scheduled(ground: Ground) -> None:
    await checked(ground)
    await checked(ground, "St Mary's Hall")
    for command, more in (("meeting schedule", {"title": "x", "when": "friday"}), ("venue show", {})):
        found = await ground.amina.autocomplete("#london", command, focus="venue", venue="mary", **more)
        assert [choice.name for choice in found] == ["St Mary's Hall"]
    found = await ground.amina.autocomplete("#london", "venue show", focus="venue", venue="")
    assert [choice.name for choice in found] == ["Hamilton House", "St Mary's Hall"]


async def test_members_see_it_and_only_organisers_change_it(ground: Ground) -> None:
    await checked(ground)
    shown = await ground.grace.slash("#london", "venue show", venue="Hamilton House")
    assert "halal" in says(shown)
    assert buttons(shown.message) == []
    for custom_id in ("venue:1:0", "venue:1:same"):
        assert "Only organisers" in says(await ground.press_old(ground.grace, ground.london, custom_id))
    assert "no longer on the list" in says(
        await ground.press_old(ground.amina, ground.london, "venue:99:same")
    )


async def test_a_venue_taken_off_leaves_the_meeting_its_words(ground: Ground) -> None:
    await checked(ground)
    card = await ground.scheduled(venue="Hamilton House")
    says(await use(ground.amina, "#london", "venue remove", venue="Hamilton House"))
    await ground.settled()
    assert "**Where:** Hamilton House" in card.text
    assert "not known yet" in card.text
    assert "I can't find the venue Hamilton House here" in says(
        await ground.grace.slash("#london", "venue show", venue="Hamilton House")
    )


async def test_a_name_that_is_almost_right_is_answered_with_the_right_one(ground: Ground) -> None:
    await checked(ground)
    answer = await ground.grace.slash("#london", "venue show", venue="Hamiltn House")
    assert "Did you mean Hamilton House?" in says(answer)
    answer = await use(ground.amina, "#london", "venue check", venue="...")
    assert "1 to 100 characters" in says(answer)


async def test_formatting_and_pings_in_what_is_typed_are_shown_as_typed(ground: Ground) -> None:
    form = (await use(ground.amina, "#london", "venue check", venue="**Bold** @everyone")).modal
    says(await ground.amina.submit(form, {"Step-free access": "[click](https://x.org) <@&1>"}))
    card = await ground.scheduled(venue="**Bold** @everyone")
    assert "\\*\\*Bold\\*\\*" in card.text
    assert "\\[click\\]" in card.text
    assert not card.pinged


async def test_venues_of_another_server_are_out_of_reach(ground: Ground) -> None:
    await checked(ground)
    other = ground.second_guild()
    branch = next(iter(other.channels.values()))
    role = next(role for role in other.roles.values() if role.id != other.id)
    chosen = {
        "organisers_channel": [str(branch.id)],
        "regions": [str(branch.id)],
        "organisers": [str(role.id)],
    }
    form = (await ground.ruth.slash(branch, "setup start")).modal
    await ground.ruth.submit(form, chosen)
    assert "No venue is on the list yet" in says(await ground.ruth.slash(branch, "venue list"))
    assert "no longer on the list" in says(await ground.press_old(ground.ruth, branch, "venue:1:same"))


async def test_when_who_checked_is_erased_the_details_stay_without_them(ground: Ground) -> None:
    await checked(ground)
    card = await ground.scheduled(venue="Hamilton House", host="grace")
    asked = await ground.amina.slash("#london", "privacy erase")
    await (await ground.amina.press(asked, "Delete everything about me")).final()
    text = says(await ground.grace.slash("#london", "venue show", venue="Hamilton House"))
    assert "halal" in text
    assert ground.amina.mention not in text
    await ground.settled()
    assert "by a former member" in card.text
    assert ground.amina.mention not in card.text


# Who hears that what is known of a place has changed.


async def told(ground: Ground, details: dict[str, str], venue: str = "Hamilton House") -> str:
    """Have Amina change what is known of a venue."""
    form = (await use(ground.amina, "#london", "venue check", venue=venue)).modal
    return says(await ground.amina.submit(form, details))


@both
async def test_who_comes_to_a_meeting_there_hears_once_and_the_editor_reads_how_many(ground: Ground) -> None:
    await checked(ground)
    first = await ground.scheduled("Forum", "12/03/2026 18:00", venue="Hamilton House, 2nd floor")
    second = await ground.scheduled("Reading", "13/03/2026 18:00", venue="hamilton house")
    elsewhere = await ground.scheduled("Film", "14/03/2026 18:00", venue="Town hall")
    for card in (first, second):
        await ground.grace.press(card, "Going")
    await ground.imran.press(first, "Can't come")
    await ground.tomasz.press(elsewhere, "Going")
    await ground.later()
    seen = {name: len(ground.sandbox.person(name).dms) for name in ("grace", "imran", "tomasz", "amina")}
    posted = len(ground.london.messages)
    text = await told(ground, {"Step-free access": "none, the lift is broken"})
    assert "tell 1 person who is coming to a meeting there" in text
    await told(ground, {"Step-free access": "none, the lift is broken", "Toilets": "none"})
    await ground.later(timedelta(minutes=5))
    news = ground.grace.dms[seen["grace"] :]
    assert sorted(card_text(one).splitlines()[0] for one in news) == [
        "## Changed: Forum",
        "## Changed: Reading",
    ]
    for one in news:
        assert "The details of the place have changed: step-free access, toilets." in one.text
        assert "Step-free access: none, the lift is broken." in one.text
    for name in ("imran", "tomasz", "amina"):
        assert len(ground.sandbox.person(name).dms) == seen[name]
    assert len(ground.london.messages) == posted
    assert "none, the lift is broken" in first.text


async def test_what_is_checked_and_still_holds_or_is_taken_back_at_once_is_told_to_nobody(
    ground: Ground,
) -> None:
    await checked(ground)
    card = await ground.scheduled("Forum", "12/03/2026 18:00", venue="Hamilton House")
    text = await told(ground, {"Toilets": "none"})
    assert "I won't tell anyone" in text
    await ground.grace.press(card, "Going")
    await ground.later()
    said = len(ground.grace.dms)
    shown = await ground.amina.slash("#london", "venue show", venue="Hamilton House")
    says(await ground.amina.press(shown, "Checked: all still correct"))
    await told(ground, {"Toilets": "accessible"})
    await told(ground, {"Toilets": "none"})
    await ground.later(timedelta(minutes=15))
    assert len(ground.grace.dms) == said


async def test_a_place_that_is_checked_first_or_taken_off_the_list_is_told_to_those_who_come(
    ground: Ground,
) -> None:
    card = await ground.scheduled("Forum", "12/03/2026 18:00", venue="Hamilton House")
    await ground.grace.press(card, "Going")
    await told(ground, {"Step-free access": "yes"})
    await ground.later(timedelta(minutes=5))
    assert "There are new details about the place: step-free access." in ground.grace.dms[-1].text
    text = says(await use(ground.amina, "#london", "venue remove", venue="Hamilton House"))
    assert "tell 1 person who is coming to a meeting there" in text
    await ground.later(timedelta(minutes=5))
    assert "have been removed" in ground.grace.dms[-1].text


async def test_a_reminder_that_was_sent_says_what_is_known_of_the_place_now(ground: Ground) -> None:
    await checked(ground)
    card = await ground.scheduled("Forum", "12/03/2026 18:00", venue="Hamilton House")
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall("2026-03-12T17:15"))
    await told(ground, {"Step-free access": "none today"})
    await ground.later(timedelta(minutes=5))
    (reminder,) = [one for one in ground.grace.dms if "Updated:" in one.text]
    assert "none today" in reminder.text
    assert card_text(ground.grace.dms[-1]).startswith("## Changed: Forum")
