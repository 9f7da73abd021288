"""What proves a rule inside its own file: embedded tests, and rows that say which services it binds."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from compliance.rules.strict import FieldName, Strict, Text

InstanceVerdict = Literal[
    "compliant",
    "non_compliant",
    "within_target",
    "over_target",
    "pending",
    "undetermined",
    "excepted",
    "attested",
    "not_attested",
    "attestation_expired",
]
"""What can be said of one instance."""
RuleVerdict = InstanceVerdict | Literal["not_applicable", "no_instances"]
"""What can be said of a rule as a whole."""


class TestCoverage(Strict):
    """What the log of an embedded test leaves out; elsewhere it is complete and records every field."""

    gaps: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Event type (or glob) to half-open windows `start/end` without its events."""
    captures: dict[str, tuple[FieldName, ...]] = Field(default_factory=dict)
    """Event type to the only fields its sources record."""


class RuleTest(Strict):
    """One embedded test. `expect` is exhaustive and keyed by the instance's trigger: its case, or its event id."""

    name: Text
    as_of: dt.datetime
    events: str
    """One event per line: `INSTANT type field=value ...`; lists with commas, text with spaces in double quotes."""
    expect: dict[str, InstanceVerdict]
    rule: RuleVerdict | None = None
    """Expected verdict of the rule as a whole, where the test is about it."""
    period: tuple[dt.date, dt.date] | None = None
    """First day and first day after."""
    profile: dict[str, Any] | None = None
    coverage: TestCoverage | None = None
    service: dict[str, Any] | None = None


class Binding(Strict):
    """Whether the rule binds a service on a day: a row of its decision table, proved like a test."""

    day: dt.date
    profile: dict[str, Any] | None = None
    """Answers that differ from those of the tests' service, to which everything applies."""
    expect: Literal["applies", "not_applicable", "undetermined"]
