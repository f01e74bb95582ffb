"""What a failed attempt at a delivery means: another try, and when, or an ending with its reason."""

import logging
import random
from datetime import datetime, timedelta

import discord

from bot.connection import retry_after, transient
from bot.connection.underway import Overtaken
from bot.domain.deliveries import Again, Never, backoff, judge
from bot.errors import Busy, reference
from db.errors import StoreError
from db.models import Delivery

log = logging.getLogger(__name__)


def verdict_on(delivery: Delivery, error: Exception, *, tries: int, now: datetime) -> Again | Never:
    """Return what is to be done after an attempt failed with `error`.

    Args:
        delivery: what was tried.
        error: of Discord, of the store, or of ours; one of ours is logged with a reference.
        tries: how often a fault of ours is tried.
        now: aware.
    """
    jitter = random.random()
    if isinstance(error, Overtaken):
        return Again(timedelta(), "changed")
    if isinstance(error, Busy | StoreError):
        log.warning("delivery %d waits for the store (%s)", delivery.id, type(error).__name__)
        return Again(backoff(delivery.attempts, jitter), "store_busy")
    if not isinstance(error, discord.HTTPException) and not transient(error):
        # Ours: a fault of the code or the store. Worth a few tries, and never silent.
        ref = reference()
        what = f"delivery {delivery.id} ({delivery.kind}) could not be made [{ref}]"
        log.error(what, exc_info=error, extra={"reference": ref})
        if delivery.attempts >= tries:
            return Never("ours")
        return Again(backoff(delivery.attempts, jitter), "ours")
    answered = isinstance(error, discord.HTTPException)
    return judge(
        error.status if answered else 0,
        error.code if answered else 0,
        delivery.attempts,
        age=now - delivery.due_at,
        jitter=jitter,
        retry_after=retry_after(error) or 0.0,
    )
