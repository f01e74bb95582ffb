"""The campaigns of the content: read from `bot/content/<locale>/campaigns/`, and checked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, get_args

from bot.app import Bot
from bot.domain.campaigns import (
    ACTION_LENGTH,
    ACTIONS,
    OTHER,
    PLACES,
    SLUG_LENGTH,
    TIMES,
    Action,
    Campaign,
    in_order,
)
from bot.domain.campaigns.catalogue import ACTION_ID_LENGTH, Place, Time
from bot.shapes import Check
from bot.texts import CONTENT, Markup, Texts, plain
from bot.texts import sources as sourced
from bot.texts.pages import Pages
from bot.texts.schema import BELOW, LISTED, NAME, ONLY_ONCE, Page, shape, told
from db import campaigns

WHY_LENGTH, LINE_LENGTH = 1_200, 200
QUOTED = "in quotes when there is a colon"
WHENCE = "say where it comes from: `source: Organising toolkit > Cuba`, the document and the section"
Pillar = Literal["defend", "universal", "members", "learning"]
PILLARS: tuple[Pillar, ...] = get_args(Pillar)
"""By the names of interests (interests.toml, [pillar])."""


def _known(reference: str) -> str:
    if not sourced.is_known(reference):
        raise ValueError(WHENCE)
    return reference


def _listed_beside(action: str) -> str:
    if action == OTHER:
        raise ValueError(f"'{OTHER}' means an unlisted action: give this one an `id` of its own")
    return action


Source = Annotated[list[Annotated[str, Check(_known)]], LISTED, told(WHENCE, 1)]
Line = Annotated[
    str, told(f"a line here is text of at most {LINE_LENGTH} characters, {QUOTED}", 1, LINE_LENGTH)
]
Lines = Annotated[
    list[Line], told("give `{key}` as a list: a line each, beginning with '- '", default_factory=list)
]


@shape
class ActionLines:
    """One action of a page."""

    id: Annotated[
        str,
        told(
            f"give the action an `id` of small letters, digits and hyphens, {ACTION_ID_LENGTH} at most",
            pattern=rf"^[a-z0-9-]{{1,{ACTION_ID_LENGTH}}}$",
        ),
        Check(_listed_beside),
        ONLY_ONCE,
    ]
    words: Annotated[
        str,
        told(f"give the action `words` of at most {ACTION_LENGTH} characters, {QUOTED}", 1, ACTION_LENGTH),
    ]
    time: Annotated[Time, told(f"give the `time` that it takes: {', '.join(TIMES)}")]
    places: Annotated[list[Place], told(f"give one or more `places`: [{', '.join(PLACES)}]", 1)]
    source: Source


@shape
class CampaignPage(Page):
    """The fields of a campaign's page; README.md in their folder explains them to authors."""

    name: Annotated[
        str,
        told(
            f"name the file with small letters and hyphens, {SLUG_LENGTH} at most",
            alias=NAME,
            pattern=rf"^[a-z0-9-]{{1,{SLUG_LENGTH}}}$",
        ),
    ]
    order: Annotated[int, told("give its place in the list as a number, such as `order: 5`")]
    pillar: Annotated[Pillar | None, told(f"a `pillar`, if there is one, is one of {', '.join(PILLARS)}")] = (
        None
    )
    source: Source
    actions: Annotated[
        list[ActionLines], told(f"give 1 to {ACTIONS} `actions`, each beginning with `- id:`", 1, ACTIONS)
    ]
    resources: Lines
    partners: Lines
    ask: Lines
    below: Annotated[
        str,
        told(
            f"the words below have {{length}} characters: 1 to {WHY_LENGTH} fit on the card",
            1,
            WHY_LENGTH,
            alias=BELOW,
        ),
    ]


PAGES = Pages(CampaignPage, "campaigns")


def load(texts: Texts, root: Path = CONTENT) -> list[Campaign]:
    """Return the content's campaigns in order.

    Raises:
        ContentError: a file is invalid; names file and line.
    """
    return texts.once(("campaigns", root), lambda: in_order(map(_campaign, PAGES.of(texts, root).values())))


def spoken(found: Sequence[Campaign], texts: Texts) -> list[Campaign]:
    """Return the content's campaigns with the current server's facts filled in."""

    def filled(lines: Sequence[str]) -> Sequence[Markup]:
        return tuple(texts.filled(words) for words in lines)

    return [
        replace(
            campaign,
            why=texts.filled(campaign.why),
            actions=tuple(replace(action, words=texts.filled(action.words)) for action in campaign.actions),
            resources=filled(campaign.resources),
            partners=filled(campaign.partners),
            ask=filled(campaign.ask),
        )
        for campaign in found
    ]


def _campaign(page: CampaignPage) -> Campaign:
    return Campaign(
        id=page.name,
        title=Markup(page.title),
        why=Markup(page.below),
        actions=tuple(
            Action(each.id, Markup(each.words), each.time, tuple(each.places)) for each in page.actions
        ),
        resources=tuple(map(Markup, page.resources)),
        partners=tuple(map(Markup, page.partners)),
        ask=tuple(map(Markup, page.ask)),
        pillar=page.pillar or "",
        order=page.order,
    )


def content_of(texts: Texts) -> list[Campaign]:
    """Return the content's campaigns with the server's facts filled in; don't call it on the store's thread."""
    return spoken(load(texts), texts)


async def all_campaigns(bot: Bot, guild_id: int) -> list[Campaign]:
    """Return the campaigns of a server in its order, including those switched off."""
    return await bot.store.read(campaigns.campaigns_of, guild_id, content_of(bot.texts))


def shown(words: str) -> Markup:
    """Return words for a card: the content's as they are, others escaped."""
    return words if isinstance(words, Markup) else plain(words)
