"""What is said of a disrupted livestream: facts and bounds, never a cause and never a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from compliance.answers.disruption import Disruption, disruptions, facts, open_questions
from compliance.assess.model import RuleResult, Verdict
from compliance.events.load import load_logs
from compliance.project import load_project
from compliance.synthetic.halcyon import generate, log_paths

QUARTER = (date(2026, 7, 1), date(2026, 10, 1))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Disruption, ...]:
    """The disruptions of a quarter that holds the night."""
    folder = generate(tmp_path_factory.mktemp("night"), seed=1, scale=0.03)
    wanted = [path for path in log_paths(folder) if path.name.startswith(("livestreams", "incidents", "heartbeats"))]
    dataset = load_logs(wanted, requirement=None, project=load_project(folder / "compliance.toml"))
    assert dataset.watermark is not None
    return disruptions(dataset, load_project(folder / "compliance.toml"), QUARTER, dataset.watermark)


def rule(name: str, *needs: str) -> RuleResult:
    """A rule's result that matters only by its name and the events it looks at."""
    return RuleResult(name, "K", 1, "t", "hard", "low", (), "", Verdict.COMPLIANT, "", {}, (), needs)


def test_the_night_is_the_only_disruption(found: tuple[Disruption, ...]) -> None:
    """Other livestreams and other incidents of the quarter are not mixed up with it."""
    assert [each.stream.stream_id for each in found] == ["LS-2026-08-13-001"]


def test_the_facts_hold_the_delays_and_the_claim(found: tuple[Disruption, ...]) -> None:
    """Start, first sound, speech and audience as logged; the cause as asserted, by whom, and on no evidence."""
    told = " ".join(facts(found[0]))
    assert "announced for 2026-08-13T00:00:00Z; first sound 35 minutes later; speech 42 minutes later" in told
    assert "by chief executive, public account; evidence: none" in told


def test_users_affected_are_a_bound_with_its_reason(found: tuple[Disruption, ...]) -> None:
    """The gap of one source is named, and nothing is said about whether the threshold was passed."""
    said = " ".join(open_questions(found[0], ()))
    assert "at least" in said
    assert "live-edge-2 has a declared gap from 2026-08-13T00:05:00Z to 2026-08-13T00:20:00Z" in said
    assert "cannot be said from this log" in said
    assert "2026-08-14T00:01:00Z" in said


def test_the_threshold_is_the_smaller_of_the_two(found: tuple[Disruption, ...]) -> None:
    """Five percent of a small user base comes before one million users."""
    assert "more than 1,000,000" in " ".join(open_questions(found[0], ()))
    assert "more than 50,000" in " ".join(open_questions(replace(found[0], user_base=1_000_000), ()))


def test_an_outage_engages_no_rule_unless_one_speaks_of_streams(found: tuple[Disruption, ...]) -> None:
    """The sentence about the Digital Services Act depends on the rules that ran."""
    assert "engages no rule" in open_questions(found[0], (rule("DSA-16.4-RECEIPT", "notice.received"),))[0]
    assert "engages no rule" not in open_questions(found[0], (rule("DSA-99.1-STREAM", "livestream.ended"),))[0]


def test_a_complete_record_leaves_nothing_open(found: tuple[Disruption, ...]) -> None:
    """Without a gap the number is no bound, so no clock is made conditional on it."""
    assert len(open_questions(replace(found[0], hidden=()), ())) == 1
