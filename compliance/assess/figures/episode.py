"""What happened when: livestreams, incidents and letters of authorities, one row each. Facts as logged, no verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.assess.figures import episode_plan
from compliance.assess.figures.compute import Frame, frame_of
from compliance.engine.interface import Engine
from compliance.engine.plan import Relation
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
    dataset: Dataset,
    project: Project,
    period: tuple[date, date],
    as_of: int,
    *,
    most: int,
    engine: Engine | None = None,
) -> tuple[Livestream, ...]:
    """The livestreams announced to start in the period with the largest audiences, and all that an incident touched."""
    frame = frame_of(dataset, project, period, as_of, engine)
    fields = {"stream_id", "title", "scheduled_at", "listeners", "attempts", "failures", "incident_id", "detected_at"}
    if not fields <= frame.columns:
        return ()
    incidents = sorted(frame.engine.rows(episode_plan.incidents(frame.scope)))
    found = []
    for _, _, stream, title, start, audio, speech, ended, listeners, attempts, failures in sorted(
        frame.engine.rows(episode_plan.streams(frame.scope, most)),
        key=lambda row: (row[0], row[1] is None, row[1] or 0, row[2]),
    ):
        last = as_of if ended is None else ended
        found.append(
            Livestream(
                stream_id=stream,
                title=title or "",
                scheduled=start,
                audio=audio,
                speech=speech,
                ended=ended,
                listeners=listeners,
                attempts=None if attempts is None else int(attempts),
                failures=None if failures is None else int(failures),
                incidents=tuple(name for name, since, until in incidents if since < last and until > start),
            )
        )
    return tuple(found)


def outages(
    dataset: Dataset, project: Project, period: tuple[date, date], as_of: int, *, engine: Engine | None = None
) -> tuple[Outage, ...]:
    """The incidents detected in the period, in order."""
    frame = frame_of(dataset, project, period, as_of, engine)
    fields = {"incident_id", "functionality", "detected_at", "cause_asserted", "cause_evidence", "eu_users_affected"}
    if not fields <= frame.columns:
        return ()
    return tuple(
        Outage(name, functionality or "", since, resolved, cause or "", evidence or "", users)
        for since, name, functionality, resolved, cause, evidence, users in _in_order(
            frame, episode_plan.outages(frame.scope)
        )
    )


def letters(
    dataset: Dataset, project: Project, period: tuple[date, date], as_of: int, *, engine: Engine | None = None
) -> tuple[OpenLetter, ...]:
    """The letters of authorities delivered in the period, and earlier ones that are not answered."""
    frame = frame_of(dataset, project, period, as_of, engine)
    if not {"request_id", "request_kind", "authority", "delivered_at", "due_at"} <= frame.columns:
        return ()
    return tuple(
        OpenLetter(name, kind or "", authority or "", at, due, answered)
        for at, name, kind, authority, due, answered in _in_order(frame, episode_plan.letters(frame.scope))
    )


def expiring(
    dataset: Dataset,
    project: Project,
    period: tuple[date, date],
    as_of: int,
    until: int,
    *,
    engine: Engine | None = None,
) -> tuple[tuple[str, int], ...]:
    """Statements and the instant at which their latest attestation expires, where that is after `as_of` and before `until`."""
    frame = frame_of(dataset, project, period, as_of, engine)
    if not {"statement", "expires_at"} <= frame.columns:
        return ()
    found = _in_order(frame, episode_plan.expiring(frame.scope, until))
    return tuple((statement, ends) for ends, statement in found)


def _in_order(frame: Frame, plan: Relation) -> list[tuple[Any, ...]]:
    """Rows by an instant and a name, which are the first two columns."""
    return sorted(frame.engine.rows(plan), key=lambda row: row[:2])
