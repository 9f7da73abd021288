"""The house's register: letters, answers and public statements, how they hang together, and what is open."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from compliance.answers.answer import write_answer
from compliance.answers.register import REGISTER, record, view
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
    assert "0 letter(s) without an answer, 1 statement file(s) never compared" in listed.err
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
