"""From outcomes to findings: a stable id, the events behind it with file and line, and a sentence."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.assess.model import EventRef, Finding, Limit, Reason, Verdict
from compliance.assess.retold import Told, Words
from compliance.clock import format_second, format_us, from_us, in_words, local_date
from compliance.engine.plan import Aggregate, Join, Scan, both, call, col, keep
from compliance.events.catalogue import Sensitivity
from compliance.events.dataset import Dataset
from compliance.patterns.frame import Frame
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import REASON_WORDS
from compliance.project import Disposition, Project
from compliance.rules.condition import failed_tests, parse_condition
from compliance.rules.model import Origin, Rule, Selector
from compliance.rules.parameters import value_at

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


def finding_id(rule: str, service: str, instance: str) -> str:
    """Stable id of a finding: the same rule, service and trigger give the same id in every run."""
    digest = hashlib.sha256(f"{rule}\x1f{service}\x1f{instance}".encode()).digest()
    return "F-" + base64.b32encode(digest[:10]).decode()


@dataclass(frozen=True, slots=True)
class Draft:
    """What one rule has to list, before its lines are read again: outcomes, and the linked events that decided."""

    frame: Frame
    outcomes: list[Outcome]
    linked: dict[int, list[tuple[str, int, str, int]]]
    """Per trigger row: role, row, id and instant of each linked event."""


def draft_of(frame: Frame, known: Mapping[int, Sequence[tuple[str, int, str, int]]] | None = None) -> Draft:
    """Draft of a judged rule; asks the engine, so it must be made before the rule's tables go.

    `known`: linked events of trigger rows of which they need not be looked for.
    """
    outcomes = frame.tally.listed()
    kept = {row: list(events) for row, events in (known or {}).items()}
    wanted = [outcome for outcome in outcomes if outcome.row not in kept]
    return Draft(frame, outcomes, kept | _deciding_events(frame, wanted))


def findings_of(
    drafts: Sequence[Draft], dataset: Dataset, project: Project, told: Told | None = None
) -> tuple[Finding, ...]:
    """Findings of all rules, worst first in each; the log is read again once, for the lines of these rows only.

    What an earlier check `told` of an outcome is said again, and its line is not read.
    """
    told = told or Told()
    triggers = {outcome.row for draft in drafts for outcome in draft.outcomes if outcome.row is not None}
    others = {n for draft in drafts for found in draft.linked.values() for _, n, _, _ in found}
    places = {**told.places, **dataset.locator.places(sorted((triggers | others) - told.places.keys()))}
    unread = {o.row for draft in drafts for o in draft.outcomes if told.of(draft.frame.rule.id, o) is None}
    events = dataset.locator.events(sorted(triggers & unread))
    marks = {entry.finding: entry for entry in project.dispositions}
    built = []
    for draft in drafts:
        for outcome in draft.outcomes:
            row = outcome.row
            event = events.get(row, {}) if row is not None else {}
            linked = draft.linked.get(row, []) if row is not None else []
            words = told.of(draft.frame.rule.id, outcome)
            if words is None:
                time = str(event.get("time", format_us(outcome.t)))
                words = (time, _message(draft.frame, outcome, event))
            built.append(_finding(draft.frame, outcome, words, linked, places, marks))
    return tuple(built)


def links_of(rule: Rule) -> list[tuple[str, Selector, Mapping[str, str]]]:
    """Events that a rule looks for beside its triggers: their role, which, and by which keys."""
    expect = rule.expect
    found: list[tuple[str, Selector, Mapping[str, str]]] = []
    if expect.response is not None:
        found.append(("response", expect.response, expect.response.match))
    if expect.precedence is not None:
        found.append(("precursor", expect.precedence, expect.precedence.match))
    if expect.never is not None:
        found.append(("forbidden", expect.never, expect.never.match))
    if expect.reconcile is not None:
        pair = expect.reconcile
        found.append(("counterpart", Selector(event=pair.event, where=pair.where), pair.match))
    if expect.throughout is not None:
        found.append(("off", expect.throughout.off, expect.throughout.match))
        found.append(("on", expect.throughout.on, expect.throughout.match))
    return found


def _deciding_events(frame: Frame, outcomes: list[Outcome]) -> dict[int, list[tuple[str, int, str, int]]]:
    """Per trigger row: role, row, id and instant of the linked event that was observed."""
    observed = sorted({(o.row, o.observed) for o in outcomes if o.row is not None and o.observed is not None})
    found: dict[int, list[tuple[str, int, str, int]]] = {}
    if not observed:
        return found
    table = frame.engine.table((("n", "BIGINT"), ("seen", "BIGINT")), observed)
    for role, selector, match in links_of(frame.rule):
        for row in _linked_rows(frame, table, selector, match):
            found.setdefault(row[0], []).append((role, row[1], row[2], row[3]))
    return found


def _linked_rows(frame: Frame, table: str, selector: Selector, match: Mapping[str, str]) -> list[tuple[Any, ...]]:
    fields = tuple(dict.fromkeys(match.values()))
    names = tuple(f"x_{name}" for name in fields)
    triggers = Join(
        frame.triggers(fields, anytime=True),
        Scan(table),
        call("=", col("n", "l"), col("n", "r")),
        (*keep("n", *names, side="l"), ("seen", col("seen", "r"))),
    )
    on = [call("=", col(f"x_{name}", "l"), col(f"k{i}", "r")) for i, name in enumerate(match.values())]
    on.append(call("=", col("seen", "l"), col("t", "r")))
    joined = Join(
        triggers,
        frame.linked(selector, tuple(match)),
        both(*on),
        (("n", col("n", "l")), ("m", col("n", "r")), ("mid", col("id", "r")), ("mt", col("t", "r"))),
    )
    first = Aggregate(
        joined,
        keep("n"),
        (("m", call("min_by", col("m"), col("mid"))), ("mid", call("min", col("mid"))), ("mt", call("min", col("mt")))),
    )
    return list(frame.engine.rows(first))


def _finding(
    frame: Frame,
    outcome: Outcome,
    words: Words,
    linked: list[tuple[str, int, str, int]],
    places: Mapping[int, Any],
    marks: Mapping[str, Disposition],
) -> Finding:
    rule, scope = frame.rule, frame.scope
    number = finding_id(rule.id, scope.service, outcome.instance)
    refs = []
    if outcome.row is not None:
        refs.append(_reference(outcome.row, outcome.instance, "trigger", words[0], places))
    refs += [_reference(n, event_id, role, format_us(t), places) for role, n, event_id, t in linked]
    delay = None
    if outcome.observed is not None and outcome.due_late is not None and outcome.reason is Reason.LATE:
        delay = (outcome.observed - outcome.due_late) // 1_000_000
    elif outcome.reason in {Reason.NEVER_DONE, Reason.MISSING_COUNTERPART} and outcome.due_late is not None:
        delay = max(0, (scope.as_of - outcome.due_late) // 1_000_000)
    unread = frame.knowns.unreadable_lines
    absence = outcome.reason in {
        Reason.NEVER_DONE,
        Reason.LATE,
        Reason.NOT_PRECEDED,
        Reason.MISSING_COUNTERPART,
        Reason.EXTRA_COUNTERPART,
    }
    caveats: list[str] = []
    if unread and absence:
        caveats.append(f"{unread} line(s) of the log could not be read at all; one of them may hold the event")
    if rule.doubt and outcome.verdict is Verdict.NON_COMPLIANT:
        caveats.append(f"not settled in law: {rule.doubt}")
    return Finding(
        id=number,
        rule=rule.id,
        revision=rule.revision,
        verdict=outcome.verdict,
        reason=outcome.reason,
        case=outcome.case,
        trigger=outcome.instance,
        at=format_us(outcome.t),
        due=None if outcome.due is None else format_us(outcome.due),
        due_late=None if outcome.due_late is None or outcome.due_late == outcome.due else format_us(outcome.due_late),
        observed=None if outcome.observed is None else format_us(outcome.observed),
        delay_seconds=delay,
        limit=_limit(rule, outcome),
        message=words[1],
        events=tuple(refs),
        caveats=tuple(caveats),
        disposition=_disposition(marks.get(number), rule, scope.as_of, scope.days.zone),
        detail={} if outcome.value is None else {"value": outcome.value},
    )


def _reference(n: int, event_id: str, role: str, time: str, places: Mapping[int, Any]) -> EventRef:
    place = places.get(n)
    return EventRef(event_id, role, time, place.file if place else "", place.line if place else None)


def _deciding_parameter(rule: Rule) -> str | None:
    expect = rule.expect
    for link in (expect.response, expect.precedence, expect.never, expect.reconcile, expect.throughout):
        if link is not None and link.within is not None:
            return link.within[1:]
    if expect.recurring is not None:
        return expect.recurring.every[1:]
    if expect.threshold is not None and expect.threshold.bound is not None:
        return next(iter(expect.threshold.bound.values()))[1:]
    return None


def _limit(rule: Rule, outcome: Outcome) -> Limit | None:
    name = _deciding_parameter(rule)
    if name is None:
        ordered = rule.expect.response is not None and rule.expect.response.due_field is not None
        return Limit(format_us(outcome.due), "ordered") if ordered and outcome.due is not None else None
    parameter = rule.parameters[name]
    found = value_at(parameter, from_us(outcome.t).date()) or parameter.values[0]
    return Limit(outcome.limit or str(found.value), str(parameter.origin))


def _disposition(mark: Disposition | None, rule: Rule, as_of: int, zone: str) -> dict[str, Any] | None:
    if mark is None:
        return None
    today: date = local_date(as_of, zone)
    name = _deciding_parameter(rule)
    waivable = (
        name is not None and rule.parameters[name].origin is not Origin.STATUTORY and str(rule.rule_class) != "hard"
    )
    state = "expired" if mark.until is not None and mark.until < today else "in_force"
    if mark.disposition == "risk_accepted" and not waivable:
        state = "refused: a statutory duty cannot be waived"
    return {
        "disposition": mark.disposition,
        "owner": mark.owner,
        "approver": mark.approver,
        "reason": mark.reason,
        "until": mark.until.isoformat() if mark.until else None,
        "state": state,
    }


def _message(frame: Frame, outcome: Outcome, event: dict[str, Any]) -> str:
    rule = frame.rule
    subject = outcome.case or outcome.instance
    if outcome.verdict is Verdict.PENDING:
        due = format_second(outcome.due) if outcome.due is not None else "no date"
        return f"{subject}: open until {due}. The duty: {rule.title}."
    if outcome.verdict is Verdict.UNDETERMINED:
        return f"{subject}: cannot be judged, {REASON_WORDS[outcome.reason]}. The duty: {rule.title}."
    return _PLACEHOLDER.sub(lambda match: _value(frame, outcome, event, match[1]), rule.message)


def _value(frame: Frame, outcome: Outcome, event: dict[str, Any], name: str) -> str:
    """What a placeholder of a message stands for; only open fields of the trigger can be named."""
    rule = frame.rule
    decisive = _deciding_parameter(rule)
    parameter = decisive if name == "limit" and name not in rule.parameters else name
    if parameter in rule.parameters:
        found = value_at(rule.parameters[parameter], local_date(outcome.t, frame.scope.days.zone))
        return "no value" if found is None else _words(rule.parameters[parameter].type, found.value)
    if name == "value" and outcome.value is not None:
        return _words(rule.parameters[decisive].type if decisive else "integer", outcome.value)
    if name == "failed" and rule.expect.each is not None:
        day = local_date(outcome.t, frame.scope.days.zone)
        dated = {key: value_at(parameter, day) for key, parameter in rule.parameters.items()}
        values = {key: entry.value for key, entry in dated.items() if entry is not None}
        return ", ".join(failed_tests(parse_condition(rule.expect.each), event, values)) or "an element"
    known = _KNOWN.get(name)
    if known is not None:
        return known(frame, outcome)
    spec = frame.catalogue.fields.get(name)
    open_field = spec is not None and spec.sensitivity is Sensitivity.OPEN
    return str(event[name]) if open_field and event.get(name) is not None else "not recorded"


_KNOWN: Mapping[str, Callable[[Frame, Outcome], str]] = {
    "subject": lambda _, outcome: outcome.case or outcome.instance,
    "trigger.at": lambda _, outcome: format_us(outcome.t),
    "service": lambda frame, _: frame.scope.service,
    "due": lambda _, outcome: format_second(outcome.due) if outcome.due is not None else "no date",
    "observed": lambda _, outcome: format_us(outcome.observed) if outcome.observed is not None else "never",
    "value": lambda *_: "no value",
}
"""What a message may say of every outcome."""


def _words(kind: str, value: Any) -> str:
    if kind == "duration":
        return "the same day" if value == "P0D" else in_words(str(value))
    return f"{value:.1%}" if kind == "ratio" else f"{value:g}" if isinstance(value, float) else str(value)
