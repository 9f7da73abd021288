"""Columns against the exact judge: what SQL passes is sound, and its canonical JSON is RFC 8785 to the byte."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.events.catalogue import ENVELOPE, Kind, catalogue
from compliance.events.judge import Refused, judge_line
from compliance.events.leaf import make_leaf
from compliance.events.load import load_logs
from compliance.events.sql import ident
from compliance.events.verify import verify_store
from tests.events.logs import PROJECT, adds_up, event, kept

KNOWN = catalogue()
TYPES = ("notice.received", "sor.sent", "order.received", "availability.sampled", "log.heartbeat")
FIELDS = tuple(sorted(set(KNOWN.fields) - set(ENVELOPE)))
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=()), max_size=12)
INSTANTS = st.sampled_from(
    [
        "2026-08-01T10:00:00Z",
        "2026-08-01 10:00:00.123456789+02:00",
        "2026-08-01t10:00:00z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "2026-08-01T10:00:00",
        "2026-08-01T24:00:00Z",
        "2026-08-01T10:00:00+23:59",
        "2026-06-31T10:00:00Z",
        "",
    ]
)
ANY = st.one_of(
    TEXT,
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.booleans(),
    st.lists(TEXT, max_size=2),
    st.just({}),
)


def _value(name: str) -> st.SearchStrategy[Any]:
    spec = KNOWN.fields[name]
    sound: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.STRING: st.sampled_from(spec.codes) if spec.codes else TEXT,
        Kind.INTEGER: st.one_of(st.integers(-(2**53), 2**53), st.just(5.0)),
        Kind.NUMBER: st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 1)),
        Kind.BOOLEAN: st.booleans(),
        Kind.INSTANT: INSTANTS,
        Kind.DATE: st.sampled_from(["2026-08-01", "2026-02-30", "2026-8-1", "0999-01-01"]),
        Kind.LIST: st.lists(TEXT, max_size=3),
    }
    return st.one_of(*[sound[spec.kind]] * 12, ANY, st.none())


@st.composite
def _lines(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(TYPES))
    names = draw(st.lists(st.sampled_from(sorted(KNOWN.types[kind].fields)), max_size=6))
    needed = [name for name in KNOWN.types[kind].required if name not in {"id", "type", "time", "service"}]
    value: dict[str, Any] = {
        "id": f"e-{draw(st.integers(0, 10**6))}",
        "type": kind,
        "time": draw(INSTANTS),
        "service": "halcyon-live",
    }
    strays = draw(st.lists(st.sampled_from(FIELDS), max_size=3))
    for name in [*strays, *needed, *names]:
        if name not in ENVELOPE:
            value[name] = draw(_value(name))
    if "source" in KNOWN.types[kind].required:
        value["source"] = "mod"
    value |= draw(
        st.dictionaries(TEXT, st.one_of(TEXT, st.integers(-5, 5), st.lists(st.none(), max_size=2)), max_size=1)
    )
    return json.dumps(
        value, ensure_ascii=draw(st.booleans()), separators=draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    ).encode()


def _judged(raw: bytes) -> dict[str, Any] | None:
    try:
        return judge_line(raw, KNOWN)
    except Refused:
        return None


@settings(max_examples=6)
@given(st.lists(_lines(), min_size=20, max_size=60, unique_by=lambda raw: json.loads(raw)["id"]))
def test_the_store_accepts_exactly_what_the_judge_accepts_and_seals_it_canonically(lines: list[bytes]) -> None:
    """Accepted lines, their verbatim bytes and their leaves are those of the line-by-line reading; no line is lost."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "a.ndjson"
        log.write_bytes(b"".join(raw + b"\n" for raw in lines))
        store, report = kept(Path(folder) / "store", log)
        wanted = [(number, raw) for number, raw in enumerate(lines, start=1) if _judged(raw) is not None]
        found = store.verbatim(range(store.checkpoint().size))
        assert [(entry.line, entry.raw) for entry in found.values()] == wanted
        assert adds_up(report.files[0])
        assert verify_store(store, deep=True).remade == len(
            wanted
        )  # raises where SQL sealed other bytes than Python makes
        events = store.dataset(None, project=PROJECT).locator.events(range(len(wanted)))
        assert list(events.values()) == [_judged(raw) for _, raw in wanted]


@settings(max_examples=6)
@given(st.lists(_lines(), min_size=20, max_size=60, unique_by=lambda raw: json.loads(raw)["id"]))
def test_a_load_of_all_fields_sees_the_same_values_as_the_store(lines: list[bytes]) -> None:
    """Both roads into a dataset lead to the same columns."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "a.ndjson"
        log.write_bytes(b"".join(raw + b"\n" for raw in lines))
        store, _ = kept(Path(folder) / "store", log)
        names = ", ".join(("id", "type::VARCHAR", "t", "service", "source", "corrects", *map(ident, FIELDS)))
        query = f"SELECT {names} FROM ev ORDER BY id, t"
        loaded = load_logs([log], requirement=None, project=PROJECT)
        kept_rows = store.dataset(None, project=PROJECT).con.execute(query).fetchall()
        assert loaded.con.execute(query).fetchall() == kept_rows
        assert adds_up(loaded.files[0])


def test_control_characters_are_escaped_in_lower_case(tmp_path: Path) -> None:
    """The printer inside the engine writes upper-case digits; RFC 8785 wants lower case, and an escaped backslash left alone."""
    log = tmp_path / "a.ndjson"
    log.write_bytes(json.dumps(event(1, notice_id="a\u001f\\u001F\u000b")).encode())
    store, _ = kept(tmp_path / "store", log)
    raw = store.verbatim([0])[0].raw
    assert (
        store.leaf(0).commitments["open"]
        == make_leaf(0, judge_line(raw, KNOWN), raw, _salt(store), KNOWN).commitments["open"]
    )


def _salt(store: Any) -> bytes:
    from compliance.events.stored import read_lines_of

    return read_lines_of(store, [0])[0].salt
