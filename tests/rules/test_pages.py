"""Pages of rules: one per rule, always the same shape, in step with the files."""

from __future__ import annotations

from pathlib import Path

from compliance.rules.loader import LoadedRule
from compliance.rules.pages import MADE, pages, write_pages

ROOT = Path(__file__).resolve().parents[2]


def test_the_pages_have_not_drifted(shipped: tuple[LoadedRule, ...]) -> None:
    """docs/rules holds exactly what `compliance rules docs` writes."""
    folder = ROOT / "docs" / "rules"
    assert {path.name: path.read_text("utf-8") for path in folder.glob("*.md")} == pages(shipped)


def test_every_page_has_the_same_shape(shipped: tuple[LoadedRule, ...]) -> None:
    """Law, judgement, consequence and examples stand on every page, in this order."""
    for name, text in pages(shipped).items():
        if name != "README.md":
            heads = [line for line in text.splitlines() if line.startswith("## ")]
            wanted = ["## What the law says", "## How it is judged", "## If it is not met", "## Examples"]
            assert [head for head in heads if head in wanted] == wanted


def test_limits_say_where_they_come_from(shipped: tuple[LoadedRule, ...]) -> None:
    """A reader sees which number is law and which is the service's own, with its dates."""
    found = pages(shipped)
    assert (
        "| limit | 2025-07-01 | 24 hours | the service's own (approved by: compliance-officer) |"
        in found["DSA-16.4-RECEIPT.md"]
    )
    assert "law (Article 20(1))" in found["DSA-20.1-WINDOW.md"]


def test_pages_of_rules_that_are_gone_go_too(tmp_path: Path, shipped: tuple[LoadedRule, ...]) -> None:
    """Writing again removes pages of rules that no longer exist, and nothing that a person wrote."""
    (tmp_path / "OLD.md").write_text(f"{MADE}# OLD\n", "utf-8")
    (tmp_path / "notes.md").write_text("mine\n", "utf-8")
    index = write_pages(shipped[:2], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["README.md", "notes.md", *(f"{one.rule.id}.md" for one in shipped[:2])]
    )
    assert index.read_text("utf-8").count("](") >= 2
