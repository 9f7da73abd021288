"""Runs one command as a process of its own and measures it whole: wall time, processor time, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from threading import Timer
from typing import Any

KILLED = -9
"""Exit code of a run that took longer than it was given."""
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
_ROOT = str(Path(__file__).resolve().parent.parent)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: wall and processor seconds, peak resident megabytes (10^6 bytes), exit code, and what else ran.

    `others` is the share of the machine's cores that other processes took meanwhile; 0 where the system does not tell.
    """

    wall: float
    cpu: float
    peak_mb: float
    code: int
    others: float = 0.0


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times one thing took of another: by the clock, and by processor time."""

    wall: float
    cpu: float


Runs = dict[str, list[Measured]]
"""The runs of each contestant, in the order of the rounds."""


def measure(
    command: Sequence[str | Path],
    folder: Path,
    *,
    allowed: frozenset[int] = frozenset({0}),
    out: Path | None = None,
    limit: float | None = None,
) -> Measured:
    """Measure `command` run in `folder`; its stdout goes to `out` or nowhere. RuntimeError with its last words on another exit code.

    After `limit` seconds it is killed, and its exit code is -9. Measure from a small process: the peak of a child begins
    with the size of its parent. Modules of the repository can be imported whatever the folder.
    """
    complaints = folder / "stderr.txt"
    with complaints.open("wb") as words, Path(out or os.devnull).open("wb") as said:
        busy, started = _busy(), time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            stdout=said,
            stderr=words,
            env={**os.environ, "PYTHONPATH": _ROOT},
        )
        end = Timer(limit, child.kill) if limit is not None else None
        if end is not None:
            end.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        others = _busy() - busy - usage.ru_utime - usage.ru_stime
        child.returncode = os.waitstatus_to_exitcode(status)
        if end is not None:
            end.cancel()
    ended = limit is not None and child.returncode == KILLED
    if child.returncode not in allowed and not ended:
        raise RuntimeError(
            f"{' '.join(map(str, command))[:2000]} ended with {child.returncode}:\n{complaints.read_text('utf-8')[-2000:]}"
        )
    share = min(1.0, max(0.0, others / (wall * (os.cpu_count() or 1))))
    return Measured(
        wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_UNIT / 1e6, child.returncode, share
    )


def _busy() -> float:
    """Processor seconds that all processes of the machine have used; 0 where the system does not tell."""
    try:
        words = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()
    except OSError:
        return 0.0
    user, nice, system, _, _, interrupt, soft = map(int, words[1:8])
    return (user + nice + system + interrupt + soft) / _TICKS


def interleaved(contestants: Mapping[str, Callable[[], Measured]], rounds: int, *, name: str) -> Runs:
    """So many rounds, in each of which every contestant runs once, one after the other."""
    runs: Runs = {contestant: [] for contestant in contestants}
    for number in range(rounds):
        for contestant, run in contestants.items():
            print(f"{name}: {contestant}, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            runs[contestant].append(run())
    return runs


def ratio(top: Sequence[Measured], bottom: Sequence[Measured]) -> Ratio:
    """Median of the rounds' ratios: what ran in one round is compared, and nothing else."""
    pairs = list(zip(top, bottom, strict=True))
    return Ratio(median(a.wall / b.wall for a, b in pairs), median(a.cpu / b.cpu for a, b in pairs))


def summary(runs: Sequence[Measured]) -> dict[str, Any]:
    """Medians of the times, the highest peak, and every run as it was."""
    return {
        "wall": median(run.wall for run in runs),
        "cpu": median(run.cpu for run in runs),
        "peak_mb": max(run.peak_mb for run in runs),
        "others": max(run.others for run in runs),
        "runs": [asdict(run) for run in runs],
    }


def warm(path: Path) -> None:
    """Read a file once, so that every run finds it in the page cache."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass
