"""Files searched for what the gate takes although it does not fit: remarks per statement, with counts that add up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliance.sor.remark import Remark, remarks
from compliance.sor.rows import Row, Unread, read_rows
from compliance.sor.schema import CURRENT
from compliance.sor.twin import disagreements


@dataclass(frozen=True, slots=True)
class Remarked:
    """A statement with remarks: its place, its identifier, and the remarks."""

    file: str
    line: int
    puid: str
    remarks: tuple[Remark, ...]

    def record(self) -> dict[str, Any]:
        """The finding for JSON; `ours` says that the service has no such rule."""
        place = {"file": self.file, "line": self.line}
        return {"puid": self.puid, "place": place, "remarks": [entry.record() for entry in self.remarks], "ours": True}


@dataclass(slots=True)
class Remarks:
    """Counts of a run: `read` = statements looked at + `unread`; `partly` of them are light rows, without most free texts."""

    statements: int = 0
    remarked: int = 0
    unread: int = 0
    partly: int = 0
    by_code: Counter[tuple[str, str]] = field(default_factory=Counter)

    def record(self) -> dict[str, Any]:
        """The counts for JSON."""
        return {
            "read": self.statements + self.unread,
            "statements": self.statements,
            "remarked": self.remarked,
            "unread": self.unread,
            "judged_in_part": self.partly,
            "remarks": [
                {"code": code, "field": name, "count": count}
                for (code, name), count in sorted(self.by_code.items(), key=lambda item: (-item[1], item[0]))
            ],
        }


def remarked(paths: Sequence[Path], counts: Remarks, *, schema: str | None = None) -> Iterator[Remarked]:
    """Statements that draw remarks, in the order of files and lines; all are counted."""
    for row in read_rows(paths):
        if isinstance(row, Unread):
            counts.unread += row.rows
            continue
        counts.statements += 1
        counts.partly += row.light
        found = remarks(row.payload, schema=schema or row.schema or CURRENT, received=row.received)
        if found:
            yield _counted(row, found, counts)


def compared(full: Sequence[Path], light: Sequence[Path], counts: Remarks) -> Iterator[Remarked]:
    """Statements whose full and light versions disagree; lines of either that cannot be read are counted."""
    for found in disagreements(_counting(read_rows(full), counts), read_rows(light)):
        if isinstance(found, Unread):
            counts.unread += found.rows
        else:
            yield _counted(found.row, found.remarks, counts)


def _counting(rows: Iterable[Row | Unread], counts: Remarks) -> Iterator[Row | Unread]:
    for row in rows:
        counts.statements += isinstance(row, Row)
        yield row


def _counted(row: Row, found: tuple[Remark, ...], counts: Remarks) -> Remarked:
    counts.remarked += 1
    counts.by_code.update((entry.code, entry.field) for entry in found)
    puid = row.payload.get("puid")
    return Remarked(row.file, row.line, "" if puid is None or isinstance(puid, (list, dict)) else str(puid), found)


def lines(found: Iterable[Remarked], counts: Remarks) -> Iterator[str]:
    """One JSON line per statement with remarks, as they come, and the summary."""
    for entry in found:
        yield json.dumps(entry.record(), ensure_ascii=False) + "\n"
    yield json.dumps({"summary": counts.record()}, ensure_ascii=False) + "\n"


def document(found: Iterable[Remarked], counts: Remarks) -> Iterator[str]:
    """One JSON document, written piece by piece."""
    yield '{"findings": ['
    comma = "\n"
    for entry in found:
        yield comma + json.dumps(entry.record(), ensure_ascii=False)
        comma = ",\n"
    yield '\n], "summary": ' + json.dumps(counts.record(), ensure_ascii=False) + "}\n"


def table(found: Iterable[Remarked], counts: Remarks) -> Iterator[str]:
    """Counts by remark and field, each with its first example and where the expectation comes from."""
    examples: dict[tuple[str, str], tuple[Remarked, Remark]] = {}
    for entry in found:
        for each in entry.remarks:
            examples.setdefault((each.code, each.field), (entry, each))
    yield f"{counts.statements:>12,}  statements looked at\n{counts.remarked:>12,}  with remarks (ours: no rule of the service)\n"
    if counts.partly:
        yield f"{counts.partly:>12,}  rows of a light dump, which leaves out facts, explanations and territorial scope\n"
    for (code, name), count in sorted(counts.by_code.items(), key=lambda item: (-item[1], item[0])):
        entry, each = examples[code, name]
        yield f"{count:>12,}  {code}  {name}\n{'':14}{each.message}\n{'':14}e.g. {entry.file}:{entry.line}\n{'':14}{each.source}\n"


def summary(counts: Remarks) -> str:
    """The last line on stderr."""
    return f"looked at {counts.statements:,} statement(s): {counts.remarked:,} with remarks; {counts.unread:,} line(s) could not be read"
