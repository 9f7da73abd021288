"""Findings as SARIF 2.1.0 (OASIS), so that code review and CI show them at their line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from compliance import __version__
from compliance.transparency.check import Check, checks
from compliance.transparency.finding import Finding, Linted

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def to_sarif(reports: Sequence[Linted]) -> str:
    """SARIF log with one run; a finding keeps its fingerprint as long as its cell and what stands in it stay."""
    index = {check: place for place, check in enumerate(checks())}
    run = {
        "tool": {
            "driver": {
                "name": "compliance transparency lint",
                "version": __version__,
                "rules": [_rule(check) for check in checks().values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index) for report in reports for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": check.fix},
        "defaultConfiguration": {"level": check.severity},
        "properties": {"basis": check.basis, "group": check.group},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    file, _, inner = finding.file.partition("#")
    place: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(file.replace("\\", "/"), safe="/!:")}}
    }
    if finding.line:
        place["physicalLocation"]["region"] = {"startLine": finding.line}
    name = finding.cell or (f"{finding.letter}{finding.row}" if finding.row else "")
    if name:
        place["logicalLocations"] = [{"fullyQualifiedName": f"{inner}!{name}" if inner else name}]
    wanted = f"; wanted {finding.wanted}" if finding.wanted else ""
    identity = "\x1f".join(
        (finding.check, finding.file, str(finding.part), finding.cell or finding.letter, finding.found)
    )
    return {
        "ruleId": finding.check,
        "ruleIndex": index[finding.check],
        "level": finding.severity,
        "message": {"text": f"{finding.title}: found {finding.found or 'it'}{wanted}. Next: {finding.fix}"},
        "locations": [place],
        "partialFingerprints": {"cell/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]},
        "properties": {"part": finding.part, "row": finding.row, "column": finding.letter, "mended": finding.mended},
    }
