"""What the tests of the communications desk have in common."""

from typing import Any

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Channel, Message
from db.comms.models import Contribution
from tests.cogs.ground import Ground, card_text, says

MAIL_OUT = "ISO Monday Morning Mail-Out"
ORGANISERS = "#organisers"


LABELS = {
    "name": "What it is called",
    "audience": "Who reads it (optional)",
    "cadence": "How often it comes out",
    "deadline": "Deadline (optional)",
    "editor": "Editor (optional)",
    "calls": "Where should I ask members?",
    "channel": "Which channel? (optional)",
    "ahead": "How many days before the deadline",
}
CALLS = {
    "regions": "In the channel for everyone, or its region's",
    "channel": "In one channel only",
    "off": "Nowhere",
}


async def set_up(ground: Ground, **options: Any) -> str:
    """Set the Mail-Out up, as Amina."""
    options = {"deadline": "every thursday 4pm"} | options
    calls = {name: options.pop(name) for name in ("calls", "channel", "ahead") if name in options}
    answer = await changed(ground.amina, MAIL_OUT, **options)
    if calls and not answer.text.startswith("#"):
        return says(answer)
    if calls:
        form = (await ground.amina.press(answer, "Set when I ask members")).modal
        calls["calls"] = CALLS[calls.get("calls", "regions")]
        answer = await ground.amina.submit(form, {LABELS[name]: said for name, said in calls.items()})
    return says(answer)


async def panel(person: Person, publication: str, place: str = "#london") -> Answer:
    """Open how a publication is set up."""
    answer = await person.slash(place, "comms desk", publication=publication)
    return await person.press(answer, "Set deadline and editor")


async def changed(person: Person, publication: str, place: str = "#london", **typed: Any) -> Answer:
    """Change what is said of a publication; what is not given stays as it was filled in."""
    form = (await person.press(await panel(person, publication, place), "Change it")).modal
    return await person.submit(form, {LABELS[name]: said for name, said in typed.items()})


async def newsletter(person: Person, place: str, **typed: Any) -> Answer:
    """Add a local newsletter."""
    form = (await person.press(await person.slash(place, "comms desk"), "Add a newsletter")).modal
    return await person.submit(form, {LABELS[name]: said for name, said in typed.items()})


async def taken_off(person: Person, publication: str, place: str = "#london") -> Answer:
    """Take a publication off the calendar, and say yes when asked."""
    asked = await person.press(await panel(person, publication, place), "Take it off the calendar")
    assert says(asked).startswith("## Take ")
    return await person.press(asked, "Yes, take it off")


async def sent(ground: Ground, text: str = "We held an assembly on Cuba.", **more: object) -> str:
    """Have Grace send something in for the Mail-Out."""
    answer = await ground.grace.slash("#london", "comms contribute", publication=MAIL_OUT, text=text, **more)
    return says(answer)


async def desk(ground: Ground, person: Person | None = None, item: int | None = None) -> Answer:
    """Open the desk of the Mail-Out, at one piece if its number is given."""
    person = person or ground.amina
    answer = await person.slash("#london", "comms desk", publication=MAIL_OUT)
    return (
        await person.choose(answer, "See another contribution", [str(item)]) if item is not None else answer
    )


def files(ground: Ground, answer: Answer) -> dict[str, str]:
    """Return the files of an answer, by the ending of their names."""
    world = ground.sandbox.world
    return {
        file["filename"].rpartition(".")[2]: world.files[file["url"].removeprefix(world.base_url)][1].decode()
        for message in answer.messages
        for file in message.attachments
    }


def calls(channel: Channel) -> list[Message]:
    """Return the calls for contributions in a channel."""
    return [one for one in channel.messages if card_text(one).startswith("## Have you got something for")]


async def suggested(ground: Ground, words: str = "Our branch raised 300 pounds!") -> Message:
    """Have Tomasz suggest a message of Grace's; returns the question to her."""
    message = ground.grace.say("#london", words)
    answer = await ground.tomasz.menu(message, "Suggest for mail-out")
    assert "I have asked" in says(answer)
    await ground.settled()
    return ground.grace.dms[-1]


async def stored_words(ground: Ground) -> list[str]:
    return await ground.running.store.read(
        lambda session: [one.words for one in session.query(Contribution).all()]
    )


async def accepted(ground: Ground, *words: str, **more: object) -> None:
    for one in words:
        await sent(ground, one, **more)
        card = await desk(ground)
        await ground.amina.press(card, "Accept")


async def compiled(ground: Ground, *, last: bool = False) -> Answer:
    return await ground.amina.press(
        await desk(ground), "Get the last draft again" if last else "Get the draft"
    )
