"""What somebody does on a panel, in one call: menus and forms there replace options of commands."""

from typing import Any

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person, Place


async def settings(person: Person, place: Place, **values: Any) -> Answer:
    """Change what is given of `dms`, `reminders`, `quiet` and `zone` on the panel of /settings mine."""
    answer = await person.slash(place, "settings mine")
    if (dms := values.pop("dms", None)) is not None:
        answer = await person.choose(answer, "settings:dms", [dms])
    if values:
        form = await person.press(answer, "Change times")
        answer = await person.submit(form.modal, values)
    return answer


async def set_up(person: Person, place: Place, section: str, **values: Any) -> Answer:
    """Change what is given in a section of /setup change: fields of its form, or what its buttons switch."""
    answer = await person.slash(place, "setup change", section=section)
    if answer.has_modal:
        return await person.submit(answer.modal, values)
    if section == "campaigns" and values:
        form = await person.press(answer, "Change day and time")
        return await person.submit(form.modal, values)
    for name, to in values.items():
        answer = await person.press(answer, f"feature:{name}:{to.lower()}")
    return answer


async def listed(person: Person, place: Place, kind: str, region: str, **values: Any) -> Answer:
    """List a 'representative' or a 'district' contact on the card of /network contacts."""
    answer = await person.slash(place, "network contacts", region=region)
    form = await person.press(
        answer, {"representative": "Add a representative", "district": "Add a district contact"}[kind]
    )
    return await person.submit(form.modal, {n: [v] if n == "member" else v for n, v in values.items()})


async def standing(person: Person, place: Place, region: str, status: str) -> Answer:
    """Say how a network stands on the card of /network contacts."""
    answer = await person.slash(place, "network contacts", region=region)
    return await person.choose(answer, "Where this network is up to", [status])


async def role_chosen(person: Person, place: Place, region: str, *roles: Any) -> Answer:
    """Choose the role of a network, or none, on the card of /network contacts."""
    answer = await person.slash(place, "network contacts", region=region)
    form = await person.press(answer, "Choose its role")
    return await person.submit(form.modal, {"role": [*roles]})


async def began(person: Person, place: Place, **region: str) -> Answer:
    """Begin a network, or look at one that was begun."""
    answer = await person.slash(place, "network start", **region)
    return await person.press(answer, "Start this network") if "Nobody has told me" in answer.text else answer


async def cleared(person: Person, place: Place) -> Answer:
    """Delete somebody's interests, on the card of /interests set."""
    asked = await person.press(await person.slash(place, "interests set"), "Delete my interests")
    return await person.press(asked, "Yes, delete them")


async def found_about(person: Person, place: Place, name: str) -> Answer:
    """Look who shares one interest."""
    answer = await person.slash(place, "interests find")
    return await person.choose(answer, "interests:about:0", [name])


async def newcomers(person: Person, place: Place) -> Answer:
    """Look how newcomers are getting on, on the card of /welcome start."""
    return await person.press(await person.slash(place, "welcome start"), "See how newcomers are getting on")


async def tried_again(person: Person, place: Place, number: int) -> Answer:
    """Try a failed message again, by its button on the card of /admin deliveries."""
    return await person.press(await person.slash(place, "admin deliveries"), f"retry:{number}")


async def steps(person: Person, place: Place) -> Answer:
    """Start the welcome steps, or go on with them; organisers are asked first whether they mean that."""
    answer = await person.slash(place, "welcome start")
    if "Show me the steps" in answer.text:
        answer = await person.press(answer, "Show me the steps")
    return answer
