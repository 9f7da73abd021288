"""Judges one store by the peers' rules, embedded and on a standalone cluster over loopback, and prints what each took.

    python -m benchmarks.on_spark STORE FOLDER

Runs where the extra `spark` and Java are installed. The counts must be equal.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.peers.equal import RULES
from tests.spark.cluster import started

HERE = Path(__file__).resolve().parent


def judged(store: Path, **how: Any) -> tuple[float, dict[str, Mapping[str, int]]]:
    """Seconds of one check in this process, and the counts by rule."""
    from compliance.assess.session import judge

    begun = time.perf_counter()
    run = judge(
        [], store=store, config=HERE / "peers.toml", rules=[HERE / "peers" / "rules"], only=RULES, anew=True, **how
    )
    counts = {rule.id: {str(name): n for name, n in rule.counts.items()} for rule in run.assessment.rules}
    return time.perf_counter() - begun, counts


def main() -> None:
    """Command line."""
    store, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]) / "cluster"
    folder.mkdir(parents=True, exist_ok=True)
    judged(store)
    embedded, here = judged(store)
    begun = time.perf_counter()
    with started(folder) as cluster:
        up = time.perf_counter() - begun
        cold, there = judged(store, engine="spark", remote=cluster.remote)
        warm, again = judged(store, engine="spark", remote=cluster.remote)
    if not here == there == again:
        raise SystemExit(f"the engines differ: {here} embedded, {there} and {again} on Spark")
    counts = {
        rule: sum(n for name, n in one.items() if name in {"over_target", "non_compliant"})
        for rule, one in here.items()
    }
    print(
        json.dumps(
            {
                "up": up,
                "seconds": {"embedded": embedded, "spark, first check": cold, "spark, warm": warm},
                "counts": counts,
            }
        )
    )


if __name__ == "__main__":
    main()
