"""Campaigns over the wire: lists and pages, one thing to do, what was done, and what organisers change."""

from tests.flows.ground import Ground, both, buttons, says


async def test_the_list_and_a_page(ground: Ground) -> None:
    text = says(await ground.grace.slash("#london", "campaign list"))
    print(text)
    text = says(await ground.grace.slash("#london", "campaign show", campaign="cuba"))
    print(text)
    answer = await ground.grace.slash("#london", "campaign act", time="5 minutes", place="online")
    print(says(answer), buttons(answer.message))
    answer = await ground.grace.press(answer, "I did this")
    print(says(answer), buttons(answer.message))
    text = says(await ground.grace.slash("#london", "campaign progress"))
    print(text)
    text = says(await ground.grace.slash("#london", "campaign mine"))
    print(text)
