"""An event that was accepted is read again as it was judged, without being judged again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compliance.events.catalogue import catalogue
from compliance.events.judge import Refused, accepted_event, judge_line

KNOWN = catalogue()
ENVELOPE = {"id": "e-1", "time": "2026-08-01T10:00:00Z", "service": "halcyon-live"}
LINES: list[dict[str, Any]] = [
    {"type": "notice.received", **ENVELOPE, "notice_id": "N-1", "is_court": None, "no_such_field": [1]},
    {"no_such_field": {"a": 1}, "notice_id": "N-1", **ENVELOPE, "type": "notice.received", "source": "desk"},
    {"type": "availability.sampled", **ENVELOPE, "probe_id": "P", "target": "T", "component": "c", "latency_ms": 12.0},
    {"specversion": "1.0", "type": "notice.received", "source": "/desk", "id": "e-1", "time": "2026-08-01T10:00:00Z",
     "subject": "halcyon-live", "data": {"notice_id": "N-1", "service": "halcyon-live"}},
]  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=["nulls and strange fields", "another order", "whole float", "CloudEvent"])
def test_an_accepted_event_is_what_was_judged(line: dict[str, Any]) -> None:
    """Fields, their order and their kinds are the same, for every line that is accepted at all."""
    raw = json.dumps(line).encode()
    try:
        judged = judge_line(raw, KNOWN)
    except Refused:
        required = {name: "x" for name in KNOWN.types[line["type"]].required if name not in line}
        raw = json.dumps(line | required).encode()
        judged = judge_line(raw, KNOWN)
    again = accepted_event(raw, KNOWN)
    assert list(again.items()) == list(judged.items())
    assert [type(value) for value in again.values()] == [type(value) for value in judged.values()]


@pytest.mark.parametrize("raw", [b"[]", b'{"type": ["notice.received"]}', b'{"type": "no.such"}', b"{", b"{}"])
def test_what_was_never_an_event_is_refused(raw: bytes) -> None:
    """A store in which such a line stands was changed: it is refused as when it is read first."""
    with pytest.raises(Refused):
        accepted_event(raw, KNOWN)
