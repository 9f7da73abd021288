"""Strict JSON (I-JSON, RFC 7493): what two readers could understand differently is refused with a reason."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any, NoReturn

from compliance.events.canonical import MAX_INTEGER

MAX_DEPTH = 64
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_BOM = b"\xef\xbb\xbf"


class StrictJsonError(ValueError):
    """Why a text is not strict JSON: an `ING-*` reason code, the 1-based byte or character column if known, the cause."""

    def __init__(self, code: str, message: str, *, column: int | None = None, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.column = column
        self.field = field


def parse(raw: bytes) -> Any:
    """Value of a strict JSON text. StrictJsonError with reason code otherwise."""
    if raw.startswith(_BOM):
        raise StrictJsonError("ING-JSON", "a byte order mark stands before the value", column=1)
    _check_depth(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictJsonError("ING-ENCODING", "not UTF-8", column=error.start + 1) from error
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise StrictJsonError("ING-JSON", error.msg.lower(), column=error.colno) from error
    if "\\u" in text:
        _check_surrogates(value)
    return value


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKETS.findall(_STRING.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise StrictJsonError("ING-DEPTH", f"nested deeper than {MAX_DEPTH} levels")


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise StrictJsonError("ING-SURROGATE", "an escape stands for half a character (a lone surrogate)") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise StrictJsonError("ING-DUPLICATE-KEY", f"the key {key[:64]!r} stands twice", field=key[:64])
            seen.add(key)
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise StrictJsonError(
            "ING-NUMBER", f"the integer {text[:24]} is beyond 2^53; readers would round it differently"
        )
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise StrictJsonError("ING-NUMBER", f"the number {text[:24]} is beyond a double")
    return value


def _constant(text: str) -> NoReturn:
    raise StrictJsonError("ING-NUMBER", f"{text} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
