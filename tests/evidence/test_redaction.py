"""What of an event may leave."""

from __future__ import annotations

from compliance.events.catalogue import catalogue
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Discloser, Policy

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


def test_restricted_fields_never_leave() -> None:
    """Contact, notifier and location of the content are withheld, whatever the policy allows."""
    policy = Policy("role", "t", confidential=True, personal_ground="court order")
    found = Discloser(catalogue(), CASE, policy).disclose(NOTICE)
    assert set(found.event) == {"id", "type", "time", "service", "notice_id", "member_state"}
    assert {(r.field, r.action) for r in found.redactions} == {
        ("contact", "withheld"),
        ("notifier_id", "withheld"),
        ("content_url", "withheld"),
    }


def test_persons_become_pseudonyms_and_free_text_stays() -> None:
    """By default a person is a pseudonym and confidential text is withheld; both are recorded with ground, role and time."""
    found = Discloser(catalogue(), CASE, POLICY).disclose(STREAM)
    assert found.event["host_id"] == CASE.pseudonym("host_id", "u-7")
    assert "title" not in found.event
    assert [(r.field, r.action, r.role, r.time) for r in found.redactions] == [
        ("host_id", "pseudonymised", "compliance officer", "2026-09-25T10:00:00Z"),
        ("title", "withheld", "compliance officer", "2026-09-25T10:00:00Z"),
    ]
    assert all(r.ground for r in found.redactions)


def test_recorded_grounds_open_classes() -> None:
    """Confidential text leaves when asked for, and persons in clear only on a recorded ground."""
    policy = Policy("role", "t", confidential=True, personal_ground="DSA Art. 10 order")
    found = Discloser(catalogue(), CASE, policy).disclose(STREAM)
    assert found.event == STREAM
    assert found.redactions == ()


def test_unknown_field_counts_as_restricted() -> None:
    """A field the catalogue does not know for the type does not leave."""
    found = Discloser(catalogue(), CASE, POLICY).disclose({**STREAM, "secret_note": "x"})
    assert "secret_note" not in found.event
    assert ("secret_note", "restricted") in {(r.field, r.sensitivity) for r in found.redactions}


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
    held = Discloser(catalogue(), CASE, POLICY).disclose(event).held
    assert [(h.event, h.field, h.detector) for h in held] == [("e3", "role", "email")]
    released = Policy("role", "t", released=frozenset({("email", "role")}))
    assert Discloser(catalogue(), CASE, released).disclose(event).held == ()
