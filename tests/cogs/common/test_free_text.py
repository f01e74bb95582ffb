"""Free text from any door: nothing that shows nothing is stored, and nothing longer than its field."""

import unicodedata
from typing import Any

import pytest
from discord import AppCommandOptionType, ui
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from cogs.common.forms import LONGEST_FIELD, SAY_GAPS, Form
from db import privacy
from db.privacy.personal_data import tables, texts_of
from tests.cogs.audiences import FORMS
from tests.cogs.common.test_rights import options_of, unhide
from tests.cogs.ground import Ground
from tests.tree import Tree

BLANK = "\u200b\u2800\u00ad\u202e"
# Rows that the first look at a feature makes of the content.
ON_DEMAND = ("publication", "network")
NASTY = "Spr\u202eing\u200b \U000e0041\x7fmeeting"


def invisible(words: str) -> list[str]:
    """Return what of a text nobody sees."""
    return [ascii(one) for one in words if unicodedata.category(one) in ("Cf", "Cc", "Co") and one != "\n"]


async def test_a_required_option_that_shows_nothing_is_refused_and_nothing_is_stored(
    ground: Ground, tree: Tree
) -> None:
    unhide(ground)
    ground.manager(ground.imran)
    await ground.scheduled()
    tried = 0
    for command in tree.commands():
        given = options_of(command)
        for parameter in command.parameters:
            if (
                not parameter.required
                or parameter.type is not AppCommandOptionType.string
                or parameter.choices
            ):
                continue
            before = await ground.running.store.read(privacy.size)
            answer = await ground.imran.slash(
                "#london", command.qualified_name, **given | {parameter.display_name: BLANK}
            )
            said = f"/{command.qualified_name} {parameter.display_name}: {answer.text}"
            assert answer.failed is None, said
            assert "reference" not in answer.text, said
            after = await ground.running.store.read(privacy.size)
            changed = {table for table in after if after[table] != before[table]}
            assert changed <= {"draft", *ON_DEMAND}, said
            tried += 1
    assert tried > 20


def free_texts(session: Session) -> list[str]:
    """Return every text that is stored, in whichever table."""
    found: list[str] = []
    for table in tables():
        if columns := texts_of(table):
            found += [str(value) for row in session.execute(select(*columns)) for value in row if value]
    return found


async def test_no_option_of_any_command_stores_what_nobody_sees(ground: Ground, tree: Tree) -> None:
    unhide(ground)
    ground.manager(ground.imran)
    card = await ground.scheduled(NASTY)
    assert "Spring meeting" in card.text
    for command in tree.commands():
        given = options_of(command)
        for parameter in command.parameters:
            if parameter.type is AppCommandOptionType.string and not parameter.choices:
                typed = given | {parameter.display_name: f"{given.get(parameter.display_name, '')}{NASTY}"}
                answer = await ground.imran.slash("#london", command.qualified_name, **typed)
                assert answer.failed is None
                assert "reference" not in answer.text, f"/{command.qualified_name}: {answer.text}"
    await ground.until_settled()
    stored = await ground.running.store.read(free_texts)
    assert any("Spring meeting" in words for words in stored)
    assert [words for words in stored if invisible(words)] == []
    said = [
        message.text for channel in ground.sandbox.world.channels.values() for message in channel.messages
    ]
    assert [words for words in said if "\u202e" in words or "\x7f" in words] == []


async def test_forms_and_menus_store_nothing_that_nobody_sees(ground: Ground) -> None:
    card = await ground.scheduled()
    form = await ground.grace.slash("#london", "meeting agenda", meeting="1")
    form = await ground.grace.press(form, "Add to the agenda")
    await ground.grace.submit(form.modal, {"words": NASTY})
    needs = await ground.grace.press(card, "Access needs")
    await ground.grace.submit(needs.modal, {"words": NASTY})
    await ground.grace.menu(ground.tomasz.say("#london", NASTY), "Add to agenda")
    stored = await ground.running.store.read(free_texts)
    assert sum("Spring meeting" in words for words in stored) >= 3
    assert [words for words in stored if invisible(words)] == []


STATES = {name: state.replace("{guild}", "1") for name, _, state in (one.partition(":") for one in FORMS)}


def inputs(form: Any) -> list[ui.TextInput[Any]]:
    """Return the fields of a form that take words."""
    return [item for item in form.walk_children() if isinstance(item, ui.TextInput)]


async def test_every_form_refuses_more_than_its_field_takes_and_what_shows_nothing(tree: Tree) -> None:
    forms = tree.bot.forms
    assert forms.names == STATES.keys()
    for name in sorted(forms.names):
        form = forms[name]
        for number in range(len(inputs(form.rebuilt(tree.bot.texts, STATES[name])))):
            built = form.rebuilt(tree.bot.texts, STATES[name])
            assert isinstance(built, Form)
            for item in inputs(built):
                item._value = "x"  # pyright: ignore[reportPrivateUsage] - what Discord sends is put there
            field = inputs(built)[number]
            most = field.max_length or LONGEST_FIELD
            field._value = "x" * (most + 1)  # pyright: ignore[reportPrivateUsage]
            with pytest.raises(UserError) as refused:
                built.check()
            assert refused.value.key == "errors.form_long"
            assert refused.value.fields["field"]
            assert str(most) in tree.bot.texts(refused.value.key, **refused.value.fields)
            if field.required and name not in SAY_GAPS:
                field._value = ""  # pyright: ignore[reportPrivateUsage]
                with pytest.raises(UserError) as refused:
                    built.check()
                assert refused.value.key == "errors.form_blank"


async def test_a_form_that_says_its_gaps_keeps_the_rest(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "meeting schedule", title="Spring", when="blah")
    form = (await ground.amina.press(answer, "Change what I typed")).modal
    again = await ground.amina.submit(form, {"Title": BLANK, "When": "thursday 6pm"})
    assert "A title needs 1 to 100 characters" in again.text
    assert (await ground.amina.press(again, "Change what I typed")).modal.values()["When"] == "thursday 6pm"
