"""Forms of an assessment for terminals and tools."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from compliance.assess.comparison import new_only
from compliance.assess.contract import from_json
from compliance.assess.model import Assessment, Verdict
from compliance.assess.outcome_code import failing, unevidenced
from compliance.assess.render import FORMATS
from compliance.assess.render.records import plain_cell
from compliance.assess.render.table import span
from compliance.errors import InputError
from compliance.patterns.verdict import reason_words
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


def test_rules_that_say_the_same_stand_together_once() -> None:
    """Many rules without a record give one line with their number and reason in words, then their ids; one alone a line of its own."""
    seen = run()
    silent = replace(seen.rules[0], verdict=Verdict.UNDETERMINED, reason="no_coverage", counts={})
    other = replace(silent, id="TEST-3", verdict=Verdict.NOT_APPLICABLE, reason="the service is not a search engine")
    text = FORMATS["table"](
        replace(seen, rules=(silent, replace(silent, id="TEST-2"), other, replace(other, id="TEST-4")), findings=())
    )
    lines = [line.split(maxsplit=1) for line in text.splitlines()]
    assert ["undetermined", f"2 rules: cannot be judged: {reason_words('no_coverage')}"] in lines
    assert f"{silent.id}, TEST-2" in [line.strip() for line in text.splitlines()]
    assert [line for line in text.splitlines() if "search engine" in line] == [
        "not applicable       2 rules: the service is not a search engine"
    ]
    alone = FORMATS["table"](replace(seen, rules=(silent,), findings=()))
    assert f"{silent.id}  cannot be judged: {reason_words('no_coverage')}" in alone


def test_a_period_is_said_to_the_second(assessment: Assessment) -> None:
    """A period that ends a microsecond after the last event does not show that microsecond to a reader."""
    shown = replace(assessment, period=("2026-07-01T09:00:00Z", "2026-08-01T00:00:00.000001Z"))
    assert span(shown) == "2026-07-01T09:00:00Z to 2026-08-01T00:00:00Z"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[1]", b'{"format": "assessment/0"}', b"PK\x03\x04"])
def test_an_earlier_run_that_is_none_is_refused(content: bytes) -> None:
    """Bytes that are no text, no JSON or no assessment are named as such, with what to give instead."""
    with pytest.raises(InputError) as caught:
        from_json(content, "earlier.json")
    assert caught.value.code == "ASM-INVALID"
    assert "--format json" in (caught.value.hint or "")


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
