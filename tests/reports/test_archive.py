"""Every PDF of ours is tagged and fit for archives, and the checks that say so can fail."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from compliance.reports.archive import Attachment
from compliance.reports.chart import Bars
from compliance.reports.colour_profile import srgb_profile
from compliance.reports.content import Cell, Chart
from compliance.reports.paper import to_pdf
from compliance.reports.pdf import (
    Furniture,
    Grid,
    GridCell,
    GridColumn,
    PageBreak,
    bullets,
    contents,
    document,
    heading,
    paragraph,
    subheading,
)
from compliance.reports.quarterly import build_quarterly
from tests.reports.pdf_claims import annotation_faults, elements, faults, kids, kind
from tests.reports.quarter import HOSTILE, assessment, finding, made, real, rule

FURNITURE = Furniture(
    "Title & more", "Subject", "Author", "head", "foot", language="de", dated="2026-09-25T12:00:00+02:00"
)
DATA = Attachment("data.csv", "text/csv", "What the table shows", b"a,b\r\n1,2\r\n")


def story() -> list[Any]:
    """Something of everything, over several pages."""
    columns = (GridColumn("Name", bold=True), GridColumn("Value", align="right"), GridColumn("Mono", mono=True))
    rows = [
        (GridCell(f"row {n}", link="#first" if n % 3 else "https://example.org/x"), str(n), f"m-{n} é")
        for n in range(150)
    ]
    bars = tuple((f"bar {n}", (Cell(n),)) for n in range(4))
    return [
        heading("First", key="first"),
        contents(),
        PageBreak(),
        heading("Deep at once", 3, key="deep"),
        paragraph("Words of a log. " * 240),
        paragraph("Further words. " * 260),
        paragraph("Set apart", "note"),
        *bullets(["one", "two " * 400, "three"]),
        heading("Second", 2, key="second"),
        Grid(columns, rows),
        Grid((GridColumn("", bold=True), GridColumn("")), [("Key", "value"), ("Empty", "")], headed=False),
        Bars(Chart("c", "A chart", "Bar chart. Four bars that grow.", "count", ("all",), bars)),
        subheading("In no list"),
        paragraph(""),
    ]


@cache
def sample() -> bytes:
    """A document with something of everything."""
    return document(story, FURNITURE, attachments=(DATA,), signature="Seal")


def test_a_document_holds_what_it_claims() -> None:
    """Content, links, headings, tables, lists, figures, fonts and metadata are as PDF/UA-1 and PDF/A-3a ask."""
    assert faults(sample(), "de") == []


def test_the_report_holds_what_it_claims() -> None:
    """The quarterly report too, whatever a log wrote, and carries the values it shows."""
    findings = [finding(n, message=text) for n, text in enumerate(HOSTILE)]
    for material in (real(), made(assessment([rule(non_compliant=14)], findings))):
        drawn = to_pdf(build_quarterly(material))
        assert faults(drawn) == []
        with Pdf.open(io.BytesIO(drawn)) as pdf:
            shown = bytes(pdf.attachments["shown.csv"].get_file().read_bytes()).decode()
    assert shown.startswith("section,part,title,row,column,value,of,bound,kind\r\n")
    assert "\r\nfindings," in shown or ",Every notice is decided," in shown
    assert not any(
        line.split(",")[5].startswith(("=", "+", "@")) for line in shown.split("\r\n") if line.count(",") > 7
    )


def _change(pdf: Pdf, of: str, change: Callable[[Any], None]) -> None:
    change(next(each for each in elements(pdf) if kind(each) == of))


def _reroot(pdf: Pdf, name: str, value: Any) -> None:
    pdf.Root[name] = value


def _unmark(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(page.Contents.read_bytes().replace(b"/Artifact", b"/Something"))


def _plain_text(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\nBT (x) Tj ET\n")


def _lose_owner(pdf: Pdf) -> None:
    del pdf.Root.StructTreeRoot.ParentTree.Nums[1][-1]


def _silence_link(pdf: Pdf) -> None:
    del next(page.Annots[0] for page in pdf.pages if "/Annots" in page)["/Contents"]


def _widen(pdf: Pdf) -> None:
    font = next(each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/Type") == Name.Font)
    font.Widths = Array([float(width) + 40 for width in font.Widths])


def _strip_font(pdf: Pdf) -> None:
    found = next(
        each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/Type") == Name.FontDescriptor
    )
    del found["/FontFile2"]


BROKEN: dict[str, Callable[[Pdf], None]] = {
    "language": lambda pdf: _reroot(pdf, "/Lang", String("xx")),
    "marked": lambda pdf: _reroot(pdf, "/MarkInfo", Dictionary(Marked=False)),
    "without a number": _unmark,
    "depth 0": _plain_text,
    "owners": _lose_owner,
    "/Link ''": _silence_link,
    "after H1": lambda pdf: _change(pdf, "H2", lambda one: one.__setattr__("S", Name.H4)),
    "cells": lambda pdf: _change(pdf, "TR", lambda one: one.__setattr__("K", Array(list(one.K)[:-1]))),
    "without scope": lambda pdf: _change(pdf, "TH", lambda one: one.A.__setattr__("Scope", Name.None_)),
    "no heading cell": lambda pdf: _change(pdf, "TD", lambda one: one.A.__setattr__("Headers", Array([String("t9")]))),
    "alternative": lambda pdf: _change(pdf, "Figure", lambda one: one.__delattr__("Alt")),
    "an entry of": lambda pdf: _change(pdf, "LI", lambda one: one.__setattr__("K", one.K[1])),
    "type Bogus": lambda pdf: _change(pdf, "P", lambda one: one.__setattr__("S", Name.Bogus)),
    "code ": _widen,
    "not embedded": _strip_font,
}


@pytest.mark.parametrize("fault", BROKEN)
def test_each_check_can_fail(fault: str) -> None:
    """A document in which one thing is wrong is found out, by what is wrong with it."""
    with Pdf.open(io.BytesIO(sample())) as pdf:
        BROKEN[fault](pdf)
        out = io.BytesIO()
        pdf.save(out, force_version="1.7")
    assert any(fault in each for each in faults(out.getvalue(), "de"))


def test_a_cut_paragraph_table_and_list_stay_one() -> None:
    """What runs over several pages is one element; the heading of a table is read once."""
    with Pdf.open(io.BytesIO(sample())) as pdf:
        every = list(elements(pdf))
        tables = [each for each in every if kind(each) == "Table"]
        assert [len(kids(table)) for table in tables] == [151, 2]
        assert sum(kind(each) == "L" for each in every) == 1
        assert sum(kind(each) == "LI" for each in every) == 3
        assert max(len(kids(each)) for each in every if kind(each) == "P") > 1
        assert [kind(each) for each in every if kind(each)[0] == "H"] == ["H1", "H2", "H2", "H2"]


def test_cells_name_what_heads_them() -> None:
    """A cell under a heading and beside one names both."""
    with Pdf.open(io.BytesIO(sample())) as pdf:
        table = next(each for each in elements(pdf) if kind(each) == "Table")
        row = kids(kids(table)[2])
        assert [kind(cell) for cell in row] == ["TH", "TD", "TD"]
        assert [str(name) for name in row[1].A.Headers] == ["t1c1", "t1r1"]


def test_data_travels_inside() -> None:
    """An attachment is declared as data of the document, with its size and the document's date, and comes out whole."""
    with Pdf.open(io.BytesIO(sample())) as pdf:
        (spec,) = pdf.Root.AF
        assert (str(spec.AFRelationship), str(spec.UF)) == ("/Data", "data.csv")
        assert spec.EF.F.read_bytes() == DATA.content
        assert str(spec.EF.F.Params.ModDate) == "D:20260925100000+00'00'" == str(pdf.docinfo["/CreationDate"])
        assert str(spec.EF.F.Subtype) == "/text/csv"


def test_nothing_is_dated_where_no_date_is_given() -> None:
    """Without a date, or with one that is none, the document bears none."""
    for dated in ("", "soon"):
        furniture = Furniture("t", "s", "a", "h", "f", dated=dated)
        with Pdf.open(io.BytesIO(document([heading("x", key="x")], furniture))) as pdf:
            assert "/CreationDate" not in pdf.docinfo
            assert b"xmp:CreateDate" not in pdf.Root.Metadata.read_bytes()


def test_the_signature_field_is_empty_and_named() -> None:
    """It is in the structure, unseen, and waits for a value."""
    with Pdf.open(io.BytesIO(sample())) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert (str(field.FT), str(field.TU), list(field.Rect)) == ("/Sig", "Seal", [0, 0, 0, 0])
        assert "/V" not in field
        assert annotation_faults(pdf) == []


def test_same_story_same_bytes() -> None:
    """Structure, attachments and file identifier included."""
    assert document(story, FURNITURE, attachments=(DATA,), signature="Seal") == sample()


@pytest.mark.parametrize(("language", "words"), [("de", "Seite 1 von"), ("fr", "Page 1 sur"), ("pl", "Page 1 of")])
def test_the_foot_speaks_the_language(language: str, words: str) -> None:
    """The page's number is written in the document's language, English where we have no words."""
    import pypdf

    drawn = document([heading("x", key="x")], Furniture("t", "s", "a", "h", "f", language=language))
    assert words in pypdf.PdfReader(io.BytesIO(drawn)).pages[0].extract_text()
    assert faults(drawn, language) == []


def test_the_profile_is_srgb() -> None:
    """A colour engine that is not ours reads the profile, and its white and its greys are those of sRGB."""
    image = pytest.importorskip("PIL.Image")
    cms = pytest.importorskip("PIL.ImageCms")
    own = cms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    turn = cms.buildTransform(own, cms.createProfile("sRGB"), "RGB", "RGB")
    colours = [(255, 255, 255), (0, 0, 0), (27, 77, 122), (155, 28, 28), (128, 128, 128)]
    for colour in colours:
        turned = cms.applyTransform(image.new("RGB", (1, 1), colour), turn).getpixel((0, 0))
        assert max(abs(a - b) for a, b in zip(colour, turned, strict=True)) <= 1


def _file(tmp_path: Path) -> Path:
    path = tmp_path / "sample.pdf"
    path.write_bytes(sample())
    return path


def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    """The file is well formed to a reader that is not ours."""
    tool = shutil.which("qpdf")
    if tool is None:
        pytest.skip("qpdf is not on PATH")
    done = subprocess.run([tool, "--check", str(_file(tmp_path))], capture_output=True, text=True, check=False)
    assert (done.returncode, "No syntax or stream encoding errors" in done.stdout) == (0, True), done.stderr


@pytest.mark.tool
@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_verapdf_passes(tmp_path: Path, flavour: str) -> None:
    """The reference checker accepts both claims."""
    tool = shutil.which("verapdf")
    if tool is None:
        pytest.skip("veraPDF is not on PATH")
    done = subprocess.run(
        [tool, "--format", "json", "--flavour", flavour, str(_file(tmp_path))],
        capture_output=True,
        text=True,
        check=False,
    )
    (job,) = json.loads(done.stdout)["report"]["jobs"]
    results = job["validationResult"]
    found = results[0] if isinstance(results, list) else results
    assert found["compliant"], found["details"]


@pytest.mark.tool
def test_outloud_passes(tmp_path: Path) -> None:
    """An accessibility checker that is not ours finds no error."""
    tool = shutil.which("outloud")
    if tool is None:
        pytest.skip("outloud is not on PATH")
    skipped = "TAG-002"  # it takes a table's heading, repeated on the next page for the eye, for lost prose
    done = subprocess.run(
        [tool, "--skip", skipped, str(_file(tmp_path))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_pikepdf_accepts_it_as_an_archive(tmp_path: Path) -> None:
    """The rules of PDF/A-3b hold, by pikepdf's checker, in all that it knows: it knows no extension schema and no level A."""
    pytest.importorskip("fontTools", reason="pikepdf's PDF/A checker needs fontTools")
    from pikepdf import pdfa

    with _file(tmp_path).open("rb") as stream:
        report = pdfa.validate_written(stream, "3b")
    unknown = ("pdfaExtension", "pdfaProperty", "pdfaSchema", "pdfuaid", "pdfaid:conformance is 'A'")
    unread = ("embedded files are not supported", "interactive forms (/AcroForm) are not supported")
    messages = [each.message for each in report.findings]
    assert messages
    assert [text for text in messages if not any(part in text for part in (*unknown, *unread))] == []


def test_reportlab_still_has_the_hooks() -> None:
    """What we take from inside reportlab is there: the list of a page's operators, and how a paragraph is cut and drawn."""
    from reportlab import Version
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph

    assert Version.startswith("5.1"), (
        "a new reportlab: look at structure.py, contents.py and _Words before you raise the pin"
    )
    canvas = Canvas(io.BytesIO())
    assert isinstance(canvas._code, list)
    before = len(canvas._code)
    canvas.drawString(1, 1, "x")
    assert len(canvas._code) == before + 1
    made = paragraph("word " * 500)
    made.wrap(200, 1000)
    first, second = made.split(200, 100)
    assert type(first) is type(second) is type(made)
    assert isinstance(made, Paragraph)
    assert first.origin is second.origin is made


def test_links_lead_where_they_say() -> None:
    """A link of the contents goes to its heading's page; one of a table goes to its address; each says so in words."""
    with Pdf.open(io.BytesIO(sample())) as pdf:
        links = [each for page in pdf.pages for each in page.get("/Annots", []) if each.Subtype == Name.Link]
        assert {"https://example.org/x"} == {str(each.A.URI) for each in links if "/A" in each}
        words = [str(each.Contents) for each in pdf.pages[0].Annots if each.Subtype == Name.Link]
        assert words[0] == "First, 1"
        assert words[1].startswith("Second, ")
        assert isinstance(pdf, pikepdf.Pdf)
