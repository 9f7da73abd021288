"""Whether an event satisfies a condition: section 4 of docs/semantics.md, with True, False and None (unknown)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compliance.events.catalogue import Kind, catalogue
from tests.oracle.world import Event, instant

Truth = bool | None
Captured = Callable[[str, str], bool]
"""Whether the sources of a type record a field."""


def every(parts: Iterator[Truth]) -> Truth:
    """Three-valued and."""
    found = list(parts)
    return False if False in found else None if None in found else True


def some(parts: Iterator[Truth]) -> Truth:
    """Three-valued or."""
    found = list(parts)
    return True if True in found else None if None in found else False


def opposite(value: Truth) -> Truth:
    """Three-valued not."""
    return None if value is None else not value


def truth(
    condition: Mapping[str, Any] | None, event: Event, captured: Captured, parameter: Callable[[str], Any]
) -> Truth:
    """Truth of a condition on one event; `parameter` gives the value in force of a `$name`."""
    parts: list[Truth] = []
    for key, value in (condition or {}).items():
        if key == "all":
            parts.append(every(truth(part, event, captured, parameter) for part in value))
        elif key == "any":
            parts.append(some(truth(part, event, captured, parameter) for part in value))
        elif key == "not":
            parts.append(opposite(truth(value, event, captured, parameter)))
        else:
            parts.append(every(_test(key, op, wanted, event, captured, parameter) for op, wanted in value.items()))
    return every(iter(parts))


def _test(name: str, op: str, wanted: Any, event: Event, captured: Captured, parameter: Callable[[str], Any]) -> Truth:
    other = wanted["field"] if isinstance(wanted, Mapping) else None
    if not captured(event.type, name) or (other and not captured(event.type, other)):
        return None
    value = event.get(name)
    if op == "present":
        return (value is not None) == wanted
    if op in {"ne", "not_in"}:
        return opposite(_test(name, {"ne": "eq", "not_in": "in"}[op], wanted, event, captured, parameter))
    if other:
        wanted = event.get(other)
    elif isinstance(wanted, str) and wanted.startswith("$"):
        wanted = parameter(wanted[1:])
    if value is None or wanted is None:
        return False
    if not other:
        wanted = [_typed(name, one) for one in wanted] if op == "in" else _typed(name, wanted)
    comparisons: dict[str, Callable[[], bool]] = {
        "eq": lambda: value == wanted,
        "in": lambda: value in wanted,
        "contains": lambda: wanted in value,
        "lt": lambda: value < wanted,
        "le": lambda: value <= wanted,
        "gt": lambda: value > wanted,
        "ge": lambda: value >= wanted,
    }
    return comparisons[op]()


def _typed(name: str, wanted: Any) -> Any:
    kind = catalogue().fields[name].kind if name in catalogue().fields else Kind.STRING
    if kind is Kind.INSTANT and isinstance(wanted, str):
        return instant(wanted)
    return wanted.isoformat() if kind is Kind.DATE and isinstance(wanted, dt.date) else wanted


def fields_named(condition: Mapping[str, Any] | None) -> set[str]:
    """Every field that a condition mentions."""
    names: set[str] = set()
    for key, value in (condition or {}).items():
        if key in {"all", "any"}:
            for part in value:
                names |= fields_named(part)
        elif key == "not":
            names |= fields_named(value)
        else:
            names |= {key} | {wanted["field"] for wanted in value.values() if isinstance(wanted, Mapping)}
    return names
