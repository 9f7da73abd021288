"""each: every trigger satisfies a condition (universality, conformance)."""

from __future__ import annotations

from compliance.engine.plan import col
from compliance.patterns.exception import excepted, with_exceptions
from compliance.patterns.frame import Frame
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.condition import parse_condition


def judge(frame: Frame) -> None:
    """Judges every trigger by the rule's condition."""
    rule = frame.rule
    assert rule.expect.each is not None
    assert rule.for_each is not None
    condition = frame.compiler(rule.for_each.event).condition(parse_condition(rule.expect.each))
    fields = frame.exception_fields()
    base = frame.triggers(fields, extra=(("met", condition),))
    names = frame.names(fields, "met")
    count = frame.count(base)
    rest = frame.split(count, base, names, col("met"), frame.ok()) if count else None
    if rest is None:
        return
    source, names = with_exceptions(frame, rest, names)
    for row in frame.rows(source, names):
        if row["conf"]:
            said = (Verdict.UNDETERMINED, Reason.CONFLICT)
        elif excepted(frame, row):
            said = (Verdict.EXCEPTED, Reason.NONE)
        elif row["met"] is None:
            said = (Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED)
        else:
            said = frame.miss(row, Reason.CONDITION_FAILED)
        frame.tally.add(frame.outcome(row, said))
