"""A scanned letter: read where text recognition is installed, and every value of it asked."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pytest

from compliance.errors import LetterError
from compliance.letters.formats import read_document
from compliance.letters.formats.recognition import NOTE, can_recognise
from compliance.letters.letter import Sure
from compliance.letters.read import read_letter
from tests.letters.sample import save_pdf

installed = pytest.mark.skipif(
    not (can_recognise() and which("pdftoppm")), reason="tesseract, pytesseract or pdftoppm is not installed"
)
LINES = (
    "European Commission",
    "Brussels, 3 August 2026",
    "Reference: SYN/2026/0042",
    "To: Halcyon Media Ltd (synthetic), Dublin",
    "Subject: Request for information under Article 67(2) of Regulation (EU) 2022/2065",
    "Question 1. How many notices did the service receive from 1 July 2026 to 31 July 2026?",
    "Please reply by 31 August 2026.",
)


def _scan(folder: Path, lines: tuple[str, ...]) -> Path:
    from PIL import Image

    whole = save_pdf(folder / "letter.pdf", [[(56, 80 + 40 * at, line) for at, line in enumerate(lines)]])
    subprocess.run(["pdftoppm", "-r", "200", "-png", str(whole), str(folder / "page")], check=True)
    (picture,) = folder.glob("page*.png")
    path = folder / "scan.pdf"
    with Image.open(picture) as page:
        page.convert("L").save(path, "PDF", resolution=200)
    return path


@installed
def test_a_scan_is_read_and_nothing_of_it_is_certain(tmp_path: Path) -> None:
    """Reference, date and question come out, each to be compared with the picture."""
    letter = read_letter(_scan(tmp_path, LINES))
    assert (letter.reference, str(letter.date)) == ("SYN/2026/0042", "2026-08-03")
    assert len(letter.questions) == 1
    assert NOTE in letter.notes
    assert {mark.sure for mark in letter.marks.values()} == {Sure.UNSURE}


@installed
def test_a_picture_without_words_is_no_letter(tmp_path: Path) -> None:
    """Nothing is made up of a blank page."""
    with pytest.raises(LetterError, match="no word") as caught:
        read_document(_scan(tmp_path, (" ",)))
    assert caught.value.code == "LET-SCAN"
