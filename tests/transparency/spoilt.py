"""One way to spoil a sound report for every check of the linter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook

from compliance.transparency.model import OTHER, TOTAL
from tests.transparency.sound import (
    PERIOD,
    SERVICE,
    Report,
    csv_bytes,
    parts,
    place,
    put,
    sound_report,
    write_folder,
    write_workbook,
)

SPEECH, HATE = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH", "KEYWORD_HATE_SPEECH"
Rows = Callable[[Report], object]
"""Changes the rows of a report."""
Files = Callable[[Path], Path | None]
"""Changes the files of a folder; returns another path where that is to be read."""


def _cell(number: int, column: str, *key: str, text: str) -> Rows:
    return lambda report: put(report, number, column, *key, text=text)


def _header(number: int, column: str, text: str) -> Rows:
    def spoil(report: Report) -> None:
        report[number][0][parts()[number].index(column)] = text

    return spoil


def _drop_column(number: int, column: str) -> Rows:
    def spoil(report: Report) -> None:
        at = parts()[number].index(column)
        report[number] = [row[:at] + row[at + 1 :] for row in report[number]]

    return spoil


def _add_column(number: int, header: str, text: str) -> Rows:
    def spoil(report: Report) -> None:
        report[number] = [[*row, text if place else header] for place, row in enumerate(report[number])]

    return spoil


def _swap_columns(number: int, one: str, other: str) -> Rows:
    def spoil(report: Report) -> None:
        a, b = parts()[number].index(one), parts()[number].index(other)
        for row in report[number]:
            row[a], row[b] = row[b], row[a]

    return spoil


def _drop_row(number: int, *key: str) -> Rows:
    def spoil(report: Report) -> None:
        row, _ = place(report, number, parts()[number].columns[0].key, *key)
        del report[number][row]

    return spoil


def _again(number: int, *key: str) -> Rows:
    def spoil(report: Report) -> None:
        row, _ = place(report, number, parts()[number].columns[0].key, *key)
        report[number].insert(row, list(report[number][row]))

    return spoil


def _insert(number: int, at: int, row: list[str]) -> Rows:
    return lambda report: report[number].insert(at, row)


def _append(number: int, row: list[str]) -> Rows:
    return lambda report: report[number].append(row)


def _fill(number: int, column: str, text: str) -> Rows:
    def spoil(report: Report) -> None:
        for row in report[number][1:]:
            row[parts()[number].index(column)] = text

    return spoil


def _move_row(number: int, source: int, target: int) -> Rows:
    return lambda report: report[number].insert(target, report[number].pop(source))


def _unknown_headers(report: Report) -> None:
    report[4][0] = [f"Spalte {number}" for number in range(len(report[4][0]))]


def _other_twice(report: Report) -> None:
    row, _at = place(report, 4, "other", SPEECH, OTHER)
    blank = [
        cell if column < 5 else "" if parts()[4].columns[column].type != "count" else "0"
        for column, cell in enumerate(report[4][row])
    ]
    report[4].insert(row + 1, blank)


def _placeholder_row(report: Report) -> None:
    report[10].append([*report[10][1][:5], "[...]", ""])


def _tier(report: Report) -> None:
    report[10] = [report[10][0], *([*row[:6], ""] for row in report[10][1:])]


def _mean_of_medians(report: Report) -> None:
    part = parts()[4]
    rows = [row for row in part.rows if row.key[1] != TOTAL and not row.key[2]]
    for number, row in enumerate(rows):
        for one in (row, *(sub for sub in part.rows if sub.key[1] == row.key[1])):
            put(report, 4, "action_median", *one.key[1:], text=str(number + 1))
    put(report, 4, "action_median", TOTAL, "", text=repr(sum(range(1, len(rows) + 1)) / len(rows)))


def _between(report: Report) -> None:
    put(report, 4, "action_median", TOTAL, "", text="99")


def _period(first: str, last: str) -> Rows:
    def spoil(report: Report) -> None:
        put(report, 1, "value", "first_day", text=first)
        put(report, 1, "value", "last_day", text=last)
        for number in range(3, 12):
            _fill(number, "period", f"{first}/{last}")(report)

    return spoil


def _bytes(number: int, change: Callable[[bytes], bytes]) -> Files:
    def spoil(folder: Path) -> None:
        path = folder / f"{parts()[number].sheet}.csv"
        path.write_bytes(change(path.read_bytes()))

    return spoil


def _rename(number: int, name: str) -> Files:
    def spoil(folder: Path) -> None:
        (folder / f"{parts()[number].sheet}.csv").rename(folder / name)

    return spoil


def _more(name: str, content: bytes) -> Files:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return spoil


def _second_part(folder: Path) -> None:
    (folder / "04 - again.csv").write_bytes((folder / "4_notices.csv").read_bytes())


def _workbook(change: Callable[[Workbook], object]) -> Files:
    def spoil(folder: Path) -> Path:
        path = write_workbook(sound_report(), folder.parent / "report.xlsx")
        book = load_workbook(path)
        change(book)
        book.save(path)
        return path

    return spoil


def _formula(book: Workbook) -> None:
    book["4_notices"]["F2"] = "=SUM(F3:F9)"


def _hide(book: Workbook) -> None:
    book["4_notices"].sheet_state = "hidden"


def _with_member(name: str) -> Files:
    def spoil(folder: Path) -> Path:
        path = write_workbook(sound_report(), folder.parent / "report.xlsx")
        with zipfile.ZipFile(path, "a") as packed:
            packed.writestr(name, b"<x/>")
        return path

    return spoil


def _long(number: int) -> str:
    return "A sentence about moderation. " * (number // 29 + 1)


def _wide(folder: Path) -> None:
    path = folder / "4_notices.csv"
    lines = path.read_bytes().split(b"\r\n")
    lines[1] += b",17"
    path.write_bytes(b"\r\n".join(lines))


SPOILT_ROWS: dict[str, Rows] = {
    "TRL-PART-MISSING": lambda report: report.pop(9),
    "TRL-HEADER-SPACES": _header(4, "notices", "Number of notices received"),
    "TRL-HEADER-TEXT": _header(4, "notices", "Number of notices received (updated)"),
    "TRL-HEADER-BLANK": _header(4, "items", ""),
    "TRL-HEADER-MISSING": _drop_column(4, "actions_terms_tf_context"),
    "TRL-HEADER-EXTRA": _add_column(7, "Remarks of ours", "x"),
    "TRL-HEADER-ORDER": _swap_columns(4, "notices", "items"),
    "TRL-HEADER-UNREAD": _unknown_headers,
    "TRL-COLUMN-EMPTY": _add_column(7, "", ""),
    "TRL-ROW-MISSING": _drop_row(4, SPEECH, HATE),
    "TRL-ROW-UNKNOWN": _append(7, ["All", SERVICE, PERIOD, "Appeals", "Number of appeals won by lawyers", "Total number", "3", ""]),
    "TRL-ROW-TWICE": _again(7, "disputes", "total"),
    "TRL-ROW-ORDER": _move_row(7, 2, 9),
    "TRL-ROW-EMPTY": _insert(4, 9, [""] * 25),
    "TRL-ROW-BEFORE": _insert(4, 0, ["Transparency report of Halcyon Live"]),
    "TRL-ROW-FOOTNOTE": _append(4, ["* Figures as of July"]),
    "TRL-ROW-PLACEHOLDER": _placeholder_row,
    "TRL-LABEL-SPACES": _cell(8, "scope", "accuracy", "own_initiative", text="Own-initiative"),
    "TRL-LABEL-TEXT": _cell(4, "applicability", TOTAL, "", text="Hosting services"),
    "TRL-CODE-CATEGORY": _append(4, ["All", SERVICE, PERIOD, "STATEMENT_CATEGORY_SPAM", "", *["0"] * 10, *[""] * 10]),
    "TRL-CODE-FORM": _cell(4, "category", SPEECH, HATE, text="Hate_speech"),
    "TRL-CODE-PLACE": _append(4, ["All", SERVICE, PERIOD, "STATEMENT_CATEGORY_OTHER_VIOLATION_TC", "", *["0"] * 10, *[""] * 10]),
    "TRL-CODE-STATE": _cell(10, "scope", "recipients", "SE", text="UK"),
    "TRL-CODE-GREECE": _cell(10, "scope", "recipients", "EL", text="GR"),
    "TRL-CODE-LANGUAGE": _cell(9, "scope", "linguistic", "cs", text="AT"),
    "TRL-CODE-SCOPE": _cell(7, "scope", "new_restrictions", "total", text="Everything"),
    "TRL-OTHER-BLANK": _cell(4, "other", SPEECH, OTHER, text=""),
    "TRL-OTHER-TWICE": _other_twice,
    "TRL-OTHER-ELSEWHERE": _cell(4, "other", SPEECH, HATE, text="Hate speech"),
    "TRL-NUMBER-SEPARATOR": _cell(4, "notices", TOTAL, "", text="335,474.00"),
    "TRL-NUMBER-COMMA": _cell(4, "action_median", TOTAL, "", text="12,5"),
    "TRL-NUMBER-FRACTION": _cell(9, "value", "internal", "total", text="40.5"),
    "TRL-NUMBER-PERCENT": _cell(8, "value", "accuracy", "total", text="98.80%"),
    "TRL-NUMBER-SHARE": _cell(8, "value", "accuracy", "total", text="97.55"),
    "TRL-NUMBER-RANGE": _cell(10, "value", "recipients", "SE", text="2.1 - 2.6"),
    "TRL-NUMBER-ROUGH": _cell(10, "value", "recipients", "SE", text="~ 2 million"),
    "TRL-NUMBER-NEGATIVE": _cell(7, "value", "new_restrictions", "total", text="-5"),
    "TRL-NUMBER-UNIT": _cell(4, "action_median", TOTAL, "", text="12.5 hours"),
    "TRL-NUMBER-SCIENTIFIC": _cell(10, "value", "recipients", "SE", text="1.2E+05"),
    "TRL-NUMBER-WORDS": _cell(7, "value", "new_restrictions", "total", text="n/a"),
    "TRL-CELL-SPACES": _cell(7, "value", "new_restrictions", "total", text=" 05 "),
    "TRL-CELL-CONTROL": _cell(11, "value", "summary", text="We moderate.\u200b\x0b"),
    "TRL-TEXT-LONG": _cell(11, "value", "summary", text=_long(5001)),
    "TRL-CELL-LONG": _cell(7, "context", "disputes", "total", text=_long(50000)),
    "TRL-DATE-FORM": _cell(1, "value", "published", text="28/08/2026"),
    "TRL-DATE-TIME": _cell(1, "value", "published", text="2026-08-28 00:00:00"),
    "TRL-DATE-IMPOSSIBLE": _cell(4, "period", SPEECH, HATE, text="2026-01-01/2026-06-57"),
    "TRL-DATE-BLANK": _cell(1, "value", "published", text=""),
    "TRL-PERIOD-FORM": _cell(4, "period", SPEECH, HATE, text="first half of 2026"),
    "TRL-PERIOD-ORDER": _cell(4, "period", SPEECH, HATE, text="2026-06-30/2026-01-01"),
    "TRL-PERIOD-DIFFERS": _cell(4, "period", SPEECH, HATE, text="2025-07-01/2025-12-31"),
    "TRL-PERIOD-CYCLE": _period("2026-01-01", "2026-05-31"),
    "TRL-PERIOD-EARLY": _period("2024-01-01", "2024-06-30"),
    "TRL-PUBLISHED-EARLY": _cell(1, "value", "published", text="2026-06-01"),
    "TRL-PUBLISHED-LATE": _cell(1, "value", "published", text="2026-09-01"),
    "TRL-PREVIOUS-LATER": _cell(1, "value", "previous", text="2026-09-27"),
    "TRL-SERVICE-BLANK": _cell(4, "service", SPEECH, HATE, text=""),
    "TRL-SERVICE-MIXED": _cell(4, "service", SPEECH, HATE, text="Halcyon Shop (synthetic)"),
    "TRL-BLANK-COUNT": _cell(4, "notices", SPEECH, HATE, text=""),
    "TRL-BLANK-PART": _fill(5, "automated_detection", ""),
    "TRL-BLANK-TIER": _tier,
    "TRL-BLANK-MEDIAN": _cell(7, "value", "disputes", "total", text="0"),
    "TRL-MEDIAN-BLANK": _cell(7, "value", "disputes", "median", text=""),
    "TRL-TEXT-BLANK": _cell(11, "value", "summary", text=""),
    "TRL-SUM-SUBCATEGORIES": _cell(4, "items", SPEECH, "", text="31"),
    "TRL-SUM-CATEGORIES": _cell(6, "account_suspension", TOTAL, "", text="31"),
    "TRL-SUM-STATES": _cell(3, "items", TOTAL, TOTAL, "", text="999"),
    "TRL-SUM-RESTRICTIONS": _cell(5, "visibility_removal", TOTAL, "", text="31"),
    "TRL-SUM-OUTCOMES": _cell(7, "value", "complaints", "upheld", text="9"),
    "TRL-SUBSET": _cell(4, "notices_tf", SPEECH, HATE, text="31"),
    "TRL-ITEMS": _cell(4, "items", SPEECH, HATE, text="1"),
    "TRL-CROSS-MEASURES": _cell(8, "value", "measures_not_automated", "own_initiative", text="31"),
    "TRL-CROSS-AUTOMATED": _cell(8, "value", "measures_automated", "own_initiative", text="31"),
    "TRL-CROSS-NOTICES": _cell(8, "value", "notices_not_automated", "notices", text="31"),
    "TRL-MODERATORS": _cell(9, "value", "linguistic", "total", text="300"),
    "TRL-RECIPIENTS": _cell(10, "value", "recipients", "total", text="90000000"),
    "TRL-POPULATION": _cell(10, "value", "recipients", "MT", text="2000000"),
    "TRL-MEDIAN-BETWEEN": _between,
    "TRL-MEDIAN-MEAN": _mean_of_medians,
    "TRL-MEDIAN-LONG": _cell(7, "value", "disputes", "median", text="43200"),
    "TRL-LEFT-TEMPLATE": _cell(4, "other", SPEECH, OTHER, text='Text to detail the "Other" keyword.'),
    "TRL-LEFT-DRAFT": _cell(11, "value", "summary", text="We moderate. TODO: ask legal."),
    "TRL-LEFT-ERROR": _cell(4, "notices", TOTAL, "", text="#REF!"),
    "TRL-SCOPE-WORLD": _cell(9, "context", "internal", "total", text="This is a global number of moderators."),
}  # fmt: skip
"""Check to the change of rows that it must find."""

SPOILT_FILES: dict[str, Files] = {
    "TRL-FILE-ENCODING": _bytes(11, lambda content: content.replace(b"moderation", "modération".encode("cp1252"))),
    "TRL-FILE-BOM": _bytes(4, lambda content: b"\xef\xbb\xbf" + content),
    "TRL-FILE-SEPARATOR": _bytes(9, lambda _: csv_bytes(sound_report()[9], ";")),
    "TRL-FILE-QUOTES": _bytes(4, lambda content: content.replace(b",Halcyon", b',"Halcyon" Live', 1)),
    "TRL-FILE-MACRO": _with_member("xl/vbaProject.bin"),
    "TRL-FILE-FORMULA": _workbook(_formula),
    "TRL-FILE-LINK": _with_member("xl/externalLinks/externalLink1.xml"),
    "TRL-FILE-HIDDEN": _workbook(_hide),
    "TRL-FILE-NAME": _rename(4, "5_own_initiative.csv"),
    "TRL-FILE-UNKNOWN": _more("budget.csv", b"Month,Costs\r\nJanuary,17\r\n"),
    "TRL-FILE-EMPTY": _more("empty.csv", b"\r\n"),
    "TRL-FILE-UNREAD": _more("statement.pdf", b"%PDF-1.7"),
    "TRL-PART-TWICE": _second_part,
    "TRL-FORM-XLSX": _workbook(lambda _: None),
    "TRL-HEADER-LANGUAGE": _bytes(
        1,
        lambda content: content.replace(
            b"Applicability,Service,Indicator,Value", "Applicabilité,Service,Indicateur,Valeur".encode()
        ),
    ),
    "TRL-ROW-WIDTH": _wide,
}
"""Check to the change of files that it must find."""


ALSO: dict[str, set[str]] = {
    "TRL-ROW-MISSING": {"TRL-SUM-SUBCATEGORIES"},
    "TRL-ROW-PLACEHOLDER": {"TRL-BLANK-COUNT"},
    "TRL-CODE-PLACE": {"TRL-BLANK-MEDIAN"},
    "TRL-CODE-STATE": {"TRL-ROW-MISSING"},
    "TRL-CODE-LANGUAGE": {"TRL-ROW-MISSING"},
    "TRL-CODE-SCOPE": {"TRL-ROW-MISSING"},
    "TRL-NUMBER-SEPARATOR": {"TRL-ITEMS", "TRL-SUM-CATEGORIES", "TRL-CROSS-NOTICES"},
    "TRL-PERIOD-CYCLE": {"TRL-PUBLISHED-LATE"},
    "TRL-PERIOD-EARLY": {"TRL-PUBLISHED-LATE"},
    "TRL-BLANK-COUNT": {"TRL-SUM-SUBCATEGORIES"},
    "TRL-BLANK-MEDIAN": {"TRL-SUM-OUTCOMES"},
    "TRL-SUM-SUBCATEGORIES": {"TRL-SUM-CATEGORIES"},
    "TRL-SUM-CATEGORIES": {"TRL-SUM-RESTRICTIONS"},
    "TRL-SUM-STATES": {"TRL-SUM-CATEGORIES"},
    "TRL-SUM-RESTRICTIONS": {"TRL-SUM-CATEGORIES"},
    "TRL-SUBSET": {"TRL-SUM-SUBCATEGORIES", "TRL-ITEMS"},
    "TRL-ITEMS": {"TRL-SUM-SUBCATEGORIES", "TRL-SUBSET"},
    "TRL-CROSS-AUTOMATED": {"TRL-CROSS-MEASURES"},
    "TRL-CROSS-NOTICES": {"TRL-SUBSET"},
    "TRL-FILE-ENCODING": {"TRL-ROW-MISSING", "TRL-ROW-UNKNOWN"},
    "TRL-FILE-QUOTES": {"TRL-SERVICE-MIXED"},
    "TRL-FILE-MACRO": {"TRL-FORM-XLSX"},
    "TRL-FILE-FORMULA": {"TRL-BLANK-COUNT", "TRL-FORM-XLSX"},
    "TRL-FILE-LINK": {"TRL-FORM-XLSX"},
    "TRL-FILE-HIDDEN": {"TRL-FORM-XLSX"},
}
"""What else is wrong where a report is spoilt for a check: one wrong number breaks several sums."""


def spoil(check: str, folder: Path) -> Path:
    """A report spoilt as the check wants it, written; returns what to read."""
    report = sound_report()
    if check in SPOILT_ROWS:
        SPOILT_ROWS[check](report)
    path = write_folder(report, folder / "report")
    return (SPOILT_FILES[check](path) if check in SPOILT_FILES else None) or path


def zipped(folder: Path) -> bytes:
    """The files of a folder as a ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, path.name)
    return stream.getvalue()
