"""What an event may hold. `schemas/events/<type>.schema.json` is the one source of truth; this reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from compliance.errors import InputError, Place
from compliance.resources import data_dir

ENVELOPE = ("id", "type", "time", "service", "source", "corrects")
"""Fields of every event."""


class Kind(StrEnum):
    """How a field is typed in columns. Instants are int64 UTC microseconds, lists are canonical JSON text."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DATE = "date"
    LIST = "list"


TEXTS = frozenset({Kind.STRING, Kind.INSTANT, Kind.DATE})
"""Kinds whose values are texts."""


class Sensitivity(StrEnum):
    """Disclosure class of a field. `restricted` never enters a general bundle."""

    OPEN = "open"
    PERSONAL = "personal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: its kind, its disclosure class, its code list (empty where free), and its meaning."""

    name: str
    kind: Kind
    sensitivity: Sensitivity
    codes: tuple[str, ...]
    description: str
    max_length: int | None


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type: its fields, which are required, and which names the case."""

    name: str
    family: str
    title: str
    case_field: str
    provision: str
    fields: dict[str, FieldSpec]
    required: tuple[str, ...]
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All event types. A field name has one kind, class and code list across all types."""

    types: dict[str, EventType]
    fields: dict[str, FieldSpec]

    def matching(self, globs: tuple[str, ...] | list[str]) -> tuple[str, ...]:
        """Names of the types that any of the globs matches, sorted. `*` matches all."""
        return tuple(sorted(name for name in self.types if any(fnmatchcase(name, glob) for glob in globs)))

    def successor(self, old: str) -> str | None:
        """Present name of a type that has been renamed, if it was."""
        return next((name for name, spec in self.types.items() if old in spec.replaces), None)


def _kind(schema: dict[str, Any]) -> Kind:
    formats = {"date-time": Kind.INSTANT, "date": Kind.DATE}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if schema["type"] == "array":
        return Kind.LIST
    return Kind(schema["type"])


def _field(name: str, schema: dict[str, Any]) -> FieldSpec:
    return FieldSpec(
        name,
        _kind(schema),
        Sensitivity(schema.get("x-class", "open")),
        tuple(schema.get("enum", ())),
        schema.get("description", ""),
        schema.get("maxLength"),
    )


def _event_type(document: dict[str, Any]) -> EventType:
    fields = {name: _field(name, schema) for name, schema in document["properties"].items() if "const" not in schema}
    name = document["properties"]["type"]["const"]
    return EventType(
        name,
        document["x-family"],
        document["title"],
        document["x-case"],
        document.get("x-provision", ""),
        fields,
        tuple(document["required"]),
        tuple(document.get("x-replaces", ())),
    )


def read_catalogue(folder: Path) -> Catalogue:
    """Catalogue of a folder of event schemas. InputError `CAT-*` where a schema is broken or two disagree."""
    types: dict[str, EventType] = {}
    fields: dict[str, FieldSpec] = {}
    for path in sorted(folder.glob("*.schema.json")):
        try:
            event_type = _event_type(json.loads(path.read_text("utf-8")))
        except (KeyError, ValueError, TypeError) as error:
            raise InputError(
                "CAT-BROKEN",
                f"not an event schema: {error}",
                place=Place(str(path)),
                hint="compare with another schema in the same folder",
            ) from error
        types[event_type.name] = event_type
        for name, spec in event_type.fields.items():
            known = fields.setdefault(name, spec)
            if (known.kind, known.sensitivity, known.codes) != (spec.kind, spec.sensitivity, spec.codes):
                raise InputError(
                    "CAT-CONFLICT",
                    f"field {name!r} differs from its definition in another type",
                    place=Place(str(path), field=name),
                    hint="give it another name or the same definition",
                )
    return Catalogue(types, dict(sorted(fields.items())))


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, read once."""
    return read_catalogue(data_dir("schemas") / "events")
