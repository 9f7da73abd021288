"""What changed between two versions of the rules, in words a compliance officer reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rules.condition import parse_condition
from compliance.rules.model import ExceptionCase, Parameter, Rule, Selector
from compliance.rules.parameters import spoken
from compliance.rules.reading import bound_words, exception_words, expected_words, origin_words, selected_words
from compliance.rules.words import condition_words

WORDING = ("title", "summary", "doubt", "message", "remedy", "evidence", "history", "key", "status", "superseded_by")
"""Parts that change what is read, and nothing that is judged."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise in the later version. `kind` says what it is about."""

    rule: str
    kind: str
    words: str


def differences(before: Iterable[Rule], after: Iterable[Rule]) -> list[Change]:
    """Every change from `before` to `after`, by rule: new and gone rules, then what is otherwise in the others."""
    old, new = {rule.id: rule for rule in before}, {rule.id: rule for rule in after}
    found: list[Change] = []
    for name in sorted({*old, *new}):
        if name not in new:
            found.append(Change(name, "gone", f"{old[name].title}: no longer judged{_instead(old[name], new)}"))
        elif name not in old:
            found.append(Change(name, "new", f"{new[name].title} ({new[name].rule_class}): {_asks(new[name])}"))
        else:
            found += _changes(old[name], new[name])
    return found


def _instead(rule: Rule, new: Mapping[str, Rule]) -> str:
    return f"; {rule.superseded_by} stands instead" if rule.superseded_by in new else ""


def _asks(rule: Rule) -> str:
    trigger = f"for each {selected_words(rule.for_each)}: " if rule.for_each else ""
    return trigger + expected_words(rule)


def _changes(old: Rule, new: Rule) -> list[Change]:
    said = [Change(new.id, kind, words) for kind, words in _judged_otherwise(old, new)]
    if said and new.revision <= old.revision:
        words = f"the revision is still {new.revision}, although the rule would judge otherwise"
        said.append(Change(new.id, "revision", words))
    changed = [name.replace("_", " ") for name in WORDING if getattr(old, name) != getattr(new, name)]
    changed += ["why a number or an exception stands"] if _reasons(old, new) != _reasons(new, old) else []
    if changed:
        only = "" if said else "nothing is judged otherwise; "
        said.append(Change(new.id, "wording", f"{only}other words: {', '.join(changed)}"))
    return said


def _reasons(rule: Rule, other: Rule) -> list[object]:
    """Reasons and approvals of what both versions have."""
    found: list[object] = [rule.severity.because]
    for name in sorted({*rule.parameters} & {*other.parameters}):
        parameter = rule.parameters[name]
        found += [parameter.because, parameter.approved_by, parameter.source]
    kept = {case.id for case in other.exceptions}
    return found + [(case.because, case.provision) for case in rule.exceptions if case.id in kept]


def _judged_otherwise(old: Rule, new: Rule) -> Iterator[tuple[str, str]]:
    """What would give another verdict, another weight or another claim about the law."""
    for name in sorted({*old.parameters, *new.parameters}):
        yield from (("limit", words) for words in _limits(name, old.parameters.get(name), new.parameters.get(name)))
    if (old.in_force, old.applies_to) != (new.in_force, new.applies_to):
        yield "scope", f"binds {bound_words(new)} (before: {bound_words(old)})"
    if old.rule_class is not new.rule_class:
        yield "class", f"is now {_class(new)}, and was {_class(old)}"
    yield from _triggers(old, new)
    if old.expect != new.expect:
        yield "expectation", _expectation(old, new)
    for name, what in (("clock_from", "the clock starts with"), ("outer_field", "the outer limit stands in")):
        if getattr(old, name) != getattr(new, name):
            yield "clock", f"{what} {_or_none(getattr(new, name))} (before: {_or_none(getattr(old, name))})"
    if old.closed_when != new.closed_when:
        yield "closing", f"the case is closed by {_selector(new.closed_when)} (before: {_selector(old.closed_when)})"
    yield from (("exception", words) for words in _exceptions(old, new))
    if old.severity.level != new.severity.level:
        yield "severity", f"a miss is now {new.severity.level}, and was {old.severity.level}"
    if (old.legal, old.obligations) != (new.legal, new.obligations):
        yield "law", f"rests on {_law(new)} (before: {_law(old)})"


def _expectation(old: Rule, new: Rule) -> str:
    before, after = expected_words(old), expected_words(new)
    if before != after:
        return f"expects: {after} (before: {before})"
    was, now = (dict(_leaves(rule.expect.model_dump(mode="json", exclude_none=True))) for rule in (old, new))
    changed = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    return "expects: " + ", ".join(
        f"{name} {now.get(name, 'left out')} (before: {was.get(name, 'left out')})" for name in changed
    )


def _leaves(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value below a part of a rule, with its path."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            yield from _leaves(value, f"{path}.{name}" if path else str(name))
    else:
        yield path, part


def _class(rule: Rule) -> str:
    word = rule.rule_class.value
    return f"{'an' if word[0] in 'ai' else 'a'} {word} rule"


def _or_none(name: str | None) -> str:
    return f"`{name}`" if name else "nothing"


def _selector(selector: Selector | None) -> str:
    return selected_words(selector) if selector is not None else "nothing"


def _law(rule: Rule) -> str:
    rests = "; ".join(f"{legal.act}, {legal.provision} ({legal.duty}, {legal.standard})" for legal in rule.legal)
    return f"{rests} for {', '.join(rule.obligations)}"


def _triggers(old: Rule, new: Rule) -> Iterator[tuple[str, str]]:
    before, after = old.for_each, new.for_each
    if before == after:
        return
    if before is None or after is None or before.event != after.event:
        yield "trigger", f"looks at {_selector(after)} (before: {_selector(before)})"
        return
    yield (
        "trigger",
        f"of `{after.event}` it takes those where {_condition(after.where)} (before: {_condition(before.where)})",
    )


def _condition(where: Mapping[str, Any] | None) -> str:
    return condition_words(parse_condition(where)) if where else "nothing more is asked"


def _limits(name: str, old: Parameter | None, new: Parameter | None) -> Iterator[str]:
    if old is None or new is None:
        parameter, word = (new, "new") if new is not None else (old, "no longer used")
        assert parameter is not None
        yield f"{name}: {word}, {_values(parameter)}, {origin_words(parameter)}"
        return
    before, after = ({entry.since: entry.value for entry in parameter.values} for parameter in (old, new))
    for since in sorted({*before, *after}):
        if since not in before:
            earlier = [value for day, value in sorted(after.items()) if day < since]
            change = (
                f"from {spoken(new, earlier[-1])} to {spoken(new, after[since])}"
                if earlier
                else spoken(new, after[since])
            )
            yield f"{name}: {change} for what happens from {since} on"
        elif since not in after:
            yield f"{name}: {spoken(old, before[since])} no longer counts from {since} on"
        elif before[since] != after[since]:
            change = f"from {spoken(old, before[since])} to {spoken(new, after[since])}"
            yield f"{name}: {change} for what happens from {since} on - also for the past"
    if old.origin is not new.origin:
        yield f"{name}: is now called {origin_words(new)}, and was {origin_words(old)}"


def _values(parameter: Parameter) -> str:
    return ", ".join(f"{spoken(parameter, entry.value)} from {entry.since}" for entry in parameter.values)


def _exceptions(old: Rule, new: Rule) -> Iterator[str]:
    before, after = _by_id(old.exceptions), _by_id(new.exceptions)
    for name in sorted({*before, *after}):
        if name not in before:
            yield f"new exception {name}: {exception_words(new, after[name])}. {after[name].because}"
        elif name not in after:
            yield f"no exception {name} any more: {exception_words(old, before[name])}"
        elif before[name].when != after[name].when:
            yield f"exception {name}: {exception_words(new, after[name])} (before: {exception_words(old, before[name])})"


def _by_id(cases: Sequence[ExceptionCase]) -> dict[str, ExceptionCase]:
    return {case.id: case for case in cases}
