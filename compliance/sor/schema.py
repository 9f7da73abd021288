"""What a statement of reasons may hold: fields, rules and code lists, read from `schemas/sor/<name>.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from compliance.errors import UsageError
from compliance.resources import data_dir

Endpoint = Literal["single", "multiple"]
CURRENT: Final = "2025-07"
OLD: Final = "2023-09"
NAMES: Final = (CURRENT, OLD)
MAX_BATCH: Final = 100
"""Statements that one call to the multiple endpoint takes."""


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """One rule of a field as the schema states it: its name and what it is about."""

    name: str
    arguments: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """One version of the service's rules. `codes` and `patterns` are what the rules refer to by name."""

    name: str
    title: str
    fields: Mapping[str, tuple[RuleSpec, ...]]
    codes: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, str]
    single_only: frozenset[str]
    """Fields that only the endpoint for single statements looks at."""

    def limit(self, field: str) -> int:
        """Most characters that the field may have. KeyError where it has no limit."""
        for rule in self.fields[field]:
            if rule.name == "max":
                return int(rule.arguments[0])
        raise KeyError(field)


def document(name: str) -> dict[str, Any]:
    """A data file of `schemas/sor`, by its name without `.json`."""
    found: dict[str, Any] = json.loads((data_dir("schemas") / "sor" / f"{name}.json").read_text("utf-8"))
    return found


@cache
def load_schema(name: str) -> Schema:
    """A version by its name. UsageError `USE-SOR-SCHEMA` for another name."""
    if name not in NAMES:
        raise UsageError("USE-SOR-SCHEMA", f"there is no schema {name!r}", hint=f"use one of {', '.join(NAMES)}")
    found = document(name)
    before = load_schema(found["extends"]) if "extends" in found else None
    fields = dict(before.fields) if before else {}
    fields |= {
        field: tuple(RuleSpec(rule[0], tuple(rule[1:])) for rule in rules)
        for field, rules in found.get("fields", {}).items()
    }
    for field in found.get("without", ()):
        del fields[field]
    codes = {name: tuple(listed) for name, listed in found["codes"].items()}
    return Schema(
        name,
        found["title"],
        fields,
        {**before.codes, **codes} if before else codes,
        found.get("patterns", before.patterns if before else {}),
        frozenset(found.get("single_only", ())),
    )
