"""The small example: what its page says is planted is what a check finds."""

from __future__ import annotations

from compliance.assess.check import check, requirement_of
from compliance.assess.model import Assessment
from compliance.events.load import load_logs
from compliance.project import load_project
from compliance.resources import data_dir
from compliance.rules.loader import load_rules

FOLDER = data_dir("examples") / "first-look"
MISSED = {"non_compliant", "over_target"}
PLANTED = {
    ("DSA-16.4-RECEIPT", "N-3"),
    ("DSA-16.6-DECIDE", "N-4"),
    ("DSA-17.2-TIMING", "R-2"),
    ("DSA-17.3-CONTENT", "S-3"),
    ("DSA-24.5-SUBMIT", "S-3"),
    ("DSA-24.5-RECON", "S-3"),
    ("DSA-20.6-HUMAN", "Q-2"),
    ("DSA-26.1-DISCLOSE", "AD-1"),
}


def assessed() -> Assessment:
    """The example's log, judged by the shipped rules."""
    rules, project = load_rules(), load_project(FOLDER / "compliance.toml")
    dataset = load_logs([FOLDER / "log.ndjson"], requirement=requirement_of(rules), project=project)
    assert not any(counts.rejected or counts.duplicates for counts in dataset.files)
    return check(dataset, rules, project)


def test_what_the_page_names_is_found() -> None:
    """What the page says is planted is missed, each at its case, and no record fails any other rule."""
    findings, rules = assessed().findings, {rule for rule, _ in PLANTED}
    assert {(f.rule, f.case) for f in findings if f.rule in rules and str(f.verdict) in MISSED} == PLANTED
    assert [f for f in findings if f.rule not in rules and str(f.verdict) == "non_compliant"] == []


def test_an_open_notice_is_no_breach() -> None:
    """The notice whose week has not run out is pending."""
    pending = {(f.rule, f.case) for f in assessed().findings if str(f.verdict) == "pending"}
    assert ("DSA-16.6-DECIDE", "N-5") in pending


def test_the_example_is_small_enough_to_read() -> None:
    """Some sixty events, and a letter beside them that is marked as synthetic."""
    assert 50 <= len((FOLDER / "log.ndjson").read_text("utf-8").splitlines()) <= 70
    assert "SYNTHETIC" in (FOLDER / "letter.txt").read_text("utf-8")
