"""What the store says of deliveries when somebody asks how the bot is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """What the store says of deliveries; all None when it does not answer."""

    fault: str | None = None
    next_due: datetime | None = None
    overdue: int = 0
    """Messages that are due, and that no process has claimed."""
    jobs_overdue: int = 0
