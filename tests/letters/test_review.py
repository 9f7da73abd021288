"""Reviewing a request: each doubt beside the letter's words, settled one by one; deadlines as a calendar; the letter as a marked page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest
from typer.testing import CliRunner

from compliance.cli.review import walk
from compliance.errors import LetterError, UsageError
from compliance.letters.calendar_file import calendar_of
from compliance.letters.confirm import confirm_request
from compliance.letters.formats import read_document
from compliance.letters.page import letter_page
from compliance.letters.request import from_letter, load_request, write_request
from compliance.letters.review import items, letter_beside, settle, write_settled
from tests.conftest import Run
from tests.letters.sample import Commission, read, save

_NOW = datetime(2026, 5, 6, 8, 30, tzinfo=UTC)
_OPEN = Commission(limit="within 24 hours of receipt").text()


def _pair(folder: Path, text: str) -> tuple[Path, Path]:
    """The letter and its request beside it."""
    letter = save(folder, text)
    request = folder / "request.yaml"
    write_request(from_letter(read(folder, text)), request)
    return letter, request


def test_a_doubt_is_shown_with_the_letters_own_words(tmp_path: Path) -> None:
    """Field, why, what was read, line, and the passage with the span marked."""
    letter, path = _pair(tmp_path, _OPEN)
    (item,) = items(load_request(path), read_document(letter))
    assert item.field == "deadlines.D1"
    assert ">>within 24 hours of receipt<<" in item.excerpt
    assert "24 hours from receipt" in item.value
    assert item.line is not None
    assert _OPEN.splitlines()[item.line - 1].startswith("4. The reply")


def test_a_corrected_deadline_is_recorded_and_confirmable(tmp_path: Path) -> None:
    """Who set which instant, when; comments stay; then nothing is left to accept."""
    _, path = _pair(tmp_path, _OPEN)
    path.write_text(path.read_text("utf-8").replace("kind: rfi_simple", "kind: rfi_simple  # checked"), "utf-8")
    before = load_request(path)
    write_settled(path, before, settle(before, "deadlines.D1", "legal counsel", _NOW, "2026-05-06T10:10:00+02:00"))
    after = load_request(path)
    assert after.deadline is not None
    assert after.deadline.instant == datetime(2026, 5, 6, 8, 10, tzinfo=UTC)
    assert after.to_confirm == []
    assert [(each.field, each.outcome, each.was["instant"], each.now) for each in after.settled] == [
        ("deadlines.D1", "corrected", None, "2026-05-06T10:10:00+02:00")
    ]
    text = path.read_text("utf-8")
    assert "# checked" in text
    assert "# UNSURE deadlines.D1" not in text
    assert confirm_request(path, "head of compliance", (), lambda: _NOW).confirmed_by is not None


def test_an_accepted_doubt_keeps_the_value(tmp_path: Path) -> None:
    """Accepting changes nothing but the record."""
    _, path = _pair(tmp_path, _OPEN)
    before = load_request(path)
    after = settle(before, "deadlines.D1", "legal counsel", _NOW)
    assert after.deadline == before.deadline
    assert after.settled[0].outcome == "accepted"


@pytest.mark.parametrize(("value", "code"), [("tomorrow", "LET-VALUE"), ("[", "LET-VALUE")])
def test_a_value_that_does_not_fit_is_refused(tmp_path: Path, value: str, code: str) -> None:
    """Nothing is written; the message names the field."""
    _, path = _pair(tmp_path, _OPEN)
    with pytest.raises(LetterError, match="deadlines") as refused:
        settle(load_request(path), "deadlines.D1", "legal counsel", _NOW, value)
    assert refused.value.code == code


def test_only_doubts_can_be_settled_and_only_beside_the_same_letter(tmp_path: Path) -> None:
    """Another field, and a letter whose bytes differ, are refused."""
    letter, path = _pair(tmp_path, _OPEN)
    request = load_request(path)
    with pytest.raises(LetterError, match="not among the doubts"):
        settle(request, "kind", "legal counsel", _NOW)
    assert letter_beside(request, path, None) == letter
    letter.write_text("another letter", "utf-8")
    with pytest.raises(LetterError, match="LET-OTHER"):
        letter_beside(request, path, None)


def test_an_unnumbered_question_can_be_dropped(tmp_path: Path) -> None:
    """A sentence that was taken for a request and is none goes out of the questions."""
    data = from_letter(read(tmp_path, _OPEN)).model_dump(mode="json", by_alias=True)
    data["questions"].append({"number": None, "text": "We look forward to hearing from you."})
    data["to_confirm"].append({"field": "questions.n1", "why": "it has no number: is it a request?"})
    request = type(from_letter(read(tmp_path, _OPEN))).model_validate(data)
    settled = settle(request, "questions.n1", "legal counsel", _NOW, "drop")
    assert all(each.number for each in settled.questions)
    assert len(settled.questions) == len(request.questions) - 1


def test_the_walk_writes_each_decision_before_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong value leaves the doubt open; quitting keeps what was decided."""
    _, path = _pair(tmp_path, _OPEN)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter(["c", "soon", "a"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    walk(path, "legal counsel", None, lambda: _NOW)
    assert [each.field for each in load_request(path).to_confirm] == ["deadlines.D1"]
    walk(path, "legal counsel", None, lambda: _NOW)
    assert load_request(path).to_confirm == []
    assert load_request(path).settled[0].role == "legal counsel"


def test_a_review_without_a_terminal_says_what_to_do(tmp_path: Path) -> None:
    """No questions are asked into the void."""
    _, path = _pair(tmp_path, _OPEN)
    with CliRunner().isolation(), pytest.raises(UsageError, match="LET-TERMINAL"):
        walk(path, "legal counsel", None, lambda: _NOW)


def test_the_calendar_holds_each_limit_at_its_earliest_reading(tmp_path: Path) -> None:
    """UTC instants, alarms, both readings in words; a limit that cannot be computed is a task; same stamp, same bytes."""
    request = from_letter(read(tmp_path, _OPEN, received_at="2026-05-05T10:10:00+02:00"))
    made = calendar_of(request, _NOW)
    assert made == calendar_of(request, _NOW)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert event.decoded("DTSTART") == datetime(2026, 5, 6, 8, 10, tzinfo=UTC)
    assert "Other reading: 2026-05-06T11:00:00+02:00" in str(event["DESCRIPTION"])
    assert len(event.walk("VALARM")) == 4
    unknown = from_letter(read(tmp_path, _OPEN))
    undated = icalendar.Calendar.from_ical(calendar_of(unknown, _NOW))
    assert not undated.walk("VEVENT")
    (task,) = undated.walk("VTODO")
    assert str(task["SUMMARY"]).startswith("Not computed yet: Due: answer")
    assert "To settle: when the letter was received" in str(task["DESCRIPTION"])


def test_the_calendar_is_rfc_5545(tmp_path: Path) -> None:
    """CRLF ends every line, folds are within 75 octets and never inside a character, instants are UTC, no message's method."""
    request = from_letter(read(tmp_path, Commission().text())).model_copy(update={"reference": "Ö€" * 60})
    made = calendar_of(request, _NOW)
    lines = made.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert "".join(line.decode() for line in lines).count("Ö") >= 60, "each line is UTF-8 by itself"
    unfolded = made.replace(b"\r\n ", b"").decode().split("\r\n")
    assert f"SUMMARY:Due: answer\\, {'Ö€' * 60} (requested\\, not binding)" in unfolded
    assert [line for line in unfolded if line.startswith("DTSTART")] == ["DTSTART:20260612T150000Z"]
    assert not [line for line in unfolded if line.startswith(("METHOD", "TZID"))]
    for begun in ("VCALENDAR", "VEVENT", "VALARM"):
        assert unfolded.count(f"BEGIN:{begun}") == unfolded.count(f"END:{begun}") > 0


def test_a_letter_without_a_limit_gives_no_calendar(tmp_path: Path, run: Run) -> None:
    """A calendar without a component is none: the verb says so and leaves the file as it was."""
    _, request = _pair(tmp_path, Commission(limit="in due course").text())
    ics = tmp_path / "due.ics"
    ics.write_text("kept")
    done = run("letter", "deadlines", request, "--ics", ics)
    assert (done.code, "LET-NO-LIMIT" in done.err, ics.read_text()) == (3, True, "kept")


def test_the_page_marks_every_part_and_escapes_the_letter(tmp_path: Path) -> None:
    """Every mark has its place and entry; markup in the letter stays text; nothing is fetched or run."""
    hostile = Commission(questions=("1. Explain <script>alert(1)</script> & <img src=x onerror=y>.",)).text()
    letter = read(tmp_path, hostile)
    page = letter_page(letter, read_document(tmp_path / letter.file))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for number in range(1, len(letter.marks) + 1):
        assert f"id='v{number}'" in page
        assert f"href='#v{number}'" in page
    assert "default-src 'none'" in page


def test_the_command_line_writes_calendar_and_page(tmp_path: Path, run: Run) -> None:
    """`deadlines --ics` and `page --html` on one letter."""
    letter, request = _pair(tmp_path, Commission().text())
    ics, html = tmp_path / "due.ics", tmp_path / "letter.html"
    assert run("letter", "deadlines", request, "--ics", ics).code == 0
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert run("letter", "page", letter, "--html", html).code == 0
    assert "Internal" in html.read_text("utf-8")
