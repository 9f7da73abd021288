"""The internal file: verdicts, findings, advice, what cannot be judged. It never leaves, and nothing of it enters the bundle."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.answers.changes import BUILD, build_of, changes
from compliance.answers.desk import Desk, subject_of
from compliance.answers.model import Answer, Mandate, Question
from compliance.answers.package import json_bytes
from compliance.answers.phrase import UNREVIEWED, Phrases
from compliance.answers.privilege import LOG_COLUMNS, log_rows
from compliance.answers.scope import window_of
from compliance.answers.topic import article_of, provisions_of
from compliance.assess.contract import to_json
from compliance.assess.model import Assessment, RuleResult, Verdict
from compliance.evidence.exhibit import cell_text
from compliance.evidence.redaction import Held
from compliance.evidence.staging import staged_folder, write_new

UNJUDGED = (Verdict.UNDETERMINED, Verdict.PENDING, Verdict.ERROR)
APART = {"preservation", "contact", "attestation"}
"""Types of question whose answer does not depend on which event is meant."""
BANNER = "INTERNAL - not for disclosure. Holds verdicts, findings and advice; nothing of it belongs into the bundle."


@dataclass(frozen=True, slots=True)
class Internal:
    """What the internal file is made from."""

    desk: Desk
    answers: Sequence[Answer]
    assessment: Assessment | None
    held: Sequence[Held]
    mandate: Mandate
    legal_character: str
    before: Mapping[str, Any] | None = None
    """What the build before said."""


def engaged(question: Question, desk: Desk, assessment: Assessment | None) -> tuple[RuleResult, ...]:
    """Rules a question engages: by an article it names, or by the events both look at."""
    if assessment is None:
        return ()
    articles = {found for key in question.articles if (found := article_of(key))}
    types = set(subject_of(desk, question).types)
    return tuple(
        rule
        for rule in assessment.rules
        if articles & frozenset().union(*(provisions_of(text) for text in rule.provisions)) or types & set(rule.needs)
    )


def write_internal(folder: Path, content: Internal) -> None:
    """Write the internal file as the new folder `folder`, readable by its owner only."""
    engagement = {
        answer.question.number: engaged(answer.question, content.desk, content.assessment) for answer in content.answers
    }
    with staged_folder(folder) as root:
        for name, raw in _files(content, engagement).items():
            write_new(root / name, raw, mode=0o600)


def _files(content: Internal, engagement: Mapping[str, Sequence[RuleResult]]) -> dict[str, bytes]:
    files = {
        "README.md": _page(content, engagement).encode("utf-8"),
        "engaged-rules.json": json_bytes(_engaged(content, engagement)),
        "triage.json": json_bytes(_triage(content)),
        BUILD: json_bytes(build_of(content.answers)),
    }
    if content.before is not None:
        changed = changes(content.before, build_of(content.answers))
        files["changes.json"] = json_bytes({"note": BANNER, "changes": changed})
    if content.assessment is not None:
        files["assessment.json"] = to_json(content.assessment).encode("utf-8")
        files["findings.csv"] = _findings(content.assessment)
    if content.desk.withheld:
        files["privilege-log.csv"] = _table(LOG_COLUMNS, log_rows(content.desk.withheld))
    if content.held:
        files["held-export.csv"] = _table(
            ("event", "field", "detector"), [(each.event, each.field, each.detector) for each in content.held]
        )
    return files


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8")


def _findings(assessment: Assessment) -> bytes:
    rows = [
        (
            f.id,
            f.rule,
            str(f.verdict),
            str(f.reason),
            f.case,
            f.at,
            f.due,
            f.observed,
            f.delay_seconds,
            f.message,
            f.disposition["disposition"] if f.disposition else "",
        )
        for f in assessment.findings
    ]
    return _table(
        (
            "finding",
            "rule",
            "verdict",
            "reason",
            "case",
            "at",
            "due",
            "observed",
            "delay_seconds",
            "message",
            "disposition",
        ),
        rows,
    )


def _rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "class": rule.rule_class,
        "verdict": str(rule.verdict),
        "reason": rule.reason,
        "counts": {str(verdict): count for verdict, count in rule.counts.items() if count},
        "provisions": list(rule.provisions),
    }


def _engaged(content: Internal, engagement: Mapping[str, Sequence[RuleResult]]) -> dict[str, Any]:
    return {
        "note": BANNER,
        "questions": [
            {
                "number": answer.question.number,
                "quoted": answer.question.text,
                "status": answer.status.value,
                "rules": [_rule(rule) for rule in engagement[answer.question.number]],
            }
            for answer in content.answers
        ],
    }


def _triage(content: Internal) -> dict[str, Any]:
    asked = content.desk.asked
    return {
        "note": BANNER,
        "reference": asked.reference,
        "kind": asked.kind,
        "binds": asked.binding,
        "legal_character": content.legal_character,
        "legal_bases": list(asked.legal_bases),
        "received_at": asked.received_at,
        "clocks": [{"id": name, "instant": instant, "text": text} for name, instant, text in asked.deadlines],
        "preserve_now": list(content.desk.holds),
        "confirmed_by": asked.confirmed_by,
        "event_level": content.desk.event_level,
        "who_answers": [
            {
                "number": answer.question.number,
                "type": answer.question.type,
                "role": _role(content.desk, answer.question),
            }
            for answer in content.answers
        ],
    }


def _role(desk: Desk, question: Question) -> str:
    families = subject_of(desk, question).families
    return "; ".join(dict.fromkeys(desk.custodian(family) for family in families)) or "compliance function (role)"


def advice(content: Internal) -> list[str]:
    """What whoever signs should know before signing, worst first."""
    asked, found = content.desk.asked, []
    if not asked.binding:
        found.append(
            "The letter binds nobody. Only aggregates leave unless a role records a legal ground (--legal-ground, --role). "
            "The duties it recalls exist regardless of it."
        )
    found.append(
        "A wrong, incomplete or misleading answer to a request under Article 67 can be fined (DSA Art. 74(2)): leave *partly* and "
        "*not held* as they are unless the record supports more."
    )
    if not asked.received_at:
        found.append("The time of receipt is not recorded; periods that run from receipt cannot be computed.")
    open_ends = [text for _, instant, text in asked.deadlines if not instant]
    found += [f"No instant could be computed for: {text}." for text in open_ends]
    if content.held:
        found.append(
            f"The export is held: {len(content.held)} hit(s) of personal data detectors in open fields (held-export.csv)."
        )
    found += _unreviewed(content.desk.phrases)
    found += _unidentified(content)
    asserted = _asserted(content.desk)
    if asserted:
        found.append(asserted)
    late = [answer.question.number for answer in content.answers if answer.gaps]
    if late:
        found.append(
            f"Questions with declared gaps: {', '.join(late)}. Set a supply date (--supply-by) before signing."
        )
    found.append(
        "Compare the figures with the last transparency report, the Transparency Database and earlier answers before signing."
    )
    return found


def _unreviewed(words: Phrases) -> list[str]:
    """A warning where nobody has reviewed the phrases that the answer is written in."""
    if words.reviewed != UNREVIEWED:
        return []
    return [
        f"Nobody has reviewed the phrases of this answer ({words.language}): have somebody who writes that language read answer.pdf and "
        "cover-letter.pdf before you sign, and enter that role in schemas/answers/phrases."
    ]


def _unidentified(content: Internal) -> list[str]:
    """Questions about one event that nobody identified, and the livestreams of the period that an incident names."""
    desk = content.desk
    open_ones = [
        answer.question.number
        for answer in content.answers
        if answer.question.type not in APART and subject_of(desk, answer.question).unidentified
    ]
    if not open_ones:
        return []
    text = (
        f"Questions {', '.join(open_ones)} speak of one event, but the request names no identifier the log knows: what is said is "
        "not narrowed to it. Add the identifier to `event_refs` in the request and confirm it again."
    )
    columns = {row[0] for row in desk.dataset.con.execute("DESCRIBE ev").fetchall()}
    window = window_of(desk.asked.period, desk.zone)
    if "stream_id" in columns and window.start is not None:
        query = (
            "SELECT DISTINCT stream_id FROM ev WHERE type LIKE 'incident.%' AND stream_id IS NOT NULL "
            "AND t >= ? AND t < ? ORDER BY 1 LIMIT 5"
        )
        streams = [row[0] for row in desk.dataset.con.execute(query, [window.start, window.end]).fetchall()]
        text += f" Livestreams of the period that an incident names: {', '.join(streams)}." if streams else ""
    return [text]


def _asserted(desk: Desk) -> str:
    """Causes that somebody asserted without evidence: they must not be repeated as facts."""
    columns = {row[0] for row in desk.dataset.con.execute("DESCRIBE ev").fetchall()}
    if not {"cause_asserted", "cause_evidence"} <= columns:
        return ""
    query = (
        "SELECT DISTINCT cause_asserted::VARCHAR, coalesce(cause_evidence::VARCHAR, 'not recorded') FROM ev "
        "WHERE cause_asserted IS NOT NULL ORDER BY 1, 2"
    )
    rows = desk.dataset.con.execute(query).fetchall()
    if not rows:
        return ""
    listed = "; ".join(f"{cause} (evidence: {evidence})" for cause, evidence in rows)
    return f"Causes on record: {listed}. Repeat a cause only with the evidence recorded for it; without evidence it is an assertion."


def _page(content: Internal, engagement: Mapping[str, Sequence[RuleResult]]) -> str:
    asked = content.desk.asked
    lines = [
        f"# Internal file: {asked.reference}",
        "",
        f"**{BANNER}**",
        "",
        content.legal_character,
        "",
        f"Received {asked.received_at or 'not recorded'}; confirmed by {asked.confirmed_by}; prepared by {content.mandate.preparer}.",
        "",
        "## Before you sign",
        "",
        *(f"- {text}" for text in advice(content)),
        "",
        "## Questions and the rules they engage",
        "",
        "| question | status | rules engaged (verdict, counts) |",
        "| --- | --- | --- |",
    ]
    for answer in content.answers:
        rules = (
            "; ".join(f"{rule.id} {rule.verdict} ({_counts(rule)})" for rule in engagement[answer.question.number])
            or "none"
        )
        lines.append(f"| {answer.question.number} | {answer.status.words} | {rules.replace('|', '/')} |")
    lines += ["", "## What cannot be judged, and why", ""]
    lines += unjudged(content.assessment) or ["- nothing was left open"]
    lines += _changed(content)
    lines += ["", "## Preserve", "", *(f"- {text}" for text in content.desk.holds or ("no hold is recorded",)), ""]
    return "\n".join(lines)


def _changed(content: Internal) -> list[str]:
    """What this build says otherwise than the one before; nothing where it is the first."""
    if content.before is None:
        return []
    found = changes(content.before, build_of(content.answers)) or ["nothing: this build says what the last one said"]
    return ["", "## What changed against the build before", "", *(f"- {text}" for text in found)]


def unjudged(assessment: Assessment | None) -> list[str]:
    """One line per rule with instances, or a whole verdict, that the log cannot settle, and why."""
    if assessment is None:
        return ["- the log is empty: nothing can be judged"]
    reasons: dict[str, Counter[str]] = {}
    for finding in assessment.findings:
        if finding.verdict in UNJUDGED:
            reasons.setdefault(finding.rule, Counter())[str(finding.reason) or str(finding.verdict)] += 1
    lines = []
    for rule in assessment.rules:
        left = sum(rule.counts.get(verdict, 0) for verdict in UNJUDGED)
        if left:
            why = ", ".join(f"{count} {reason}" for reason, count in reasons.get(rule.id, Counter()).most_common())
            lines.append(f"- {rule.id} {rule.title}: {left} of {rule.population} records open ({why or 'not listed'})")
        elif rule.verdict in UNJUDGED:
            lines.append(f"- {rule.id} {rule.title}: {rule.verdict} ({rule.reason or 'see findings'})")
    return lines


def _counts(rule: RuleResult) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in rule.counts.items() if count) or "no instances"
