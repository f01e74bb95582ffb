"""Nothing typed into a form is lost: whatever refuses it, a button brings it back for an hour, for the writer alone."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.discord_client.given_back import given_back
from bot.sandbox.answer import Answer
from bot.sandbox.interactions import Modal
from bot.sandbox.people import Person
from cogs.common.typed import EACH, MOST, Typed
from tests.cogs.audiences import FORMS, stored, things
from tests.cogs.ground import MONDAY, Ground, buttons, custom_ids, says
from tests.cogs.guidance.test_help_arrives import a_member_of_their_own, form_of, open_to_members
from tests.cogs.meeting_panels import use
from tests.cogs.panels import settings

AGAIN = "Change what I typed"
WORDS = "Words that nobody should have to type twice"
LONG = WORDS + "x" * 6_000
"""More than Discord's own client lets anybody type into any field."""


# A note to the organisers.


@pytest.mark.parametrize("how", [open_to_members, a_member_of_their_own])
async def test_a_note_whose_channel_others_read_by_then_comes_back_and_reaches_the_admins(
    ground: Ground, how: Any
) -> None:
    modal = await form_of(ground)
    await how(ground)
    refused = await ground.grace.submit(modal, {"words": WORDS, "to": ["organisers"], "consent": ["yes"]})
    assert buttons(refused.message) == [AGAIN]
    again = (await ground.grace.press(refused, AGAIN)).modal
    held = {str(part["component"]["custom_id"]): part["component"] for part in again.components}
    assert held["words"]["value"] == WORDS
    assert [option["value"] for option in held["to"]["options"]] == ["admins"]
    assert [one["value"] for one in held["consent"]["options"] if one.get("default")] == ["yes"]
    answer = await ground.grace.submit(again, {"to": ["admins"]})
    assert "Passed on" in says(answer)
    await ground.settled()
    assert WORDS in (await ground.opened(ground.ruth, ground.ruth.dms[-1])).text


async def test_what_comes_back_is_its_writers_alone_and_kept_for_an_hour(ground: Ground) -> None:
    modal = await form_of(ground)
    await open_to_members(ground)
    refused = await ground.grace.submit(modal, {"words": WORDS, "to": ["organisers"], "consent": ["no"]})
    (button,) = custom_ids(refused.message)
    others = await ground.press_old(ground.tomasz, ground.london, button)
    assert "only for you" in says(others)
    assert WORDS not in str(await stored(ground))
    ground.clock.move(timedelta(minutes=59))
    assert WORDS in (await ground.press_old(ground.grace, ground.london, button)).modal.text
    ground.clock.move(timedelta(minutes=2))
    assert "for an hour" in says(await ground.press_old(ground.grace, ground.london, button))


async def test_an_erasure_takes_what_was_typed_too(ground: Ground) -> None:
    modal = await form_of(ground)
    await open_to_members(ground)
    refused = await ground.grace.submit(modal, {"words": WORDS, "to": ["organisers"], "consent": ["no"]})
    (button,) = custom_ids(refused.message)
    says(await settings(ground.grace, "#london", reminders="none"))
    erased = await ground.grace.slash("#london", "privacy erase")
    await ground.grace.press(erased, "Delete everything about me")
    await ground.sandbox.until(lambda: len(ground.running.part(Typed)) == 0)
    assert "no longer have" in says(await ground.press_old(ground.grace, ground.london, button))


def test_what_is_kept_is_bounded() -> None:
    kept = Typed()
    words = [
        kept.keep(1, "form:x:", {"a": LONG, "b": LONG, "c": LONG, "d": LONG}, now=MONDAY)
        for _ in range(EACH + 3)
    ]
    assert [kept.find(word, 1, now=MONDAY) is not None for word in words] == [False] * 3 + [True] * EACH
    found = kept.find(words[-1], 1, now=MONDAY)
    assert found is not None
    assert sum(len(value) for value in found.fields.values()) == 12_000
    for number in range(2, MOST + 20):
        kept.keep(number, "form:x:", {"a": "x"}, now=MONDAY)
    assert len(kept) == MOST
    kept.keep(1, "form:x:", {"a": "x"}, now=MONDAY + timedelta(hours=1))
    assert len(kept) == 1


# Every form. One has menus alone: there is nothing to type into it.

TYPED_INTO = [name for name in FORMS if name != "digest:{guild}"]


def texts_of(modal: Modal) -> dict[str, str]:
    """Return what stands in the text fields of a form."""
    fields = [part["component"] for part in modal.components]
    return {field["custom_id"]: field.get("value") or "" for field in fields if field["type"] == 4}


async def forged(
    ground: Ground, person: Person, custom_id: str, words: str, *, cut: bool = False
) -> tuple[Answer, dict[str, int]]:
    """Send a form with the same words in each field, `cut` to what it takes, and the first of each of its choices.

    Returns the answer, and how much each text field takes.
    """
    opened = await ground.press_old(person, ground.london, "help:tell")
    parts = ground.running.rebuilt(custom_id).to_dict()["components"]
    values: dict[str, Any] = {}
    most: dict[str, int] = {}
    for number, part in enumerate(parts):
        field = part["component"]
        part["id"], field["id"] = 2 * number + 1, 2 * number + 2
        name = field["custom_id"]
        if field["type"] == 4:
            most[name] = field.get("max_length") or 4_000
            values[name] = words[: most[name]] if cut else words
            field |= {"required": False, "max_length": 10_000}
        elif field["type"] == 3:
            values[name] = [option["value"] for option in field["options"]][: max(1, field["min_values"])]
        else:
            field |= {"required": False}
    modal = Modal(opened.modal.interaction, custom_id, "Forged", parts)
    return await person.submit(modal, values), most


async def whose(ground: Ground, name: str) -> tuple[Person, str]:
    """Return who sends a form, and its custom_id; of some there has to be the thing that it is about."""
    if name.startswith("meeting:"):
        asked = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
        return ground.amina, (await ground.amina.press(asked, AGAIN)).modal.custom_id
    if name.startswith("venue:"):
        opened = await use(ground.amina, "#london", "venue check", venue="Town hall")
        return ground.amina, opened.modal.custom_id
    person = ground.ruth if name.partition(":")[0] in {"setup", "terms", "facts"} else ground.amina
    return person, f"form:{name}".replace("{guild}", str(ground.sandbox.guild().id))


@pytest.mark.parametrize("name", TYPED_INTO)
async def test_more_than_a_form_takes_is_refused_in_words_stored_nowhere_and_comes_back(
    ground: Ground, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await things(ground)
    person, custom_id = await whose(ground, name)
    before = await stored(ground)
    refused, most = await forged(ground, person, custom_id, LONG)
    assert "reference" not in says(refused)
    assert WORDS not in refused.text
    assert await stored(ground) == before
    assert WORDS not in caplog.text
    again = (await person.press(refused, AGAIN)).modal
    assert again.custom_id == custom_id
    assert texts_of(again) == {field: LONG[:room] for field, room in most.items()}


@pytest.mark.parametrize("name", TYPED_INTO)
async def test_the_most_that_a_form_takes_is_done_or_refused_whole(
    ground: Ground, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await things(ground)
    person, custom_id = await whose(ground, name)
    before = await stored(ground)
    answer, _ = await forged(ground, person, custom_id, LONG, cut=True)
    assert "reference" not in says(answer)
    assert WORDS not in caplog.text
    after = await stored(ground)
    done = {table for table in after if after[table] != before[table]} - {"draft", "limit_use"}
    back = [label for label in buttons(answer.message) if label == AGAIN]
    assert not (done and back)
    assert done or buttons(answer.message)


# What is refused before anybody looks at it: too busy, too fast, on the way to a stop.


def busy(ground: Ground) -> None:
    ground.running.admission.most_waiting = 0
    ground.running.admission._bound = 0.0  # pyright: ignore[reportPrivateUsage] - as when so many wait already


def restarting(ground: Ground) -> None:
    ground.running.admission.closing = True


def too_fast(ground: Ground) -> None:
    limit = ground.running.admission._people  # pyright: ignore[reportPrivateUsage] - tests press faster than any person
    limit.burst = 1
    assert limit.takes(ground.grace.id, asyncio.get_running_loop().time())


@pytest.mark.parametrize("how", [busy, restarting, too_fast])
async def test_a_form_that_is_not_even_begun_goes_back_with_the_refusal(ground: Ground, how: Any) -> None:
    modal = await form_of(ground)
    how(ground)
    typed = f"{WORDS}\n- *one* ```two``` @everyone"
    refused = await ground.grace.submit(modal, {"words": typed, "to": ["organisers"], "consent": ["yes"]})
    assert refused.ephemeral
    words, copy_it = str(ground.texts(f"errors.{how.__name__}")), str(ground.texts("errors.copy_it"))
    assert refused.text == f"{words} {copy_it}\n```\n{WORDS}\n- *one* '''two''' @everyone\n```"
    assert len(ground.running.part(Typed)) == 0


def test_what_goes_back_fits_into_a_message_and_is_of_forms_alone() -> None:
    labels = [
        {"type": 18, "component": {"type": 4, "value": words}} for words in ("a" * 4_000, " ", "b" * 4_000)
    ]
    chosen = {"type": 18, "component": {"type": 3, "values": ["organisers"]}}
    form = {"type": 5, "data": {"components": [*labels, chosen]}}
    first, second = (embed["description"] for embed in given_back(form))
    assert first == f"```\n{'a' * 4_000}\n```"
    assert set(second) == set("`\nb")
    assert 5_000 < len(first) + len(second) < 6_000
    assert given_back(form | {"type": 3}) == []
