"""Collects events by family and writes them as the files a platform would have: NDJSON, gz, zst, CSV."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliance.synthetic.timeline import AS_OF, SERVICE, iso
from compliance.synthetic.truth import Truth

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CSV_FIELDS = ("id", "type", "time", "service", "source", "functionality", "country", "attempts", "failures", "share")

Row = tuple[int, int, str, str]
"""Instant, number, text, fate (`accepted`, `duplicates` or `rejected`)."""


@dataclass(slots=True)
class Journal:
    """Rows of each family in order of writing, and what became of them."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _numbers: Counter[str] = field(default_factory=Counter)

    def add(self, family: str, kind: str, t: int, source: str, /, **fields: Any) -> str:
        """Id of the new event. An event after the end of the log gets an id but no line; null fields are left out."""
        self._numbers[family] += 1
        number = self._numbers[family]
        identity = f"{family}-{number:06d}"
        if t <= AS_OF:
            event = {"id": identity, "type": kind, "time": iso(t), "service": SERVICE, "source": source}
            event.update((name, value) for name, value in fields.items() if value is not None)
            self.rows[family].append((t, number, _ENCODE(event), "accepted"))
        return identity

    def last(self, family: str) -> dict[str, Any]:
        """The event written last in a family."""
        event: dict[str, Any] = json.loads(self.rows[family][-1][2])
        return event

    def spoil_last(self, family: str) -> None:
        """Take the offset from the time of the event written last, so that a reader must refuse its line."""
        t, number, text, _ = self.rows[family][-1]
        event = json.loads(text)
        event["time"] = event["time"].removesuffix("Z")
        self.rows[family][-1] = (t, number, _ENCODE(event), "rejected")

    def line(self, family: str, t: int, text: str, fate: str) -> None:
        """A raw line that is not an event of its own, placed after everything of the same instant."""
        self.rows[family].append((t, 10**9 + len(self.rows[family]), text, fate))

    def again(self, family: str, t: int, event: dict[str, Any], fate: str) -> None:
        """The same id once more: with the same content (`duplicates`) or with other content (`rejected`)."""
        self.line(family, t, _ENCODE(event), fate)


@dataclass(slots=True)
class World:
    """What the families share while the log is made."""

    seed: int
    scale: float
    journal: Journal = field(default_factory=Journal)
    truth: Truth = field(default_factory=Truth)
    statements: list[dict[str, Any]] = field(default_factory=list)
    """Statements of reasons sent, for complaints about them."""
    refusals: list[dict[str, Any]] = field(default_factory=list)
    """Notices on which no action was taken, for complaints about them."""
    numbers: Counter[str] = field(default_factory=Counter)

    def rng(self, family: str) -> random.Random:
        """A random source of the family's own, so that one family's change leaves the others' bytes alone."""
        return random.Random(f"{self.seed}/{family}")

    def number(self, what: str) -> int:
        """The next number of a series."""
        self.numbers[what] += 1
        return self.numbers[what]

    def size(self, count: float, least: int = 1) -> int:
        """A count at the chosen scale."""
        return max(least, round(count * self.scale))


def write_rows(path: Path, rows: Iterable[Row], *, bom: bool = False, crlf: bool = False) -> dict[str, int]:
    """Write one NDJSON file (gz and zst by suffix) in order of time; returns the counts of its lines by fate."""
    ordered = sorted(rows, key=lambda row: row[:2])
    end = "\r\n" if crlf else "\n"
    data = ("\ufeff" if bom else "").encode() + "".join(text + end for _, _, text, _ in ordered).encode()
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=6, mtime=0) as stream:
            stream.write(data)
        data = buffer.getvalue()
    elif path.suffix == ".zst":
        import zstandard

        data = zstandard.ZstdCompressor(level=6).compress(data)
    path.write_bytes(data)
    return _counts(ordered)


def write_csv(path: Path, rows: Iterable[Row]) -> dict[str, int]:
    """Write availability samples as CSV in order of time; returns the counts of its rows by fate."""
    ordered = sorted(rows, key=lambda row: row[:2])
    buffer = io.StringIO()
    table = csv.DictWriter(buffer, _CSV_FIELDS, lineterminator="\n", restval="")
    table.writeheader()
    for _, _, text, _ in ordered:
        table.writerow(json.loads(text))
    path.write_text(buffer.getvalue(), "utf-8", newline="")
    return _counts(ordered)


def _counts(rows: list[Row]) -> dict[str, int]:
    fates = Counter(row[3] for row in rows)
    return {"lines": len(rows), **{fate: fates[fate] for fate in ("accepted", "duplicates", "rejected")}}
