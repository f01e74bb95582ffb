"""How cards name a member."""

from bot.domain.meetings import ORGANISERS
from bot.texts import Markup, Texts
from db.meetings.models import Meeting, Series


def who(user_id: int, texts: Texts) -> Markup:
    """Return the mention of a member; an erased one is 'a former member'."""
    return Markup(f"<@{user_id}>") if user_id > 0 else texts("cards.former_member")


def host_of(hosted: Meeting | Series, texts: Texts) -> Markup:
    """Return who hosts a meeting or series: a member, or the organisers of its region."""
    if hosted.host_id == ORGANISERS:
        return texts("cards.organisers", region=hosted.region.name)
    return who(hosted.host_id, texts)
