"""Batches that the service takes, and its answers read back: nothing invalid goes out, and every statement has its event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.events.store import Store
from compliance.sor.batches import MANIFEST, load_batch, write_batches
from compliance.sor.call import validate_call
from compliance.sor.receipts import as_log, read_receipts
from compliance.sor.rows import read_rows
from compliance.sor.sent import taken_in
from tests.conftest import Run
from tests.sor.samples import statement


def _file(folder: Path, *payloads: Any) -> Path:
    path = folder / "statements.ndjson"
    path.write_text("".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in payloads), "utf-8")
    return path


def _made(folder: Path, count: int, **options: Any) -> Path:
    """A folder of batches over `count` valid statements p-0, p-1, ..."""
    path = _file(folder, *(statement(puid=f"p-{n}") for n in range(count)))
    write_batches(read_rows([path]), folder / "out", **options)
    return folder / "out"


def _answer(folder: Path, *answers: dict[str, Any]) -> Path:
    path = folder / "answers.ndjson"
    path.write_text("".join(json.dumps({"at": "2026-07-01T10:00:00Z"} | each) + "\n" for each in answers), "utf-8")
    return path


def _stored(folder: Path, name: str) -> dict[str, Any]:
    """What the service answers to a batch that it takes."""
    named = [{"puid": each["puid"], "uuid": f"u-{each['puid']}"} for each in load_batch(folder, name)]
    return {"batch": name, "status": 201, "body": {"statements": named}}


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])])
def test_batches_hold_at_most_a_hundred_and_the_service_takes_each(
    tmp_path: Path, count: int, sizes: list[int]
) -> None:
    """Every batch is a call that the validator of calls accepts; all statements are in one, in order."""
    folder = _made(tmp_path, count)
    manifest = json.loads((folder / MANIFEST).read_text())
    assert [len(each["puids"]) for each in manifest["batches"]] == sizes
    for each in manifest["batches"]:
        assert validate_call(json.loads((folder / each["file"]).read_text())).status == 201
    assert [puid for each in manifest["batches"] for puid in each["puids"]] == [f"p-{n}" for n in range(count)]


def test_what_the_service_would_refuse_is_left_out_with_its_reason(tmp_path: Path) -> None:
    """Invalid, unreadable, said twice, taken before: named by file and line; the count adds up."""
    path = _file(
        tmp_path,
        statement(puid="p-1"),
        statement(puid="p-2", decision_ground="NONSENSE"),
        "{broken",
        statement(puid="p-1"),
        statement(puid="p-3"),
    )
    found = write_batches(read_rows([path]), tmp_path / "out", sent={"p-3"})
    assert [(each.line, each.puid, each.why.split(":")[0]) for each in found.left_out] == [
        (2, "p-2", "invalid"),
        (3, "", "unreadable"),
        (4, "p-1", "its puid stood before in these files"),
        (5, "p-3", "the service holds its puid already"),
    ]
    assert "decision_ground" in found.left_out[0].errors
    assert found.statements == 1


def test_batches_are_never_overwritten_and_the_same_for_the_same_statements(tmp_path: Path) -> None:
    """A second run needs another folder, and gives the same bytes there."""
    folder = _made(tmp_path, 3)
    rows = read_rows([tmp_path / "statements.ndjson"])
    with pytest.raises(InputError, match="SOR-EXISTS"):
        write_batches(rows, folder)
    write_batches(read_rows([tmp_path / "statements.ndjson"]), tmp_path / "again")
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    assert not list(tmp_path.glob(".*partial*"))


def test_a_taken_batch_gives_an_event_for_each_statement(tmp_path: Path) -> None:
    """Identifier of the service, ground and category as sent; the same answer gives the same bytes."""
    folder = _made(tmp_path, 2)
    answers = _answer(tmp_path, _stored(folder, "batch-000001.json"))
    found = read_receipts(folder, [answers], "s")
    assert [(e["type"], e["puid"], e["tdb_uuid"], e["ground"]) for e in found.events] == [
        ("sor.tdb_accepted", "p-0", "u-p-0", "incompatible_content"),
        ("sor.tdb_accepted", "p-1", "u-p-1", "incompatible_content"),
    ]
    assert as_log(found) == as_log(read_receipts(folder, [answers], "s"))
    assert (found.unanswered, found.unnamed) == ([], [])


def test_a_refused_batch_refuses_all_and_says_whose_fault_it_was(tmp_path: Path) -> None:
    """The statement with errors has them; the others were refused with the call."""
    folder = _made(tmp_path, 3)
    errors = {"statement_1": {"category": ["The selected category is invalid."]}}
    answers = _answer(tmp_path, {"batch": "batch-000001.json", "status": 422, "body": {"errors": errors}})
    found = read_receipts(folder, [answers], "s")
    assert [(e["puid"], e["type"], e["error_code"]) for e in found.events] == [
        ("p-0", "sor.tdb_rejected", "call_refused"),
        ("p-1", "sor.tdb_rejected", "category"),
        ("p-2", "sor.tdb_rejected", "call_refused"),
    ]
    assert found.events[1]["reason"] == "The selected category is invalid."


def test_identifiers_that_the_service_holds_are_told_from_the_rest(tmp_path: Path) -> None:
    """422 with existing identifiers, and statuses without a body: every statement has its event."""
    folder = _made(tmp_path, 3, size=1)
    known = {"errors": {"puid": ["taken"], "existing_puids": ["p-0"]}}
    answers = _answer(
        tmp_path,
        {"batch": "batch-000001.json", "status": 422, "body": known},
        {"batch": "batch-000002.json", "status": 429},
    )
    found = read_receipts(folder, [answers], "s")
    assert [(e["puid"], e["status_code"], e["error_code"]) for e in found.events] == [
        ("p-0", 422, "puid"),
        ("p-1", 429, "too_many_calls"),
    ]
    assert found.unanswered == ["batch-000003.json"]


def test_a_201_that_does_not_name_a_statement_is_no_receipt_for_it(tmp_path: Path) -> None:
    """A call without an identifier in return is not a submission."""
    folder = _made(tmp_path, 2)
    answer = _stored(folder, "batch-000001.json")
    del answer["body"]["statements"][1]["uuid"]
    found = read_receipts(folder, [_answer(tmp_path, answer)], "s")
    assert [e["puid"] for e in found.events] == ["p-0"]
    assert found.unnamed == ["p-1"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "SOR-ANSWER"),
        ('{"batch": "batch-000001.json", "at": "2026-07-01T10:00:00", "status": 201}', "SOR-ANSWER"),
        ('{"batch": "../x.json", "at": "2026-07-01T10:00:00Z", "status": 201}', "SOR-ANSWER"),
        ('{"batch": "batch-000009.json", "at": "2026-07-01T10:00:00Z", "status": 201}', "SOR-BATCH"),
        (
            '{"batch": "batch-000001.json", "at": "2026-07-01T10:00:00Z", "status": 201, "body": {"statements": 5}}',
            "SOR-ANSWER",
        ),
    ],
)
def test_answers_that_cannot_be_read_are_named(tmp_path: Path, line: str, code: str) -> None:
    """Code and place; no event is made from what was not understood."""
    folder = _made(tmp_path, 1)
    path = tmp_path / "answers.ndjson"
    path.write_text(line + "\n")
    with pytest.raises(InputError) as caught:
        read_receipts(folder, [path], "s")
    assert caught.value.code == code
    assert caught.value.place is not None


def test_a_changed_batch_is_not_the_one_that_was_answered(tmp_path: Path) -> None:
    """An answer's indexes mean nothing in other bytes."""
    folder = _made(tmp_path, 2)
    answers = _answer(tmp_path, _stored(folder, "batch-000001.json"))
    batch = folder / "batch-000001.json"
    batch.write_bytes(batch.read_bytes().replace(b"p-1", b"p-7"))
    with pytest.raises(InputError, match="not those that the manifest names"):
        read_receipts(folder, [answers], "s")


def test_the_command_line_goes_round(tmp_path: Path, run: Run) -> None:
    """Batches, answers into a sealed store, and a second round that leaves out what was taken."""
    _file(tmp_path, *(statement(puid=f"p-{n}") for n in range(3)))
    first = run("sor", "batches", tmp_path / "statements.ndjson", "--out", tmp_path / "out", "--size", 2)
    assert first.code == 0
    answers = _answer(
        tmp_path, _stored(tmp_path / "out", "batch-000001.json"), {"batch": "batch-000002.json", "status": 503}
    )
    log, store = tmp_path / "receipts.ndjson", tmp_path / "store"
    read = run("sor", "receipts", answers, "--batches", tmp_path / "out", "--out", log, "--store", store)
    assert (read.code, read.err.splitlines()[-1]) == (1, "2 taken, 1 refused, 0 batches unanswered")
    assert Store.open(store).checkpoint().size == 3
    assert taken_in([log]) == {"p-0", "p-1"}
    again = run("sor", "batches", tmp_path / "statements.ndjson", "--out", tmp_path / "again", "--sent", log)
    assert again.code == 1
    assert json.loads((tmp_path / "again" / MANIFEST).read_text())["batches"][0]["puids"] == ["p-2"]
    assert run("sor", "receipts", answers, "--batches", tmp_path / "out", "--out", log).code == 3
