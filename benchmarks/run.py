"""Measures the toolkit against the bare engine and against its peers, and writes docs/benchmarks.md: `make bench`.

    python -m benchmarks.run [--full] [--hundred] [--only SECTION]... [--events N]... [--work DIR]

Only ratios are claimed: shared machines drift by a factor of two and more, so each round runs all contestants one after the
other, and the median of the rounds' ratios counts. Where other programs took part of the machine, processor time is compared.
All figures are kept in docs/benchmarks.json, from which the page is written (`--page` does only that).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import bad_input, checking, cluster, day, rivals, starting, storing
from benchmarks.bench import HERE, PEERS_PYTHON, ROOT, SPARK_PYTHON, Bench, NoRoomError, demand_room
from benchmarks.page import PARTS, page

MILLION = 1_000_000
KEPT, PAGE = ROOT / "docs" / "benchmarks.json", ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: events of the logs with their rounds, and what each section takes."""

    rounds: dict[int, int]
    store: int = MILLION
    store_rounds: int = 3
    peers: int = MILLION
    peer_rounds: int = 3
    starts: int = 20
    day: int = MILLION
    bad: int = 100_000
    dirty: int = MILLION
    spark: int = MILLION


QUICK = Plan({MILLION: 3, 10 * MILLION: 1})
FULL = Plan(
    {MILLION: 9, 10 * MILLION: 5, 30 * MILLION: 1},
    store=10 * MILLION,
    peer_rounds=5,
    starts=40,
    day=10 * MILLION,
    bad=2 * MILLION,
    dirty=10 * MILLION,
)


def look(sizes: list[int]) -> Plan:
    """A quick look at these sizes alone: one round of each section at the smallest."""
    small = min(sizes)
    return Plan(dict.fromkeys(sizes, 1), small, 1, small, 1, 3, small, small, small, small)


def sections(bench: Bench, plan: Plan) -> dict[str, Callable[[], dict[str, Any]]]:
    """What can be measured, by name, in the order of the page."""
    return {
        "checking": lambda: checking.measured(bench, plan.rounds),
        "storing": lambda: storing.measured(bench, plan.store, plan.store_rounds),
        "day": lambda: day.measured(bench, plan.day),
        "peers": lambda: rivals.measured(bench, plan.peers, plan.peer_rounds),
        "starting": lambda: starting.measured(bench, plan.starts),
        "bad input": lambda: bad_input.measured(bench, plan.bad, plan.dirty),
        "spark": lambda: cluster.measured(bench, plan.spark),
    }


def sizes_of(plan: Plan, chosen: Collection[str]) -> list[int]:
    """Events of every log that the chosen sections ask for."""
    asked = {
        "checking": plan.rounds,
        "storing": (plan.store,),
        "day": (plan.day,),
        "peers": (plan.peers,),
        "bad input": (plan.bad, plan.dirty),
        "spark": (plan.spark,),
    }
    return sorted({size for name in chosen for size in asked.get(name, ())})


def main() -> None:
    """Command line: generate the logs, measure, keep the figures, write and print the page."""
    given = _options().parse_args()
    plan = look(given.events) if given.events else FULL if given.full else QUICK
    if given.hundred:
        plan = replace(plan, rounds={**plan.rounds, 100 * MILLION: 1})
    chosen = given.only or list(PARTS)
    given.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.work.resolve(), peers=given.peers_python, spark=given.spark_python)
    kept = given.work / "results.json" if given.events else KEPT
    result = json.loads(kept.read_text("utf-8")) if kept.exists() and (given.only or given.page) else {"sections": {}}
    if not given.page:
        try:
            print(
                demand_room(sizes_of(plan, chosen), bench.work, free=shutil.disk_usage(bench.work).free),
                file=sys.stderr,
            )
        except NoRoomError as error:
            raise SystemExit(str(error)) from error
        for name, measured in sections(bench, plan).items():
            if name in chosen:
                result["sections"][name] = {**measured(), "machine": _machine(bench)}
                kept.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    text = page(result)
    print(text)
    if not given.events:
        PAGE.write_text(text, "utf-8", newline="\n")


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--full", action="store_true", help="more rounds, larger logs, 30 million events")
    options.add_argument("--hundred", action="store_true", help="also 100 million events: 58 GB of log")
    options.add_argument("--work", type=Path, default=ROOT / "out" / "bench", help="folder for logs")
    options.add_argument(
        "--only", action="append", choices=PARTS, help="only these sections, into the figures that are kept"
    )
    options.add_argument("--events", type=int, action="append", help="a quick look at these sizes; writes no page")
    options.add_argument("--page", action="store_true", help="write the page from the figures that are kept")
    options.add_argument("--peers-python", type=Path, default=PEERS_PYTHON, help="Python that has the peers")
    options.add_argument("--spark-python", type=Path, default=SPARK_PYTHON, help="Python that has pyspark")
    return options


def _machine(bench: Bench) -> dict[str, str]:
    return dict(bench.told([bench.python, HERE / "machine.py"])[1])


if __name__ == "__main__":
    main()
