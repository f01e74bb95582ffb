"""The steps of the series, read from `bot/content/<locale>/onboarding/`."""

from typing import Annotated

from bot.domain.onboarding import Series, Step
from bot.texts import Texts
from bot.texts.pages import Pages
from bot.texts.schema import Page, one_of, shape, told
from cogs.common.advice import Act


@shape
class StepPage(Page):
    """The fields of a step's page."""

    day: Annotated[
        int, told("give the `day` on which it comes, counted from the start, such as `day: 7`", ge=0)
    ]
    advice: Annotated[str, one_of("guidance")] = ""
    act: Act


PAGES = Pages(StepPage, "onboarding")


def series_of(texts: Texts) -> Series:
    """Return the steps in order. Raises ContentError: a page is invalid; names file and line."""
    return Series(
        Step(page.name, page.title, page.day, page.advice, page.act) for page in PAGES.of(texts).values()
    )
