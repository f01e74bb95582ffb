"""Events are added and changed with the form, which is shown before anybody hears of it."""

from typing import Any

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from tests.cogs.ground import Ground

COURSE: dict[str, Any] = {
    "title": "Spring course",
    "kind": "course",
    "when": "2 to 3 july",
    "apply": "12 june",
}
FIRST = {
    "title": "What it is called",
    "kind": "What kind of event is it?",
    "when": "When",
    "place": "Where (optional)",
    "apply": "Last day to apply (optional)",
}
MORE = {"about": "What it is about (optional)", "link": "Link (optional)"}


async def typed(person: Person, form: Answer, *, everywhere: bool = False, **said: Any) -> Answer:
    """Fill the form in, on both pages; return what is shown before it is stored, or what is wrong."""
    answer = await person.submit(form.modal, {FIRST[name]: said[name] for name in FIRST if name in said})
    if answer.text.startswith("## ") and (more := {MORE[name]: said[name] for name in MORE if name in said}):
        answer = await person.submit((await person.press(answer, "Add details or a link")).modal, more)
    return await person.press(answer, "For every region") if everywhere else answer


async def added(ground: Ground, person: Person | None = None, at: str = "#london", **more: Any) -> Answer:
    """Add a course of two days in July for London, as Amina."""
    person = person or ground.amina
    opened = await person.slash(at, "events add")
    answer = await typed(person, opened, **{**COURSE, **more})
    if answer.text.startswith("## Add this?"):
        answer = await person.press(answer, "Add it")
    await ground.settled()
    return answer


async def changed(ground: Ground, event: str = "1", **said: Any) -> Answer:
    """Have Amina change an event; what is not said stays as it was filled in."""
    panel = await ground.amina.slash("#london", "events show", event=event)
    answer = await typed(ground.amina, await ground.amina.press(panel, "Change it"), **said)
    answer = await ground.amina.press(answer, "Change it and tell everyone")
    await ground.settled()
    return answer
