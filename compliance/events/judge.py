"""The exact word on one event: what the column checks suspect is decided here, field by field, with a reason."""

from __future__ import annotations

import json
import re
from datetime import date
from difflib import get_close_matches
from typing import Any

from compliance.clock import parse_instant
from compliance.events.catalogue import Catalogue, EventType, FieldSpec, Kind
from compliance.events.cloudevents import unwrap
from compliance.events.reasons import Refusal, refusal
from compliance.events.strict_json import StrictJsonError, parse

Event = dict[str, Any]
LENGTHS = {"id": 256, "service": 128}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_TRAILING = re.compile(r",(\s*[}\]])")
_NAIVE = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?\Z")


class Refused(Exception):  # noqa: N818 - control flow inside ingest, never shown
    """Carries the refusal of one event."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.code)
        self.why = why


def judge_line(raw: bytes, catalogue: Catalogue) -> Event:
    """Native event of one JSON line, with the catalogue's fields only and nulls left out. Refused with the reason."""
    return judge_event(parse_line(raw), catalogue)


def parse_line(raw: bytes) -> Any:
    """Value of one strict JSON line. Refused with the reason where it is not."""
    try:
        return parse(raw)
    except StrictJsonError as error:
        raise Refused(refusal(error.code, message=error.message, field=error.field)) from error


def judge_event(value: Any, catalogue: Catalogue) -> Event:
    """Native event of one parsed value. Refused with the reason where the value is no event of the catalogue."""
    if not isinstance(value, dict):
        raise Refused(refusal("ING-NOT-OBJECT"))
    if value.get("specversion") is not None:
        unwrapped = unwrap(value)
        if isinstance(unwrapped, Refusal):
            raise Refused(unwrapped)
        value = unwrapped
    for name in ("id", "type", "time", "service"):
        if value.get(name) is None:
            raise Refused(refusal("ING-MISSING", field=name, message=f"`{name}` is missing"))
    event_type = _type_of(value["type"], catalogue)
    event: Event = {"type": event_type.name}
    for name, spec in event_type.fields.items():
        if value.get(name) is not None:
            event[name] = _checked(spec, value[name])
    for name in event_type.required:
        if name not in event:
            raise Refused(refusal("ING-MISSING", field=name, message=f"{event_type.name} needs `{name}`"))
    if event.get("corrects") == event["id"]:
        raise Refused(refusal("ING-CORRECTS", field="corrects"))
    return event


def accepted_event(raw: bytes, catalogue: Catalogue) -> Event:
    """Native event of a line that was accepted before: what `judge_line` gives of it, without judging every field again."""
    return accepted_value(parse_line(raw), catalogue)


def accepted_value(value: Any, catalogue: Catalogue) -> Event:
    """The same of a parsed value."""
    kind = value.get("type") if isinstance(value, dict) and value.get("specversion") is None else None
    if not isinstance(kind, str) or kind not in catalogue.types:
        return judge_event(value, catalogue)
    spec = catalogue.types[kind]
    event: Event = {"type": spec.name}
    for name in spec.fields:
        entry = value.get(name)
        if entry is not None:
            whole = type(entry) is float and spec.fields[name].kind is Kind.INTEGER
            event[name] = int(entry) if whole else entry
    return event


def read_event(raw: bytes, catalogue: Catalogue) -> Event:
    """Native event of a line that a load accepted by the fields it read, however odd the rest of the line is.

    As the column reader does, it takes the first of two equal keys and passes over trailing commas.
    """
    try:
        return accepted_event(raw, catalogue)
    except Refused:
        value = _lenient(raw.decode("utf-8", "replace").lstrip("\ufeff"))
    spec = catalogue.types.get(value.get("type", ""))
    names = {"type", *(spec.fields if spec else value)}
    return {name: entry for name, entry in value.items() if name in names and entry is not None}


def _lenient(text: str) -> Event:
    for candidate in (text, _TRAILING.sub(r"\1", text)):
        try:
            value = json.loads(candidate, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return {}


def _type_of(name: Any, catalogue: Catalogue) -> EventType:
    if not isinstance(name, str):
        raise Refused(_wrong_kind("type", "string", name))
    found = catalogue.types.get(name)
    if found is None:
        raise Refused(
            refusal(
                "ING-TYPE-UNKNOWN",
                field="type",
                message=f"unknown event type {name[:80]!r}",
                hint=_nearest(name, catalogue),
            )
        )
    return found


def _nearest(name: str, catalogue: Catalogue) -> str:
    successor = catalogue.successor(name)
    if successor:
        return f"it is called {successor} now"
    close = get_close_matches(name[:80], catalogue.types, n=1, cutoff=0.7)
    return f"did you mean {close[0]}?" if close else ""


def _checked(spec: FieldSpec, value: Any) -> Any:
    """The value as the native event holds it; whole floats of integer fields become integers."""
    if spec.kind in (Kind.STRING, Kind.INSTANT, Kind.DATE):
        if not isinstance(value, str):
            raise Refused(_wrong_kind(spec.name, "string", value))
        _check_text(spec, value)
    elif spec.kind is Kind.BOOLEAN:
        if not isinstance(value, bool):
            raise Refused(_wrong_kind(spec.name, "boolean", value))
    elif spec.kind is Kind.LIST:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Refused(_wrong_kind(spec.name, "array of strings", value))
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(_wrong_kind(spec.name, spec.kind.value, value))
    elif spec.kind is Kind.INTEGER:
        if isinstance(value, float) and (not value.is_integer() or abs(value) > 2**53):
            raise Refused(_wrong_kind(spec.name, "integer", value))
        return int(value)
    return value


def _check_text(spec: FieldSpec, value: str) -> None:
    longest = spec.max_length or LENGTHS.get(spec.name)
    if longest and not 0 < len(value) <= longest:
        raise Refused(
            refusal(
                "ING-LENGTH",
                field=spec.name,
                message=f"`{spec.name}` has {len(value)} characters, 1 to {longest} are allowed",
            )
        )
    if spec.codes and value not in spec.codes:
        near = get_close_matches(value[:80], spec.codes, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else "one of: " + ", ".join(spec.codes[:12])
        raise Refused(
            refusal("ING-CODE", field=spec.name, message=f"{value[:80]!r} is not a code of `{spec.name}`", hint=hint)
        )
    if spec.kind is Kind.INSTANT:
        _check_instant(spec.name, value)
    elif spec.kind is Kind.DATE:
        _check_date(spec.name, value)


def _check_instant(name: str, value: str) -> None:
    try:
        parse_instant(value)
    except (ValueError, OverflowError) as error:
        code = "ING-TIME-NAIVE" if _NAIVE.match(value) else "ING-TIME"
        raise Refused(refusal(code, field=name, message=f"`{name}`: {REASON_OF_TIME[code]}: {value[:40]!r}")) from error


REASON_OF_TIME = {"ING-TIME-NAIVE": "no offset", "ING-TIME": "not an RFC 3339 instant"}


def _check_date(name: str, value: str) -> None:
    try:
        if not _DATE.match(value):
            raise ValueError(value)
        date.fromisoformat(value)
    except ValueError as error:
        raise Refused(refusal("ING-DATE", field=name, message=f"`{name}` is not a date: {value[:40]!r}")) from error


def _wrong_kind(name: str, wanted: str, value: Any) -> Refusal:
    kinds = {str: "text", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}
    found = kinds.get(type(value), "null")
    return refusal("ING-KIND", field=name, message=f"`{name}` is {found}, the catalogue says {wanted}")
