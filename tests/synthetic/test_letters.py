"""The two letters of the demonstration."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from pypdf import PdfReader

from compliance.synthetic.letters import DECISION_NAME, LETTER_NAME, text, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with both letters."""
    write(tmp_path)
    return tmp_path


def test_the_mail_carries_the_letter(folder: Path) -> None:
    """The mail holds the same words as the text, with a date that has an offset."""
    mail = message_from_bytes((folder / f"{LETTER_NAME}.eml").read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == text(LETTER_NAME).split()
    assert mail["Date"].datetime.utcoffset() is not None


def test_the_pdf_carries_the_decision(folder: Path) -> None:
    """The PDF has a text layer with every question of the decision."""
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(folder / f"{DECISION_NAME}.pdf").pages).split())
    assert "17:00 Brussels time on 25 September 2026" in words
    assert "LS-2026-08-13-001" in words
    assert "8. Confirm that all documents" in words


def test_the_letters_differ_in_their_legal_form() -> None:
    """The first denies being a request; the second names its basis, penalties and review by the Court."""
    first, second = " ".join(text(LETTER_NAME).split()), " ".join(text(DECISION_NAME).split())
    assert "not a request for information within the meaning of Article 67" in first
    assert "24 hours" in first
    assert "Article 67(1) and (3)" in second
    assert "periodic penalty payments" in second
    assert "Court of Justice" in second


@pytest.mark.parametrize("name", [LETTER_NAME, DECISION_NAME])
def test_every_letter_says_that_it_is_synthetic(folder: Path, name: str) -> None:
    """Each text is marked, and its intake names receipt and channel."""
    assert "[SYNTHETIC" in (folder / f"{name}.txt").read_text("utf-8")
    assert set(json.loads((folder / f"{name}.intake.json").read_text("utf-8"))) >= {
        "letter_id",
        "received_at",
        "channel",
    }


def test_letters_are_the_same_bytes_each_time(folder: Path, tmp_path: Path) -> None:
    """Writing the letters again gives identical files."""
    write(tmp_path / "again")
    for path in sorted((tmp_path / "again").rglob("*")):
        assert path.is_dir() or path.read_bytes() == (folder / path.relative_to(tmp_path / "again")).read_bytes()
