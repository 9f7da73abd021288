"""Why a rule or a finding says what it says, from the code and the events that decided it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.assess.applied import applied
from compliance.assess.finding import links_of
from compliance.assess.model import Finding, RuleResult
from compliance.assess.render.table import headline
from compliance.assess.session import Judged
from compliance.clock import format_us, in_words, local_date, parse_instant
from compliance.engine.embedded import Embedded
from compliance.engine.plan import Filter, Project, Scan, Top, both, call, col, keep, lit
from compliance.errors import Place, UsageError
from compliance.events.catalogue import Kind, catalogue
from compliance.patterns.verdict import REASON_WORDS
from compliance.rules.condition import Node, evaluate, failed_tests, parse_condition
from compliance.rules.model import Origin, Parameter, Rule, Selector
from compliance.rules.pages import page
from compliance.rules.parameters import value_at
from compliance.rules.words import condition_words, match_words, selector_words

CANDIDATES = 3
"""How many of the nearest linked events an explanation shows."""
_ORIGIN = {
    Origin.STATUTORY: "fixed by law",
    Origin.GUIDANCE: "from guidance, not law",
    Origin.POLICY: "the service's own target, not law",
}
_DOUBTED = "What met the rule is undetermined."
_SILENT = "There the absence of an event proves nothing."
_EFFECT = {
    "E1": _DOUBTED,
    "E3": _SILENT,
    "E4": "What met the rule, and what did not, is undetermined.",
    "E5": _DOUBTED,
    "E6": _SILENT,
    "E7": _DOUBTED,
    "E8": _SILENT,
}
"""What a failed gate takes away."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A linked event near the trigger: where it stands, and what keeps it from counting."""

    event_id: str
    t: int
    place: Place | None
    failed: tuple[str, ...]


def explain(judged: Judged, wanted: str) -> str:
    """Explanation of a rule (id or key) or of a finding (id) of a judged log. UsageError `EXP-UNKNOWN` for neither."""
    rules = {one.rule.id: one.rule for one in judged.rules}
    finding = next((f for f in judged.assessment.findings if f.id == wanted), None)
    if finding is not None:
        return "\n".join(_finding_lines(judged, rules[finding.rule], finding)) + "\n"
    rule = rules.get(wanted) or next((r for r in rules.values() if r.key == wanted), None)
    if rule is None:
        raise UsageError(
            "EXP-UNKNOWN",
            f"no rule and no listed finding is called {wanted!r}",
            hint="ids stand in the output of `compliance check`; raise --listing where a finding was left out",
        )
    result = next(r for r in judged.assessment.rules if r.id == rule.id)
    return page(rule) + "\n".join(_result_lines(judged, rule, result)) + "\n"


def rule_lines(rule: Rule) -> Iterator[str]:
    """What a rule asks, in plain words, with provision, limit and exceptions."""
    yield f"{rule.id} (key {rule.key}, revision {rule.revision}, {rule.rule_class} rule)"
    yield rule.title
    yield f"  {rule.summary.strip()}"
    for legal in rule.legal:
        yield f"Law: {legal.act}, {legal.provision}: {legal.duty} ({legal.standard}). {legal.eli}"
    if rule.doubt:
        yield f"Not settled: {rule.doubt}"
    if rule.for_each is not None:
        yield f"Selected: every {selector_words(rule.for_each)}"
    yield from _expectation(rule)
    for name, parameter in rule.parameters.items():
        yield from _parameter_lines(name, parameter)
    for exception in rule.exceptions:
        when = exception.when
        said = (
            condition_words(parse_condition(when.trigger))
            if when.trigger is not None
            else _linked_words(Selector(event=str(when.event), where=when.where), when.match or {})
        )
        yield f"Exception {exception.id}: {said}. {exception.because}"
    yield f"Remedy: {rule.remedy}"


def _linked_words(selector: Selector, match: Mapping[str, str]) -> str:
    return f"{selector_words(selector)} with {match_words(match)}"


def _expectation(rule: Rule) -> Iterator[str]:
    expect = rule.expect
    for role, selector, match in links_of(rule):
        yield f"Looked for ({expect.pattern}): {selector_words(selector)} with {match_words(match)} [{role}]"
    if expect.each is not None:
        yield f"Each must satisfy: {condition_words(parse_condition(expect.each))}"
    if expect.unique is not None:
        yield f"At most {expect.unique.at_most} per {', '.join(expect.unique.by)}" + (
            f", counting different {expect.unique.distinct}" if expect.unique.distinct else ""
        )
    if expect.recurring is not None:
        yield "The next one must come within the limit"
    if expect.threshold is not None:
        spec = expect.threshold
        yield f"Measured: {spec.metric}{f' of {spec.field}' if spec.field else ''}" + (
            f" by {', '.join(spec.by)}" if spec.by else ""
        )
    if expect.attested is not None:
        yield f"A person must attest {expect.attested.statement!r}; the log can contradict it, never confirm it"
    if rule.closed_when is not None:
        yield f"Closed by: {selector_words(rule.closed_when)} with {match_words(rule.closed_when.match)}"


def _parameter_lines(name: str, parameter: Parameter) -> Iterator[str]:
    values = ", ".join(f"{_spoken(parameter, entry.value)} from {entry.since}" for entry in parameter.values)
    approved = f"; approved by {parameter.approved_by}" if parameter.approved_by else ""
    yield f"Parameter {name}: {values} ({_ORIGIN[parameter.origin]}{approved}). {parameter.because}"


def _spoken(parameter: Parameter, value: Any) -> str:
    if parameter.type != "duration":
        return str(value)
    return "the same day" if value == "P0D" else in_words(str(value))


def _result_lines(judged: Judged, rule: Rule, result: RuleResult) -> Iterator[str]:
    start, end = (parse_instant(text) for text in judged.assessment.period)
    yield ""
    yield f"In this log: {str(result.verdict).replace('_', ' ')} - {headline(result)}"
    yield f"Applies: {applied(rule, judged.project, start, end).because}"
    for gate in judged.assessment.gates:
        if gate["id"] in result.gates:
            yield f"Gate {gate['id']} ({gate['title']}) failed: {gate['seen']}. {_EFFECT[gate['id']]}"
    if result.value and "estimate" in result.value:
        guess = result.value["estimate"]
        interval = f"between {guess['low']:.1%} and {guess['high']:.1%} of all, at 95 % confidence"
        yield f"Estimate from the sample: {guess['met']:.1%} of {guess['n']:,} records met it; {interval}"
    for entry in judged.assessment.coverage:
        if entry.event_type in result.needs:
            windows = (
                "; ".join(f"{a} to {b}" for a, b in entry.windows[:4])
                or "no source says from when to when it is complete"
            )
            more = f" and {len(entry.windows) - 4} more" if len(entry.windows) > 4 else ""
            yield f"Coverage of {entry.event_type}: {windows}{more}{' (declared)' if entry.declared else ''}"


def _finding_lines(judged: Judged, rule: Rule, finding: Finding) -> Iterator[str]:
    yield f"{finding.id}: {str(finding.verdict).replace('_', ' ')} by {rule.id} (revision {finding.revision})"
    yield finding.message
    reason = REASON_WORDS[finding.reason]
    yield f"Because: {reason or 'see the events below'}"
    for event in finding.events:
        yield f"  {event.role}: {event.id} at {event.time}{f', {event.file}:{event.line}' if event.file else ''}"
    if finding.limit is not None:
        yield f"Limit: {finding.limit.value}, {finding.limit.origin}"
    if finding.due is not None:
        late = f"; on the later reading {finding.due_late}" if finding.due_late else ""
        yield f"Due: {finding.due}{late}"
    if finding.delay_seconds is not None:
        yield f"Behind by: {finding.delay_seconds:,} seconds"
    for role, selector, match in links_of(rule):
        yield f"Looked for: {selector_words(selector)} with {match_words(match)} [{role}]"
        found = list(_candidates(judged, finding, selector, match))
        if not found:
            yield "  no event of that type carries these keys"
        for candidate in found:
            place = f", {candidate.place}" if candidate.place else ""
            why = f" - not counted: {', '.join(candidate.failed)}" if candidate.failed else ""
            yield f"  nearest: {candidate.event_id} at {format_us(candidate.t)}{place}{why}"
    for caveat in finding.caveats:
        yield f"Caveat: {caveat}"
    if finding.disposition:
        mark = finding.disposition
        yield f"Marked: {mark['disposition']} by {mark['owner']}: {mark['reason']}"
    yield ""
    yield from rule_lines(rule)


def _candidates(judged: Judged, finding: Finding, selector: Selector, match: Mapping[str, str]) -> Iterator[Candidate]:
    dataset, shapes = judged.dataset, catalogue()
    engine = Embedded(dataset.con)
    row = next(
        iter(
            list(engine.rows(Project(Filter(Scan("ev"), call("=", col("id"), lit(finding.trigger))), keep("n", "t"))))
        ),
        None,
    )
    if row is None:
        return
    trigger = dataset.locator.events([row[0]])[row[0]]
    tests = [call("=", col("type"), lit(selector.event))]
    for field, source in match.items():
        value = trigger.get(source)
        if value is None or shapes.fields[field].kind is not Kind.STRING:
            return
        tests.append(call("=", col(field), lit(str(value))))
    near = Top(Project(Filter(Scan("ev"), both(*tests)), keep("n", "id", "t")), ("t", "id"), 1000)
    rows = sorted(engine.rows(near), key=lambda found: (abs(found[2] - row[1]), found[1]))[:CANDIDATES]
    places = dataset.locator.places([n for n, _, _ in rows])
    events = dataset.locator.events([n for n, _, _ in rows])
    node = parse_condition(selector.where) if selector.where else None
    rule = next(one.rule for one in judged.rules if one.rule.id == finding.rule)
    day = local_date(row[1], judged.project.service.zone)
    values = {name: found.value for name, p in rule.parameters.items() if (found := value_at(p, day)) is not None}
    for n, event_id, t in rows:
        yield Candidate(event_id, t, places.get(n), _why_not(node, events.get(n, {}), values))


def _why_not(node: Node | None, event: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    if node is None or evaluate(node, event, values):
        return ()
    return failed_tests(node, event, values)
