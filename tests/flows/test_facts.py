"""Facts that age: checked and changed by an admin, spoken by every text, asked after a year later."""

from datetime import timedelta

from tests.flows.ground import Ground, both, buttons, says


async def checked(ground: Ground, button: str, values: dict[str, str] | None = None) -> str:
    """Have Ruth check a section of the facts; returns what she is shown then."""
    card = await ground.ruth.slash("#london", "setup facts")
    form = await ground.ruth.press(card, button)
    return says(await ground.ruth.submit(form.modal, values or {}))


@both
async def test_helplines_show_once_an_admin_has_checked_them(ground: Ground) -> None:
    before = says(await ground.grace.slash("#london", "guidance ask", topic="i want to die"))
    assert "116 123" in before
    assert "Education Support" not in before
    assert "NSPCC" not in before

    assert "Not checked yet" in says(await ground.ruth.slash("#london", "setup facts"))
    shown = await checked(ground, "Check the helplines", {"child": "", "anybody": "Shout by text to 85258"})
    assert "Checked by" in shown

    after = says(await ground.grace.slash("#london", "guidance ask", topic="i want to die"))
    assert "Shout by text to 85258" in after
    assert "116 123" not in after
    assert "08000 562 561" in after
    assert "NSPCC" not in after


async def test_a_fact_that_is_changed_stands_in_every_text_and_after_a_restart(ground: Ground) -> None:
    await checked(ground, "Check the rest", {"contact": "solidarity@example.org"})
    await ground.restart()
    asked = says(await ground.grace.slash("#london", "guidance ask", topic="asdfgh"))
    assert "solidarity@example.org" in asked
    page = says(await ground.grace.slash("#london", "campaign show", campaign="palestine"))
    assert "solidarity@example.org" in page
    piece = says(await ground.grace.slash("#london", "guidance ask", topic="Who to ask"))
    assert "international@neu.org.uk" not in asked + page + piece
    other = await ground.grace.slash("dm", "guidance ask", topic="asdfgh")
    assert "international@neu.org.uk" in other.text


async def test_another_server_keeps_its_own_facts(ground: Ground) -> None:
    await checked(ground, "Check the rest", {"contact": "solidarity@example.org"})
    assert not (await ground.running.facts.of(ground.second_guild().id)).changed


async def test_a_fact_that_can_not_be_left_out_goes_back_to_its_default(ground: Ground) -> None:
    await checked(ground, "Check the helplines", {"emergency": "112"})
    shown = await checked(ground, "Check the helplines", {"emergency": " "})
    assert "999" in shown
    assert "112" not in shown


async def test_what_is_typed_for_a_fact_is_shown_literally(ground: Ground) -> None:
    shown = await checked(ground, "Check the helplines", {"education": "**x** @everyone {contact}"})
    assert r"\*\*x\*\*" in shown
    assert "@everyone" not in shown


async def test_only_those_who_manage_the_server_change_facts(ground: Ground) -> None:
    card = await ground.ruth.slash("#london", "setup facts")
    assert buttons(card.message) == ["Check the helplines", "Check the rest"]
    answer = await ground.press_old(ground.grace, ground.london, "facts:helplines")
    assert not answer.has_modal


async def test_organisers_are_asked_after_a_year_unless_it_was_looked_at_since(ground: Ground) -> None:
    await checked(ground, "Check the helplines")
    organisers = ground.sandbox.channel("#organisers")
    await ground.jump_to(ground.clock.now() + timedelta(days=200))
    await checked(ground, "Check the helplines")
    await ground.jump_to(ground.clock.now() + timedelta(days=170))
    assert not [message for message in organisers.messages if "Is this still right?" in message.text]
    await ground.jump_to(ground.clock.now() + timedelta(days=200))
    (question,) = [message for message in organisers.messages if "Is this still right?" in message.text]
    assert "Samaritans" in question.text
    assert (await ground.ruth.press(question, "Check the helplines")).has_modal
