"""Event lines of embedded tests are read as strictly as a log."""

from __future__ import annotations

import pytest

from compliance.errors import RuleError
from compliance.events.catalogue import catalogue
from compliance.rules.testlog import read_events


def _read(text: str) -> tuple[object, ...]:
    return tuple(read_events(text, catalogue(), file="rule.yaml", line=10))


def test_ids_are_given_in_order_unless_named() -> None:
    """Events are E1, E2, ... in the order of the lines; `id=` names one."""
    text = (
        "2025-08-01T10:00:00Z notice.received notice_id=N1\n\n2025-08-01T10:00:00Z notice.received notice_id=N2 id=x\n"
    )
    events = read_events(text, catalogue(), file="rule.yaml", line=10)
    assert [(event.id, event.line) for event in events] == [("E1", 10), ("x", 12)]


def test_values_have_the_kind_of_their_field() -> None:
    """Booleans, numbers, lists and quoted text come out typed."""
    (event,) = read_events(
        '2025-08-01T12:00:00+02:00 sor.sent sor_id=S1 facts="two \\"quoted\\" words" automated_detection=true redress=complaint,court',
        catalogue(),
        file="rule.yaml",
        line=1,
    )
    assert event.t == 1754042400000000
    assert event.native("s")["facts"] == 'two "quoted" words'
    assert event.fields["automated_detection"] is True
    assert event.fields["redress"] == ["complaint", "court"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("gibberish", "not an event line"),
        ("2025-08-01 notice.received notice_id=N1", "not an instant"),
        ("2025-08-01T10:00:00 notice.received notice_id=N1", "not an instant"),
        ("2025-08-01T10:00:00Z notice.recieved notice_id=N1", "unknown event type"),
        ("2025-08-01T10:00:00Z notice.received", "needs notice_id"),
        ("2025-08-01T10:00:00Z notice.received notice_id=N1 colour=red", "no such field"),
        ("2025-08-01T10:00:00Z notice.received notice_id=N1 has_contact=yes", "is no boolean"),
        ("2025-08-01T10:00:00Z notice.received notice_id=N1 item_count=two", "is no integer"),
        ("2025-08-01T10:00:00Z notice.received notice_id=N1 member_state=XX", "code list"),
        ("2025-08-01T10:00:00Z notice.received notice_id=N1 notice_id=N2", "stands twice"),
        ("2025-08-01T10:00:00Z notice.received notice_id=N1 loose words", "cannot read"),
        ('2025-08-01T10:00:00Z notice.received notice_id="N1', "cannot read"),
    ],
)
def test_a_line_that_is_wrong_is_named(line: str, message: str) -> None:
    """Each mistake is named with its line in the rule file."""
    with pytest.raises(RuleError, match=message) as caught:
        _read(f"2025-08-01T10:00:00Z notice.received notice_id=N0\n{line}")
    assert caught.value.place is not None
    assert caught.value.place.line == 11


def test_norway_stays_norway() -> None:
    """The member state NO is a text, not a boolean."""
    (event,) = read_events(
        "2025-08-01T10:00:00Z notice.received notice_id=N1 member_state=NO", catalogue(), file="r", line=1
    )
    assert event.fields["member_state"] == "NO"


def test_an_id_given_twice() -> None:
    """Two events with one id would be one event."""
    line = "2025-08-01T10:00:00Z notice.received notice_id=N1 id=x"
    with pytest.raises(RuleError, match="stands twice"):
        _read(f"{line}\n{line}")
