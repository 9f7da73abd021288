"""Kill -9 and full disks in the middle of an erasure: nothing has happened, or all of it, and the next run tidies up."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import StoreError
from compliance.events import durable, erasure
from compliance.events.store import Store
from compliance.events.verify import verify_store
from tests.events.logs import PROJECT, clock, event, kept, line, write
from tests.events.test_erasure import none, order

CHILD = """
import os, signal, sys
from pathlib import Path
import compliance.events.erasure as erasure, compliance.events.ledger as ledger, compliance.events.store as store
from tests.events.logs import clock
from tests.events.test_erasure import none, order
point, count = sys.argv[2], int(sys.argv[3])
seen = 0
def deadly(module, name):
    real = getattr(module, name)
    def call(*given, **named):
        global seen
        seen += point.endswith(" " + name)
        if point == f"before {name}" and seen == count:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **named)
        if point == f"after {name}" and seen == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(module, name, call)
for module, name in ((erasure, "write_file"), (erasure, "sync_file"), (erasure, "move_folder"), (ledger, "append_line"),
                     (store, "remove_folder")):
    deadly(module, name)
found = store.Store.open(Path(sys.argv[1]))
erasure.erase(found, order(range(5, 25)), holds=none, clock=clock)
"""
POINTS = [
    ("before sync_file", 1, False),
    ("after sync_file", 2, False),
    ("before write_file", 2, False),
    ("before move_folder", 1, False),
    ("after move_folder", 1, False),
    ("after move_folder", 2, False),
    ("before append_line", 1, False),
    ("after append_line", 1, True),
    ("after remove_folder", 1, True),
]


def two_segments(folder: Path) -> Store:
    """A store of two segments with a person in every event."""
    for name, numbers in (("one", range(15)), ("two", range(15, 30))):
        lines = [line(event(number, contact=f"p{number}@example.org")) for number in numbers]
        kept(folder / "store", write(folder / f"{name}.ndjson", lines))
    return Store.open(folder / "store")


def contacts(store: Store) -> int:
    """Events that still hold a contact."""
    dataset = store.dataset(None, project=PROJECT)
    return int(dataset.con.execute("SELECT count(contact) FROM ev").fetchall()[0][0])


@pytest.mark.parametrize(("point", "count", "done"), POINTS, ids=[f"{point} {count}" for point, count, _ in POINTS])
def test_killed_at_any_point_it_has_happened_or_not(tmp_path: Path, point: str, count: int, done: bool) -> None:
    """Until the ledger's line all stands as it stood; after it all is gone. Either way the store proves itself."""
    two_segments(tmp_path)
    here = Path(__file__).parents[2]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "store"), point, str(count)],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(here)},
        capture_output=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    survivor = Store.open(tmp_path / "store")
    verify_store(survivor, deep=True)
    assert contacts(survivor) == (10 if done else 30)
    erasure.erase(survivor, order(range(5, 25)), holds=none, clock=clock)
    again = Store.open(tmp_path / "store")
    verify_store(again, deep=True)
    assert contacts(again) == 10
    assert len(list((again.path / "segments").iterdir())) == 2


@pytest.mark.parametrize("name", ["write_file", "sync_file", "move_folder"])
@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "STO-FULL"), (errno.EACCES, "STO-UNWRITABLE")])
def test_disk_that_refuses_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int, code: str
) -> None:
    """A full or forbidden disk is named; nothing was erased, and nothing half-written lies about."""
    store = two_segments(tmp_path)
    real = getattr(durable, name)
    calls: list[Any] = []

    def refuse(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise OSError(number, os.strerror(number))
        real(*given)

    monkeypatch.setattr(erasure, name, refuse)
    with pytest.raises(StoreError) as caught:
        erasure.erase(store, order(range(5, 25)), holds=none, clock=clock)
    assert caught.value.code == code
    after = Store.open(store.path)
    assert contacts(after) == 30
    verify_store(after, deep=True)
