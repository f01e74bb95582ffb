"""What has to be done before a meeting: opened, shared out, nudged, done, and moved when the meeting moves."""

from datetime import timedelta

from sqlalchemy import select

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.meetings.models import ChecklistItem
from db.models import Audit
from tests.cogs.ground import Ground, both, buttons, card_text, heads, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import settings

WHEN = "30 april 2026 6pm"
NUDGED = "## Is it done? Room"


async def opened(ground: Ground, person: Person | None = None, **options: object) -> Answer:
    return await use((person or ground.amina), "#london", "meeting checklist", meeting="Spring", **options)


async def item(ground: Ground, number: int = 2) -> Answer:
    """Look at one item of the list as Amina does; the room, unless told."""
    shown = await opened(ground)
    value = next(
        option["value"]
        for part in shown.message.walk()
        if part["type"] == 3
        for option in part["options"]
        if option["label"].startswith(f"{number}. ")
    )
    return await ground.amina.choose(shown, "Look at one of them", [value])


@both
async def test_the_toolkits_tips_are_a_list_with_days_counted_from_the_meeting(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    text = says(await opened(ground))
    assert text.startswith("## Checklist: Spring meeting\n0 of 8 done.")
    assert "1. **Approval, where money is needed**: by Thursday 2 April 2026, nobody yet" in text
    assert "8. **Materials**: by Monday 27 April 2026" in text
    for title in ("Room", "Speaker", "Tell the key people", "Other networks invited", "Access", "Publicity"):
        assert f"**{title}**" in text
    says(await opened(ground))
    assert await ground.count(ChecklistItem) == 8
    says(await use(ground.amina, "#london", "meeting move", meeting="Spring", when="28 may 2026 6pm"))
    assert "by Thursday 30 April 2026" in says(await opened(ground))


@both
async def test_an_item_is_handed_over_nudged_and_done_in_private_after_a_restart(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    given = await ground.amina.choose(await item(ground), "Hand it over to someone", [str(ground.grace.id)])
    assert f"{ground.grace.mention} is doing this" in says(given)
    await ground.settled()
    (asked,) = ground.grace.dms
    assert card_text(asked).startswith("## Can you do this? Room")
    assert "Book it, and confirm it" in asked.text
    await ground.go_to(ground.wall("2026-03-30T09:01"))
    assert heads(ground.grace.dms)[1:] == [NUDGED]
    await ground.restart()
    done = await ground.grace.press(ground.grace.dms[-1], "It's done")
    assert f"done by Grace Owusu ({ground.grace.mention})" in done.text
    await ground.go_to(ground.wall("2026-04-30T12:00"))
    assert len(ground.grace.dms) == 2
    assert "1 of 8 done." in says(await opened(ground))


async def test_nudges_follow_the_meeting_and_end_with_it(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    says(await opened(ground, item=2, owner="grace"))
    says(await use(ground.amina, "#london", "meeting move", meeting="Spring", when="28 may 2026 6pm"))
    await ground.go_to(ground.wall("2026-04-26T12:00"))
    assert NUDGED not in heads(ground.grace.dms)
    await ground.go_to(ground.wall("2026-04-27T09:01"))
    assert heads(ground.grace.dms).count(NUDGED) == 1
    says(await use(ground.amina, "#london", "meeting cancel", meeting="Spring"))
    await ground.go_to(ground.wall("2026-05-28T12:00"))
    assert heads(ground.grace.dms).count(NUDGED) == 1


async def test_three_nudges_are_all_and_none_after_the_meeting_began(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    says(await opened(ground, item=2, owner="grace"))
    says(await opened(ground, item=8, owner="grace"))
    await ground.go_to(ground.wall("2026-05-05T12:00"))
    assert heads(ground.grace.dms).count(NUDGED) == 3
    assert heads(ground.grace.dms).count("## Is it done? Materials") == 3


async def test_given_back_the_host_hears_of_it(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    says(await opened(ground, item=2, owner="grace"))
    await ground.settled()
    back = await ground.grace.press(ground.grace.dms[-1], "Give it back")
    assert "nobody yet" in back.text
    await ground.settled()
    assert card_text(ground.amina.dms[-1]).startswith("## Given back: Room")
    assert ground.grace.mention not in ground.amina.dms[-1].text
    assert (
        "by Thursday 2 April 2026, nobody" in (await ground.amina.press(ground.amina.dms[-1], "See it")).text
    )
    await ground.go_to(ground.wall("2026-04-30T12:00"))
    assert NUDGED not in heads(ground.grace.dms)


async def test_organisers_take_items_and_put_their_own_on_the_list(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    taken = await ground.amina.press(await item(ground), "I'll do it")
    assert f"{ground.amina.mention} is doing this" in says(taken)
    assert ground.amina.dms == []
    added = says(await opened(ground, add="Book **BSL** interpreters", owner="grace", days=21))
    assert added.startswith("## 9. Book \\*\\*BSL\\*\\* interpreters")
    text = says(await opened(ground))
    assert f"by Thursday 9 April 2026, {ground.grace.mention} is doing this" in text
    changed = says(await opened(ground, item=9, days=2))
    assert "by Tuesday 28 April 2026" in changed
    assert "not needed, says" in says(await opened(ground, item=3, change="Not needed"))
    assert "nobody yet" in says(await opened(ground, item=3, change="Open it again"))
    form = await ground.amina.press(await item(ground, 9), "Change when it is due")
    assert form.modal.values() == {"Days before the meeting": "2"}
    assert "isn't a number of days" in says(await ground.amina.submit(form.modal, {"days": "two"}))
    whole = await ground.amina.press(await item(ground), "See the whole list")
    assert says(whole).startswith("## Checklist: Spring meeting")


async def test_a_list_that_is_longer_than_a_menu_has_two(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    for number in range(9, 31):
        await opened(ground, add=f"Thing {number}")
    assert "the most it can have" in says(await opened(ground, add="One more"))
    await ground.restart()
    for name, label in (
        ("Look at one of them", "25. Thing 25"),
        ("Look at one of the others", "30. Thing 30"),
    ):
        shown = await ground.amina.choose(await opened(ground), name, [label])
        assert says(shown).startswith(f"## {label}")


async def test_members_see_and_change_only_what_is_theirs(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    assert "Only the hosts" in says(await opened(ground, ground.grace))
    says(await opened(ground, item=2, owner="grace"))
    text = says(await opened(ground, ground.grace))
    assert "**Room**" in text
    assert "Speaker" not in text
    for custom_id in ("check:2:take", "check:3:done", "check:3:show", "checkform:1:0", "checkform:1:2"):
        assert "Only the hosts" in says(await ground.press_old(ground.grace, ground.london, custom_id))
    assert "done by" in says(await opened(ground, ground.grace, item=2, change="Done"))


async def test_whoever_has_no_messages_is_not_written_to(ground: Ground) -> None:
    await settings(ground.grace, "#london", dms="off")
    await ground.scheduled(when=WHEN)
    says(await opened(ground, item=2, owner="grace"))
    await ground.go_to(ground.wall("2026-04-20T12:00"))
    assert ground.grace.dms == []


async def test_closed_messages_are_told_to_the_organisers_and_hurt_nothing(ground: Ground) -> None:
    ground.grace.close_dms()
    await ground.scheduled(when=WHEN)
    says(await opened(ground, item=2, owner="grace"))
    await ground.later()
    assert f"{ground.grace.mention} is doing this" in says(await opened(ground))
    await ground.go_to(ground.wall("2026-03-09T09:01"))
    told = ground.sandbox.channel("#organisers").messages[-1]
    assert heads([told]) == ["## 1 member gets no reminders"]
    assert str(ground.grace.id) not in told.text


async def test_who_did_what_is_kept(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    says(await opened(ground, item=2, owner="grace"))
    says(await opened(ground, ground.grace, item=2, change="Done"))
    found = await ground.running.store.read(
        lambda session: [
            (one.action, one.actor_id)
            for one in session.scalars(select(Audit).where(Audit.action.startswith("checklist")))
        ]
    )
    assert found == [("checklist.assign", ground.amina.id), ("checklist.done", ground.grace.id)]


async def test_forged_and_old_buttons_find_nothing(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    says(await opened(ground))
    assert "no longer on the list" in says(
        await ground.press_old(ground.amina, ground.london, "check:99:done")
    )
    other = ground.second_guild()
    branch = next(iter(other.channels.values()))
    assert "no longer on the list" in says(await ground.press_old(ground.grace, branch, "check:2:done"))
    ground.clock.move_to(ground.clock.now() + timedelta(days=90))
    late = await ground.press_old(ground.amina, ground.london, "check:2:take")
    assert "has started or is cancelled" in says(late)


async def test_when_an_owner_is_erased_the_list_stays_without_them(ground: Ground) -> None:
    await ground.scheduled(when=WHEN)
    says(await opened(ground, item=2, owner="grace"))
    says(await opened(ground, item=3, owner="grace"))
    says(await opened(ground, ground.grace, item=3, change="Done"))
    shown = says(await ground.grace.slash("#london", "privacy show"))
    assert "Jobs on meeting checklists" in shown
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    text = says(await opened(ground))
    assert ground.grace.mention not in text
    assert "**Room**: by Thursday 2 April 2026, nobody yet" in text
    assert "**Speaker**: done by a former member" in text
    await ground.go_to(ground.wall("2026-04-20T12:00"))
    assert NUDGED not in heads(ground.grace.dms)
    assert buttons((await item(ground)).message)[0] == "It's done"
