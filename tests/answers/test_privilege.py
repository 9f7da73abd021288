"""The privilege log: what is withheld is said with its ground, what is false is refused, and what is inside stays inside."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.privilege import LOG_COLUMNS, log_rows, read_withheld
from compliance.errors import AnswerError
from tests.answers.test_answer import answered, entry

ADVICE: dict[str, Any] = {
    "question": "5",
    "title": "Advice on the outage",
    "dated": "2026-08-14",
    "kind": "e-mail",
    "author": "outside counsel",
    "recipients": ["general counsel", "head of live operations"],
    "ground": "legal_privilege",
    "lawyer": "independent",
    "adviser": "outside counsel",
    "subject": "duties to notify",
    "decided_by": "general counsel",
    "note": "asked for on the night itself",
}


def listed(folder: Path, *entries: dict[str, Any]) -> Path:
    """A file of withheld documents."""
    path = folder / "withheld.yaml"
    path.write_text(json.dumps(list(entries)), "utf-8")
    return path


def test_what_is_withheld_is_listed_with_its_ground_and_the_question_is_not_wholly_answered(tmp_path: Path) -> None:
    """The answer gives date, kind, roles and ground; title and note stay in the internal log; the matter says who decided."""
    (tmp_path / "guide.txt").write_text("Guidelines (synthetic).")
    documents = tmp_path / "documents.yaml"
    documents.write_text(
        json.dumps([{"question": "5", "file": "guide.txt", "title": "Guidelines", "custodian": "head of policy"}])
    )
    result = answered(tmp_path, documents=documents, withheld=listed(tmp_path, ADVICE))
    found = entry(result, "5")
    assert found["status"] == "partly"
    assert "1 document(s) are withheld" in found["reason"]
    outside = "\n".join(
        path.read_text("utf-8", errors="replace")
        for path in result.bundle.rglob("*")
        if path.suffix in {".csv", ".json"}
    )
    assert "outside counsel" in outside
    assert "155/79" in outside
    index = json.loads((result.bundle / "data/exhibits/index.json").read_text("utf-8"))["exhibits"]
    table = next(each for each in index if each["title"] == "Documents not produced to question 5")
    with (result.bundle / "data" / table["file"]).open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["withheld_adviser"], row["withheld_subject"]) == (
        "outside counsel, independent lawyer",
        "duties to notify",
    )
    assert "Advice on the outage" not in outside
    assert "asked for on the night" not in outside
    inside = (result.internal / "privilege-log.csv").read_text("utf-8")
    assert "Advice on the outage" in inside
    assert "asked for on the night itself" in inside
    log = [json.loads(line) for line in (tmp_path / "out/matter.jsonl").read_text("utf-8").splitlines()]
    assert [(each["role"], each["detail"]["title"]) for each in log if each["action"] == "withheld"] == [
        ("general counsel", "Advice on the outage")
    ]


def test_a_question_of_which_all_is_withheld_says_so(tmp_path: Path) -> None:
    """Nothing was added: the status is withheld, not `not held`, which would be untrue."""
    result = answered(tmp_path, withheld=listed(tmp_path, ADVICE))
    assert entry(result, "5")["status"] == "withheld"


def test_it_is_said_in_the_letters_language(tmp_path: Path) -> None:
    """A French letter is told in French."""
    result = answered(tmp_path, request={"language": "fr"}, withheld=listed(tmp_path, ADVICE))
    assert "sont retenus" in entry(result, "5")["reason"]


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"lawyer": "in_house"}, "ANS-PRIVILEGE", "in-house"),
        ({"lawyer": None}, "ANS-PRIVILEGE", "not said"),
        ({"lawyer": "in_house", "ground": "Legal professional privilege"}, "ANS-PRIVILEGE", "in-house"),
        ({"lawyer": None, "ground": "Anwaltsgeheimnis"}, "ANS-PRIVILEGE", "not said"),
        ({"adviser": None}, "ANS-WITHHELD", "adviser"),
        ({"lawyer": None, "ground": "secret of a third party"}, "ANS-WITHHELD", "lawyer"),
        ({"recipients": []}, "ANS-WITHHELD", "recipients"),
        ({"dated": "last week"}, "ANS-WITHHELD", "dated"),
        ({"decided_by": " "}, "ANS-WITHHELD", "decided_by"),
    ],
)
def test_false_or_incomplete_claims_are_refused(tmp_path: Path, change: dict[str, Any], code: str, words: str) -> None:
    """Nothing is privileged that does not say so of an independent lawyer, and every entry is whole."""
    with pytest.raises(AnswerError) as caught:
        read_withheld(listed(tmp_path, {**ADVICE, **change}))
    assert caught.value.code == code
    assert words in f"{caught.value.message} {caught.value.place}"


def test_the_same_entry_twice_is_refused(tmp_path: Path) -> None:
    """The authority is told how many documents are withheld: none counts twice."""
    with pytest.raises(AnswerError, match="twice"):
        read_withheld(listed(tmp_path, ADVICE, ADVICE))
    assert len(read_withheld(listed(tmp_path, ADVICE, {**ADVICE, "title": "Second advice"}))) == 2


def test_in_house_advice_may_be_withheld_on_another_ground_in_words(tmp_path: Path) -> None:
    """The officer's own ground is taken as it stands."""
    (found,) = read_withheld(listed(tmp_path, {**ADVICE, "lawyer": "in_house", "ground": "secret of a third party"}))
    assert found.ground == "secret of a third party"
    assert log_rows([found])[0][LOG_COLUMNS.index("lawyer")] == "in_house"


def test_the_standing_of_the_lawyer_is_said_in_the_letters_language(tmp_path: Path) -> None:
    """A German letter is told whether the lawyer is independent or employed; no lawyer leaves the cell empty."""
    own = {
        **ADVICE,
        "title": "Other",
        "lawyer": "in_house",
        "adviser": "general counsel",
        "ground": "Geheimnis Dritter",
    }
    none = {**ADVICE, "title": "Third", "lawyer": None, "adviser": None, "subject": "", "ground": "Geheimnis Dritter"}
    result = answered(tmp_path, request={"language": "de"}, withheld=listed(tmp_path, ADVICE, own, none))
    tables = [path.read_text("utf-8") for path in (result.bundle / "data/exhibits").glob("*.csv")]
    table = next(text for text in tables if "withheld_adviser" in text.splitlines()[0])
    cells = [row["withheld_adviser"] for row in csv.DictReader(io.StringIO(table))]
    assert cells == [
        "outside counsel, unabhängiger Rechtsanwalt",
        "general counsel, angestellter Jurist (Syndikus)",
        "",
    ]


def test_a_question_the_letter_does_not_ask_is_refused(tmp_path: Path) -> None:
    """An entry that nobody would see is an error, and nothing is written."""
    with pytest.raises(AnswerError, match="ANS-WITHHELD"):
        answered(tmp_path, withheld=listed(tmp_path, {**ADVICE, "question": "99"}))
    assert not (tmp_path / "out/bundle").exists()
