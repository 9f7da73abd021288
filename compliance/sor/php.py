"""Values as the service's language sees them: what trimming leaves, what counts as given, and how a number reads as text."""

from __future__ import annotations

from typing import Any, Final

_SEPARATORS = "\t\n\v\f\r \x00\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2065"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3164\ufeff\uffa0\U0001d159\U0001d173\U0001d174\U0001d175\U0001d176"
    "\U0001d177\U0001d178\U0001d179\U0001d17a\U000e0020"
)
TRIMMED: Final = _SEPARATORS + _INVISIBLE
"""What the service's middleware takes off both ends of every text: Unicode white space, and characters nobody sees."""
LARGEST_INTEGER: Final = 2**63 - 1


class Missing:
    """The one value of a key that is not there, which is not the same as a key with null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


def normalised(value: Any) -> Any:
    """The value after the middleware: texts trimmed, empty ones null, in lists and objects too; keys as they are."""
    kind = type(value)
    if kind is str:
        if value and "!" <= value[0] <= "~" and "!" <= value[-1] <= "~":
            return value
        return value.strip(TRIMMED) or None
    if kind is list:
        return [normalised(item) for item in value]
    if kind is dict:
        return {key: normalised(item) for key, item in value.items()}
    return value


def is_filled(value: Any) -> bool:
    """True where a value counts as given: not missing, null, blank or an empty list or object."""
    if value is None or value is MISSING:
        return False
    if isinstance(value, str):
        return bool(value.strip(" \t\n\r\v\x00"))
    return bool(value) if isinstance(value, (list, dict)) else True


def as_text(value: Any) -> str:
    """A scalar as text: null and false are empty, true is `1`, a float has 14 digits and no `.0`."""
    if isinstance(value, str):
        return value
    if value is None or value is MISSING or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return str(value)
    mantissa, _, exponent = f"{float(value):.14G}".partition("E")
    if not exponent:
        return mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{exponent[0]}{exponent[1:].lstrip('0')}"


def is_number(value: Any) -> bool:
    """True for JSON numbers; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def length(value: Any) -> int:
    """Size as the service counts it: code points of a text, items of a list or object."""
    if isinstance(value, str):
        return len(value)
    return len(value) if isinstance(value, (list, dict)) else len(as_text(value))


def items_of(value: Any) -> list[Any]:
    """Items of a list or values of an object, which are one thing there; a scalar alone; nothing for null."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value.values())
    return [] if value is None or value is MISSING else [value]
