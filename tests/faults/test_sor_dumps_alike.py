"""The same bad dumps before each verb that reads dumps: a reason or a clear error, counts that add up, and never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.assess.test_public_record import BEATS, PLATFORM, accepted, published, sent
from tests.conftest import Run
from tests.sor.samples import FULL, OLD_FULL, csv_text, dump, ndjson, statement

ROWS = [published(f"p{number}") for number in range(3000)]


def truncated(folder: Path) -> Path:
    """An archive cut before its end, without a digest that would tell."""
    path = dump(folder, [csv_text(ROWS)])
    path.with_name(path.name + ".sha1").unlink()
    path.write_bytes(path.read_bytes()[:-6000])
    return path


def other_digest(folder: Path) -> Path:
    """A whole archive that is not the one that was published."""
    path = dump(folder, [csv_text(ROWS[:5])])
    path.with_name(path.name + ".sha1").write_text("f" * 40 + "  x.zip")
    return path


def not_utf8(folder: Path) -> Path:
    """One row that is no text."""
    bad = csv_text([published("p1")]).split(b"\n")[1].replace(b"person", b"per\xff\xfeson")
    return dump(folder, [csv_text(ROWS[:1]) + b"\n" + bad])


BAD: dict[str, tuple[Callable[[Path], Path], int, int, int, int]] = {
    # what is bad: exit codes of validate, summary and reconcile, and how many statements validate and summary see at least
    "truncated": (truncated, 3, 3, 4, 1000),
    "wrong sha1": (other_digest, 5, 5, 5, 5),
    "another header": (lambda folder: dump(folder, [b"id,name\n1,2\n3,4\n"]), 3, 3, 3, 0),
    "a column twice": (lambda folder: dump(folder, [csv_text(ROWS[:3], (*FULL, "puid", "puid"))]), 3, 3, 3, 0),
    "mixed schemas": (
        lambda folder: dump(folder, [csv_text(ROWS[:1]) + b"\n" + csv_text(ROWS[1:2], OLD_FULL)]), 0, 0, 4, 2,
    ),
    "5 MB of text": (
        lambda folder: dump(folder, [csv_text([ROWS[0], published("p1", decision_facts="x" * (5 << 20))])]), 1, 0, 1, 2,
    ),
    "not UTF-8": (not_utf8, 1, 1, 4, 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_validate_and_summary_count_every_line(run: Run, tmp_path: Path, kind: str) -> None:
    """Both see the same statements and refused lines, for the same reasons, and say by their codes what happened."""
    make, validated, summed, _, least = BAD[kind]
    path = make(tmp_path)
    judged, counted = (run("sor", verb, path, "--format", "json") for verb in ("validate", "summary"))
    assert (judged.code, counted.code) == (validated, summed)
    one, two = json.loads(judged.out)["summary"], json.loads(counted.out)
    assert one["statements"] == two["statements"] >= least
    assert (one["refused"], one["reasons"]) == (two["refused"], two["reasons"])
    for found in (one, two):
        assert found["read"] == found["statements"] + found["refused"] + found["blank"]
    assert "Traceback" not in judged.err + counted.err


@pytest.mark.parametrize("kind", BAD)
def test_reconcile_is_not_certain_of_what_a_bad_dump_lacks(run: Run, tmp_path: Path, kind: str) -> None:
    """Two statements were taken; what the damage may have swallowed is not called missing for certain."""
    make, _, _, code, _ = BAD[kind]
    path = make(tmp_path)
    numbers = range(3000) if kind == "truncated" else range(6) if kind == "wrong sha1" else range(2)
    facts = {"facts": "A person reported the listing."} if kind == "5 MB of text" else {}
    events = [entry for n in numbers for entry in (sent(f"p{n}", **facts), accepted(f"p{n}"))]
    log = ndjson(tmp_path / "log.ndjson", [*events, *BEATS])
    ran = run("sor", "reconcile", path, "--log", log, "--platform", PLATFORM, "--format", "json")
    assert ran.code == code
    assert "Traceback" not in ran.err
    if code == 3:
        assert "SOR-NO-DUMP" in ran.err
        return
    found = json.loads(ran.out)
    assert sum(found["counts"].values()) == len(numbers)
    assert (
        found["not_certain"]["missing"]
        == found["counts"]["missing"]
        == (0 if kind == "5 MB of text" else len(numbers) - found["counts"]["agrees"])
    )


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        (b'{"puid": "a", "puid": "b"}', 1, "ING-DUPLICATE-KEY"),
        (b'{"puid": 5, "category": 7, "decision_facts": 42}', 1, None),
        (b'{"puid": "\xff"}', 1, "ING-ENCODING"),
        (b'["not", "a", "statement"]', 1, "ING-NOT-OBJECT"),
    ],
)
def test_payloads_have_their_reason_and_are_no_dumps(
    run: Run, tmp_path: Path, line: bytes, code: int, reason: str | None
) -> None:
    """Numbers where texts are due are judged, doubled keys refused; the verbs for dumps take no payloads."""
    path = ndjson(tmp_path / "a.ndjson", [line, statement()])
    judged = run("sor", "validate", path, "--format", "json")
    found = json.loads(judged.out)["summary"]
    assert (judged.code, found["read"], found["reasons"]) == (code, 2, {reason: 1} if reason else {})
    for words in (("summary",), ("reconcile", "--log", str(path), "--platform", PLATFORM)):
        ran: Any = run("sor", words[0], path, *words[1:])
        assert (ran.code, "SOR-NO-DUMP" in ran.err) == (3, True)
