"""A member, as a card names them."""

from bot.texts import Markup, Texts


def who(user_id: int, texts: Texts) -> Markup:
    """Return the mention of a member; whoever was erased is only a former member."""
    return Markup(f"<@{user_id}>") if user_id > 0 else texts("cards.former_member")
