"""`compliance sor` as a person and a script meet it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sor.samples import LIGHT, csv_text, dump, ndjson, row, statement

Run = Callable[..., Any]


def test_valid_statements_exit_with_nothing_found(run: Run, tmp_path: Path) -> None:
    """Code 0, and the last line says what was judged."""
    path = ndjson(tmp_path / "a.ndjson", [statement(), {"statements": [statement(puid="p-2")]}])
    ran = run("sor", "validate", path)
    assert (ran.code, ran.err.strip().splitlines()[-1]) == (
        0,
        "judged 2 statement(s) of 1 file(s): 2 valid, 0 invalid; 0 line(s) refused, 0 blank; 2 read",
    )


def test_a_finding_is_one_json_line_with_place_rules_and_words(run: Run, tmp_path: Path) -> None:
    """Invalid statements, refused lines and refused calls come in the order of their lines; the summary is last."""
    call = {"statements": [statement(puid="q"), statement(puid="q")]}
    path = ndjson(tmp_path / "a.ndjson", [statement(category="X"), b"nothing", call, statement(decision_facts=["a"])])
    ran = run("sor", "validate", path, "--format", "jsonl")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert found[0] == {
        "puid": "p-1",
        "place": {"file": str(path), "line": 1},
        "errors": {"category": ["in"]},
        "messages": {"category": ["The selected category is invalid."]},
    }
    assert (found[1]["refused"]["code"], found[1]["rows"]) == ("ING-JSON", 1)
    assert found[2]["errors"] == {"puid": ["unique"]}
    assert found[3]["call"]["existing_puids"] == ["q"]
    assert found[4]["ours"] == ["decision_facts"]
    summary = found[-1]["summary"]
    assert (summary["read"], summary["valid"], summary["invalid"], summary["refused"]) == (5, 1, 3, 1)
    assert (summary["calls"], summary["calls_refused"]) == (1, 1)


def test_the_document_holds_what_the_lines_hold(run: Run, tmp_path: Path) -> None:
    """`--format json` is one document, also with nothing found."""
    path = ndjson(tmp_path / "a.ndjson", [statement(category="X"), statement(puid="p-2", category="X")])
    lines = [json.loads(line) for line in run("sor", "validate", path, "--format", "jsonl").out.splitlines()]
    whole = json.loads(run("sor", "validate", path, "--format", "json").out)
    assert whole == {"findings": lines[:-1], **lines[-1]}
    clean = json.loads(run("sor", "validate", ndjson(tmp_path / "b.ndjson", [statement()]), "--format", "json").out)
    assert clean["findings"] == []


def test_the_table_shows_each_rule_with_an_example(run: Run, tmp_path: Path) -> None:
    """Counts, the service's words, the place of one; refused lines and calls below."""
    call = {"statements": [statement(puid=f"p{n}") for n in range(101)]}
    path = ndjson(tmp_path / "a.ndjson", [statement(category="X"), b"nothing", call, statement(decision_facts=["a"])])
    out = run("sor", "validate", path).out
    assert "           1  category  in\n              The selected category is invalid.\n" in out
    assert f"e.g. {path}:1" in out
    assert "[ours: the service does not say so]" in out
    assert f"{path}:2  ING-JSON" in out
    assert f"{path}:3  call refused  The statements field must have between 1 and 100 items." in out


def test_a_light_dump_says_that_it_is_judged_in_part(run: Run, tmp_path: Path) -> None:
    """In the table, on the last line, and in the summary."""
    path = dump(tmp_path, [csv_text([row(), row(platform_uid="p-2", category="X")], LIGHT)], name="light")
    ran = run("sor", "validate", path)
    assert "2  judged in part: a light dump leaves out facts, explanations and territorial scope" in ran.out
    assert "judged 2 statement(s), 2 of them in part" in ran.err
    summary = json.loads(run("sor", "validate", path, "--format", "json").out)["summary"]
    assert summary["judged_in_part"] == 2


def test_schema_and_endpoint_can_be_named(run: Run, tmp_path: Path) -> None:
    """The old codes pass under the old schema only; the field for one statement is unknown to the multiple endpoint."""
    old = ndjson(tmp_path / "a.ndjson", [statement(category="STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE")])
    assert [run("sor", "validate", old, "--schema", name).code for name in ("auto", "2025-07", "2023-09")] == [1, 1, 0]
    ean = ndjson(tmp_path / "b.ndjson", [statement(content_id_ean="12")])
    assert [run("sor", "validate", ean, "--endpoint", name).code for name in ("single", "multiple")] == [1, 0]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--schema", "v2"), "USE-SOR-SCHEMA"),
        (("--endpoint", "all"), "USE-ENDPOINT"),
        (("--format", "csv"), "USE-FORMAT"),
    ],
)
def test_words_that_mean_nothing_are_usage_errors(run: Run, tmp_path: Path, words: tuple[str, str], code: str) -> None:
    """Exit code 2 with the words that would do."""
    ran = run("sor", "validate", ndjson(tmp_path / "a.ndjson", [statement()]), *words)
    assert (ran.code, code in ran.err) == (2, True)
