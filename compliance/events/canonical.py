"""Canonical JSON (RFC 8785): one byte sequence for one value, so that digests over it mean something."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONEncoder
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

MAX_INTEGER = 2**53
_FLAT = JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_PLAIN, _CHECKED = frozenset({str, bool}), frozenset({str, bool, int, list})


def canonical_json(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value. ValueError for NaN, infinities, integers beyond 2^53, lone surrogates, other types."""
    try:
        if type(value) is dict and (not value or _is_flat(value)):
            return _FLAT.encode(value).encode("utf-8")
        return "".join(_parts(value)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("a lone surrogate has no UTF-8") from error


def _is_flat(value: dict[Any, Any]) -> bool:
    """True for an object of texts, booleans, exact integers and lists of texts: the standard encoder prints it canonically."""
    try:
        if not "".join(value).isascii():
            return False
    except TypeError:
        return False
    kinds = set(map(type, value.values()))
    if kinds <= _PLAIN:
        return True
    return kinds <= _CHECKED and all(map(_is_exact, value.values()))


def _is_exact(entry: Any) -> bool:
    if isinstance(entry, list):
        return all(isinstance(item, str) for item in entry)
    return not isinstance(entry, int) or -MAX_INTEGER <= entry <= MAX_INTEGER


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield encode_basestring(value)
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int):
        yield _integer(value)
    elif isinstance(value, float):
        yield format_number(value)
    elif isinstance(value, dict):
        yield from _object(value)
    elif isinstance(value, list | tuple):
        yield "["
        for index, item in enumerate(value):
            yield "," if index else ""
            yield from _parts(item)
        yield "]"
    else:
        raise ValueError(f"not a JSON value: {type(value).__name__}")


def _object(value: dict[Any, Any]) -> Iterator[str]:
    if not all(isinstance(key, str) for key in value):
        raise ValueError("a JSON object has text as its keys")
    yield "{"
    for index, key in enumerate(sorted(value, key=_utf16)):
        yield ("," if index else "") + encode_basestring(key) + ":"
        yield from _parts(value[key])
    yield "}"


def _utf16(key: str) -> bytes:
    """Sort key of RFC 8785 section 3.2.3: UTF-16 code units."""
    return key.encode("utf-16-be", "surrogatepass")


def _integer(value: int) -> str:
    if abs(value) > MAX_INTEGER:
        raise ValueError(f"integer beyond 2^53: {value}")
    return str(value)


def format_number(value: float) -> str:
    """A double as ECMAScript prints it (ECMA-262 Number::toString), which RFC 8785 section 3.2.2.3 requires."""
    if not isfinite(value):
        raise ValueError("NaN and infinities are not JSON")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Digits with the decimal point after the first `point` of them, in ECMAScript's choice of notation."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
