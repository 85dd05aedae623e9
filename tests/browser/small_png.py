"""Makes the PNG of a screenshot small: its 256 most telling colours, packed tightly; 8-bit RGB only."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BYTES = 3  # of one pixel
_COLOURS = 256
_APART = 300  # squared distance at which two colours of the palette tell something different


def shrunk(png: bytes) -> bytes:
    """The same picture with a palette. ValueError for anything but 8-bit RGB."""
    chunks = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    if (depth, kind) != (8, 2):
        raise ValueError("not an 8-bit RGB picture")
    rows = list(_rows(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), width))
    pixels = [[row[at : at + _BYTES] for at in range(0, len(row), _BYTES)] for row in rows]
    counted = Counter(pixel for row in pixels for pixel in row)
    palette = _palette(counted)
    index = {colour: min(range(len(palette)), key=lambda one: _far(palette[one], colour)) for colour in counted}
    lines = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _palette(counted: Counter[bytes]) -> list[bytes]:
    """Half of it the most frequent colours, the rest the most frequent that differ from those before."""
    ordered = [colour for colour, _ in counted.most_common()]
    palette = ordered[: _COLOURS // 2]
    for colour in ordered[_COLOURS // 2 :]:
        if len(palette) < _COLOURS and all(_far(colour, one) > _APART for one in palette):
            palette.append(colour)
    return palette


def _far(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(raw: bytes, width: int) -> Iterator[bytes]:
    """The rows without their filters (PNG specification, section 9)."""
    length = width * _BYTES
    before = bytes(length)
    for start in range(0, len(raw), length + 1):
        before = bytes(_unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + length]), before))
        yield before


def _unfiltered(kind: int, row: bytearray, above: bytes) -> bytearray:
    for at in range(len(row)) if kind else ():
        left, up, corner = (row[at - _BYTES], above[at], above[at - _BYTES]) if at >= _BYTES else (0, above[at], 0)
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        row[at] = (row[at] + guess) & 255
    return row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))
