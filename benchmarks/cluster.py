"""Spark beside the embedded engine: the same rules over the same store, with equal counts, and from when a cluster pays."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.bench import Bench
from benchmarks.figure import number, table


def measured(bench: Bench, events: int) -> dict[str, Any]:
    """Processor and clock seconds on both engines; why it was skipped."""
    if why := _missing(bench):
        return {"skipped": why}
    log, store = bench.log(events), bench.fresh("store")
    try:
        bench.run(bench.cli("ingest", log, "--store", store, "--config", bench.config))
        _, found = bench.told([bench.spark, "-m", "benchmarks.on_spark", store, bench.work])
    finally:
        shutil.rmtree(store, ignore_errors=True)
    return {"events": events, **found}


def _missing(bench: Bench) -> str:
    if shutil.which("java") is None:
        return "no Java on this machine (Spark needs Java 17)"
    if not bench.spark.exists():
        return "the extra `spark` is not installed: `make test-spark` makes .venv-spark"
    tried = subprocess.run([bench.spark, "-c", "import pyspark, compliance"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "pyspark or the toolkit cannot be imported in .venv-spark"


def tables(found: Mapping[str, Any]) -> Iterator[str]:
    """Both engines, and the crossover."""
    yield from ("", "## Spark", "")
    if "skipped" in found:
        yield f"Skipped: {found['skipped']}."
        return
    yield (
        f"{found['events']:,} events in a store, {len(found['counts'])} rules, equal counts on both: "
        + ", ".join(f"{rule} {count:,}" for rule, count in sorted(found["counts"].items()))
        + f". A standalone cluster on this machine: a master and two workers of one core each, up after {found['up']:.0f} s."
    )
    yield ""
    rows = [[name, f"{seconds:.1f} s"] for name, seconds in found["seconds"].items()]
    yield from table(("", "clock"), rows)
    times = found["seconds"]["spark, warm"] / found["seconds"]["embedded"]
    yield ""
    yield (
        f"On the same two cores a warm cluster takes {number(times)} × the embedded engine, so it is the quicker one from some "
        f"{times:,.0f} times the cores."
    )
