"""What a refused line may have been: its type, time and case, as far as they can be read without trusting it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from compliance.clock import HOUR_US, parse_instant, to_us
from compliance.events.catalogue import Catalogue
from compliance.events.dataset import Hole
from compliance.events.reasons import Refusal

ALWAYS = (-(2**62), 2**62)
"""Range of a hole whose time cannot be read: the whole log."""
_OFFSETS = 14 * HOUR_US
_MEMBER = re.compile(rb'"([a-z_0-9]{1,64})"\s*:\s*("(?:[^"\\]|\\.){0,512}")')


def hole_of(raw: bytes, why: Refusal, catalogue: Catalogue, *, file: str, line: int) -> Hole:
    """The hole that a refused line leaves; a naive time stands for every offset that exists."""
    seen = _members(raw)
    name = seen.get("type")
    known = catalogue.types.get(name or "") or catalogue.types.get(catalogue.successor(name or "") or "")
    if known is None:
        return Hole(None, None, *_range(seen.get("time")), file, line, why.code)
    return Hole(known.name, seen.get(known.case_field), *_range(seen.get("time")), file, line, why.code)


def hole_of_event(event: dict[str, Any], why: Refusal, catalogue: Catalogue, *, file: str, line: int) -> Hole:
    """The hole that a readable but refused event leaves (a conflict)."""
    instant = parse_instant(event["time"])
    case = event.get(catalogue.types[event["type"]].case_field)
    return Hole(event["type"], case if isinstance(case, str) else None, instant, instant, file, line, why.code)


def _members(raw: bytes) -> dict[str, str]:
    """Text members that can be made out in a line, the first of each name; of a member named twice none is trusted."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for match in _MEMBER.finditer(raw[:65536]):
        name = match[1].decode("ascii")
        try:
            value = json.loads(match[2])
            value.encode("utf-8")
        except ValueError:
            # no text, or half a character, which nobody can have meant and no record can hold
            continue
        if found.setdefault(name, value) != value:
            twice.add(name)
    return {name: value for name, value in found.items() if name not in twice}


def _range(time: str | None) -> tuple[int, int]:
    if time is None:
        return ALWAYS
    try:
        instant = parse_instant(time)
    except (ValueError, OverflowError):
        return _naive_range(time)
    return instant, instant


def _naive_range(time: str) -> tuple[int, int]:
    try:
        moment = datetime.fromisoformat(time)
        if moment.tzinfo is not None:
            return ALWAYS
        middle = to_us(datetime.fromisoformat(moment.isoformat() + "+00:00"))
    except (ValueError, OverflowError):
        return ALWAYS
    return middle - _OFFSETS, middle + _OFFSETS
