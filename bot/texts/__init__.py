"""Every word a member reads: loaded from `bot/content/<locale>/`, checked, filled in and escaped."""

from bot.texts.catalogue import (
    CONTENT,
    LIMITS,
    ContentError,
    ContentProblem,
    Markup,
    Text,
    Texts,
    When,
    plain,
    plain_lines,
    read_folder,
)
from bot.texts.memory import Memory
from bot.texts.speaking import Facts, speak
