"""What stands on cards of plans: an action in a line, and texts cut so that the longest sheet fits."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.domain.when import Day
from bot.texts import Markup, Texts, When, plain_lines
from cogs.common.mention import who
from db.groups.models import PlanAction


def action_line(action: PlanAction, texts: Texts) -> Markup:
    """Return an action with its owner and day: '1. Leaflets (@Grace, Saturday 14 March 2026)'."""
    owner = who(action.owner_id, texts) if action.owner_id else action.owner or texts("plans.action.nobody")
    day = When(Day(date.fromisoformat(action.due_on))) if action.due_on else texts("plans.action.no_day")
    return texts(
        f"plans.action.line_{action.state}", number=action.number, words=action.words, owner=owner, day=day
    )


def as_typed(actions: Sequence[PlanAction], today: date) -> str:
    """Return the actions of a posted plan as somebody would type them now; a day that is over is left out."""
    lines: list[str] = []
    for action in actions:
        owner = f"<@{action.owner_id}>" if action.owner_id else action.owner
        due = date.fromisoformat(action.due_on) if action.due_on else None
        day = f"{due.day} {due:%B %Y}" if due is not None and due >= today else ""
        lines.append("; ".join(part for part in (action.words, owner, day) if part))
    return "\n".join(lines)


def review_words(texts: Texts) -> Callable[[str], str]:
    """Return what makes the item of an agenda out of a group's name."""

    def words(name: str) -> str:
        # An agenda escapes its items where it shows them.
        return str(texts("plans.review.item", name=Markup(name)))

    return words


def share(lengths: Sequence[int], room: int) -> int:
    """Return how long each of several texts may be, so that together they fit: short ones leave theirs to the long."""
    left = room
    for number, length in enumerate(sorted(lengths)):
        fair = left // (len(lengths) - number)
        if length > fair:
            return fair
        left -= length
    return room


def clipped(words: str, most: int) -> Markup:
    """Return what somebody typed, escaped, and cut where it is longer than there is room for."""
    shown, end = plain_lines(words), len(words)
    while len(shown) > most:
        end = min(end - 1, max(0, end - (len(shown) - most) // 2))
        shown = Markup(f"{plain_lines(words[:end])}…")
    return shown
