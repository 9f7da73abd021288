"""The demonstration: three jobs in one run, nothing half-made, and a last page that a person can act on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.answers import demonstration
from compliance.answers.demonstration import Demonstration, demonstrate, place_for
from compliance.answers.replay import replayed
from compliance.evidence.verify import verify_bundle


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What the run says while it works."""
    return []


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, said: list[str]) -> Demonstration:
    """One small run."""
    return demonstrate(tmp_path_factory.mktemp("demo") / "night", seed=5, scale=0.03, say=said.append)


def test_every_path_that_is_named_exists(run: Demonstration) -> None:
    """Report, bundles, internal files and assessment lie where the last page says."""
    assert [name for name, path in run.paths() if not path.exists()] == []
    assert {path.suffix for _, path in run.paths()} >= {".pdf", ".xlsx", ".html", ".json"}
    assert not (run.folder / demonstration.UNFINISHED).exists()


def test_what_was_planted_is_what_is_found(run: Demonstration, said: list[str]) -> None:
    """The check of the whole log agrees with the truth file, and the run says so."""
    assert run.folder.exists()
    assert any("what was planted is what is found" in line for line in said)


def test_both_bundles_verify(run: Demonstration) -> None:
    """The answers to both letters are intact, and their method run again on the events inside says the same."""
    for each in run.answered:
        assert replayed(verify_bundle(each.result.bundle), each.result.bundle).failures == ()


def test_the_letter_that_binds_nobody_gets_no_events(run: Demonstration) -> None:
    """The first letter is answered in aggregates; the decision on the same facts is answered with records."""
    letter, decision = run.answered
    assert not letter.request.binding
    assert letter.result.disclosed_events == 0
    assert not list((letter.result.bundle / "data").glob("events/*"))
    assert decision.request.binding
    assert decision.result.disclosed_events > 0


def test_the_officer_is_named_as_a_role(run: Demonstration, said: list[str]) -> None:
    """The run says that it confirmed the letters itself, in which role, and what the role added."""
    assert all(each.request.confirmed_by and each.request.confirmed_by.role == "demo officer" for each in run.answered)
    assert any("confirmed by the role 'demo officer', who named the livestream" in line for line in said)


def test_the_last_page_names_five_things_from_the_assessment(run: Demonstration) -> None:
    """Five numbered items, each the title of a rule that the assessment found missed; then the night, and what is unjudged."""
    lines = run.closing()
    text = "\n".join(lines)
    assert [line[:5] for line in lines if line.startswith(tuple(f"  {n}." for n in range(1, 10)))] == [
        f"  {n}. " for n in range(1, 6)
    ]
    assert run.material is not None
    titles = [rule.title for rule in run.material.now.rules]
    assert sum(title in " ".join(text.split()) for title in titles) >= 5
    assert "evidence: none" in text
    assert "WHAT NOBODY CAN JUDGE, AND WHY" in text


def test_marked_findings_keep_their_marks(run: Demonstration) -> None:
    """The officer's marks stand beside three findings of the assessment and hide none of them."""
    document = json.loads((run.folder / "check" / "assessment.json").read_text("utf-8"))
    marked = {finding["disposition"]["disposition"] for finding in document["findings"] if finding["disposition"]}
    assert marked == {"confirmed", "under_review", "risk_accepted"}


def test_a_second_run_gets_a_folder_of_its_own(run: Demonstration, tmp_path: Path) -> None:
    """A new or empty folder is used as it is; where something lies, the next free run-N inside it is."""
    assert place_for(tmp_path / "new") == tmp_path / "new"
    assert place_for(tmp_path) == tmp_path
    assert place_for(run.folder) == run.folder / "run-2"
    (tmp_path / "run-2").mkdir()
    assert place_for(tmp_path) == tmp_path / "run-3"


def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle removes what was made, and only that."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Demonstration, "ingest", interrupted)
    for folder in (tmp_path / "new", tmp_path / "there"):
        if folder.name == "there":
            folder.mkdir()
        with pytest.raises(KeyboardInterrupt):
            demonstrate(folder, seed=1, scale=0.03, say=lambda _: None)
    assert [entry.name for entry in tmp_path.iterdir()] == ["there"]
    assert list((tmp_path / "there").iterdir()) == []
