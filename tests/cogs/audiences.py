"""Every button, menu and form once, as in old messages, and a server where each has something to act on.

One that a feature declares is in it by itself, with 1 for each number; it is written out where that says too little.
"""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Bot, features
from bot.sandbox.answer import Answer
from bot.sandbox.checks.messages import Draft
from bot.sandbox.people import Person
from bot.sandbox.world import Channel, membership, posting
from cogs.common.audience import Declared, Who
from cogs.common.buttons import Button, Component, annotated, part
from cogs.common.buttons import declared as components
from cogs.common.forms import Form
from cogs.common.forms import declared as forms
from db.interests.models import Introduction
from db.meetings.models import Goal
from db.privacy.leaving import has_left
from db.privacy.personal_data import tables
from tests.cogs.comms.steps import changed as publication_changed
from tests.cogs.events.steps import added as event_added
from tests.cogs.ground import Ground, says
from tests.cogs.meeting_panels import use
from tests.cogs.panels import began, set_up

SECRET = "Occupy the town hall"
"""Stands in everything that there is, so that whoever is told anything is told this."""

OWN_BUTTONS = (
    "advice:boundaries",
    "affiliation:agenda:{guild}:1",
    "affiliation:remove:{guild}:1",
    "another:{guild}:cuba:a:---",
    "aside:{guild}:cuba::back",
    "aside:{guild}:cuba::put",
    "campaign:all:{guild}:cuba:",
    "campaign:manage:one:cuba",
    "check:1:done",
    "check:1:show",
    "checkform:1:0",
    "comms:agree:1:no",
    "comms:agree:1:yes",
    "comms:desk:1:0",
    "comms:edit:setup:1",
    "comms:item:1:accept",
    "comms:item:1:decline",
    "comms:withdraw:9",
    "comms:write:1:0",
    "contact:add:1:district",
    "contact:off:9",
    "contact:remove:9",
    "deed:note:9",
    "deed:undo:9",
    "did:{guild}:cuba:other",
    "do:guidance tip",
    "door:near",
    "event:linked:{guild}:1",
    "feed:new:0",
    "group:join:1:campaign:cuba",
    "interests:allow:map:on",
    "interests:ask:",
    "keydate:agenda:1:2026-05-01",
    "keydate:off:1",
    "keydate:pick:1:0",
    "notforme:{guild}:cuba:",
    "organisation:add:0",
    "pick:1:0",
    "privacy:former:147747796830000000",
    "privately:{guild}:off",
    "privately:{guild}:on",
    "report:1:0",
    "roadmap:1:1:done",
    "roadmap:1:1:show",
    "series:{guild}:next",
    "series:{guild}:stop",
    "step:{guild}:hello:done",
    "suggest-ask:1:1773000000",
    "suggest-plan:1:1773000000:1",
    "twinning:remove:9:ask",
    "venue-off:1:yes",
    "venue:1:same",
    "welcome:go:{guild}",
)
OWN_MENUS = (
    "comms:at:0",
    "comms:piece:0:1",
    "affiliation:one:0",
    "affiliation:see:0",
    "aside:back:0",
    "campaign:one:0",
    "campaign:see:0",
    "agenda-off:1:0",
    "did-one:0:cuba",
    "do-with:meeting show",
    "fit:{guild}:time:---",
    "keydate:region:0",
    "keydate:see:0",
    "contact:pick:0",
    "interests:about:0",
    "network:next:0:{guild}",
    "goal-pick:0",
    "pings:0",
    "retry:pick:0",
    "twinning:pick:0",
)
OWN_FORMS = (
    "campaign-place:cuba",
    "campaign-post:cuba",
    "campaign:",
    "checkform:1.0",
    "contact:1.district",
    "deed:9",
    "do:meeting vote.poll",
    "event:first.0.0",
    "facts:union",
    "groups:1.4",
    "help:",
    "publication:1.union",
    "venue:venue.1.0",
)
"""After 'form:': the name of the form and its state."""

TRIED = ("1", "cuba", "2026-03-05", "0123456789abcdef")


def example(cls: type[Any], root: type[Any]) -> list[str]:
    """Return a value for each part of a custom_id, as its annotation allows: 1, or the first of its choices."""
    parts = [(field, *part(kind)[1:]) for field, kind in annotated(cls, root)]
    return [
        "{guild}"
        if field == "guild"
        else next(one for one in (*TRIED, *pattern.split("|")) if re.fullmatch(pattern, one))
        for field, pattern, optional in parts
        if not optional
    ]


def others(*, buttons: bool) -> Iterator[str]:
    """Yield a custom_id of each button, or of each menu, of which none is written out."""
    own = [one.replace("{guild}", "1") for one in (*OWN_BUTTONS, *OWN_MENUS)]
    for cls in components():
        if issubclass(cls, Button) is buttons and not any(
            map(cls.__discord_ui_compiled_template__.fullmatch, own)
        ):
            name = cls._name  # pyright: ignore[reportPrivateUsage] - of our own class
            yield ":".join([name, *example(cls, Component)])


features()
BUTTONS = tuple(sorted([*OWN_BUTTONS, *others(buttons=True)]))
MENUS = (*OWN_MENUS, *others(buttons=False))
FORMS = (
    *OWN_FORMS,
    *(
        f"{cls.name}:{'.'.join(example(cls, Form))}"
        for cls in forms()
        if not any(one.partition(":")[0] == cls.name for one in OWN_FORMS)
    ),
)
"""Those that are written out, and one of each other that a feature declares."""
OF_ORGANISERS = {
    "stillright:{guild}:1",
    "alive:{guild}:1",
    "check:1:done",
    "check:1:show",
    "checkform:1:0",
    "checks:1",
    "comms:desk:1:0",
    "comms:item:1:accept",
    "comms:edit:setup:1",
    "comms:item:1:decline",
    "comms:piece:0:1",
    "goal:done:{guild}:1",
    "hold:{guild}:1",
    "poll-close:{guild}:1",
    "poll-open:{guild}:1",
    "poll-settle:{guild}:1:1",
    "poll-withdraw:{guild}:1",
    "proposal-no:{guild}:1",
    "proposal-yes:{guild}:1",
    "roadmap:1:1:done",
    "checkgive:1",
    "checkpick:1",
    "form:comms-decline:1",
    "form:decline:{guild}.1",
    "form:groups:1.1",
    "form:report:1",
}
"""What only hosts, owners and organisers may, as the commands for it; the rest every present member may."""


def declared(bot: Bot, custom_id: str) -> Declared:
    """Return what a custom_id is rebuilt to, as the bot does it."""
    if custom_id.startswith("form:"):
        form = bot.rebuilt(custom_id)
        assert isinstance(form, Declared)
        return form
    found = bot.views.found(custom_id)
    assert found is not None, custom_id
    factory, match = found
    made = factory.__new__(factory)
    assert isinstance(made, Declared)
    if isinstance(made, Component):
        made.read(match)
    return made


def everything(ground: Ground) -> list[str]:
    """Return every custom_id, with the number of the server."""
    every = [*BUTTONS, *MENUS, *(f"form:{one}" for one in FORMS)]
    return [one.replace("{guild}", str(ground.sandbox.guild().id)) for one in every]


def for_members(ground: Ground) -> list[str]:
    """Return those that act on a server for its members, wherever they are used."""
    bot = ground.running
    return [one for one in everything(ground) if declared(bot, one).audience.who is Who.MEMBERS]


def for_organisers(ground: Ground) -> list[str]:
    """Return those that only hosts, owners and organisers may use."""
    return [one.replace("{guild}", str(ground.sandbox.guild().id)) for one in sorted(OF_ORGANISERS)]


async def things(ground: Ground) -> None:
    """Create what the buttons act on, each with the number 1, made and owned by Amina, Tomasz and Grace."""
    amina, tomasz, grace, ruth = ground.amina, ground.tomasz, ground.grace, ground.ruth
    says(await set_up(ruth, "#london", "proposals", proposals="on"))
    options = {"title": SECRET, "when": "thursday 6pm", "repeat": "every thursday", "host": tomasz}
    says(await amina.slash("#london", "meeting schedule", **options))
    says(await use(amina, "#london", "meeting checklist", meeting="1"))
    times = "friday 6 march 6pm, saturday 7 march 6pm"
    preview = await use(amina, "#london", "meeting poll", title=SECRET, options=times)
    says(await amina.press(preview, "Post the poll"))
    says(await use(grace, "#london", "meeting propose", title=SECRET, when="friday 24 april 6pm"))
    says(await publication_changed(amina, "Educate", deadline="every thursday 4pm", editor=amina))
    says(await grace.slash("#london", "comms contribute", publication="Educate", text=SECRET))
    options = {"organisation": "csc", "body": SECRET, "status": "idea"}
    says(await tomasz.slash("#london", "affiliation record", **options))
    says(await event_added(ground, title=SECRET, when="1 may 2026", kind="conference", apply=""))
    says(await began(ground.cerys, "#wales"))
    await ground.settled()
    guild_id, now = ground.sandbox.guild().id, ground.clock.now()

    def store(session: Session) -> None:
        session.add(
            Goal(guild_id=guild_id, region_id=1, meeting_id=1, words=SECRET, owner_id=grace.id, made_at=now)
        )
        session.add(
            Introduction(
                guild_id=guild_id,
                asker_id=grace.id,
                asked_id=tomasz.id,
                topics=["campaign:cuba"],
                asked_at=now,
                expires_at=now + timedelta(days=7),
            )
        )

    await ground.running.store.write(store)
    await ground.settled()


async def leaves(ground: Ground, person: Person) -> None:
    """Take somebody out of the server, and return once the bot has noted it."""
    membership.leave(ground.sandbox.world, ground.sandbox.guild(), person.id)
    await noted_as_gone(ground, person)


async def noted_as_gone(ground: Ground, person: Person) -> None:
    """Return once the bot has stored that somebody left, and has sent what follows from it."""
    await sent_by_anybody(ground)
    async with asyncio.timeout(10):
        while not await ground.running.store.read(has_left, person.id, guild_id=ground.sandbox.guild().id):
            await ground.running.inbox.drained()
            await asyncio.sleep(0)
    await sent_by_anybody(ground)


async def sent_by_anybody(ground: Ground) -> None:
    """Return once all that is due is sent, for servers of other processes too, which waits for a lease to run out."""
    sender = ground.running.sender
    leases = timedelta(seconds=2 * sender.settings.lease_seconds)
    ground.clock.move(leases)
    settling = asyncio.create_task(ground.settled())
    while settling not in (await asyncio.wait({settling}, timeout=0.05))[0]:
        # What is due only now waits for a lease of its own, which would end by itself after a minute.
        if not sender.in_flight_count:
            ground.clock.move(leases)
    await settling


async def used(ground: Ground, person: Person, place: Channel, custom_id: str) -> Answer:
    """Use a button, menu or form of an old message."""
    if custom_id.startswith("form:"):
        opened = await ground.press_old(person, place, "deed:note:9")
        return await person.submit(ground.forged(opened.modal, custom_id), {"What did you do?": "x"})
    if (
        not custom_id.startswith(("agenda-off", "check", "comms:piece", "network:next", "poll-on"))
        or custom_id in BUTTONS
    ):
        return await ground.press_old(person, place, custom_id)
    menu: dict[str, Any] = {
        "type": 5 if custom_id.startswith("checkgive") else 3,
        "custom_id": custom_id,
        "id": 2,
    }
    if menu["type"] == 3:
        menu["options"] = [{"label": "It", "value": "yes" if custom_id.startswith("poll") else "1"}]
    draft = Draft(components=[{"type": 1, "id": 1, "components": [menu]}])
    old = posting.post(ground.sandbox.world, place, ground.sandbox.world.bot, draft)
    chosen = ground.imran.id if menu["type"] == 5 else menu["options"][0]["value"]
    return await person.choose(old, custom_id, [chosen])


async def stored(ground: Ground) -> dict[str, list[str]]:
    """Return all that is stored, but for what says how a message was sent."""
    await ground.settled()

    def load(session: Session) -> dict[str, list[str]]:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
            for table in tables()
        }

    return await ground.running.store.read(load)
