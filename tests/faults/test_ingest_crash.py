"""Crashes, full disks and second writers: the store is what it was, or what it should become, and never half of it."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import compliance.events.store as store_module
from compliance.errors import IntegrityError, StoreError
from compliance.events import durable, segment
from compliance.events.store import Store
from compliance.events.verify import verify_store
from tests.events.logs import PROJECT, clock, event, kept, line, write

CHILD = """
import os, signal, sys
from pathlib import Path
import compliance.events.ledger as ledger, compliance.events.segment as segment, compliance.events.store as store
from tests.events.logs import PROJECT, clock
point, count = sys.argv[3], int(sys.argv[4])
seen = 0
def deadly(module, name):
    real = getattr(module, name)
    def call(*given, **named):
        global seen
        before, after = point == f"before {name}", point == f"after {name}"
        seen += before or after
        if before and seen == count:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **named)
        if after and seen == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(module, name, call)
for module, name in ((segment, "write_file"), (segment, "sync_file"), (store, "move_folder"), (ledger, "append_line")):
    deadly(module, name)
if point == "torn ledger":
    def torn(path, entry):
        with path.open("ab") as file:
            file.write(entry[: len(entry) // 2])
            file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    ledger.append_line = torn
print("ready", flush=True)
store.Store.open(Path(sys.argv[1])).ingest([Path(sys.argv[2])], project=PROJECT, clock=clock)
"""
POINTS = [
    ("before write_file", 1),
    ("after write_file", 1),
    ("before write_file", 3),
    ("after sync_file", 2),
    ("before move_folder", 1),
    ("after move_folder", 1),
    ("before append_line", 1),
    ("torn ledger", 1),
    ("after append_line", 1),
]


def _logs(folder: Path) -> tuple[Path, Path]:
    first = write(folder / "first.ndjson", [line(event(number)) for number in range(20)])
    lines = [line(event(number)) for number in range(10, 400)] + [b"broken", line(event(5, notice_id="other"))]
    return first, write(folder / "second.ndjson", lines)


def _spawn(store: Path, log: Path, point: str, count: int) -> subprocess.Popen[bytes]:
    here = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store), str(log), point, str(count)],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(here)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _content(store: Store) -> dict[str, Any]:
    """What a store holds, but for salts, names and the number of receipts."""
    dataset = store.dataset(None, project=PROJECT)
    return {
        "events": dataset.con.execute("SELECT * FROM ev ORDER BY n").fetchall(),
        "lines": [
            (entry.file, entry.line, entry.raw) for entry in store.verbatim(range(store.checkpoint().size)).values()
        ],
        "files": store.files(),
        "rejects": [(record["line"], record["code"]) for record in store.rejects()],
        "segments": [entry["segment"] for entry in store.ledger.of("segment")],
        "left over": sorted(path.name for path in (store.path / "segments").iterdir()),
    }


@pytest.mark.parametrize(("point", "count"), POINTS, ids=[f"{point} {count}" for point, count in POINTS])
def test_killed_at_any_point_the_next_run_makes_the_same_store(tmp_path: Path, point: str, count: int) -> None:
    """Kill -9 between any two steps of writing, and a run afterwards, leave what an undisturbed run leaves."""
    first, second = _logs(tmp_path)
    wanted = _content(kept(tmp_path / "undisturbed", first, second)[0]) | {
        "segments": ["000001", "000002"],
        "left over": ["000001", "000002"],
    }
    kept(tmp_path / "store", first)
    child = _spawn(tmp_path / "store", second, point, count)
    assert child.wait() == -signal.SIGKILL
    assert child.stdout is not None
    child.stdout.close()
    survivor = Store.open(tmp_path / "store")
    assert survivor.checkpoint().size in {20, 400}
    verify_store(survivor, deep=True)
    store, _ = kept(tmp_path / "store", second)
    assert _content(store) == wanted
    verify_store(store, deep=True)


def test_killed_at_random_moments_the_store_is_never_half_written(tmp_path: Path) -> None:
    """Whatever the moment, the store opens, proves itself, and the next run completes it."""
    first, second = _logs(tmp_path)
    kept(tmp_path / "store", first)
    dice = random.Random(7)
    for _ in range(4):
        child = _spawn(tmp_path / "store", second, "none", 0)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(dice.random() * 0.6)
        child.kill()
        child.wait()
        child.stdout.close()
        verify_store(Store.open(tmp_path / "store"))
    store, _ = kept(tmp_path / "store", second)
    assert store.checkpoint().size == 400
    assert sorted(path.name for path in (store.path / "segments").iterdir()) == ["000001", "000002"]
    verify_store(store, deep=True)


@pytest.mark.parametrize(
    "module_and_name", [(segment, "write_file"), (store_module, "move_folder"), (segment, "sync_file")]
)
@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "STO-FULL"), (errno.EACCES, "STO-UNWRITABLE"), (errno.EIO, "STO-UNWRITABLE")]
)
def test_a_disk_that_refuses_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module_and_name: tuple[Any, str], number: int, code: str
) -> None:
    """A full or broken disk is a clear error; nothing of the ingest is left, and the next one works."""
    first, second = _logs(tmp_path)
    store, _ = kept(tmp_path / "store", first)

    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(*module_and_name, refuse)
        with pytest.raises(StoreError) as caught:
            store.ingest([second], project=PROJECT, clock=clock)
    assert caught.value.code == code
    assert Store.open(tmp_path / "store").checkpoint().size == 20
    assert [path.name for path in (tmp_path / "store" / "segments").iterdir()] == ["000001"]
    assert kept(tmp_path / "store", second)[0].checkpoint().size == 400


def test_a_second_writer_is_told_who_holds_the_store(tmp_path: Path) -> None:
    """The error names the process; once it ends, however it ends, the store can be written."""
    first, second = _logs(tmp_path)
    store, _ = kept(tmp_path / "store", first)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\nfrom pathlib import Path\nfrom compliance.events.durable import locked\n"
            "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)",
            str(store.path / "lock"),
        ],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(StoreError) as caught:
        store.ingest([second], project=PROJECT, clock=clock)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert caught.value.code == "STO-LOCKED"
    assert f"process {holder.pid} " in caught.value.message
    assert kept(tmp_path / "store", second)[0].checkpoint().size == 400


def test_a_folder_that_holds_something_else_is_not_made_a_store(tmp_path: Path) -> None:
    """Nothing of the user's is overwritten, and a folder without ledger is no store."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x")
    with pytest.raises(StoreError) as caught:
        Store.create(tmp_path / "mine")
    assert caught.value.code == "STO-EXISTS"
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path / "mine")
    assert caught.value.code == "STO-MISSING"


def test_a_store_under_a_file_cannot_be_made(tmp_path: Path) -> None:
    """A path that cannot be a folder is an error with the next step."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError) as caught:
        Store.create(tmp_path / "file" / "store")
    assert caught.value.code == "STO-UNWRITABLE"


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("events.parquet", "files"),
        ("lines.parquet", "files"),
        ("leaves.bin", "files"),
        ("rejects.ndjson", "files"),
        ("receipt.json", "receipt"),
    ],
)
def test_a_changed_file_is_found_with_its_layer(tmp_path: Path, name: str, layer: str) -> None:
    """One flipped bit in any file of a segment is an integrity failure that names the file."""
    first, second = _logs(tmp_path)
    store, _ = kept(tmp_path / "store", first, second)
    path = store.path / "segments" / "000001" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(IntegrityError) as caught:
        verify_store(store)
    assert (caught.value.layer, caught.value.exit_code) == (layer, 5)
    assert caught.value.place is not None
    assert caught.value.place.file.endswith(name)


def test_a_missing_file_is_found(tmp_path: Path) -> None:
    """A segment without its rejects proves nothing."""
    store, _ = kept(tmp_path / "store", _logs(tmp_path)[0])
    (store.path / "segments" / "000001" / "rejects.ndjson").unlink()
    with pytest.raises(IntegrityError):
        verify_store(store)


def test_a_changed_ledger_does_not_open(tmp_path: Path) -> None:
    """An entry altered, dropped or reordered breaks the chain at its line."""
    store, _ = kept(tmp_path / "store", *_logs(tmp_path))
    lines = store.ledger.path.read_bytes().splitlines()
    entry = json.loads(lines[1])
    entry["leaves"] = 399
    for changed in ([lines[0], json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()], lines[1:]):
        store.ledger.path.write_bytes(b"\n".join(changed) + b"\n")
        with pytest.raises(IntegrityError) as caught:
            Store.open(tmp_path / "store")
        assert caught.value.code == "STO-LEDGER"


def test_locks_are_the_kernels(tmp_path: Path) -> None:
    """A lock file left behind locks nothing."""
    (tmp_path / "lock").write_text('{"pid": 1, "host": "x"}')
    with durable.locked(tmp_path / "lock"):
        assert json.loads((tmp_path / "lock").read_text())["pid"] == os.getpid()
