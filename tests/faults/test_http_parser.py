"""Answers of every form that HTTP/1.1 allows, cut at every byte."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_client.fast.http_parser import Unreadable, read

BODY = orjson.dumps({"interaction": {"id": "1", "type": 2}, "text": "Dé\r\n\r\nbut"})
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(BODY),
    BODY,
)
CHUNKS = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\ncontent-type: application/json\r\n\r\n"
    b"5\r\n%b\r\n%x;name=value\r\n%b\r\n0\r\n\r\n"
) % (BODY[:5], len(BODY) - 5, BODY[5:])
NOTHING = b"HTTP/1.1 204 No Content\r\nVia: 1.1 google\r\n\r\n"
HINTED = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + LENGTH


@pytest.mark.parametrize("raw", [LENGTH, CHUNKS, NOTHING, HINTED])
def test_whole_at_the_last_byte_and_not_before(raw: bytes) -> None:
    assert [read(raw[:length]) for length in range(len(raw))] == [None] * len(raw)
    reply = read(raw)
    assert reply is not None
    assert reply.used == len(raw)
    assert reply.keeps
    assert reply.body == (b"" if raw is NOTHING else BODY)
    assert reply.status == (204 if raw is NOTHING else 200)


def test_what_follows_belongs_to_the_next() -> None:
    reply = read(LENGTH + NOTHING)
    assert reply is not None
    assert reply.used == len(LENGTH)


def test_headers_are_found_whatever_their_case() -> None:
    reply = read(b"HTTP/1.1 429 Too Many Requests\r\nretry-AFTER: 3\r\nContent-Length: 0\r\n\r\n")
    assert reply is not None
    assert reply.headers["Retry-After"] == "3"
    assert reply.reason == "Too Many Requests"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0",
        b"HTTP/1.1 500 Oops",
    ],
)
def test_a_connection_that_ends_is_not_used_again(head: bytes) -> None:
    reply = read(head + b"\r\n\r\n")
    assert reply is not None
    assert not reply.keeps


@pytest.mark.parametrize(
    "raw",
    [
        b"SMTP ready\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000,
        *(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%b\r\nabc\r\n" % size
            for size in (b"-6", b"-1", b"+5", b"0x5", b"1_0", b" 5", b"", b";a=b", b"f" * 30, b"7fffffff")
        ),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %b\r\n\r\n" % (b"9" * 5_000),
    ],
)
def test_anything_else_is_said_to_be_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


@given(st.binary(max_size=200), st.sampled_from([b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", CHUNKS[:80]]))
def test_no_bytes_do_anything_but_be_read_or_refused(noise: bytes, before: bytes) -> None:
    try:
        reply = read(before + noise)
    except Unreadable:
        return
    assert reply is None or 0 <= reply.used <= len(before + noise)
