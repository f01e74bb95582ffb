"""What takes more than one press, step by step: confirmations, forms that open filled in, and panels."""

from typing import Any

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person, Place

SURE = ("Yes, move it", "Yes, cancel it")
LATER, THIS = "This one and all later ones", "Only this one"
DETAILS = ("duration", "closes", "venue", "online")


async def use(person: Person, place: Place, command: str, **values: Any) -> Answer:
    """Do what a command of earlier versions did with these options, the way it is done now; returns the last answer."""
    ways = {
        "meeting move": _sure,
        "meeting cancel": _sure,
        "meeting edit": _edit,
        "meeting host": _host,
        "meeting chase": _chase,
        "meeting checklist": _checklist,
        "meeting propose": _propose,
        "meeting poll": _poll,
        "venue check": _venue,
        "venue remove": _no_venue,
    }
    return await ways[command](person, place, command, values)


async def agree(person: Person, answer: Answer, which: str | None = None) -> Answer:
    """Say yes where somebody is asked before something is done; `which` of a series."""
    if not answer.text.startswith(("## Move ", "## Cancel ", "## Which meetings ")):
        return answer
    labels = [LATER if which == "later" else THIS] if THIS in names(answer) else SURE
    return await person.press(answer, next(label for label in labels if label in names(answer)))


def names(answer: Answer) -> list[str]:
    """Return the labels of the buttons of an answer."""
    return [item["label"] for item in _items(answer.message.components) if item.get("type") == 2]


def _items(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in components:
        found += [one, *_items(one.get("components", []))]
    return found


async def _sure(person: Person, place: Place, command: str, values: dict[str, Any]) -> Answer:
    which = values.pop("which", None)
    return await agree(person, await person.slash(place, command, **values), which)


async def _edit(person: Person, place: Place, command: str, values: dict[str, Any]) -> Answer:
    meeting, which = values.pop("meeting"), values.pop("which", None)
    if host := values.pop("host", None):
        return await _host(person, place, "", {"meeting": meeting, "member": host, "which": which})
    opened = await person.slash(place, command, meeting=meeting)
    if not opened.has_modal:
        return opened
    values = {name: str(value) for name, value in values.items()}
    if {"capacity", "note"} & values.keys() and "Title" in opened.modal.labels:
        panel = await _panel(person, place, meeting)
        opened = await person.press(panel, "Change number of places, note")
    return await agree(person, await person.submit(opened.modal, values), which)


async def _panel(person: Person, place: Place, meeting: Any) -> Answer:
    return await person.slash(place, "meeting manage", meeting=meeting)


async def _host(person: Person, place: Place, _: str, values: dict[str, Any]) -> Answer:
    panel = await _panel(person, place, values["meeting"])
    if not panel.text.startswith("## Manage"):
        return panel
    hosts = await person.press(panel, "Hosts")
    if values.get("which") == "later":
        hosts = await person.press(hosts, "This one and all later ones instead")
    menu = {
        "host": "Hand it over to someone",
        "co-host": "Share the job with someone",
        "remove": "Stop sharing it with someone",
    }[values.get("change", "host")]
    return await person.choose(hosts, menu, [values["member"]])


async def _chase(person: Person, place: Place, _: str, values: dict[str, Any]) -> Answer:
    panel = await _panel(person, place, values["meeting"])
    if not panel.text.startswith("## Manage"):
        return panel
    state = await person.press(panel, "Ask people who haven't answered")
    label = {"On": "Ask them", "Off": "Don't ask them"}.get(str(values.get("ask", "")).capitalize(), "")
    return await person.press(state, label) if label in names(state) else state


async def _checklist(person: Person, place: Place, _: str, values: dict[str, Any]) -> Answer:
    panel = await _panel(person, place, values["meeting"])
    listed = await person.press(panel, "Checklist") if panel.text.startswith("## Manage") else panel
    shown = listed
    if "add" in values:
        form = await person.press(listed, "Add a job of your own")
        days = {"days": str(values["days"])} if "days" in values else {}
        shown = await person.submit(form.modal, {"words": values["add"], **days})
    elif "item" in values:
        options = [option for one in _items(listed.message.components) for option in one.get("options", [])]
        found = next((one for one in options if one["label"].startswith(f"{values['item']}. ")), None)
        assert found is not None, listed.text
        shown = await person.choose(listed, "Look at one of them", [found["value"]])
        if "days" in values:
            form = await person.press(shown, "Change when it is due")
            shown = await person.submit(form.modal, {"days": str(values["days"])})
    if owner := values.get("owner"):
        shown = await person.choose(shown, "Hand it over to someone", [owner])
    if change := values.get("change"):
        shown = await person.press(shown, "It's done" if change == "Done" else change)
    return shown


async def _propose(person: Person, place: Place, _: str, values: dict[str, Any]) -> Answer:
    return await proposed(person, await person.slash(place, "meeting schedule", **values))


async def proposed(person: Person, answer: Answer) -> Answer:
    """Press 'Propose it to the organisers' where that is offered."""
    if not answer.text.startswith("## Propose "):
        return answer
    return await person.press(answer, "Propose it to the organisers")


async def _poll(person: Person, place: Place, command: str, values: dict[str, Any]) -> Answer:
    more = {name: values.pop(name) for name in DETAILS if name in values}
    region = values.pop("region", None)
    preview = await person.slash(place, command, **values)
    if region is not None:
        menu = "Ask another region instead" if preview.text.startswith("## Is this right") else "Choose one"
        preview = await person.choose(preview, menu, [region])
    if more and preview.text.startswith("## Is this right"):
        form = await person.press(preview, "Set length, place, online, closing")
        preview = await person.submit(form.modal, more)
    return preview


async def _venue(person: Person, place: Place, _: str, values: dict[str, Any]) -> Answer:
    """Open the form of a venue that is known, or that for a new one with its name filled in and sent."""
    known = await person.slash(place, "venue list")
    if f"**{values['venue']}**" in known.text:
        shown = await person.slash(place, "venue show", venue=values["venue"])
    else:
        form = await person.slash(place, "venue add")
        if not form.has_modal:
            return form
        shown = await person.submit(form.modal, {"name": values["venue"]})
    return (
        await person.press(shown, "Change ways in and rooms")
        if "Change ways in and rooms" in names(shown)
        else shown
    )


async def _no_venue(person: Person, place: Place, _: str, values: dict[str, Any]) -> Answer:
    shown = await person.slash(place, "venue show", venue=values["venue"])
    if "Take it off the list" not in names(shown):
        return shown
    return await person.press(await person.press(shown, "Take it off the list"), "Yes, take it off")
