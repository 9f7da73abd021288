"""Slots: fields that no type has both of share a column, and every field still reads as if it had its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.events import load, slots
from compliance.events.catalogue import ENVELOPE, FieldSpec, Kind, catalogue
from compliance.events.dataset import of_type
from compliance.events.load import load_logs
from compliance.events.slots import Slots
from tests.events.logs import PROJECT

KNOWN = catalogue()
_SQL_TYPES = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}
FIELDS = tuple(sorted(set(KNOWN.fields) - set(ENVELOPE)))


def test_no_type_has_two_fields_of_one_slot_and_each_field_has_one() -> None:
    """Fields of a slot are typed alike, and never meet in an event."""
    slots = Slots(KNOWN, FIELDS).slots
    assert sorted(spec.name for slot in slots for spec in slot.fields) == list(FIELDS)
    for slot in slots:
        assert {_SQL_TYPES.get(spec.kind, "VARCHAR") for spec in slot.fields} == {slot.kind}
        for kind in KNOWN.types.values():
            assert sum(spec.name in kind.fields for spec in slot.fields) <= 1


def test_there_are_far_fewer_slots_than_fields() -> None:
    """A table of all fields is a fifth as wide, and the places of a slot fit their bits."""
    found = Slots(KNOWN, FIELDS).slots
    assert len(found) * 5 < len(FIELDS)
    assert max(len(slot.fields) for slot in found) < 1 << slots._WIDTH


def _free(spec: FieldSpec) -> bool:
    return spec.kind is Kind.STRING and not spec.codes


def _pair() -> tuple[str, str, str]:
    """A type, a text field it needs or has, and a text field of the same slot that it has not."""
    for slot in Slots(KNOWN, FIELDS).slots:
        own = [spec.name for spec in slot.fields if _free(spec) and spec.name in KNOWN.types["notice.received"].fields]
        if own and (others := [spec.name for spec in slot.fields if _free(spec) and spec.name != own[0]]):
            return "notice.received", own[0], others[0]
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


def test_a_large_log_says_the_same_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ev` is a view then, and each type has its own beside it: same rows, same columns, in the same order."""
    mine, stray = _pair()[1:]
    envelope = {"time": "2026-08-01T10:00:00Z", "service": "halcyon-live"}
    events = []
    for number, kind in enumerate(("notice.received", "notice.decided", "outage.started", "notice.received")):
        required = dict.fromkeys(KNOWN.types[kind].required, f"X-{number}") if kind in KNOWN.types else {}
        events.append({**required, **envelope, "id": f"e-{number}", "type": kind, mine: "a", stray: "b"})
    log = tmp_path / "a.ndjson"
    log.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    small = load_logs([log], requirement=None, project=PROJECT)
    monkeypatch.setattr(load, "MANY", 1)
    large = load_logs([log], requirement=None, project=PROJECT)
    every = "SELECT * FROM ev ORDER BY n"
    assert [column[:2] for column in large.con.execute(every).description] == [
        column[:2] for column in small.con.execute(every).description
    ]
    rows = large.con.execute(every).fetchall()
    assert rows == small.con.execute(every).fetchall()
    columns = [column[0] for column in large.con.execute(every).description]
    kinds = {row[columns.index("type")] for row in rows}
    assert len(kinds) > 1
    for kind in kinds:
        laid = large.con.execute(f'SELECT * FROM "{of_type(kind)}" ORDER BY n')
        names = [column[0] for column in laid.description]
        own = {*ENVELOPE, "n", "t", *KNOWN.types[kind].fields} - {"time"}
        assert set(names) == own & set(columns)
        listed = ", ".join(f'"{name}"' for name in names)
        assert (
            laid.fetchall() == small.con.execute(f"SELECT {listed} FROM ev WHERE type = '{kind}' ORDER BY n").fetchall()
        )
