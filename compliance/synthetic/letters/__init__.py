"""The two letters of the demonstration as text, mail and PDF, each with what the intake knows of it."""

from __future__ import annotations

import json
import shutil
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

from compliance.synthetic.authority import DECISION, LETTER

LETTER_NAME, DECISION_NAME = "2026-08-13-letter", "2026-09-02-decision"
_INTAKE = {
    LETTER_NAME: {
        "letter_id": LETTER,
        "received_at": "2026-08-13T16:42:00+02:00",
        "channel": "email",
        "addressee_member_state": "IE",
        "addressee_timezone": "Europe/Dublin",
    },
    DECISION_NAME: {
        "letter_id": DECISION,
        "received_at": "2026-09-02T11:20:00+02:00",
        "channel": "EU Send",
        "addressee_member_state": "IE",
        "addressee_timezone": "Europe/Dublin",
    },
}
_TEXT = {LETTER_NAME: "letter-of-the-night.txt", DECISION_NAME: "decision-article-67-3.txt"}
_LINES = 58
"""Lines on a page."""


def text(name: str) -> str:
    """Text of a letter."""
    return (Path(__file__).parent / _TEXT[name]).read_text("utf-8")


def write(folder: Path) -> None:
    """Write both letters (txt and eml, txt and pdf) with `<name>.intake.json`, and the officers' words to answer them with."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, intake in _INTAKE.items():
        (folder / f"{name}.txt").write_text(text(name), "utf-8", newline="")
        (folder / f"{name}.intake.json").write_text(json.dumps(intake, indent=1) + "\n", "utf-8")
        shutil.copytree(Path(__file__).parent / "words" / name, words_of(folder, name), dirs_exist_ok=True)
    (folder / f"{LETTER_NAME}.eml").write_bytes(_mail())
    (folder / f"{DECISION_NAME}.pdf").write_bytes(_pdf(text(DECISION_NAME), "Decision C(2026) 6142 final (synthetic)"))


def words_of(folder: Path, name: str) -> Path:
    """Where the officers' words for a letter's questions lie, one file per question."""
    return folder / "words" / name


def _mail() -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Private office, digital policy <office@commission.example>"
    message["To"] = "contact-point@halcyon-live.example"
    message["Subject"] = "Live interview of the night of 12 to 13 August 2026 on Halcyon Live - MC-DS/26/0417"
    message["Date"] = "Thu, 13 Aug 2026 16:42:00 +0200"
    message["Message-ID"] = "<mc-ds-26-0417@commission.example>"
    message.set_content(text(LETTER_NAME), cte="quoted-printable")
    return message.as_bytes()


def _pdf(body: str, title: str) -> bytes:
    """A plain letter on A4, page x of y; the same text gives the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    lines = body.rstrip("\n").split("\n")
    pages = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("synthetic")
    for number, page in enumerate(pages, 1):
        drawn = canvas.beginText(56, A4[1] - 64)
        drawn.setFont("Courier", 8.6, leading=12.2)
        drawn.textLines(page)
        canvas.drawText(drawn)
        canvas.setFont("Courier", 8)
        canvas.drawRightString(A4[0] - 56, 36, f"{number}/{len(pages)}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
