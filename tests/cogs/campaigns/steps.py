"""What members do for campaigns, and what is stored of it."""

from sqlalchemy import select

from bot.sandbox.people import Person
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
