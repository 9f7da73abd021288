"""Dumps summed up: statements per day, platform, category and so on, over many files and processes, whatever odd rows they hold."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from compliance.errors import ComplianceError, InputError, Place
from compliance.events.reasons import Refusal
from compliance.sor.count import KEPT, Count, Counted, Counts
from compliance.sor.dimension import ABSENT, DIMENSIONS, NONE, OTHER, Dimension
from compliance.sor.judged import Refused, Tally
from compliance.sor.sweep import WORTH_SHARING, Part, _Bytes, _plan

FORMAT: Final = "sor-summary/1"
_LAST: Final = {NONE: 1, OTHER: 2, ABSENT: 3}


@dataclass(slots=True)
class Summary:
    """What dumps hold. `read` = `statements` + `refused` + `blank`.

    The values of a dimension add up to the statements; where a statement may stand under several (`many`), to at least as many.
    """

    files: int = 0
    statements: int = 0
    light: int = 0
    """Statements of light dumps, whose territory is not known."""
    blank: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    quarantined: list[tuple[str, Refused]] = field(default_factory=list)
    """The first `KEPT` refused lines, by file."""
    counts: Counts = field(default_factory=lambda: {dimension.name: Counter() for dimension in DIMENSIONS})

    @property
    def refused(self) -> int:
        """Lines that are no statement, and files or parts of files that cannot be read (one each)."""
        return sum(self.reasons.values())

    @property
    def read(self) -> int:
        """Lines read, headers aside."""
        return self.statements + self.refused + self.blank

    def add(self, found: Counted) -> None:
        """Adds the counts of a file."""
        self.statements += found.statements
        self.light += found.light
        self.blank += found.blank
        self.reasons.update(found.reasons)
        self.quarantined += [(found.file, entry) for entry in found.refused[: KEPT - len(self.quarantined)]]
        for name, counts in found.counts.items():
            self.counts[name].update(counts)

    def values(self, dimension: Dimension) -> list[tuple[str, int]]:
        """Values and their statements: days in order, all else by falling count; what is no value comes last."""
        totals: Counter[str] = Counter()
        for (value, _), count in self.counts[dimension.name].items():
            totals[value] += count
        if dimension.name == "day":
            return sorted(totals.items(), key=lambda item: (_LAST.get(item[0], 0), item[0]))
        return sorted(totals.items(), key=lambda item: (_LAST.get(item[0], 0), -item[1], item[0]))

    def by_platform(self, dimension: Dimension) -> list[tuple[str, str, int]]:
        """(value, platform, statements), values as in `values`, platforms by falling count."""
        order = {value: place for place, (value, _) in enumerate(self.values(dimension))}
        listed = [(value, platform, count) for (value, platform), count in self.counts[dimension.name].items()]
        return sorted(listed, key=lambda entry: (order[entry[0]], -entry[2], entry[1]))

    def tally(self) -> Tally:
        """The counts as a run's, for the exit code."""
        return Tally(
            files=self.files,
            read=self.read,
            valid=self.statements,
            refused=self.refused,
            blank=self.blank,
            reasons=self.reasons,
        )

    def record(self) -> dict[str, Any]:
        """The summary for JSON: counts, each dimension's values with their platforms, and the quarantined lines."""
        return {
            "format": FORMAT,
            "files": self.files,
            "read": self.read,
            "statements": self.statements,
            "of_light_dumps": self.light,
            "refused": self.refused,
            "blank": self.blank,
            "reasons": dict(sorted(self.reasons.items())),
            "dimensions": {dimension.name: self._dimension(dimension) for dimension in DIMENSIONS},
            "quarantined": [
                {
                    "place": {"file": file, "line": entry.line},
                    "code": entry.why.code,
                    "message": entry.why.message,
                    "rows": entry.rows,
                }
                for file, entry in self.quarantined
            ],
        }

    def _dimension(self, dimension: Dimension) -> dict[str, Any]:
        platforms: dict[str, dict[str, int]] = {}
        for value, platform, count in self.by_platform(dimension):
            platforms.setdefault(value, {})[platform] = count
        return {
            "several_per_statement": dimension.many,
            "values": [
                {"value": value, "statements": count, "platforms": platforms[value]}
                for value, count in self.values(dimension)
            ],
        }


def summed(paths: Sequence[Path], processes: int = 1) -> Summary:
    """The summary of dumps (zip as published, CSV; full and light ones, of whatever days).

    InputError `ING-FILE-*` where a file cannot be opened, `SOR-NO-DUMP` for payloads. Whatever else is wrong is counted.
    """
    found = Summary(files=len(paths))
    with ThreadPoolExecutor(max_workers=1) as pool:
        plan = _plan(paths, pool)
        for part in plan.parts:
            _require_dump(part)
        for portion in plan.refused:
            found.add(_refused(portion.file, portion.refused))
        weight = sum(part.weight for part in plan.parts)
        count = min(processes, len(plan.parts)) if weight > WORTH_SHARING else 1
        for counted in _shared(plan.parts, count) if count > 1 else map(_counted, plan.parts):
            found.add(counted)
        for name, published, future in plan.digests:
            if future.result() != published:
                why = Refusal("SOR-SHA1", f"its SHA-1 is {future.result()}, the one published beside it {published}")
                found.add(_refused(name, (Refused(0, why),)))
    return found


def _require_dump(part: Part) -> None:
    if part.kind != "dump":
        raise InputError(
            "SOR-NO-DUMP",
            "payloads are not summed up: they name neither a platform nor a day",
            place=Place(part.name),
            hint="name dumps (zip as published, CSV)",
        )


def _refused(file: str, entries: Sequence[Refused]) -> Counted:
    found = Counted(file)
    for entry in entries:
        found.refuse(entry)
    return found


def _counted(part: Part) -> Counted:
    return Count(part.name).of(_Bytes(part))


def _shared(parts: Sequence[Part], processes: int) -> Iterator[Counted]:
    """Counts of the parts in their order, taken by several processes."""
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            yield from pool.map(_counted, parts)
    except BrokenProcessPool as error:
        raise ComplianceError(
            "SOR-PROCESS", "a process that counted rows ended early", hint="run it again with --processes 1"
        ) from error
