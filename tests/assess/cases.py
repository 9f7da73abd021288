"""One small rule and a service for tests of checking, explaining and rendering."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from compliance.project import Profile, Project, Service
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule

SERVICE = Service(id="s", name="S (synthetic)", zone="Europe/Dublin", calendar="IE", started=date(2025, 1, 1))
PROFILE = Profile(
    intermediary=True,
    offered_in_union=True,
    hosting=True,
    online_platform=True,
    marketplace=False,
    search_engine=False,
    enterprise_size="large",
    designated="no",
    owner="compliance officer",
)
PROJECT = Project(service=SERVICE, profile=PROFILE)

RECEIPT: dict[str, Any] = {
    "format": "rule/1",
    "id": "TEST-16.4-RECEIPT",
    "key": "TEST",
    "class": "soft",
    "obligations": ["DSA-16.4"],
    "revision": 1,
    "status": "stable",
    "title": "A receipt follows",
    "summary": "A receipt follows every notice with a contact.",
    "legal": [
        {
            "act": "Regulation (EU) 2022/2065",
            "provision": "Article 16(4)",
            "eli": "http://data.europa.eu/eli/reg/2022/2065/oj",
            "duty": "confirm receipt",
            "standard": "without undue delay",
        }
    ],
    "in_force": {"from": "2024-02-17"},
    "applies_to": {"services": ["hosting"]},
    "severity": {"level": "medium", "because": "It harms one notifier."},
    "parameters": {
        "limit": {
            "type": "duration",
            "origin": "policy",
            "because": "A day is enough.",
            "approved_by": "officer",
            "values": [{"from": "2024-02-17", "value": "PT24H"}],
        }
    },
    "for_each": {"event": "notice.received", "where": {"contact": {"present": True}}},
    "expect": {
        "response": {"event": "notice.receipt_confirmed", "match": {"notice_id": "notice_id"}, "within": "$limit"}
    },
    "closed_when": {"event": "notice.closed", "match": {"notice_id": "notice_id"}},
    "exceptions": [],
    "message": "Notice {subject} was not confirmed within {limit}.",
    "remedy": "Send it.",
    "tests": [{"name": n, "as_of": "2026-01-01T00:00:00Z", "events": "", "expect": {}} for n in ("a", "b")],
}
"""A soft response rule with a target of one day."""


def loaded(**changes: Any) -> LoadedRule:
    """The rule above with top-level keys replaced (`klass` for `class`)."""
    data = deepcopy(RECEIPT)
    if "klass" in changes:
        data["class"] = changes.pop("klass")
    data.update(changes)
    return LoadedRule(Rule.model_validate(data), Path("test.yaml"), "0" * 64, {})


def notice(number: int, day: str, **more: Any) -> dict[str, Any]:
    """A notice with a contact."""
    return {
        "id": f"N{number}",
        "type": "notice.received",
        "time": f"{day}T10:00:00Z",
        "service": "s",
        "notice_id": f"N{number}",
        "contact": "a@example.org",
        **more,
    }


def receipt(number: int, time: str) -> dict[str, Any]:
    """The receipt of a notice."""
    return {
        "id": f"R{number}",
        "type": "notice.receipt_confirmed",
        "time": time,
        "service": "s",
        "notice_id": f"N{number}",
    }
