"""What the tests of the communications desk have in common."""

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Channel, Message
from db.comms.models import Contribution
from tests.cogs.ground import Ground, card_text, says

MAIL_OUT = "ISO Monday Morning Mail-Out"
ORGANISERS = "#organisers"


async def set_up(ground: Ground, **options: object) -> str:
    """Have Amina set the Mail-Out up."""
    options = {"deadline": "every thursday 4pm"} | options
    return says(await ground.amina.slash("#london", "comms set", publication=MAIL_OUT, **options))


async def sent(ground: Ground, text: str = "We held an assembly on Cuba.", **more: object) -> str:
    """Have Grace send something in for the Mail-Out."""
    answer = await ground.grace.slash("#london", "comms contribute", publication=MAIL_OUT, text=text, **more)
    return says(answer)


async def desk(ground: Ground, person: Person | None = None, **more: object) -> Answer:
    return await (person or ground.amina).slash("#london", "comms items", publication=MAIL_OUT, **more)


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
    return [one for one in channel.messages if card_text(one).startswith("## Something for")]


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


async def compiled(ground: Ground, **more: object) -> Answer:
    return await ground.amina.slash("#london", "comms compile", publication=MAIL_OUT, **more)
