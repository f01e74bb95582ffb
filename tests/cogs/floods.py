"""What one member may do only so often: who does it, how, and what it needs beforehand."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.limits import LIMITS
from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db.meetings import agenda
from tests.cogs.campaigns.steps import posted
from tests.cogs.comms import steps as comms
from tests.cogs.counts import crowd
from tests.cogs.events.steps import added as event_added
from tests.cogs.ground import Ground, buttons, says
from tests.cogs.groups.test_groups import join
from tests.cogs.groups.test_plans import WHAT, opened, step
from tests.cogs.keydates.steps import added as key_date_added
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_checklist import item
from tests.cogs.meetings.test_checklist import opened as checklist
from tests.cogs.meetings.test_reports import FORM, over
from tests.cogs.network.test_twinning import looks
from tests.cogs.panels import began, listed, set_up

WHEN = "30 april 2026 6pm"
CAMPAIGNS = ("Cuba", "Palestine", "Trade Union", "Cost", "Rights")
PLACES = ("#london", "#wales", "#yorkshire", "#north-west")
Act = Callable[[int], Awaitable[Answer]]
Case = Callable[[Ground], Awaitable[tuple[Person, Act]]]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    """Declare how a member does what has the limit of this name: as the person, and what they do the n-th time."""

    def keep(made: Case) -> Case:
        CASES[name] = made
        return made

    return keep


@case("help")
async def _help(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        card = await ground.grace.slash("#london", "guidance support")
        if not buttons(card.message):
            return card
        form = await ground.grace.press(card, "Tell the organisers")
        fields = {"words": f"Somebody writes to me {number}", "to": ["organisers"], "consent": ["no"]}
        return await ground.grace.submit(form.modal, fields)

    return ground.grace, act


@case("needs")
async def _needs(ground: Ground) -> tuple[Person, Act]:
    card = await ground.scheduled(when=WHEN)

    async def act(number: int) -> Answer:
        form = await ground.grace.press(card, "Access needs")
        return await ground.grace.submit(form.modal, {"What do you need?": f"A loop, number {number}"})

    return ground.grace, act


@case("proposal")
async def _proposal(ground: Ground) -> tuple[Person, Act]:
    says(await set_up(ground.ruth, "#organisers", "proposals", proposals="on"))

    async def act(number: int) -> Answer:
        answer = await use(ground.grace, "#london", "meeting propose", title=f"Film {number}", when=WHEN)
        if "## Proposed" in answer.text:
            says(await ground.grace.press(answer, "Undo: take it back"))
        return answer

    return ground.grace, act


@case("suggestion")
async def _suggestion(ground: Ground) -> tuple[Person, Act]:
    await comms.set_up(ground)
    people = crowd(ground, LIMITS["suggestion"].most + 2)

    async def act(number: int) -> Answer:
        message = people[number].say("#london", f"Our branch raised {number} pounds")
        answer = await ground.tomasz.menu(message, "Suggest for mail-out")
        await ground.settled()
        if people[number].dms:
            asked = people[number].dms[-1]
            await people[number].press(asked, buttons(asked)[1])
        return answer

    return ground.tomasz, act


@case("contribution")
async def _contribution(ground: Ground) -> tuple[Person, Act]:
    await comms.set_up(ground)

    async def act(number: int) -> Answer:
        options = {"publication": comms.MAIL_OUT, "text": f"News {number}"}
        return await ground.grace.slash("#london", "comms contribute", **options)

    return ground.grace, act


@case("decision")
async def _decision(ground: Ground) -> tuple[Person, Act]:
    await comms.set_up(ground)
    await comms.sent(ground)

    async def act(number: int) -> Answer:
        card = await comms.desk(ground)
        wanted = "Accept" if number % 2 == 0 else "Hold over"
        return await ground.amina.press(card, wanted)

    return ground.amina, act


@case("report")
async def _report(ground: Ground) -> tuple[Person, Act]:
    await over(ground)
    form = await ground.amina.slash("#london", "meeting report", meeting="1")

    async def act(number: int) -> Answer:
        return await ground.amina.submit(form.modal, FORM | {"What was decided?": f"Motion {number}"})

    return ground.amina, act


@case("goals")
async def _goals(ground: Ground) -> tuple[Person, Act]:
    await over(ground)
    form = await ground.amina.slash("#london", "meeting report", meeting="1")
    each = 10

    async def act(number: int) -> Answer:
        lines = [f"Goal {number}.{one}; {ground.grace.mention}; 20 march" for one in range(each)]
        if number % each:
            return await ground.amina.slash("#london", "meeting show", meeting="1")
        fields = FORM | {"Goals (optional), one on each line": "\n".join(lines)}
        return await ground.amina.submit(form.modal, fields)

    return ground.amina, act


@case("task")
async def _task(ground: Ground) -> tuple[Person, Act]:
    await ground.scheduled(when=WHEN)
    await checklist(ground)

    async def act(number: int) -> Answer:
        owner = ground.grace if number % 2 else ground.tomasz
        return await checklist(ground, item=2, owner=owner)

    return ground.amina, act


@case("give_back")
async def _give_back(ground: Ground) -> tuple[Person, Act]:
    await ground.scheduled(when=WHEN)

    cards: list[Answer] = []

    async def take() -> None:
        shown = await item(ground)
        mine = "Give it back" in buttons(shown.message)
        cards.append(shown if mine else await ground.amina.press(shown, "I'll do it"))

    async def act(number: int) -> Answer:
        if not cards:
            await take()
        answer = await ground.amina.press(cards.pop(), "Give it back")
        if number < LIMITS["give_back"].most:
            await take()
        return answer

    return ground.amina, act


@case("chase")
async def _chase(ground: Ground) -> tuple[Person, Act]:
    await ground.scheduled(when=WHEN)

    async def act(number: int) -> Answer:
        ask = "Off" if number % 2 else "On"
        return await use(ground.amina, "#london", "meeting chase", meeting="1", ask=ask)

    return ground.amina, act


@case("group")
async def _group(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        place = PLACES[number % len(PLACES)]
        campaign = CAMPAIGNS[number // len(PLACES)]
        card = await ground.grace.slash(place, "campaign group", campaign=campaign)
        return await ground.grace.press(card, "Join this group")

    return ground.grace, act


async def drafted_again(ground: Ground, number: int) -> Answer:
    """Write a plan of Grace's group, as Grace."""
    if "Join this group" in buttons((card := await opened(ground.grace)).message):
        await join(ground, ground.grace)
        card = await opened(ground.grace)
    if "Start another plan" in buttons(card.message):
        card = await ground.grace.press(card, "Start another plan")
    card = await step(ground.grace, card, "1. Aim", {"What do we want to achieve?": f"Film night {number}"})
    return await step(ground.grace, card, "2. Actions", {WHAT: "Find a film"})


@case("plan")
async def _plan(ground: Ground) -> tuple[Person, Act]:
    await join(ground, ground.grace)

    async def act(number: int) -> Answer:
        card = await drafted_again(ground, number)
        return await ground.grace.press(card, "Post it to the group")

    return ground.grace, act


@case("roadmap")
async def _roadmap(ground: Ground) -> tuple[Person, Act]:
    names = ("Wales", "East Midlands", "West Midlands", "North East", "South East", "South West")

    async def act(number: int) -> Answer:
        return await began(ground.grace, "#london", region=names[number])

    return ground.grace, act


@case("contact")
async def _contact(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        options = {"district": f"District {number}", "member": ground.grace}
        return await listed(ground.amina, "#london", "district", "London", **options)

    return ground.amina, act


@case("meeting")
async def _meeting(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        return await ground.amina.slash("#london", "meeting schedule", title=f"Number {number}", when=WHEN)

    return ground.amina, act


@case("change")
async def _change(ground: Ground) -> tuple[Person, Act]:
    await ground.scheduled(when=WHEN)

    async def act(number: int) -> Answer:
        if number % 2:
            return await use(ground.amina, "#london", "meeting edit", meeting="1", venue=f"Room {number}")
        return await use(
            ground.amina, "#london", "meeting move", meeting="1", when=f"{1 + number} may 2026 6pm"
        )

    return ground.amina, act


@case("poll")
async def _poll(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        options = {"title": f"Number {number}", "options": "10 march 6pm, 12 march 7pm"}
        preview = await use(ground.amina, "#london", "meeting poll", **options)
        return await ground.amina.press(preview, "Post the poll")

    return ground.amina, act


@case("prompt")
async def _prompt(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        return await posted(ground.amina, "Cuba")

    return ground.amina, act


@case("event")
async def _event(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        return await event_added(ground, title=f"Course {number}")

    return ground.amina, act


@case("affiliation")
async def _affiliation(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        options = {"organisation": "Cuba Solidarity Campaign", "body": f"Branch {number}"}
        return await ground.grace.slash("#london", "affiliation record", status="idea", **options)

    return ground.grace, act


@case("agenda")
async def _agenda(ground: Ground) -> tuple[Person, Act]:
    for number in range(2 * LIMITS["agenda"].most // agenda.SHARE):
        await ground.scheduled(f"Number {number}", when=WHEN)

    async def act(number: int) -> Answer:
        meeting = str(1 + number // agenda.SHARE)
        return await ground.grace.slash("#london", "meeting agenda", meeting=meeting, item=f"Item {number}")

    return ground.grace, act


@case("deed")
async def _deed(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        options = {"campaign": "Cuba", "action": "assembly", "note": f"Year {number}"}
        return await ground.grace.slash("#london", "campaign done", **options)

    return ground.grace, act


@case("keydate")
async def _keydate(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        return await key_date_added(ground.amina, f"Rally {number}", "11 July 2026")

    return ground.amina, act


@case("network")
async def _network(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        answer = await ground.grace.slash("#london", "network join")
        await ground.grace.slash("#london", "network leave")
        return answer

    return ground.grace, act


@case("twinning")
async def _twinning(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        values: dict[str, Any] = {
            "name": "Hackney",
            "world": ["Latin America and the Caribbean"],
            "hopes": f"Visit {number}",
        }
        return await looks(ground, ground.grace, **values)

    return ground.grace, act


@case("venue")
async def _venue(ground: Ground) -> tuple[Person, Act]:
    async def act(number: int) -> Answer:
        form = (await ground.amina.slash("#london", "venue add")).modal
        return await ground.amina.submit(form, {"Name": f"House {number}", "Toilets": "accessible"})

    return ground.amina, act
