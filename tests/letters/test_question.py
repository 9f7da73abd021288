"""Questions in every numbering, their types, periods and demands on form."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.letters.letter import Letter
from compliance.letters.request_type import format_demands
from compliance.letters.vocabulary import vocabulary
from tests.letters.sample import Commission, read


def _numbers(letter: Letter) -> list[str | None]:
    return [question.number for question in letter.questions if question.leaf]


def test_numbered_is_not_yet_a_question(tmp_path: Path) -> None:
    """Recitals, definitions and instructions are numbered too; only demands count."""
    letter = read(tmp_path, Commission().text())
    assert _numbers(letter) == ["1", "2.a", "2.b", "3"]
    assert [question.number for question in letter.questions if not question.leaf] == ["2"]


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (("Question 1: Describe the service.", "Question 2: State the number of users."), ["1", "2"]),
        (("Q1. Describe the service.", "Q2. State the number of users."), ["Q1", "Q2"]),
        (("R1 A timeline of events.", "R2 Log extracts of the night."), ["R1", "R2"]),
        (("(1) Describe the service.", "(2) State the number of users."), ["1", "2"]),
        (("1) Describe the service.", "2) State the number of users."), ["1", "2"]),
        (("1° Describe the service.", "2° State the number of users."), ["1", "2"]),
        (("a) Describe the service.", "b) State the number of users."), ["a", "b"]),
        (("I. Describe the service.", "II. State the number of users."), ["I", "II"]),
        (
            ("1.1 Describe the service.", "1.2 State the number of users.", "2.1 Provide the log."),
            ["1.1", "1.2", "2.1"],
        ),
        (
            ("1. Describe:\n\n  (a) the service;\n\n  (b) the users:\n\n     (i) adults;\n\n     (ii) minors.",),
            ["1.a", "1.b.i", "1.b.ii"],
        ),
        (("No | Asked for | Form\n1 | Number of notices | CSV\n2 | Copy of the procedure | PDF",), ["1", "2"]),
        (("First, please describe the service. Second, please state the number of users.",), ["1", "2"]),
        (("A. Notices\n\n1. State the number.\n\nB. Complaints\n\n2. State the number.",), ["1", "2"]),
        (("A. Notices\n\n1. State the number.\n\nB. Complaints\n\n1. State the median.",), ["A.1", "B.1"]),
        (
            ("7. Provide a random sample of 50 notices, together with:\n\n  (a) the decision;\n\n  (b) its date.",),
            ["7", "7.a", "7.b"],
        ),
        (("1. Describe the service.\nIt goes on here.\n\nSee also the annex.\n\n2. State the number.",), ["1", "2"]),
        (tuple(f"({letter}) State figure {letter}." for letter in "abcdefghij"), list("abcdefghij")),
    ],
)
def test_numberings(tmp_path: Path, questions: tuple[str, ...], expected: list[str]) -> None:
    """Numbers come out as the letter has them, nested ones with dots."""
    assert _numbers(read(tmp_path, Commission(questions=questions).text())) == expected


def test_spanish_ordinals_are_numbers(tmp_path: Path) -> None:
    """PRIMERO.-, SEGUNDO.- are 1 and 2."""
    text = (
        "CNMC\nMadrid, a 9 de marzo de 2026\nN/Ref.: REQ/7/26\n\nDestinatario: Verbena Media, S.L.\n\nAsunto: Requerimiento de información\n\n"
        "En virtud del artículo 51, apartado 1, letra a), del Reglamento (UE) 2022/2065 se le requiere para que aporte lo siguiente:\n\n"
        "PRIMERO.- Número de notificaciones recibidas, por mes.\n\nSEGUNDO.- Copia de los procedimientos internos.\n\n"
        "TERCERO.- Una muestra aleatoria de 50 decisiones.\n"
    )
    letter = read(tmp_path, text)
    assert [(question.number, question.type) for question in letter.questions] == [
        ("1", "figures"),
        ("2", "procedures"),
        ("3", "decision_sample"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("State the number of complaints received, per month.", "figures"),
        ("Provide a chronology of the outage.", "timeline"),
        ("Provide a random sample of 100 decisions.", "decision_sample"),
        ("Provide extracts of the access logs.", "log_extract"),
        ("Provide the internal procedures for complaints.", "procedures"),
        ("Describe how complaints are handled.", "narrative"),
        ("Provide the minutes of the meetings.", "document_production"),
        ("Confirm that the figures are complete.", "attestation"),
        ("Confirm that all documents have been preserved.", "preservation"),
        ("Provide the name, address and IP addresses of the account.", "account_information"),
        ("Identify, by role, the persons responsible.", "contact"),
        ("Grant access to the database of decisions.", "data_access"),
        ("Remove the content and disable access to it.", "action_order"),
    ],
)
def test_types_by_trigger_words(tmp_path: Path, text: str, kind: str) -> None:
    """The words of a question say what kind of answer it wants."""
    letter = read(tmp_path, Commission(questions=(f"1. {text}", "2. Explain why.")).text())
    assert letter.questions[0].type == kind


def test_demands_on_form_and_events(tmp_path: Path) -> None:
    """Form, breakdown and identifiers are read from the question itself."""
    asked = "1. State the number of notices per Member State and per month, as CSV, for the stream (stream ID LV-2026-03-11-7), in UTC (Annex 2, sheet 'N4')."
    question = read(tmp_path, Commission(questions=(asked, "2. Explain why.")).text()).questions[0]
    assert set(question.format_demands) == {
        "csv",
        "per_member_state",
        "per_month",
        "utc_timestamps",
        "xlsx:Annex 2 sheet N4",
    }
    assert question.event_refs == ("LV-2026-03-11-7",)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("between 3 January 2026 and 9 February 2026", "2026-01-03", "2026-02-09"),
        ("from 1 to 15 March 2026", "2026-03-01", "2026-03-15"),
        ("from 1 December to 15 March 2026", "2025-12-01", "2026-03-15"),
        ("in Q4 2025 and Q1 2026", "2025-10-01", "2026-03-31"),
        ("in the first half of 2026", "2026-01-01", "2026-06-30"),
        ("for November 2025", "2025-11-01", "2025-11-30"),
        ("since 8 December 2025", "2025-12-08", None),
        ("during the Relevant period", "2025-10-01", "2026-03-31"),
        (
            "from 7 March 2026, 21:30 UTC to 9 March 2026, 04:15 UTC",
            "2026-03-07T21:30:00+00:00",
            "2026-03-09T04:15:00+00:00",
        ),
    ],
)
def test_a_question_has_its_own_period(tmp_path: Path, words: str, start: str, end: str | None) -> None:
    """Dates, quarters, halves, months, open ends and defined periods."""
    period = (
        read(tmp_path, Commission(questions=(f"1. State the number of notices {words}.", "2. Explain why.")).text())
        .questions[0]
        .period
    )
    assert period is not None
    assert period.start is not None
    assert (period.start.isoformat(), period.end.isoformat() if period.end else None) == (start, end)


def test_the_same_period_points_to_the_one_before(tmp_path: Path) -> None:
    """`In the same period` takes the period of the question above."""
    asked = (
        "1. State the number of notices between 3 January 2026 and 9 February 2026.",
        "2. State the number of complaints in the same period.",
    )
    first, second = (question.period for question in read(tmp_path, Commission(questions=asked).text()).questions)
    assert first is not None
    assert second is not None
    assert (first.start, first.end) == (second.start, second.end)


def test_the_letters_own_period_is_the_one_it_defines(tmp_path: Path) -> None:
    """A defined period wins over dates of events and of earlier letters."""
    letter = read(tmp_path, Commission().text())
    assert letter.period is not None
    assert (str(letter.period.start), str(letter.period.end)) == ("2025-10-01", "2026-03-31")
    assert letter.marks["period"].sure == "certain"


def test_prose_demands_without_a_number_are_kept_and_put_to_a_person(tmp_path: Path) -> None:
    """A preservation in running text is a request without a number, marked unsure."""
    text = (
        Commission()
        .text()
        .replace(
            "Annex - Questions",
            "I also ask you to ensure that the logs of the night are not deleted.\n\nAnnex - Questions",
        )
    )
    loose = [question for question in read(tmp_path, text).questions if question.number is None]
    assert [(question.type, question.sure) for question in loose] == [("preservation", "unsure")]


def test_bullets_under_a_demand_are_requests_without_numbers(tmp_path: Path) -> None:
    """A list of dashes after `please provide:` is one request each."""
    text = Commission(questions=("Please provide:", "- the minutes of the board;", "- the log of the night.")).text()
    assert [(question.number, question.type) for question in read(tmp_path, text).questions] == [
        (None, "document_production"),
        (None, "log_extract"),
    ]


@pytest.mark.parametrize(
    ("asked", "by_category"),
    [
        ("Wie viele Meldungen nach Artikel 16 haben Sie erhalten?", False),
        ("Wie viele Meldungen nach Art. 16 haben Sie erhalten?", False),
        ("Wie viele Meldungen haben Sie erhalten, nach Art des Inhalts?", True),
        ("Nennen Sie die Zahl der Meldungen je Kategorie.", True),
    ],
)
def test_a_german_article_is_no_breakdown(asked: str, by_category: bool) -> None:
    """`nach Artikel 16` cites; `nach Art des Inhalts` asks for a row per category."""
    assert ("per_category" in format_demands(asked, vocabulary("de"))) is by_category
