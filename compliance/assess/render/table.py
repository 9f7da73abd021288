"""The assessment as a table for a terminal: a line for each rule with records, worst first, with examples; others by what they say."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from compliance.assess.model import FINDING_VERDICTS, INSTANCE_VERDICTS, Assessment, RuleResult, Verdict
from compliance.clock import format_second, parse_instant
from compliance.errors import plain
from compliance.patterns.verdict import reason_words

_ORDER = {
    verdict: index for index, verdict in enumerate((*INSTANCE_VERDICTS, Verdict.NO_INSTANCES, Verdict.NOT_APPLICABLE))
}
CLEAN = (
    "A clean line says: this rule found no such record in the lines read. It does not say that the service is lawful."
)
MISSED = (Verdict.NON_COMPLIANT, Verdict.OVER_TARGET, Verdict.NOT_ATTESTED, Verdict.ATTESTATION_EXPIRED)
"""Verdicts that mean: this record did not meet the rule."""
WIDTH = 120
"""Columns of a line that lists rules."""


def missed(rule: RuleResult) -> int:
    """Records that did not meet a rule."""
    return sum(rule.counts.get(verdict, 0) for verdict in MISSED)


def headline(rule: RuleResult) -> str:
    """`N of M records did not meet it`, or why there is no such number."""
    if rule.verdict is Verdict.NOT_APPLICABLE:
        return f"not applicable: {rule.reason}"
    if rule.verdict is Verdict.NO_INSTANCES:
        return "nothing to judge in this period"
    if not rule.population:
        return f"cannot be judged: {reason_words(rule.reason)}"
    text = f"{missed(rule):,} of {rule.population:,} did not meet it"
    open_ = [
        f"{rule.counts[verdict]:,} {str(verdict).replace('_', ' ')}"
        for verdict in (Verdict.PENDING, Verdict.UNDETERMINED, Verdict.EXCEPTED)
        if rule.counts.get(verdict)
    ]
    return "; ".join((text, *open_))


def span(assessment: Assessment) -> str:
    """The period in a sentence, to the second: one that ends with the log's last event ends a microsecond after it."""
    return " to ".join(format_second(parse_instant(end)) for end in assessment.period)


def to_table(assessment: Assessment, examples: int = 3) -> str:
    """Plain text, no colour: rules by verdict, with their counts and the first findings of each."""
    ingest = assessment.ingest
    lines = [
        *what_if_lines(assessment),
        f"Service {assessment.service}, {span(assessment)}, log known up to {assessment.as_of}",
        (
            f"{ingest['lines']:,} lines read = {ingest['accepted']:,} accepted + {ingest['duplicates']:,} duplicates + "
            f"{ingest['rejected']:,} rejected"
        ),
        *_failed_gates(assessment),
        "",
    ]
    rules = sorted(assessment.rules, key=lambda rule: (_ORDER.get(rule.verdict, -1), _alike(rule), rule.id))
    width = max((len(rule.id) for rule in rules), default=4)
    for _, group in groupby(rules, key=lambda rule: (rule.verdict, _alike(rule))):
        found = list(group)
        lines += _together(found) if len(found) > 1 and _alike(found[0]) else _apart(assessment, found, width, examples)
    lines += [
        "",
        CLEAN,
        *what_if_lines(assessment),
    ]
    return plain("\n".join(lines) + "\n", kept="\n")


def _alike(rule: RuleResult) -> str:
    """What a rule without any record says: many say the same and stand together. '' for a rule that has records."""
    return "" if rule.population else f"{headline(rule)}{_doubts(rule)}"


def _together(rules: Sequence[RuleResult]) -> list[str]:
    """Rules that say the same, once, with their ids."""
    first = rules[0]
    ids = textwrap.wrap(
        ", ".join(rule.id for rule in rules), WIDTH - 22, break_long_words=False, break_on_hyphens=False
    )
    said = f"{str(first.verdict).replace('_', ' '):<20} {len(rules)} rules: {_alike(first).removeprefix('not applicable: ')}"
    return [said, *(f"{'':<22}{line}" for line in ids)]


def _apart(assessment: Assessment, rules: Sequence[RuleResult], width: int, examples: int) -> Iterator[str]:
    """A line for each rule, and the first findings of each."""
    for rule in rules:
        yield f"{str(rule.verdict).replace('_', ' '):<20} {rule.id:<{width}}  {headline(rule)}{_doubts(rule)}"
        shown = (
            f
            for f in assessment.findings
            if f.rule == rule.id and f.verdict in FINDING_VERDICTS and f.verdict is not Verdict.PENDING
        )
        for finding in islice(shown, examples):
            place = f" ({finding.events[0].file}:{finding.events[0].line})" if finding.events else ""
            mark = f" [{finding.disposition['disposition']}]" if finding.disposition else ""
            yield f"{'':<20} {'':<{width}}  {finding.id} {finding.message}{place}{mark}"


def _failed_gates(assessment: Assessment) -> list[str]:
    """A line for each gate of evidence that failed."""
    return [f"Gate {g['id']} ({g['title']}) failed: {g['seen']}" for g in assessment.gates if g["state"] == "failed"]


def _doubts(rule: RuleResult) -> str:
    return f" [failed: gate {', '.join(rule.gates)}]" if rule.gates else ""


def what_if_lines(assessment: Assessment) -> list[str]:
    """What was only tried out, loudly; nothing where the rules were taken as they are."""
    if not assessment.what_if:
        return []
    return [f"*** WHAT-IF, not a result: {said}" for said in assessment.what_if] + [
        "*** Never use this for an answer or a report."
    ]
