"""The colours that a document's numbers mean: sRGB (IEC 61966-2-1) as an ICC profile of version 4.2, written here from its definition."""

from __future__ import annotations

import struct
from functools import cache

_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    b"rXYZ": (0.4360657, 0.2224884, 0.0139160),
    b"gXYZ": (0.3851471, 0.7168732, 0.0970764),
    b"bXYZ": (0.1430664, 0.0606079, 0.7140961),
}
"""Red, green and blue of sRGB, adapted from its white (D65) to that of the profile connection space (D50)."""
_ADAPTATION = (1.0478112, 0.0228866, -0.0501270, 0.0295424, 0.9904844, -0.0170491, -0.0092345, 0.0150436, 0.7521316)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""The transfer function of sRGB as a parametric curve of type 3 (ICC.1:2004-10 §10.15)."""
NAME = "sRGB IEC61966-2.1"


@cache
def srgb_profile() -> bytes:
    """Bytes of the profile: always the same."""
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(*_CURVE)
    tags: list[tuple[bytes, bytes]] = [
        (b"desc", _text(NAME)),
        (b"cprt", _text("No copyright; use freely")),
        (b"wtpt", b"XYZ \0\0\0\0" + _fixed(*_D50)),
        (b"chad", b"sf32\0\0\0\0" + _fixed(*_ADAPTATION)),
        *((name, b"XYZ \0\0\0\0" + _fixed(*values)) for name, values in _PRIMARIES.items()),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    places: dict[bytes, int] = {}
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        if content not in places:
            places[content] = start + len(data)
            data += content + b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", places[content], len(content))
    body = struct.pack(">I", len(tags)) + table + data
    return _header(128 + len(body)) + body


def _header(size: int) -> bytes:
    """Header (ICC.1:2004-10 §7.2): a display profile of RGB, perceptual intent, dated with a fixed day."""
    made = struct.pack(">I4sI4s4s4s", size, b"\0" * 4, 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    made += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + _fixed(*_D50)
    return made + b"\0" * (128 - len(made))


def _fixed(*values: float) -> bytes:
    """Numbers as s15Fixed16."""
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _text(words: str) -> bytes:
    """Words as multiLocalizedUnicodeType, in English."""
    coded = words.encode("utf-16-be")
    return b"mluc" + struct.pack(">III2s2sII", 0, 1, 12, b"en", b"US", len(coded), 28) + coded
