"""Whatever is sent, the checks say what is wrong and never fall over."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.checks import commands
from bot.sandbox.checks.components import Components
from bot.sandbox.checks.messages import Draft, draft
from bot.sandbox.errors import ApiError, Problems

NAMES = (
    "type components content embeds flags custom_id label style options value name description accessory component "
    "items media url fields footer nonce allowed_mentions parse users attachments id poll question answers choices "
    "required min_values max_values default_values message_reference title"
)
FIELDS = NAMES.split()
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 70_000)
    | st.text(max_size=5)
    | st.sampled_from([1, 2, 9, 17, 18])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)


@settings(max_examples=150, deadline=None)
@given(BODIES, st.booleans())
def test_any_body_is_a_draft_or_an_error_of_discords(body: dict[str, Any], v2: bool) -> None:
    made: Draft | int
    try:
        made = draft(body | {"flags": 1 << 15} if v2 else body)
    except ApiError as error:
        made = error.code
    assert isinstance(made, Draft) or made in {50035, 50006}


@settings(max_examples=150, deadline=None)
@given(BODIES)
def test_any_form_or_command_is_checked(body: dict[str, Any]) -> None:
    form, command = Problems(), Problems()
    checked = Components(form).modal(body)
    commands.command(body, command)
    # Without its required fields neither is right.
    assert form.errors or (body["title"] and body["custom_id"] and checked)
    assert command.errors or body["name"]
