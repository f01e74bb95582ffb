"""Every word a member reads: loaded from `bot/content/<locale>/`, checked, filled in and escaped."""

from bot.texts.catalogue import (
    CONTENT,
    Markup,
    Texts,
    When,
    plain,
    plain_lines,
)
from bot.texts.entries import LIMITS, ContentError, ContentProblem, Text
from bot.texts.memory import Memory
from bot.texts.speaking import Facts, speak
