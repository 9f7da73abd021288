"""A line on a terminal that says how far long work is; nothing where stderr is no terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from compliance.progress import Step, heard_by

QUIET = 1.0
"""Seconds of work before anything is shown: what is over sooner needs no line."""
EVERY = 0.1
"""Seconds between two lines."""
_WIDTH = 78


class Line:
    """One line that is written over, and wiped before anybody else writes."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._begun = self._stage_begun = clock()
        self._stage, self._shown_at, self._shown = "", -EVERY, False

    def __call__(self, step: Step | None) -> None:
        """Shows a step; wipes the line where a stage is over."""
        now = self._clock()
        if step is None or (step.total is not None and step.done >= step.total):
            self._wipe()
            self._stage = ""
            return
        if step.stage != self._stage:
            self._stage, self._stage_begun = step.stage, now
        if now - self._begun < QUIET or now - self._shown_at < EVERY:
            return
        self._out.write("\r" + words(step, now - self._stage_begun)[:_WIDTH].ljust(_WIDTH))
        self._out.flush()
        self._shown_at, self._shown = now, True

    def _wipe(self) -> None:
        if self._shown:
            self._out.write("\r" + " " * _WIDTH + "\r")
            self._out.flush()
            self._shown = False


def words(step: Step, seconds: float) -> str:
    """A step in words: how much of how much, and the time left where it can be told."""
    if not step.unit:
        return f"{step.stage} ..."
    if not step.total:
        return f"{step.stage}: {_amount(step.done, step.unit)}"
    left = ""
    if step.done and seconds >= QUIET:
        left = f", {_time(seconds * (step.total - step.done) / step.done)} left"
    share = 100 * step.done // step.total
    return f"{step.stage}: {share} % of {_amount(step.total, step.unit)}{left}"


def _amount(count: int, unit: str) -> str:
    if unit != "bytes":
        return f"{count:,} {unit}"
    for size, name in ((10**9, "GB"), (10**6, "MB")):
        if count >= size:
            return f"{count / size:.1f} {name}"
    return f"{count / 1000:.0f} kB"


def _time(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


@contextmanager
def shown(out: TextIO | None = None) -> Iterator[None]:
    """Shows progress on stderr inside the block, where that is a terminal and `COMPLIANCE_PROGRESS` is not `0`."""
    stream = sys.stderr if out is None else out
    if not stream.isatty() or os.environ.get("COMPLIANCE_PROGRESS") == "0":
        yield
        return
    with heard_by(Line(stream)):
        yield
