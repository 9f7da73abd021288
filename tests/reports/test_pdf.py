"""The furniture of a PDF: fonts, outline, contents, numbered pages, tables that lose nothing."""

from __future__ import annotations

import io

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.reports import look
from compliance.reports.fonts import MONO, REGULAR, glyphs, width
from compliance.reports.grid import Grid, GridCell, GridColumn, broken
from compliance.reports.pdf import Furniture, Story, bullets, contents, document, heading, paragraph

FURNITURE = Furniture("Title", "Subject", "Author", "head", "foot", "DRAFT")


def story() -> Story:
    """Two sections with a table over several pages."""
    rows = [[GridCell(f"E-{n}", link="#second"), "some words " * (n % 5), f"{n}"] for n in range(150)]
    return [
        contents(),
        heading("First: ελληνικά, кирилица, čeština", key="first"),
        *bullets(["one", "two"]),
        Grid([GridColumn("Id", mono=True), GridColumn("Text", 3), GridColumn("N", align="right")], rows),
        heading("Second", key="second"),
        heading("Below", 2, key="below"),
        paragraph("The end & <b>no</b> markup"),
    ]


def reader() -> pypdf.PdfReader:
    """The story as a PDF, read back."""
    return pypdf.PdfReader(io.BytesIO(document(story, FURNITURE)))


def test_a_pdf_is_the_same_twice() -> None:
    """Nothing of today gets in."""
    assert document(story, FURNITURE) == document(story, FURNITURE)


def test_pages_are_numbered_and_listed() -> None:
    """Page x of y on each page, the headings in outline and contents."""
    made = reader()
    assert all(f"Page {n} of {len(made.pages)}" in page.extract_text() for n, page in enumerate(made.pages, start=1))
    outline = made.outline
    assert [entry["/Title"] for entry in outline if not isinstance(entry, list)] == [
        "First: ελληνικά, кирилица, čeština",
        "Second",
    ]
    assert "Below" in made.pages[0].extract_text()
    assert made.metadata is not None
    assert made.metadata.title == "Title"
    assert made.trailer["/Root"]["/Lang"] == "en"


def test_every_font_is_embedded() -> None:
    """No viewer has to guess a face."""
    for page in reader().pages:
        for font in page["/Resources"]["/Font"].values():
            held = font.get_object()
            assert "DejaVu" in held["/BaseFont"]
            assert "/FontFile2" in held["/FontDescriptor"]


def test_no_row_is_lost_between_pages() -> None:
    """A table that breaks shows each row once and its heading on every page."""
    text = "\n".join(page.extract_text() for page in reader().pages)
    assert [text.count(f"E-{n}\n") for n in range(150)] == [1] * 150


def test_all_official_languages_have_glyphs() -> None:
    """The shipped face covers the letters of the 24 official languages."""
    letters = "ĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįĶķĹĺĻļĽľŁłŃńŅņŇňŐőŔŕŘřŚśŠšŞşȘșȚțŤťŪūŮůŰűŲųŹźŻżŽžßÆæØøÅåÄäÖöÜüÕõÁáÉéÍíÓóÚúÝýÀàÈèÌìÒòÙùÂâÊêÎîÔôÛûÇçËëÏïŸÿÑñŒœ"
    greek = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψωάέήίόύώϊϋΐΰ"
    cyrillic = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯабвгдежзийклмнопрстуфхцчшщъьюя"
    assert {ord(char) for char in letters + greek + cyrillic + "€–“”„«»✕✓▲▼…○"} <= glyphs(REGULAR)


@given(st.text(max_size=200), st.floats(min_value=12, max_value=300))
def test_broken_lines_fit_and_lose_nothing(text: str, space: float) -> None:
    """Lines are no wider than the space, unless one character is, and hold every character that is not a blank."""
    lines = broken(text, MONO, 8, space)
    from compliance.reports.text import visible

    expected = visible(text, glyphs(MONO))
    assert "".join("".join(lines).split()) == "".join(expected.split())
    assert all(len(line) == 1 or width(line, MONO, 8) <= space + 0.01 for line in lines if line)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [look.INK, look.MUTED, look.ACCENT, look.MISSED, look.OVER, look.UNKNOWN, look.FINE])
@pytest.mark.parametrize("ground", [look.PAPER, look.SOFT])
def test_colours_have_contrast(colour: str, ground: str) -> None:
    """Text is at least 4.5 to 1 against what it stands on (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_markup_in_a_key_or_a_heading_is_text() -> None:
    """A heading from outside cannot open a tag."""
    made = document(
        [heading('<a href="javascript:x">x</a>', key='k"><b>'), paragraph("<img src='/etc/passwd'/>")], FURNITURE
    )
    text = pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert '<a href="javascript:x">x</a>' in text
    assert "<img" in text


def _rows(count: int, *, headed: bool = True) -> Grid:
    return Grid((GridColumn("A"), GridColumn("B")), [(str(row), "x") for row in range(count)], headed=headed)


def test_the_last_row_of_a_table_takes_another_with_it() -> None:
    """A single row never stands alone on the next page."""
    grid = _rows(20)
    whole = grid.wrap(400, 0)[1]
    parts = grid.split(400, whole - 1)
    assert [len(part.rows) for part in parts] == [18, 2]


def test_a_short_list_of_facts_is_not_cut() -> None:
    """It moves to the next page whole, and the heading before it asks for as much room."""
    grid = _rows(6, headed=False)
    whole = grid.wrap(400, 0)[1]
    assert grid.split(400, whole - 1) == []
    assert grid.beginning(400) >= whole


def test_a_heading_goes_to_the_page_of_its_table() -> None:
    """A heading, its texts and the facts under them stand on one page, however far down the page they would begin."""
    for filling in range(34, 44, 2):
        story: Story = [heading("Top", key="top"), *(paragraph("filling") for _ in range(filling))]
        story += [heading("Question 4.b", 2, key="q"), paragraph("asked", "note"), paragraph("Status: answered")]
        story += [heading("Time to decide", 3, key="t"), _rows(6, headed=False)]
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document(story, FURNITURE))).pages]
        assert [("Question 4.b" in text, "Time to decide" in text) for text in pages].count((True, True)) == 1
        assert not any("Question 4.b" in text and "asked" not in text for text in pages)
