"""`iso-bot content check`: every word a member reads, held against what the code asks for."""

from pathlib import Path

from bot.texts import CONTENT, Fault, read_folder
from bot.texts import facts as factual
from bot.texts import lists as listed
from bot.texts import sources as sourced
from cogs.campaigns import content as campaigns
from cogs.guidance import library
from cogs.keydates import pages as keydates

REFERENCE = "en-GB"


def main(folder: Path | None) -> int:
    """Check all locales; print each fault with file, line and remedy; 1 when there are any."""
    root = folder or CONTENT
    faults: list[tuple[str, Fault]] = []
    locales = sorted(path for path in root.iterdir() if path.is_dir())
    wanted, _ = read_folder(CONTENT / REFERENCE)
    for locale in locales:
        entries, wrong = read_folder(locale)
        faults += [(locale.name, fault) for fault in (*wrong, *campaigns.faults_of(locale))]
        faults += [(locale.name, fault) for fault in keydates.faults_of(locale, entries)]
        faults += [(locale.name, fault) for fault in factual.faults_of(locale, entries)]
        faults += [(locale.name, fault) for fault in sourced.faults_of(locale)]
        faults += [(locale.name, fault) for fault in (*listed.faults_of(entries), *library.faults_of(locale))]
        for key, text in wanted.items():
            if key not in entries:
                faults.append(
                    (locale.name, Fault(text.path, text.line, f"'{key}' is missing: add it, as en-GB has it"))
                )
        for key, text in entries.items():
            if key not in wanted:
                faults.append(
                    (locale.name, Fault(text.path, text.line, f"'{key}' is not a text that the bot uses"))
                )
            elif text.fields - wanted[key].fields:
                unknown = ", ".join(sorted(text.fields - wanted[key].fields))
                known = ", ".join(sorted(wanted[key].fields)) or "none"
                faults.append(
                    (
                        locale.name,
                        Fault(text.path, text.line, f"'{key}' has no field {{{unknown}}}; known: {known}"),
                    )
                )
    for name, fault in faults:
        print(f"{name}/{fault}")  # noqa: T201
    if not faults:
        print(f"All content is in order: {len(wanted)} texts in {len(locales)} language(s).")  # noqa: T201
    return 1 if faults else 0
