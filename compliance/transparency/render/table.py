"""Findings for a terminal: each report with its counts, then its findings by check, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from compliance.transparency.finding import Finding, Linted

_EXAMPLES = 8
"""Findings of one check and part that are shown; all are in the other formats."""
CLEAN = "No departure from the template was found. Whether the figures are true, no reading of the report can tell."


def to_table(reports: Sequence[Linted]) -> str:
    """Plain text, no colour."""
    return "\n".join("\n".join(_report(report)) for report in reports) + "\n"


def _report(report: Linted) -> list[str]:
    lines = [
        report.name,
        f"  service {', '.join(report.services) or 'not named'}; period {report.period or 'not readable'}; "
        f"parts {', '.join(map(str, report.parts)) or 'none'}; {report.rows:,} rows",
        "  "
        + ", ".join(f"{count:,} {severity}{'' if count == 1 else 's'}" for severity, count in report.counts.items()),
        "",
    ]
    if not report.findings:
        return [*lines, f"  {CLEAN}", ""]
    for (severity, check, title), group in groupby(sorted(report.findings, key=_kind), key=_heading):
        found = list(group)
        lines.append(f"{severity:<8} {check}  {title}")
        lines += [line for finding in found[:_EXAMPLES] for line in _finding(finding)]
        if len(found) > _EXAMPLES:
            lines.append(f"{'':<10}and {len(found) - _EXAMPLES:,} more (--format json lists them)")
    if report.unlisted:
        lines.append(f"{report.unlisted:,} findings are counted and not listed (--listing)")
    return [*lines, ""]


def _kind(finding: Finding) -> tuple[int, str, int, str, int]:
    rank = ("error", "warning", "note").index(finding.severity)
    return rank, finding.check, finding.part or 0, finding.file, finding.row or 0


def _heading(finding: Finding) -> tuple[str, str, str]:
    return finding.severity, finding.check, finding.title


def _finding(finding: Finding) -> list[str]:
    where = f"part {finding.part}" if finding.part else finding.file
    if finding.row:
        where += f", {finding.letter or 'row '}{finding.row}"
    if finding.cell:
        where += f" ({finding.cell})"
    found = f"found {finding.found}" if finding.found else "found"
    wanted = f"; wanted {finding.wanted}" if finding.wanted else ""
    mark = " [--fix]" if finding.mended else ""
    return [f"{'':<10}{where}: {found}{wanted}", f"{'':<12}-> {finding.fix}{mark}"]
