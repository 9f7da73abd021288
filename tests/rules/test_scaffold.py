"""A new rule file is complete but for what its author must write, and is never written over another."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.assess.ruletest import run_rule_tests
from compliance.rules.lint import lint
from compliance.rules.loader import LoadedRule, load_rules
from compliance.rules.model import Expect
from compliance.rules.scaffold import SAMPLES, sample_of, write_scaffold
from compliance.rules.schema import rule_schema_text
from compliance.rules.soundness import FILL
from tests.conftest import Run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("pattern", SAMPLES)
def test_a_new_rule_lacks_only_words(pattern: str, tmp_path: Path, shipped: tuple[LoadedRule, ...]) -> None:
    """Every fault of a new file is a text to write; once they are written it loads, and its tests pass."""
    sample = sample_of({one.rule.id: one for one in shipped}, pattern, None)
    assert sample.rule.expect.pattern == pattern
    path = write_scaffold(f"DSA-16.6-{pattern[:5].upper()}", sample, tmp_path)
    assert {note.code for note in lint([path]).notes if note.level == "fault"} == {"RUL-UNFILLED"}
    path.write_text(path.read_text("utf-8").replace(FILL, "Written -"), "utf-8")
    (one,) = load_rules([path])
    assert [f"{result.name}: {result.problems}" for result in run_rule_tests([one]) if not result.passed] == []
    assert (one.rule.revision, one.rule.status, one.rule.legal[0].provision) == (1, "draft", "Article 16(6)")


def test_every_pattern_has_a_sample() -> None:
    """A new rule can start from any of the patterns."""
    assert set(SAMPLES) == set(Expect.model_fields)


@pytest.mark.parametrize("name", ["TCO-3.3-QUICK", "NIS2-23.4a-QUICK", "DSA-27.1-PARTS", "OURS-1-CONFIRM"])
def test_the_provision_comes_from_the_register(name: str, tmp_path: Path, shipped: tuple[LoadedRule, ...]) -> None:
    """Act, article, dates and services are those of the register's row and of the part of the law it stands in."""
    sample = sample_of({one.rule.id: one for one in shipped}, "response", None)
    path = write_scaffold(name, sample, tmp_path)
    path.write_text(path.read_text("utf-8").replace(FILL, "Written -"), "utf-8")
    (one,) = load_rules([path])
    assert one.rule.id == name
    if name != "OURS-1-CONFIRM":
        assert [row.replace(".a", "a") for row in one.rule.obligations] == [name.rpartition("-")[0]]
    assert all(result.passed for result in run_rule_tests([one]))


def test_editors_find_the_schema_beside_a_new_rule(tmp_path: Path, run: Run) -> None:
    """In a folder of one's own the schema is written beside the rule, and the first line leads to it."""
    ran = run("rules", "new", "OURS-1-CONFIRM", "--into", "pack")
    assert ran.code == 0
    text = Path(ran.out.strip()).read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=rule.schema.json\n")
    assert (tmp_path / "pack" / "rule.schema.json").read_text("utf-8") == rule_schema_text()


def test_nothing_is_written_over(run: Run) -> None:
    """A file that is there, and an id that ships, are refused; a mistyped id, pattern or sample gives a hint."""
    assert run("rules", "new", "OURS-1-CONFIRM").code == 0
    before = Path("OURS-1-CONFIRM.yaml").read_text("utf-8")
    assert run("rules", "new", "OURS-1-CONFIRM").code == 2
    assert Path("OURS-1-CONFIRM.yaml").read_text("utf-8") == before
    assert "ships already" in run("rules", "new", "DSA-16.4-RECEIPT").err
    assert "DSA-16.4-RECEIPT" in run("rules", "new", "receipt").err
    assert "response" in run("rules", "new", "OURS-2-CONFIRM", "--pattern", "reply").err
    assert "DSA-16.4-RECEIPT" in run("rules", "new", "OURS-2-CONFIRM", "--like", "DSA-16.4-RECIEPT").err
