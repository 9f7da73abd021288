"""Measures the toolkit against the bare engine, in one interleaved run, and writes docs/benchmarks.md: `make bench`.

Only ratios are claimed: shared machines drift by a factor of two and more, so each round runs the floor and the
check one after the other, and the median of the rounds' ratios counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from measure import Measured, measure, warm

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
CHECKED = frozenset({0, 1, 4})
"""Exit codes of a check that ran to its end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: events per log and rounds for each, and runs of --help."""

    rounds: dict[int, int]
    helps: int


QUICK = Plan({1_000_000: 3, 10_000_000: 1}, 20)
FULL = Plan({1_000_000: 9, 10_000_000: 5, 30_000_000: 1}, 40)


@dataclass(frozen=True, slots=True)
class Aim:
    """One figure against its aim."""

    figure: str
    value: float
    aim: float
    unit: str

    @property
    def met(self) -> bool:
        """True where the value is at or below the aim."""
        return self.value <= self.aim


def main() -> None:
    """Generate the logs, measure, print the table, write the page and the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--full", action="store_true", help="more rounds, and 30 million events")
    options.add_argument("--work", type=Path, default=ROOT / "out" / "bench", help="folder for logs and figures")
    options.add_argument(
        "--events", type=int, action="append", help="only these sizes, for a quick look; writes no page"
    )
    given = options.parse_args()
    plan = FULL if given.full else QUICK
    if given.events:
        plan = Plan({size: plan.rounds.get(size, 3) for size in given.events}, plan.helps)
    given.work.mkdir(parents=True, exist_ok=True)
    result = run(plan, given.work)
    (given.work / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    text = "\n".join(table(result)) + "\n"
    print(text)
    if not given.events:
        (ROOT / "docs" / "benchmarks.md").write_text(page(text), "utf-8", newline="\n")


def run(plan: Plan, work: Path) -> dict[str, Any]:
    """All measurements of a plan, with the machine they were made on."""
    columns = work / "columns.json"
    columns.write_text(json.dumps(typed_columns()), "utf-8")
    sizes = {}
    for events, rounds in sorted(plan.rounds.items()):
        log = generated(events, work)
        sizes[str(events)] = {"bytes": log.stat().st_size, **rounds_of(log, columns, rounds, work)}
        ingest_store = work / "store"
        sizes[str(events)]["ingest"] = asdict(_ingest(log, ingest_store, work)) if events == min(plan.rounds) else None
    helps = [measure([_python(), "-m", "compliance.cli.main", "--help"], work) for _ in range(plan.helps)]
    return {
        "machine": machine(),
        "columns": len(typed_columns()),
        "sizes": sizes,
        "help_s": median(run.wall for run in helps),
    }


def typed_columns() -> dict[str, str]:
    """Columns that the shipped rules need, with the SQL type each is parsed to."""
    from compliance.assess.check import requirement_of
    from compliance.events.catalogue import ENVELOPE, Kind, catalogue
    from compliance.rules.loader import load_rules

    kinds = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "TIMESTAMPTZ", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}
    envelope = dict.fromkeys(ENVELOPE, "VARCHAR") | {"time": "TIMESTAMPTZ"}
    wanted = sorted(requirement_of(load_rules()).fields - set(envelope))
    return envelope | {name: kinds.get(catalogue().fields[name].kind, "VARCHAR") for name in wanted}


def generated(events: int, work: Path) -> Path:
    """The log of so many mixed events; made once, from a fixed seed."""
    log = work / f"mixed-{events}.ndjson"
    if not log.exists():
        print(f"generating {events:,} events", file=sys.stderr)
        half = log.with_suffix(".part")
        measure([_python(), HERE / "generate.py", half, "--events", str(events), "--seed", "1"], work)
        half.rename(log)
    return log


def rounds_of(log: Path, columns: Path, rounds: int, work: Path) -> dict[str, Any]:
    """Interleaved rounds of floor and check on one log: medians, the median of the ratios, and the highest peak."""
    warm(log)
    floors: list[Measured] = []
    tables: list[Measured] = []
    checks: list[Measured] = []
    for number in range(rounds):
        print(f"{log.name}: round {number + 1} of {rounds}", file=sys.stderr)
        floors.append(measure([_python(), HERE / "floor.py", log, columns], work))
        tables.append(measure([_python(), HERE / "floor.py", log, columns, "--table"], work))
        checks.append(
            measure(
                [_python(), "-m", "compliance.cli.main", "check", log, "--config", _config(work)], work, allowed=CHECKED
            )
        )
    return {
        "rounds": rounds,
        "floor_s": median(run.wall for run in floors),
        "check_s": median(run.wall for run in checks),
        "ratio": median(check.wall / floor.wall for check, floor in zip(checks, floors, strict=True)),
        "cpu_ratio": median(check.cpu / floor.cpu for check, floor in zip(checks, floors, strict=True)),
        "table_s": median(run.wall for run in tables),
        "table_ratio": median(check.wall / table.wall for check, table in zip(checks, tables, strict=True)),
        "peak_mb": max(run.peak_mb for run in checks),
        "floor_peak_mb": max(run.peak_mb for run in floors),
        "runs": {
            "floor": [asdict(run) for run in floors],
            "table": [asdict(run) for run in tables],
            "check": [asdict(run) for run in checks],
        },
    }


def _ingest(log: Path, store: Path, work: Path) -> Measured:
    """One ingest into a fresh store: what sealing costs, apart from checking."""
    import shutil

    shutil.rmtree(store, ignore_errors=True)
    try:
        return measure(
            [_python(), "-m", "compliance.cli.main", "ingest", log, "--store", store, "--config", _config(work)],
            work,
            allowed=frozenset({0, 1}),
        )
    finally:
        shutil.rmtree(store, ignore_errors=True)


def _config(work: Path) -> Path:
    """Configuration of the platform that the generator writes about."""
    path = work / "compliance.toml"
    path.write_text((HERE / "bench.toml").read_text("utf-8"), "utf-8")
    return path


def _python() -> str:
    return sys.executable


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    import duckdb

    from compliance import __version__

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "compliance": __version__,
        "load": f"{os.getloadavg()[2]:.1f}",
    }


def aims(result: dict[str, Any]) -> Iterator[Aim]:
    """Figures that have an aim, as far as their sizes were measured."""
    sizes = result["sizes"]
    for events, measured in sizes.items():
        yield Aim(f"check ÷ bare typed read, {int(events):,} events", measured["ratio"], 3.0, "×")
    if (large := sizes.get("10000000")) is not None:
        yield Aim("peak memory of a check, 10,000,000 events", large["peak_mb"], 2000.0, "MB")
    if {"1000000", "10000000"} <= set(sizes):
        yield Aim(
            "growth of a check, 10,000,000 ÷ 1,000,000 events",
            sizes["10000000"]["check_s"] / sizes["1000000"]["check_s"],
            11.0,
            "×",
        )
    yield Aim("`compliance --help`, whole process, median", result["help_s"], 0.3, "s")


def table(result: dict[str, Any]) -> Iterator[str]:
    """The figures as Markdown: against their aims, then as measured."""
    yield from ("| figure | measured | aim | |", "|---|---|---|---|")
    for aim in aims(result):
        yield f"| {aim.figure} | {_number(aim.value)} {aim.unit} | ≤ {aim.aim:g} {aim.unit} | {'met' if aim.met else '**not met**'} |"
    yield from (
        "",
        "| events | log | rounds | bare read | check | events/s | ÷ read, processor | ÷ read kept as a table | peak of check | of read |",
        "|---|---|---|---|---|---|---|---|---|---|",
    )
    for events, m in result["sizes"].items():
        yield (
            f"| {int(events):,} | {m['bytes'] / 1e6:,.0f} MB | {m['rounds']} | {m['floor_s']:.2f} s | {m['check_s']:.2f} s | "
            f"{int(events) / m['check_s']:,.0f} | {m['cpu_ratio']:.2f} × | {m['table_ratio']:.2f} × | "
            f"{m['peak_mb']:,.0f} MB | {m['floor_peak_mb']:,.0f} MB |"
        )
    for events, m in result["sizes"].items():
        if m["ingest"]:
            yield from (
                "",
                f"Ingest of {int(events):,} events into a sealed store: {m['ingest']['wall']:.1f} s "
                f"({m['ingest']['wall'] / m['floor_s']:.1f} × the bare read), peak {m['ingest']['peak_mb']:,.0f} MB.",
            )
    on = result["machine"]
    yield from (
        "",
        f"Measured on {on['cores']} cores, {on['memory']}, {on['system']}, Python {on['python']}, DuckDB {on['duckdb']}, "
        f"compliance {on['compliance']}; {result['columns']} columns read; page cache warm; "
        f"load average {on['load']} (above the number of cores other work took part, and seconds say little).",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def page(text: str) -> str:
    """docs/benchmarks.md."""
    return f"{_INTRO}\n{text}"


_INTRO = """<!-- Written by `make bench`; do not edit. -->

# Benchmarks

How fast, against what. The **floor** is one bare typed read of the log by the embedded engine: every column that the shipped
rules need is parsed to its type and counted, nothing is checked, kept or judged. A **check** is the whole command on the raw
NDJSON: reading, row checks, duplicates, all shipped rules, findings with their lines. Both are whole processes, run one
after the other; a ratio is the median of the rounds' ratios. Seconds differ between machines, ratios hardly.
"""

if __name__ == "__main__":
    main()
