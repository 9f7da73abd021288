"""Reading what publishers publish: other encodings, separators, names, languages and shapes give the same report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.transparency.figures import Figures
from compliance.transparency.label import wording
from compliance.transparency.recognise import number_in
from compliance.transparency.report import Published, read_reports
from tests.transparency.sound import csv_bytes, parts, put, sound_report, write_folder, write_workbook
from tests.transparency.spoilt import zipped

FRENCH_HEADERS = {
    "Applicability": "Applicabilité",
    "Service": "Service",
    "Reporting period": "Période couverte par le rapport",
    "Section": "Section",
    "Indicator": "Indicateur",
    "Scope": "Champ d’application",
    "Value": "Valeur",
    "Contextual Information": "Informations contextuelles",
    "Only for providers of online platforms": "Uniquement pour les fournisseurs de plateformes en ligne",
    "All": "Tous",
    "Decisions upheld": "Décisions confirmées",
    "Median time": "Délai médian",
    "Total number": "Nombre total",
    "Out-of-court dispute settlement bodies": "Organes de règlement extrajudiciaire des litiges",
}


def one(path: Path) -> Published:
    """The one report in a path."""
    reports = read_reports([path])
    assert len(reports) == 1
    return reports[0]


def figures_of(report: Published) -> dict[tuple[int, str, object], object]:
    """Every figure of a report by part, column and row."""
    found: dict[tuple[int, str, object], object] = {}
    for number, sheet in report.parts.items():
        figures = Figures(sheet)
        for column, _ in figures.columns:
            for key, value in zip(sheet.keys, figures.numbers(column), strict=True):
                found[number, column, key] = value.value
    return found


WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "utf-8 with mark": lambda content: b"\xef\xbb\xbf" + content,
    "utf-16": lambda content: content.decode().encode("utf-16"),
    "line feeds": lambda content: content.replace(b"\r\n", b"\n"),
    "carriage returns": lambda content: content.replace(b"\r\n", b"\r"),
    "no-break spaces": lambda content: content.replace(b"Number of", "Number\u00a0of".encode()),
    "capitals": lambda content: content.replace(b"Reporting period", b"REPORTING PERIOD").replace(b"Scope", b"scope"),
    "title above": lambda content: b"Transparency report,,,\r\n,,,\r\n" + content,
    "empty rows": lambda content: content.replace(b"\r\n", b"\r\n,,\r\n"),
    "separator line": lambda content: b"sep=,\r\n" + content,
}


@pytest.mark.parametrize("how", WRITTEN)
def test_the_figures_do_not_depend_on_how_the_files_are_written(how: str, tmp_path: Path) -> None:
    """Encoding, line ends, kinds of space, case and rows around the table change no figure."""
    plain = write_folder(sound_report(), tmp_path / "plain")
    other = write_folder(sound_report(), tmp_path / "other")
    for path in other.iterdir():
        path.write_bytes(WRITTEN[how](path.read_bytes()))
    assert figures_of(one(other)) == figures_of(one(plain))


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_read(separator: str, tmp_path: Path) -> None:
    """Semicolons, tabs and bars are found out, and remarked on in each file."""
    folder = tmp_path / "r"
    folder.mkdir()
    for number, rows in sound_report().items():
        (folder / f"{parts()[number].sheet}.csv").write_bytes(csv_bytes(rows, separator))
    report = one(folder)
    assert {sheet.part.number for sheet in report.sheets} == set(parts())
    assert all(sheet.remarks[0].check == "TRL-FILE-SEPARATOR" for sheet in report.sheets)
    assert figures_of(report) == figures_of(one(write_folder(sound_report(), tmp_path / "plain")))


def test_semicolons_in_texts_are_not_taken_for_separators(tmp_path: Path) -> None:
    """A part whose texts hold more semicolons than commas is still read by its commas."""
    report = sound_report()
    for row in report[9][1:]:
        row[7] = "one; two; three; four; five; six; seven; eight; nine; ten; eleven; twelve"
    assert 9 in one(write_folder(report, tmp_path / "r")).parts


@pytest.mark.parametrize("form", ["folder", "zip", "workbook", "files", "subfolder"])
def test_every_form_of_publication_gives_one_report(form: str, tmp_path: Path) -> None:
    """A folder, an archive, a workbook, the files themselves or a folder in a folder: all eleven parts."""
    folder = write_folder(sound_report(), tmp_path / "all" / "r")
    paths = [folder]
    if form == "zip":
        (tmp_path / "r.zip").write_bytes(zipped(folder))
        paths = [tmp_path / "r.zip"]
    elif form == "workbook":
        paths = [write_workbook(sound_report(), tmp_path / "r.xlsx")]
    elif form == "files":
        paths = sorted(folder.iterdir())
    elif form == "subfolder":
        paths = [tmp_path / "all"]
    (report,) = read_reports(paths)
    assert [sheet.part.number for sheet in report.sheets] == list(range(1, 12))
    assert figures_of(report) == figures_of(one(folder))


def test_two_services_in_one_folder_are_two_reports(tmp_path: Path) -> None:
    """Files of two services lie side by side: each service is a report of its own."""
    folder = write_folder(sound_report(), tmp_path / "r")
    for number, rows in sound_report().items():
        at = parts()[number].index("service") if number != 2 else None
        for row in rows[1:]:
            if at is not None:
                row[at] = "Halcyon Shop (synthetic)"
        (folder / f"shop - {number}.csv").write_bytes(csv_bytes(rows))
    reports = read_reports([folder])
    assert [report.services for report in reports] == [("Halcyon Live (synthetic)",), ("Halcyon Shop (synthetic)",)]
    assert all(set(report.parts) == set(range(1, 12)) for report in reports)


def test_an_official_translation_is_read(tmp_path: Path) -> None:
    """French headers, labels and scopes give the rows and figures of the English ones."""
    report = sound_report()
    english = figures_of(one(write_folder(report, tmp_path / "en")))
    report[7] = [[FRENCH_HEADERS.get(cell, cell) for cell in row] for row in report[7]]
    french = one(write_folder(report, tmp_path / "fr"))
    assert french.parts[7].language == "fr"
    assert figures_of(french) == english


def test_every_known_translation_names_every_column() -> None:
    """Each shipped translation has a header for every column of every part."""
    for language in ("es", "fr", "it"):
        headers = wording(language).headers
        for number, part in parts().items():
            named = {key for keys in headers[number].values() for key in keys}
            assert named == {column.key for column in part.columns}, (language, number)


def test_headers_in_an_unknown_language_are_read_by_position(tmp_path: Path) -> None:
    """A translation nobody here knows is read in the official order, by the number in the file's name."""
    report = sound_report()
    plain = figures_of(one(write_folder(report, tmp_path / "plain")))
    report[4][0] = [f"Pealkiri {number}" for number in range(25)]
    assert figures_of(one(write_folder(report, tmp_path / "r"))) == plain


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("Number of specific items of information included in the total number of noti", "items"),
        ("Number of specific items of information included in the total number of notices [corrected]", "items"),
        ("Number of specific item of information included in the total number of notice", "items"),
    ],
)
def test_a_changed_header_is_matched_by_likeness(change: str, column: str, tmp_path: Path) -> None:
    """Cut off, appended to or misspelt: the column is found, and the change remarked on."""
    report = sound_report()
    at = parts()[4].index(column)
    report[4][0][at] = change
    sheet = one(write_folder(report, tmp_path / "r")).parts[4]
    assert sheet.where[column] == at
    assert [(remark.check, remark.figure) for remark in sheet.remarks] == [("TRL-HEADER-TEXT", column)]


def test_a_dropped_column_shifts_no_other(tmp_path: Path) -> None:
    """The columns after a missing one are found where they are."""
    report = sound_report()
    at = parts()[4].index("items")
    report[4] = [row[:at] + row[at + 1 :] for row in report[4]]
    sheet = one(write_folder(report, tmp_path / "r")).parts[4]
    assert "items" not in sheet.where
    assert sheet.values("action_median")[0] == "12.5"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("4_notices", 4),
        ("04_notices", 4),
        ("Halcyon Live - 11_qualitative", 11),
        ("DSA report 2026 - 03", 3),
        ("4_EN_Annex_I__Templates_for_Transparency_Reports_CSV_Part_9_human_resources", 9),
        ("H1-2026_10_AMAR", 10),
        ("notices", None),
    ],
)
def test_the_number_of_a_part_is_read_from_its_name(name: str, number: int | None) -> None:
    """Prefixes, zeros and the official names are understood."""
    assert number_in(name) == number


def test_parts_are_known_by_what_they_hold(tmp_path: Path) -> None:
    """Files whose names say nothing are told apart by headers, labels and codes."""
    folder = tmp_path / "r"
    folder.mkdir()
    for place, rows in enumerate(sound_report().values()):
        (folder / f"{'abcdefghijk'[place]}.csv").write_bytes(csv_bytes(rows))
    assert set(one(folder).parts) == set(range(1, 12))


def test_rows_sorted_otherwise_keep_their_meaning(tmp_path: Path) -> None:
    """A sub-category is counted under its own category wherever its row stands."""
    report = sound_report()
    plain = figures_of(one(write_folder(report, tmp_path / "plain")))
    rows = report[4]
    hate = next(row for row in rows if row[3] == "KEYWORD_HATE_SPEECH")
    rows.remove(hate)
    rows.append(hate)
    assert figures_of(one(write_folder(report, tmp_path / "r"))) == plain


def test_a_workbook_holds_days_and_shares_as_values(tmp_path: Path) -> None:
    """Days of a workbook are read without the time, whole numbers without decimals, percentages as shares."""
    from datetime import UTC, datetime

    from openpyxl import load_workbook

    path = write_workbook(sound_report(), tmp_path / "r.xlsx")
    book = load_workbook(path)
    book["1_report_identification"]["D3"] = datetime(2026, 8, 28, tzinfo=UTC).replace(tzinfo=None)
    book["8_automated_means"]["G4"] = 0.988
    book["8_automated_means"]["G4"].number_format = "0.00%"
    book["4_notices"]["F2"] = 335474.0
    book.save(path)
    found = one(path).parts
    assert found[1].values("value")[1] == "2026-08-28"
    assert found[8].values("value")[2] == "0.988"
    assert found[4].values("notices")[0] == "335474"


def test_a_long_cell_is_read_whole(tmp_path: Path) -> None:
    """A text of 200,000 characters is no obstacle."""
    report = put(sound_report(), 11, "value", "summary", text="x" * 200_000)
    assert len(one(write_folder(report, tmp_path / "r")).parts[11].values("value")[0]) == 200_000
