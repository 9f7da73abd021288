"""Dated parameters: which value counts on a day, and from which instant each one counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from compliance.clock import in_words, midnight_us
from compliance.rules.model import DatedValue, Parameter, Rule


def value_at(parameter: Parameter, day: date) -> DatedValue | None:
    """Dated value in force on `day` (a day in the service's zone); None before the first date."""
    return next((entry for entry in reversed(parameter.values) if entry.since <= day), None)


def periods(parameter: Parameter, zone: str) -> list[tuple[int, Any]]:
    """Start (UTC µs of midnight in `zone`) and value of each period, in order; each lasts until the next one starts."""
    return [(midnight_us(entry.since, zone), entry.value) for entry in parameter.values]


def values_on(rule: Rule, day: date) -> dict[str, Any]:
    """Value of every parameter of the rule on `day`; parameters that have none yet are left out."""
    found = {name: value_at(parameter, day) for name, parameter in rule.parameters.items()}
    return {name: entry.value for name, entry in found.items() if entry is not None}


def spoken(parameter: Parameter, value: Any) -> str:
    """A value as a reader says it: `24 hours`, `95 %`, `a, b`."""
    if parameter.type == "duration":
        return in_words(value) if value != "P0D" else "the same day"
    if parameter.type == "ratio":
        return f"{round(value * 100, 4):g} %"
    if parameter.type == "list":
        return ", ".join(map(str, value))
    return str(value)
