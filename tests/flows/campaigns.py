"""What members do for campaigns, and what is stored of it."""

from sqlalchemy import select

from bot.sandbox.people import Person
from db.models import Deed
from tests.flows.ground import Ground, says

ASSEMBLY = (
    "Give an assembly on how schools in Cuba work, and what makes it hard for children and teachers there."
)


async def done(
    ground: Ground, person: Person, action: str = "assembly", place: str = "#london", **more: str
) -> str:
    answer = await person.slash(place, "campaign done", campaign="Cuba", action=action, **more)
    return says(answer)


async def deeds(ground: Ground) -> list[Deed]:
    return list(
        await ground.running.store.read(lambda session: session.scalars(select(Deed).order_by(Deed.id)).all())
    )


async def act_in(ground: Ground, place: str, campaign: str, number: int) -> None:
    """Have so many things be done."""
    actions = ["mail-out", "newsletter", "speaker", "something else"]
    people = [ground.grace, ground.tomasz, ground.imran, ground.cerys, ground.amina]
    for one in range(number):
        person = people[one % len(people)]
        says(
            await person.slash(
                place,
                "campaign done",
                campaign=campaign,
                action=actions[one // len(people)],
                note=f"secret {one}",
            )
        )
