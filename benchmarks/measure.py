"""Runs one command as a process of its own and measures it whole: wall time, processor time, peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: wall and processor seconds, peak resident megabytes (10^6 bytes), exit code."""

    wall: float
    cpu: float
    peak_mb: float
    code: int


def measure(command: Sequence[str | Path], folder: Path, *, allowed: frozenset[int] = frozenset({0})) -> Measured:
    """Measure `command` run in `folder`; its stdout goes nowhere. RuntimeError with its last words on another exit code.

    Measure from a small process: the peak of a child begins with the size of its parent.
    """
    complaints = folder / "stderr.txt"
    with complaints.open("wb") as words:
        started = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], cwd=folder, stdout=subprocess.DEVNULL, stderr=words)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in allowed:
        raise RuntimeError(
            f"{' '.join(map(str, command))} ended with {child.returncode}:\n{complaints.read_text('utf-8')[-2000:]}"
        )
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_UNIT / 1e6, child.returncode)


def warm(path: Path) -> None:
    """Read a file once, so that every run finds it in the page cache."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass
