"""Finds personal data where the schema expects none: e-mail, IBAN, telephone number, IP address.

Deterministic and offline. A hit does not delete anything: it holds the export until a person has looked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase, digits

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])")
_PHONE = re.compile(r"(?<![\w+])(?<!\d )(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,14}(?!\d)")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_IBAN_LENGTH = {
    "AT": 20,
    "BE": 16,
    "BG": 22,
    "CH": 21,
    "CY": 28,
    "CZ": 24,
    "DE": 22,
    "DK": 18,
    "EE": 20,
    "ES": 24,
    "FI": 18,
    "FR": 27,
    "GB": 22,
    "GR": 27,
    "HR": 21,
    "HU": 28,
    "IE": 22,
    "IS": 26,
    "IT": 27,
    "LI": 21,
    "LT": 20,
    "LU": 20,
    "LV": 21,
    "MC": 27,
    "MT": 31,
    "NL": 18,
    "NO": 15,
    "PL": 28,
    "PT": 25,
    "RO": 24,
    "SE": 24,
    "SI": 19,
    "SK": 24,
    "SM": 27,
    "UA": 29,
    "TR": 26,
    "RS": 22,
    "ME": 22,
    "MK": 19,
    "AL": 28,
    "BA": 20,
    "MD": 24,
    "XK": 20,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One suspicion: which detector, and where in the text. The text itself is not carried along."""

    detector: str
    start: int
    end: int


def _iban_valid(text: str) -> bool:
    """Country's length and check digits of ISO 13616: the rearranged number leaves 1 on division by 97."""
    compact = text.replace(" ", "")
    length = _IBAN_LENGTH.get(compact[:2])
    if length is None or len(compact) < length:
        return False
    number = "".join(str(int(char, 36)) for char in compact[4:length] + compact[:4])
    return int(number) % 97 == 1


def _ip_valid(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


def _any(_: str) -> bool:
    return True


_DETECTORS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", _EMAIL, _any),
    ("iban", _IBAN, _iban_valid),
    ("phone", _PHONE, _any),
    ("ip", _IPV4, _ip_valid),
    ("ip", _IPV6, _ip_valid),
)


_MAY_HIT = re.compile(r"@|\+|00|[A-Z]{2}\d{2}|\d\.\d|:[^:]*:")
"""What stands in every text that a detector finds something in: most texts are passed over by one look."""


_SIGNS = tuple(
    re.compile(sign)
    for sign in (
        r"@",
        r"\+[1-9](?:[ ()./-]{0,2}\d){7}",
        r"00(?<![\w+]00)[1-9](?:[ ()./-]{0,2}\d){7}",
        r"\.\d{1,3}\.\d{1,3}\.\d",
        r":[0-9A-Fa-f]{0,4}:",
    )
)
"""One of these, or what an IBAN begins with, is in every text that a detector finds something in. Each begins with letters that are
quick to look for."""
_CLASSES = bytes(
    ord("A") if chr(code) in ascii_uppercase else ord("0") if chr(code) in digits else ord(" ") for code in range(256)
)


def may_hit(text: str) -> bool:
    """False where no detector finds anything in a text, nor in any part of it."""
    if not text.isascii():
        return _MAY_HIT.search(text) is not None
    return b"AA00" in text.encode("ascii").translate(_CLASSES) or any(sign.search(text) for sign in _SIGNS)


def scan(text: str) -> Iterator[Hit]:
    """Every suspicion in a text, in the order of the detectors. Instants, versions of code and plain ids do not hit."""
    if _MAY_HIT.search(text) is None:
        return
    for name, pattern, valid in _DETECTORS:
        for match in pattern.finditer(text):
            if valid(match[0]):
                yield Hit(name, match.start(), match.end())


@lru_cache(maxsize=1 << 16)
def kinds(text: str) -> tuple[str, ...]:
    """Names of the detectors that suspect a text, sorted. Logs say the same few things over and over."""
    return tuple(sorted({hit.detector for hit in scan(text)}))
