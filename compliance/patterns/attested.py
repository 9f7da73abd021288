"""attested: a person attested the statement; the log may contradict it, and never confirms it."""

from __future__ import annotations

from compliance.clock import parse_duration
from compliance.engine.plan import Filter, Project, call, col, keep, lit
from compliance.patterns.frame import Frame
from compliance.patterns.limit import shift
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import Attested, Selector

MADE = "attestation.made"
DEFAULT_LIFE = "P1Y"
"""How long an attestation without an expiry date counts (register §7: one year by default)."""


def judge(frame: Frame) -> None:
    """Judges the latest attestation of the statement, then every event that contradicts it."""
    spec = frame.rule.expect.attested
    assert spec is not None
    held = _attestations(frame, spec)
    as_of = frame.scope.as_of
    current = [entry for entry in held if entry[1] <= as_of]
    instance = f"attestation:{spec.statement}"
    if not current:
        verdict, reason, latest = Verdict.NOT_ATTESTED, Reason.ATTESTATION_MISSING, None
    else:
        latest = max(current, key=lambda entry: (entry[0], entry[3]))
        verdict = Verdict.ATTESTED if latest[2] > as_of else Verdict.ATTESTATION_EXPIRED
        reason = Reason.NONE
        if latest[5]:
            verdict, reason = Verdict.UNDETERMINED, Reason.CONFLICT
    frame.tally.add(
        Outcome(
            instance,
            latest[0] if latest else as_of,
            verdict,
            reason,
            latest[4] if latest else None,
            spec.statement,
            due=latest[2] if latest else None,
            due_late=latest[2] if latest else None,
        )
    )
    if spec.contradicted_by is not None and held and frame.scope.may_hold(spec.contradicted_by.event):
        _contradictions(frame, spec.contradicted_by, held)


Entry = tuple[int, int, int, str, int, bool]
"""Instant, valid from, expires at (all UTC µs), event id, row, whether in conflict."""


def _attestations(frame: Frame, spec: Attested) -> list[Entry]:
    if not frame.scope.may_hold(MADE):
        return []
    source = Filter(
        frame.linked(Selector(event=MADE), ("statement", "valid_from", "expires_at")),
        call("=", col("k0"), lit(spec.statement)),
    )
    life = parse_duration(DEFAULT_LIFE)
    found: list[Entry] = []
    columns = keep("n", "id", "t", "conf", "k1", "k2")
    for n, event_id, t, conflict, valid_from, expires_at in frame.engine.rows(Project(source, columns)):
        start = t if valid_from is None else valid_from
        end = shift(t, life, frame.scope.days) if expires_at is None else expires_at
        found.append((t, start, end, event_id, n, bool(conflict)))
    return found


def _contradictions(frame: Frame, selector: Selector, held: list[Entry]) -> None:
    case_field = frame.catalogue.types[selector.event].case_field
    source = Filter(frame.linked(selector, (case_field,)), frame.in_period(col("t")))
    names = ("n", "id", "t", "conf", "k0")
    for n, event_id, t, conflict, case in frame.engine.rows(Project(source, keep(*names))):
        if any(start <= t < end for _, start, end, *_ in held):
            said = (
                (Verdict.UNDETERMINED, Reason.CONFLICT)
                if conflict
                else (Verdict.NON_COMPLIANT, Reason.ATTESTATION_CONTRADICTED)
            )
            frame.tally.add(Outcome(event_id, t, said[0], said[1], n, None if case is None else str(case)))
