"""What members do for campaigns, and what is stored about it."""

from sqlalchemy import select

from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from bot.sandbox.world import Channel
from db.campaigns.models import CompletedAction
from tests.cogs.ground import Ground, says

ASSEMBLY = "Give an assembly on how schools in Cuba work, and what is hard for children and teachers there."


async def done(
    ground: Ground, person: Person, action: str = "assembly", place: str = "#london", **more: str
) -> str:
    answer = await person.slash(place, "campaign done", **{"campaign": "Cuba", "action": action, **more})
    return says(answer)


async def deeds(ground: Ground) -> list[CompletedAction]:
    return list(
        await ground.running.store.read(
            lambda session: session.scalars(select(CompletedAction).order_by(CompletedAction.id)).all()
        )
    )


async def fitting(person: Person, campaign: str, time: str, place: str) -> Answer:
    """Ask for one thing to do, and say how much time there is and where."""
    answer = await person.slash("#london", "campaign act", campaign=campaign)
    answer = await person.choose(answer, "Time, place and more", time)
    return await person.choose(answer, f"{time}, any place", place)


async def managed(person: Person, campaign: str, place: str = "#london") -> Answer:
    """Choose a campaign on the panel; return its card, or why there is none."""
    answer = await person.slash(place, "campaign manage")
    return await person.choose(answer, "Choose a campaign", campaign)


async def switched(ground: Ground, campaign: str, to: str) -> str:
    """Switch a campaign on or off, as Amina."""
    return says(await ground.amina.press(await managed(ground.amina, campaign), f"Switch it {to}"))


async def posted(
    person: Person, campaign: str, place: str = "#london", channel: Channel | None = None
) -> Answer:
    """Post a suggestion now, in this channel unless another is given."""
    form = (await person.press(await managed(person, campaign, place), "Post a suggestion now")).modal
    return await person.submit(form, {"In which channel": channel} if channel else {})


async def privately(person: Person, button: str = "Send me these in private") -> str:
    """Get suggestions in private, or stop them, on the card of what one did."""
    return says(await person.press(await person.slash("#london", "campaign mine"), button))
