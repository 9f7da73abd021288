"""What one check says: verdicts of rules, counts, findings, and what it never says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.assess.check import check
from compliance.assess.model import Assessment, Reason, Verdict
from compliance.clock import parse_instant
from compliance.errors import InputError
from compliance.project import Disposition, Project, Service
from tests.assess.cases import PROFILE, PROJECT, SERVICE, loaded, notice, receipt
from tests.assess.logs import covered, dataset

ALL = covered("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
EVENTS = [
    notice(1, "2026-07-01"),
    receipt(1, "2026-07-02T10:00:00Z"),
    notice(2, "2026-07-02"),
    receipt(2, "2026-07-03T10:00:01Z"),
    notice(3, "2026-07-30"),
]


def run(
    *coverage: Any, events: list[dict[str, Any]] | None = None, project: Project = PROJECT, **options: Any
) -> Assessment:
    """The rule of one day judged on a small log."""
    return check(dataset(EVENTS if events is None else events, *coverage), [loaded()], project, **options)


def verdicts(assessment: Assessment) -> dict[str, tuple[Verdict, Reason]]:
    """Verdict and reason of every finding."""
    return {finding.trigger: (finding.verdict, finding.reason) for finding in assessment.findings}


def test_a_receipt_on_the_limit_is_in_time_and_a_second_later_is_not() -> None:
    """The limit itself counts as on time; what is open at the end of the log is pending, not missed."""
    assessment = run(ALL)
    assert verdicts(assessment) == {
        "N2": (Verdict.OVER_TARGET, Reason.LATE),
        "N3": (Verdict.PENDING, Reason.OPEN),
    }
    assert assessment.rules[0].counts[Verdict.WITHIN_TARGET] == 1
    assert assessment.findings[0].delay_seconds == 1


def test_without_coverage_nothing_is_said_of_what_is_absent() -> None:
    """No source says that it is complete: a late receipt may have had an earlier one that was lost."""
    assessment = run()
    assert verdicts(assessment)["N2"] == (Verdict.UNDETERMINED, Reason.NO_COVERAGE)
    assert assessment.rules[0].verdict is Verdict.UNDETERMINED


def test_a_clean_log_without_coverage_is_undetermined_as_a_whole() -> None:
    """All seen notices were confirmed in time, but one that was not seen may not have been."""
    assessment = run(events=EVENTS[:2])
    assert assessment.rules[0].counts[Verdict.WITHIN_TARGET] == 1
    assert (assessment.rules[0].verdict, assessment.rules[0].reason) == (Verdict.UNDETERMINED, "no_coverage")


def test_nothing_to_judge_is_never_a_pass() -> None:
    """A period without notices gives no instances where the log is complete, and undetermined where it is not."""
    period = (date(2026, 1, 1), date(2026, 4, 1))
    assert run(ALL, period=period).rules[0].verdict is Verdict.NO_INSTANCES
    assert run(period=period).rules[0].verdict is Verdict.UNDETERMINED


def test_an_instance_belongs_to_the_period_of_its_trigger() -> None:
    """The period is counted in days of the service's zone: 23:30Z on 30 June is July in Dublin."""
    late_june = notice(9, "2026-06-30", time="2026-06-30T23:30:00Z")
    assessment = run(
        ALL,
        events=[late_june, notice(3, "2026-08-30")],
        period=(date(2026, 7, 1), date(2026, 10, 1)),
        as_of=parse_instant("2026-10-01T00:00:00Z"),
    )
    assert set(verdicts(assessment)) == {"N9", "N3"}


def test_a_rule_that_does_not_apply_says_which_fact_decides() -> None:
    """A service that does not host is outside the rule; one that has not said so is undetermined."""
    no = Project(service=SERVICE, profile=PROFILE.model_copy(update={"hosting": False, "online_platform": False}))
    unknown = Project(service=SERVICE)
    assert run(ALL, project=no).rules[0].verdict is Verdict.NOT_APPLICABLE
    assert "hosting" in run(ALL, project=no).rules[0].reason
    assert run(ALL, project=unknown).rules[0].verdict is Verdict.UNDETERMINED


def test_events_after_the_date_asked_for_do_not_exist() -> None:
    """As of 3 July 10:00:00 the second receipt had not come, and its limit had just run out."""
    assessment = run(ALL, as_of=parse_instant("2026-07-03T10:00:00Z"))
    assert verdicts(assessment) == {"N2": (Verdict.PENDING, Reason.OPEN)}


def test_other_services_in_the_log_are_left_out_and_named() -> None:
    """A log of two services is judged for the configured one, and the run says so."""
    assessment = run(ALL, events=[*EVENTS, notice(7, "2026-07-01", service="other")])
    assert "N7" not in verdicts(assessment)
    assert any("other" in warning for warning in assessment.warnings)


def test_a_finding_keeps_its_id_and_a_mark_never_hides_it() -> None:
    """The id depends on rule, service and trigger only; a disposition is shown beside the verdict."""
    first = run(ALL).findings[0]
    mark = Disposition(
        finding=first.id, disposition="risk_accepted", owner="head of operations", reason="one-off outage"
    )
    marked = run(ALL, project=PROJECT.model_copy(update={"dispositions": (mark,)})).findings[0]
    assert (marked.id, marked.verdict) == (first.id, first.verdict)
    assert marked.disposition is not None
    assert marked.disposition["state"] == "in_force"


def test_counts_are_exact_where_the_listing_is_short() -> None:
    """A short listing leaves findings out and says how many."""
    many = [notice(n, "2026-07-01") for n in range(20)]
    assessment = check(dataset(many, ALL), [loaded()], PROJECT, as_of=parse_instant("2026-08-01T00:00:00Z"), listing=5)
    assert assessment.rules[0].counts[Verdict.OVER_TARGET] == 20
    assert len(assessment.findings) == 5
    assert assessment.rules[0].omitted == 15


def test_many_late_ones_do_not_hide_what_was_never_done() -> None:
    """Each reason has a listing of its own, however early the others are."""
    late = [event for n in range(20) for event in (notice(n, "2026-07-01"), receipt(n, "2026-07-09T10:00:00Z"))]
    never = [notice(n, "2026-07-10") for n in range(20, 30)]
    as_of = parse_instant("2026-08-01T00:00:00Z")
    assessment = check(dataset([*late, *never], ALL), [loaded()], PROJECT, as_of=as_of, listing=5)
    listed = [finding.reason for finding in assessment.findings]
    assert (listed.count(Reason.LATE), listed.count(Reason.NEVER_DONE)) == (5, 5)
    assert assessment.rules[0].counts[Verdict.OVER_TARGET] == 30


def test_an_empty_log_without_a_date_is_an_error() -> None:
    """Nothing accepted and no date given: there is nothing to judge by."""
    with pytest.raises(InputError, match="CHK-EMPTY"):
        run(ALL, events=[])


def test_the_sql_of_a_rule_is_kept() -> None:
    """What was run can be read."""
    assert "notice.receipt_confirmed" in "".join(run(ALL).rules[0].sql)


def test_a_default_project_judges_the_one_service_there_is() -> None:
    """A reader without a configuration sees the events of the log's only service."""
    project = Project(service=Service(id="service"), profile=PROFILE)
    assert "N2" in verdicts(run(ALL, project=project))


def test_a_message_names_the_bound_whatever_its_parameter_is_called() -> None:
    """`{limit}` is the parameter that decides, and a share is said in percent."""
    bound = {"type": "ratio", "origin": "policy", "because": "Own mark.", "approved_by": "officer"}
    rule = loaded(
        klass="indicator",
        closed_when=None,
        parameters={"mark": {**bound, "values": [{"from": "2024-02-17", "value": 0.95}]}},
        for_each={"event": "availability.sampled"},
        expect={
            "threshold": {"metric": "min", "field": "share", "by": ["country"], "per": "day", "bound": {"ge": "$mark"}}
        },
        message="Reached in {value} of attempts in {subject}; the mark is {limit}.",
    )
    sample = {"id": "A1", "type": "availability.sampled", "time": "2026-07-01T10:00:00Z", "service": "s"}
    low = {**sample, "functionality": "notice_form", "country": "IE", "share": 0.9}
    assessment = check(dataset([low], ALL), [rule], PROJECT, as_of=parse_instant("2026-07-05T00:00:00Z"))
    assert assessment.findings[0].message == "Reached in 90.0% of attempts in IE; the mark is 95.0%."
