"""The house's register: letters, answers and public statements, how they hang together, and what is open."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from compliance.answers.answer import write_answer
from compliance.answers.hold import record_hold
from compliance.answers.matter import advance
from compliance.answers.register import REGISTER, in_words, record, view, with_register
from compliance.errors import AnswerError, InputError, IntegrityError
from tests.answers.small_store import SmallStore, asked, inputs, write_request
from tests.conftest import Run

SAID = "statements:\n- {figure: notices.received, from: 2026-08-12, to: 2026-08-16, value: 9, said_by: head of press, on: 2026-09-01, where: press release}\n"


def now() -> dt.datetime:
    """The clock of the tests."""
    return dt.datetime(2026, 9, 25, 10, tzinfo=dt.UTC)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with a drafted answer in `out`, its request, a second letter that refers to two, and a statement."""
    write_answer(inputs(tmp_path), asked(tmp_path), SmallStore(), clock=now)
    later = tmp_path / "later"
    later.mkdir()
    write_request(
        later,
        letter={"file": "later.txt", "sha256": "1" * 64, "format": "txt"},
        reference="C(2026) 7001",
        other_references=["C(2026) 6142 final", "C(2025) 1"],
        deadline={"id": "D1", "instant": "2026-10-09T17:00:00+02:00", "rule": "fixed", "text": "by 9 October"},
    )
    (tmp_path / "said.yaml").write_text(SAID, "utf-8")
    return tmp_path


def test_letters_answers_and_statements_are_linked(house: Path) -> None:
    """A letter has its answers; an earlier reference is known or not; statements say with which answers they were compared."""
    for item in (house / "request.yaml", house / "later/request.yaml", house / "out", house / "said.yaml"):
        record(house / "register", item, "legal counsel", now)
    found = view(house / "register")
    first, second = found.letters
    assert (first.answers, first.due) == ((str(house / "out"),), "2026-09-25T17:00:00+02:00")
    assert (second.answers, second.earlier) == ((), (("C(2026) 6142 final", True), ("C(2025) 1", False)))
    assert [(each.state, each.reference) for each in found.answers] == [("drafted", "C(2026) 6142 final")]
    assert [(each.figures, each.compared) for each in found.statements] == [(1, ())]


def test_an_answer_is_compared_with_all_the_register_holds(house: Path, run: Run) -> None:
    """The register stands for its statements and answers, not for the answer itself; then nothing is left uncompared."""
    for item in ("request.yaml", "out", "said.yaml"):
        assert run("matter", "register", house / "register", house / item, "--role", "legal counsel").code == 0
    listed = run("matter", "register", house / "register")
    assert "NEVER COMPARED" in listed.out
    assert "1 letter(s) to which no answer was sent, 0 without a draft; 1 statement file(s) never" in listed.err
    assert f"{house / 'out'} (drafted)" in listed.out
    compared = run("matter", "compare", house / "out", "--role", "analyst", "--against", house / "register")
    assert compared.code == 1
    assert "press release" in compared.out
    assert "NEVER COMPARED" not in run("matter", "register", house / "register").out
    (answer,) = json.loads(run("matter", "register", house / "register", "--json").out)["answers"]
    assert answer["folder"] == str(house / "out")


def test_a_request_that_was_confirmed_since_takes_the_place_of_its_draft(house: Path) -> None:
    """The same letter entered again with other content is one letter: the last word counts."""
    record(house / "register", house / "request.yaml", "legal counsel", now)
    write_request(
        house, deadline={"id": "D1", "instant": "2026-09-30T17:00:00+02:00", "rule": "fixed", "text": "by 30"}
    )
    record(house / "register", house / "request.yaml", "legal counsel", now)
    assert [each.due for each in view(house / "register").letters] == ["2026-09-30T17:00:00+02:00"]


def test_an_answer_that_was_edited_or_is_gone_is_said_to_be(house: Path) -> None:
    """The register keeps working, and names the trouble."""
    record(house / "register", house / "out", "legal counsel", now)
    paper = house / "out/bundle/data/answer/answer.json"
    paper.write_text(paper.read_text("utf-8").replace("Commission", "Kommission"), "utf-8")
    assert "was edited" in view(house / "register").answers[0].trouble
    (house / "out").rename(house / "elsewhere")
    assert "no matter" in view(house / "register").answers[0].trouble


@pytest.mark.parametrize("content", ["3", "a: 1", ": :", "statements: [{figure: x}]"])
def test_what_the_register_does_not_hold_is_refused(tmp_path: Path, content: str) -> None:
    """Nothing is written where the item is none."""
    item = tmp_path / "x.yaml"
    item.write_text(content, "utf-8")
    with pytest.raises(InputError):
        record(tmp_path / "register", item, "legal counsel", now)
    assert not (tmp_path / "register").exists()


def test_twice_without_a_role_missing_and_changed(house: Path) -> None:
    """Each has a code of its own."""
    with pytest.raises(AnswerError, match="REG-MISSING"):
        view(house / "register")
    with pytest.raises(AnswerError, match="REG-ROLE"):
        record(house / "register", house / "out", " ", now)
    record(house / "register", house / "said.yaml", "head of press", now)
    with pytest.raises(AnswerError, match="REG-TWICE"):
        record(house / "register", house / "said.yaml", "head of press", now)
    log = house / "register" / REGISTER
    log.write_text(log.read_text("utf-8").replace("head of press", "head of pass"), "utf-8")
    with pytest.raises(IntegrityError, match="MAT-CHAIN"):
        view(house / "register")


def test_a_matter_held_before_it_was_answered_is_linked_once_it_is(tmp_path: Path) -> None:
    """A hold names only its folder; the reference that the answer brings is the one that counts."""
    letter = asked(tmp_path)
    matter = inputs(tmp_path).out
    record_hold(matter, None, role="legal counsel", reason="letter of today", reference=matter.name, clock=now)
    for item in (matter, tmp_path / "request.yaml"):
        record(tmp_path / "register", item, "legal counsel", now)
    assert view(tmp_path / "register").letters[0].answers == ()
    write_answer(inputs(tmp_path), letter, SmallStore(), clock=now)
    assert view(tmp_path / "register").letters[0].answers == (str(matter),)


def test_a_letter_is_open_until_its_answer_was_sent_and_said_to_be_overdue(house: Path) -> None:
    """A draft answers nothing; past the due time the line says so; once sent, it does not."""
    for item in ("request.yaml", "out"):
        record(house / "register", house / item, "legal counsel", now)
    after = now() + dt.timedelta(days=1)
    (open_one,) = view(house / "register").unsent
    assert open_one.answers == (str(house / "out"),)
    assert "OVERDUE" in next(in_words(view(house / "register"), after))
    assert "OVERDUE" not in next(in_words(view(house / "register"), now()))
    for state in ("reviewed", "approved", "signed", "sent"):
        advance(house / "out", now, state, "head of compliance")
    assert view(house / "register").unsent == ()
    assert "OVERDUE" not in next(in_words(view(house / "register"), after))


def test_letters_are_listed_by_the_instant_they_are_due_at_and_in_one_line_each(house: Path) -> None:
    """Offsets count in the order; a spelling of a reference does not; control characters of a letter do nothing."""
    write_request(
        house / "later",
        letter={"file": "later.txt", "sha256": "1" * 64, "format": "txt"},
        reference="A\x1b[2J\tB\nC",
        other_references=["c(2026)6142 FINAL"],
        deadline={"id": "D1", "instant": "2026-09-25T16:30:00+00:00", "rule": "fixed", "text": "today"},
    )
    for item in ("later/request.yaml", "request.yaml"):
        record(house / "register", house / item, "legal counsel", now)
    first, second, refers = in_words(view(house / "register"), now())
    assert first.startswith("letter\tC(2026) 6142 final\t")
    assert second.startswith("letter\tA [2J B C\t")
    assert refers == "\trefers to\tc(2026)6142 FINAL\tin the register"


def test_an_edited_statement_is_named_left_out_and_replaced_when_entered_again(house: Path, run: Run) -> None:
    """What no longer says what was recorded is not compared with, and that is said; nothing to compare with is an error."""
    said = house / "said.yaml"
    for item in (house / "out", said):
        record(house / "register", item, "head of press", now)
    said.write_text(SAID.replace("value: 9", "value: 8"), "utf-8")
    assert "edited" in view(house / "register").statements[0].trouble
    assert run("matter", "compare", house / "out", "--role", "a", "--against", house / "register").code == 3
    record(house / "register", said, "head of press", now)
    assert [each.trouble for each in view(house / "register").statements] == [""]
    said.rename(house / "moved.yaml")
    assert "cannot be read" in view(house / "register").statements[0].trouble
    record(house / "register", house / "moved.yaml", "head of press", now)
    assert with_register([house / "register"], house / "out") == ((house / "moved.yaml",), {})
    (house / "other.yaml").write_text(SAID, "utf-8")
    record(house / "register", house / "other.yaml", "head of press", now)
    (house / "other.yaml").unlink()
    compared = run("matter", "compare", house / "out", "--role", "a", "--against", house / "register")
    assert (compared.code, f"NOT compared with {house / 'other.yaml'}" in compared.err) == (1, True)
