"""Files searched for remarks, and the two versions of a day held against each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.sor.dump import FULL
from compliance.sor.remarked import Remarks, compared, remarked
from tests.conftest import Run
from tests.sor.samples import LIGHT, OLD_FULL, csv_text, dump, line, ndjson, row, statement


def uuid(number: int) -> str:
    """A uuid with a number in it."""
    return f"{number:08}-2222-4333-a444-555555555555"


def test_remarks_name_file_and_line_and_every_line_is_counted(tmp_path: Path) -> None:
    """Statements of a file are told apart by line, whether alone or in a call, and bad lines are counted."""
    odd = statement(puid="odd", content_date="2025-10-03")
    path = ndjson(tmp_path / "p.ndjson", [statement(), odd, {"statements": [odd | {"puid": "odd-2"}]}, b"no json"])
    counts = Remarks()
    found = list(remarked([path], counts))
    assert [(entry.line, entry.puid, entry.remarks[0].code) for entry in found] == [
        (2, "odd", "SEM-APPLIED-EARLY"),
        (3, "odd-2", "SEM-APPLIED-EARLY"),
    ]
    assert (counts.statements, counts.remarked, counts.unread) == (3, 2, 1)


def test_rows_of_a_dump_are_judged_by_their_columns_and_day_of_reception(tmp_path: Path) -> None:
    """Old columns mean the old codes, and created_at tells when the service took the statement."""
    retired = row(category="STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE")
    early = row(application_date="2025-11-06 00:00:00")
    found = {}
    for name, columns in (("old", OLD_FULL), ("new", FULL)):
        path = dump(tmp_path, [csv_text([retired, early], columns)], name=name)
        found[name] = [(entry.line, entry.remarks[0].code) for entry in remarked([path], Remarks())]
    assert found == {
        "old": [(3, "SEM-RECEIVED-EARLY")],
        "new": [(2, "SEM-RETIRED"), (3, "SEM-RECEIVED-EARLY")],
    }


def test_two_versions_of_the_same_rows_agree(tmp_path: Path) -> None:
    """Nothing is remarked where the light version leaves out its four columns only, repeated rows included."""
    rows = [row(uuid=uuid(number % 7), platform_uid=f"p-{number}") for number in range(9)]
    full, light = (dump(tmp_path, [csv_text(rows, shape)], name=name) for name, shape in (("f", FULL), ("l", LIGHT)))
    counts = Remarks()
    assert list(compared([full], [light], counts)) == []
    assert counts.statements == 9


def test_a_difference_and_a_missing_row_are_found_whatever_stands_between(tmp_path: Path) -> None:
    """The field that differs is named, and so is the version in which a statement is missing."""
    rows = [row(uuid=uuid(number)) for number in range(6)]
    others = [dict(entry) for entry in rows]
    others[2]["content_language"] = "DE"
    others[4]["decision_facts"] = "not in a light dump"
    others[5]["platform_name"] = "Another (synthetic)"
    del others[0]
    others.append(row(uuid=uuid(9)))
    full = dump(tmp_path, [csv_text(rows)], name="f")
    light = dump(tmp_path, [csv_text(others, LIGHT)], name="l")
    found = {
        (entry.line, mark.code, mark.field) for entry in compared([full], [light], Remarks()) for mark in entry.remarks
    }
    assert found == {
        (4, "SEM-LIGHT-DIFFERS", "content_language"),
        (7, "SEM-LIGHT-DIFFERS", "platform"),
        (2, "SEM-LIGHT-MISSING", "uuid"),
        (7, "SEM-FULL-MISSING", "uuid"),
    }


@pytest.mark.parametrize("form", ["jsonl", "json", "table"])
def test_the_command_writes_remarks_in_each_form(tmp_path: Path, run: Run, form: str) -> None:
    """Remarks are findings (exit code 1), each marked as ours, and personal data is not repeated."""
    path = ndjson(tmp_path / "p.ndjson", [statement(decision_facts="ask desk@halcyon.example")])
    ran = run("sor", "remark", path, "--format", form)
    assert ran.code == 1
    assert "SEM-PERSONAL-DATA" in ran.out
    assert "desk@" not in ran.out + ran.err
    if form == "jsonl":
        first, last = map(json.loads, ran.out.splitlines())
        assert first["ours"] is True
        assert first["place"] == {"file": str(path), "line": 1}
        assert last["summary"]["remarked"] == 1
    if form == "json":
        assert len(json.loads(ran.out)["findings"]) == 1


def test_the_command_compares_two_versions(tmp_path: Path, run: Run) -> None:
    """With a light dump only disagreements are told; two that agree leave exit code 0."""
    full, light = tmp_path / "f.csv", tmp_path / "l.csv"
    full.write_bytes(csv_text([row(content_date="2025-10-09 00:00:00")]))
    light.write_bytes(csv_text([line(row(content_date="2025-10-09 00:00:00"), LIGHT)], LIGHT))
    assert run("sor", "remark", full, "--light", light).code == 0
    assert run("sor", "remark", full).code == 1


def test_unknown_words_are_refused(tmp_path: Path, run: Run) -> None:
    """A format or schema nobody knows is a usage error."""
    path = ndjson(tmp_path / "p.ndjson", [statement()])
    assert run("sor", "remark", path, "--format", "xml").code == 2
    assert run("sor", "remark", path, "--schema", "2019").code == 2


def test_convert_asks_for_choices_and_then_follows_them(tmp_path: Path, run: Run) -> None:
    """Without a choice the code is printed as a file to fill in; with one the statement is written."""
    path = ndjson(tmp_path / "p.ndjson", [statement(category_specification=["KEYWORD_DANGEROUS_TOYS"])])
    asked = run("sor", "convert", path)
    assert (asked.code, asked.out) == (1, "")
    assert "keyword:\n  KEYWORD_DANGEROUS_TOYS:\n" in asked.err
    chosen = tmp_path / "choices.yaml"
    chosen.write_text("format: sor-choices/1\nkeyword:\n  KEYWORD_DANGEROUS_TOYS: KEYWORD_UNSAFE_PRODUCTS\n")
    ran = run("sor", "convert", path, "--choices", chosen)
    assert ran.code == 0
    assert json.loads(ran.out)["category_specification"] == ["KEYWORD_UNSAFE_PRODUCTS"]


@pytest.mark.parametrize("verb", ["remark", "convert"])
def test_a_file_without_statements_is_no_success(tmp_path: Path, run: Run, verb: str) -> None:
    """Where nothing was found nothing is said to be well: the exit code is that of invalid input."""
    path = tmp_path / "d.csv"
    path.write_bytes(csv_text([]))
    ran = run("sor", verb, path)
    assert ran.code == 3
    assert "SOR-NOTHING" in ran.err
