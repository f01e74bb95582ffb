"""What a failed attempt at a delivery means: when to retry, or an outcome with its reason."""

import logging
import random
from datetime import datetime, timedelta

import discord

from bot.discord_client import retry_after, transient
from bot.discord_client.errors import PassingRefusal, TokenRefused
from bot.discord_client.in_flight import Overtaken
from bot.discord_client.refusals import reason_for
from bot.domain.deliveries import (
    FIRST_RETRY,
    OVERTAKEN,
    REFUSED_PRIVATE_RETRY,
    REFUSED_RETRY,
    UNAUTHORISED_RETRY,
    GiveUp,
    Retry,
    backoff,
    classify,
)
from bot.errors import Busy, reference
from db.errors import StoreError
from db.models import Delivery

log = logging.getLogger(__name__)


def classify_error(delivery: Delivery, error: Exception, *, tries: int, now: datetime) -> Retry | GiveUp:
    """Return what to do after an attempt failed with `error`.

    Args:
        delivery: what was tried.
        error: from Discord, the store or our own code; the last is logged with a reference.
        tries: how often a fault of our own is retried.
        now: aware.
    """
    jitter = random.random()
    if isinstance(error, Overtaken):
        return Retry(timedelta(), OVERTAKEN)
    if isinstance(error, Busy | StoreError):
        log.warning("delivery %d waits for the store (%s)", delivery.id, type(error).__name__)
        return Retry(backoff(delivery.attempts, jitter), "store_busy")
    if not isinstance(error, discord.HTTPException) and not transient(error):
        # Our own fault, in the code or the store: worth a few tries, and never silent.
        ref = reference()
        what = f"delivery {delivery.id} ({delivery.kind}) could not be made [{ref}]"
        log.error(what, exc_info=error, extra={"reference": ref})
        if delivery.attempts >= tries:
            return GiveUp("ours")
        return Retry(backoff(delivery.attempts, jitter), "ours")
    refused = isinstance(error, PassingRefusal)
    decision = classify(
        reason_of(error),
        delivery.attempts,
        lasting=not transient(error),
        age=now - delivery.due_at,
        jitter=jitter,
        first=(REFUSED_PRIVATE_RETRY if delivery.private else REFUSED_RETRY) if refused else FIRST_RETRY,
        retry_after=retry_after(error) or 0.0,
    )
    if isinstance(decision, Retry) and isinstance(error, TokenRefused):
        return Retry(UNAUTHORISED_RETRY, decision.reason)
    return decision


def reason_of(error: Exception) -> str:
    """Return the reason Discord gave, as a key under `deliveries.reasons`."""
    if isinstance(error, discord.RateLimited):
        return "limited"
    if not isinstance(error, discord.HTTPException):
        return "no_answer"
    not_discords = isinstance(error, PassingRefusal) and not error.discords
    return reason_for(error.status, None if not_discords else error.code)
