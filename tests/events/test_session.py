"""What an engine gets of the memory that a run may take, and the folders in which it spills."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from compliance.errors import UsageError
from compliance.events.session import Scratch, for_engine


@pytest.mark.parametrize(
    ("given", "engine"),
    [("2GB", "1700MB"), ("1.5 GiB", "1369MB"), ("512MB", "435MB"), ("1TB", "850000MB"), ("3KB", "1MB")],
)
def test_the_engine_gets_its_part(given: str, engine: str) -> None:
    """Fifteen per cent are left for what lies outside the engine, in decimal megabytes whatever the unit."""
    assert for_engine(given) == engine


@pytest.mark.parametrize("given", ["much", "2", "GB", "-1GB", "2GB or so"])
def test_what_is_no_amount_is_refused(given: str) -> None:
    """With its code."""
    with pytest.raises(UsageError, match="USE-MEMORY"):
        for_engine(given)


KILLED = """
import os, signal
from compliance.events.session import Scratch
scratch = Scratch()
(scratch.path / "spilled").write_text("x")
print(scratch.path, flush=True)
{end}
"""


def _run(end: str, folder: Path) -> Path:
    script = KILLED.format(end=end)
    done = subprocess.run([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(folder)}, stdout=subprocess.PIPE, check=False)  # fmt: skip
    return Path(done.stdout.decode().strip())


def test_what_a_killed_process_left_is_removed_by_a_later_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an hour, and only where nobody holds it; a folder in use stays however old it is."""
    left = _run("os.kill(os.getpid(), signal.SIGKILL)", tmp_path)
    assert (left / "spilled").exists()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    used = Scratch()
    young = _run("os.kill(os.getpid(), signal.SIGKILL)", tmp_path)
    assert left.exists()
    assert young.exists()
    old = time.time() - 7200
    for folder in (left, used.path):
        os.utime(folder, (old, old))
    ended = _run("", tmp_path)
    assert not ended.exists()
    assert not left.exists()
    assert used.path.exists()
    assert young.exists()
