"""Event lines of embedded tests: `INSTANT type field=value ...`, read as strictly as a log."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.clock import midnight_us, parse_instant
from compliance.errors import Place, RuleError
from compliance.events.catalogue import Catalogue, FieldSpec, Kind
from compliance.rules.dates import FIRST, LAST
from compliance.rules.fault import nearest

_HEAD = re.compile(r"^(?P<time>\S+)\s+(?P<type>\S+)\s*(?P<rest>.*)$")
_PAIR = re.compile(r'([a-z][a-z0-9_]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)')


@dataclass(frozen=True, slots=True)
class TestEvent:
    """One event of an embedded test: `t` in UTC µs, `fields` with native values, `line` in the rule file."""

    id: str
    type: str
    t: int
    fields: Mapping[str, Any]
    line: int

    def native(self, service: str) -> dict[str, Any]:
        """The event as a log would hold it."""
        return {"id": self.id, "type": self.type, "service": service, **self.fields}


def read_events(text: str, catalogue: Catalogue, *, file: str, line: int) -> tuple[TestEvent, ...]:
    """Events of a test, in order; ids E1, E2, ... unless given. RuleError `RUL-TEST-EVENT` at the line that is wrong.

    `line` is the number of the first line of `text` in `file`.
    """
    found: list[TestEvent] = []
    for offset, content in enumerate(text.splitlines()):
        if content.strip():
            found.append(_event(content.strip(), len(found) + 1, catalogue, Place(file, line + offset)))
    ids = [event.id for event in found]
    for event in found:
        if ids.count(event.id) > 1:
            raise _fault(f"the id {event.id!r} stands twice", Place(file, event.line), "give each event its own id")
    return tuple(found)


def _event(content: str, number: int, catalogue: Catalogue, place: Place) -> TestEvent:
    head = _HEAD.match(content)
    if head is None:
        raise _fault("not an event line", place, "write `INSTANT type field=value ...`")
    spec = catalogue.types.get(head["type"])
    if spec is None:
        raise _fault(
            f"unknown event type {head['type']!r}", place, nearest(head["type"], catalogue.types, "see schemas/events")
        )
    try:
        instant = parse_instant(head["time"])
    except ValueError as error:
        raise _fault(str(error), place, "write it as 2025-08-01T10:00:00Z") from error
    if not midnight_us(FIRST, "UTC") <= instant <= midnight_us(LAST, "UTC"):
        raise _fault(f"{head['time']} lies outside {FIRST} to {LAST}", place, "write the year in full")
    fields = {
        name: _value(spec.fields.get(name), name, text, place, spec.fields)
        for name, text in _pairs(head["rest"], place)
    }
    missing = [name for name in spec.required if name not in fields and name not in {"id", "type", "time", "service"}]
    if missing:
        raise _fault(
            f"{spec.name} needs {', '.join(missing)}", place, "add the field; the schema of the event requires it"
        )
    return TestEvent(
        str(fields.pop("id", f"E{number}")), spec.name, instant, {"time": head["time"], **fields}, place.line or 0
    )


def _pairs(rest: str, place: Place) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(rest):
        match = _PAIR.match(rest, position)
        if match is None:
            raise _fault(
                f"cannot read {rest[position : position + 20]!r}",
                place,
                'write field=value, text with spaces as field="two words"',
            )
        if match[1] in dict(found):
            raise _fault(f"the field {match[1]!r} stands twice", place, "remove one of them")
        found.append((match[1], match[2]))
        position = match.end()
    return found


def _value(spec: FieldSpec | None, name: str, text: str, place: Place, fields: Mapping[str, FieldSpec]) -> Any:
    if spec is None:
        raise _fault(f"no such field: {name!r}", place, nearest(name, fields, f"fields: {', '.join(sorted(fields))}"))
    plain = json.loads(text) if text.startswith('"') else text
    try:
        value = _typed(spec.kind, plain)
    except ValueError as error:
        raise _fault(f"{name}: {plain!r} is no {spec.kind}", place, f"write a value of kind {spec.kind}") from error
    if spec.codes and value not in spec.codes:
        raise _fault(
            f"{name}: {plain!r} is not in its code list",
            place,
            nearest(plain, spec.codes, f"codes: {', '.join(spec.codes)}"),
        )
    return value


def _typed(kind: Kind, text: str) -> Any:
    match kind:
        case Kind.BOOLEAN:
            return {"true": True, "false": False}[text] if text in {"true", "false"} else _refuse(text)
        case Kind.INTEGER:
            return int(text)
        case Kind.NUMBER:
            return float(text)
        case Kind.LIST:
            return [part for part in text.split(",") if part]
        case Kind.INSTANT:
            parse_instant(text)
            return text
    return text


def _refuse(text: str) -> None:
    raise ValueError(text)


def _fault(message: str, place: Place, hint: str) -> RuleError:
    return RuleError("RUL-TEST-EVENT", message, hint=hint, place=place)
