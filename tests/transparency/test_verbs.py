"""The verb `compliance transparency`: formats, exit codes, corrected copies, the page of its checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.cli.main import exit_code
from compliance.transparency.check import checks
from compliance.transparency.identity import cell_of, identities
from compliance.transparency.pages import checks_page
from tests.transparency.sound import put, sound_report, write_folder

PAGE = Path(__file__).parents[2] / "docs" / "transparency-checks.md"


@pytest.fixture
def sound(tmp_path: Path) -> str:
    """A folder with a report without fault."""
    return str(write_folder(sound_report(), tmp_path / "sound"))


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """A folder with a report that has an error, a warning and a note."""
    report = put(sound_report(), 4, "notices", "TOTAL", "", text="<b>5 000</b>")
    put(report, 7, "value", "complaints", "upheld", text="1")
    put(report, 8, "scope", "accuracy", "own_initiative", text="Own-initiative")
    return str(write_folder(report, tmp_path / "faulty"))


def test_exit_codes_follow_the_worst_finding(sound: str, faulty: str, tmp_path: Path) -> None:
    """0 for a sound report, 1 for findings at the level asked for, 2 for wrong words, 3 for what is no report."""
    assert exit_code(["transparency", "lint", sound]) == 0
    assert exit_code(["transparency", "lint", faulty]) == 1
    assert exit_code(["transparency", "lint", faulty, "--fail-level", "serious"]) == 2
    assert exit_code(["transparency", "lint", faulty, "--tier", "tiny"]) == 2
    assert exit_code(["transparency", "lint", faulty, "--format", "xml"]) == 2
    assert exit_code(["transparency", "lint", str(tmp_path / "none.csv")]) == 3


def test_a_level_lets_lesser_findings_pass(tmp_path: Path) -> None:
    """A warning fails at the level of warnings and passes at that of errors."""
    report = put(sound_report(), 7, "value", "complaints", "upheld", text="1")
    folder = str(write_folder(report, tmp_path / "r"))
    assert exit_code(["transparency", "lint", folder]) == 1
    assert exit_code(["transparency", "lint", folder, "--fail-level", "error"]) == 0


def test_the_table_names_cell_finding_and_next_step(faulty: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts first, then each finding with its place; the summary goes to stderr."""
    exit_code(["transparency", "lint", faulty])
    out, err = capsys.readouterr()
    assert "1 error, 1 warning, 1 note" in out
    assert "part 4, F2 (4:NOTICES:TOTAL): found <b>5 000</b>; wanted a whole number" in out
    assert "checked 1 report(s), 11 part(s)" in err


def test_json_holds_every_finding(faulty: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, and each finding with all its fields."""
    exit_code(["transparency", "lint", faulty, "--format", "json"])
    (report,) = json.loads(capsys.readouterr().out)["reports"]
    assert report["counts"] == {"error": 1, "warning": 1, "note": 1}
    assert [finding["check"] for finding in report["findings"]] == [
        "TRL-NUMBER-WORDS",
        "TRL-SUM-OUTCOMES",
        "TRL-LABEL-SPACES",
    ]
    assert report["findings"][2]["mended"] is True


def test_sarif_points_to_file_and_line(faulty: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One result per finding, each with its rule, level, place and a fingerprint that stays."""
    exit_code(["transparency", "lint", faulty, "--format", "sarif"])
    first = capsys.readouterr().out
    exit_code(["transparency", "lint", faulty, "--format", "sarif"])
    assert capsys.readouterr().out == first
    run = json.loads(first)["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == list(checks())
    result = run["results"][0]
    assert (rules[result["ruleIndex"]], result["level"]) == ("TRL-NUMBER-WORDS", "error")
    place = result["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"].endswith("4_notices.csv")
    assert place["physicalLocation"]["region"] == {"startLine": 2}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "4:NOTICES:TOTAL"}]


def test_html_escapes_what_it_quotes(faulty: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A page of its own, with a strict policy, in which the publisher's text is only text."""
    exit_code(["transparency", "lint", faulty, "--format", "html"])
    page = capsys.readouterr().out
    assert "&lt;b&gt;5 000&lt;/b&gt;" in page
    assert "<b>5 000" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert "TRL-SUM-OUTCOMES" in page


def test_the_corrected_copy_is_written_and_counted(
    faulty: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--fix` writes eleven files and the list of changes."""
    exit_code(["transparency", "lint", faulty, "--fix", str(tmp_path / "fixed")])
    assert "1 change(s)" in capsys.readouterr().err
    assert len(list((tmp_path / "fixed").iterdir())) == 12


def test_the_checks_are_listed_and_documented(capsys: pytest.CaptureFixture[str]) -> None:
    """The verb lists them all, and the page in the documentation is made from the same words."""
    assert exit_code(["transparency", "checks", "--format", "json"]) == 0
    assert [row["check"] for row in json.loads(capsys.readouterr().out)] == list(checks())
    assert PAGE.read_text("utf-8") == checks_page()


def test_identities_name_cells_and_checks_that_exist() -> None:
    """Every address of an identity is a cell of the template, and its check is one of the list."""
    for identity in identities():
        assert identity.check in checks()
        for text in (*identity.left, *identity.right):
            part, column, key = cell_of(text)
            rows = {row.key for row in (*part.rows, *part.rows_for((key[-1],) if part.expansion else ()))}
            assert key[-1] == "*" or key in rows, text
            assert part.index(column) >= 0
