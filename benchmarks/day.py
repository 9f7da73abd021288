"""One more day on a store: what judging it costs against judging all of it. benchmarks/incremental.py measures it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.bench import HERE, Bench
from benchmarks.figure import Figure, number, table


def measured(bench: Bench, events: int) -> dict[str, Any]:
    """What incremental.py found for a store of so many events."""
    if not (HERE / "incremental.py").exists():
        return {"skipped": "benchmarks/incremental.py is not there"}
    out = bench.work / "day.json"
    bench.run(bench.script("incremental", "--events", str(events), "--work", bench.work, "--json", out))
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """Against the aim."""
    if "skipped" in found:
        return
    said = f"one more day ÷ full check, apart from the fixed cost, {found['events']:,} events"
    yield Figure(said, found["ratio_cpu"], 0.05, basis="processor")


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """Full check, the check after one more day, and the fixed cost of a command."""
    yield from ("", "## One more day", "")
    if "skipped" in found:
        yield f"Skipped: {found['skipped']}."
        return
    rows = [
        [words, f"{found[name]['wall']:.2f} s", f"{found[name]['cpu']:.2f} s", f"{found[name]['peak_mb']:,.0f} MB"]
        for name, words in (("full", "full check"), ("day", "check after one more day"), ("fixed", "fixed cost"))
    ]
    yield from table(("", "clock", "processor", "peak"), rows)
    yield from (
        "",
        f"By the clock {number(found['ratio'])} of a full check, by processor time {number(found['ratio_cpu'])}.",
    )
