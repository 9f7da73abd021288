"""Do the dates and lengths in a rule make sense: in order, one at a time, and of this age?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from compliance.clock import parse_duration
from compliance.rules.anatomy import Path
from compliance.rules.fault import Fault
from compliance.rules.model import Parameter, Rule

FIRST, LAST = date(1950, 1, 1), date(2200, 1, 1)
"""No rule of this law counts from before, or to after, these days."""
_YEARS, _NUMBER = 100, 10**15
"""Longest period and largest number that a rule may name."""


def date_faults(rule: Rule) -> Iterator[Fault]:
    """Dates out of order or of another age, values that overlap, and periods and numbers beyond all measure."""
    since, until = rule.in_force.since, rule.in_force.until
    if until is not None and until < since:
        yield Fault(
            ("in_force", "until"), "RUL-DATES", f"`until` {until} lies before `from` {since}", "put the dates in order"
        )
    for path, day in _days(rule):
        if not FIRST <= day <= LAST:
            yield Fault(path, "RUL-DATES", f"{day} lies outside {FIRST} to {LAST}", "write the year in full")
    for name, parameter in rule.parameters.items():
        yield from _in_order(name, parameter)
        yield from _in_measure(name, parameter)
        first = parameter.values[0].since
        if first > since:
            yield Fault(
                ("parameters", name, "values", 0, "from"),
                "RUL-DATES",
                f"the first value counts from {first}, the rule from {since}",
                "give a value from the rule's first day on",
            )
        for index, entry in enumerate(parameter.values):
            if until is not None and since <= until < entry.since:
                yield Fault(
                    ("parameters", name, "values", index, "from"),
                    "RUL-DATES",
                    f"this value starts {entry.since}, after the rule ends",
                    "remove it, or move `in_force.until`",
                )
    for index, test in enumerate(rule.tests):
        if test.as_of.tzinfo is None:
            yield Fault(
                ("tests", index, "as_of"), "RUL-DATES", "an instant needs an offset", "write it as 2025-08-10T00:00:00Z"
            )
        if test.period is not None and test.period[1] <= test.period[0]:
            yield Fault(
                ("tests", index, "period"),
                "RUL-DATES",
                "the period ends before it starts",
                "give the first day and the first day after",
            )


def _days(rule: Rule) -> Iterator[tuple[Path, date]]:
    yield ("in_force", "from"), rule.in_force.since
    if rule.in_force.until is not None:
        yield ("in_force", "until"), rule.in_force.until
    for name, parameter in rule.parameters.items():
        for index, entry in enumerate(parameter.values):
            yield ("parameters", name, "values", index, "from"), entry.since
            if parameter.type == "date":
                yield ("parameters", name, "values", index, "value"), date.fromisoformat(str(entry.value))


def _in_order(name: str, parameter: Parameter) -> Iterator[Fault]:
    for index, (earlier, entry) in enumerate(pairwise(parameter.values), 1):
        path: Path = ("parameters", name, "values", index, "from")
        if entry.since == earlier.since:
            yield Fault(path, "RUL-DATES", f"two values count from {entry.since}", "give each its own first day")
        elif entry.since < earlier.since:
            words = f"the value from {entry.since} stands after the one from {earlier.since}"
            yield Fault(path, "RUL-DATES", words, "put the values in the order of their dates")


def _in_measure(name: str, parameter: Parameter) -> Iterator[Fault]:
    for index, entry in enumerate(parameter.values):
        path: Path = ("parameters", name, "values", index, "value")
        if parameter.type == "duration":
            found = parse_duration(entry.value)
            days = 366 * found.years + 31 * found.months + 7 * found.weeks + found.days + 2 * found.working_days
            if days + found.seconds // 86_400 > 366 * _YEARS:
                yield Fault(path, "RUL-LIMIT", f"{found} is longer than {_YEARS} years", "is the unit right?")
        elif parameter.type in {"integer", "ratio"} and abs(entry.value) > _NUMBER:
            yield Fault(path, "RUL-LIMIT", "the number is too large", f"numbers stay below {_NUMBER:,}")
