"""What a rule says and nobody would do: limits in units that have no meaning there, and words that a pattern ignores."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.clock import Duration, parse_duration
from compliance.rules.anatomy import Path
from compliance.rules.fault import Fault
from compliance.rules.model import Link, Origin, Rule


def meaning_faults(rule: Rule) -> Iterator[Fault]:
    """Faults of a rule whose words are well formed, but would be passed over in silence."""
    yield from _units(rule)
    yield from _windows(rule)
    yield from _ignored(rule)
    if rule.exceptions and (rule.expect.threshold or rule.expect.attested):
        yield Fault(
            ("exceptions",),
            "RUL-IGNORED",
            f"`{rule.expect.pattern}` has no exceptions",
            "leave the excepted events out by `for_each.where`",
        )


def _units(rule: Rule) -> Iterator[Fault]:
    for name, parameter in rule.parameters.items():
        if parameter.type != "duration" or parameter.origin is not Origin.STATUTORY:
            continue
        for index, entry in enumerate(parameter.values):
            duration = parse_duration(entry.value)
            months, days = duration.years or duration.months, duration.weeks or duration.days
            if sum(bool(part) for part in (months, days, duration.seconds)) > 1:
                yield Fault(
                    ("parameters", name, "values", index, "value"),
                    "RUL-LIMIT",
                    f"{duration} mixes units, and Regulation 1182/71 counts a period in one",
                    "state it as the law does: hours, days, weeks, months or working days",
                )


def _windows(rule: Rule) -> Iterator[Fault]:
    threshold = rule.expect.threshold
    name = threshold.window[1:] if threshold is not None and threshold.window else ""
    parameter = rule.parameters.get(name)
    if parameter is None or parameter.type != "duration":
        return
    for index, entry in enumerate(parameter.values):
        if not _elapsed(parse_duration(entry.value)):
            yield Fault(
                ("parameters", name, "values", index, "value"),
                "RUL-LIMIT",
                f"a sliding window of {entry.value} has no fixed length",
                "give it in days or hours, e.g. P30D",
            )


def _elapsed(duration: Duration) -> bool:
    fixed = duration.weeks or duration.days or duration.seconds
    return bool(fixed) and not (duration.years or duration.months or duration.working_days)


def _ignored(rule: Rule) -> Iterator[Fault]:
    expect, never = rule.expect, rule.expect.never
    links: list[tuple[Path, Link | None, tuple[str, ...]]] = [
        (("expect", "precedence"), expect.precedence, ("due_field", "order")),
        (("expect", "never"), never, ("due_field", "order")),
        (("expect", "never", "until"), never.until if never else None, ("within", "due_field", "order")),
        (("closed_when",), rule.closed_when, ("within", "due_field", "order")),
    ]
    for path, link, words in links:
        for word in words:
            if link is not None and getattr(link, word) is not None:
                yield Fault((*path, word), "RUL-IGNORED", f"`{word}` has no meaning here", "remove it")
    response = expect.response
    if response is not None and response.within and response.due_field:
        yield Fault(
            ("expect", "response", "due_field"),
            "RUL-IGNORED",
            "a response has one limit: `within` or `due_field`",
            "remove one of them; an outer limit beside a target is `outer_field`",
        )
    if response is not None and response.order == "before":
        yield Fault(
            ("expect", "response", "order"),
            "RUL-IGNORED",
            "a response does not come before",
            "use the pattern `precedence`, or `order: any`",
        )
    for index, exception in enumerate(rule.exceptions):
        when = exception.when
        for word in ("match", "where", "within", "order"):
            if when.trigger is not None and getattr(when, word) is not None:
                path = ("exceptions", index, "when", word)
                yield Fault(path, "RUL-IGNORED", f"`{word}` goes with `event`, not with `trigger`", "remove it")
