"""Verbs on newcomers: whom to greet and when, the Start message, and each member's progress through the series."""

from db.onboarding.greeting import (
    HELLO,
    RAIDED,
    Join,
    begin,
    greet,
    missed_since,
    pace,
    saw,
    take_turn,
    welcome_settings,
)
from db.onboarding.progress import (
    STEP,
    Said,
    answer,
    answers_of,
    away,
    come,
    decline,
    family,
    find_progress,
    greeted_in,
    next_step,
    pause,
    progress_of,
    quiet,
    show,
    start,
    stop,
    there,
)
from db.onboarding.start_message import (
    PIN,
    START_MESSAGE,
    find_start_message,
    place_start_message,
    start_message_placed,
    start_messages_missing,
)
