"""The corrected copy: what is certain is put right and listed, and no figure is made up."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.transparency.check import checks
from compliance.transparency.correct import Corrected, correct
from compliance.transparency.report import read_reports
from compliance.transparency.session import lint_paths, write_corrected
from tests.transparency.sound import csv_bytes, parts, put, sound_report, write_folder
from tests.transparency.spoilt import SPOILT_FILES, SPOILT_ROWS, spoil

NOT_HERE = {"TRL-FILE-FORMULA", "TRL-FORM-XLSX"}
"""The copy is CSV: a formula is gone, its value was never there."""


DOUBTFUL = {"TRL-NUMBER-FRACTION", "TRL-NUMBER-SCIENTIFIC", "TRL-PERIOD-FORM"}
"""Spoilt here in a way that nobody can mend for certain."""


def corrected(path: Path) -> Corrected:
    """Corrected copy of the one report in a path."""
    (report,) = read_reports([path])
    return correct(report)


def test_a_sound_report_is_copied_unchanged(tmp_path: Path) -> None:
    """Same bytes, no change listed."""
    report = sound_report()
    copy = corrected(write_folder(report, tmp_path / "r"))
    assert copy.changes == ()
    assert {name: text.encode() for name, text in copy.files.items()} == {
        f"{parts()[number].sheet}.csv": csv_bytes(rows) for number, rows in report.items()
    }


@pytest.mark.parametrize(
    "check", [check for check in (*SPOILT_ROWS, *SPOILT_FILES) if check not in NOT_HERE and checks()[check].mends]
)
def test_what_a_check_says_it_mends_is_mended(check: str, tmp_path: Path) -> None:
    """The corrected copy of a report spoilt for the check has no such finding that could still be mended."""
    reports, _ = lint_paths([spoil(check, tmp_path)])
    ((folder, changes),) = write_corrected(reports, tmp_path / "fixed")
    (folder / "changes.csv").unlink()
    _, (again,) = lint_paths([folder])
    left = [finding for finding in again.findings if finding.check == check]
    assert not [finding for finding in left if finding.mended]
    if check in DOUBTFUL:
        assert left
    else:
        assert changes
        assert not left


def test_each_change_is_listed_with_before_and_after(tmp_path: Path) -> None:
    """The list names part, file, row, column, header and both texts."""
    report = put(sound_report(), 4, "notices", "TOTAL", "", text="335,474.00")
    report[4][0][5] = "Number of notices received (updated)"
    copy = corrected(write_folder(report, tmp_path / "r"))
    listed = list(csv.DictReader(io.StringIO(copy.change_list())))
    assert [(row["row"], row["column"], row["change"], row["before"], row["after"]) for row in listed] == [
        ("1", "F", "header", "Number of notices received (updated)", "Number of notices received "),
        ("2", "F", "cell", "335,474.00", "335474"),
    ]
    assert copy.files["4_notices.csv"].splitlines()[1].split(",")[6] == "335474"


def test_no_figure_is_made_up(tmp_path: Path) -> None:
    """Blank, doubtful and wrong figures stay as they are; an added row is blank."""
    report = put(sound_report(), 4, "notices", "TOTAL", "", text="about 300")
    put(report, 8, "value", "accuracy", "total", text="97.55")
    put(report, 7, "value", "new_restrictions", "total", text="")
    del report[7][20]
    copy = corrected(write_folder(report, tmp_path / "r"))
    assert "about 300" in copy.files["4_notices.csv"]
    assert ",97.55," in copy.files["8_automated_means.csv"]
    rows = list(csv.reader(io.StringIO(copy.files["7_appeals_and_recidivism.csv"])))
    assert (rows[7][6], rows[20][6]) == ("", "")
    assert rows[20][1:3] == ["Halcyon Live (synthetic)", "2026-01-01/2026-06-30"]
    assert [change.what for change in copy.changes] == ["row added"]


def test_a_column_of_the_publisher_is_kept_at_the_end(tmp_path: Path) -> None:
    """Removing it would lose what it says."""
    report = sound_report()
    report[7] = [["Ours", *row] if not place else ["said", *row] for place, row in enumerate(report[7])]
    rows = list(
        csv.reader(io.StringIO(corrected(write_folder(report, tmp_path / "r")).files["7_appeals_and_recidivism.csv"]))
    )
    assert (rows[0][-1], rows[1][-1]) == ("Ours", "said")
    assert rows[0][:-1] == list(parts()[7].headers)


def test_translations_are_kept(tmp_path: Path) -> None:
    """A report in French stays French."""
    report = sound_report()
    french = {"Applicability": "Applicabilité", "Indicator": "Indicateur", "Value": "Valeur", "All": "Tous"}
    report[1] = [[french.get(cell, cell) for cell in row] for row in report[1]]
    copy = corrected(write_folder(report, tmp_path / "r"))
    assert copy.changes == ()
    assert copy.files["1_report_identification.csv"].encode() == csv_bytes(report[1])


def test_words_under_the_table_are_kept_in_the_change_list(tmp_path: Path) -> None:
    """The row goes, what it said is listed."""
    report = sound_report()
    report[4].append(["* Figures as of July"])
    copy = corrected(write_folder(report, tmp_path / "r"))
    assert [(change.what, change.before) for change in copy.changes] == [("row removed", "* Figures as of July")]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder that is not empty is refused."""
    folder = write_folder(sound_report(), tmp_path / "r")
    with pytest.raises(InputError) as caught:
        write_corrected(read_reports([folder]), folder)
    assert caught.value.code == "TRP-OUT"
