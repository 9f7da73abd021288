"""Requests edited into nonsense, and intakes that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import InputError, LetterError
from compliance.letters.intake import load_intake
from compliance.letters.request import from_letter, load_request, write_request
from tests.letters.sample import Commission, read


def _edited(folder: Path, old: str, new: str) -> Path:
    path = folder / "request.yaml"
    write_request(from_letter(read(folder, Commission().text())), path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: rfi_simple", "kind: polite_question", "kind"),
        ("binding: false", "binding: perhaps", "binding"),
        ("language: en", "language: English", "language"),
        ("  instant: '2026-06-12T17:00:00+02:00'", "  instant: '2026-06-12T17:00:00'", "timezone"),
        ("  to: '2026-03-31'", "  to: '2025-03-31'", "ends before it begins"),
        ("  - 32022R2065:67(2)", "  - the usual article", "legal_bases"),
        ("deadline_ref: D1", "deadline_ref: D9", "D9"),
        ("number: 2.a", "number: 2.b", "stands twice"),
        ("type: figures", "type: poetry", "type"),
        ("reference: Ares", "refrence: Ares", "unknown key 'refrence'"),
        ("schema: request/1", "schema: request/7", "schema"),
    ],
)
def test_nonsense_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Each fault names the file, a line and what is wrong there."""
    path = _edited(tmp_path, old, new)
    with pytest.raises(LetterError) as caught:
        load_request(path)
    assert caught.value.code == "LET-REQUEST"
    assert words in str(caught.value)
    assert caught.value.place is not None
    assert caught.value.place.line is not None


def test_the_line_is_the_faulty_one(tmp_path: Path) -> None:
    """The place points to the line that was edited."""
    path = _edited(tmp_path, "kind: rfi_simple", "kind: nonsense")
    with pytest.raises(LetterError) as caught:
        load_request(path)
    assert caught.value.place is not None
    line = caught.value.place.line
    assert line is not None
    assert path.read_text("utf-8").splitlines()[line - 1] == "kind: nonsense"


@pytest.mark.parametrize(("old", "new"), [("number: 2.a", "number: 2.b"), ("deadline_ref: D1", "deadline_ref: D9")])
def test_what_does_not_hang_together_points_to_its_question(tmp_path: Path, old: str, new: str) -> None:
    """A number that stands twice is shown at its second question, a missing deadline at the question that names it."""
    path = _edited(tmp_path, old, new)
    with pytest.raises(LetterError) as caught:
        load_request(path)
    place = caught.value.place
    assert place is not None
    assert place.line is not None
    lines = path.read_text("utf-8").splitlines()
    at = [index for index, line in enumerate(lines, start=1) if new in line]
    assert place.line == at[-1]
    assert (place.field or "").startswith("questions.")


@pytest.mark.parametrize("content", ["", "just words", "- a\n- b\n", "schema: [unclosed"])
def test_what_is_no_request(tmp_path: Path, content: str) -> None:
    """Empty files, lists and broken YAML are refused with a place."""
    path = tmp_path / "request.yaml"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        load_request(path)
    assert caught.value.place is not None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"received_at": "2026-05-05T10:00:00"}', "offset"),
        ('{"received_at": "yesterday"}', "received_at"),
        ('{"recieved_at": "2026-05-05T10:00:00Z"}', "recieved_at"),
        ('{"addressee_timezone": "Mars/Base"}', "addressee_timezone"),
        ('{"addressee_member_state": "Ireland"}', "addressee_member_state"),
        ("[1]", "intake"),
        ("{", "intake"),
    ],
)
def test_an_intake_that_is_none(tmp_path: Path, content: str, words: str) -> None:
    """A receipt without offset, unknown fields and senseless zones are refused by field."""
    path = tmp_path / "intake.json"
    path.write_text(content)
    with pytest.raises(LetterError) as caught:
        load_intake(path)
    assert caught.value.code == "LET-INTAKE"
    assert words in str(caught.value)


def test_an_interrupted_write_leaves_the_old_state(tmp_path: Path) -> None:
    """A folder that cannot be written to gives an error, and the file stays as it was."""
    request = from_letter(read(tmp_path, Commission().text()))
    with pytest.raises(LetterError, match="LET-UNWRITABLE"):
        write_request(request, tmp_path / "missing" / "request.yaml")
