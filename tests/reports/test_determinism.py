"""The same store gives the same bytes, whatever the hash seed, the locale and the time zone of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def digests(**environment: str) -> str:
    """SHA-256 of PDF, workbook, page and JSON, drawn by another process."""
    held = {
        key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "TZ", "COV_", "COVERAGE"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.reports.render"],
        cwd=ROOT,
        env=held | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_all_four_renderings_are_the_same_bytes() -> None:
    """Two processes that differ in everything that should not matter agree on every byte."""
    one = digests(PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    two = digests(PYTHONHASHSEED="4242", LC_ALL="C.UTF-8", TZ="Pacific/Kiritimati")
    assert one == two
    assert len(one.split()) == 4
