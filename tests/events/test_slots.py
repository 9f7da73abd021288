"""Slots: fields that no type has both of share a column, and every field still reads as if it had its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.events.catalogue import ENVELOPE, catalogue
from compliance.events.load import load_logs
from compliance.events.slots import Slots
from tests.events.logs import PROJECT

KNOWN = catalogue()
FIELDS = tuple(sorted(set(KNOWN.fields) - set(ENVELOPE)))


def test_no_type_has_two_fields_of_one_slot_and_each_field_has_one() -> None:
    """Fields of a slot are of one kind, with the same limit of length, and never meet in an event."""
    slots = Slots(KNOWN, FIELDS).slots
    assert sorted(spec.name for slot in slots for spec in slot.fields) == list(FIELDS)
    for slot in slots:
        assert len({(spec.kind, bool(spec.codes), spec.max_length) for spec in slot.fields}) == 1
        for kind in KNOWN.types.values():
            assert sum(spec.name in kind.fields for spec in slot.fields) <= 1


def test_there_are_far_fewer_slots_than_fields() -> None:
    """A table of all fields is a fifth as wide."""
    assert len(Slots(KNOWN, FIELDS).slots) * 4 < len(FIELDS)


def _pair() -> tuple[str, str, str]:
    """A type, a text field it needs or has, and a text field of the same slot that it has not."""
    for slot in Slots(KNOWN, FIELDS).slots:
        own = [spec.name for spec in slot.fields if spec.name in KNOWN.types["notice.received"].fields]
        if own and len(slot.fields) > 1 and slot.kind.value == "string" and not slot.fields[0].codes:
            return "notice.received", own[0], next(spec.name for spec in slot.fields if spec.name != own[0])
    raise LookupError


@pytest.mark.parametrize("own", [True, False])
def test_a_member_of_another_type_is_not_taken_for_the_own_one(tmp_path: Path, own: bool) -> None:
    """A stray member beside the own field, or in its place, changes nothing, whatever it holds."""
    kind, mine, stray = _pair()
    event = {"id": "e-1", "type": kind, "time": "2026-08-01T10:00:00Z", "service": "halcyon-live", stray: "other"}
    event |= {name: "N-1" for name in KNOWN.types[kind].required if name not in event}
    event |= {mine: "mine"} if own else {}
    log = tmp_path / "a.ndjson"
    log.write_text(json.dumps(event) + "\n" + json.dumps(event | {"id": "e-2", stray: 7}) + "\n", "utf-8")
    dataset = load_logs([log], requirement=None, project=PROJECT)
    found = dataset.con.execute(f"SELECT {mine}, {stray} FROM ev ORDER BY id").fetchall()
    expected = "mine" if own else event.get(mine)
    assert found == [(expected, None), (expected, None)]
    assert dataset.files[0].accepted == 2


def test_a_field_that_a_type_needs_is_missed_though_another_of_its_slot_is_there(tmp_path: Path) -> None:
    """What fills the slot of another type does not stand for a required field."""
    slots = Slots(KNOWN, FIELDS)
    needed = "notice_id"
    mates = next(slot for slot in slots.slots if needed in {spec.name for spec in slot.fields}).fields
    event = {"id": "e-1", "type": "notice.received", "time": "2026-08-01T10:00:00Z", "service": "halcyon-live"}
    event |= {spec.name: "x" for spec in mates if spec.name != needed}
    log = tmp_path / "a.ndjson"
    log.write_text(json.dumps(event) + "\n", "utf-8")
    dataset = load_logs([log], requirement=None, project=PROJECT)
    assert (dataset.files[0].accepted, dataset.files[0].rejected) == (0, 1)
