"""Ingests or checks a log, and prints what each stage took, as the toolkit itself tells its stages.

    python -m benchmarks.staged ingest LOG STORE CONFIG
    python -m benchmarks.staged check LOG CONFIG

Stages that are told inside of another one count there. What no stage claims is called `rest`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from compliance.progress import Step, heard_by

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


def ingest(log: Path, store: Path, config: Path) -> None:
    """Ingests a log into a new store."""
    from compliance.events.store import MEMORY, Store
    from compliance.project import load_project

    Store.create(store).ingest([log], project=load_project(config), clock=lambda: datetime.now(UTC), memory=MEMORY)


def check(log: Path, config: Path) -> None:
    """Checks a log by all packs and renders the table."""
    from compliance.assess.render import FORMATS
    from compliance.assess.session import judge

    FORMATS["table"](judge([log], config=config).assessment)


def main() -> None:
    """Command line."""
    verb, *paths = sys.argv[1:]
    stages = Stages()
    with heard_by(stages):
        {"ingest": ingest, "check": check}[verb](*map(Path, paths))
    print(json.dumps(stages.found()))


if __name__ == "__main__":
    main()
