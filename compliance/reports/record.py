"""A report as JSON: the same tables with plain values, the figures with their queries, and what a later report compares with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from compliance.assess.contract import to_document
from compliance.errors import InputError, Place
from compliance.reports.compare import missed
from compliance.reports.content import Block, Cell, Chart, Facts, Report, Subtitle, Table, Words
from compliance.reports.material import Material

FORMAT = "quarterly/1"


def to_json(report: Report, material: Material) -> str:
    """The report as JSON text: sorted keys, integers as integers, a newline at the end."""
    front = report.front
    document = {
        "format": FORMAT,
        "title": report.title,
        "service": report.service,
        "provider": report.provider,
        "audience": report.audience,
        "period": {
            "label": report.period,
            "first": material.period.first.isoformat(),
            "last": material.period.last.isoformat(),
            "zone": report.zone,
        },
        "as_of": report.as_of,
        "draft": report.draft,
        "synthetic": report.synthetic,
        "tool": report.tool,
        "page_one": {
            "facts": [list(pair) for pair in front.facts],
            "opening": front.opening,
            "remarks": list(front.remarks),
            "tables": [_table(table) for table in (front.matters, front.deadlines, front.unjudged, front.signatures)],
        },
        "sections": [
            {"id": section.id, "title": section.title, "blocks": [_block(block) for block in section.blocks]}
            for section in report.sections
        ],
        "results": [
            {"rule": rule.id, "revision": rule.revision, "missed": missed(rule), "population": rule.population}
            for rule in material.now.rules
        ],
        "figures": material.figures.to_dict(),
        "figures_before": material.figures_before.to_dict() if material.figures_before is not None else None,
        "assessment": to_document(material.now),
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block)
        case Chart():
            return {
                "chart": block.id,
                "title": block.title,
                "alt": block.alt,
                "kind": block.kind,
                "series": list(block.series),
                "bars": [[label, [_cell(cell) for cell in cells]] for label, cells in block.bars],
            }
        case Facts():
            return {"facts": [list(pair) for pair in block.pairs]}
        case Subtitle():
            return {"subtitle": block.text}
        case Words():
            return {"text": block.text}


def _table(table: Table) -> dict[str, Any]:
    return {
        "table": table.id,
        "title": table.title,
        "note": table.note,
        "columns": [{"title": column.title, "kind": column.kind} for column in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell) -> Any:
    if cell.of is None and not cell.bound and cell.kind is None:
        return cell.value
    found: dict[str, Any] = {"value": cell.value}
    if cell.of is not None:
        found["of"] = cell.of
    if cell.bound:
        found["bound"] = cell.bound
    if cell.kind is not None:
        found["kind"] = cell.kind
    return found


def read_earlier(path: Path, label: str) -> dict[str, Any]:
    """The report of the period before as it was given then. InputError `REP-EARLIER` where it is none, or of another period."""
    hint = f"name the report.json of {label}"
    try:
        document = json.loads(path.read_text("utf-8"))
        found = document["period"]["label"]
        rows = [(str(row["rule"]), int(row["revision"]), int(row["missed"])) for row in document["results"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError("REP-EARLIER", f"not an earlier report: {why}", place=Place(str(path)), hint=hint) from error
    if document.get("format") != FORMAT or found != label or not rows:
        raise InputError(
            "REP-EARLIER", f"this is a report of {found}, not of {label}", place=Place(str(path)), hint=hint
        )
    return dict(document)
