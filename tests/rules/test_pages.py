"""Pages of rules: one per rule, always the same shape, in step with the files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compliance.rules.loader import LoadedRule, load_rules
from compliance.rules.pages import MADE, articles_of, page, pages, write_pages
from tests.rules.conftest import Changed

ROOT = Path(__file__).resolve().parents[2]


def test_the_pages_have_not_drifted(shipped: tuple[LoadedRule, ...]) -> None:
    """docs/rules holds exactly what `compliance rules docs` writes."""
    folder = ROOT / "docs" / "rules"
    assert {path.name: path.read_text("utf-8") for path in folder.glob("*.md")} == pages(shipped)


def test_every_page_has_the_same_shape(shipped: tuple[LoadedRule, ...]) -> None:
    """Law, judgement, consequence, examples and history stand on every page, in this order."""
    for name, text in pages(shipped).items():
        if name != "README.md":
            heads = [line for line in text.splitlines() if line.startswith("## ")]
            wanted = ["## What the law says", "## How it is judged", "## If it is not met", "## Examples", "## History"]
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


def test_a_page_shows_a_log_that_meets_the_rule_and_one_that_does_not(shipped: tuple[LoadedRule, ...]) -> None:
    """Each rule that can be missed is shown met and not met, with the lines of the log."""
    for one in shipped:
        text, verdicts = page(one.rule), {verdict for test in one.rule.tests for verdict in test.expect.values()}
        assert ("**It is met**" in text) == bool(verdicts & {"compliant", "within_target", "attested"})
        missed = {"non_compliant", "over_target", "not_attested", "attestation_expired"}
        assert ("**It is not met**" in text) == bool(verdicts & missed)


def test_the_index_lists_every_rule_under_its_articles(shipped: tuple[LoadedRule, ...]) -> None:
    """Below the list of rules, each act has its articles in order, each with the rules that rest on it."""
    index = pages(shipped)["README.md"].partition("## By article")[2]
    assert all(f"[{one.rule.id}]({one.rule.id}.md)" in index for one in shipped)
    dsa = index.partition("### Regulation (EU) 2022/2065\n")[2].partition("###")[0]
    numbers = [int(line.split("|")[1]) for line in dsa.splitlines() if re.match(r"\| \d+ \|", line)]
    assert numbers == sorted(numbers)
    assert {16, 17, 20, 24} <= set(numbers)


@pytest.mark.parametrize(
    ("provision", "articles"),
    [
        ("Article 16(4)", ("16",)),
        ("Article 11(1) to (3)", ("11",)),
        ("Articles 3(2), 3(3) and 13(a), (b)", ("3", "13")),
        ("Article 15(1) of Delegated Regulation (EU) 2025/2050", ("15",)),
        ("Article 40(4), (8) and 41", ("40", "41")),
        ("Annex I, Part 3", ("Annex I, Part 3",)),
    ],
)
def test_articles_are_read_from_a_provision(provision: str, articles: tuple[str, ...]) -> None:
    """Paragraphs, points and other acts are no articles."""
    assert articles_of(provision) == articles


def test_history_says_what_each_revision_changed(changed: Changed) -> None:
    """Later revisions stand first, with their day and what they changed."""
    path = changed(
        "revision: 1",
        "revision: 3\nhistory:\n  - { revision: 2, day: 2025-01-10, change: Shorter limit. }\n"
        "  - { revision: 3, day: 2025-06-20, change: A sender may withdraw. }",
    )
    (one,) = load_rules([path])
    history = page(one.rule).partition("## History\n\n")[2]
    assert history.splitlines() == [
        "- Revision 3, 2025-06-20: A sender may withdraw.",
        "- Revision 2, 2025-01-10: Shorter limit.",
        "- Revision 1: first edition.",
    ]
