"""Page one: the matters that count, in order, in plain words."""

from __future__ import annotations

import dataclasses

from compliance.assess.model import Reason, TypeCoverage, Verdict
from compliance.reports.compare import changes
from compliance.reports.content import Front, Table
from compliance.reports.front import front
from compliance.reports.material import Material
from compliance.reports.quarterly import build_quarterly
from compliance.reports.wording import cell_words
from tests.reports.quarter import assessment, finding, made, rule


def page(material: Material) -> Front:
    """Page one of a material."""
    return front(material, changes(material.now, material.before, material.earlier))


def lines(table: Table) -> list[list[str]]:
    """A table as its words, with ordinary blanks."""
    return [
        [cell_words(cell, column.kind).replace("\u00a0", " ") for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]


def test_the_five_most_severe_matters_lead() -> None:
    """Severity comes before number, and only five rules stand on page one."""
    rules = [
        rule(f"DSA-{n}-X", severity=level, title=f"Rule {n}", non_compliant=n)
        for n, level in ((90, "low"), (1, "critical"), (5, "high"), (7, "high"), (50, "medium"), (60, "medium"))
    ]
    matters = page(made(assessment(rules))).matters
    assert [line[0] for line in lines(matters)] == ["Rule 1", "Rule 7", "Rule 5", "Rule 60", "Rule 50"]
    assert "1 more" in matters.note


def test_a_headline_is_n_of_m_with_its_trend_and_owner() -> None:
    """The line gives N of M, the rate, how it stood before, who owns it and until when."""
    marked = finding(1, disposition={"disposition": "confirmed", "owner": "head of notices", "until": "2026-11-15"})
    now = assessment([rule(non_compliant=3, compliant=97)], [marked])
    line = lines(page(made(now, assessment([rule(non_compliant=1, compliant=99)], period="2026-Q2"))).matters)[0]
    assert line == [
        "Every notice is decided",
        "high",
        "3 of 100 (3.0 %)",
        "▲ up from 1 of 100 (1.0 %)",
        "head of notices",
        "2026-11-15",
    ]


def test_nothing_missed_is_not_called_lawful() -> None:
    """An empty list of matters says what it does not prove."""
    made_front = page(made(assessment([rule(compliant=5)])))
    assert not made_front.matters.rows
    assert "not the same as lawful" in made_front.matters.empty


def test_deadlines_look_ninety_days_ahead() -> None:
    """Running limits are counted with their first due; what falls later is left out; letters stand beside."""
    running = [
        finding(n, verdict=Verdict.PENDING, reason=Reason.OPEN, due=due)
        for n, due in ((1, "2026-10-03T10:00:00Z"), (2, "2026-10-02T10:00:00Z"), (3, "2027-05-01T10:00:00Z"))
    ]
    shown = lines(page(made(assessment([rule(pending=3)], running))).deadlines)
    assert shown[0] == ["2026-10-02", "2 open: Every notice is decided", "head of notices"]
    assert shown[1][0] == "2026-10-08"
    assert "AR-1" in shown[1][1]


def test_what_cannot_be_judged_names_the_log_that_would_settle_it() -> None:
    """A gap in coverage names the kind of record; a missing attestation names the signature."""
    gap = rule(undetermined=4, needs=("notice.received", "notice.decided"))
    now = assessment([gap], [finding(1, verdict=Verdict.UNDETERMINED, reason=Reason.NO_COVERAGE)])
    now = dataclasses.replace(now, coverage=(*now.coverage, TypeCoverage("notice.decided", (), (), declared=False)))
    line = lines(page(made(now)).unjudged)[0]
    assert line[1] == "4 of 4 (100.0 %)"
    assert "notice.decided" in line[3]


def test_a_rule_of_which_no_record_is_in_doubt_is_in_doubt_as_a_whole() -> None:
    """Where a refused line may hold a missing event, no count of records is shown: none of those seen is unjudged."""
    doubted = dataclasses.replace(rule(compliant=190), verdict=Verdict.UNDETERMINED, reason=Reason.REJECTED_LINE)
    assert lines(page(made(assessment([doubted]))).unjudged)[0][1] == "the rule as a whole"


def test_it_is_a_draft_until_every_role_has_signed() -> None:
    """One signature is not enough."""
    material = made(assessment([rule(compliant=1)]))
    roles = material.layout.signatures
    assert build_quarterly(material).draft
    assert build_quarterly(dataclasses.replace(material, signed_off=roles[:1])).draft
    assert not build_quarterly(dataclasses.replace(material, signed_off=roles)).draft


def test_a_moved_number_is_announced_on_page_one() -> None:
    """Restated stands on page one, with the rules."""
    earlier = {"results": [{"rule": "DSA-16.6-DECIDE", "revision": 1, "missed": 7, "population": 100}]}
    before = assessment([rule(non_compliant=10, compliant=90)], period="2026-Q2")
    remarks = page(made(assessment([rule(non_compliant=1, compliant=9)]), before, earlier=earlier)).remarks
    assert any(remark.startswith("RESTATED") and "DSA-16.6-DECIDE" in remark for remark in remarks)


def test_nobody_says_breach() -> None:
    """The word is for people, after they confirm."""
    report = build_quarterly(made(assessment([rule(non_compliant=3, compliant=9)], [finding(1)])))
    assert "breach" not in repr(report).lower()
