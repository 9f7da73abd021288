"""Lint names all faults at once, and the tests that a careful author would still add."""

from __future__ import annotations

from compliance.rules.lint import Note, lint
from tests.rules.conftest import Changed


def _notes(changed: Changed, *replacements: str, name: str = "DSA-16.4-SAMPLE.yaml") -> list[Note]:
    return list(lint([changed(*replacements, name=name)]).notes)


def test_missing_kinds_of_tests_are_warnings(changed: Changed) -> None:
    """The sample lacks five kinds of tests, and each is named."""
    notes = _notes(changed)
    assert {note.level for note in notes} == {"warning"}
    assert {note.message.removeprefix("no test for: ") for note in notes} == {
        "pending",
        "not known for want of coverage",
        "a trigger outside the rule",
        "exactly on the limit",
        "one second past the limit",
    }


def test_dated_values_and_exceptions_want_tests(changed: Changed) -> None:
    """A second value, a closing event and an exception each ask for a test."""
    notes = _notes(
        changed,
        "value: PT24H }",
        "value: PT24H }\n      - { from: 2026-01-01, value: PT12H }",
        "message:",
        "closed_when: { event: notice.closed, match: { notice_id: notice_id } }\n"
        "exceptions:\n  - { id: gone, because: x, when: { event: notice.withdrawn, match: { notice_id: notice_id } } }\nmessage:",
    )
    said = {note.message for note in notes}
    assert "no test for: the value of limit from 2026-01-01" in said
    assert "no test for: never done and closed" in said
    assert "no test for: the exception gone" in said


def test_a_fault_inside_a_test_is_a_fault(changed: Changed) -> None:
    """A broken event line is named at its own line."""
    notes = _notes(changed, "notice_id=N1 contact", "notice_id=N1 kontakt")
    assert [(note.level, note.code) for note in notes] == [("fault", "RUL-TEST-EVENT")]
    assert "did you mean contact" in notes[0].hint


def test_a_hard_rule_on_a_number_that_is_not_law_wants_a_doubt(changed: Changed) -> None:
    """A hard rule that judges by the service's own number must say so."""
    assert "LNT-DOUBT" in {note.code for note in _notes(changed, "class: soft", "class: hard")}


def test_the_file_is_called_like_the_rule(changed: Changed) -> None:
    """A rule is found by its file name."""
    assert "LNT-NAME" in {note.code for note in _notes(changed, name="receipt.yaml")}


def test_two_plain_verdicts_in_one_test_could_change_places(changed: Changed) -> None:
    """Plain instances are counted, not named, so a test may expect only one kind of them."""
    notes = _notes(changed, "{ N1: within_target }", "{ N1: within_target, N2: excepted }")
    assert "LNT-MIXED" in {note.code for note in notes}


def test_notes_stand_in_the_order_of_the_files(changed: Changed) -> None:
    """Notes of several files come by file and line, the same in every run."""
    changed("class: soft", "class: softish", name="b.yaml")
    folder = changed("$limit", "$limt", name="a.yaml").parent
    first, second = lint([folder]).notes, lint([folder]).notes
    assert first == second
    assert [note.place.file.rpartition("/")[2] for note in first if note.level == "fault"] == [
        "a.yaml",
        "a.yaml",
        "b.yaml",
    ]


def test_each_exception_wants_its_own_test(changed: Changed) -> None:
    """An excepted instance shows the exception whose event or condition its test holds, and no other one."""
    exceptions = (
        "exceptions:\n"
        "  - { id: gone, because: x, when: { event: notice.withdrawn, match: { notice_id: notice_id }, order: any } }\n"
        "  - { id: closed, because: x, when: { event: notice.closed, match: { notice_id: notice_id }, order: any } }\n"
        "message:"
    )
    test = (
        "  - name: withdrawn\n    as_of: 2025-08-10T00:00:00Z\n    events: |\n"
        "      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org\n"
        "      2025-08-01T11:00:00Z notice.withdrawn notice_id=N1\n    expect: { N1: excepted }\n"
    )
    path = changed("message:", exceptions)
    path.write_text(path.read_text("utf-8") + test, "utf-8")
    said = {note.message for note in lint([path]).notes}
    assert "no test for: the exception closed" in said
    assert "no test for: the exception gone" not in said


def test_a_number_presented_as_law_is_held_against_the_register(changed: Changed) -> None:
    """Article 16(4) fixes no period, so a statutory day is doubted - unless another provision is its source."""
    statutory = ("origin: policy", "origin: statutory\n    source: Article 16(4)")
    doubted = [note for note in _notes(changed, *statutory) if note.code == "LNT-STATUTE"]
    assert [note.message for note in doubted] == [
        "24 hours is presented as law, and the register has for DSA-16.4: without undue delay"
    ]
    elsewhere = ("origin: policy", "origin: statutory\n    source: Article 3(1) of Regulation (EU) 2021/784")
    assert "LNT-STATUTE" not in {note.code for note in _notes(changed, *elsewhere)}
