"""Welsh translated into English that the grammar knows: 'nos Iau am 6' is 'thursday evening at 6'.

Weekdays and months with their soft mutations (as spelt by bbc.co.uk and Geiriadur Prifysgol Cymru). 'Mawrth' is
Tuesday after 'dydd' and 'nos', March next to a number; 'am' is 'at', never the morning.
"""

import re
from typing import Final

from bot.domain.when.wordlists import words

_WEEKDAYS: Final = {
    "monday": "llun lun",
    "tuesday": "fawrth",
    "wednesday": "mercher fercher",
    "thursday": "iau",
    "friday": "gwener wener",
    "saturday": "sadwrn",
    "sunday": "sul",
}
_MONTHS: Final = {
    "january": "ionawr",
    "february": "chwefror",
    "march": "mawrth",
    "april": "ebrill",
    "may": "mai fai",
    "june": "mehefin fehefin",
    "july": "gorffennaf orffennaf",
    "august": "awst",
    "september": "medi fedi",
    "october": "hydref",
    "november": "tachwedd dachwedd",
    "december": "rhagfyr ragfyr",
}
_NUMBERS: Final = (
    words("un dau tri pedwar pump chwech saith wyth naw deg"),
    words("one two three four five six seven eight nine ten"),
)
_PHRASES: Final = {
    "heddiw": "today",
    "yfory": "tomorrow",
    "fory": "tomorrow",
    "drennydd": "day after tomorrow",
    "heno": "tonight",
    "wythnos i": "a week on",
    "pythefnos i": "a fortnight on",
    "wythnos nesaf": "next week",
    "yr wythnos nesaf": "next week",
    "mis nesaf": "next month",
    "nesaf": "next",
    "bob": "every",
    "pythefnos": "fortnight",
    "wythnos": "week",
    "hanner dydd": "noon",
    "canol dydd": "noon",
    "hanner nos": "midnight",
    "hanner awr wedi": "half past",
    "chwarter wedi": "quarter past",
    "chwarter i": "quarter to",
    "un ar ddeg": "eleven",
    "deuddeg": "twelve",
    "o'r gloch": "o'clock",
    "or gloch": "o'clock",
    "y bore": "in the morning",
    "yn y bore": "in the morning",
    "bore": "morning",
    "y prynhawn": "in the afternoon",
    "prynhawn": "afternoon",
    "pnawn": "afternoon",
    "gyda'r nos": "in the evening",
    "yr hwyr": "in the evening",
    "yn yr hwyr": "in the evening",
    "yh": "pm",
    "yb": "am",
    "am": "at",
    "ar": "on",
    "o": "of",
    "fis": "",
    "mis": "",
    "y": "",
    "yr": "",
    "a": "and",
    "ac": "and",
    "neu": "or",
    "tan": "until",
    "hyd": "until",
    "hyd at": "until",
    "i": "to",
    "dydd": "",
    "ddydd": "",
    "cyfarfod": "meeting",
    "nos": "evening",
}
_ORDINAL: Final = re.compile(r"\b([0-9]{1,2})(?:af|ail|il|ydd|edd|ed|fed|ain|eg)\b")
_LETTER_AFTER_FIGURE: Final = re.compile(r"(?<=[0-9])(?=y[hb]\b)")


def _table() -> dict[str, str]:
    table = dict(_PHRASES)
    table.update(zip(*_NUMBERS, strict=True))
    for english, names in _MONTHS.items():
        table.update(dict.fromkeys(names.split(), english))
    for english, names in _WEEKDAYS.items():
        for name in (*names.split(), *(["mawrth"] if english == "tuesday" else [])):
            for before in ("dydd", "ddydd"):
                table[f"{before} {name}"] = english
            table[f"nos {name}"] = f"{english} evening"
            table[f"bore {name}"] = table[f"bore dydd {name}"] = f"{english} morning"
            table[f"prynhawn {name}"] = table[f"prynhawn dydd {name}"] = f"{english} afternoon"
            if name != "mawrth":
                table[name] = english
    return table


WORDS: Final = _table()
# Words that no English phrase contains: a phrase needs one of them to count as Welsh.
SURE: Final = frozenset(
    word
    for names in (*_WEEKDAYS.values(), *_MONTHS.values())
    for word in names.split()
    if word not in ("sul", "lun")
) | {"heddiw", "yfory", "fory", "heno", "dydd", "ddydd", "nos", "drennydd", "bob", "wythnos", "pythefnos"}


def plain_ordinals(words: str) -> str:
    """Return `words` with '3ydd' turned into an English ordinal ('3th' will do) and '6yh' split."""
    return _LETTER_AFTER_FIGURE.sub(" ", _ORDINAL.sub(r"\1th", words))
