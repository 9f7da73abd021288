"""How long the harmonised report takes against one full scan of the columns it needs, and how long a large report is linted.

    python -m benchmarks.transparency [--events 1000000] [--store DIR] [--rounds 3]

Without `--store` a mixed log is generated and ingested first. The **scan** is one query over the store's events that reads every
column the figures need and hashes each value, in a process of its own that opens the store as the generator does; the **report** is the
whole command: reading, counting, eleven parts as CSV and the workbook. Linted are as many copies of the report's CSV files as
make `--lint-mb`, in one call. A ratio is the median of the rounds' ratios; by processor time it hardly depends on what else runs.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measure import Measured, measure

HERE = Path(__file__).resolve().parent
PERIOD = "2026-H1"
RATIO_AIM, LINT_AIM = 3.0, 2.0
RAN = frozenset({0, 1, 4})
"""Exit codes of a command that ran to its end."""
_CLI = (sys.executable, "-m", "compliance.cli.main")


def scan(store: Path, config: Path) -> int:
    """Read and hash every value of the columns that the report needs; their number."""
    from compliance.assess.session import project_of
    from compliance.events.sql import ident
    from compliance.events.store import Store
    from compliance.transparency.generate.cells import requirement_of_cells

    dataset = Store.open(store).dataset(requirement_of_cells(), project=project_of(config)[0])
    names = [row[0] for row in dataset.con.execute("DESCRIBE ev").fetchall()]
    hashes = ", ".join(f"bit_xor(hash({ident(name)}))" for name in names)
    dataset.con.execute(f"SELECT {hashes} FROM ev").fetchall()
    return len(names)


def made_store(events: int, work: Path, config: Path) -> Path:
    """A store of so many mixed events."""
    log, store = work / "log.ndjson", work / "store"
    print(f"generating and ingesting {events:,} events", file=sys.stderr)
    measure([sys.executable, HERE / "generate.py", log, "--events", str(events)], work)
    measure([*_CLI, "ingest", log, "--store", store, "--config", config], work, allowed=RAN)
    log.unlink()
    return store


def generated(store: Path, config: Path, work: Path) -> tuple[Measured, Path]:
    """One report, and its folder."""
    out = work / "report"
    shutil.rmtree(out, ignore_errors=True)
    command = [*_CLI, "transparency", PERIOD, "--store", store, "--out", out, "--config", config]
    return measure(command, work, allowed=RAN), out


def linted(report: Path, megabytes: float, work: Path) -> tuple[Measured, float]:
    """One lint of so many megabytes (10^6 bytes), and how many it was."""
    parts = sorted(report.glob("*.csv"))
    size = sum(part.stat().st_size for part in parts)
    folders = []
    for number in range(max(1, round(megabytes * 1e6 / size))):
        folder = work / f"copy-{number}"
        folder.mkdir(exist_ok=True)
        for part in parts:
            shutil.copyfile(part, folder / part.name)
        folders.append(folder)
    return measure([*_CLI, "transparency", "lint", *folders], work, allowed=RAN), size * len(folders) / 1e6


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--store", type=Path, help="a store of the benchmark's service, instead of a new one")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--lint-mb", type=float, default=10.0)
    options.add_argument("--scan", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.scan:
        print(scan(given.scan, HERE / "bench.toml"))
        return
    with tempfile.TemporaryDirectory(prefix="transparency-bench-") as name:
        work, config = Path(name), HERE / "bench.toml"
        store = given.store.resolve() if given.store else made_store(given.events, work, config)
        walls, cpus = [], []
        for number in range(1, given.rounds + 1):
            floor = measure([sys.executable, HERE / "transparency.py", "--scan", store], work)
            whole, report = generated(store, config, work)
            walls.append(whole.wall / floor.wall)
            cpus.append(whole.cpu / floor.cpu)
            print(
                f"round {number}: scan {floor.wall:.1f} s ({floor.cpu:.1f} of a processor), report {whole.wall:.1f} s ({whole.cpu:.1f}), "
                f"ratio {walls[-1]:.1f}, by processor time {cpus[-1]:.1f}; peak {whole.peak_mb:,.0f} MB"
            )
        print(f"median ratio {median(walls):.1f}, by processor time {median(cpus):.1f} (aim {RATIO_AIM:g})")
        lints = [linted(report, given.lint_mb, work) for _ in range(given.rounds)]
        print(
            f"lint of {lints[0][1]:.1f} MB: {median(run.wall for run, _ in lints):.1f} s, "
            f"{median(run.cpu for run, _ in lints):.1f} of a processor (aim {LINT_AIM:g})"
        )


if __name__ == "__main__":
    main()
