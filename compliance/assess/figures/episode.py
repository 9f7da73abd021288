"""What happened when: livestreams, incidents and letters of authorities, one row each. Facts as logged, no verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.assess.figures.compute import Frame, frame_of
from compliance.events.dataset import Dataset, Requirement
from compliance.project import Project

REQUIREMENT = Requirement(
    frozenset(
        {
            "livestream.scheduled",
            "livestream.audio_started",
            "livestream.speech_started",
            "livestream.ended",
            "livestream.listeners_sampled",
            "livestream.join_attempted",
            "incident.detected",
            "incident.resolved",
            "incident.cause_asserted",
            "impact.sampled",
            "authority.request_received",
            "authority.response_sent",
            "attestation.made",
        }
    ),
    frozenset(
        {
            "stream_id",
            "title",
            "scheduled_at",
            "listeners",
            "attempts",
            "failures",
            "incident_id",
            "detected_at",
            "functionality",
            "cause_asserted",
            "cause_evidence",
            "eu_users_affected",
            "request_id",
            "request_kind",
            "authority",
            "delivered_at",
            "due_at",
            "statement",
            "expires_at",
        }
    ),
)
"""What must be read for all of this."""


@dataclass(frozen=True, slots=True)
class Livestream:
    """One livestream. Instants in UTC µs; None where the log does not hold it."""

    stream_id: str
    title: str
    scheduled: int | None
    audio: int | None
    speech: int | None
    ended: int | None
    listeners: int | None
    """Largest sample of simultaneous listeners, worldwide."""
    attempts: int | None
    failures: int | None
    incidents: tuple[str, ...]
    """Incidents that ran at the same time."""


@dataclass(frozen=True, slots=True)
class Outage:
    """One incident. A cause is what somebody asserted, beside the evidence recorded for it."""

    incident_id: str
    functionality: str
    detected: int
    resolved: int | None
    cause: str
    evidence: str
    users: int | None
    """Largest sample of affected users in the Union."""


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A letter of an authority delivered up to `as_of`, answered or not."""

    request_id: str
    kind: str
    authority: str
    delivered: int
    due: int | None
    answered: int | None


def livestreams(
    dataset: Dataset, project: Project, period: tuple[date, date], as_of: int, *, most: int
) -> tuple[Livestream, ...]:
    """The livestreams announced to start in the period with the largest audiences, and all that an incident touched."""
    frame = frame_of(dataset, project, period, as_of)
    fields = {"stream_id", "title", "scheduled_at", "listeners", "attempts", "failures", "incident_id", "detected_at"}
    if not fields <= frame.columns:
        return ()
    rows = _rows(
        frame,
        """
        WITH s AS (SELECT stream_id, arg_min(title, n) AS title, min(coalesce(scheduled_at, t)) AS start FROM ev
                   WHERE type::VARCHAR = 'livestream.scheduled' AND t <= $known AND service IN $services AND stream_id IS NOT NULL
                   GROUP BY stream_id HAVING start >= $since AND start < $until),
             m AS (SELECT stream_id, min(t) FILTER (type::VARCHAR = 'livestream.audio_started') AS audio,
                          min(t) FILTER (type::VARCHAR = 'livestream.speech_started') AS speech,
                          min(t) FILTER (type::VARCHAR = 'livestream.ended') AS ended,
                          max(listeners) FILTER (type::VARCHAR = 'livestream.listeners_sampled') AS listeners,
                          sum(attempts) FILTER (type::VARCHAR = 'livestream.join_attempted') AS attempts,
                          sum(failures) FILTER (type::VARCHAR = 'livestream.join_attempted') AS failures
                   FROM ev WHERE t <= $known AND service IN $services AND stream_id IS NOT NULL GROUP BY stream_id),
             i AS (SELECT d.incident_id, min(coalesce(d.detected_at, d.t)) AS a, coalesce(min(r.t), $known) AS z
                   FROM ev AS d LEFT JOIN ev AS r ON r.incident_id = d.incident_id AND r.type::VARCHAR = 'incident.resolved'
                   AND r.t <= $known WHERE d.type::VARCHAR = 'incident.detected' AND d.t <= $known AND d.service IN $services
                   GROUP BY d.incident_id)
        SELECT s.stream_id, s.title, s.start, m.audio, m.speech, m.ended, m.listeners, m.attempts, m.failures,
               list(i.incident_id ORDER BY i.incident_id) FILTER (i.incident_id IS NOT NULL) AS hit
        FROM s LEFT JOIN m USING (stream_id) LEFT JOIN i ON i.a < coalesce(m.ended, $known) AND i.z > s.start
        GROUP BY ALL ORDER BY (hit IS NULL), m.listeners DESC NULLS LAST, s.stream_id LIMIT $most""",
        most=most,
    )
    return tuple(
        Livestream(
            stream_id=row[0],
            title=row[1] or "",
            scheduled=row[2],
            audio=row[3],
            speech=row[4],
            ended=row[5],
            listeners=row[6],
            attempts=None if row[7] is None else int(row[7]),
            failures=None if row[8] is None else int(row[8]),
            incidents=tuple(row[9] or ()),
        )
        for row in rows
    )


def outages(dataset: Dataset, project: Project, period: tuple[date, date], as_of: int) -> tuple[Outage, ...]:
    """The incidents detected in the period, in order."""
    frame = frame_of(dataset, project, period, as_of)
    fields = {"incident_id", "functionality", "detected_at", "cause_asserted", "cause_evidence", "eu_users_affected"}
    if not fields <= frame.columns:
        return ()
    rows = _rows(
        frame,
        """
        WITH d AS (SELECT incident_id, arg_min(functionality, n) AS functionality, min(coalesce(detected_at, t)) AS detected FROM ev
                   WHERE type::VARCHAR = 'incident.detected' AND t <= $known AND service IN $services AND incident_id IS NOT NULL
                   GROUP BY incident_id HAVING detected >= $since AND detected < $until)
        SELECT d.incident_id, d.functionality, d.detected, min(e.t) FILTER (e.type::VARCHAR = 'incident.resolved'),
               arg_max(e.cause_asserted, e.t) FILTER (e.cause_asserted IS NOT NULL),
               arg_max(e.cause_evidence, e.t) FILTER (e.cause_evidence IS NOT NULL),
               max(e.eu_users_affected) FILTER (e.type::VARCHAR = 'impact.sampled')
        FROM d JOIN ev AS e ON e.incident_id = d.incident_id AND e.t <= $known
        GROUP BY ALL ORDER BY d.detected, d.incident_id""",
    )
    return tuple(Outage(row[0], row[1] or "", row[2], row[3], row[4] or "", row[5] or "", row[6]) for row in rows)


def letters(dataset: Dataset, project: Project, period: tuple[date, date], as_of: int) -> tuple[OpenLetter, ...]:
    """The letters of authorities delivered in the period, and earlier ones that are not answered."""
    frame = frame_of(dataset, project, period, as_of)
    if not {"request_id", "request_kind", "authority", "delivered_at", "due_at"} <= frame.columns:
        return ()
    rows = _rows(
        frame,
        """
        WITH q AS (SELECT request_id, arg_min(request_kind, n) AS kind, arg_min(authority, n) AS authority,
                          min(coalesce(delivered_at, t)) AS delivered, arg_min(due_at, n) AS due FROM ev
                   WHERE type::VARCHAR = 'authority.request_received' AND t <= $known AND service IN $services
                   AND request_id IS NOT NULL GROUP BY request_id)
        SELECT q.request_id, q.kind, q.authority, q.delivered, q.due, min(a.t) AS answered
        FROM q LEFT JOIN ev AS a ON a.request_id = q.request_id AND a.type::VARCHAR = 'authority.response_sent' AND a.t <= $known
        WHERE q.delivered < $until GROUP BY ALL
        HAVING q.delivered >= $since OR answered IS NULL ORDER BY q.delivered, q.request_id""",
    )
    return tuple(OpenLetter(row[0], row[1] or "", row[2] or "", row[3], row[4], row[5]) for row in rows)


def expiring(
    dataset: Dataset, project: Project, period: tuple[date, date], as_of: int, until: int
) -> tuple[tuple[str, int], ...]:
    """Statements and the instant at which their latest attestation expires, where that is after `as_of` and before `until`."""
    frame = frame_of(dataset, project, period, as_of)
    if not {"statement", "expires_at"} <= frame.columns:
        return ()
    rows = _rows(
        frame,
        """
        SELECT statement, arg_max(expires_at, (t, n)) AS ends FROM ev
        WHERE type::VARCHAR = 'attestation.made' AND t <= $known AND service IN $services AND statement IS NOT NULL
        GROUP BY statement HAVING ends > $known AND ends < $until ORDER BY ends, statement""",
        until=until,
    )
    return tuple((row[0], row[1]) for row in rows)


def _rows(frame: Frame, sql: str, **more: int) -> list[tuple[Any, ...]]:
    scope = frame.scope
    values: dict[str, Any] = {"known": scope.as_of, "since": scope.start, "until": scope.end, **more}
    chosen = (
        frame.dataset.con.execute("SELECT DISTINCT service FROM ev").fetchall()
        if scope.service is None
        else [(scope.service,)]
    )
    values["services"] = [row[0] for row in chosen]
    named = {name: value for name, value in values.items() if f"${name}" in sql}
    return frame.dataset.con.execute(sql, named).fetchall()
