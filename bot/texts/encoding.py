"""Reads files that people edit: as their editors save them, or with a message on how to save them instead."""

import codecs
from pathlib import Path

WAY_OUT = "save it again as UTF-8 (in Notepad: File, Save as, Encoding: UTF-8)"
_WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_CURLY = "\u201c\u201d\u201e\u2018\u2019"


class NotUtf8(ValueError):
    """A file is not saved as UTF-8; the message says how it is, and what to do."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


def decoded(raw: bytes) -> str:
    r"""Decode a file, with \n as its only line ending and no byte order mark.

    Raises:
        NotUtf8: it is saved as UTF-16 or UTF-32, or in a single-byte encoding.
    """
    for mark, name in _WIDE.items():
        if raw.startswith(mark):
            raise NotUtf8(1, f"is saved as {name}: {WAY_OUT}")
    if b"\0" in raw:
        raise NotUtf8(1, f"seems to be saved as UTF-16, or is not text: {WAY_OUT}")
    try:
        words = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise NotUtf8(
            line, f"is not saved as UTF-8, as line {line} shows (Windows calls the old way ANSI): {WAY_OUT}"
        ) from None
    return words.replace("\r\n", "\n").replace("\r", "\n")


def leniently(path: Path) -> str:
    """Decode a file whose encoding was checked elsewhere."""
    raw = path.read_bytes()
    try:
        return decoded(raw)
    except NotUtf8:
        name = next((name for mark, name in _WIDE.items() if raw.startswith(mark)), "utf-8")
        return raw.decode(name, "replace").replace("\r\n", "\n")


def hint(words: str, line: int) -> str:
    """Return what may be wrong in a line that is not valid TOML, after a space; empty when unknown."""
    lines = words.split("\n")
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    if any(sign in shown for sign in _CURLY):
        return ' Text stands in straight quotation marks ("), and this line has curly ones.'
    if "\\" in shown and '"' in shown:
        return " A backslash has to be doubled, or the text put between ' and '."
    return ""
