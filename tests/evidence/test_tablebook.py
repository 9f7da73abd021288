"""Workbooks of plain tables."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compliance.evidence.tablebook import LONGEST_CELL, tablebook

HEAD = ("id", "time_utc", "text", "number")
ROWS: list[tuple[Any, ...]] = [
    ("0017", "2026-08-13T00:05:00Z", "=1+1", 3),
    ("0018", "2026-08-13T00:05:00.250Z", "plain\x07\n@SUM(A1)", 0),
    ("0019", "", "x" * 40_000, None),
]


def book(rows: list[tuple[Any, ...]], head: tuple[str, ...] = HEAD) -> Any:
    """The workbook read again."""
    return openpyxl.load_workbook(
        io.BytesIO(tablebook({"Read me": (("item", "content"), [("a", "b")]), "Rows": (head, rows)}))
    )


def test_a_sheet_is_one_named_table_that_prints_well() -> None:
    """Each sheet has one table with its own name; headings stay and repeat; the page is as wide as the sheet."""
    made = book(ROWS)
    assert made.sheetnames[0] == "Read me"
    names = [name for sheet in made for name in sheet.tables]
    assert names == ["T1_Read_me", "T2_Rows"]
    sheet = made["Rows"]
    assert sheet.tables["T2_Rows"].ref == "A1:D4"
    assert [column.name for column in sheet.tables["T2_Rows"].tableColumns] == list(HEAD)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert (
        sheet.page_setup.orientation,
        sheet.page_setup.fitToHeight,
        sheet.sheet_properties.pageSetUpPr.fitToPage,
    ) == (
        "landscape",
        0,
        True,
    )
    assert not sheet.merged_cells.ranges


def test_instants_are_dates_and_ids_are_text() -> None:
    """Where the heading says UTC, a cell is a real date; an id with zeros in front stays as it is; a gap stays empty."""
    sheet = book(ROWS)["Rows"]
    assert sheet["B2"].value.isoformat() == "2026-08-13T00:05:00"
    assert (sheet["B3"].value.isoformat(), sheet["B3"].number_format) == (
        "2026-08-13T00:05:00.250000",
        "yyyy-mm-dd hh:mm:ss.000",
    )
    assert (sheet["B4"].value, sheet["D4"].value, sheet["D3"].value) == (None, None, 0)
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("0017", "s")


@pytest.mark.parametrize(
    "fine",
    [
        "2026-08-13T00:05:00.000001Z",
        "2026-08-13 00:05",
        "2016-12-31T23:59:60Z",
        "2026-02-31T10:00:00Z",
        "1850-01-01T00:00:00Z",
    ],
)
def test_what_a_date_cannot_hold_stays_text(fine: str) -> None:
    """Microseconds, other forms, leap seconds and years before the first an office program knows: the whole column is text, as logged."""
    sheet = book([*ROWS, ("20", fine, "", 1)])["Rows"]
    kept = sheet["B5"].value
    assert kept == fine
    assert sheet["B2"].value == "2026-08-13T00:05:00Z"


def test_text_is_never_a_formula_and_never_cut_in_silence() -> None:
    """Formula-like text is text, control characters are shown, and a text that is too long says that it was cut."""
    sheet = book(ROWS)["Rows"]
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=1+1", "s")
    assert "‹U+0007›" in sheet["C3"].value
    assert len(sheet["C4"].value) == LONGEST_CELL
    assert sheet["C4"].value.endswith("in the JSON entry]")


def test_a_sheet_without_rows_or_with_twin_headings_has_no_table() -> None:
    """Office programs call a table without rows, or with two headings alike, damaged; the sheet stands without one."""
    assert not book([])["Rows"].tables
    assert not book([("a", "b")], ("x", "X"))["Rows"].tables


def test_same_content_same_bytes() -> None:
    """No moment of making is inside."""
    content = {"Rows": (HEAD, ROWS)}
    one = tablebook(content)
    assert one == tablebook(content)
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@pytest.mark.tool
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    """An office program that is not ours reads every value, computes nothing, and keeps the dates."""
    tool = shutil.which("soffice")
    if tool is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "book.xlsx").write_bytes(tablebook({"Rows": (HEAD, ROWS[:2])}))
    command = [
        tool,
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'home').as_uri()}",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
        "book.xlsx",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "book.csv").read_text("utf-8")
    assert "=1+1" in text
    assert "2026-08-13 00:05:00" in text
    assert "0017" in text


def test_wrapped_rows_are_as_high_as_their_text() -> None:
    """A row with a long text has the height of its lines; a short one is left to the office program."""
    sheet = book([("1", "", "word " * 60, 1), ("2", "", "short", 1)])["Rows"]
    assert sheet.row_dimensions[2].height > 50
    assert sheet.row_dimensions[3].height is None
