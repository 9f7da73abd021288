"""Forms of an assessment for terminals and tools."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from compliance.assess.comparison import new_only
from compliance.assess.model import Assessment
from compliance.assess.outcome_code import failing, unevidenced
from compliance.assess.render import FORMATS
from compliance.assess.render.records import plain_cell
from tests.assess.test_check import ALL, run


@pytest.fixture
def assessment() -> Assessment:
    """A small assessment with coverage."""
    return run(ALL)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_names_the_rule_and_is_the_same_twice(assessment: Assessment, name: str) -> None:
    """Each form carries the rule and has the same bytes for the same assessment."""
    text = FORMATS[name](assessment)
    assert "TEST-16.4-RECEIPT" in text
    assert FORMATS[name](run(ALL)) == text


def test_sarif_points_at_a_result_per_finding(assessment: Assessment) -> None:
    """Results carry the stable id; what is open is no failure."""
    results = json.loads(FORMATS["sarif"](assessment))["runs"][0]["results"]
    assert [r["kind"] for r in results] == ["fail", "open"]
    assert [r["partialFingerprints"]["finding/v1"] for r in results] == [f.id for f in assessment.findings]


def test_junit_fails_the_rule_that_was_missed(assessment: Assessment) -> None:
    """A rule is a test case."""
    suite = ET.fromstring(FORMATS["junit"](assessment))  # noqa: S314 - our own text
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")


def test_csv_holds_a_row_per_finding_and_no_formula(assessment: Assessment) -> None:
    """Text that a spreadsheet would run gets an apostrophe in front."""
    hostile = replace(assessment, findings=(replace(assessment.findings[0], case="=1+1"),))
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](hostile))))
    assert rows[0]["case"] == "'=1+1"
    assert plain_cell("plain") == "plain"


def test_the_table_never_says_compliant_of_a_rule_without_evidence() -> None:
    """Without coverage the word is undetermined."""
    text = FORMATS["table"](run())
    assert "undetermined" in text
    assert "\ncompliant" not in text


def test_only_new_findings_are_listed_against_an_earlier_run(assessment: Assessment) -> None:
    """Known findings are left out by id and verdict, with a note; counts stay."""
    earlier = replace(assessment, findings=assessment.findings[:1])
    fresh = new_only(assessment, earlier)
    assert [f.id for f in fresh.findings] == [f.id for f in assessment.findings[1:]]
    assert fresh.rules == assessment.rules
    assert "1 finding" in fresh.warnings[-1]


def test_a_severity_floor_decides_what_fails(assessment: Assessment) -> None:
    """A medium rule fails at `low` and passes at `critical`."""
    assert failing(assessment, "low")
    assert not failing(assessment, "critical")


def test_a_required_rule_without_evidence_is_named() -> None:
    """Required evidence that is lacking is reported, other rules only on demand."""
    blind = run()
    assert unevidenced(blind, ["TEST-16.4-RECEIPT"], every=False)
    assert not unevidenced(blind, [], every=False)
    assert unevidenced(blind, [], every=True)
