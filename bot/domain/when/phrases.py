"""Several words that are one to the grammar: 'day after tomorrow', 'half term', 'Paris time', named days.

They are looked up in the stream of words without possessive apostrophes.
"""

from typing import Final

from bot.domain.when.holidays import NAMES
from bot.domain.when.lexicon import Word
from bot.domain.when.zones import PLACES


def _more_phrases() -> dict[tuple[str, ...], Word]:
    """Return phrases made from lists: 'Paris time', and named days with their variants."""
    made: dict[tuple[str, ...], Word] = {}
    for place, zone in PLACES.items():
        made[(*place.split(), "time")] = Word("ZONEW", name=zone)
    for name in ("local", "our", "my", "your"):
        made[name, "time"] = Word("ZONEW", name="local")
    for words, zone in {
        "greenwich mean time": "gmt",
        "british summer time": "bst",
        "central european time": "Europe/Brussels",
        "central european summer time": "cest",
        "gmt time": "gmt",
        "bst time": "bst",
        "utc time": "utc",
        "in the uk": "Europe/London",
    }.items():
        made[tuple(words.split())] = Word("ZONEW", name=zone)
    for name in NAMES:
        word = Word("HOLIDAY", name=name)
        for form in (name, name.replace("saint ", "st ")):
            for shape in (form, form.replace("christmas", "xmas")):
                for bare in (
                    shape.replace("'s", ""),
                    shape.replace("'s", "s").replace("s'", "s"),
                    shape.replace("s'", ""),
                ):
                    made[tuple(bare.replace("'", "").split())] = word
    return made


PHRASES: Final[dict[tuple[str, ...], Word]] = {
    tuple(words.split()): word
    for words, word in {
        "o clock": Word("OCLOCK"),
        "mid day": Word("NOON"),
        "mid night": Word("MIDNIGHT"),
        "high noon": Word("NOON"),
        "tea time": Word("PARTW", name="teatime"),
        "lunch time": Word("PARTW", name="lunchtime"),
        "dinner time": Word("PARTW", name="lunchtime"),
        "early evening": Word("PARTW", name="evening"),
        "late afternoon": Word("PARTW", name="afternoon"),
        "late morning": Word("PARTW", name="morning"),
        "mid morning": Word("PARTW", name="morning"),
        "early morning": Word("PARTW", name="morning"),
        "early afternoon": Word("PARTW", name="afternoon"),
        "mid afternoon": Word("PARTW", name="afternoon"),
        "late evening": Word("PARTW", name="night"),
        "day after tomorrow": Word("OVERMORROW"),
        **{
            f"{week} {begins}": Word("WC")
            for week in ("week", "wk")
            for begins in ("commencing", "comm", "com", "beginning", "beg", "starting")
        },
        "up to and including": Word("TIL"),
        "up to and incl": Word("TIL"),
        "until and including": Word("TIL"),
        "until and incl": Word("TIL"),
        "next but one": Word("NEXTBUT"),
        "but one": Word("NEXTBUT"),
        "half term": Word("HALFTERM"),
        "half termly": Word("FREQ", 2, "TERMLY"),
        "bi weekly": Word("FREQ", 2, "WEEKLY"),
        "bi monthly": Word("FREQ", 0, "MONTHLY"),
        "every day": Word("FREQ", 1, "DAILY"),
        "every other day": Word("FREQ", 2, "DAILY"),
        "every second day": Word("FREQ", 2, "DAILY"),
        "all day": Word("ALLDAY"),
        "whole day": Word("ALLDAY"),
        "kick off": Word("STARTING"),
        "kicking off": Word("STARTING"),
        "kicks off": Word("STARTING"),
        "up to": Word("TIL"),
        "up until": Word("TIL"),
        "one day": Word("VAGUE"),
        "in one day": Word("TOMORROW"),
        "in 1 day": Word("TOMORROW"),
        "some day": Word("VAGUE"),
        "other day": Word("VAGUE"),
        "first thing": Word("VAGUE"),
        "last thing": Word("VAGUE"),
        "term time": Word("TERMW", name="time"),
        "the one": Word("FILLER"),
        "next one": Word("FILLER"),
        "new year": Word("NEW", 1),
        "at the latest": Word("BARRED"),
        "no later": Word("BARRED"),
        "as soon as": Word("VAGUE"),
        "a m": Word("MERIDIEM", 1),
        "p m": Word("MERIDIEM", 2),
        "school day": Word("SCHOOLDAY"),
        "school days": Word("SCHOOLDAY"),
        "work day": Word("WEEKDAYW"),
        "work days": Word("WEEKDAYW"),
        "apart from": Word("EXCEPT"),
        "other than": Word("EXCEPT"),
        "aside from": Word("EXCEPT"),
        "leaving out": Word("EXCEPT"),
        "but not": Word("EXCEPT"),
        "not on": Word("EXCEPT"),
        "not in": Word("EXCEPT"),
        "with no": Word("EXCEPT"),
        "no meeting": Word("EXCEPT"),
        "no session": Word("EXCEPT"),
        "no sessions": Word("EXCEPT"),
        "no class": Word("EXCEPT"),
        "not meeting": Word("EXCEPT"),
        "stand up to": Word("UNKNOWN", name="stand"),
        "no meetings": Word("EXCEPT"),
        "w/o": Word("EXCEPT"),
        "save the date": Word("FILLER"),
        "less than": Word("BARRED"),
        "on hold": Word("BARRED"),
        "no longer": Word("BARRED"),
        "bring forward": Word("MOVE"),
        "brought forward": Word("MOVE"),
        "bringing forward": Word("MOVE"),
        "bring it forward": Word("MOVE"),
        "put back": Word("MOVE"),
        "put it back": Word("MOVE"),
        "later today": Word("TODAY", name="later"),
        "later tonight": Word("TONIGHT"),
        "later this evening": Word("TONIGHT"),
        "may bank holiday": Word("HOLIDAY", name="may bank holiday"),
        "bank holiday monday in may": Word("HOLIDAY", name="may bank holiday"),
        "first aid": Word("FILLER"),
        "second hand": Word("FILLER"),
        "third sector": Word("FILLER"),
        "leaving do": Word("EVENT"),
        "save our": Word("FILLER"),
        "great friday": Word("NAMED"),
        "orthodox great": Word("NAMED"),
        "wed in": Word("BARRED"),
        "rest of": Word("FILLER"),
        "second last": Word("LAST", 2),
        "second to last": Word("LAST", 2),
        "second from last": Word("LAST", 2),
        "next to last": Word("LAST", 2),
        "last but one": Word("LAST", 2),
        "penultimate": Word("LAST", 2),
        "2nd last": Word("LAST", 2),
        "2nd to last": Word("LAST", 2),
        "third last": Word("LAST", 3),
        "third to last": Word("LAST", 3),
        "third from last": Word("LAST", 3),
        "last but two": Word("LAST", 3),
        "3rd last": Word("LAST", 3),
        "3rd to last": Word("LAST", 3),
        "antepenultimate": Word("LAST", 3),
        "no problem": Word("FILLER"),
        "how about": Word("FILLER"),
        "what about": Word("FILLER"),
        "good morning": Word("FILLER"),
        "good afternoon": Word("FILLER"),
        "good evening": Word("FILLER"),
        "two thirds": Word("BARRED"),
    }.items()
}
PHRASES.update(_more_phrases())
PHRASE_STARTS: Final = {words[0]: max(len(w) for w in PHRASES if w[0] == words[0]) for words in PHRASES}
