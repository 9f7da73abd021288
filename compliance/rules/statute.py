"""Numbers that a rule calls law, held against the register, which has only what the law fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.clock import Duration, parse_duration
from compliance.rules.anatomy import Path
from compliance.rules.model import Origin, Parameter, Rule
from compliance.rules.parameters import spoken
from compliance.rules.register import Obligation, register

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def doubtful_statutes(rule: Rule) -> Iterator[tuple[Path, str, str]]:
    """Path, message and next step of each statutory period that the register does not know for the rule's obligations.

    A period that another provision fixes names that provision in `source`, and is not doubted; the same day is no number.
    """
    rows = [row for row in register() if row.id in rule.obligations]
    for name, parameter in rule.parameters.items():
        if parameter.origin is not Origin.STATUTORY or parameter.type != "duration" or _elsewhere(parameter, rows):
            continue
        for index, entry in enumerate(parameter.values):
            duration = parse_duration(entry.value)
            if _length(duration) != (0, 0, 0, 0) and not any(_fixes(row, duration) for row in rows):
                fixed = "; ".join(sorted({row.time_limit for row in rows if row.time_limit})) or "no period"
                yield (
                    ("parameters", name, "values", index, "value"),
                    f"{spoken(parameter, entry.value)} is presented as law, and the register has for "
                    f"{', '.join(rule.obligations)}: {fixed}",
                    "call it `policy`, or name under `source` the provision that fixes it",
                )


def _length(duration: Duration) -> tuple[int, int, int, int]:
    months, days = 12 * duration.years + duration.months, 7 * duration.weeks + duration.days
    return months, days, duration.seconds, duration.working_days


def _fixes(row: Obligation, duration: Duration) -> bool:
    """Whether the register's row fixes the period, as a duration or in the law's own words."""
    listed = [parse_duration(text) for text in row.time_limit_iso8601.split("|") if text]
    if _length(duration) in {_length(known) for known in listed}:
        return True
    hours = duration.seconds // 3600
    counts = {duration.working_days, duration.years, duration.months, duration.weeks, duration.days, hours} - {0}
    words = set(re.findall(r"[a-z]+|\d+", row.time_limit.lower()))
    return any(str(n) in words or (n < len(_NUMBERS) and _NUMBERS[n] in words) for n in counts)


def _elsewhere(parameter: Parameter, rows: list[Obligation]) -> bool:
    """Whether the source is another provision than those of the obligations: another act, article or paragraph."""
    source = parameter.source or ""
    named = re.search(r"Articles? (\d+[a-z]?)(?:\((\d+)\))?", source)
    if named is None or " of " in source:
        return True
    article, paragraph = named.groups()
    return not any(row.article == article and (not paragraph or row.paragraph in {"", paragraph}) for row in rows)
