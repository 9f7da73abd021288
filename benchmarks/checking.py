"""A check of raw NDJSON against one bare typed read of the columns that its rules need; growth and memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figure import Figure, compared, number, table
from benchmarks.measure import Measured, Ratio, interleaved, ratio, summary

MEMORY = "2GB"
"""What logs are checked with."""
IN_MEMORY = 10_000_000
"""Events that a bare table in memory is compared with at most."""


def measured(bench: Bench, rounds: Mapping[int, int]) -> dict[str, Any]:
    """Medians by size; the columns that were read."""
    columns, every = bench.work / "columns.json", bench.work / "all-columns.json"
    bench.run(bench.script("needed", columns, every))
    sizes = {str(events): _size(bench, events, times) for events, times in sorted(rounds.items())}
    read, shipped = (len(json.loads(path.read_text("utf-8"))) for path in (columns, every))
    smallest = min(rounds)
    _, stages = bench.told(bench.script("staged", "check", bench.log(smallest), bench.config))
    return {"columns": read, "all_columns": shipped, "sizes": sizes, "stages": {"events": smallest, "taken": stages}}


def _size(bench: Bench, events: int, rounds: int) -> dict[str, Any]:
    log, columns = bench.log(events), bench.work / "columns.json"
    check = bench.cli("check", log, "--config", bench.config, "--memory", MEMORY)
    contestants = {
        "read": lambda: bench.run(bench.script("floor", log, columns)),
        "all": lambda: bench.run(bench.script("floor", log, bench.work / "all-columns.json")),
        "kept": lambda: bench.run(bench.script("floor", log, columns, "--table")),
        "check": lambda: bench.run(check),
    }
    if events > IN_MEMORY:
        del contestants["kept"]
    runs = interleaved(contestants, rounds, name=f"{events:,} events")
    found = {name: summary(each) for name, each in runs.items()}
    kept = asdict(ratio(runs["check"], runs["kept"])) if "kept" in runs else None
    ratios = {"ratio": ratio(runs["check"], runs["read"]), "÷ all": ratio(runs["check"], runs["all"])}
    return {
        "bytes": log.stat().st_size,
        **found,
        **{name: asdict(each) for name, each in ratios.items()},
        "÷ kept": kept,
    }


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """Against the aims: the ratio at each size, growth from size to size, memory of the largest."""
    sizes = sorted((int(events), one) for events, one in found["sizes"].items())
    for events, one in sizes:
        for key, floor, columns in (("ratio", "read", found["columns"]), ("÷ all", "all", found["all_columns"])):
            name = f"check of all packs ÷ bare typed read of {columns} columns, {events:,} events"
            yield compared(name, Ratio(**one[key]), 2.0, _runs(one, floor, "check"))
    for (few, small), (many, large) in pairwise(sizes):
        if many == 10 * few:
            grown = Ratio(*(large["check"][unit] / small["check"][unit] for unit in ("wall", "cpu")))
            yield compared(
                f"growth of a check, {many:,} ÷ {few:,} events",
                grown,
                10.5,
                _runs(small, "check") + _runs(large, "check"),
            )
    if sizes:
        events, one = sizes[-1]
        yield Figure(
            f"peak memory of a check with --memory {MEMORY}, {events:,} events", one["check"]["peak_mb"], 2300.0, "MB"
        )


def _runs(one: Mapping[str, Any], *names: str) -> list[Measured]:
    return [Measured(**run) for name in names for run in one[name]["runs"]]


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """What was measured, by size."""
    rows = []
    for events, one in found["sizes"].items():
        check, read, ratio_ = one["check"], one["read"], one["ratio"]
        kept = f"{number(one['÷ kept']['wall'])} ×" if one["÷ kept"] else ""
        rows.append(
            [
                f"{int(events):,}",
                f"{one['bytes'] / 1e6:,.0f} MB",
                str(len(check["runs"])),
                f"{read['wall']:.2f} s",
                f"{check['wall']:.2f} s",
                f"{int(events) / check['wall']:,.0f}",
                f"{number(ratio_['wall'])} ×",
                f"{number(ratio_['cpu'])} ×",
                f"{number(one['÷ all']['wall'])} ×",
                kept,
                f"{check['peak_mb']:,.0f} MB",
                f"{read['peak_mb']:,.0f} MB",
            ]
        )
    yield from ("", "## Raw logs", "")
    yield (
        f"The bare read parses the {found['columns']} columns that a check reads after its first look at the log: those of rules "
        f"with something to judge there. All shipped rules together name {found['all_columns']}; a read of these stands beside it."
    )
    yield ""
    head = ("events", "log", "rounds", "bare read", "check", "events/s", "÷ read", "by processor", "÷ read of all columns",
            "÷ read kept as a table", "peak", "peak of the read")  # fmt: skip
    yield from table(head, rows)
    yield from ("", f"Where a check of {found['stages']['events']:,} events spends its time:", "")
    taken = found["stages"]["taken"]
    yield from table(
        ("stage", "clock", "processor"),
        [[name, f"{one['wall']:.2f} s", f"{one['cpu']:.2f} s"] for name, one in taken.items()],
    )
