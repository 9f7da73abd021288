"""The store: repeats, conflicts, corrections, holes, coverage, dismissals, and the same answer as a load without a store."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from compliance.errors import InputError
from compliance.events.dataset import Interval, Requirement
from compliance.events.load import load_logs
from compliance.events.merkle import verify_consistency, verify_inclusion
from compliance.events.store import Store
from compliance.events.verify import verify_store
from compliance.project import Project
from tests.events.logs import PROJECT, adds_up, clock, codes, event, kept, line, write


def test_a_duplicate_is_the_same_content_however_written(tmp_path: Path) -> None:
    """Order of keys, spacing, escapes, nulls and unknown fields make no other content; inside a file and across segments."""
    first = event(1, text="é")
    again = dict(reversed(list(first.items()))) | {"member_state": None, "unknown": 5}
    log = write(tmp_path / "a.ndjson", [line(first), json.dumps(again).encode()])
    store, report = kept(tmp_path / "store", log)
    assert (report.files[0].accepted, report.files[0].duplicates) == (1, 1)
    _, report = kept(
        tmp_path / "store", write(tmp_path / "b.ndjson", [json.dumps(again, indent=None).encode(), line(event(2))])
    )
    assert (report.files[0].accepted, report.files[0].duplicates) == (1, 1)
    assert load_logs([log], requirement=None, project=PROJECT).files[0].duplicates == 1
    assert Store.open(store.path).checkpoint().size == 2


def test_a_conflict_is_refused_named_and_leaves_a_hole(tmp_path: Path) -> None:
    """The event that came first stays; the other is a reject with a hole for its case, in one file or a later one."""
    log = write(tmp_path / "a.ndjson", [line(event(1)), line(event(1, notice_id="N-other"))])
    store, report = kept(tmp_path / "store", log)
    assert codes(report) == [(2, "ING-CONFLICT", "id")]
    store, report = kept(tmp_path / "store", write(tmp_path / "b.ndjson", [line(event(1, item_count=2))]))
    assert codes(report) == [(1, "ING-CONFLICT", "id")]
    for dataset in (
        store.dataset(None, project=PROJECT),
        load_logs([log, tmp_path / "b.ndjson"], requirement=None, project=PROJECT),
    ):
        assert dataset.conflicts == {"e-1"}
        assert [(hole.type, hole.case, hole.code) for hole in dataset.holes] == [
            ("notice.received", "N-other", "ING-CONFLICT"),
            ("notice.received", "N-1", "ING-CONFLICT"),
        ]
        assert dataset.con.execute("SELECT notice_id FROM ev").fetchall() == [("N-1",)]
        assert all(map(adds_up, dataset.files))


def test_the_same_file_adds_a_receipt_and_nothing_else(tmp_path: Path) -> None:
    """Under any name, in the same run or later; a load reads it once."""
    log = write(tmp_path / "a.ndjson", [line(event(1)), b"broken"])
    copy = write(tmp_path / "copy.ndjson", [line(event(1)), b"broken"])
    store, report = kept(tmp_path / "store", log, copy)
    assert [(counts.file, counts.duplicates) for counts in report.repeated] == [(str(copy), 2)]
    head, rejects = store.checkpoint(), store.rejects()
    store, report = kept(tmp_path / "store", log)
    assert (report.segments, store.checkpoint(), store.rejects()) == ((), head, rejects)
    assert [entry["kind"] for entry in store.ledger] == ["created", "segment", "again", "again"]
    assert [counts.accepted for counts in load_logs([log, copy], requirement=None, project=PROJECT).files] == [1, 0]


def test_a_corrected_event_is_no_longer_judged_but_still_proved(tmp_path: Path) -> None:
    """A correction of a correction leaves the last; a missing target is warned of; two that correct each other leave one."""
    lines = [
        line(event(1)),
        line(event(2, corrects="e-1", notice_id="N-1")),
        line(event(3, corrects="e-2", notice_id="N-1")),
        line(event(4, corrects="e-99")),
        line(event(5, corrects="e-6")),
        line(event(6, corrects="e-5")),
    ]
    log = write(tmp_path / "a.ndjson", lines)
    later = write(tmp_path / "b.ndjson", [line(event(7, corrects="e-4"))])
    store, _ = kept(tmp_path / "store", log)
    kept(tmp_path / "store", later)
    store = Store.open(store.path)
    for dataset in (store.dataset(None, project=PROJECT), load_logs([log, later], requirement=None, project=PROJECT)):
        assert [row[0] for row in dataset.con.execute("SELECT id FROM ev ORDER BY n").fetchall()] == [
            "e-3",
            "e-6",
            "e-7",
        ]
        assert any("e-99" in warning for warning in dataset.warnings)
    assert store.checkpoint().size == 7
    verify_store(store, deep=True)


def test_holes_say_as_much_as_a_refused_line_can_be_trusted_with(tmp_path: Path) -> None:
    """Type, time and case where they can be read; a naive time stands for every offset; an unreadable line for anything."""
    lines = [
        line(event(1, item_count="x")),
        line(event(2, time="2026-08-01T12:00:00")),
        line(event(3, time="soon")),
        line(event(4, type="notice.recieved")),
        b'{"id":"e-5","type":"notice.received","time":"2026-08-01T10:00:00Z","notice_id":"N-5',
        b"nothing",
        line(event(6))[:-1] + b',"notice_id":"N-other"}',
    ]
    log = write(tmp_path / "a.ndjson", lines)
    store, _ = kept(tmp_path / "store", log)
    holes = store.dataset(None, project=PROJECT).holes
    noon, hour = 1785585600000000, 3_600_000_000
    always = (-(2**62), 2**62)
    minute = 1785542400000000
    assert [(hole.line, hole.type, hole.case, hole.start, hole.end) for hole in holes] == [
        (1, "notice.received", "N-1", minute + 60_000_000, minute + 60_000_000),
        (2, "notice.received", "N-2", noon - 14 * hour, noon + 14 * hour),
        (3, "notice.received", "N-3", *always),
        (4, None, None, minute + 240_000_000, minute + 240_000_000),
        (5, "notice.received", None, minute + 10 * hour, minute + 10 * hour),
        (6, None, None, *always),
        (7, "notice.received", None, minute + 360_000_000, minute + 360_000_000),
    ]


def test_a_dismissal_removes_the_hole_and_stays_in_the_ledger(tmp_path: Path) -> None:
    """A person's word with role and reason; unknown lines, second dismissals and empty reasons are refused."""
    store, _ = kept(
        tmp_path / "store", write(tmp_path / "a.ndjson", [line(event(1)), b"broken", line(event(1, item_count=1))])
    )
    assert [record["reject"] for record in store.rejects()] == ["000001-1", "000001-2"]
    store.dismiss("000001-2", role="head of trust and safety", reason="test event", clock=clock)
    dataset = Store.open(store.path).dataset(None, project=PROJECT)
    assert ([hole.line for hole in dataset.holes], dataset.conflicts) == ([2], frozenset())
    assert "dismissed" in dataset.warnings[-1]
    assert store.ledger.of("dismissal")[0]["role"] == "head of trust and safety"
    for reject, reason in (("000001-2", "again"), ("000009-1", "why"), ("000001-1", " ")):
        with pytest.raises(InputError):
            store.dismiss(reject, role="role", reason=reason, clock=clock)


HEARTBEAT = event(
    90,
    "log.heartbeat",
    source="mod",
    event_types=["notice.*"],
    complete_from="2026-08-01T00:00:00Z",
    complete_until="2026-09-01T00:00:00+02:00",
)
GAP = event(
    91,
    "log.gap_declared",
    source="mod",
    event_types=["notice.received"],
    gap_from="2026-08-02T00:00:00Z",
    gap_until="2026-08-03T00:00:00Z",
)


def test_coverage_comes_from_the_log_and_from_signed_statements(tmp_path: Path) -> None:
    """Heartbeats, declared gaps and the project file speak, each marked with who says so."""
    project = Project.model_validate(
        {
            "service": {"id": "halcyon-live"},
            "coverage": [
                {
                    "source": "desk",
                    "event_types": ["order.*"],
                    "from": "2026-01-01T00:00:00Z",
                    "until": "2026-02-01T00:00:00Z",
                    "declared_by": "officer",
                }
            ],
            "sources": [
                {"name": "a", "event_types": ["notice.*"], "captures": ["item_count", "category"]},
                {"name": "b", "event_types": ["notice.received"], "captures": ["item_count"]},
            ],
        }
    )
    log = write(tmp_path / "a.ndjson", [line(HEARTBEAT), line(GAP), line(event(1))])
    store, report = kept(tmp_path / "store", log)
    assert len(report.statements) == 2
    for dataset in (
        store.dataset(Requirement(frozenset(), frozenset()), project=project),
        load_logs([log], requirement=None, project=project),
    ):
        assert [(entry.source, entry.gap, entry.declared_by, entry.window) for entry in dataset.statements] == [
            ("mod", False, "", Interval(1785542400000000, 1788213600000000)),
            ("mod", True, "", Interval(1785628800000000, 1785715200000000)),
            ("desk", False, "officer", Interval(1767225600000000, 1769904000000000)),
        ]
        assert dataset.captures["notice.received"] == {
            "id",
            "type",
            "time",
            "service",
            "source",
            "corrects",
            "notice_id",
            "item_count",
        }
        assert "category" in dataset.captures["notice.decided"]
        assert "order.received" not in dataset.captures


def test_every_segment_is_sealed_into_one_growing_tree(tmp_path: Path) -> None:
    """Old heads are prefixes of new ones, and every line of every segment is proved under the last."""
    heads = []
    for part in range(3):
        store, _ = kept(
            tmp_path / "store",
            write(tmp_path / f"{part}.ndjson", [line(event(part * 10 + number)) for number in range(part + 3)]),
        )
        heads.append(store.checkpoint())
    assert [head.size for head in heads] == [3, 7, 12]
    for head in heads[:-1]:
        assert verify_consistency(head.size, 12, store.consistency_proof(head.size), head.root, heads[-1].root)
    assert all(
        verify_inclusion(store.leaf(row).hash, row, 12, store.inclusion_proof(row), heads[-1].root) for row in range(12)
    )
    assert heads[-1].text.splitlines()[:2] == [store.origin, "12"]
    with pytest.raises(KeyError):
        store.leaf(12)


def test_salts_are_drawn_anew_so_that_equal_events_have_unequal_leaves(tmp_path: Path) -> None:
    """Two stores of one log commit differently; nobody confirms a guess by comparing leaves."""
    log = write(tmp_path / "a.ndjson", [line(event(1))])
    assert kept(tmp_path / "one", log)[0].leaf(0).hash != kept(tmp_path / "two", log)[0].leaf(0).hash


def test_plain_duckdb_reads_the_store_as_documented(tmp_path: Path) -> None:
    """The queries of docs/store.md run as printed."""
    store, _ = kept(tmp_path / "store", write(tmp_path / "a.ndjson", [line(event(1)), b"broken"]))
    page = (Path(__file__).parents[2] / "docs" / "store.md").read_text("utf-8")
    queries = page.split("```sql\n")[1].split("```")[0].replace("DIR", str(store.path)).split(";")
    results = [duckdb.execute(query.replace("n = 42", "n = 0")).fetchall() for query in queries if query.strip()]
    assert results[0][0][:2] == ("notice.received", 1)
    assert results[1] == [(line(event(1)).decode(),)]
    assert results[2] == [("ING-JSON", "", 1)]


def test_columns_are_those_asked_for_typed_as_promised(tmp_path: Path) -> None:
    """Required fields and the envelope, from a store with events, without, and without a store; foreign fields are null."""
    log = write(
        tmp_path / "a.ndjson",
        [line(event(1, item_count=2, puid="not of this type", delivered_at="2026-08-01T02:00:00+02:00"))],
    )
    wanted = Requirement(frozenset(), frozenset({"item_count", "puid", "delivered_at", "share", "has_contact"}))
    expected = {
        "n": "BIGINT",
        "id": "VARCHAR",
        "t": "BIGINT",
        "service": "VARCHAR",
        "item_count": "BIGINT",
        "puid": "VARCHAR",
        "delivered_at": "BIGINT",
        "share": "DOUBLE",
        "has_contact": "BOOLEAN",
    }
    for dataset in (
        Store.create(tmp_path / "empty").dataset(wanted, project=PROJECT),
        kept(tmp_path / "store", log)[0].dataset(wanted, project=PROJECT),
        load_logs([log], requirement=wanted, project=PROJECT),
    ):
        types = {row[0]: row[1] for row in dataset.con.execute("DESCRIBE ev").fetchall()}
        assert {name: types[name] for name in expected} == expected
        rows = dataset.con.execute("SELECT item_count, puid, delivered_at FROM ev").fetchall()
        assert rows in ([], [(2, None, 1785542400000000)])
    with pytest.raises(InputError):
        load_logs([log], requirement=Requirement(frozenset(), frozenset({"nonsense"})), project=PROJECT)


def test_watermark_and_first_are_the_extremes_of_the_log(tmp_path: Path) -> None:
    """Clock changes do not matter: instants are compared in UTC."""
    log = write(
        tmp_path / "a.ndjson",
        [line(event(1, time="2026-10-25T01:30:00+01:00")), line(event(2, time="2026-10-25T01:10:00Z"))],
    )
    for dataset in (
        kept(tmp_path / "store", log)[0].dataset(None, project=PROJECT),
        load_logs([log], requirement=None, project=PROJECT),
    ):
        assert (dataset.first, dataset.watermark) == (1792888200000000, 1792890600000000)


def test_a_store_of_another_service_is_warned_of(tmp_path: Path) -> None:
    """Logs that speak of another service than the configuration are taken, and said."""
    project = Project.model_validate({"service": {"id": "another"}})
    store = Store.create(tmp_path / "store")
    report = store.ingest([write(tmp_path / "a.ndjson", [line(event(1))])], project=project, clock=clock)
    assert "halcyon-live" in report.warnings[0]


def test_a_log_in_a_small_memory_spills_and_gives_the_same(tmp_path: Path) -> None:
    """The bound is honoured, and changes nothing but time."""
    log = write(tmp_path / "a.ndjson", [line(event(number, text="x" * 2000)) for number in range(20_000)])
    bounded = load_logs([log], requirement=None, project=PROJECT, memory="350MB", threads=1)
    assert (
        bounded.con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0].startswith("283")
    )  # MiB: the engine's part
    assert bounded.files[0].accepted == 20_000
    store = Store.create(tmp_path / "store")
    assert store.ingest([log], project=PROJECT, clock=clock, memory="400MB").files[0].accepted == 20_000


def test_the_windows_of_a_source_are_told_as_one_where_they_touch(tmp_path: Path) -> None:
    """A heartbeat every hour is one line for a person; a hole between two windows stays visible, and so do many."""
    from compliance.events.account import table

    beats = [
        {"id": f"h{n}", "type": "log.heartbeat", "time": "2026-07-02T00:00:00Z", "service": "s", "source": "desk",
         "complete_from": f"2026-07-01T{n:02}:00:00Z", "complete_until": f"2026-07-01T{n + 1:02}:00:00Z", "event_types": ["*"]}
        for n in range(1, 23) if n != 9
    ]  # fmt: skip
    _, report = kept(tmp_path / "store", write(tmp_path / "a.ndjson", [line(beat) for beat in beats]))
    told = [text for text in table(report) if text.startswith("coverage")]
    assert [text[-44:] for text in told] == [
        "2026-07-01T01:00:00Z to 2026-07-01T09:00:00Z",
        "2026-07-01T10:00:00Z to 2026-07-01T23:00:00Z",
    ]


def test_many_small_files_are_read_as_one_and_each_line_keeps_its_place(tmp_path: Path) -> None:
    """More files than are opened one by one, some empty, broken, without a last line feed, or with odd bytes: same events, same places."""
    paths, lines = [], {}
    for number in range(50):
        rows = [line(event(number * 3 + at)) for at in range(3)]
        if number % 7 == 0:
            rows[1] = b"broken"
        if number == 20:
            rows[2] = rows[2].replace(b"halcyon", b"h\xc3\xa4lcyon")
        if number == 30:
            rows[0] = b"\xff" + rows[0]
        path = tmp_path / f"f{number:03}.ndjson"
        path.write_bytes(b"" if number == 11 else b"\n".join(rows) + (b"" if number % 5 == 0 else b"\n"))
        paths.append(path)
        lines[path.name] = [] if number == 11 else rows
    found = load_logs(paths, requirement=None, project=PROJECT)
    rows = found.con.execute("SELECT n, id FROM ev ORDER BY n").fetchall()
    places = found.locator.places([n for n, _ in rows])
    assert [json.loads(lines[Path(places[n].file).name][places[n].line - 1])["id"] for n, _ in rows] == [
        name for _, name in rows
    ]
    assert sum(file.accepted for file in found.files) == len(rows) == 49 * 3 - 9
    assert all(map(adds_up, found.files))
    store, report = kept(tmp_path / "store", *paths)
    kept_rows = store.dataset(None, project=PROJECT).con.execute("SELECT n, id FROM ev ORDER BY n").fetchall()
    assert [name for _, name in kept_rows] == [name for _, name in rows]
    assert all(map(adds_up, report.files))
    for n, name in kept_rows:
        verbatim = store.verbatim([n])[n]
        assert (json.loads(verbatim.raw)["id"], lines[Path(verbatim.file).name][verbatim.line - 1]) == (
            name,
            verbatim.raw,
        )
