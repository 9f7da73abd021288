"""What is known of the log, and where it is silent: coverage windows and holes (docs/semantics.md, section 1)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Protocol

from compliance.events.catalogue import Catalogue
from compliance.events.dataset import CoverageStatement, Hole, Interval
from compliance.patterns.verdict import Reason

FAR_PAST = -(2**62)
FAR_FUTURE = 2**62


class Knowledge(StrEnum):
    """Whether absence of an event says anything: yes, or what stands in the way."""

    COVERED = "covered"
    NO_COVERAGE = "no_coverage"
    REJECTED_LINE = "rejected_line"


@lru_cache(maxsize=4096)
def _types(globs: tuple[str, ...], names: tuple[str, ...]) -> frozenset[str]:
    """Event types that the globs match. Heartbeats repeat the same lists, so each list is expanded once."""
    return frozenset(name for name in names if any(fnmatchcase(name, glob) for glob in globs))


def by_type(statements: Iterable[CoverageStatement], catalogue: Catalogue) -> dict[str, list[CoverageStatement]]:
    """Statements that speak of each event type."""
    names = tuple(catalogue.types)
    found: dict[str, list[CoverageStatement]] = {}
    for statement in statements:
        for event_type in _types(statement.event_types, names):
            found.setdefault(event_type, []).append(statement)
    return found


def windows_of(statements: Iterable[CoverageStatement], event_type: str, catalogue: Catalogue) -> tuple[Interval, ...]:
    """Merged half-open windows in which every source that speaks of `event_type` is complete."""
    names = tuple(catalogue.types)
    return _windows(statement for statement in statements if event_type in _types(statement.event_types, names))


def _windows(statements: Iterable[CoverageStatement]) -> tuple[Interval, ...]:
    """Windows in which every source of these statements, all about one event type, is complete."""
    by_source: dict[str, tuple[list[Interval], list[Interval]]] = {}
    for statement in statements:
        complete, gaps = by_source.setdefault(statement.source, ([], []))
        (gaps if statement.gap else complete).append(statement.window)
    if not by_source:
        return ()
    per_source = [_without(_merged(complete), _merged(gaps)) for complete, gaps in by_source.values()]
    common = per_source[0]
    for other in per_source[1:]:
        common = _common(common, other)
    return tuple(common)


def _merged(windows: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for window in sorted((w for w in windows if w.start < w.end), key=lambda w: (w.start, w.end)):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return merged


def _without(windows: Sequence[Interval], gaps: Sequence[Interval]) -> list[Interval]:
    left = list(windows)
    for gap in gaps:
        pieces: list[Interval] = []
        for window in left:
            if gap.end <= window.start or gap.start >= window.end:
                pieces.append(window)
                continue
            pieces += [Interval(window.start, gap.start)] if window.start < gap.start else []
            pieces += [Interval(gap.end, window.end)] if gap.end < window.end else []
        left = pieces
    return left


def _common(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    found = [Interval(max(a.start, b.start), min(a.end, b.end)) for a in left for b in right]
    return sorted((w for w in found if w.start < w.end), key=lambda w: w.start)


@dataclass(frozen=True, slots=True)
class TypeKnowledge:
    """Coverage and holes of one event type, up to `as_of`."""

    event_type: str
    case_field: str
    windows: tuple[Interval, ...]
    holes: tuple[Hole, ...]
    by_case: dict[str | None, list[Hole]]
    """The same holes by their case; those of None may be of any."""
    as_of: int
    unreadable: bool
    """True where unreadable lines exceed the tolerance: then nothing's absence is known."""

    def covered(self, start: int | None, end: int) -> bool:
        """True where every instant of `[start, min(end, as_of)]` is inside one window; None: no known start."""
        if start is None:
            return False
        last = min(end, self.as_of)
        if start > last:
            return True
        index = bisect_right([window.start for window in self.windows], start) - 1
        if index < 0:
            return False
        window = self.windows[index]
        return window.end >= self.as_of or last < window.end

    def touched(self, start: int | None, end: int, case: str | None) -> bool:
        """True where a refused line may have been such an event in the interval and of this case (None: any)."""
        if self.unreadable:
            return True
        first = FAR_PAST if start is None else start
        last = min(end, self.as_of)
        holes = self.holes if case is None else (*self.by_case.get(None, ()), *self.by_case.get(case, ()))
        return first <= last and any(hole.start <= last and hole.end >= first for hole in holes)

    def knows(self, start: int | None, end: int, case: str | None) -> Knowledge:
        """Whether the absence of an event in the interval is known for an instance with this key."""
        if not self.covered(start, end):
            return Knowledge.NO_COVERAGE
        return Knowledge.REJECTED_LINE if self.touched(start, end, case) else Knowledge.COVERED


class Knowing(Protocol):
    """Whoever knows of which events the absence is known."""

    @property
    def unreadable_lines(self) -> int:
        """Lines of which not even the type could be read."""

    def of(self, event_type: str) -> TypeKnowledge:
        """Knowledge of one event type."""


@dataclass(frozen=True, slots=True)
class Knowns:
    """Knowledge of every event type of one dataset."""

    statements: tuple[CoverageStatement, ...]
    holes: tuple[Hole, ...]
    as_of: int
    catalogue: Catalogue
    lines: int
    tolerance: float
    silences: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    """Event type to windows in which a gate of evidence failed: there its absence is not known (gates E3, E6, E8)."""
    unreadable_lines: int = field(init=False)
    """Lines of which not even the type could be read."""
    _index: dict[str, list[CoverageStatement]] = field(init=False, repr=False, compare=False)
    _known: dict[str, TypeKnowledge] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", by_type(self.statements, self.catalogue))
        object.__setattr__(self, "unreadable_lines", sum(1 for hole in self.holes if hole.type is None))

    @property
    def too_many_unreadable(self) -> bool:
        """True where unreadable lines exceed the tolerance: then nothing's absence is known."""
        return self.unreadable_lines > self.tolerance * max(self.lines, 1)

    def speaking(self, event_type: str) -> tuple[CoverageStatement, ...]:
        """Statements about one event type."""
        return tuple(self._index.get(event_type, ()))

    @property
    def types(self) -> tuple[str, ...]:
        """Event types that some source speaks of, sorted."""
        return tuple(sorted(self._index))

    def of(self, event_type: str) -> TypeKnowledge:
        """Knowledge of one event type."""
        known = self._known.get(event_type)
        if known is None:
            known = self._known[event_type] = self._knowledge(event_type)
        return known

    def _knowledge(self, event_type: str) -> TypeKnowledge:
        spec = self.catalogue.types.get(event_type)
        holes = tuple(hole for hole in self.holes if hole.type == event_type)
        by_case: dict[str | None, list[Hole]] = {}
        for hole in holes:
            by_case.setdefault(hole.case, []).append(hole)
        return TypeKnowledge(
            event_type,
            spec.case_field if spec else "",
            tuple(_without(_windows(self._index.get(event_type, ())), _merged(self.silences.get(event_type, ())))),
            holes,
            by_case,
            self.as_of,
            self.too_many_unreadable,
        )


def reason_of(knowledge: Knowledge) -> Reason:
    """Reason for an absence that is not known."""
    return Reason.REJECTED_LINE if knowledge is Knowledge.REJECTED_LINE else Reason.NO_COVERAGE
