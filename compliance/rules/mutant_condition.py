"""Small changes of a condition: a test dropped, an operator turned, a value moved by one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from compliance.clock import format_us, parse_instant
from compliance.rules.anatomy import Path

ALWAYS: Mapping[str, Any] = {"id": {"present": True}}
"""A condition that every event satisfies."""

_TURNED: Mapping[str, tuple[str, ...]] = {
    "eq": ("ne",),
    "ne": ("eq",),
    "in": ("not_in",),
    "not_in": ("in",),
    "lt": ("le", "ge"),
    "le": ("lt", "gt"),
    "gt": ("ge", "le"),
    "ge": ("gt", "lt"),
}
_ORDERED = frozenset({"lt", "le", "gt", "ge"})


@dataclass(frozen=True, slots=True)
class Change:
    """A changed condition: where, in words, and what stands there now; None where nothing is left of it."""

    path: Path
    words: str
    condition: Mapping[str, Any] | None


def changes_of(condition: Mapping[str, Any], path: Path) -> Iterator[Change]:
    """Every change of a well-formed condition that stands at `path` in the file; no two with the same result."""
    seen = [dict(condition)]
    for change in _of_mapping(condition, path):
        if change.condition not in seen:
            seen.append(change.condition)  # type: ignore[arg-type]
            yield change


def _of_mapping(condition: Mapping[str, Any], path: Path) -> Iterator[Change]:
    for key, value in condition.items():
        rest = {name: other for name, other in condition.items() if name != key}
        for change in _of_entry(key, value, (*path, key)):
            yield Change(change.path, change.words, _joined(rest, change.condition))
    if len(condition) > 1:
        parts = [{key: value} for key, value in condition.items()]
        yield Change(path, "any of the fields is enough, not all of them", {"any": parts})


def _joined(rest: Mapping[str, Any], part: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The other entries of a mapping and what became of one of them; all must hold."""
    if part is None:
        return rest or None
    if set(rest) & set(part):
        return {"all": [rest, part]}
    return {**rest, **part}


def _of_entry(key: str, value: Any, path: Path) -> Iterator[Change]:
    if key in {"all", "any"}:
        yield from _of_list(key, list(value), path)
    elif key == "not":
        yield Change(path, "`not` dropped", value)
        for change in _of_mapping(value, path):
            inner = change.condition
            yield Change(change.path, change.words, None if inner is None else {"not": inner})
    else:
        yield from _of_field(key, value, path)


def _of_list(key: str, parts: list[Any], path: Path) -> Iterator[Change]:
    if len(parts) > 1:
        other = "any" if key == "all" else "all"
        yield Change(path, f"`{key}` turned into `{other}`", {other: parts})
    for index, part in enumerate(parts):
        rest = [entry for number, entry in enumerate(parts) if number != index]
        yield Change((*path, index), f"part {index + 1} of `{key}` dropped", {key: rest} if rest else None)
        for change in _of_mapping(part, (*path, index)):
            if change.condition is not None:
                yield Change(change.path, change.words, {key: [*parts[:index], change.condition, *parts[index + 1 :]]})


def _of_field(field: str, tests: Mapping[str, Any], path: Path) -> Iterator[Change]:
    for op, value in tests.items():
        here = (*path, op)
        rest = {name: other for name, other in tests.items() if name != op}
        yield Change(here, f"the test `{field} {op}` dropped", {field: rest} if rest else None)
        for words, changed in _of_test(field, op, value):
            yield Change(here, words, _joined({field: rest} if rest else {}, changed))
    if len(tests) > 1:
        parts = [{field: {op: value}} for op, value in tests.items()]
        yield Change(path, f"any test of `{field}` is enough, not all of them", {"any": parts})


def _of_test(field: str, op: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if op == "present":
        yield f"`{field} present: {_said(value)}` turned into {_said(not value)}", {field: {op: not value}}
    elif op == "contains":
        yield f"`{field} contains` negated", {"not": {field: {op: value}}}
    for other in _TURNED.get(op, ()):
        yield f"`{field} {op}` turned into `{other}`", {field: {other: value}}
    if op in {"in", "not_in"} and isinstance(value, (list, tuple)) and len(value) > 1:
        for entry in value:
            rest = [other for other in value if other != entry]
            yield f"{entry} left out of `{field} {op}`", {field: {op: rest}}
    if op in _ORDERED:
        for moved in moved_by_one(value):
            yield f"`{field} {op} {value}` moved to {moved}", {field: {op: moved}}


def moved_by_one(value: Any) -> tuple[Any, ...]:
    """A literal one step up and down: a whole number by 1, a fraction in its last place, a day by a day, an instant by 1 s."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1, value - 1
    if isinstance(value, float):
        written = Decimal(str(value))
        exponent = written.as_tuple().exponent
        step = Decimal((0, (1,), exponent)) if isinstance(exponent, int) else Decimal(1)
        return float(written + step), float(written - step)
    if isinstance(value, str):
        return _moved_text(value)
    return ()


def _moved_text(value: str) -> tuple[str, ...]:
    if value.startswith("$"):
        return ()
    try:
        day = date.fromisoformat(value)
    except ValueError:
        try:
            instant = parse_instant(value)
        except ValueError:
            return ()
        return format_us(instant + 1_000_000), format_us(instant - 1_000_000)
    return str(day + timedelta(days=1)), str(day - timedelta(days=1))


def _said(value: object) -> str:
    return "true" if value else "false"
