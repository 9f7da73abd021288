"""What of an event may leave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from compliance.events.catalogue import catalogue
from compliance.evidence.disclosure import Disclosure, disclose_rows
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Policy, decide
from tests.evidence.small_bundle import SmallLog

CASE = Pseudonymiser(bytes(32), "C-1")
POLICY = Policy("compliance officer", "2026-09-25T10:00:00Z")
NOTICE = {
    "id": "e1",
    "type": "notice.received",
    "time": "2026-08-13T00:00:00Z",
    "service": "halcyon-live",
    "notice_id": "N-1",
    "contact": "a@example.org",
    "notifier_id": "u-1",
    "content_url": "https://example.org/x",
    "member_state": "IE",
}
STREAM = {
    "id": "e2",
    "type": "livestream.scheduled",
    "time": "2026-08-13T00:00:00Z",
    "service": "halcyon-live",
    "stream_id": "S-1",
    "host_id": "u-7",
    "title": "An evening",
}


def disclosed(event: dict[str, Any], policy: Policy) -> tuple[Disclosure, dict[str, Any], list[Mapping[str, str]]]:
    """What is made of one event: all of it, the event as it leaves, and its redactions."""
    found = disclose_rows(SmallLog([event]), [0], catalogue(), CASE, policy)
    files = {file.path: file.read() for file in found.files}
    return found, json.loads(files["events/events.jsonl"]), json.loads(files["redactions.json"])["redactions"]


def test_restricted_fields_never_leave() -> None:
    """Contact, notifier and location of the content are withheld, whatever the policy allows."""
    _, event, redactions = disclosed(NOTICE, Policy("role", "t", confidential=True, personal_ground="court order"))
    assert set(event) == {"id", "type", "time", "service", "notice_id", "member_state"}
    assert {(r["field"], r["action"], r["class"]) for r in redactions} == {
        ("contact", "withheld", "restricted"),
        ("notifier_id", "withheld", "restricted"),
        ("content_url", "withheld", "restricted"),
    }


def test_persons_become_pseudonyms_and_free_text_stays() -> None:
    """By default a person is a pseudonym and confidential text is withheld; both are recorded with ground, role and time."""
    found, event, redactions = disclosed(STREAM, POLICY)
    assert event["host_id"] == CASE.pseudonym("host_id", "u-7")
    assert "title" not in event
    assert [(r["event"], r["field"], r["action"], r["role"], r["time"]) for r in redactions] == [
        ("e2", "host_id", "pseudonymised", "compliance officer", "2026-09-25T10:00:00Z"),
        ("e2", "title", "withheld", "compliance officer", "2026-09-25T10:00:00Z"),
    ]
    assert all(r["ground"] for r in redactions)
    assert (found.redacted, found.verbatim) == (2, 0)


def test_recorded_grounds_open_classes() -> None:
    """Confidential text leaves when asked for, and persons in clear only on a recorded ground; then the line itself leaves too."""
    found, event, redactions = disclosed(STREAM, Policy("role", "t", confidential=True, personal_ground="Art. 10"))
    assert event == STREAM
    assert redactions == []
    assert found.verbatim == 1


def test_unknown_field_counts_as_restricted() -> None:
    """A field the catalogue does not know does not leave."""
    found = decide(("id", "secret_note"), catalogue(), POLICY)
    assert found.shown == ("id",)
    assert [(change.field, change.sensitivity) for change in found.changes] == [("secret_note", "restricted")]


def test_detector_hit_in_an_open_field_holds() -> None:
    """An e-mail address in an open field is reported by event, field and detector; a person may release it."""
    event = {
        "id": "e3",
        "type": "livestream.capacity_limit_set",
        "time": "2026-08-13T00:00:00Z",
        "service": "s",
        "stream_id": "S-1",
        "role": "ops (ops@example.org)",
    }
    found, _, _ = disclosed(event, POLICY)
    assert [(h.event, h.field, h.detector) for h in found.held] == [("e3", "role", "email")]
    released = Policy("role", "t", released=frozenset({("email", "role")}))
    assert disclosed(event, released)[0].held == ()
