"""What the usual order of members lets pass at once: never a line that is no strict JSON, and never a row out of order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.events.catalogue import catalogue
from compliance.events.layout import Layout
from compliance.events.segment import EVENTS
from compliance.events.verify import verify_store
from tests.events.logs import codes, event, kept, line, write

STRAY = '"agent": "gateway", "attempt": 3'


def _text(number: int, stray: str = STRAY) -> bytes:
    """An event with members that its type does not have."""
    return line(event(number))[:-1] + b", " + stray.encode() + b"}"


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (_text(7)[:-1] + b" ,}", "ING-JSON"),
        (_text(7, '"agent": "gateway", "attempt": NaN'), "ING-NUMBER"),
        (_text(7, '"agent": "gateway", "attempt": -Infinity'), "ING-NUMBER"),
        (_text(7, '"agent": "gateway", "attempt": 12345678901234567'), "ING-NUMBER"),
        (_text(7, '"agent": ["gateway",], "attempt": 3'), "ING-JSON"),
        (_text(7, '"agent": {"a": 1, "a": 2,}, "attempt": 3'), "ING-JSON"),
        (_text(7, '"agent": "gateway", "agent": "gateway"'), "ING-DUPLICATE-KEY"),
        (_text(7, '"agent": ' + "[" * 70 + "]" * 70 + ', "attempt": 3'), "ING-DEPTH"),
        (_text(7).replace(b'"id":', b'"id": "e-8", "id":'), "ING-DUPLICATE-KEY"),
    ],
)
def test_an_odd_line_among_usual_ones_is_refused(tmp_path: Path, odd: bytes, code: str) -> None:
    """Its members are those of its neighbours, and still each oddity is found."""
    _, report = kept(tmp_path / "s", write(tmp_path / "a.ndjson", [*map(_text, range(7)), odd, _text(8)]))
    assert [(at, found) for at, found, _ in codes(report)] == [(8, code)]


@pytest.mark.parametrize(
    "other",
    [
        _text(7, '"agent": null, "attempt": null'),
        _text(7, '"Agent": "a", "agent": "b", "attempt": 3'),
        _text(7, '"agent": {"id": "x"}, "attempt": 1.5'),
        _text(7, '"": "", "ID": 5'),
        _text(7, '"\\u0001": "a\\u000b\\u001f", "attempt": 3'),
        line(event(7, explanation="a\x0b\\u000b\x1fé")),
        line(event(7)).replace(b'"type"', b'"\\u0074ype"'),
        line(event(7)).replace(b"notice.received", b"notice\\u002ereceived"),
        line({**event(7), "actor_id": 5}),
    ],
)
def test_another_line_among_usual_ones_is_an_event(tmp_path: Path, other: bytes) -> None:
    """Members that nobody knows may be anything that is strict JSON; the leaf is that of the exact judge."""
    store, report = kept(tmp_path / "s", write(tmp_path / "a.ndjson", [*map(_text, range(7)), other, _text(8)]))
    assert codes(report) == []
    assert verify_store(store, deep=True).remade == 9


def test_columns_lie_in_the_order_of_type_and_row(tmp_path: Path) -> None:
    """Types that take turns in the log lie one behind the other, each in the order of its lines, with their own fields."""
    import duckdb

    lines = [
        line(event(at, action_id="A-1", acted_at="2026-08-01T00:00:00Z"))
        if at % 2
        else line(
            event(
                at,
                "log.heartbeat",
                source="mod",
                event_types=["notice.received"],
                complete_from="2026-08-01T00:00:00Z",
                complete_until="2026-08-02T00:00:00Z",
            )
        )
        for at in range(40)
    ]
    store, report = kept(tmp_path / "s", write(tmp_path / "a.ndjson", lines))
    assert codes(report) == []
    found = duckdb.sql(
        f"SELECT n, type, notice_id, event_types FROM read_parquet('{store.segments()[0] / EVENTS}')"
    ).fetchall()
    beats = [(at, "log.heartbeat", None, '["notice.received"]') for at in range(0, 40, 2)]
    assert found == beats + [(at, "notice.received", f"N-{at}", None) for at in range(1, 40, 2)]


def test_fields_of_one_type_never_share_a_column() -> None:
    """Also where types come later than others."""
    known = catalogue()
    layout = Layout(known)
    for kind in (known.types[name] for name in sorted(known.types, reverse=True)):
        layout.add(kind.fields)
    for kind in known.types.values():
        columns = [layout.column(name) for name in kind.fields if name in layout.fields]
        assert len(set(columns)) == len(columns)
    assert json.dumps(layout.fields) == json.dumps(sorted(layout.fields))
    assert len(layout.columns) * 4 < len(layout.fields)
