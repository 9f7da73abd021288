"""Figures: exact numbers over small logs, and what coverage lets them say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from compliance.assess.figures import Holding, compute, definitions, figure, requirement_of_figures
from compliance.assess.figures.definition import read_definitions
from compliance.clock import parse_instant
from compliance.errors import InputError, UsageError
from compliance.events.dataset import Hole
from compliance.project import Project, default_project
from tests.assess.logs import covered, dataset

QUARTER = (date(2026, 7, 1), date(2026, 10, 1))
ALL = covered("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
LATER = parse_instant("2026-11-01T00:00:00Z")
PROJECT = default_project()
HOUR = 3_600_000_000


def notice(number: int, time: str, **fields: object) -> dict[str, object]:
    """A notice with its number and time."""
    return {"type": "notice.received", "time": time, "notice_id": f"n{number}", **fields}


def decided(number: int, time: str) -> dict[str, object]:
    """A decision on a notice."""
    return {"type": "notice.decided", "time": time, "notice_id": f"n{number}"}


def test_a_count_is_exact_inside_the_period_only() -> None:
    """Events on the first instant count, events on the first instant after the period do not."""
    log = dataset(
        [
            notice(1, "2026-07-01T00:00:00Z"),
            notice(2, "2026-10-01T00:00:00Z"),
            notice(3, "2026-06-30T23:59:59.999999Z"),
        ],
        ALL,
    )
    measure = figure(log, PROJECT, "notices.received", QUARTER, as_of=LATER).measure
    assert (measure.value, measure.holding) == (1, Holding.COMPLETE)


def test_days_are_those_of_the_service() -> None:
    """A notice at 23:30 UTC belongs to the next day where the service's zone is an hour ahead."""
    project = Project.model_validate({"service": {"id": "service", "zone": "Europe/Dublin"}})
    log = dataset([notice(1, "2026-06-30T23:30:00Z")], ALL)
    assert figure(log, project, "notices.received", QUARTER, as_of=LATER).measure.value == 1
    assert figure(log, PROJECT, "notices.received", QUARTER, as_of=LATER).measure.value == 0


def test_nil_and_not_held_are_told_apart() -> None:
    """Where the log is complete nothing seen is 0; where no log speaks it is not held; in part it is a lower bound."""
    partly = covered("2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z", "notice.received")
    for statements, value, holding in (
        ((ALL,), 0, Holding.COMPLETE),
        ((), None, Holding.NOT_HELD),
        ((partly,), 0, Holding.PARTIAL),
    ):
        measure = figure(dataset([], *statements), PROJECT, "notices.received", QUARTER, as_of=LATER).measure
        assert (measure.value, measure.holding) == (value, holding)


def test_events_outside_coverage_are_a_lower_bound() -> None:
    """What was seen is counted even where nobody says that the log is complete."""
    made = figure(dataset([notice(1, "2026-07-05T00:00:00Z")]), PROJECT, "notices.received", QUARTER, as_of=LATER)
    assert (made.measure.value, made.measure.holding) == (1, Holding.PARTIAL)
    assert "notice.received" in made.note


def test_months_carry_their_own_coverage() -> None:
    """A month without coverage is not held while a covered month without events is nil."""
    log = dataset([notice(1, "2026-07-05T00:00:00Z")], covered("2026-07-01T00:00:00Z", "2026-09-01T00:00:00Z"))
    rows = figure(log, PROJECT, "notices.received", QUARTER, by="month", as_of=LATER).by("month").rows
    assert [(row.key, row.measure.value, row.measure.holding) for row in rows] == [
        ("2026-07", 1, Holding.COMPLETE),
        ("2026-08", 0, Holding.COMPLETE),
        ("2026-09", None, Holding.NOT_HELD),
    ]


def test_a_refused_line_makes_the_count_a_lower_bound() -> None:
    """A rejected line of the type and time may have been one more."""
    at = parse_instant("2026-08-01T00:00:00Z")
    hole = Hole("notice.received", None, at, at, "log.ndjson", 3, "REJ")
    made = figure(dataset([], ALL, holes=(hole,)), PROJECT, "notices.received", QUARTER, as_of=LATER)
    assert made.measure.holding is Holding.PARTIAL


def test_times_take_the_first_answer_and_count_the_open() -> None:
    """Median, p90 and maximum are of completed cases; earlier answers and events after as_of do not exist."""
    log = dataset(
        [notice(n, "2026-07-01T00:00:00Z") for n in range(1, 5)]
        + [
            decided(1, "2026-06-30T00:00:00Z"),
            decided(1, "2026-07-01T01:00:00Z"),
            decided(1, "2026-07-01T09:00:00Z"),
            decided(2, "2026-07-01T02:00:00Z"),
            decided(3, "2026-07-01T10:00:00Z"),
            decided(4, "2026-12-01T00:00:00Z"),
        ],
        ALL,
    )
    times = figure(log, PROJECT, "notices.decision_time", QUARTER, as_of=LATER).measure.times
    assert times is not None
    assert (times.n, times.open, times.total) == (3, 1, 13 * HOUR)
    assert (times.median, times.p90, times.maximum) == (2 * HOUR, 10 * HOUR, 10 * HOUR)
    assert dict(times.buckets) == {
        "up to 1 hour": 1,
        "1 to 6 hours": 1,
        "6 to 24 hours": 1,
        "24 to 48 hours": 0,
        "2 to 7 days": 0,
        "7 to 14 days": 0,
        "over 14 days": 0,
    }


@pytest.mark.parametrize(
    ("hours", "median", "p90"),
    [((1,), 1, 1), ((1, 2), 1.5, 2), (tuple(range(1, 11)), 5.5, 9), (tuple(range(1, 12)), 6, 10)],
)
def test_quantiles_are_those_defined(hours: tuple[int, ...], median: float, p90: int) -> None:
    """An even median is the mean of the middle two; the 90th percentile is the nearest rank."""
    log = dataset(
        [notice(n, "2026-07-01T00:00:00Z") for n in hours] + [decided(n, f"2026-07-01T{n:02}:00:00Z") for n in hours],
        ALL,
    )
    times = figure(log, PROJECT, "notices.decision_time", QUARTER, as_of=LATER).measure.times
    assert times is not None
    assert (times.median, times.p90) == (median * HOUR, p90 * HOUR)


def test_groups_add_up_and_the_unstated_is_shown() -> None:
    """A record without the field stands in a group of its own."""
    log = dataset(
        [
            notice(1, "2026-07-01T00:00:00Z", category="A"),
            notice(2, "2026-07-01T00:00:00Z", category="A"),
            notice(3, "2026-07-02T00:00:00Z"),
        ],
        ALL,
    )
    made = figure(log, PROJECT, "notices.received", QUARTER, by=["category", "day"], as_of=LATER)
    assert {row.key: row.measure.value for row in made.by("category").rows} == {"A": 2, "": 1}
    assert sum(row.measure.value or 0 for row in made.by("day").rows) == made.measure.value == 3


def test_a_condition_narrows_a_figure() -> None:
    """The condition language is that of the rules; values are bound, never pasted."""
    log = dataset([notice(1, "2026-07-01T00:00:00Z", category="A' OR 1=1 --"), notice(2, "2026-07-01T00:00:00Z")], ALL)

    def counted(where: dict[str, object]) -> int | None:
        return figure(log, PROJECT, "notices.received", QUARTER, where=where, as_of=LATER).measure.value

    assert counted({"category": {"eq": "A' OR 1=1 --"}}) == 1
    assert counted({"category": {"ne": "A' OR 1=1 --"}}) == 1
    assert counted({"category": {"present": False}}) == 1
    assert counted({"not": {"notice_id": {"in": ["n1", "n2"]}}}) == 0


def test_a_long_list_narrows_a_figure() -> None:
    """Thousands of cases can be named; what a figure shows has marks, with the values beside."""
    log = dataset([notice(number, "2026-07-01T00:00:00Z") for number in (1, 7, 9000)], ALL)
    where = {"notice_id": {"in": [f"n{number}" for number in range(5000)]}}
    made = figure(log, PROJECT, "notices.received", QUARTER, where=where, as_of=LATER)
    assert made.measure.value == 2
    assert made.query.count("?") == len(made.parameters) == 4 + 5000
    assert made.parameters[0] == "notice.received"
    assert log.con.execute(made.query, list(made.parameters)).fetchall() == [(None, 2, None)]


def test_a_figure_has_no_parameters() -> None:
    """What only a rule can say is refused in words."""
    with pytest.raises(UsageError, match="no parameters"):
        figure(dataset([], ALL), PROJECT, "notices.received", QUARTER, where={"category": {"eq": "$x"}})


def test_a_case_of_thousands_is_timed() -> None:
    """Each of many records of one case ends with the first answer at or after it, at the cost of a sort."""
    at = "2026-07-01T{:02}:{:02}:00Z".format
    log = dataset(
        [{**notice(1, at(n // 60, n % 60)), "id": f"a{n}"} for n in range(1200)]
        + [{**decided(1, at(n // 60, n % 60)), "id": f"d{n}"} for n in range(600)]
        + [{"type": "notice.received", "time": at(0, 0), "id": "none"}],
        ALL,
    )
    times = figure(log, PROJECT, "notices.decision_time", QUARTER, as_of=LATER).measure.times
    assert times is not None
    assert (times.n, times.open, times.total, times.maximum) == (600, 601, 0, 0)


def test_reconciliation_counts_both_sides() -> None:
    """Sent, accepted, missing, extra and differing statements are each counted."""
    log = dataset(
        [
            {
                "type": "sor.sent",
                "time": "2026-07-01T00:00:00Z",
                "puid": "a",
                "ground": "illegal_content",
                "category": "X",
            },
            {
                "type": "sor.sent",
                "time": "2026-07-01T00:00:00Z",
                "puid": "b",
                "ground": "illegal_content",
                "category": "X",
            },
            {
                "type": "sor.sent",
                "time": "2026-07-01T00:00:00Z",
                "puid": "c",
                "ground": "illegal_content",
                "category": "X",
            },
            {
                "type": "sor.tdb_accepted",
                "time": "2026-07-02T00:00:00Z",
                "puid": "a",
                "ground": "illegal_content",
                "category": "X",
            },
            {
                "type": "sor.tdb_accepted",
                "time": "2026-07-02T00:00:00Z",
                "puid": "b",
                "ground": "illegal_content",
                "category": "Y",
            },
            {
                "type": "sor.tdb_accepted",
                "time": "2026-07-02T00:00:00Z",
                "puid": "z",
                "ground": "illegal_content",
                "category": "X",
            },
        ],
        ALL,
    )
    found = {made.id: made.measure.value for made in compute(log, PROJECT, QUARTER, LATER).figures}
    assert [found[f"tdb.{name}"] for name in ("sent", "accepted", "missing", "extra", "differing")] == [3, 2, 1, 1, 1]


def test_overlap_of_a_livestream_and_an_outage() -> None:
    """The overlap is the time for which both ran; an incident elsewhere in time adds nothing."""
    log = dataset(
        [
            {
                "type": "livestream.scheduled",
                "time": "2026-08-01T00:00:00Z",
                "stream_id": "s",
                "scheduled_at": "2026-08-12T19:00:00Z",
            },
            {"type": "livestream.ended", "time": "2026-08-12T21:00:00Z", "stream_id": "s"},
            {"type": "incident.detected", "time": "2026-08-12T18:30:00Z", "incident_id": "i"},
            {"type": "incident.resolved", "time": "2026-08-12T19:42:00Z", "incident_id": "i"},
            {"type": "incident.detected", "time": "2026-08-13T18:30:00Z", "incident_id": "j"},
            {"type": "incident.resolved", "time": "2026-08-13T19:42:00Z", "incident_id": "j"},
        ],
        ALL,
    )
    measure = figure(log, PROJECT, "outages.overlap", QUARTER, as_of=LATER).measure
    assert (measure.value, measure.of) == (42 * 60_000_000, 1)


def test_ratios_keep_their_denominator() -> None:
    """Accuracy is a count of a count, added up as integers."""
    log = dataset(
        [
            {
                "type": "qa.sample_labelled",
                "time": "2026-07-01T00:00:00Z",
                "system_id": system,
                "true_positive": 7,
                "true_negative": 1,
                "false_positive": 1,
                "false_negative": 1,
            }
            for system in ("a", "b")
        ],
        ALL,
    )
    made = figure(log, PROJECT, "automation.accuracy", QUARTER, by="system_id", as_of=LATER)
    assert (made.measure.value, made.measure.of) == (16, 20)
    assert [(row.key, row.measure.value, row.measure.of) for row in made.by("system_id").rows] == [
        ("a", 8, 10),
        ("b", 8, 10),
    ]


def test_a_field_the_source_does_not_record_is_not_held() -> None:
    """What is not captured is unknown, not empty."""
    captures = {"notice.received": frozenset({"notice_id"})}
    log = dataset([notice(1, "2026-07-01T00:00:00Z")], ALL, captures=captures)
    assert figure(log, PROJECT, "notices.trusted_flaggers", QUARTER, as_of=LATER).measure.holding is Holding.NOT_HELD
    assert figure(log, PROJECT, "notices.received", QUARTER, as_of=LATER).measure.value == 1


def test_other_services_are_left_out() -> None:
    """Where the log holds several services only the one that the project names is counted."""
    project = Project.model_validate({"service": {"id": "mine"}})
    log = dataset(
        [notice(1, "2026-07-01T00:00:00Z", service="mine"), notice(2, "2026-07-01T00:00:00Z", service="other")], ALL
    )
    assert figure(log, project, "notices.received", QUARTER, as_of=LATER).measure.value == 1


def test_every_definition_can_be_computed_and_written() -> None:
    """All shipped figures run on an empty log and become JSON with a definition, a population and a provision each."""
    found = compute(dataset([], ALL), PROJECT, QUARTER, LATER)
    document = json.loads(json.dumps(found.to_dict()))
    assert len(document["figures"]) == len(definitions()) > 40
    assert all(
        entry["definition"] and entry["population"] and entry["provision"] and entry["query"]
        for entry in document["figures"]
    )
    assert "notice.received" in requirement_of_figures().types


def test_unknown_figures_and_dimensions_are_refused() -> None:
    """A wrong id, dimension or condition gets its code."""
    log = dataset([], ALL)
    with pytest.raises(InputError, match="FIG-UNKNOWN"):
        figure(log, PROJECT, "notices.nonsense", QUARTER)
    with pytest.raises(UsageError, match="FIG-BY"):
        figure(log, PROJECT, "notices.received", QUARTER, by='x"; DROP TABLE ev')
    with pytest.raises(UsageError, match="FIG-WHERE"):
        figure(log, PROJECT, "notices.received", QUARTER, where={"nope": {"eq": 1}})


def test_a_broken_definition_names_its_place(tmp_path: Path) -> None:
    """A figure of an event type that does not exist is refused with the file."""
    (tmp_path / "x.yaml").write_text(
        "- {id: a.b, title: T, unit: u, definition: d, population: p, provision: v, measure: {kind: count, event: no.such}}\n"
    )
    with pytest.raises(InputError, match=r"x\.yaml"):
        read_definitions(tmp_path)
