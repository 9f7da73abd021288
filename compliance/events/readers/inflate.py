"""Packed bytes unpacked and their checksums: by ISA-L where the package `isal` is installed, else by zlib; the bytes are the same.

Two thirds of the time that reading a dump takes was zlib's; ISA-L takes a third of that. It is an extra, since it has no wheels for
every machine.
"""

from __future__ import annotations

import zlib
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

_FAST: Final[Any] = import_module("isal.isal_zlib") if find_spec("isal") else None
_MADE_BY: Final[Any] = _FAST or zlib
DAMAGED: Final[tuple[type[Exception], ...]] = (zlib.error, _MADE_BY.error)
"""What a decoder raises on bytes that are not packed by deflate."""


def decoder() -> Any:
    """A decoder of one raw deflate stream, as `zlib.decompressobj` makes it."""
    return _MADE_BY.decompressobj(-zlib.MAX_WBITS)


def crc32(data: bytes, before: int) -> int:
    """The CRC-32 of what came before, and these bytes."""
    found: int = _MADE_BY.crc32(data, before)
    return found
