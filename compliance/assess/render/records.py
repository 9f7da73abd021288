"""Findings as records: JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json

from compliance.assess.contract import finding_document, to_document
from compliance.assess.model import Assessment
from compliance.assess.render.table import what_if_lines

COLUMNS = (
    "id",
    "rule",
    "revision",
    "verdict",
    "reason",
    "case",
    "trigger",
    "at",
    "due",
    "due_late",
    "observed",
    "delay_seconds",
    "limit",
    "origin",
    "message",
    "file",
    "line",
    "disposition",
    "what_if",
)
"""Columns of the CSV form."""


def to_jsonl(assessment: Assessment) -> str:
    """One JSON object a line: first the run, then each rule, then each finding; `record` tells which."""
    document = to_document(assessment)
    rules, findings = document.pop("rules"), document.pop("findings")
    records = [
        {"record": "run", **document},
        *({"record": "rule", **rule} for rule in rules),
        *({"record": "finding", **finding} for finding in findings),
    ]
    return "".join(json.dumps(record, sort_keys=True, ensure_ascii=False) + "\n" for record in records)


def plain_cell(value: object) -> str:
    """A CSV cell that no spreadsheet takes for a formula: such text gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def to_csv(assessment: Assessment) -> str:
    """Findings as CSV (RFC 4180); formula-like text is made plain with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for said in what_if_lines(assessment):
        told = {"message": said, "what_if": said}
        writer.writerow([plain_cell(told.get(name)) for name in COLUMNS])
    for finding in assessment.findings:
        document = finding_document(finding)
        limit = document["limit"] or {"value": None, "origin": None}
        first = document["events"][0] if document["events"] else {"file": None, "line": None}
        mark = document["disposition"]
        values = {
            **document,
            "limit": limit["value"],
            "origin": limit["origin"],
            "file": first["file"],
            "line": first["line"],
            "disposition": mark["disposition"] if mark else None,
            "what_if": "; ".join(assessment.what_if) or None,
        }
        writer.writerow([plain_cell(values[name]) for name in COLUMNS])
    return stream.getvalue()
