"""Dates in other languages are always put back as a question, and nothing half understood gets through."""

import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.when import Choice, Refusal, describe, read

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=LONDON)
THURSDAY = "Thursday 26 November 2026, 6pm (UK time, GMT)"
THIRD = "Thursday 3 December 2026, 6pm (UK time, GMT)"


@pytest.mark.parametrize(
    ("phrase", "language", "words"),
    [
        ("dydd Iau 6pm", "", THURSDAY),
        ("nos Iau am 6", "", THURSDAY),
        ("Ddydd Iau am chwech o'r gloch yr hwyr", "", THURSDAY),
        ("3ydd o Ragfyr am 6yh", "", THIRD),
        ("dydd Iau 3 Rhagfyr am 18:00", "", THIRD),
        ("yfory am 6", "", "Sunday 22 November 2026, 6pm (UK time, GMT)"),
        ("nos Fawrth am hanner awr wedi saith", "", "Tuesday 24 November 2026, 7.30pm (UK time, GMT)"),
        ("3 Mawrth am 6", "", "Wednesday 3 March 2027, 6pm (UK time, GMT)"),
        ("wythnos i ddydd Iau am 6", "", THIRD),
        ("bob dydd Iau am 6", "", "every Thursday, 6pm, from 26 November 2026 (UK time)"),
        ("jeudi 18h", "fr", THURSDAY),
        ("jeudi 3 décembre à 18h00", "fr", THIRD),
        ("Donnerstag 18 Uhr", "de", THURSDAY),
        ("Donnerstag, 3. Dezember, 18:00 Uhr", "de", THIRD),
        ("jueves 3 de diciembre a las 18:00", "es-ES", THIRD),
        ("quinta-feira 18:00", "pt-BR", THURSDAY),
        ("czwartek 3 grudnia o 18:00", "pl", THIRD),
        ("giovedì 3 dicembre alle ore 18", "it", THIRD),
        ("torsdag den 3 december kl 18.00", "sv-SE", THIRD),
        ("четверг 18:00", "ru", THURSDAY),
        ("perşembe 18:00", "tr", THURSDAY),
    ],
)
def test_languages_are_questions(phrase: str, language: str, words: str) -> None:
    reading = read(phrase, now=NOW, zone=LONDON, languages=(language,) if language else ())
    assert isinstance(reading, Choice)
    assert reading.reason == "dates.ask.language"
    assert describe(reading) == words


@pytest.mark.parametrize(
    ("phrase", "language"),
    [
        ("dydd Iau rhywbryd", ""),
        ("nos Iau ar ôl 6", ""),
        ("jeudi prochain vers 18h", "fr"),
        ("jeudi 31 février 18h", "fr"),
        ("jeudi ou vendredi peut-être", "fr"),
        ("bonjour", "fr"),
        ("jeudi 18h", ""),
        ("jeudi 18h", "not a code!"),
        ("jeudi 18h", "../../etc"),
    ],
)
def test_half_understood_is_refused(phrase: str, language: str) -> None:
    assert isinstance(read(phrase, now=NOW, zone=LONDON, languages=(language,) if language else ()), Refusal)


def test_english_stays_english() -> None:
    assert not isinstance(read("Sam says Friday 5pm", now=NOW, zone=LONDON, languages=("fr",)), Choice)


def test_dateparser_is_not_imported_for_common_phrases() -> None:
    script = (
        "import sys; from datetime import datetime, UTC; from zoneinfo import ZoneInfo\n"
        "from bot.domain.when import read\n"
        "now, zone = datetime(2026, 11, 21, tzinfo=UTC), ZoneInfo('Europe/London')\n"
        "for words in ('thursday 6pm', 'nos Iau am 6', 'lol', 'jeudi 18h', 'every other Tuesday at 6 until Easter'):\n"
        "    read(words, now=now, zone=zone)\n"
        "read('jeudi 18h', now=now, zone=zone, languages=('fr',))\n"
        "print(sorted({'dateparser', 'icalendar', 'dateutil', 'holidays'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
