"""Statements, rows and dumps for tests: synthetic, sound unless a test changes them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from compliance.sor.dump import FULL, NOT_IN_LIGHT

OLD_FULL = tuple(name for name in FULL if name != "content_id_ean")
LIGHT = tuple(name for name in FULL if name not in NOT_IN_LIGHT)
DAY = "2025-11-05"


class Left:
    """Stands for a key that is left out."""

    def __repr__(self) -> str:
        return "LEFT"  # the same in every process: names of tests are made of it


LEFT = Left()


def statement(**changes: Any) -> dict[str, Any]:
    """A valid statement with changes; `LEFT` leaves a key out."""
    found = {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Section 3 of the terms",
        "incompatible_content_explanation": "The listing offers what the terms exclude.",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "content_date": "2025-10-01",
        "application_date": "2025-10-02",
        "decision_facts": "A person reported the listing.",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": "p-1",
    } | changes
    return {name: value for name, value in found.items() if value is not LEFT}


def illegal(**changes: Any) -> dict[str, Any]:
    """A valid statement about illegal content."""
    given = {
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "Section 7 of a statute",
        "illegal_content_explanation": "The item is counterfeit.",
        "incompatible_content_ground": LEFT,
        "incompatible_content_explanation": LEFT,
    }
    return statement(**(given | changes))


def row(**cells: str) -> dict[str, str]:
    """Cells of a valid row, by column."""
    return {
        "uuid": "11111111-2222-4333-a444-555555555555",
        "decision_visibility": '["DECISION_VISIBILITY_CONTENT_REMOVED"]',
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Section 3, of the terms",
        "incompatible_content_explanation": 'The listing offers what "the terms" exclude.',
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "category_specification": "[]",
        "content_type": '["CONTENT_TYPE_TEXT"]',
        "content_date": "2025-10-01 00:00:00",
        "territorial_scope": '["DE","FR"]',
        "application_date": "2025-10-02 00:00:00",
        "decision_facts": "A person reported the listing.",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "platform_name": "Halcyon Live (synthetic)",
        "platform_uid": "p-1",
        "created_at": f"{DAY} 10:00:00",
    } | cells


def php(cell: str) -> str:
    """A cell as PHP's fputcsv writes it: a quote is doubled unless a backslash stands before it."""
    if not set(cell) & set(',"\\ \t\r\n'):
        return cell
    out, escaped = [], False
    for sign in cell:
        if sign == "\\":
            escaped = True
        elif sign == '"' and not escaped:
            out.append('"')
        else:
            escaped = False
        out.append(sign)
    return '"' + "".join(out) + '"'


def line(cells: dict[str, str], columns: Sequence[str] = FULL) -> str:
    """The line of a row."""
    return ",".join(php(cells.get(name, "")) for name in columns)


def csv_text(rows: Sequence[dict[str, str] | str], columns: Sequence[str] = FULL) -> bytes:
    """A dump's CSV: the last line has no end."""
    lines = [",".join(columns), *(entry if isinstance(entry, str) else line(entry, columns) for entry in rows)]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def dump(folder: Path, parts: Sequence[bytes], *, name: str = f"sor-global-{DAY}-full", per_zip: int = 10) -> Path:
    """An archive of archives of these CSV files, with its digest beside it, as the Commission lays them down."""
    inner = []
    for start in range(0, len(parts), per_zip):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, part in enumerate(parts[start : start + per_zip]):
                archive.writestr(f"{name}-{start // per_zip:05}-{number:05}.csv", part)
        inner.append(held.getvalue())
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, data in enumerate(inner):
            archive.writestr(f"{name}-{number:05}.csv.zip", data)
    digest = hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
    path.with_name(path.name + ".sha1").write_text(f"{digest}  {path.name}")
    return path


def ndjson(path: Path, values: Sequence[Any]) -> Path:
    """A file with one JSON value a line; bytes go in as they are."""
    lines = [value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode() for value in values]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path
