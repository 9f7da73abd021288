"""What every reader of packed bytes raises where they cannot be read further."""

from __future__ import annotations


class BrokenStreamError(Exception):
    """The packed stream ends early or is damaged; everything before was handed out but the unfinished line `tail`."""

    tail: bytes = b""
