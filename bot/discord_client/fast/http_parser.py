"""Parses one HTTP/1.1 response from the bytes received so far."""

import re
from dataclasses import dataclass
from functools import cached_property
from http.client import responses

from multidict import CIMultiDict

LARGEST = 16 * 2**20
"""Bytes: no response from Discord comes near it."""
SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;.*)?", re.DOTALL)


class Unreadable(ConnectionError):
    """The bytes received are not an HTTP/1.1 response."""


@dataclass
class HttpResponse:
    """A response, as far as discord.py's errors and our rules read one."""

    status: int
    head: bytes
    body: bytes
    used: int
    """Its length in bytes; what follows belongs to the next."""
    keeps: bool
    """Whether the connection may be used again."""

    @property
    def reason(self) -> str:
        """The name of the status."""
        return responses.get(self.status, "")

    @cached_property
    def headers(self) -> CIMultiDict[str]:
        """The headers, whatever their case."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return CIMultiDict(
            (name, value.strip()) for name, _, value in (line.partition(":") for line in lines)
        )


def read(came: bytes) -> HttpResponse | None:
    """Return the first response in `came`, None while it is incomplete.

    Only what a server may send to us is read: a status line, headers, and a body by Content-Length, in
    chunks, or none (204, 304). A response that ends with the connection counts as whole at its headers.

    Raises:
        Unreadable: it is not an HTTP response.
    """
    begin = 0
    while True:
        end = came.find(b"\r\n\r\n", begin)
        if end < 0:
            if len(came) > 65_536 or not b"HTTP/1.".startswith(came[begin : begin + 7]):
                raise Unreadable("no HTTP answer")
            return None
        head = came[begin:end]
        status = head[9:12]
        if not head.startswith(b"HTTP/1.") or not status.isdigit():
            raise Unreadable("no HTTP answer")
        if not status.startswith(b"1"):
            break
        begin = end + 4  # an interim response; the real one follows
    low = head.lower()
    keeps = b"\r\nconnection: close" not in low and head.startswith(b"HTTP/1.1")
    start = end + 4
    if status in (b"204", b"304"):
        return HttpResponse(int(status), head, b"", start, keeps)
    if b"\r\ntransfer-encoding: chunked" in low:
        found = _chunks(came, start)
        return None if found is None else HttpResponse(int(status), head, found[0], found[1], keeps)
    at = low.find(b"\r\ncontent-length:")
    if at < 0:
        return HttpResponse(int(status), head, came[start:], len(came), keeps=False)
    line_end = low.find(b"\r\n", at + 17)
    digits = low[at + 17 : line_end if line_end >= 0 else len(low)].strip()
    if not digits.isdigit() or len(digits) > 10 or int(digits) > LARGEST:
        raise Unreadable("an invalid length")
    stop = start + int(digits)
    return None if len(came) < stop else HttpResponse(int(status), head, came[start:stop], stop, keeps)


def _chunks(came: bytes, at: int) -> tuple[bytes, int] | None:
    parts: list[bytes] = []
    while True:
        line_end = came.find(b"\r\n", at)
        if line_end < 0:
            return None
        line = came[at:line_end]
        size = int(line.split(b";", 1)[0], 16) if SIZE.fullmatch(line) else LARGEST + 1
        if size > LARGEST:
            raise Unreadable("a chunk without a size")
        at = line_end + 2
        if size == 0:
            stop = came.find(b"\r\n", at)  # no trailers, as always: only the empty line
            return None if stop < 0 else (b"".join(parts), stop + 2)
        if len(came) < at + size + 2:
            return None
        parts.append(came[at : at + size])
        at += size + 2
