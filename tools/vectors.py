"""What the words of a question mean: a small vector for each, read from a file that `tools/make_vectors.py` made.

A text's vector is the sum of its words' vectors, brought to length 1; texts about the same thing point the
same way. The file: `MAGIC`, the CRC-32 of the rest, the numbers of words and of bytes of their list, the
direction of `concern` (64 floats and a bias), the stems (zlib, one a line), a factor from 1 to 255 for each
word, and 64 signed bytes for each. All numbers are little-endian.
"""

import math
import struct
import zlib
from collections.abc import Iterable

MAGIC = b"ISOV1\n"
WIDTH = 64

_HEAD = struct.Struct("<II")
_CHECK = struct.Struct("<I")


class Vectors:
    """Vectors of words, by stem.

    Args:
        data: the bytes of the file.

    Raises:
        ValueError: they are not such a file, or it is damaged.
    """

    def __init__(self, data: bytes) -> None:
        start = len(MAGIC) + _CHECK.size
        if not data.startswith(MAGIC) or len(data) < start + _HEAD.size + 4 * (WIDTH + 1):
            raise ValueError("not a file of word vectors")
        if _CHECK.unpack_from(data, len(MAGIC))[0] != zlib.crc32(memoryview(data)[start:]):
            raise ValueError("the file of word vectors is damaged: make it again, or restore it")
        number, listed = _HEAD.unpack_from(data, start)
        start += _HEAD.size
        start += 4 * (WIDTH + 1)
        stems = zlib.decompress(data[start : start + listed]).decode().split("\n")
        start += listed
        if len(stems) != number or len(data) != start + number * (1 + WIDTH):
            raise ValueError("the file of word vectors is not as long as it says")
        self.places = {stemmed: at for at, stemmed in enumerate(stems)}
        self.factors = data[start : start + number]
        self.rows = memoryview(data)[start + number :].cast("b")

    def __contains__(self, stemmed: str) -> bool:
        return stemmed in self.places

    def __len__(self) -> int:
        return len(self.places)

    def of(self, stems: Iterable[str]) -> tuple[float, ...] | None:
        """Return the vector of a text by the stems of its words, of length 1; None when it knows none of them."""
        places = [self.places[stemmed] for stemmed in stems if stemmed in self.places]
        if not places:
            return None
        total = [0] * WIDTH
        for at in places:
            factor = self.factors[at]
            row = self.rows[at * WIDTH : (at + 1) * WIDTH].tolist()
            total = [so_far + factor * each for so_far, each in zip(total, row, strict=True)]
        length = math.hypot(*total)
        return tuple(each / length for each in total) if length else None
