"""Bad logs and bad places, given to `compliance ingest` as a user would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.faults.test_logs import BROKEN, A, B

STRICTER = {
    "duplicate-key": (A + b"\n" + B[:-1] + b', "notice_id": "N-x"}\n', "ING-DUPLICATE-KEY"),
    "coerced-type": (A + b"\n" + B[:-1] + b', "item_count": "5"}\n', "ING-KIND"),
    "not-in-the-code-list": (A + b"\n" + B[:-1] + b', "notifier_type": "robot"}\n', "ING-CODE"),
    "too-large-a-number": (A + b"\n" + B[:-1] + b', "item_count": 99999999999999999999}\n', "ING-NUMBER"),
}


@pytest.mark.parametrize("name", BROKEN | STRICTER)
def test_nothing_is_lost(run: Run, tmp_path: Path, name: str) -> None:
    """The refused line stands verbatim in rejects.ndjson with its code, and the sum is right."""
    content, code = (BROKEN | STRICTER)[name][:2]
    log, store = tmp_path / f"{name}.ndjson", tmp_path / "store"
    log.write_bytes(content)
    ran = run("ingest", log, "--store", store, "--format", "json")
    assert ran.code == 0, ran.err
    [counts] = json.loads(ran.out)["files"]
    assert counts["lines"] == counts["accepted"] + counts["duplicates"] + counts["rejected"]
    [rejects] = store.rglob("rejects.ndjson")
    [entry] = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
    assert entry["code"] == code
    assert (entry["file"], entry["line"]) == (str(log), BROKEN[name][2] if name in BROKEN else 2)


def test_twice_is_once(run: Run, tmp_path: Path) -> None:
    """The same file again adds a receipt and no event."""
    log, store = tmp_path / "log.ndjson", tmp_path / "store"
    log.write_bytes(A + b"\n" + B + b"\n")
    for _ in range(2):
        ran = run("ingest", log, "--store", store)
        assert ran.code == 0
        assert ran.err.splitlines()[-1].endswith("the store holds 2 events")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"no\nevent\n", bytes(range(256)) * 8])
def test_a_log_without_an_event_is_told_and_kept_out_of_the_way(run: Run, tmp_path: Path, content: bytes) -> None:
    """A file without one event is never our bug; afterwards the store takes a good log as if nothing had happened."""
    bad, good, store = tmp_path / "bad.ndjson", tmp_path / "good.ndjson", tmp_path / "store"
    bad.write_bytes(content)
    good.write_bytes(A + b"\n")
    ran = run("ingest", bad, "--store", store)
    assert ran.code in {0, 3}, ran.err
    assert "Traceback" not in ran.err
    assert run("ingest", good, "--store", store).err.splitlines()[-1].endswith("the store holds 1 events")


@pytest.mark.parametrize("words", [("ingest", "LOG", "--store", "PLACE"), ("init", "PLACE")])
def test_a_place_that_cannot_be_written(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    """A folder inside a file cannot be made: exit 3 with the place, and nothing is left behind."""
    log, file = tmp_path / "log.ndjson", tmp_path / "file"
    log.write_bytes(A + b"\n")
    file.write_text("mine", "utf-8")
    ran = run(*({"LOG": log, "PLACE": file / "store"}.get(word, word) for word in words))
    assert ran.code == 3, ran.err
    assert str(file) in ran.err
    assert "next: " in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "log.ndjson"]


def test_a_mapping_that_is_not_there_or_names_a_missing_field(run: Run, tmp_path: Path) -> None:
    """A misspelt mapping and a mapping with a misspelt field give exit 3 or 2 with a next step."""
    log, mapping = tmp_path / "log.csv", tmp_path / "mine.yaml"
    log.write_text("when,number\n2026-07-01T09:00:00Z,7\n", "utf-8")
    mapping.write_text("mapping: mine\nevents:\n  - type: notice.received\n", "utf-8")
    for name in ("no-such-mapping", mapping):
        ran = run("ingest", log, "--map", name, "--store", tmp_path / "store")
        assert ran.code in {2, 3}, ran.err
        assert "next: " in ran.err


def test_a_second_writer_is_told_who_holds_the_store(run: Run, tmp_path: Path) -> None:
    """While one process writes, another gets a clear message, not a wait and not a mixture."""
    import fcntl

    log, store = tmp_path / "log.ndjson", tmp_path / "store"
    log.write_bytes(A + b"\n")
    assert run("ingest", log, "--store", store).code == 0
    with (store / "lock").open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        log.write_bytes(B + b"\n")
        ran = run("ingest", log, "--store", store)
    assert ran.code == 3
    assert "lock" in ran.err.lower()
