"""Findings as JSON: one object per report, every finding with all its fields."""

from __future__ import annotations

import json
from collections.abc import Sequence

from compliance.transparency.finding import Linted


def to_json(reports: Sequence[Linted]) -> str:
    """JSON object with `reports`, each with its counts and findings."""
    made = [
        {
            "report": report.name,
            "services": list(report.services),
            "period": report.period or None,
            "parts": list(report.parts),
            "rows": report.rows,
            "counts": dict(report.counts),
            "unlisted": report.unlisted,
            "findings": [finding.to_json() for finding in report.findings],
        }
        for report in reports
    ]
    return json.dumps({"reports": made}, ensure_ascii=False, indent=2) + "\n"
