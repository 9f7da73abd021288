"""Mappings and foreign formats: CSV in two dialects, Parquet, foreign NDJSON, and clear words for every fault."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from compliance.errors import InputError
from compliance.events.catalogue import ENVELOPE, catalogue
from compliance.events.load import load_logs
from compliance.events.mapping import load_mapping, shipped
from compliance.events.verify import verify_store
from tests.events.logs import PROJECT, adds_up, codes, event, kept, line, write

HELPDESK = """\
format: mapping/1
name: helpdesk
title: Notices from the help desk
source: {format: csv, separator: ";"}
where: {Queue: [DSA]}
type:
  column: Step
  codes: {opened: notice.received, answered: notice.decided, note: null}
time_zone: Europe/Dublin
service: halcyon-live
fields:
  id: {column: Entry, prefix: "hd:"}
  time: {column: When, instant: "%d/%m/%Y %H:%M"}
  notice_id: {column: Ticket}
  notice_outcome: {column: Result, codes: {removed: action_terms, kept: no_action}}
  item_count: {column: Items}
  has_contact: {column: Contact, codes: {"yes": true, "no": false}, otherwise: drop}
coverage: {source: helpdesk, whole_days: true}
"""
HEADER = "Entry;Queue;Step;When;Ticket;Result;Items;Contact"


def _mapping(folder: Path, text: str = HELPDESK) -> Path:
    path = folder / "helpdesk.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_mapping_makes_events_of_rows(tmp_path: Path) -> None:
    """Types, codes, zones, numbers and prefixes come out as native events; filtered rows are counted apart."""
    rows = [
        HEADER,
        "1;DSA;opened;13/08/2026 01:42;N-1;;2;yes",
        "2;DSA;answered;14/12/2026 09:00;N-1;removed;;maybe",
        "3;DSA;note;14/12/2026 09:01;N-1;;;",
        "4;Billing;opened;14/12/2026 09:01;N-2;;;",
        '5;DSA;opened;14/12/2026 09:05;"N;""3""\nb";;;no',
        "6;DSA;opened;15/12/2026 09:06;N-4;;two;",
        "7;DSA;answered;15/12/2026 09:07;N-4;partly;;",
        "8;DSA;opened;nonsense;N-5;;;",
        "9;DSA;opened",
        "10;DSA;opened;15/12/2026 09:08;N-6;;;",
    ]
    log = tmp_path / "export.csv"
    log.write_text("\n".join(rows) + "\n", "utf-8")
    mapping = load_mapping(_mapping(tmp_path))
    store, report = kept(tmp_path / "store", log, mapping=mapping)
    counts = report.files[0]
    assert (counts.lines, counts.accepted, counts.filtered) == (8, 4, 2)
    assert adds_up(counts)
    assert codes(report) == [
        (8, "ING-KIND", "item_count"),
        (9, "ING-MAPPING", "notice_outcome"),
        (10, "ING-TIME", "time"),
        (11, "ING-CSV-FIELDS", ""),
    ]
    dataset = store.dataset(None, project=PROJECT)
    found = dataset.con.execute(
        "SELECT n, id, type, t, notice_id, notice_outcome, item_count, has_contact FROM ev ORDER BY n"
    ).fetchall()
    assert found == [
        (0, "hd:1", "notice.received", 1786581720000000, "N-1", None, 2, True),
        (1, "hd:2", "notice.decided", 1797238800000000, "N-1", "action_terms", None, None),
        (2, "hd:5", "notice.received", 1797239100000000, 'N;"3"\nb', None, None, False),
        (3, "hd:10", "notice.received", 1797325680000000, "N-6", None, None, None),
    ]
    assert [place.line for place in dataset.locator.places(range(4)).values()] == [2, 3, 6, 12]
    assert store.verbatim([2])[2].raw == b'5;DSA;opened;14/12/2026 09:05;"N;""3""\nb";;;no'
    assert [(entry.source, entry.declared_by) for entry in dataset.statements] == [("helpdesk", "mapping helpdesk")] * 2
    assert dataset.captures["notice.received"] >= {"item_count", "notice_id", "id"}
    assert "member_state" not in dataset.captures["notice.received"]
    verify_store(store, deep=True)
    loaded = load_logs([log], requirement=None, project=PROJECT, mapping=mapping)
    assert [
        row[1:]
        for row in loaded.con.execute(
            "SELECT n, id, type::VARCHAR, t, notice_id, notice_outcome, item_count, has_contact FROM ev ORDER BY n"
        ).fetchall()
    ] == [row[1:] for row in found]
    assert loaded.files == report.files
    assert loaded.holes == dataset.holes
    assert loaded.statements == dataset.statements


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        (("time: {column: When", "tiem: {column: When"), "MAP-FIELD", 13),
        (("answered: notice.decided", "answered: notice.decidd"), "MAP-TYPE", 6),
        (("removed: action_terms", "removed: deleted"), "MAP-CODE", 15),
        (('{"yes": true', '{"yes": "true"'), "MAP-KIND", 17),
        (("  notice_id: {column: Ticket}\n", ""), "MAP-REQUIRED", 11),
        (("service: halcyon-live\n", ""), "MAP-REQUIRED", 10),
        (("time_zone: Europe/Dublin", "time_zone: Europe/Doblin"), "MAP-INVALID", 9),
        (("prefix:", "prefx:"), "MAP-INVALID", 12),
        (("format: csv", "format: xml"), "MAP-INVALID", 4),
        (("format: mapping/1", "format: mapping/2"), "MAP-INVALID", 1),
        (("whole_days: true", "whole_days: false"), "MAP-INVALID", 18),
        (("{column: Items}", "{column: Items, constant: 3}"), "MAP-INVALID", 16),
    ],
)
def test_a_fault_in_a_mapping_is_named_at_its_line(tmp_path: Path, change: tuple[str, str], code: str, at: int) -> None:
    """Misspelled fields, types, codes, zones and keys are found before any log is read."""
    assert change[0] in HELPDESK
    with pytest.raises(InputError) as caught:
        load_mapping(_mapping(tmp_path, HELPDESK.replace(*change)))
    assert caught.value.code == code
    assert caught.value.place is not None
    assert caught.value.place.line == at


def test_a_column_that_the_log_lacks_is_named_at_the_mappings_line(tmp_path: Path) -> None:
    """The place is where the mapping names the column; the hint lists what the log has."""
    log = tmp_path / "export.csv"
    log.write_text(HEADER.replace("Ticket", "Case") + "\n")
    for run in (
        lambda: kept(tmp_path / "store", log, mapping=load_mapping(_mapping(tmp_path))),
        lambda: load_logs([log], requirement=None, project=PROJECT, mapping=load_mapping(_mapping(tmp_path))),
    ):
        with pytest.raises(InputError) as caught:
            run()
        assert caught.value.code == "MAP-COLUMN"
        assert caught.value.place is not None
        assert (caught.value.place.line, caught.value.place.field) == (14, "fields.notice_id")
        assert "Case" in caught.value.hint


def test_an_unknown_mapping_is_met_with_the_shipped_ones() -> None:
    """The hint lists the names there are."""
    with pytest.raises(InputError) as caught:
        load_mapping("tdb-ful")
    assert "tdb-full-2025-07" in caught.value.hint
    assert [load_mapping(name).name for name in shipped()] == list(shipped())


@pytest.mark.parametrize("header", ["", "a,a", "a,,b", '"a', "\xff"])
def test_a_csv_without_a_usable_header_is_refused(tmp_path: Path, header: str) -> None:
    """Empty, repeated, unclosed or undecodable column names stop the run."""
    log = tmp_path / "a.csv"
    log.write_bytes(header.encode("latin-1") + b"\nx,y\n")
    with pytest.raises(InputError) as caught:
        kept(tmp_path / "store", log)
    assert caught.value.code == "ING-CSV-HEADER"


def test_native_columns_need_no_mapping(tmp_path: Path) -> None:
    """CSV and Parquet with native names give the same events as NDJSON."""
    fields = {"item_count": 3, "has_contact": True, "delivered_at": "2026-08-01T00:00:00.5Z"}
    ndjson = write(
        tmp_path / "a.ndjson",
        [
            line(event(1, **fields)),
            line(event(2, "sor.sent", sor_id="S", notice_id=None, redress=["court", "complaint"])),
        ],
    )
    csv = tmp_path / "a.csv"
    csv.write_text(
        "id,type,time,service,notice_id,item_count,has_contact,delivered_at,sor_id,redress,extra\n"
        "e-1,notice.received,2026-08-01T00:01:00Z,halcyon-live,N-1,3,true,2026-08-01T00:00:00.5Z,,,x\n"
        'e-2,sor.sent,2026-08-01T00:02:00Z,halcyon-live,,,,,S,"[""court"",""complaint""]",\n'
    )
    parquet = tmp_path / "a.parquet"
    duckdb.execute("SET TimeZone = 'UTC'")
    duckdb.execute(
        "COPY (SELECT 'e-1' AS id, 'notice.received' AS type, TIMESTAMPTZ '2026-08-01 00:01:00Z' AS time, 'halcyon-live' AS service, 'N-1' AS notice_id, "
        "3 AS item_count, TRUE AS has_contact, TIMESTAMPTZ '2026-08-01 00:00:00.5Z' AS delivered_at, NULL::VARCHAR AS sor_id, NULL::VARCHAR[] AS redress "
        "UNION ALL SELECT 'e-2', 'sor.sent', TIMESTAMPTZ '2026-08-01 00:02:00Z', 'halcyon-live', NULL, NULL, NULL, NULL, 'S', ['court', 'complaint']) "
        f"TO '{parquet}' (FORMAT parquet)"
    )
    results = []
    names = ", ".join(
        ("id", "type::VARCHAR", "t", "service", "source", "corrects", *sorted(set(catalogue().fields) - set(ENVELOPE)))
    )
    for log in (ndjson, csv, parquet):
        store, report = kept(tmp_path / log.suffix, log)
        assert report.files[0].accepted == 2, codes(report)
        dataset = store.dataset(None, project=PROJECT)
        results.append(dataset.con.execute("SELECT * FROM ev ORDER BY n").fetchall())
        loaded = load_logs([log], requirement=None, project=PROJECT)
        assert loaded.con.execute(f"SELECT {names} FROM ev ORDER BY n").fetchall() == [row[1:] for row in results[-1]]
        verify_store(store, deep=True)
    assert results[0] == results[1] == results[2]


def test_a_parquet_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """The damage is told in words."""
    log = tmp_path / "a.parquet"
    log.write_bytes(b"PAR1" + b"\x00" * 40)
    with pytest.raises(InputError) as caught:
        kept(tmp_path / "store", log)
    assert caught.value.code == "ING-FILE-PARQUET"


def test_a_naive_time_in_parquet_is_refused_without_a_zone(tmp_path: Path) -> None:
    """A column of timestamps without zone stands for no instant."""
    log = tmp_path / "a.parquet"
    duckdb.execute(
        "COPY (SELECT 'e-1' AS id, 'notice.received' AS type, TIMESTAMP '2026-08-01 00:01:00' AS time, 'h' AS service, 'N' AS notice_id) "
        f"TO '{log}' (FORMAT parquet)"
    )
    _, report = kept(tmp_path / "store", log)
    assert codes(report) == [(1, "ING-TIME-NAIVE", "time")]


FOREIGN = """\
format: mapping/1
name: foreign
title: A queue in JSON
source: {format: ndjson}
type: {constant: notice.received}
service: halcyon-live
fields:
  id: {column: key}
  time: {column: ts}
  notice_id: {column: ticket}
  item_count: {column: items}
"""


def test_foreign_ndjson_is_strict_json_as_well(tmp_path: Path) -> None:
    """Duplicate keys and NaN in a foreign line are refused though no field reads them; odd but sound lines are taken."""
    rows = [
        b'{"key":"a","ts":"2026-08-01T00:00:00Z","ticket":"N-1","items":2}',
        b'{"key":"b","ts":"2026-08-01T00:00:00Z","ticket":"N-1","x":1,"x":2}',
        b'{"key":"c","ts":"2026-08-01T00:00:00Z","ticket":"N-1","x":NaN}',
        b'{"key":"d","ts":"2026-08-01T00:00:00Z","ticket":"N-1","x":", NaN ,"}',
        b"broken",
        b"",
        b'{"key":"e","ts":"2026-08-01T00:00:00","ticket":7}',
        b'{"key":"f","ts":"2026-08-01T00:00:00Z","ticket":7}\r',
    ]
    path = tmp_path / "m.yaml"
    path.write_text(FOREIGN)
    log = write(tmp_path / "a.json", rows)
    store, report = kept(tmp_path / "store", log, mapping=load_mapping(path))
    assert codes(report) == [
        (2, "ING-DUPLICATE-KEY", "x"),
        (3, "ING-NUMBER", ""),
        (5, "ING-JSON", ""),
        (7, "ING-TIME-NAIVE", "time"),
    ]
    assert (report.files[0].accepted, report.files[0].blank) == (3, 1)
    assert [entry.raw for entry in store.verbatim(range(3)).values()] == [rows[0], rows[3], rows[7]]
    verify_store(store, deep=True)


DUMP_HEADER = (
    "uuid,decision_visibility,decision_visibility_other,end_date_visibility_restriction,decision_monetary,decision_monetary_other,"
    "end_date_monetary_restriction,decision_provision,end_date_service_restriction,decision_account,end_date_account_restriction,account_type,"
    "decision_ground,decision_ground_reference_url,illegal_content_legal_ground,illegal_content_explanation,incompatible_content_ground,"
    "incompatible_content_explanation,incompatible_content_illegal,category,category_addition,category_specification,"
    "category_specification_other,content_type,content_type_other,content_language,content_date,content_id_ean,territorial_scope,"
    "application_date,decision_facts,source_type,source_identity,automated_detection,automated_decision,platform_name,platform_uid,created_at"
)


def _dump_row(uuid: str, facts: str, detection: str = "Yes") -> str:
    cells = dict.fromkeys(DUMP_HEADER.split(","), "") | {
        "uuid": uuid,
        "decision_visibility": '"[""DECISION_VISIBILITY_CONTENT_REMOVED""]"',
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": '"Section 4"',
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "category_specification": '"[""KEYWORD_PHISHING"",""KEYWORD_OTHER""]"',
        "content_type": '"[""CONTENT_TYPE_TEXT""]"',
        "content_date": '"2025-11-01 00:00:00"',
        "territorial_scope": "[]",
        "application_date": '"2025-11-04 00:00:00"',
        "decision_facts": facts,
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": detection,
        "automated_decision": "AUTOMATED_DECISION_FULLY",
        "platform_name": '"Halcyon Live"',
        "platform_uid": "123",
        "created_at": '"2025-11-05 10:00:00"',
    }
    return ",".join(cells.values())


def test_a_transparency_database_dump_is_read_as_php_wrote_it(tmp_path: Path) -> None:
    """Backslashed quotes, carriage returns and a missing last line feed cost no row; a row with a cell too many is refused."""
    rows = [
        DUMP_HEADER,
        _dump_row("u-1", '"plain, ""quoted"" text"'),
        _dump_row("u-2", '"he said \\"no\\", twice"'),
        _dump_row("u-3", '"ends in a backslash\\"'),
        _dump_row("u-4", '"a\rb\tc"', "Maybe"),
        _dump_row("u-5", "fine") + ",extra",
        _dump_row("u-6", '"never closed'),
        _dump_row("u-7", '"last"'),
    ]
    log = tmp_path / "sor-global-2025-11-05-full-00000-00000.csv"
    log.write_bytes("\n".join(rows).encode())
    store, report = kept(tmp_path / "store", log, mapping=load_mapping("tdb-full-2025-07"))
    assert codes(report) == [(6, "ING-CSV-FIELDS", ""), (7, "ING-CSV-QUOTE", "")]
    dataset = store.dataset(None, project=PROJECT)
    assert dataset.con.execute("SELECT tdb_uuid, facts, automated_detection FROM ev ORDER BY n").fetchall() == [
        ("u-1", 'plain, "quoted" text', True),
        ("u-2", 'he said \\"no\\", twice', True),
        ("u-3", "ends in a backslash\\", True),
        ("u-4", "a\rb\tc", None),
        ("u-7", "last", True),
    ]
    first = dataset.locator.events([0])[0]
    assert (first["id"], first["time"], first["service"], first["keyword"]) == (
        "tdb:u-1",
        "2025-11-05T10:00:00.000000Z",
        "Halcyon Live",
        "KEYWORD_PHISHING",
    )
    assert (first["content_type"], first["territorial_scope"], first["content_date"]) == (
        ["CONTENT_TYPE_TEXT"],
        [],
        "2025-11-01",
    )
    assert store.verbatim([1])[1].raw == rows[2].encode()
    assert dataset.statements[0].declared_by == "mapping tdb-full-2025-07"
    verify_store(store, deep=True)
