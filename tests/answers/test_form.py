"""Form demands met or declared, corrections to earlier answers, confidentiality marks, changes against the build before."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.answer import AnswerResult
from compliance.answers.desk import Desk
from compliance.answers.package import Packed
from compliance.answers.paper import exhibit_grid
from compliance.errors import AnswerError
from compliance.evidence.exhibit import Exhibit
from compliance.reports.grid import Grid
from tests.answers.small_store import PROJECT, REQUEST, SmallStore, asked
from tests.answers.test_answer import answered, entry

CORRECTION = {
    "answer": "MC-DS/26/0417",
    "question": "1",
    "said": "28 notices were received.",
    "correct": "30 notices were received.",
    "why": "Two notices of the night shift came in with a later delivery of the log.",
}


def with_demands(number: str, *demands: str) -> list[dict[str, Any]]:
    """The questions of the small letter, one of them with demands on its form."""
    return [
        {**each, "format_demands": list(demands)} if each["number"] == number else each for each in REQUEST["questions"]
    ]


def paper(result: AnswerResult, name: str = "answer") -> str:
    """Text of a paper of the bundle, white space made one."""
    path = result.bundle / f"data/answer/{name}.pdf"
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    return " ".join(text.split())


def test_each_demand_on_form_is_answered(tmp_path: Path) -> None:
    """Demands that a bundle meets are said with their place; one it does not meet is declared as a gap with a remedy."""
    demands = ("csv", "xlsx", "per_member_state", "utc_timestamps", "sha256", "parquet")
    result = answered(tmp_path, request={"questions": with_demands("2", *demands)})
    found = entry(result, "2")
    assert found["form"][0] == "csv: every table is a CSV file in data/exhibits"
    assert found["form"][2].startswith("per Member State: one row for each of the 27 Member States")
    assert found["form"][5] == "parquet: not given in this form"
    assert [gap["what"] for gap in found["gaps"]] == ["question 2 in the form parquet"]
    assert "Form asked for:" in paper(result)


def test_form_of_an_answer_without_table(tmp_path: Path) -> None:
    """A table form asked of a question that has no table is said to have nothing to show; no gap is made up."""
    result = answered(tmp_path, request={"questions": with_demands("6", "csv")})
    found = entry(result, "6")
    assert found["form"] == ["csv: no table is given to this question"]
    assert found["gaps"] == []


def test_corrections_stand_in_answer_and_cover(tmp_path: Path) -> None:
    """A correction names the earlier answer, what was said, what is right and why, and the cover letter points to it."""
    path = tmp_path / "corrections.yaml"
    path.write_text(json.dumps([CORRECTION]))
    result = answered(tmp_path, corrections=path)
    index = json.loads((result.bundle / "data/answer/answer.json").read_text())
    assert index["corrections"] == [CORRECTION]
    assert "Corrections to earlier answers" in paper(result)
    assert "1 statement(s) of earlier answers are corrected" in paper(result, "cover-letter")


def test_correction_without_its_ground_is_refused(tmp_path: Path) -> None:
    """A correction that does not say why is refused by entry, and nothing is written."""
    path = tmp_path / "corrections.yaml"
    path.write_text(json.dumps([{**CORRECTION, "why": ""}]))
    with pytest.raises(AnswerError) as caught:
        answered(tmp_path, corrections=path)
    assert caught.value.code == "ANS-CORRECTIONS"
    assert not (tmp_path / "out/bundle").exists()


def test_confidential_exhibit_and_passage_are_marked(tmp_path: Path) -> None:
    """A document and a passage marked with a ground are so marked in index, papers and cover letter; others are open."""
    (tmp_path / "guide.txt").write_text("Guidelines (synthetic).")
    listed = {"question": "5", "file": "guide.txt", "title": "Guidelines", "custodian": "head of policy"}
    documents = tmp_path / "documents.yaml"
    documents.write_text(json.dumps([{**listed, "confidential": "business secret"}]))
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "4.md").write_text("We keep spare capacity.\n\n[confidential: security] The spare capacity is 40 %.")
    result = answered(tmp_path, documents=documents, texts=texts)
    assert entry(result, "4")["answer"][:2] == [
        "We keep spare capacity.",
        "[Confidential: security] The spare capacity is 40 %.",
    ]
    listing = json.loads((result.bundle / "data/exhibits/index.json").read_text())["exhibits"]
    classes = {each["title"]: each["class"] for each in listing}
    assert classes.pop("Guidelines") == "confidential: business secret"
    assert set(classes.values()) == {"open; persons as pseudonyms"}
    cover = paper(result, "cover-letter")
    assert "confidential: business" in cover
    assert "marked confidential" in cover
    plain = answered(tmp_path / "plain")
    assert "marked confidential" not in paper(plain, "cover-letter")


@pytest.mark.parametrize("copies", [1, 2, 3, 4])
def test_annexes_are_not_torn(copies: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cover letter's list of annexes stands on its first page whole, or begins on the next one."""

    def more(desk: Desk, packed: Packed, listed: Sequence[Exhibit], widths: Mapping[str, float]) -> Grid:
        return exhibit_grid(desk, packed, [*listed] * copies, widths)

    monkeypatch.setattr("compliance.answers.cover.exhibit_grid", more)
    path = answered(tmp_path).bundle / "data/answer/cover-letter.pdf"
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    pages = [page.count("data/exhibits/") for page in text.split("\f") if page.strip()]
    assert len(pages) == 1 or pages[0] == 0, pages
    assert sum(pages) >= copies


def test_the_letterhead_names_the_service(tmp_path: Path) -> None:
    """Where no provider is stated, the cover letter is headed by the service's name, not by its identifier."""
    unstated = PROJECT.model_copy(update={"service": PROJECT.service.model_copy(update={"provider": ""})})
    text = paper(answered(tmp_path, project=unstated), "cover-letter")
    assert (
        text.removeprefix("Halcyon Live (synthetic) - Cover letter - SYNTHETIC")
        .strip()
        .startswith("Halcyon Live (synthetic)")
    )


def test_parts_due_at_different_times_say_so(tmp_path: Path) -> None:
    """Where the letter sets several time limits, each question says when it is due."""
    later = {"id": "D2", "instant": "2026-10-02T17:00:00+02:00", "rule": "fixed", "text": "by 2 October 2026"}
    questions = [{**each, "deadline_ref": "D2"} if each["number"] == "3" else each for each in REQUEST["questions"]]
    result = answered(tmp_path, request={"additional_deadlines": [later], "questions": questions})
    assert "To be answered by 2 October 2026, 17:00 +02:00" in paper(result)
    assert "2 October 2026, 17:00 +02:00" in paper(result, "cover-letter")


def test_rebuilt_answer_lists_what_changed(tmp_path: Path) -> None:
    """A second build names the figure, exhibit, words and gap that differ; the officer's words are merged; nothing of it leaves."""
    first = answered(tmp_path)
    assert not (first.internal / "changes.json").exists()
    shutil.move(first.bundle, tmp_path / "before")
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "4.md").write_text("We keep spare capacity.")
    fewer = SmallStore([each for each in SmallStore().events if each["id"] not in {"ev-0528", "ev-0529"}])
    again = answered(tmp_path, fewer, texts=texts)
    changed = json.loads((again.internal / "changes.json").read_text())["changes"]
    assert "question 2: figure 'notices.received (2026-08-12 to 2026-08-16 inclusive)' was '30', is '28'" in changed
    assert any(line.startswith("question 4: words changed (0 paragraphs before, 1 now)") for line in changed)
    assert "question 4: gap closed: description asked for in question 4" in changed
    assert not any(line.startswith("question 6") for line in changed)
    assert "## What changed against the build before" in (again.internal / "README.md").read_text()
    assert not any("changes" in path.name for path in again.bundle.rglob("*"))


def test_same_build_again_says_nothing_changed(tmp_path: Path) -> None:
    """Where nothing differs, the list is empty and the page says so."""
    first = answered(tmp_path)
    shutil.move(first.bundle, tmp_path / "before")
    again = answered(tmp_path)
    assert json.loads((again.internal / "changes.json").read_text())["changes"] == []
    assert "nothing: this build says what the last one said" in (again.internal / "README.md").read_text()


def test_unreviewed_phrases_are_told_to_the_signatory(tmp_path: Path) -> None:
    """As long as nobody reviewed the phrases, the internal file asks for a reader of that language; the bundle does not."""
    result = answered(tmp_path, request={"language": "fr"})
    assert "Nobody has reviewed the phrases of this answer (fr)" in (result.internal / "README.md").read_text()
    assert asked(tmp_path, language="fr").language == "fr"


def test_gap_names_whole_families(tmp_path: Path) -> None:
    """A gap over every type of a family says so in short, and an end just after the last record is that record's instant."""
    found = entry(answered(tmp_path, SmallStore(covered=False)), "1.a")["gaps"]
    assert [gap["what"] for gap in found] == [
        "records of availability.sampled, incident.*, livestream.*, statement.published: "
        "2026-08-12T15:00:00Z to 2026-08-13T02:40:00Z"
    ]
