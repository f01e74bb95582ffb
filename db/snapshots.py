"""The snapshot of a server: whom its features count, by family and part."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.counting import TOGETHER
from db import campaigns, counting, interests, onboarding
from db import groups as plans
from db.network import networks


def take(session: Session, guild_id: int, *, wordings: Mapping[str, str], now: datetime) -> bool:
    """Publish what may be published about a server's people; return False if there was already a snapshot today.

    `wordings` are the present words of the consents, by purpose: agreement to others does not count.
    """
    if not counting.due(session, guild_id, now=now):
        return False
    homes = {user_id: str(network_id) for user_id, network_id in networks.homes(session, guild_id).items()}

    def at_home(people: Iterable[int]) -> dict[int, str]:
        return {user_id: homes.get(user_id, TOGETHER) for user_id in people}

    there: dict[str, Mapping[int, str]] = {}
    for campaign, people in campaigns.there(session, guild_id, now=now).items():
        there[campaigns.family(campaign)] = at_home(people)
    for topic, people in interests.there(session, guild_id, wordings=wordings).items():
        there[interests.family(topic)] = at_home(people)
    for group_id, people in plans.there(session, guild_id).items():
        there[plans.family(group_id)] = dict.fromkeys(people, TOGETHER)
    for about, people in onboarding.there(session, guild_id).items():
        there[onboarding.family(about)] = dict.fromkeys(people, TOGETHER)
    return counting.take(session, guild_id, there, now=now)
