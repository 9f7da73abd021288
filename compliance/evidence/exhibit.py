"""Exhibits: tables as CSV and documents as they are, numbered without a gap, named by counters."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FORMULA = re.compile(r"^[=+\-@\t\r]")
_SUFFIX = re.compile(r"^[a-z0-9]{1,8}$")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One numbered exhibit with its bytes. `events`: ids of the disclosed events it cites. `parquet`: the same table, typed."""

    id: str
    title: str
    kind: str
    questions: tuple[str, ...]
    file: str
    content: bytes
    media_type: str
    custodian: str
    made: str
    period: str
    rows: int
    columns: tuple[str, ...]
    events: tuple[str, ...]
    parquet: bytes = b""

    @property
    def parquet_file(self) -> str:
        """Path of the typed copy below `data/`."""
        return f"{self.file.rpartition('.')[0]}.parquet"

    def to_json(self) -> dict[str, Any]:
        """Entry of the exhibits index (anatomy of letters, section 5, item 5)."""
        beside = {
            "file": self.parquet_file,
            "bytes": len(self.parquet),
            "sha256": hashlib.sha256(self.parquet).hexdigest(),
        }
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "questions": list(self.questions),
            "file": self.file,
            "bytes": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "media_type": self.media_type,
            "custodian": self.custodian,
            "made": self.made,
            "period": self.period,
            "rows": self.rows,
            "columns": list(self.columns),
            "class": "open; persons as pseudonyms",
            "events": list(self.events),
            **({"parquet": beside} if self.parquet else {}),
        }


MEDIA = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "png": "image/png",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "eml": "message/rfc822",
}


def exhibit_id(number: int) -> str:
    """Identifier of the n-th exhibit: E-001, E-002, ..."""
    return f"E-{number:03d}"


def exhibit_file(number: int, suffix: str) -> str:
    """Path below `data/`, from the counter; an odd suffix becomes `bin`."""
    return f"exhibits/{exhibit_id(number)}.{suffix if _SUFFIX.match(suffix) else 'bin'}"


def cell_text(value: Any) -> str:
    """A cell as CSV holds it. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers never do."""
    text = cell_plain(value)
    return f"'{text}" if not isinstance(value, int | float) and FORMULA.match(text) else text


def cell_plain(value: Any) -> str:
    """A cell as text, with nothing in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else str(value)


def table_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Bytes of a table: UTF-8, comma, CRLF (RFC 4180), a header line, formula-like text marked with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell_text(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8")
