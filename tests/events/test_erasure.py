"""Erasure and retention: content and salts go for good, the log still proves the rest, and a hold goes before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.hold import holds_of, record_hold
from compliance.clock import parse_duration, parse_instant
from compliance.errors import InputError, StoreError
from compliance.events.catalogue import catalogue
from compliance.events.dataset import Interval
from compliance.events.erasure import Order, erase, rows_before, rows_of_ids, rows_of_person
from compliance.events.ledger import Entry
from compliance.events.merkle import verify_inclusion
from compliance.events.retention import back, due, load_schedule, retain
from compliance.events.store import Store
from compliance.events.verify import verify_store
from compliance.evidence.bundle import write_bundle
from compliance.evidence.disclosure import disclose_rows
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Policy
from compliance.evidence.verify import verify_bundle
from compliance.patterns.coverage import windows_of
from tests.conftest import Run
from tests.events.logs import PROJECT, clock, event, kept, line, write
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle

PERSON = "person-4711@example.org"
REST = {"role": "data protection officer", "reason": "request 12", "ground": "Regulation (EU) 2016/679 Art. 17(1)(a)"}


def none(_: Path) -> Sequence[Entry]:
    """No hold stands."""
    return ()


def order(rows: Sequence[int], *, whole: bool = False, values: tuple[str, ...] = ()) -> Order:
    """An order for some rows."""
    return Order(tuple(rows), whole, REST["role"], REST["reason"], REST["ground"], values)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of two segments: notices, three of them of one person, a heartbeat, and a refused line that names the person."""
    beat = event(900, "log.heartbeat", source="app", complete_from="2026-08-01T00:00:00Z",
                 complete_until="2026-08-30T00:00:00Z", event_types=["*"])  # fmt: skip
    del beat["notice_id"]
    notices = [event(n, contact=PERSON if n in {3, 17, 25} else f"p{n}@example.org") for n in range(30)]
    refused = {"id": "e-x", "type": "notice.received", "time": "soon", "service": "halcyon-live", "contact": PERSON}
    first = write(tmp_path / "one.ndjson", [line(each) for each in [*notices[:20], beat]])
    second = write(tmp_path / "two.ndjson", [line(each) for each in [*notices[20:], refused]])
    kept(tmp_path / "store", first)
    return kept(tmp_path / "store", second)[0]


def raw_bytes(store: Store) -> bytes:
    """Every byte of the store, the columns of its Parquet files in clear."""
    import duckdb

    found = [path.read_bytes() for path in store.path.rglob("*") if path.is_file()]
    for path in store.path.rglob("*.parquet"):
        found.append(repr(duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchall()).encode())
    return b"\n".join(found)


def reopened(store: Store) -> Store:
    """The store as the next program meets it."""
    return Store.open(store.path)


def test_person_is_erased_everywhere_and_the_log_still_verifies(store: Store) -> None:
    """After erasure no byte of the store names the person; head, leaves and proofs are what they were."""
    before, rows = store.checkpoint(), rows_of_person(store, "contact", PERSON)
    assert len(rows) == 3
    assert PERSON.encode() in raw_bytes(store)
    erase(store, order(rows, values=(PERSON,)), holds=none, clock=clock)
    after = reopened(store)
    assert PERSON.encode() not in raw_bytes(after)
    assert b"p5@example.org" in raw_bytes(after)
    assert after.checkpoint() == before
    checked = verify_store(after, deep=True)
    assert checked.remade == before.size
    assert any("3 event(s) whose content was erased" in text for text in checked.not_checked)
    for row in rows:
        leaf = after.leaf(row)
        assert set(leaf.salts) == {"open"}
        assert verify_inclusion(leaf.hash, row, before.size, after.inclusion_proof(row), before.root)
    assert sorted(folder.name for folder in (after.path / "segments").iterdir()) == ["000001-1", "000002-1"]


def test_open_fields_stay_and_can_still_be_disclosed(store: Store, tmp_path: Path) -> None:
    """A reduced event leaves with its open fields under its leaf; the erased parts stand by their commitments."""
    rows = rows_of_person(store, "contact", PERSON)
    erase(store, order(rows), holds=none, clock=clock)
    after = reopened(store)
    locator = after.dataset(None, project=PROJECT).locator
    told = locator.events(rows)
    assert [told[row]["notice_id"] for row in rows] == ["N-3", "N-17", "N-25"]
    assert all("contact" not in told[row] for row in rows)
    found = disclose_rows(after, range(6), catalogue(), Pseudonymiser(bytes(32), "C"), Policy("role", "time"))
    frame = small_bundle(SmallLog(), [])
    own = {file.path for file in found.files}
    files = tuple(file for file in frame.files if file.path not in own and "events/" not in file.path)
    answer = [
        file for file in files if file.path not in {"exhibits/index.json", "exhibits/E-001.csv", "exhibits/E-002.csv"}
    ]
    index = [file for file in files if file.path == "exhibits/index.json"]
    assert index
    bundle = type(frame)(
        frame.reference, frame.organisation, frame.bagging_date, frame.description, frame.crate, (*answer, *found.files)
    )
    made = write_bundle(tmp_path / "bundle", bundle, signer=None, signed_at=WHEN)
    failed = {each.layer for each in verify_bundle(made.path).failures}
    assert not failed & {"leaves", "proofs", "lines", "checkpoint"}


def test_whole_events_go_and_their_absence_proves_nothing(store: Store) -> None:
    """Events erased whole are in no table any more, and the log is no longer known to be complete where they were."""
    rows = rows_of_ids(store, ["e-3", "e-4"])
    entry = erase(store, order(rows, whole=True), holds=none, clock=clock)
    after = reopened(store)
    dataset = after.dataset(None, project=PROJECT)
    assert dataset.con.execute("SELECT count(*) FROM ev WHERE id IN ('e-3', 'e-4')").fetchall() == [(0,)]
    gone = Interval(parse_instant("2026-08-01T00:03:00Z"), parse_instant("2026-08-01T00:04:00Z") + 1)
    windows = windows_of(dataset.statements, "notice.received", catalogue())
    assert (windows[0].end, windows[1].start) == (gone.start, gone.end)
    assert len(windows_of(dataset.statements, "notice.decided", catalogue())) == 1
    assert entry is not None
    assert (entry["kind"], entry["rows"], entry["extent"]) == ("erasure", 2, "whole")
    verify_store(after, deep=True)


def test_cases_of_reduced_events_are_undetermined(store: Store) -> None:
    """What is missing in a reduced event proves nothing: it counts among the events that nobody can judge."""
    erase(store, order(rows_of_ids(store, ["e-3"])), holds=none, clock=clock)
    assert "e-3" in reopened(store).dataset(None, project=PROJECT).conflicts


def test_erasing_twice_and_ingesting_afterwards(store: Store, tmp_path: Path) -> None:
    """A second erasure adds to the first, a log read again adds nothing, and a new log continues the tree."""
    erase(store, order(rows_of_ids(store, ["e-3"])), holds=none, clock=clock)
    erase(store, order(rows_of_ids(store, ["e-3", "e-5"]), whole=True), holds=none, clock=clock)
    kept(store.path, tmp_path / "one.ndjson")
    kept(store.path, write(tmp_path / "three.ndjson", [line(event(50))]))
    after = reopened(store)
    assert verify_store(after, deep=True).leaves == 32
    dataset = after.dataset(None, project=PROJECT)
    assert {row[0] for row in dataset.con.execute("SELECT id FROM ev").fetchall()} & {"e-3", "e-5", "e-50"} == {"e-50"}


def test_hold_blocks_every_erasure(store: Store, tmp_path: Path) -> None:
    """While a preservation hold stands nothing goes, by request or by period; the error names the hold."""
    before = raw_bytes(store)
    record_hold(tmp_path / "matter", store.path, role="counsel", reason="letter", reference="C(2026) 6142", clock=clock)
    for act in (
        lambda: erase(store, order([3]), holds=holds_of, clock=clock),
        lambda: erase(store, order([]), holds=holds_of, clock=clock),
    ):
        with pytest.raises(StoreError, match=r"C\(2026\) 6142") as caught:
            act()
        assert caught.value.code == "STO-HELD"
    assert PERSON.encode() in before
    assert PERSON.encode() in raw_bytes(store)


def test_erasure_needs_its_reasons(store: Store) -> None:
    """Without a role, a reason and a ground nothing is erased."""
    with pytest.raises(InputError, match="needs a role, a reason and a ground"):
        erase(store, Order((3,), False, "", "x", "y"), holds=none, clock=clock)


@pytest.mark.parametrize("field", ["notice_id", "id", "no_such_field"])
def test_open_field_names_no_person(store: Store, field: str) -> None:
    """A person is found by a field that may name one; any other is refused."""
    with pytest.raises(InputError) as caught:
        rows_of_person(store, field, "x")
    assert caught.value.code == "STO-FIELD"


def test_unknown_event_is_refused(store: Store) -> None:
    """An id that is not there stops the erasure before anything is written."""
    with pytest.raises(InputError, match="1 of these events"):
        rows_of_ids(store, ["e-3", "e-999"])


def schedule(folder: Path, *entries: dict[str, Any]) -> Path:
    """A schedule file."""
    import json

    path = folder / "schedule.yaml"
    path.write_text(json.dumps(entries))
    return path


def test_schedule_erases_what_is_past_its_period_once(store: Store, tmp_path: Path) -> None:
    """Types and periods are data; what is due is counted first, erased on request, recorded with its origin, and then done."""
    path = schedule(
        tmp_path,
        {"types": ["log.*"], "keep": "P10Y", "then": "erase", "origin": "policy", "because": "proof of coverage"},
        {"types": ["notice.*"], "keep": "P6M", "then": "reduce", "origin": "policy", "because": "open cases are closed by then"},
    )  # fmt: skip
    dues = due(store, load_schedule(path), date(2027, 2, 1), "UTC")
    assert [(each.before, len(each.rows)) for each in dues] == [(date(2017, 2, 1), 0), (date(2026, 8, 1), 0)]
    dues = due(store, load_schedule(path), date(2027, 2, 2), "UTC")
    assert [len(each.rows) for each in dues] == [0, 30]
    entries = retain(store, dues, role="records manager", holds=none, clock=clock)
    assert [(entry["rows"], entry["ground"]) for entry in entries] == [(30, "policy: open cases are closed by then")]
    after = reopened(store)
    assert b"@example.org" not in b"".join(path.read_bytes() for path in after.path.rglob("lines.parquet"))
    assert [len(each.rows) for each in due(after, load_schedule(path), date(2027, 2, 2), "UTC")] == [0, 0]
    verify_store(after, deep=True)


def test_months_go_back_to_the_last_day_there_is() -> None:
    """Six months before 31 August is 28 February, and a leap day has its year."""
    assert back(date(2026, 8, 31), parse_duration("P6M")) == date(2026, 2, 28)
    assert back(date(2024, 2, 29), parse_duration("P1Y")) == date(2023, 2, 28)
    assert back(date(2026, 12, 31), parse_duration("P1M")) == date(2026, 11, 30)
    assert back(date(2026, 1, 10), parse_duration("P1W")) == date(2026, 1, 3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"types": ["no.such_type"]}, "no event type"),
        ({"keep": "PT5H"}, "retention period is in days"),
        ({"then": "burn"}, "then"),
        ({"because": ""}, "because"),
    ],
)
def test_bad_schedule_is_named(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    """A schedule that cannot be used is refused with the entry and the cause."""
    sound = {"types": ["notice.*"], "keep": "P6M", "then": "erase", "origin": "policy", "because": "x"}
    with pytest.raises(InputError, match=says) as caught:
        load_schedule(schedule(tmp_path, {**sound, **change}))
    assert caught.value.code == "RET-SCHEDULE"


def test_rows_are_found_by_type_and_time(store: Store) -> None:
    """The instant itself is not before itself."""
    assert rows_before(store, ["notice.received"], parse_instant("2026-08-01T00:03:00Z")) == (0, 1, 2)


def test_verbs_erase_and_retain(store: Store, tmp_path: Path, run: Run) -> None:
    """The verbs name what they did; the value of a person comes from a file; a hold gives an error and changes nothing."""
    value = tmp_path / "value.txt"
    value.write_text(PERSON + "\n")
    words = ("store", "erase", "--store", store.path, *(part for name in REST for part in (f"--{name}", REST[name])))
    ran = run(*words, "--field", "contact", "--value-file", value)
    assert (ran.code, ran.out.split("\t")[:2]) == (0, ["erased", "3"])
    plan = schedule(
        tmp_path, {"types": ["notice.*"], "keep": "P6M", "then": "erase", "origin": "policy", "because": "x"}
    )
    asked = (
        "store",
        "retain",
        "--store",
        store.path,
        "--schedule",
        plan,
        "--today",
        "2027-06-01",
        "--role",
        "records manager",
    )
    counted = run(*asked)
    assert (counted.code, counted.out) == (0, "erase\t30\t2026-12-01\tnotice.*\tpolicy\n")
    record_hold(tmp_path / "matter", store.path, role="counsel", reason="letter", reference="REF-9", clock=clock)
    held = run(*asked, "--erase")
    assert held.code != 0
    assert "REF-9" in held.err
    assert run("store", "verify", "--store", store.path, "--deep").code == 0
    assert "erasure" in run("store", "ledger", "--store", store.path).out
