"""Which text the service takes for a URL: a known scheme, `://`, a host, and then what a URL may hold.

The service goes by Unicode categories, which Python's patterns do not know. So each character outside ASCII is first replaced by one
that stands for its category.
"""

from __future__ import annotations

import ipaddress
import json
import re
from functools import cache
from typing import Final
from unicodedata import category

from compliance.resources import data_dir

_LETTER, _MARK, _SYMBOL, _OTHER = "\u0100", "\u0300", "\xa4", "\xa7"
_STANDS: Final = {"L": _LETTER, "N": _LETTER, "M": _MARK, "S": _SYMBOL}
_FOLDED: Final = {"\u017f": "s", "\u212a": "k"}
"""The two characters outside ASCII that equal an ASCII letter when case does not count."""
_ESCAPE = "%[0-9a-f]{2}"
_WORD = f"a-z0-9{_LETTER}"
_USER = rf"(?:[_.{_WORD}-]|{_ESCAPE})+"
_LABEL = rf"[{_WORD}{_MARK}{_SYMBOL}$+<=>^`|~_-]+"
_HOST = rf"(?:(?:{_LABEL}\.)+(?:xn--[a-z0-9-]+|[{_WORD}{_MARK}]+)|[a-z0-9_-]+)\.?"
_SAFE = rf"{_WORD}._~!$&'()*+,;=:@\-"
_URL: Final = re.compile(
    rf"([a-z][a-z0-9+.-]*)://(?:(?:{_USER}:)?{_USER}@)?(?:{_HOST}|\[([0-9a-f:.]+)\])(?::[0-9]+)?"
    rf"(?:/(?:[{_SAFE}]|{_ESCAPE})*)*(?:\?(?:[{_SAFE}/?\[\]]|{_ESCAPE})*)?(?:\#(?:[{_SAFE}/?]|{_ESCAPE})*)?\Z",
    re.IGNORECASE | re.ASCII,
)


@cache
def schemes() -> frozenset[str]:
    """Schemes that count as known, in lower case."""
    document = json.loads((data_dir("schemas") / "sor" / "url-schemes.json").read_text("utf-8"))
    return frozenset(document["schemes"])


def is_url(value: object) -> bool:
    """True where the service takes the value for a URL."""
    if not isinstance(value, str) or "://" not in value:
        return False
    found = _URL.match(value if value.isascii() else _classed(value))
    if not found or found[1].lower() not in schemes():
        return False
    return found[2] is None or _is_ipv6(found[2])


def _classed(value: str) -> str:
    return "".join(
        sign if sign.isascii() else _FOLDED.get(sign) or _STANDS.get(category(sign)[0], _OTHER) for sign in value
    )


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True
