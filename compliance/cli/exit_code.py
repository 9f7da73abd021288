"""What the process returns, and which code wins where several hold (docs/cli.md)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every verb."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    INPUT = 3
    EVIDENCE = 4
    INTEGRITY = 5
    BUG = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


PRECEDENCE = (ExitCode.BUG, ExitCode.INTEGRITY, ExitCode.INPUT, ExitCode.USAGE, ExitCode.FINDINGS, ExitCode.EVIDENCE)


def worst(codes: Iterable[int]) -> int:
    """The code to return where several hold: 70, 5, 3, 2, 1, 4; 0 where there is none of them."""
    held = set(codes)
    return next((code for code in PRECEDENCE if code in held), ExitCode.DONE)
