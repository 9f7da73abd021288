"""Small quarters for tests of reports: a few real events, and hand-made assessments of any size and spite."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import cache
from typing import Any

from compliance.assess.check import requirement_of
from compliance.assess.figures import FigureSet, compute, episode
from compliance.assess.model import (
    INSTANCE_VERDICTS,
    Assessment,
    EventRef,
    Finding,
    Limit,
    Reason,
    RuleResult,
    TypeCoverage,
    Verdict,
)
from compliance.clock import format_us, parse_instant
from compliance.period import parse_period
from compliance.project import Project
from compliance.reports.layout import load_layout
from compliance.reports.material import DAY_US, Material
from compliance.reports.session import material_of
from compliance.rules.loader import load_rules
from tests.assess.logs import covered, dataset

__all__ = ["HOSTILE", "assessment", "finding", "made", "real", "requirement_of", "rule", "small_log"]

PERIOD = parse_period("2026-Q3")
PROJECT = Project.model_validate(
    {
        "service": {
            "id": "halcyon-live",
            "name": "Halcyon Live (synthetic)",
            "provider": "Halcyon Live Ltd. (fictional), Dublin",
            "zone": "Europe/Dublin",
            "calendar": "IE",
            "synthetic": True,
            "started": "2026-01-01",
        },
        "profile": {
            "intermediary": True,
            "offered_in_union": True,
            "hosting": True,
            "online_platform": True,
            "enterprise_size": "large",
            "designated": "vlop",
            "designation_notified": "2025-04-25",
            "owner": "compliance officer",
        },
        "owners": {"notice": "head of notices", "DSA-9.1-EFFECT": "legal counsel"},
    }
)
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "@SUM(A1)",
    "-2+3|cmd",
    "right \u202e to left \u2066 turned",
    "control \x00\x07\x1b[31m characters \ufffe",
    "עברית ועוד العربية",
    "漢字 ☃ \U0001f600",
    "line one\nline two\ttab",
    "&lt;b&gt; & <b>bold</b> <para> </para> {braces} %s",
    "w" * 40_000,
    "x y " * 10_000,
)
"""Texts that a log may hold and no document may obey, cut silently or choke on."""


def finding(number: int, of: str = "DSA-16.6-DECIDE", **fields: Any) -> Finding:
    """One finding of a rule; any field can be set."""
    base = Finding(
        id=f"F-{number:012}",
        rule=of,
        revision=1,
        verdict=Verdict.NON_COMPLIANT,
        reason=Reason.NEVER_DONE,
        case=f"N-{number}",
        trigger=f"e{number}",
        at="2026-07-02T10:00:00Z",
        due="2026-07-09T10:00:00Z",
        due_late=None,
        observed=None,
        delay_seconds=3600 * number,
        limit=Limit("P7D", "policy"),
        message=f"Notice N-{number} was not decided within 7 days.",
        events=(EventRef(f"e{number}", "trigger", "2026-07-02T10:00:00Z", "logs/notices.ndjson", number + 1),),
    )
    return dataclasses.replace(base, **fields)


def rule(
    rule_id: str = "DSA-16.6-DECIDE",
    *,
    severity: str = "high",
    reason: str = "",
    needs: tuple[str, ...] = ("notice.received",),
    revision: int = 1,
    title: str = "Every notice is decided",
    **counts: int,
) -> RuleResult:
    """A rule's result with its counts by verdict; the verdict is the worst that occurs."""
    held = {verdict: counts.get(str(verdict), 0) for verdict in INSTANCE_VERDICTS}
    worst = next((verdict for verdict in INSTANCE_VERDICTS if held[verdict]), Verdict.NO_INSTANCES)
    return RuleResult(
        id=rule_id,
        key=rule_id,
        revision=revision,
        title=title,
        rule_class="soft",
        severity=severity,
        provisions=("Article 16(6)",),
        chapter="Hosting services: notices and statements of reasons (Arts. 16-18)",
        verdict=worst,
        reason=reason,
        counts=held,
        limits=(Limit("P7D", "policy"),),
        needs=needs,
    )


def assessment(
    rules: Iterable[RuleResult], findings: Iterable[Finding] = (), *, period: str = "2026-Q3", **fields: Any
) -> Assessment:
    """An assessment of these rules and findings, over a log that is complete for notices."""
    chosen = tuple(rules)
    first, after = {
        "2026-Q3": ("2026-06-30T23:00:00Z", "2026-09-30T23:00:00Z"),
        "2026-Q2": ("2026-03-31T23:00:00Z", "2026-06-30T23:00:00Z"),
    }[period]
    base = Assessment(
        service="halcyon-live",
        tool_version="0.0.0",
        as_of="2026-10-01T00:00:00Z",
        period=(first, after),
        zone="Europe/Dublin",
        rules=chosen,
        findings=tuple(findings),
        coverage=(
            TypeCoverage(
                "notice.received", (("2026-01-01T00:00:00Z", "2026-10-02T00:00:00Z"),), ("desk",), declared=False
            ),
        ),
        ingest={"files": [], "lines": 10, "accepted": 8, "duplicates": 1, "rejected": 1, "blank": 0},
        rules_lock="ab" * 32,
        rules_digests={one.id: "cd" * 32 for one in chosen},
    )
    return dataclasses.replace(base, **fields)


def made(
    now: Assessment, before: Assessment | None = None, *, log: Any = None, project: Project = PROJECT, **fields: Any
) -> Material:
    """Material of hand-made assessments, with figures over a small log."""
    held = log if log is not None else usual_log()
    as_of = parse_instant(now.as_of)
    counted = (
        usual_figures()
        if log is None and project is PROJECT
        else (compute(held, project, PERIOD.days, as_of), compute(held, project, PERIOD.before().days, as_of))
    )
    base = Material(
        project=project,
        period=PERIOD,
        layout=load_layout(),
        rules={},
        now=now,
        figures=counted[0],
        before=before,
        figures_before=counted[1] if before is not None else None,
        livestreams=episode.livestreams(held, project, PERIOD.days, as_of, most=12),
        outages=episode.outages(held, project, PERIOD.days, as_of),
        letters=episode.letters(held, project, PERIOD.days, as_of),
        expiring=episode.expiring(held, project, PERIOD.days, as_of, as_of + 90 * DAY_US),
    )
    return dataclasses.replace(base, **fields)


def real() -> Material:
    """Material of a small log judged by shipped rules."""
    loaded = [
        one
        for one in load_rules()
        if one.rule.id in {"DSA-16.4-RECEIPT", "DSA-16.6-DECIDE", "DSA-24.5-RECON", "DSA-24.2-AMAR"}
    ]
    return material_of(small_log(), loaded, PROJECT, PERIOD, as_of=parse_instant("2026-10-01T00:00:00Z"))


@cache
def usual_log() -> Any:
    """The small log, made once."""
    return small_log()


@cache
def usual_figures() -> tuple[FigureSet, FigureSet]:
    """Figures of the small log for the period and the one before, counted once."""
    as_of = parse_instant("2026-10-01T00:00:00Z")
    return compute(usual_log(), PROJECT, PERIOD.days, as_of), compute(usual_log(), PROJECT, PERIOD.before().days, as_of)


def small_log(text: str = "Live interview") -> Any:
    """Two quarters of a few notices, statements, a livestream, an outage and a letter. `text` stands where free text does."""
    events: list[dict[str, Any]] = []
    for number in range(40):
        day = f"2026-{4 + number % 6:02}-{1 + number % 28:02}"
        common = {
            "service": "halcyon-live",
            "notice_id": f"N-{number}",
            "category": ("FRAUD", "VIOLENCE")[number % 2],
            "member_state": ("DE", "FR", "IE")[number % 3],
        }
        events.append({"type": "notice.received", "time": f"{day}T08:00:00Z", "contact": "a@b.example", **common})
        if number % 5:
            events.append({"type": "notice.receipt_confirmed", "time": f"{day}T08:00:{number:02}Z", **common})
        if number % 7:
            events.append(
                {
                    "type": "notice.decided",
                    "time": f"{day}T{9 + number % 12:02}:30:00Z",
                    "notice_outcome": "no_action",
                    **common,
                }
            )
        sor = {"service": "halcyon-live", "puid": f"P-{number}", "ground": "illegal_content", "category": "FRAUD"}
        events.append({"type": "sor.sent", "time": f"{day}T12:00:00Z", **sor})
        if number % 9:
            events.append({"type": "sor.tdb_accepted", "time": f"{day}T18:00:00Z", **sor})
    live = {"service": "halcyon-live", "stream_id": "LS-1"}
    incident = {"service": "halcyon-live", "incident_id": "INC-1"}
    letter = {"service": "halcyon-live", "request_id": "AR-1"}
    events += [
        {
            "type": "livestream.scheduled",
            "time": "2026-08-10T00:00:00Z",
            "scheduled_at": "2026-08-12T19:00:00Z",
            "title": text,
            **live,
        },
        {"type": "livestream.audio_started", "time": "2026-08-12T19:35:00Z", **live},
        {"type": "livestream.speech_started", "time": "2026-08-12T19:42:00Z", **live},
        {"type": "livestream.listeners_sampled", "time": "2026-08-12T19:50:00Z", "listeners": 1_095_709, **live},
        {
            "type": "livestream.join_attempted",
            "time": "2026-08-12T19:10:00Z",
            "attempts": 1000,
            "failures": 630,
            "country": "IE",
            **live,
        },
        {"type": "livestream.ended", "time": "2026-08-12T21:00:00Z", **live},
        {"type": "incident.detected", "time": "2026-08-12T19:01:00Z", "functionality": "live_audio", **incident},
        {
            "type": "incident.cause_asserted",
            "time": "2026-08-12T19:18:00Z",
            "cause_asserted": text,
            "cause_evidence": "none",
            **incident,
        },
        {"type": "incident.resolved", "time": "2026-08-12T19:50:00Z", **incident},
        {
            "type": "authority.request_received",
            "time": "2026-09-17T09:40:00Z",
            "request_kind": "dsc_request",
            "authority": text,
            "due_at": "2026-10-08T16:00:00Z",
            **letter,
        },
    ]
    whole = covered("2026-01-01T00:00:00Z", format_us(parse_instant("2026-10-02T00:00:00Z")))
    return dataset(events, whole)
