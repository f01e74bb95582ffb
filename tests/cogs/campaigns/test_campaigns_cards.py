"""The cards and forms of campaigns, as they are sent."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from discord import ui

from bot.domain.campaigns import Action, Campaign
from bot.texts import Markup, Texts
from cogs.campaigns import cards, cog
from cogs.campaigns.buttons import Fit, NoteForm, dismissal_card, done_card, suggestion_card
from cogs.campaigns.cards import mine_card
from cogs.campaigns.managing import CampaignForm, typed_of
from cogs.common.campaigns import load, spoken
from cogs.setup import campaigns as setup
from db.campaigns.models import CompletedAction, PromptPlan
from db.membership.models import Network
from db.models import Guild, Region
from tests.cogs.conftest import Golden, shown

NASTY = "**x** @everyone <@1> [a](https://evil.example) `c`"
LONDON = ZoneInfo("Europe/London")
GUILD = 10**18
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


class Words:
    """The part of the bot that cards use: its words, and the names of its commands."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def mention(self, name: str) -> Markup:
        """Return a command as it reads."""
        return Markup(f"`/{name}`")


@pytest.fixture
def bot(texts: Texts) -> Any:
    return Words(texts)


def own(words: str = "Words", **more: Any) -> Campaign:
    """Return a campaign of a server's own with the longest that it can have."""
    actions = [
        Action(f"a{number}", words[:200], "hour", ("school", "branch", "online")) for number in range(12)
    ]
    given: dict[str, Any] = {
        "id": "own", "title": words[:80], "why": words[:1_200], "actions": actions,
        "resources": [words[:600]], "ask": [words[:300]], "own": True,
    } | more  # fmt: skip
    return Campaign(**given)


def deed(number: int, note: str = "") -> CompletedAction:
    return CompletedAction(
        id=number, guild_id=GUILD, campaign="cuba", action="assembly", month="2026-03", note=note, done_at=AT
    )


REGIONS = [
    Region(id=number, guild_id=GUILD, name=name, folded=name.lower(), channel_id=number)
    for number, name in enumerate(("London", "Wales", "Yorkshire"), 1)
]


def test_the_list(golden: Golden, texts: Texts, bot: Any) -> None:
    golden("campaigns_list", cards.list_card([*spoken(load(texts), texts), own("Climate", why="Hot")], bot))


@pytest.mark.parametrize("number", range(4))
def test_a_page(golden: Golden, texts: Texts, bot: Any, number: int) -> None:
    campaign = spoken(load(texts), texts)[number]
    golden(f"campaign_{campaign.id}", cards.show_card(campaign, bot))


def test_suggestions(golden: Golden, texts: Texts) -> None:
    campaign = spoken(load(texts), texts)[0]
    action = campaign.actions[3]
    fit = Fit("hour", "school", only=True)
    golden("campaign_act", suggestion_card(GUILD, campaign, action, fit, texts, private=False))
    near = texts("campaigns.prompt.near", name="World Teachers' Day", day="Monday 5 October 2026")
    golden("campaign_prompt", cards.prompt_card(GUILD, campaign, action, texts, near=near))
    golden("campaign_private", cards.private_card(GUILD, campaign, action, texts))


def test_thanks_and_what_one_did(golden: Golden, texts: Texts, bot: Any) -> None:
    campaigns = spoken(load(texts), texts)
    golden(
        "campaign_done",
        done_card(deed(5, "In Year 9"), campaigns[0], Markup("London"), texts, fresh=True),
    )
    golden("campaign_aside", dismissal_card(GUILD, campaigns[0], campaigns[0].actions[0], texts))
    mine = mine_card(
        GUILD, [deed(5, "In Year 9"), deed(4)], {("cuba", "assembly"), ("rights", "")}, campaigns, bot,
        private=True, zone=LONDON,
    )  # fmt: skip
    golden("campaign_mine", mine)


NETWORKS = [Network(id=1, name="London", region_id=1), Network(id=2, name="Wales", region_id=2)]


def test_progress_says_in_words_what_the_chart_shows(golden: Golden, texts: Texts, bot: Any) -> None:
    campaigns = spoken(load(texts), texts)
    months = {"2026-01": 7, "2026-02": 0, "2026-03": 20}
    found = cog.of_campaign({"1": 12, "": 8}, months, NETWORKS, None)
    of = cog.title_of(campaigns[0], None, texts)
    alt = cog.alt_of(found.bars(texts), of, texts)
    assert alt == (
        "Bar chart. Members who take part: Cuba. January 2026: 7, February 2026: 0, March 2026: 20."
    )
    card = cog.progress_card(
        found,
        campaigns,
        NETWORKS,
        bot,
        campaign=campaigns[0],
        network=None,
        picture=cog.as_picture(alt, texts, drawn=True),
    )
    golden("campaign_progress", card)
    several = cog.of_all({campaigns[0].title: {"1": 12, "": 8}, campaigns[1].title: {"2": 6}}, None)
    card = cog.progress_card(several, campaigns, NETWORKS, bot, campaign=None, network=None, picture=None)
    golden("campaign_progress_all", card)


def test_how_the_channels_are_set_up(golden: Golden, texts: Texts, bot: Any) -> None:
    guild = Guild(id=GUILD, zone="Europe/London", terms=[], regions=REGIONS)
    plan = PromptPlan(
        guild_id=GUILD, enabled=True, weekday=2, clock="12:30", every=1, turn=0, begins="2026-03-04"
    )
    golden("campaign_setup", setup.setup_card(guild, plan, spoken(load(texts), texts), bot, now=AT))
    plan.enabled = False
    golden("campaign_setup_off", setup.setup_card(guild, plan, spoken(load(texts), texts), bot, now=AT))


def test_the_forms(golden: Golden, texts: Texts) -> None:
    golden("form_campaign", CampaignForm(texts))
    golden(
        "form_campaign_cuba",
        CampaignForm(texts, slug="cuba", typed=typed_of(spoken(load(texts), texts)[0], texts)),
    )
    golden("form_deed_note", NoteForm(texts, completed=5))


def every_card(texts: Texts, bot: Any, campaign: Campaign) -> list[ui.LayoutView]:
    action = campaign.actions[0]
    many = [own(campaign.title, id=f"own-{number}") for number in range(24)]
    networks = [Network(id=n, name=f"{campaign.title}{n}", region_id=n) for n in range(40)]
    of_one = cog.of_campaign({str(n): 9 for n in range(30)}, {"2026-03": 9}, networks, None)
    of_all = cog.of_all({f"{campaign.title}{n}": {"1": 9} for n in range(20)}, None)
    picture = cog.as_picture("x" * cog.ALT_LENGTH, texts, drawn=True)
    return [
        cards.list_card(many, bot),
        cards.show_card(campaign, bot, said=texts("campaigns.form.added", title=campaign.title)),
        suggestion_card(GUILD, campaign, action, Fit(), texts, private=True),
        cards.prompt_card(GUILD, campaign, action, texts, near=Markup("x" * 200)),
        cards.private_card(GUILD, campaign, action, texts),
        done_card(deed(1, campaign.title * 3), campaign, Markup("x" * 160), texts, fresh=False),
        mine_card(
            GUILD, [deed(number, campaign.title * 3) for number in range(5)],
            {(campaign.id, each.id) for each in campaign.actions}, [campaign], bot, private=False, zone=LONDON,
        ),
        cog.progress_card(of_one, many, networks, bot, campaign=campaign, network=None, picture=picture),
        cog.progress_card(of_all, many, networks, bot, campaign=None, network=None, picture=picture),
    ]  # fmt: skip


def test_the_longest_texts_stay_within_what_discord_shows(texts: Texts, bot: Any) -> None:
    for card in every_card(texts, bot, own("*" * 1_200, title="*" * 80)):
        assert card.content_length() <= 4000
        assert card.total_children_count <= 40


def formatted(part: dict[str, Any]) -> dict[str, Any]:
    """Return what Discord formats of a component: nothing of the options of a menu."""
    return {name: one for name, one in part.items() if name != "options"}


def test_free_text_is_shown_literally_on_every_card(texts: Texts, bot: Any) -> None:
    for card in every_card(texts, bot, own(NASTY)):
        said = str(json.loads(json.dumps(shown(card)), object_hook=formatted))
        for raw in ("**x**", "@everyone", " <@1>", " [a]", " `c`"):
            assert raw not in said


def test_the_longest_custom_ids_fit(texts: Texts) -> None:
    campaign = own(id="x" * 30)
    action = Action("y" * 24, "Words", "term", ("online",))
    longest = 8 * 10**18  # 19 digits; Discord's numbers begin with a 9 in the year 2083
    for card in (
        suggestion_card(longest, campaign, action, Fit("term", "online", only=True), texts, private=True),
        dismissal_card(longest, campaign, action, texts),
        cards.private_card(longest, campaign, action, texts),
    ):
        buttons: list[Any] = [item for item in card.walk_children() if isinstance(item, ui.DynamicItem)]
        assert buttons
        assert all(len(str(button.item.custom_id)) <= 100 for button in buttons)


@pytest.mark.parametrize("code", ["ms1", "hb-", "to1", "---"])
def test_what_has_to_fit_is_kept_in_three_characters(code: str) -> None:
    assert Fit.of(code).code == code
