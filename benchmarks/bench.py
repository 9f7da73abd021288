"""What every measurement works with: folders, interpreters, logs of a size, and room on the disk."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured, measure, warm

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
SPARK_PYTHON = ROOT / ".venv-spark" / "bin" / "python"
CHECKED = frozenset({0, 1, 4})
"""Exit codes of a check that ran to its end."""
LINE_BYTES = 580
"""Bytes of a generated line, on average, rounded up."""


class NoRoomError(RuntimeError):
    """The disk does not hold what a run would write."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Folder of logs and figures, the interpreter that runs the toolkit, and those of peers and of Spark, where they are."""

    work: Path
    python: Path = Path(sys.executable)
    peers: Path = PEERS_PYTHON
    spark: Path = SPARK_PYTHON

    @property
    def config(self) -> Path:
        """Configuration of the platform that the generator writes about."""
        return HERE / "bench.toml"

    def cli(self, *words: str | Path) -> list[str | Path]:
        """A command of the toolkit."""
        return [self.python, "-m", "compliance.cli.main", *words]

    def script(self, name: str, *words: str | Path) -> list[str | Path]:
        """A module of this folder, run as a script."""
        return [self.python, "-m", f"benchmarks.{name}", *words]

    def run(self, command: list[str | Path], *, allowed: frozenset[int] = CHECKED, out: Path | None = None) -> Measured:
        """One measured run. RuntimeError where it did not come to its end."""
        return measure(command, self.work, allowed=allowed, out=out)

    def told(self, command: list[str | Path], *, allowed: frozenset[int] = CHECKED) -> tuple[Measured, Any]:
        """One measured run, and the JSON that it printed last."""
        out = self.work / "stdout.txt"
        run = self.run(command, allowed=allowed, out=out)
        return run, json.loads(out.read_text("utf-8").strip().rsplit("\n", 1)[-1])

    def log(self, events: int) -> Path:
        """The log of so many mixed events, in the page cache; made once, from a fixed seed."""
        path = self.work / f"mixed-{events}.ndjson"
        if not path.exists():
            print(f"generating {events:,} events", file=sys.stderr, flush=True)
            half = path.with_suffix(".part")
            self.run(self.script("generate", half, "--events", str(events), "--seed", "1"))
            half.rename(path)
        warm(path)
        return path

    def fresh(self, name: str) -> Path:
        """A folder of the work folder that does not exist yet; an old one is removed."""
        path = self.work / name
        shutil.rmtree(path, ignore_errors=True)
        return path


def disk_needed(sizes: list[int], work: Path) -> int:
    """Bytes that measuring these sizes writes at most: logs that are not there yet, a store and what spills of the largest."""
    missing = sum(size for size in sizes if not (work / f"mixed-{size}.ndjson").exists())
    return LINE_BYTES * (missing + max(sizes, default=0))


def demand_room(sizes: list[int], work: Path, *, free: int) -> str:
    """A line that says how much disk is needed and free. NoRoomError where it does not fit, with room to spare."""
    needed = disk_needed(sizes, work)
    line = f"needs up to {needed / 1e9:.1f} GB of disk below {work}; {free / 1e9:.1f} GB are free"
    if needed * 1.1 > free:
        raise NoRoomError(f"{line}: make room, name another folder with --work, or measure less")
    return line
