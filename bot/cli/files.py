"""What the files of this process say, read in one that ends (`bot/cli/apart.py`)."""

from bot import settings_file
from bot.cli import pages
from bot.settings import Settings
from bot.texts import Texts


def read() -> tuple[Settings, Texts]:
    """Return settings and texts.

    Raises:
        SetupError: one of them is invalid; names file and line, or key.
    """
    settings = settings_file.load()
    return settings, pages.read(settings.language.locale).packed()
