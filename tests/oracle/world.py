"""What the reference evaluator judges: native events and everything else a verdict depends on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.events.catalogue import Kind, catalogue
from compliance.events.dataset import CoverageStatement, Hole
from compliance.project import Project
from compliance.rules.model import Rule

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class World:
    """One log, what is known about its gaps, and one rule to judge it by."""

    events: tuple[dict[str, Any], ...]
    rule: Rule
    project: Project
    as_of: int
    statements: tuple[CoverageStatement, ...] = ()
    holes: tuple[Hole, ...] = ()
    conflicts: frozenset[str] = frozenset()
    captures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lines: int = 0
    """Lines read, over all files: the whole of which unreadable ones are a share."""
    period: tuple[dt.date, dt.date] | None = None


@dataclass(frozen=True)
class Event:
    """One accepted event; instants are UTC microseconds."""

    id: str
    type: str
    time: int
    service: str
    values: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """Value of a field; None where it is missing or null."""
        return self.service if name == "service" else self.id if name == "id" else self.values.get(name)


def instant(text: str) -> int:
    """UTC microseconds of RFC 3339 text."""
    return (dt.datetime.fromisoformat(text) - EPOCH) // MICROSECOND


def read(native: Mapping[str, Any]) -> Event:
    """Event of a native dict, its instants read."""
    fields = catalogue().types[native["type"]].fields
    values = {
        name: instant(value) if value is not None and name in fields and fields[name].kind is Kind.INSTANT else value
        for name, value in native.items()
        if name not in {"id", "type", "time", "service"}
    }
    return Event(native["id"], native["type"], instant(native["time"]), native["service"], values)


@dataclass(frozen=True)
class Outcome:
    """What is said of one instance, and by which readings of its limit."""

    verdict: str
    reason: str = ""
    due: int | None = None
    due_late: int | None = None
    counted: bool = False
    """True where it is counted and not listed one by one: met, but for a failed gate."""


@dataclass(frozen=True)
class Judgement:
    """Every instance by its id, and the verdict of the rule with its reason."""

    instances: dict[str, Outcome]
    verdict: str
    reason: str

    @property
    def counts(self) -> dict[str, int]:
        """Instances per verdict that occurs."""
        words = [outcome.verdict for outcome in self.instances.values()]
        return {word: words.count(word) for word in sorted(set(words))}
