"""`iso-bot content check`: checks every word a member reads against what the code asks for."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.cli.pages import PAGES
from bot.texts import CONTENT, ContentProblem, Text, turns
from bot.texts import facts as factual
from bot.texts import lists as listed
from bot.texts import sources as sourced
from bot.texts.catalogue import NO_LANGUAGE
from bot.texts.checking import pages_of
from bot.texts.language import language_of
from bot.texts.reading import read_folder

REFERENCE = "en-GB"


def main(folder: Path | None) -> int:
    """Check all locales; print each fault with file, line and remedy; return 1 when there are any."""
    root = folder or CONTENT
    locales = sorted(path for path in root.iterdir() if path.is_dir())
    wanted, _ = read_folder(CONTENT / REFERENCE)
    faults = [(locale.name, fault) for locale in locales for fault in _faults(locale, wanted)]
    for name, fault in faults:
        print(f"{name}/{fault}")  # noqa: T201
    if not faults:
        print(f"All content is in order: {len(wanted)} texts in {len(locales)} language(s).")  # noqa: T201
    return 1 if faults else 0


def _faults(locale: Path, reference: Mapping[str, Text]) -> Iterator[ContentProblem]:
    entries, wrong = read_folder(locale)
    yield from wrong
    for pages in PAGES:
        yield from pages_of(pages.schema, pages.under, entries, locale)[1]
    yield from factual.faults_of(locale, entries)
    yield from sourced.faults_of(locale)
    yield from listed.faults_of(entries)
    if locale.name == REFERENCE:
        yield from turns.faults_of(entries)
    try:
        wanted = _in_forms(reference, language_of(locale.name).plurals)
    except ValueError:
        yield ContentProblem("", 0, NO_LANGUAGE)
        return
    for key, text in wanted.items():
        if key not in entries:
            yield ContentProblem(text.path, text.line, f"'{key}' is missing: add it, as en-GB has it")
    for key, text in entries.items():
        if key not in wanted:
            yield ContentProblem(text.path, text.line, f"'{key}' is not a text that the bot uses")
        elif text.fields - wanted[key].fields:
            unknown = ", ".join(sorted(text.fields - wanted[key].fields))
            known = ", ".join(sorted(wanted[key].fields)) or "none"
            yield ContentProblem(text.path, text.line, f"'{key}' has no field {{{unknown}}}; known: {known}")


def _in_forms(reference: Mapping[str, Text], plurals: Sequence[str]) -> dict[str, Text]:
    """Return the texts that a language needs: its own plural forms wherever English has `one` and `other`."""
    wanted: dict[str, Text] = {}
    for key, text in reference.items():
        base, _, form = key.rpartition(".")
        if form == "one" and f"{base}.other" in reference:
            continue
        if form == "other" and f"{base}.one" in reference:
            wanted |= {f"{base}.{each}": text for each in plurals}
        else:
            wanted[key] = text
    return wanted
