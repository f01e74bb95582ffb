"""The store's figures on deliveries, for health checks and metrics."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """Figures on deliveries; all None when the store does not answer."""

    fault: str | None = None
    next_due: datetime | None = None
    overdue: int = 0
    """Messages that are due and that no process has claimed."""
    jobs_overdue: int = 0
