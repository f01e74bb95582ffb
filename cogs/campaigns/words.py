"""Campaigns and their actions in words."""

from bot.domain.campaigns import OTHER, Action, Campaign
from bot.texts import Markup, Texts, plain


def shown(words: str) -> Markup:
    """Return words as a card shows them: those of the content as they are, others literally."""
    return words if isinstance(words, Markup) else plain(words)


def fit_of(action: Action, texts: Texts) -> Markup:
    """Return how long an action takes and where it is done: '5 minutes; in school or online'."""
    places = texts("campaigns.or").join(texts(f"campaigns.places.{place}") for place in action.places)
    return texts("campaigns.act.fit", time=texts(f"campaigns.times.{action.time}"), places=Markup(places))


def words_of(campaign: Campaign | None, action_id: str, texts: Texts) -> Markup:
    """Return an action in words; one that is not there any more, or is not listed, is 'something else'."""
    action = campaign.action(action_id) if campaign is not None and action_id != OTHER else None
    return shown(action.words) if action is not None else texts("campaigns.mine.something")
