"""Bad logs: no line number may be wrong in a dirty one, and none may cost much more time or memory than a good one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figure import Figure, number, table
from benchmarks.measure import KILLED, Measured, measure

KINDS = {
    "garbage": "every second line is none",
    "one-case": "all notices are one case",
    "one-second": "all events in one second",
    "backwards": "the last line first",
    "small-files": "ten thousand files",
}
PATIENCE = 10
"""How many times as long as a good log a bad one may take before it is given up."""
RAN = frozenset({0, 1, 3, 4})
"""Exit codes of a command that ran to its end; 3 where it refused the input in words."""


def measured(bench: Bench, events: int, dirty_events: int) -> dict[str, Any]:
    """One check of a good log, and one of every bad one made from it; the lines of a dirty log, looked up."""
    good = bench.log(events)
    usual = _check(bench, [good])
    logs, patience = {"good": asdict(usual)}, max(60.0, PATIENCE * usual.wall)
    for kind in KINDS:
        bad = _made(bench, good, kind)
        try:
            logs[kind] = asdict(_check(bench, sorted(bad.iterdir()) if bad.is_dir() else [bad], patience))
        finally:
            _remove(bad)
    return {"events": events, "logs": logs, "dirty": _dirty(bench, dirty_events)}


def _check(bench: Bench, logs: list[Path], patience: float | None = None) -> Measured:
    return measure(bench.cli("check", *logs, "--config", bench.config), bench.work, allowed=RAN, limit=patience)


def _made(bench: Bench, good: Path, kind: str) -> Path:
    bad = bench.fresh("bad.ndjson") if kind == "small-files" else bench.work / f"bad-{kind}.ndjson"
    bench.run(bench.script("spoiled", good, bad, kind))
    return bad


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.with_suffix(".faults").unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _dirty(bench: Bench, events: int) -> dict[str, Any]:
    """How many lines of a dirty log are named wrongly by a check and by an ingest."""
    bad, store, told = _made(bench, bench.log(events), "dirty"), bench.fresh("store"), bench.work / "assessment.json"
    try:
        check = measure(
            bench.cli("check", bad, "--config", bench.config, "--format", "json"), bench.work, allowed=RAN, out=told
        )
        ingest = measure(bench.cli("ingest", bad, "--store", store, "--config", bench.config), bench.work, allowed=RAN)
        _, lines = bench.told(bench.script("line_numbers", bad, told, store))
    finally:
        shutil.rmtree(store, ignore_errors=True)
        told.unlink(missing_ok=True)
        _remove(bad)
    return {"events": events, "check": asdict(check), "ingest": asdict(ingest), **lines}


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """Against the aim: none wrong."""
    dirty = found["dirty"]
    looked = dirty["events_looked_up"] + dirty["refused_expected"]
    good = found["logs"]["good"]["cpu"]
    worst = max(KINDS, key=lambda kind: found["logs"][kind]["cpu"])
    yield Figure(
        f"slowest bad log ({KINDS[worst]}) ÷ a good one, {found['events']:,} events",
        found["logs"][worst]["cpu"] / good,
        float(PATIENCE),
        basis="processor",
    )
    yield Figure(
        f"wrong line numbers in {dirty['events']:,} dirty lines ({looked:,} looked up)", dirty["wrong"], 0, "lines"
    )


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """Time and memory of each kind."""
    good, dirty = found["logs"]["good"], found["dirty"]
    rows = [["good", "as generated", *_costs(good, good)]]
    rows += [[kind, KINDS[kind], *_costs(found["logs"][kind], good)] for kind in KINDS]
    yield from ("", "## Bad input", "")
    yield f"One check of all packs each, {found['events']:,} events, given up after {PATIENCE} times a good log's time."
    yield ""
    yield from table(("log", "", "clock", "processor", "÷ good, processor", "peak", "exit"), rows)
    yield ""
    yield (
        f"A dirty log of {dirty['events']:,} lines with thirteen kinds of faults: {dirty['refused']:,} lines refused by the ingest, "
        f"{dirty['refused_expected']:,} expected; {dirty['events_looked_up']:,} events of findings looked up by their lines; "
        f"{dirty['wrong']:,} wrong."
    )


def _costs(one: Mapping[str, Any], good: Mapping[str, Any]) -> list[str]:
    ratio = f"{number(one['cpu'] / good['cpu'])} ×"
    end = "given up" if one["code"] == KILLED else str(one["code"])
    return [f"{one['wall']:.2f} s", f"{one['cpu']:.2f} s", ratio, f"{one['peak_mb']:,.0f} MB", end]
