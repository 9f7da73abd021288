"""The linter: every check finds what it is for, at its place, and a sound report is left alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from compliance.transparency.check import checks
from compliance.transparency.finding import Finding, Linted
from compliance.transparency.session import lint_paths
from tests.transparency.sound import NOT_POSSIBLE, parts, put, sound_report, write_folder, write_workbook
from tests.transparency.spoilt import ALSO, SPOILT_FILES, SPOILT_ROWS, spoil

NOT_SPOILT = {"TRL-FILE-LARGE"}
"""Needs a million rows."""


def linted(path: Path, **options: object) -> Linted:
    """Findings of the one report in a path."""
    _, found = lint_paths([path], **options)  # type: ignore[arg-type]
    assert len(found) == 1
    return found[0]


def of(found: Linted, check: str) -> list[Finding]:
    """Findings of one check."""
    return [finding for finding in found.findings if finding.check == check]


@pytest.mark.parametrize("check", [*SPOILT_ROWS, *SPOILT_FILES])
def test_each_check_finds_what_it_is_for(check: str, tmp_path: Path) -> None:
    """A sound report spoilt in one place has a finding of that check with a next step, and none that does not follow."""
    found = linted(spoil(check, tmp_path))
    assert of(found, check)
    assert all(finding.fix and finding.title for finding in found.findings)
    assert {finding.check for finding in found.findings} - {check} == ALSO.get(check, set())


def test_every_check_is_tested() -> None:
    """No check is shipped without a report that it must find."""
    assert {*SPOILT_ROWS, *SPOILT_FILES, *NOT_SPOILT} == set(checks())


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_a_sound_report_has_no_errors_and_no_warnings(form: str, tmp_path: Path) -> None:
    """Nothing is found in a report that keeps to the template, be it CSV or a workbook."""
    report = sound_report()
    path = write_folder(report, tmp_path / "r") if form == "folder" else write_workbook(report, tmp_path / "r.xlsx")
    found = linted(path)
    assert (found.counts["error"], found.counts["warning"]) == (0, 0)
    assert found.parts == tuple(range(1, 12))


def test_a_finding_names_its_cell_as_a_spreadsheet_and_as_the_template_do(tmp_path: Path) -> None:
    """Part, row, column, header and address of the cell are those of the spoilt cell."""
    report = put(sound_report(), 4, "notices", "TOTAL", "", text="335,474.00")
    finding = of(linted(write_folder(report, tmp_path / "r")), "TRL-NUMBER-SEPARATOR")[0]
    assert (finding.part, finding.row, finding.line, finding.letter) == (4, 2, 2, "F")
    assert (finding.cell, finding.header) == ("4:NOTICES:TOTAL", "Number of notices received ")
    assert (finding.severity, finding.found, finding.fix, finding.mended) == ("error", "335,474.00", "335474", True)


def test_a_line_counts_the_line_ends_inside_cells(tmp_path: Path) -> None:
    """The line of a finding is that of the file, though an earlier cell holds several lines."""
    report = put(sound_report(), 7, "context", "complaints", "total", text="one\ntwo\nthree")
    put(report, 7, "value", "new_restrictions", "total", text="n/a")
    finding = of(linted(write_folder(report, tmp_path / "r")), "TRL-NUMBER-WORDS")[0]
    assert (finding.row, finding.line) == (8, 10)


def test_a_departure_from_practice_that_is_explained_is_only_noted(tmp_path: Path) -> None:
    """Words in the contextual column turn the warning into a note that quotes them; an identity of the annex stays."""
    report = put(sound_report(), 7, "value", "complaints", "upheld", text="3")
    bare = of(linted(write_folder(report, tmp_path / "bare")), "TRL-SUM-OUTCOMES")
    put(report, 7, "context", "complaints", "total", text="One complaint is pending.")
    explained = of(linted(write_folder(report, tmp_path / "explained")), "TRL-SUM-OUTCOMES")
    assert [finding.severity for finding in bare] == ["warning"]
    assert [finding.severity for finding in explained] == ["note"]
    assert "One complaint is pending." in explained[0].fix


def test_sums_are_made_within_one_period(tmp_path: Path) -> None:
    """Rows of two periods in one file (the transition of 2025) are added up apart."""
    report = sound_report()
    later = [list(row) for row in report[5][1:]]
    for row in later:
        row[2] = "2025-07-01/2025-12-31"
        row[5:21] = ["0"] * 16
    report[5] += later
    found = linted(write_folder(report, tmp_path / "r"))
    assert not [finding for finding in found.findings if finding.check.startswith("TRL-SUM")]
    assert not of(found, "TRL-ROW-TWICE")
    assert len(of(found, "TRL-PERIOD-DIFFERS")) == 1


def test_a_whole_block_of_missing_rows_is_one_finding(tmp_path: Path) -> None:
    """Many missing rows of one Member State are counted in one line."""
    report = sound_report()
    report[3] = [row for row in report[3] if row[5] != "IE" or row[3].startswith("STATEMENT")]
    found = of(linted(write_folder(report, tmp_path / "r")), "TRL-ROW-MISSING")
    assert len(found) == 1
    assert found[0].found.startswith("76 rows missing for IE")


def test_one_part_alone_is_checked_as_a_part(tmp_path: Path) -> None:
    """Where one CSV file is named the other parts are not missed."""
    write_folder(sound_report(), tmp_path / "r")
    found = linted(tmp_path / "r" / "4_notices.csv")
    assert found.parts == (4,)
    assert sum(found.counts.values()) == 0


@pytest.mark.parametrize(
    ("tier", "check"), [("hosting", "TRL-BLANK-TIER"), ("vlop", ""), ("online_platform", "TRL-PERIOD-CYCLE")]
)
def test_the_tier_decides_which_rows_are_due(tier: str, check: str, tmp_path: Path) -> None:
    """A report of a very large platform is sound for that tier and has findings for another."""
    found = linted(write_folder(sound_report(), tmp_path / "r"), tier=tier)
    if check:
        assert of(found, check)
    else:
        assert found.at_least("warning") == 0


def test_the_list_of_findings_is_cut_and_the_counts_are_not(tmp_path: Path) -> None:
    """Beyond the listing, findings are counted only."""
    report = sound_report()
    for row in report[4][1:]:
        row[5] = "1 000"
    path = write_folder(report, tmp_path / "r")
    whole, cut = linted(path), linted(path, listing=3)
    assert whole.counts == cut.counts
    assert len(of(cut, "TRL-NUMBER-SEPARATOR")) == 3
    assert cut.unlisted > 0
    assert whole.unlisted == 0


def test_nothing_is_added_up_from_a_number_in_doubt(tmp_path: Path) -> None:
    """A figure that is no certain number is remarked on and takes part in no sum."""
    report = put(sound_report(), 4, "notices", "STATEMENT_CATEGORY_VIOLENCE", "", text="about 30")
    found = linted(write_folder(report, tmp_path / "r"))
    assert of(found, "TRL-NUMBER-ROUGH")
    assert not [finding for finding in found.findings if finding.check.startswith("TRL-SUM")]


@pytest.mark.parametrize("seed", range(10))
def test_no_count_of_a_category_can_be_wrong_unnoticed(seed: int, tmp_path: Path) -> None:
    """Whichever count of parts 3 to 6 is changed in a sound report, some sum or whole no longer fits."""
    chance = random.Random(seed)
    report = sound_report()
    part = parts()[chance.choice((3, 4, 5, 6))]
    columns = [
        at for at, column in enumerate(part.columns) if column.type == "count" and column.key not in NOT_POSSIBLE
    ]
    row, at = chance.choice(report[part.number][1:]), chance.choice(columns)
    row[at] = str(int(row[at]) + chance.choice((1, 10, 1000)))
    assert linted(write_folder(report, tmp_path / "r")).at_least("warning")
