"""The store: an ingest apart from sealing, sealing against `sha256sum`, and a check of it against one scan of its columns."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from statistics import fmean
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figure import Figure, compared, number, table
from benchmarks.measure import Measured, Ratio, interleaved, measure, ratio, summary

SHA256SUM = ("sha256sum",) if shutil.which("sha256sum") else ("shasum", "-a", "256")
SEALING = "sealing"
"""How the stages of an ingest begin whose work is sealing."""


def measured(bench: Bench, events: int, rounds: int) -> dict[str, Any]:
    """Medians for one size; the store is removed at the end."""
    log, store, columns = bench.log(events), bench.fresh("store"), bench.work / "columns.json"
    bench.run(bench.script("needed", columns, bench.work / "all-columns.json"))
    stages: list[dict[str, Any]] = []

    def ingest() -> Measured:
        shutil.rmtree(store, ignore_errors=True)
        run, told = bench.told(bench.script("staged", "ingest", log, store, bench.config))
        stages.append(told)
        return run

    try:
        runs = interleaved(
            {
                "read": lambda: bench.run(bench.script("floor", log, columns)),
                "sha256sum": lambda: measure([*SHA256SUM, log], bench.work),
                "ingest": ingest,
                "scan": lambda: bench.run(bench.script("scan", store, columns)),
                "check": lambda: bench.run(bench.cli("check", "--store", store, "--config", bench.config, "--anew")),
            },
            rounds,
            name=f"store of {events:,} events",
        )
        size = sum(file.stat().st_size for file in store.rglob("*") if file.is_file())
    finally:
        shutil.rmtree(store, ignore_errors=True)
    sealing, apart = _split(runs["ingest"], stages)
    return {
        "events": events,
        "bytes": log.stat().st_size,
        "store_bytes": size,
        **{name: summary(each) for name, each in runs.items()},
        "stages": _by_stage(stages),
        "sealing": summary(sealing),
        "apart": summary(apart),
        "apart ÷ read": asdict(ratio(apart, runs["read"])),
        "sealing ÷ sha256sum": asdict(ratio(sealing, runs["sha256sum"])),
        "check ÷ scan": asdict(ratio(runs["check"], runs["scan"])),
    }


def _split(runs: list[Measured], stages: list[dict[str, Any]]) -> tuple[list[Measured], list[Measured]]:
    """Each ingest as its sealing and the rest."""
    sealing, apart = [], []
    for run, told in zip(runs, stages, strict=True):
        wall, cpu = (
            sum(stage[unit] for name, stage in told.items() if name.startswith(SEALING)) for unit in ("wall", "cpu")
        )
        sealing.append(Measured(wall, cpu, run.peak_mb, run.code, run.others))
        apart.append(Measured(run.wall - wall, run.cpu - cpu, run.peak_mb, run.code, run.others))
    return sealing, apart


def _by_stage(stages: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Means over the rounds, by stage."""
    names = dict.fromkeys(name for told in stages for name in told)
    none = {"wall": 0.0, "cpu": 0.0}
    return {name: {unit: fmean(told.get(name, none)[unit] for told in stages) for unit in none} for name in names}


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """Against the aims."""
    said = f"{found['events']:,} events"

    def runs(*names: str) -> list[Measured]:
        return [Measured(**run) for name in names for run in found[name]["runs"]]

    yield compared(
        f"check of the sealed store ÷ one scan of its columns, {said}",
        Ratio(**found["check ÷ scan"]),
        4.0,
        runs("check", "scan"),
    )
    yield compared(
        f"ingest apart from sealing ÷ bare typed read, {said}",
        Ratio(**found["apart ÷ read"]),
        3.0,
        runs("ingest", "read"),
    )
    yield compared(
        f"sealing ÷ `sha256sum` of the same bytes, {said}",
        Ratio(**found["sealing ÷ sha256sum"]),
        6.0,
        runs("ingest", "sha256sum"),
    )


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """What was measured, and where an ingest spends its time."""
    names = ("read", "sha256sum", "ingest", "apart", "sealing", "scan", "check")
    words = ("bare read of the log", "`sha256sum` of the log", "ingest, whole", "ingest apart from sealing", "sealing",
             "one scan of the store's columns", "check of the store")  # fmt: skip
    yield from ("", "## The store", "")
    yield (
        f"{found['events']:,} events, {found['bytes'] / 1e6:,.0f} MB of log, {found['store_bytes'] / 1e6:,.0f} MB of store. "
        "A scan opens the Parquet files and counts the values of the columns that the rules need."
    )
    yield ""
    rows = [
        [word, f"{found[name]['wall']:.2f} s", f"{found[name]['cpu']:.2f} s", f"{found[name]['peak_mb']:,.0f} MB"]
        for name, word in zip(names, words, strict=True)
    ]
    yield from table(("", "clock", "processor", "peak"), rows)
    yield from ("", "Stages of the ingest:", "")
    stages = [[name, f"{one['wall']:.2f} s", f"{one['cpu']:.2f} s"] for name, one in found["stages"].items()]
    yield from table(("stage", "clock", "processor"), stages)
    yield from ("", f"Sealing costs {number(found['sealing ÷ sha256sum']['cpu'])} × `sha256sum` by processor time.")
