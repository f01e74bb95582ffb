"""What somebody does on a panel, in one call: what were options of a command are menus and forms there."""

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
