"""What erasures leave behind for those who judge: windows of some types in which events were, and are no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from compliance.events.catalogue import Catalogue
from compliance.events.dataset import CoverageStatement, Interval


def erased_gaps(
    erasures: Iterable[Mapping[str, Any]], statements: Sequence[CoverageStatement], known: Catalogue
) -> tuple[CoverageStatement, ...]:
    """A gap of every source that speaks of an erased type, over the time of what was erased whole. Absence there proves nothing."""
    speaking = {(each.source, each.event_types) for each in statements if not each.gap}
    found = set()
    for entry in erasures:
        for name, (first, last) in entry["gone"].items():
            for source, globs in speaking:
                if name in known.types and any(fnmatchcase(name, glob) for glob in globs):
                    found.add((source, name, int(first), int(last)))
    return tuple(
        CoverageStatement(source, (name,), Interval(first, last + 1), gap=True)
        for source, name, first, last in sorted(found)
    )
