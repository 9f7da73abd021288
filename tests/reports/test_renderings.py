"""One report, four renderings: the same numbers in each, whatever the log holds."""

from __future__ import annotations

import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pypdf
import pytest

from compliance.reports.content import Report, Table
from compliance.reports.material import Material
from compliance.reports.page import to_html
from compliance.reports.paper import to_pdf
from compliance.reports.quarterly import build_quarterly
from compliance.reports.record import to_json
from compliance.reports.text import visible
from compliance.reports.wording import cell_words
from compliance.reports.workbook import to_xlsx
from tests.reports.quarter import HOSTILE, PROJECT, assessment, finding, made, real, rule, small_log


class Rows(HTMLParser):
    """Texts of the cells of every table of data, by the id of its heading."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] | None = None
        self._inside = False
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        self.tags.add(tag)
        held = dict(attrs)
        if tag == "table":
            self._rows = (
                self.tables.setdefault(str(held.get("aria-labelledby")), []) if held.get("class") == "data" else None
            )
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag == "td" and self._rows is not None:
            self._rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        """Close a cell."""
        self._inside = self._inside and tag != "td"

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self._inside and self._rows is not None:
            self._rows[-1][-1] += data


@cache
def usual() -> tuple[Material, Report]:
    """A small log judged by real rules, and its report."""
    material = real()
    return material, build_quarterly(material)


def words_of(table: Table) -> list[list[str]]:
    """A table as a reader sees it."""
    return [
        [visible(cell_words(cell, column.kind)) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]


def squeezed(text: str) -> str:
    """Text without blanks, so that line breaks do not matter."""
    return re.sub(r"\s", "", text)


def record_tables(text: str) -> dict[str, list[list[Any]]]:
    """Rows of every table of a JSON report by the table's id."""
    document = json.loads(text)
    tables = [*document["page_one"]["tables"], *(b for s in document["sections"] for b in s["blocks"] if "table" in b)]
    return {table["table"]: table["rows"] for table in tables}


def test_the_page_shows_every_value() -> None:
    """Each table of the report stands in the page with the same words."""
    _, report = usual()
    parser = Rows()
    parser.feed(to_html(report))
    for table in report.tables():
        if table.rows:
            shown = [row for row in parser.tables[f"t-{table.id}"] if row]
            assert shown == words_of(table), table.id


def test_the_record_holds_every_value() -> None:
    """Each table of the report stands in the JSON with the same plain values."""
    material, report = usual()
    held = record_tables(to_json(report, material))
    for table in report.tables():
        values = [[cell["value"] if isinstance(cell, dict) else cell for cell in row] for row in held[table.id]]
        assert values == [[cell.value for cell in row] for row in table.rows], table.id


def test_the_workbook_holds_every_number() -> None:
    """Counts, shares and times of every table stand in its sheet as numbers."""
    _, report = usual()
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(report)))
    by_title = {sheet["A1"].value: sheet for sheet in book.worksheets if sheet.title != "read me"}
    for table in report.tables():
        if not table.rows or [t.title for t in report.tables()].count(table.title) > 1:
            continue
        held = [[cell.value for cell in row] for row in by_title[table.title].iter_rows(min_row=4)]
        for row, line in zip(table.rows, held, strict=True):
            for cell, column in zip(row, table.columns, strict=True):
                if (
                    isinstance(cell.value, int)
                    and cell.bound not in {"not held", "none"}
                    and column.kind in {"count", "share"}
                ):
                    assert cell.value in line, (table.id, line)
                if isinstance(cell.value, int) and (cell.kind or column.kind) == "time" and not cell.bound:
                    assert cell.value / 1_000_000 in line, (table.id, line)


def test_the_paper_shows_the_values_it_shows_elsewhere() -> None:
    """Every row that stands on paper stands there with the same words; every figure table of up to forty rows does."""
    _, report = usual()
    text = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(report))).pages))
    for table in report.tables()[4:]:
        rows = [table.rows[index] for index in table.picked] if table.picked is not None else table.rows[: table.short]
        for row in rows:
            for cell, column in zip(row, table.columns, strict=True):
                if column.paper and column.kind in {"count", "share", "time", "mixed"}:
                    assert squeezed(cell_words(cell, column.kind)) in text, (table.id, cell)


def test_nothing_is_clipped_or_covered() -> None:
    """Every character of the PDF lies inside the margins of its page."""
    import pdfplumber

    _, report = usual()
    with pdfplumber.open(io.BytesIO(to_pdf(report))) as paper:
        for page in paper.pages:
            place = (page.page_number, page.width, page.height)
            across = [50 <= char["x0"] <= char["x1"] <= page.width - 50 for char in page.chars]
            down = [20 <= char["top"] <= char["bottom"] <= page.height - 20 for char in page.chars]
            assert all(across), place
            assert all(down), place


@cache
def hostile() -> tuple[Material, Report]:
    """A quarter whose every free text is hostile."""
    findings = [
        finding(
            n,
            message=text,
            case=text,
            trigger=text,
            disposition={"disposition": "confirmed", "owner": text, "reason": text},
        )
        for n, text in enumerate(HOSTILE)
    ]
    rules = [rule(non_compliant=len(HOSTILE), title=HOSTILE[0], reason=HOSTILE[2])]
    named = PROJECT.service.model_copy(update={"name": HOSTILE[0], "provider": HOSTILE[6]})
    project = PROJECT.model_copy(update={"service": named})
    material = made(assessment(rules, findings, warnings=HOSTILE), log=small_log(HOSTILE[0]), project=project)
    return material, build_quarterly(material)


def test_hostile_text_is_shown_on_paper_and_never_obeyed() -> None:
    """Markup stands as text, direction marks and control characters are written out, long text is cut with a word."""
    reader = pypdf.PdfReader(io.BytesIO(to_pdf(hostile()[1])))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    for expected in (
        "<script>alert(1)</script>",
        "‹U+202E›",
        "‹U+0000›",
        "‹U+6F22›",
        "40,000characters",
        "&lt;b&gt;&<b>bold</b><para>",
    ):
        assert expected in text
    targets = [
        str(a.get_object().get("/A", {}).get("/URI", "")) for page in reader.pages for a in page.get("/Annots", [])
    ]
    assert not any("evil" in target or "javascript" in target for target in targets)


def test_hostile_text_never_becomes_a_formula() -> None:
    """No cell of the workbook is a formula; every text is a string, cut where a cell cannot hold it, and says so."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(hostile()[1])))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    held = {str(cell.value) for cell in cells}
    assert '=HYPERLINK("http://evil.example","x")' in held
    assert any("‹U+0000›" in text for text in held)
    assert max(map(len, held)) <= 32_767
    assert any("40,000 characters" in text for text in held)


def test_hostile_text_adds_nothing_to_the_page() -> None:
    """The page has one script, no image, and no element that a log brought in."""
    html = to_html(hostile()[1])
    parser = Rows()
    parser.feed(html)
    assert html.count("<script") == 1
    assert not parser.tags & {"img", "iframe", "object", "link", "b", "para"}
    assert "onerror=alert(1)&gt;" in html
    assert "\u202e" not in html
    assert "\x07" not in html


def test_hostile_text_is_whole_in_the_record() -> None:
    """The JSON keeps what the log held, character by character."""
    material, report = hostile()
    messages = [row[1] for row in record_tables(to_json(report, material))["findings-high"]]
    assert sorted(messages) == sorted(HOSTILE)


def test_an_empty_quarter_is_a_report() -> None:
    """Without rules, findings or coverage every rendering is made and says what is not held."""
    from tests.assess.logs import dataset

    material = made(
        assessment([], ingest={"files": [], "lines": 0, "accepted": 0, "duplicates": 0, "rejected": 0}, coverage=()),
        log=dataset([]),
    )
    report = build_quarterly(material)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(report))).pages)
    assert "not held" in text
    assert "not held" in to_html(report)
    assert openpyxl.load_workbook(io.BytesIO(to_xlsx(report))).sheetnames[0] == "read me"
    assert json.loads(to_json(report, material))["figures"]["figures"][0]["value"] is None


def test_five_thousand_findings_stay_readable() -> None:
    """On paper the first examples of each rule stand with a pointer; workbook and page list all."""
    rules = [rule(f"DSA-16.{n}-X", non_compliant=500, compliant=500, title=f"Rule {n}") for n in range(10)]
    findings = [finding(n, f"DSA-16.{n % 10}-X") for n in range(5_000)]
    report = build_quarterly(made(assessment(rules, findings)))
    reader = pypdf.PdfReader(io.BytesIO(to_pdf(report)))
    assert len(reader.pages) < 40
    assert "4,970 more rows are in the workbook and the page." in "".join(page.extract_text() for page in reader.pages)
    table = next(table for table in report.tables() if table.id == "findings-high")
    assert len(table.rows) == 5_000
    assert to_html(report).count("was not decided within 7 days.") == 5_000


@pytest.mark.parametrize("count", [3, 60])
def test_page_one_is_one_page(count: int) -> None:
    """However much there is to say, the contents begin on page two and page one holds the signatures."""
    rules = [
        rule(
            f"DSA-16.{n}-X",
            non_compliant=n + 1,
            undetermined=3,
            compliant=500,
            title=f"A rule with a rather long title that runs over several lines, number {n}",
        )
        for n in range(count)
    ]
    pages = pypdf.PdfReader(io.BytesIO(to_pdf(build_quarterly(made(assessment(rules)))))).pages
    assert "Sign-off" in pages[0].extract_text()
    assert "Contents" in pages[1].extract_text()


def test_a_long_table_goes_on_in_a_further_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet holds a bounded number of rows; what is beyond goes on, and the heading says so."""
    monkeypatch.setattr("compliance.reports.sheet.MOST_ROWS", 400)
    report = build_quarterly(made(assessment([rule(non_compliant=1000)], [finding(n) for n in range(1000)])))
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(report)))
    titles = [sheet["A1"].value for sheet in book.worksheets if "1,000 findings" in str(sheet["A1"].value)]
    assert [title.rpartition("(")[2] for title in titles] == ["part 1 of 3)", "part 2 of 3)", "part 3 of 3)"]


def test_the_workbook_is_one_named_table_a_sheet() -> None:
    """Read-me first; every other sheet has one named table with a filter, frozen headings and real dates."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(usual()[1])))
    assert book.sheetnames[0] == "read me"
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None
        assert sheet.freeze_panes == "A4"
        assert not sheet.merged_cells.ranges
    letters = next(sheet for sheet in book.worksheets if sheet["A1"].value == "Letters of authorities")
    assert letters["D4"].is_date
    assert "UTC" in letters["D3"].value


def test_the_title_of_page_one_is_whole() -> None:
    """The banner shows the title, the period and the state in full."""
    text = pypdf.PdfReader(io.BytesIO(to_pdf(usual()[1]))).pages[0].extract_text()
    for words in ("Quarterly report under the Digital Services Act", "July to September 2026", "DRAFT"):
        assert words in text
    assert "Digital Servic…" not in text
