"""docs/benchmarks.md, from the figures that were kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks import bad_input, checking, cluster, day, rivals, starting, storing
from benchmarks.figure import Figure, table

PARTS = {
    "checking": checking,
    "storing": storing,
    "day": day,
    "peers": rivals,
    "starting": starting,
    "bad input": bad_input,
    "spark": cluster,
}
"""Modules by section: each says its figures against their aims, if it has any, and its tables."""


def figures(result: Mapping[str, Any]) -> Iterator[Figure]:
    """Every figure that has an aim, of the sections that were measured."""
    for name, part in PARTS.items():
        if name in result["sections"] and hasattr(part, "figures"):
            yield from part.figures(result["sections"][name])


def page(result: Mapping[str, Any]) -> str:
    """The whole page."""
    measured = result["sections"]
    lines = [
        _INTRO,
        *table(("figure", "measured", "compared by", "aim", ""), []),
        *(one.row() for one in figures(result)),
    ]
    for name, part in PARTS.items():
        if name in measured:
            lines += part.tables(measured[name])
    lines += ["", "## Machine", "", *_machines(measured)]
    return "\n".join(lines) + "\n"


def _machines(measured: Mapping[str, Any]) -> Iterator[str]:
    """What the sections were measured on; one line where all were on the same."""
    said: dict[str, list[str]] = {}
    for name, one in measured.items():
        on = one["machine"]
        words = (
            f"{on['cores']} cores, {on['memory']}, {on['system']}, Python {on['python']}, DuckDB {on['duckdb']}, "
            f"compliance {on['compliance']}"
        )
        said.setdefault(words, []).append(name)
    for words, names in said.items():
        yield f"{words}; page cache warm." if len(said) == 1 else f"- {', '.join(names)}: {words}; page cache warm."
    busy = max((share for one in measured.values() for share in _others(one)), default=0.0)
    yield ""
    yield f"Other programs took at most {busy:.0%} of the machine during a run that is compared."


def _others(found: object) -> Iterator[float]:
    """Every share of the machine that was in other hands, wherever it stands."""
    if isinstance(found, Mapping):
        if "others" in found and "wall" in found:
            yield float(found["others"])
        for value in found.values():
            yield from _others(value)
    elif isinstance(found, list):
        for value in found:
            yield from _others(value)


_INTRO = """<!-- Written by `make bench` from benchmarks.json; do not edit. -->

# Benchmarks

How fast, against what. The **floor** is one bare typed read of the log by the embedded engine: every column that the rules
need is parsed to its type and counted, nothing is checked, kept or judged. A **check** is the whole command: reading, row
checks, duplicates, all shipped rules, findings with their lines. Everything is a whole process; what is compared ran one after
the other, and a ratio is the median of the rounds' ratios: by the clock, or by processor time where other programs took more
than a tenth of the machine meanwhile.
"""
