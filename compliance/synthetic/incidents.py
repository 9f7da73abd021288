"""Other incidents of the nine months, with their warnings and reports under Directive (EU) 2022/2555."""

from __future__ import annotations

from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, MINUTE, at, iso

_INCIDENTS: tuple[dict[str, Any], ...] = (
    {
        "id": "INC-2026-0304",
        "detected": "2026-03-04T06:10Z",
        "function": "login",
        "minutes": 95,
        "eu": 4_100_000,
        "aware": "2026-03-04T08:20:00Z",
        "warned": 19 * HOUR,
    },
    {
        "id": "INC-2026-0511",
        "detected": "2026-05-11T13:02Z",
        "function": "feed",
        "minutes": 41,
        "eu": 1_900_000,
        "aware": "2026-05-11T15:30:00Z",
        "warned": 30 * HOUR,
    },
    {
        "id": "INC-2026-0622",
        "detected": "2026-06-22T19:44Z",
        "function": "upload",
        "minutes": 70,
        "eu": 1_250_000,
        "aware": "2026-06-22T22:20:00Z",
        "warned": 24 * HOUR + 25 * MINUTE,
    },
    {"id": "INC-2026-0707", "detected": "2026-07-07T03:00Z", "function": "upload", "minutes": 30, "eu": 90_000},
    {"id": "INC-2026-0903", "detected": "2026-09-03T10:15Z", "function": "notice_form", "minutes": 12, "eu": 6_000},
    {
        "id": "INC-2026-0930",
        "detected": "2026-09-30T13:05Z",
        "function": "login",
        "minutes": 80,
        "eu": 2_700_000,
        "aware": "2026-09-30T16:40:00Z",
        "warned": None,
    },
)
"""`warned`: seconds from awareness of significance to the early warning."""


def incidents(world: World) -> None:
    """The incident files: one early warning late, one between two readings of 24 hours, one still open."""
    for case in _INCIDENTS:
        add, incident, start = world.journal.add, case["id"], at(case["detected"])
        add(
            "incident",
            "incident.detected",
            start,
            "incident-desk",
            incident_id=incident,
            functionality=case["function"],
            detected_at=iso(start - 120),
            severity="high",
            planned=False,
        )
        add(
            "incident",
            "impact.sampled",
            start + case["minutes"] * MINUTE,
            "incident-desk",
            incident_id=incident,
            functionality=case["function"],
            planned=False,
            users_affected=case["eu"] * 2,
            eu_users_affected=case["eu"],
            eu_user_base=61_400_000,
        )
        world.truth.say("NISX-13-AFFECTED", f"{incident}@period", "within_target")
        add(
            "incident",
            "incident.resolved",
            start + case["minutes"] * MINUTE,
            "incident-desk",
            incident_id=incident,
            root_cause_id=f"RC-{incident[-4:]}",
            duration_seconds=case["minutes"] * MINUTE,
            cause_asserted="configuration change",
            cause_evidence="established",
        )
        significant = "aware" in case
        aware = at(case["aware"]) if significant else start + 3 * HOUR
        event = add(
            "incident",
            "incident.assessed_significant",
            aware + 5 * MINUTE,
            "incident-desk",
            incident_id=incident,
            significant=significant,
            aware_at=iso(aware) if significant else None,
            role="incident manager",
            eu_users_affected=case["eu"],
            eu_user_base=61_400_000,
            malicious_suspected=False,
            inform_recipients=False if significant else None,
        )
        if significant:
            world.truth.say("NIS2-23.1-JUDGED", event, "within_target")
            _report(world, incident, event, aware, case["warned"])
    add = world.journal.add
    add(
        "incident",
        "maintenance.announced",
        at("2026-04-14T09:00Z"),
        "incident-desk",
        incident_id="MNT-2026-0416",
        functionality="upload",
        started_at=iso(at("2026-04-16T02:00Z")),
        ended_at=iso(at("2026-04-16T04:00Z")),
    )


def _report(world: World, incident: str, event: str, aware: int, warned: int | None) -> None:
    add = world.journal.add
    if warned is not None:
        add(
            "incident",
            "incident.early_warning_sent",
            aware + warned,
            "incident-desk",
            incident_id=incident,
            malicious_suspected=False,
            cross_border=True,
            authority="National incident response team (fictional)",
        )
        add(
            "incident",
            "incident.notification_sent",
            aware + 60 * HOUR,
            "incident-desk",
            incident_id=incident,
            severity="high",
            impact_given=True,
            authority="National incident response team (fictional)",
        )
        add(
            "incident",
            "incident.final_report_sent",
            aware + 27 * DAY,
            "incident-desk",
            incident_id=incident,
            root_cause_id=f"RC-{incident[-4:]}",
            description_given=True,
            mitigation_given=True,
            cause_evidence="established",
            authority="National incident response team (fictional)",
        )
    if warned is not None and DAY < warned <= DAY + 40 * MINUTE:
        world.truth.say("NIS2-23.4a-EARLY", event, "undetermined", "deadline_readings_differ")
    else:
        world.truth.response(
            "NIS2-23.4a-EARLY", event, aware + DAY, None if warned is None or aware + warned > AS_OF else aware + warned
        )
