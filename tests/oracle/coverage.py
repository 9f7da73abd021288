"""Where a log can be believed when it says nothing: coverage and holes of section 1 of docs/semantics.md."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from itertools import pairwise

from compliance.events.dataset import CoverageStatement
from tests.oracle.gate import silences
from tests.oracle.world import World

ANY_CASE = object()
"""Stands for the key of a link that does not go through the linked type's case field."""

TOLERANCE = 0.001


def windows(statements: Iterable[CoverageStatement], event_type: str) -> list[tuple[int, int]]:
    """Half-open windows in which every source that speaks of the type is complete, adjoining ones merged."""
    spoken = [one for one in statements if any(fnmatchcase(event_type, glob) for glob in one.event_types)]
    sources = {one.source for one in spoken}
    edges = sorted({edge for one in spoken for edge in (one.window.start, one.window.end)})
    merged: list[tuple[int, int]] = []
    for start, end in pairwise(edges):
        if all(_complete([one for one in spoken if one.source == source], start) for source in sources):
            if merged and merged[-1][1] == start:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
    return merged


def known_windows(world: World, event_type: str) -> list[tuple[int, int]]:
    """The same, without the windows in which a gate of evidence failed (section 7)."""
    silent = silences(world, event_type)
    edges = sorted({edge for window in silent for edge in window})
    known: list[tuple[int, int]] = []
    for start, end in windows(world.statements, event_type):
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        for a, b in pairwise(cuts):
            if any(c <= a and b <= d for c, d in silent):
                continue
            if known and known[-1][1] == a:
                known[-1] = (known[-1][0], b)
            else:
                known.append((a, b))
    return known


def _complete(statements: list[CoverageStatement], moment: int) -> bool:
    said = [one.gap for one in statements if one.window.start <= moment < one.window.end]
    return bool(said) and not any(said)


def covered(world: World, event_type: str, a: int, b: int) -> bool:
    """Whether every instant of the closed interval lies in one window; nothing is asked beyond `as_of`."""
    b = min(b, world.as_of)
    if a > b:
        return True
    for start, end in known_windows(world, event_type):
        reaches = end > b or (b == world.as_of and end >= world.as_of)
        if start <= a and reaches:
            return True
    return False


def touched(world: World, event_type: str, a: int, b: int, case: object) -> bool:
    """Whether a rejected or conflicting line may be an event of this type and case in the closed interval."""
    b = min(b, world.as_of)
    unreadable = [hole for hole in world.holes if hole.type is None]
    if world.lines and len(unreadable) / world.lines > TOLERANCE:
        return True
    for hole in world.holes:
        meets = a <= b and hole.start <= b and hole.end >= a
        same_case = hole.case is None or case is ANY_CASE or hole.case == case
        if hole.type == event_type and meets and same_case:
            return True
    return False


def obstacle(world: World, event_type: str, a: int | None, b: int, case: object = ANY_CASE) -> str:
    """Reason why absence in `[a, b]` proves nothing, empty where it does. `a` None: the start is not known."""
    if a is None or not covered(world, event_type, a, b):
        return "no_coverage"
    return "rejected_line" if touched(world, event_type, a, b, case) else ""
