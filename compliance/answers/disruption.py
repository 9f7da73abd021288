"""What the log says of a livestream that was disrupted, and what nobody can say: facts and bounds, no verdict.

The thresholds are those of Implementing Regulation (EU) 2024/2690, Article 13(b): more than 5 % of the users in the Union,
or more than 1,000,000 of them, whichever is smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.assess.figures.episode import REQUIREMENT as EPISODES
from compliance.assess.figures.episode import Livestream, Outage, livestreams, outages
from compliance.assess.model import RuleResult
from compliance.clock import HOUR_US, format_us
from compliance.events.dataset import Dataset, Requirement
from compliance.project import Project

USERS_LIMIT = 1_000_000
REQUIREMENT = Requirement(
    EPISODES.types | {"statement.published", "incident.assessed_significant"},
    EPISODES.fields | {"asserted_by", "eu_user_base"},
)
"""What must be read for all of this."""
_MOST = 50
_MINUTE_US = 60_000_000
_JOINS = "livestream.join_attempted"


@dataclass(frozen=True, slots=True)
class Disruption:
    """One livestream with one incident that ran at the same time, and the claims made about its cause."""

    stream: Livestream
    outage: Outage
    claimed_by: str
    user_base: int | None
    hidden: tuple[tuple[str, int, int], ...]
    """Declared gaps in the record of joins during the incident: source, start and end in UTC µs."""


def disruptions(dataset: Dataset, project: Project, period: tuple[date, date], as_of: int) -> tuple[Disruption, ...]:
    """Every livestream of the period that an incident about it disrupted. `period` is [first day, first day after)."""
    incidents = {outage.incident_id: outage for outage in outages(dataset, project, period, as_of)}
    named = _streams_named(dataset, as_of)
    found = []
    for stream in livestreams(dataset, project, period, as_of, most=_MOST):
        for incident in stream.incidents:
            if incident in incidents and named.get(incident) == stream.stream_id:
                outage = incidents[incident]
                end = outage.resolved if outage.resolved is not None else as_of
                claimed, base = _claims(dataset, incident, as_of)
                found.append(Disruption(stream, outage, claimed, base, _hidden(dataset, outage.detected, end)))
    return tuple(found)


def _streams_named(dataset: Dataset, as_of: int) -> dict[str, str]:
    rows = dataset.con.execute(
        "SELECT incident_id, min(stream_id) FROM ev WHERE type::VARCHAR = 'incident.detected' AND stream_id IS NOT NULL "
        "AND t <= ? GROUP BY incident_id ORDER BY incident_id",
        [as_of],
    ).fetchall()
    return {str(incident): str(stream) for incident, stream in rows}


def _claims(dataset: Dataset, incident: str, as_of: int) -> tuple[str, int | None]:
    row = dataset.con.execute(
        "SELECT arg_max(asserted_by, t) FILTER (asserted_by IS NOT NULL), max(eu_user_base) FROM ev WHERE incident_id = ? AND t <= ?",
        [incident, as_of],
    ).fetchone()
    return (
        (str(row[0] or "nobody by name"), None if row[1] is None else int(row[1])) if row else ("nobody by name", None)
    )


def _hidden(dataset: Dataset, start: int, end: int) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        sorted(
            (said.source, said.window.start, said.window.end)
            for said in dataset.statements
            if said.gap and _JOINS in said.event_types and said.window.start < end and said.window.end > start
        )
    )


def facts(found: Disruption) -> tuple[str, ...]:
    """What the log holds about it, in sentences."""
    stream, outage = found.stream, found.outage
    told = [f"livestream {stream.stream_id}"]
    if stream.scheduled is not None:
        told.append(f"announced for {format_us(stream.scheduled)}")
        for name, moment in (("first sound", stream.audio), ("speech", stream.speech)):
            if moment is not None:
                told.append(f"{name} {(moment - stream.scheduled) // _MINUTE_US} minutes later")
    if stream.listeners is not None:
        told.append(f"at most {stream.listeners:,} listeners at a time, worldwide")
    cause = outage.cause.replace("_", " ") or "none"
    return (
        "; ".join(told) + ".",
        f"cause asserted: {cause}, by {found.claimed_by}; evidence: {outage.evidence or 'not recorded'}. "
        "An assertion is no finding, and the log establishes no other cause.",
    )


def open_questions(found: Disruption, rules: Sequence[RuleResult]) -> tuple[str, ...]:
    """What nobody can judge about it, and why: duties that do not exist, numbers that are bounds, clocks that hang on a person."""
    outage = found.outage
    said = []
    if not any(_speaks_of_streams(rule) for rule in rules):
        said.append(
            f"The outage itself ({outage.incident_id}) engages no rule of the Digital Services Act that was run: none of them asks that "
            "a stream be available."
        )
    if outage.users is not None and found.hidden:
        gaps = "; ".join(
            f"{source} has a declared gap from {format_us(a)} to {format_us(b)}" for source, a, b in found.hidden
        )
        limit = min(USERS_LIMIT, found.user_base // 20) if found.user_base else USERS_LIMIT
        said.append(
            f"Users in the Union who could not join: at least {outage.users:,}. {gaps}, so there is no total, and whether more than "
            f"{limit:,} were affected (Implementing Regulation (EU) 2024/2690, Art. 13(b)) cannot be said from this log."
        )
        early, notice = (format_us(outage.detected + hours * HOUR_US) for hours in (24, 72))
        said.append(
            f"If a person finds that it was significant and was known as such at {format_us(outage.detected)}, the early warning was "
            f"due by {early} and the notification by {notice} (Directive (EU) 2022/2555, Art. 23(4), strict reading); awareness is for a "
            "person to record."
        )
    return tuple(said)


def _speaks_of_streams(rule: RuleResult) -> bool:
    return rule.id.startswith("DSA-") and any(need.startswith("livestream.") for need in rule.needs)
