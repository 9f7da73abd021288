"""Text of letters from each file format."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from compliance.letters.formats import read_document
from tests.letters.sample import Commission, mail_of, pdf_of, save, save_pdf

_SENTENCE = "Providers of hosting services shall put mechanisms in place that allow any person to notify them"


def _texts(path: Path) -> list[str]:
    return [block.text for block in read_document(path).blocks]


def test_wrapped_lines_become_one_paragraph(tmp_path: Path) -> None:
    """Lines that fill the width run on; short ones and list items begin anew."""
    text = (
        "OFFICE OF TESTS\nUnit 4\n\n1. The first item is long enough to be wrapped at the end of\nits line.\n"
        "2. The second item begins anew although no blank line stands\nabove it.\n"
    )
    assert _texts(save(tmp_path, text)) == [
        "OFFICE OF TESTS",
        "Unit 4",
        "1. The first item is long enough to be wrapped at the end of its line.",
        "2. The second item begins anew although no blank line stands above it.",
    ]


def test_hyphens_at_line_ends_are_taken_back(tmp_path: Path) -> None:
    """A word broken at a line's end is one word again; a prefix such as non- keeps its hyphen."""
    text = (
        "The provider must supply an account of every measure that was imple-\nmented, together with a non-\n"
        "confidential version of the whole reply that can be given to others.\n"
    )
    assert "implemented" in _texts(save(tmp_path, text))[0]
    assert "non-confidential" in _texts(save(tmp_path, text))[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    """UTF-8 and UTF-16 with or without a mark and Windows-1252 give the same words."""
    path = tmp_path / "letter.txt"
    path.write_bytes("Réf. : ABC/12 - délai de réponse à l'autorité".encode(encoding))
    assert _texts(path) == ["Réf. : ABC/12 - délai de réponse à l'autorité"]


def test_markdown_signs_are_taken_off(tmp_path: Path) -> None:
    """Headings, emphasis, list signs and table rules of Markdown leave plain text and cells."""
    text = "# Authority\n\n**Ref:** A/1\n\n- **Q1** First\n\n| No | Asked |\n|---|---|\n| 1 | Logs |\n"
    document = read_document(save(tmp_path, text, "letter.md"))
    assert [block.text for block in document.blocks] == [
        "Authority",
        "Ref: A/1",
        "- Q1 First",
        "No | Asked",
        "1 | Logs",
    ]
    assert document.blocks[0].heading


def test_places_point_to_lines_of_the_file(tmp_path: Path) -> None:
    """A character of the text knows the line of the file it came from."""
    path = save(tmp_path, "Office\n\nA paragraph that is wrapped because it is really rather long\nand ends here.\n")
    document = read_document(path)
    assert document.line_at(document.text.index("ends here")) == 4
    assert document.line_at(0) == 1


def test_running_headers_and_page_numbers_of_a_pdf_stand_apart(tmp_path: Path) -> None:
    """What returns at the edge of every page is no part of the letter, but is kept."""
    text = "\n\n".join(f"Paragraph {number} says something else than the others do." for number in range(60))
    document = read_document(pdf_of(tmp_path / "letter.pdf", text))
    assert "Running header" not in document.text
    assert "Page 1" not in document.text
    assert any("Running header" in margin for margin in document.margins)
    assert document.page_at(len(document.text) - 3) == 3


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    """A gutter that no word crosses separates columns; a heading above them comes first."""
    left = [(56.0, 100 + 14 * i, f"left {i} {_SENTENCE}"[:46]) for i in range(10)]
    right = [(320.0, 100 + 14 * i, f"right {i} {_SENTENCE}"[:46]) for i in range(10)]
    heading = [(56.0, 60.0, "A heading that spans the whole width of the page and both of its columns")]
    text = read_document(save_pdf(tmp_path / "letter.pdf", [heading + left + right])).text
    assert (
        text.index("heading")
        < text.index("left 0")
        < text.index("left 9")
        < text.index("right 0")
        < text.index("right 9")
    )


def test_labels_and_entries_of_a_pdf_form_stay_side_by_side(tmp_path: Path) -> None:
    """Two columns of short cells are rows of a form, not running text."""
    rows = [
        ("Reference number", "AB/77/2026"),
        ("Date of issue", "3 June 2026"),
        ("Addressee", "Tern Ltd."),
        ("Issuing authority", "Police of Tests"),
        ("Contact", "a@b.example"),
        ("Kind", "order"),
        ("Copy", "none"),
    ]
    page = [(x, 100.0 + 16 * i, cell) for i, row in enumerate(rows) for x, cell in zip((56.0, 300.0), row, strict=True)]
    assert "Reference number | AB/77/2026" in _texts(save_pdf(tmp_path / "letter.pdf", [page]))


def test_automatic_numbers_of_a_word_file_are_rebuilt(tmp_path: Path) -> None:
    """Numbers that Word draws itself are read: levels, letters, Roman numerals, and a list that goes on after prose."""
    file = docx.Document()
    root = file.part.numbering_part.element
    root.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>'
            '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%3)"/></w:lvl>'
            "</w:abstractNum>"
        ),
    )
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for level, text in (
        (0, "One"),
        (1, "Sub"),
        (2, "Deep"),
        (2, "Deeper"),
        (1, "Sub two"),
        (None, "Prose."),
        (0, "Two"),
        (1, "Again"),
    ):
        paragraph = file.add_paragraph(text)
        if level is not None:
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
            )
    path = tmp_path / "letter.docx"
    file.save(str(path))
    assert _texts(path) == [
        "1. One",
        "(a) Sub",
        "(i) Deep",
        "(ii) Deeper",
        "(b) Sub two",
        "Prose.",
        "2. Two",
        "(a) Again",
    ]


def test_a_word_list_takes_its_numbers_from_the_style_chain(tmp_path: Path) -> None:
    """A paragraph without numbering of its own inherits it through its style and that style's base; a restart begins at one."""
    file = docx.Document()
    numbering = file.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="91"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/>'
            '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="91"/></w:num>'))
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="92"><w:abstractNumId w:val="91"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    parent = file.styles.add_style("Demand", 1)
    parent.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="91"/></w:numPr>'))
    file.styles.add_style("Sharp demand", 1).base_style = parent
    file.add_paragraph("First", "Sharp demand")
    file.add_paragraph("Second", "Demand")
    restarted = file.add_paragraph("Anew")
    restarted._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="92"/></w:numPr>')
    )
    path = tmp_path / "letter.docx"
    file.save(str(path))
    assert _texts(path) == ["I. First", "II. Second", "I. Anew"]


def test_tables_headers_text_boxes_and_changes_of_a_word_file(tmp_path: Path) -> None:
    """Table rows are cells in order, the first header is the letterhead, text boxes are read, deleted words are not."""
    file = docx.Document()
    file.sections[0].header.paragraphs[0].text = "Authority of Tests"
    changed = file.add_paragraph("Kept ")
    changed._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="x"><w:r><w:t>added</w:t></w:r></w:ins>'))
    changed._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="2" w:author="x"><w:r><w:delText> gone</w:delText></w:r></w:del>')
    )
    table = file.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Reference", "T/1"
    boxed = file.add_paragraph("After the box")
    boxed._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
            "<w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )
    path = tmp_path / "letter.docx"
    file.save(str(path))
    assert _texts(path) == ["Authority of Tests", "Kept added", "Reference | T/1", "In the box", "After the box"]


def test_a_mail_with_an_html_body_is_read_without_its_markup(tmp_path: Path) -> None:
    """Scripts, styles and hidden words are left out, lists keep their numbers, tables their cells."""
    html = (
        "<html><head><style>p{color:red}</style><script>alert('x')</script></head><body><p>Office of Tests</p>"
        "<p style='display:none'>hidden words</p><p>Please answer the following list of points in full and in time, "
        "with all the documents that are needed to follow the answer.</p><ol><li>First demand</li><li>Second demand</li></ol>"
        "<table><tr><td>Ref</td><td>A/1</td></tr></table><img src='https://tracker.example/x.png'></body></html>"
    )
    texts = _texts(mail_of(tmp_path / "letter.eml", html=html))
    assert texts[0] == "Office of Tests"
    assert "1. First demand" in texts
    assert "2. Second demand" in texts
    assert "Ref | A/1" in texts
    assert not any("hidden" in text or "alert" in text or "tracker" in text for text in texts)


def test_a_mail_keeps_its_head_and_names_what_is_attached(tmp_path: Path) -> None:
    """Headers are kept apart, the time of sending is no receipt, and an attached document is pointed out."""
    path = mail_of(tmp_path / "letter.eml", plain=Commission().text(), attach="annex.pdf")
    document = read_document(path)
    assert document.mail is not None
    assert document.mail.date == "2026-05-04T09:12:00+02:00"
    assert document.attachments == ("annex.pdf",)
    assert any("attached" in note for note in document.notes)


def test_characters_printed_twice_to_look_bold_are_read_once(tmp_path: Path) -> None:
    """A word printed again a third of a point beside itself is one word; the same word elsewhere is another."""
    path = save_pdf(
        tmp_path / "bold.pdf", [[(56, 80, "Subject: Order"), (56.3, 80, "Subject: Order"), (56, 120, "Subject: Order")]]
    )
    assert read_document(path).text.count("Subject: Order") == 2
    assert "SSuubb" not in read_document(path).text


def test_characters_of_a_pdf_stand_where_the_library_puts_them(tmp_path: Path) -> None:
    """The quick way to a character's place says of every character what the library's own way says."""
    import pdfplumber

    from compliance.letters.formats.pdf import _placed

    path = save_pdf(tmp_path / "letter.pdf", [[(56.0, 80.0, "Demande n° 1 : combien ?"), (56.0, 95.0, "(a) élevé")]])
    with pdfplumber.open(path) as file:
        page = file.pages[0]
        for item in page.layout._objs:
            whole = page.process_object(item)
            quick = _placed(page, page.process_object, item)
            assert quick == {name: whole[name] for name in quick}
            assert {"text", "x0", "x1", "top", "bottom", "upright"} <= set(quick)
