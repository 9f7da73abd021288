"""Pseudonyms: the same person reads the same inside a case, and cannot be linked to another case.

HMAC-SHA-256 under a key derived per case and field from a master key that never enters a bundle; 128 bits in base32.
A plain hash of an address is no pseudonym: the space of addresses can be searched.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from compliance.errors import EvidenceError, Place
from compliance.evidence.staging import write_new

PREFIX = "psn:"
KEY_BYTES = 32
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_PLACES = range(120, -1, -10)
"""Where each pair of base32 digits (RFC 4648, lower case) stands in 128 bits and two of padding."""


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """Pseudonyms of one case. `repr` shows no key."""

    _master: bytes
    case: str

    def __repr__(self) -> str:
        return f"Pseudonymiser(case={self.case!r})"

    def pseudonym(self, field: str, value: str) -> str:
        """Pseudonym of a field's value, `psn:` and 26 base32 characters; equal inputs give equal output."""
        return self.pseudonyms(field, (value,))[0]

    def pseudonyms(self, field: str, values: Sequence[str]) -> list[str]:
        """Pseudonyms of many values of one field."""
        key, found = _key(self._master, self.case, field), {}
        for value in set(values):
            tag = hmac.digest(key, value.encode("utf-8"), hashlib.sha256)
            bits = int.from_bytes(tag[:16], "big") << 2
            found[value] = PREFIX + "".join([_PAIRS[bits >> place & 1023] for place in _PLACES])
        return [found[value] for value in values]


@lru_cache(maxsize=1024)
def _key(master: bytes, case: str, field: str) -> bytes:
    """Key of one field in one case."""
    return hmac.digest(master, _framed(b"compliance pseudonym key v1", case, field), hashlib.sha256)


def _framed(label: bytes, *parts: str) -> bytes:
    """Parts with their lengths, so that no two lists of parts give the same bytes."""
    encoded = [label, *(part.encode("utf-8") for part in parts)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def master_key(path: Path, *, create: bool = True) -> bytes:
    """The 32-byte master key of a file readable by its owner only; made on first use where `create`.

    EvidenceError `EVD-KEY` where the file is open to others or is no key. The key itself is never shown.
    """
    if not path.exists() and create:
        write_new(path, secrets.token_hex(KEY_BYTES).encode("ascii") + b"\n", mode=0o600)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as stream:
            open_to_others = os.fstat(stream.fileno()).st_mode & 0o077
            text = stream.read(4096)
    except OSError as error:
        raise _bad_key(path, f"the pseudonym key cannot be read: {error.strerror}") from error
    if open_to_others:
        raise _bad_key(path, "the pseudonym key can be read by others")
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise _bad_key(path, "this is no pseudonym key (64 hexadecimal digits)")
    return key


def _bad_key(path: Path, message: str) -> EvidenceError:
    return EvidenceError(
        "EVD-KEY",
        message,
        place=Place(str(path)),
        hint="restore the key file and set its mode to 0600; without it earlier pseudonyms are lost",
    )
