"""Key dates are shown from the list, and shown before they are stored."""

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from tests.cogs.ground import Ground, buttons

MORE = {
    "do": "What members can do on it (optional)",
    "campaign": "Campaign or pillar (optional)",
    "region": "Only this region (optional)",
}


async def added(person: Person, name: str, date: str, *, place: str = "#london", **more: str) -> Answer:
    """Add a key date on the first day that its words can mean; return what came of it."""
    answer = await person.slash(place, "keydates add", name=name, date=date)
    if more and "Say more about it" in buttons(answer.message):
        form = (await person.press(answer, "Say more about it")).modal
        answer = await person.submit(form, {MORE[field]: words for field, words in more.items()})
    if "Say more about it" in buttons(answer.message):
        answer = await person.press(answer, buttons(answer.message)[0])
    return answer


async def shown(person: Person, name: str, *, place: str = "#london") -> Answer:
    """Choose a key date under the list."""
    answer = await person.slash(place, "keydates list")
    options = [
        option["value"]
        for part in answer.message.walk()
        for option in part.get("options", [])
        if option["label"].startswith(name)
    ]
    return await person.choose(answer, "See what you can do on one", options[0])


async def switched(ground: Ground, name: str, to: str) -> str:
    """Have Amina switch a key date on or off."""
    answer = await ground.amina.press(await shown(ground.amina, name), f"Switch it {to}")
    return answer.text


async def prompted(person: Person, *, place: str = "#london", region: str = "", **typed: str) -> Answer:
    """Change when the channels hear of key dates, or show it."""
    answer = await person.slash(place, "keydates list")
    answer = await person.press(answer, "See the reminders")
    if region:
        return await person.choose(answer, "A region's own key dates: on or off", region)
    if not typed:
        return answer
    labels = {"to": "On or off", "before": "How long before", "at": "At what time"}
    form = (await person.press(answer, "Change it")).modal
    return await person.submit(form, {labels[name]: words for name, words in typed.items()})
