"""`/mine` over the wire: what waits for somebody, and that each line's button does it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.sandbox.answer import Answer
from db.groups.models import Plan, PlanAction, WorkingGroup, WorkingGroupMember
from db.meetings.models import Goal
from db.membership.models import Network, NetworkMember
from db.network.models import Roadmap, RoadmapStep
from tests.cogs.ground import Ground, buttons, custom_ids, says
from tests.cogs.meeting_panels import use


async def full(ground: Ground) -> None:
    """Create one thing of each kind that waits for Grace, and things that do not."""
    grace, amina = ground.grace, ground.amina
    says(await grace.slash("#london", "network join", region="London"))
    await ground.scheduled("Past meeting", "today 12pm", host=grace)
    says(await ground.tomasz.slash("#london", "meeting answer", meeting="1", choice="Going"))
    await ground.go_to(ground.clock.now() + timedelta(hours=5))
    await ground.scheduled("To answer", "thursday 6pm")
    await ground.scheduled("Answered", "friday 6pm")
    await ground.scheduled("Elsewhere", "friday 7pm", "#wales")
    says(await grace.slash("#london", "meeting answer", meeting="3", choice="Maybe"))
    preview = await use(
        amina, "#london", "meeting poll", title="Which day", options="14 april 6pm, 15 april 6pm"
    )
    says(await amina.press(preview, "Post the poll"))
    says(await use(amina, "#london", "meeting checklist", meeting="2", add="Bring the banner", owner=grace))
    guild_id, now = ground.sandbox.guild().id, ground.clock.now()

    def store(session: Session) -> None:
        for owner, words in ((grace.id, "Write to the council"), (amina.id, "Somebody else's goal")):
            session.add(
                Goal(guild_id=guild_id, region_id=1, meeting_id=1, words=words, owner_id=owner, made_at=now)
            )
        group = WorkingGroup(guild_id=guild_id, region_id=1, topic="campaign:cuba", name="Cuba", made_at=now)
        session.add(group)
        session.flush()
        session.add(WorkingGroupMember(group_id=group.id, user_id=grace.id, joined_at=now))
        plan = Plan(group_id=group.id, state="active", made_at=now, changed_at=now)
        session.add(plan)
        session.flush()
        session.add(PlanAction(plan_id=plan.id, number=1, words="Print leaflets", owner_id=grace.id))
        wales = session.query(Network).filter_by(guild_id=guild_id, name="Wales").one()
        roadmap = Roadmap(network_id=wales.id, started_by=grace.id, started_at=now)
        session.add(roadmap)
        session.flush()
        session.add(RoadmapStep(roadmap_id=roadmap.id, number=1, name="others", owner_id=grace.id))
        assert session.query(NetworkMember).count() >= 1

    await ground.running.store.write(store)


LABELS = [
    "Write the report",
    "See the task",
    "Answer",
    "See it",
    "Vote",
    "It's done",
    "It's done",
    "See the step",
]


async def test_mine_has_a_line_and_a_button_for_each_thing_that_waits(ground: Ground) -> None:
    await full(ground)
    answer = await ground.grace.slash("#london", "mine")
    text = says(answer)
    for words in ("Past meeting", "To answer", "Answered", "Which day", "Bring the banner", "Print leaflets"):
        assert words in text
    assert "Write to the council" in text
    for words in ("Elsewhere", "Somebody else's goal"):
        assert words not in text
    assert sorted(buttons(answer.message)[:8]) == sorted(LABELS)
    for custom_id in custom_ids(answer.message)[:8]:
        fresh = await ground.grace.slash("#london", "mine")
        pressed: Answer = await ground.grace.press(fresh, custom_id)
        assert pressed.failed is None
        assert pressed.has_modal or "belongs to an earlier version" not in pressed.text, custom_id


async def test_a_series_is_one_question_and_what_nobody_answered_needs_no_report(ground: Ground) -> None:
    await ground.scheduled("Weekly chat", "every tuesday 5pm", host=ground.grace)
    await ground.scheduled("Film night", "friday 6pm")
    says(await ground.grace.slash("#london", "network join", region="London"))
    says(await ground.grace.slash("#london", "meeting answer", meeting="Film night", choice="Maybe"))
    shown = says(await ground.grace.slash("#london", "mine"))
    assert shown.count("Weekly chat") == 1
    assert "**Film night** (Friday 6 March, 6pm). You said maybe." in shown
    await ground.go_to(ground.wall("2026-03-10T19:00"))
    assert "report" not in says(await ground.grace.slash("#london", "mine"))


async def test_what_was_done_waits_no_longer(ground: Ground) -> None:
    await full(ground)
    answer = await ground.grace.slash("#london", "mine")
    done = [one for one in custom_ids(answer.message) if one.startswith(("goal:done", "action:done"))]
    for custom_id in done:
        says(await ground.grace.press(await ground.grace.slash("#london", "mine"), custom_id))
    text = says(await ground.grace.slash("#london", "mine"))
    assert "Write to the council" not in text
    assert "Print leaflets" not in text


async def test_mine_works_in_a_direct_message(ground: Ground) -> None:
    await full(ground)
    answer = await ground.grace.slash("dm", "mine")
    assert answer.failed is None
    assert "To answer" in answer.text
    shown = await ground.grace.press(answer, "Answer")
    assert "## To answer" in shown.text
    assert "Can't come" in buttons(shown.message)


async def test_nobody_elses_business_waits(ground: Ground) -> None:
    await full(ground)
    answer = await ground.cerys.slash("#wales", "mine")
    assert "Nothing is waiting for you here" in says(answer)
    assert "One thing to do" in buttons(answer.message)
