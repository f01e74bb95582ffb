"""How a gateway payload is put on the wire: JSON, plain or in one of Discord's two compressed streams."""

import zlib
from typing import Any, Protocol

import orjson

HEAVY_PACKET = 16_384
"""From how many bytes a packet is compressed on its own if the client asked for payload compression."""


class Packer(Protocol):
    """Turns the JSON of one payload into one websocket message."""

    def pack(self, payload: bytes) -> bytes | str:
        """Return what goes into a binary (bytes) or a text (str) message."""
        ...


class Plain:
    """No transport compression; big packets are deflated on their own if `payloads` is set (identify's `compress`)."""

    def __init__(self) -> None:
        self.payloads = False

    def pack(self, payload: bytes) -> bytes | str:
        """Return the payload as text, or as one zlib packet."""
        if self.payloads and len(payload) >= HEAVY_PACKET:
            return zlib.compress(payload)
        return payload.decode()


class ZlibStream:
    """`compress=zlib-stream`: one shared deflate context; each message ends in Z_SYNC_FLUSH."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(level=1)

    def pack(self, payload: bytes) -> bytes:
        """Return the payload deflated in the connection's context."""
        return self._deflate.compress(payload) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """`compress=zstd-stream`: one frame for the whole connection, flushed at each message."""

    def __init__(self) -> None:
        import zstandard  # 23 MB that `make demo` does without: a client lacking it asks for zlib

        self._deflate = zstandard.ZstdCompressor(level=1).compressobj()
        self._flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def pack(self, payload: bytes) -> bytes:
        """Return the payload compressed in the connection's context."""
        return self._deflate.compress(payload) + self._deflate.flush(self._flush)


def packer(compress: str | None) -> Packer | None:
    """Return the packer for the `compress` query parameter, None for an unknown transport."""
    match compress:
        case None | "":
            return Plain()
        case "zlib-stream":
            return ZlibStream()
        case "zstd-stream":
            return ZstdStream()
        case _:
            return None


def encode(data: Any) -> bytes:
    """Return `data` as JSON bytes."""
    return orjson.dumps(data)


def control(op: int, data: Any = None) -> bytes:
    """Return a payload that is not an event: hello, acknowledgement, reconnect, invalid session."""
    return encode({"t": None, "s": None, "op": op, "d": data})


def event(name: str, sequence: int, data: bytes) -> bytes:
    """Return a dispatch payload around `data`, which is already JSON, so that it is encoded once for all sessions."""
    return b'{"t":"%b","s":%d,"op":0,"d":%b}' % (name.encode(), sequence, data)
