"""One letter's text in the formats that letters arrive in, made for tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from io import BytesIO
from pathlib import Path

from tests.letters.sample import save_pdf


def two_columns(folder: Path, text: str) -> Path:
    """A PDF in two columns below a letterhead of full width, hyphenated, with running header and page numbers."""
    head, _, body = text.partition("\n\n")
    rows = [
        row for paragraph in body.split("\n") for row in (*_wrapped(paragraph, 44), *([""] if not paragraph else []))
    ]
    first = [(56.0, 60.0 + 13 * n, row) for n, row in enumerate(head.split("\n"))]
    top = 80.0 + 13 * len(first)
    pages: list[list[tuple[float, float, str]]] = []
    while rows:
        page = list(first) if not pages else []
        start = top if not pages else 60.0
        count = int((760 - start) / 13)
        for x in (56.0, 312.0):
            page += [(x, start + 13 * n, row) for n, row in enumerate(rows[:count]) if row]
            rows = rows[count:]
        pages.append(page)
    return save_pdf(folder / "letter.pdf", pages, header="Halcyon file 2026", footer=True)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters; a long word at the end of a line is broken with a hyphen."""
    rows, line = [], ""
    for word in text.split():
        room = width - len(line) - 1
        if len(line) + 1 + len(word) <= width:
            line = f"{line} {word}".strip()
        elif room > 6 and word.isalpha() and word.islower() and len(word) > 11:
            rows.append(f"{line} {word[:5]}-")
            line = word[5:]
        else:
            rows.append(line)
            line = word
    return [*rows, line] if line else rows


def numbered_word(folder: Path, text: str) -> Path:
    """A Word file whose `1)`-style and `1.`-style numbers are automatic, and whose rows are a table."""
    import docx

    document = docx.Document()
    rows: list[list[str]] = []

    def flush() -> None:
        if rows:
            table = document.add_table(len(rows), max(map(len, rows)))
            for r, cells in enumerate(rows):
                for c, cell in enumerate(cells):
                    table.cell(r, c).text = cell
            rows.clear()

    for line in text.split("\n"):
        if "  |  " in line:
            rows.append(line.split("  |  "))
            continue
        flush()
        numbered = re.match(r"\d+\.\s+(?=https)", line)
        paragraph = document.add_paragraph(line[numbered.end() :] if numbered else line)
        if numbered:
            paragraph.style = "List Number"
    flush()
    buffer = BytesIO()
    document.save(buffer)
    path = folder / "letter.docx"
    path.write_bytes(buffer.getvalue())
    return path


def _message(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Registry <registry@authority.example>"
    message["To"] = "contact@platform.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 04 May 2026 09:12:00 +0200"
    return message


def html_mail(folder: Path, text: str) -> Path:
    """A mail that has an HTML body only."""
    message = _message("Your attention is required")
    paragraphs = "".join(f"<p>{escape(each).replace(chr(10), '<br>')}</p>" for each in text.strip().split("\n\n"))
    message.set_content(f"<html><head><style>p {{ }}</style></head><body>{paragraphs}</body></html>", subtype="html")
    path = folder / "letter.eml"
    path.write_bytes(message.as_bytes())
    return path


def attached_pdf(folder: Path, text: str) -> Path:
    """A mail in HTML with the letter attached as a PDF in two columns, beside a picture that says nothing."""
    message = _message("Letter")
    message.set_content("<p>Please see the attachment.</p>", subtype="html")
    pdf = two_columns(folder, text).read_bytes()
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename="letter.pdf")
    path = folder / "letter.eml"
    path.write_bytes(message.as_bytes())
    return path


def attached(folder: Path, text: str) -> Path:
    """A mail with a few words of its own, the letter attached as a Word file."""
    message = _message("Letter for your attention")
    message.set_content("Dear all,\n\nplease find the attached letter.\n\nKind regards\nRegistry\n")
    word = numbered_word(folder, text).read_bytes()
    message.add_attachment(word, maintype="application", subtype="octet-stream", filename="letter.docx")
    path = folder / "letter.eml"
    path.write_bytes(message.as_bytes())
    return path


def forwarded(folder: Path, text: str) -> Path:
    """A mail that forwards another as a message of its own, whose body is the letter."""
    inner = _message("The letter")
    inner.set_content(text)
    outer = _message("Fwd: The letter")
    outer.set_content("For your information.\n")
    outer.add_attachment(inner)
    path = folder / "letter.eml"
    path.write_bytes(outer.as_bytes())
    return path


RENDERINGS: dict[str, tuple[Callable[[Path, str], Path], tuple[str, ...]]] = {
    "two columns": (two_columns, ("dsc-de", "rfi-simple-en", "tiered-fr", "monitoring-de")),
    "word": (
        numbered_word,
        ("tco-order-nl", "order-information-es", "rfi-decision-fr", "order-remove-pt", "clock-change-de"),
    ),
    "html mail": (html_mail, ("dsc-es", "incident-de", "political-es", "nested-it", "prose-en")),
    "attached pdf": (attached_pdf, ("dsc-nl", "rfi-decision-en")),
    "attached": (attached, ("dsc-pt", "order-remove-it")),
    "forwarded": (forwarded, ("dsc-it", "dsc-pl", "order-information-pl", "data-access-en")),
}
"""How a letter is rendered, and which letters are."""
