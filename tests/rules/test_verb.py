"""`compliance rules` and `compliance schema` on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Run
from tests.rules.conftest import Changed


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_list_shows_every_rule_with_its_limits(run: Run) -> None:
    """Ids, classes and limits as of a day, as a table, JSON or CSV."""
    assert "DSA-16.4-RECEIPT" in run("rules", "list").out
    rows = json.loads(run("rules", "list", "--format", "json", "--day", "2025-01-01").out)
    assert {row["id"]: row["limits"] for row in rows}["DSA-16.4-RECEIPT"] == "48 hours (policy)"
    found = list(csv.DictReader(io.StringIO(run("rules", "list", "--format", "csv").out)))
    assert len(found) == len(rows)


def test_show_prints_the_page(run: Run) -> None:
    """A rule is shown by its id, all rules of a key by the key."""
    page = run("rules", "show", "DSA-16.4-RECEIPT").out
    assert "## How it is judged" in page
    assert page.strip() in run("rules", "show", "NTC-RECEIPT").out


def test_an_unknown_rule_gives_the_nearest(run: Run) -> None:
    """A mistyped name is a usage error with the nearest names."""
    ran = run("rules", "show", "NTC-RECIEPT")
    assert ran.code == 2
    assert "NTC-RECEIPT" in ran.err


def test_lint_names_every_fault_and_fails(run: Run, changed: Changed) -> None:
    """Faults stand on stdout by file:line:column; the exit code is that of invalid input."""
    path = changed("$limit", "$limt")
    ran = run("rules", "lint", path)
    assert ran.code == 3
    assert f"{path}:" in ran.out
    assert "RUL-PARAMETER" in ran.out
    assert "::error file=" in run("rules", "lint", path, "--format", "github").out


def test_lint_passes_with_warnings_unless_strict(run: Run, changed: Changed) -> None:
    """A missing kind of test is a warning; with --strict it fails."""
    path = changed()
    assert run("rules", "lint", path).code == 0
    assert run("rules", "lint", path, "--strict").code == 3


def test_test_runs_the_embedded_tests(run: Run, changed: Changed) -> None:
    """Passed tests give 0; a failed one gives 1 and says what was found, also as JUnit."""
    assert run("rules", "test", changed()).code == 0
    failing = changed("{ N1: within_target }", "{ N1: pending }")
    ran = run("rules", "test", failing)
    assert ran.code == 1
    assert "N1 is no finding, expected: pending" in ran.out
    suite = ET.fromstring(run("rules", "test", failing, "--format", "junit").out)  # noqa: S314 - our own output
    assert suite.get("failures") == "1"


def test_coverage_lists_the_whole_register(run: Run) -> None:
    """Every obligation has a row with its chapter and article, and the summary counts them by chapter."""
    ran = run("rules", "coverage", "--format", "json")
    rows = json.loads(ran.out)
    assert len(rows) == 318
    row = next(row for row in rows if row["obligation"] == "DSA-16.4")
    assert (row["article"], row["covered_by"]) == ("16(4)", "rule")
    assert "DSA-16.4-RECEIPT" in row["rules"]
    assert "Hosting services: notices and statements of reasons" in ran.err
    assert "318 obligations" in ran.err


def test_coverage_is_counted_by_chapter_and_article(run: Run) -> None:
    """The counts of all chapters, and of all articles, add up to the register."""
    chapters = json.loads(run("rules", "coverage", "--by", "chapter", "--format", "json").out)
    assert sum(int(row["obligations"]) for row in chapters[:-1]) == int(chapters[-1]["obligations"]) == 318
    articles = list(csv.DictReader(io.StringIO(run("rules", "coverage", "--by", "article", "--format", "csv").out)))
    assert sum(int(row["obligations"]) for row in articles) == 318
    counted = [name for name in articles[0] if name not in {"chapter", "article", "obligations", "rules"}]
    assert all(sum(int(row[name]) for name in counted) == int(row["obligations"]) for row in articles)


def test_coverage_is_written_as_markdown_and_as_tables(run: Run) -> None:
    """Rows stand under their chapter; the summary is one table."""
    page = run("rules", "coverage", "--format", "md").out
    assert "## Orders of authorities (Arts. 9-10)\n\n| obligation | article |" in page
    assert "| The whole register | 318 |" in run("rules", "coverage", "--by", "chapter", "--format", "md").out
    assert "Orders of authorities (Arts. 9-10)\nobligation" in run("rules", "coverage").out
    assert run("rules", "coverage", "--by", "verse").code == 2


def test_applicable_says_what_decides(run: Run, tmp_path: Path) -> None:
    """With a profile each rule is bound or not, and the deciding fact is named."""
    (tmp_path / "compliance.toml").write_text(
        '[service]\nid = "s"\n[profile]\nhosting = false\nonline_platform = false\nintermediary = true\n', "utf-8"
    )
    profile = tmp_path / "compliance.toml"
    ran = run("rules", "applicable", "--profile", profile, "--date", "2026-08-13", "--format", "json")
    assert {row["id"]: row["state"] for row in json.loads(ran.out)}["DSA-16.4-RECEIPT"] == "not_applicable"
    assert "attested by nobody" in ran.err
    assert run("rules", "applicable", "--date", "soon").code == 2
    profile.write_text(
        profile.read_text("utf-8") + 'enterprise_size = "small"\nsmall_status_lost = 2025-01-01\n', "utf-8"
    )
    contradiction = run("rules", "applicable", "--profile", profile)
    assert contradiction.code == 3
    assert "small_status_lost" in contradiction.err


def test_docs_writes_the_pages(run: Run, tmp_path: Path) -> None:
    """The index is named on stdout and every rule has its page."""
    ran = run("rules", "docs", "--out", tmp_path / "pages")
    assert ran.out.strip().endswith("README.md")
    assert (tmp_path / "pages" / "DSA-17.2-TIMING.md").is_file()


def test_schema_prints_by_name(run: Run) -> None:
    """Schemas are listed and printed; an unknown name is a usage error."""
    assert "rule\n" in run("schema").out
    assert json.loads(run("schema", "rule").out)["$id"] == "urn:compliance:rule"
    assert json.loads(run("schema", "notice.received").out)["x-case"] == "notice_id"
    assert run("schema", "nothing").code == 2


def test_an_unknown_format_is_refused(run: Run) -> None:
    """A format that does not exist is a usage error that names those there are."""
    ran = run("rules", "list", "--format", "yaml")
    assert ran.code == 2
    assert "table, json, csv" in ran.err
