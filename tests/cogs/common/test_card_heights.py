"""How high the most read answers stand on a phone of 390 by 844, in the local Discord's page."""

import json
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.cogs.ground import Ground
from tests.cogs.meetings.test_heights import DETAILS, LINE, height
from tests.sandbox.page.conftest import browser as browser
from tests.sandbox.page.conftest import chromium as chromium

pytestmark = pytest.mark.browser

ROWS = Path(__file__).parents[3] / "docs" / "messages.md"
READ: dict[str, tuple[str, dict[str, str]]] = {
    "`/meeting list`": ("meeting list", {}),
    "`/mine`": ("mine", {}),
    "`/help`": ("help", {}),
    "`/campaign list`": ("campaign list", {}),
    "`/campaign show`, Quality Education for All": ("campaign show", {"campaign": "education"}),
    "`/campaign show`, Human and Trade Union Rights": ("campaign show", {"campaign": "rights"}),
    "`/campaign act`": ("campaign act", {"campaign": "cuba"}),
    "`/guidance ask`": ("guidance ask", {"topic": "When nobody comes any more"}),
    "`/guidance support`": ("guidance support", {}),
    "`/welcome next`, before a start": ("welcome next", {}),
    "`/settings mine`": ("settings mine", {}),
    "`/network list`": ("network list", {}),
    "`/keydates list`": ("keydates list", {}),
    "`/events list`": ("events list", {}),
    "`/privacy show`": ("privacy show", {}),
}
"""The answers that members read most, with what is given to their commands."""


@pytest.mark.long
async def test_the_page_of_messages_has_the_height_of_what_is_read_most(
    ground: Ground, browser: Browser
) -> None:
    pictures = os.environ.get("CARD_PICTURES")
    card = await ground.scheduled(when="12/03/2026 18:00", **DETAILS)
    await ground.grace.press(card, "Going")
    await ground.settled()
    shown = {"card of a meeting": card}
    for name, (command, given) in READ.items():
        answer = await ground.grace.slash("#london", command, **given)
        await ground.settled()
        shown[name] = answer.messages[-1]
    found: dict[str, int] = {}
    for name, message in shown.items():
        plain = re.sub(r"\W+", "-", name).strip("-").lower()
        picture = Path(pictures) / f"{plain}.png" if pictures else None
        found[name] = await height(ground, browser, ground.grace, message, picture)
    print(json.dumps(found))
    del found["card of a meeting"]  # it is in the table of messages about meetings
    page = ROWS.read_text("utf-8")
    said = {name: int(now) for name, now in re.findall(r"^\| (`.*) \| \d+ \| (\d+) \|$", page, re.MULTILINE)}
    assert list(said) == list(found)
    # One line of words more or less is another machine's fonts.
    assert {name: high for name, high in found.items() if abs(high - said[name]) > LINE} == {}
