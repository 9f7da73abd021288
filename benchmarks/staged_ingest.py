"""Ingests a log into a new store, and prints what each stage took, as the toolkit itself tells its stages.

    python -m benchmarks.staged_ingest LOG STORE CONFIG

Stages that are told inside of another one count there. What no stage claims is called `rest`: starting, opening, the ledger.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from compliance.events.store import MEMORY, Store
from compliance.progress import Step, heard_by
from compliance.project import load_project

REST = "rest"


class Stages:
    """Hears the stages and adds up the wall and processor seconds between their beginnings and ends."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {REST: [0.0, 0.0]}
        self._open = [REST]
        self._since = (time.perf_counter(), time.process_time())

    def __call__(self, step: Step | None) -> None:
        """A stage begins, goes on or ends."""
        if step is None or (step.total is not None and step.done >= step.total):
            self._turn()
            if len(self._open) > 1:
                self._open.pop()
        elif (name := _plain(step.stage)) != self._open[-1]:
            self._turn()
            self._open.append(name)

    def _turn(self) -> None:
        now = (time.perf_counter(), time.process_time())
        taken = self.taken.setdefault(self._open[-1], [0.0, 0.0])
        taken[0] += now[0] - self._since[0]
        taken[1] += now[1] - self._since[1]
        self._since = now

    def found(self) -> dict[str, dict[str, float]]:
        """Seconds by stage, so far."""
        self._turn()
        return {name: {"wall": wall, "cpu": cpu} for name, (wall, cpu) in self.taken.items()}


def _plain(stage: str) -> str:
    return "reading" if stage.startswith("reading ") else stage


def main() -> None:
    """Command line."""
    log, store, config = map(Path, sys.argv[1:4])
    stages = Stages()
    with heard_by(stages):
        Store.create(store).ingest([log], project=load_project(config), clock=lambda: datetime.now(UTC), memory=MEMORY)
    print(json.dumps(stages.found()))


if __name__ == "__main__":
    main()
