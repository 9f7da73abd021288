"""Letters made for tests: fictional authorities' prose with names, dates, numbering, order and format varied."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

from compliance.letters.intake import Intake
from compliance.letters.letter import Letter
from compliance.letters.read import read_letter


@dataclass(frozen=True, slots=True)
class Commission:
    """A Commission request with its parts to vary."""

    company: str = "Kestrel Social Unlimited Company"
    reference: str = "Ares(2026)5550123"
    case: str = "DSA.100555"
    day: str = "4 May 2026"
    basis: str = "Article 67(2) of Regulation (EU) 2022/2065"
    limit: str = "by 17:00 Brussels time on 12 June 2026"
    questions: tuple[str, ...] = (
        "1. State the number of Notices received, per Member State.",
        "2. Provide:\n\n   (a) the internal procedure for complaints;\n\n   (b) an extract of the log of refusals.",
        "3. Confirm that no record was deleted.",
    )

    def text(self) -> str:
        """The letter as plain text."""
        asked = "\n\n".join(self.questions)
        return f"""EUROPEAN COMMISSION
Directorate-General for Tests

Brussels, {self.day}
Ref. {self.reference}

{self.company} - attention: Head of compliance

Subject: Case {self.case} - Request for information pursuant to {self.basis}

I. Legal basis

1. This is a request for information under {self.basis} (the 'DSA'). Its purpose is to assess
compliance with Articles 16, 20 and 34 DSA.

2. Fines under Article 74(2) DSA may be imposed for incorrect information.

II. Definitions

3. 'Relevant period' means 1 October 2025 to 31 March 2026.

III. Time limit

4. The reply is to be provided {self.limit}.

Annex - Questions

{asked}

For the Commission
Head of Unit
"""


def lines(text: str, count: int = 400) -> str:
    """Text that fills some lines, for layout tests."""
    words = text.split()
    return " ".join(words[i % len(words)] for i in range(count))


def save(folder: Path, text: str, name: str = "letter.txt") -> Path:
    """Write a text letter."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def read(folder: Path, text: str, name: str = "letter.txt", **intake: str) -> Letter:
    """Read a text letter, with an intake where one is given."""
    return read_letter(save(folder, text, name), Intake.model_validate(intake) if intake else None)


def save_pdf(
    path: Path,
    pages: list[list[tuple[float, float, str]]],
    *,
    header: str = "",
    footer: bool = False,
    password: str = "",
) -> Path:
    """Write a PDF from placed lines (x, y from the top, text)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=A4, invariant=1, encrypt=StandardEncryption(password) if password else None)
    for number, page in enumerate(pages, start=1):
        canvas.setFont("Helvetica", 10)
        for x, y, text in page:
            canvas.drawString(x, A4[1] - y, text)
        canvas.setFont("Helvetica", 8)
        if header:
            canvas.drawString(56, A4[1] - 24, header)
        if footer:
            canvas.drawCentredString(A4[0] / 2, 24, f"Page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return path


def pdf_of(path: Path, text: str) -> Path:
    """Write a text letter as a PDF of one column, 50 lines a page, with a running header."""
    rows = text.split("\n")
    pages = [
        [
            (56 + 6 * (len(row) - len(row.lstrip())), 60 + 14 * index, row.strip())
            for index, row in enumerate(rows[at : at + 50])
        ]
        for at in range(0, len(rows), 50)
    ]
    return save_pdf(path, pages, header="Running header 2026", footer=True)


def mail_of(path: Path, *, plain: str = "", html: str = "", attach: str = "") -> Path:
    """Write a mail with a plain or HTML body."""
    message = EmailMessage()
    message["From"] = "Digital Services <dsc@authority.example>"
    message["To"] = "contact@platform.example"
    message["Subject"] = "Request - XY/2026/31-B"
    message["Date"] = "Mon, 04 May 2026 09:12:00 +0200"
    message["Message-ID"] = "<1@authority.example>"
    if plain:
        message.set_content(plain)
    if html:
        message.add_alternative(html, subtype="html") if plain else message.set_content(html, subtype="html")
    if attach:
        message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename=attach)
    path.write_bytes(message.as_bytes())
    return path


def docx_bytes() -> tuple[object, BytesIO]:
    """An empty Word document and where to save it."""
    import docx

    return docx.Document(), BytesIO()
