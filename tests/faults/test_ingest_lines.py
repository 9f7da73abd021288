"""Every kind of bad line and bad file: its code, its line and field, and nothing lost."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from compliance.errors import InputError, StoreError, UsageError
from compliance.events.dataset import Requirement
from compliance.events.load import load_logs
from compliance.events.reasons import REASONS
from compliance.events.store import Store
from tests.events.logs import PROJECT, adds_up, clock, codes, event, kept, line, write

GOOD = line(event(1))


def _with(**fields: Any) -> bytes:
    return line(event(2, **fields))


BAD_LINES = {
    "malformed": (b'{"id":"e-2",', "ING-JSON", ""),
    "trailing comma": (_with()[:-1] + b",}", "ING-JSON", ""),
    "no object": (b"[1]", "ING-NOT-OBJECT", ""),
    "text": (b"hello", "ING-JSON", ""),
    "no id": (line({"type": "notice.received"}), "ING-MISSING", "id"),
    "null id": (_with(id=None), "ING-MISSING", "id"),
    "empty id": (_with(id=""), "ING-LENGTH", "id"),
    "long id": (_with(id="x" * 300), "ING-LENGTH", "id"),
    "number as id": (_with(id=7), "ING-KIND", "id"),
    "no type": (_with(type=None), "ING-MISSING", "type"),
    "no time": (_with(time=None), "ING-MISSING", "time"),
    "no service": (_with(service=None), "ING-MISSING", "service"),
    "unknown type": (_with(type="notice.recieved"), "ING-TYPE-UNKNOWN", "type"),
    "no case": (_with(notice_id=None), "ING-MISSING", "notice_id"),
    "naive time": (_with(time="2026-08-01T10:00:00"), "ING-TIME-NAIVE", "time"),
    "no time of day": (_with(time="2026-08-01"), "ING-TIME-NAIVE", "time"),
    "leap second": (_with(time="2026-08-01T10:00:60Z"), "ING-TIME", "time"),
    "hour 24": (_with(time="2026-08-01T24:00:00Z"), "ING-TIME", "time"),
    "30 February": (_with(time="2026-02-30T10:00:00Z"), "ING-TIME", "time"),
    "epoch seconds": (_with(time=1785600000), "ING-KIND", "time"),
    "text for integer": (_with(item_count="5"), "ING-KIND", "item_count"),
    "fraction for integer": (_with(item_count=5.5), "ING-KIND", "item_count"),
    "number for text": (_with(notice_id=5), "ING-KIND", "notice_id"),
    "text for boolean": (_with(has_contact="true"), "ING-KIND", "has_contact"),
    "number for boolean": (_with(has_contact=1), "ING-KIND", "has_contact"),
    "code outside list": (_with(member_state="XX"), "ING-CODE", "member_state"),
    "bad instant field": (_with(delivered_at="yesterday"), "ING-TIME", "delivered_at"),
    "list with number": (line(event(2, "sor.sent", sor_id="S", redress=["complaint", 1])), "ING-KIND", "redress"),
    "text for list": (line(event(2, "sor.sent", sor_id="S", redress='["complaint"]')), "ING-KIND", "redress"),
    "bad date": (line(event(2, "sor.sent", sor_id="S", content_date="2026-13-01")), "ING-DATE", "content_date"),
    "duplicate key": (_with()[:-1] + b',"notice_id":"N-2"}', "ING-DUPLICATE-KEY", "notice_id"),
    "duplicate escaped key": (_with()[:-1] + b',"notice_\\u0069d":"N-3"}', "ING-DUPLICATE-KEY", "notice_id"),
    "duplicate unknown key": (_with()[:-1] + b',"x":1,"x":2}', "ING-DUPLICATE-KEY", "x"),
    "NaN": (_with()[:-1] + b',"x":NaN}', "ING-NUMBER", ""),
    "minus infinity": (_with()[:-1] + b',"x":[1,-Infinity]}', "ING-NUMBER", ""),
    "integer beyond 2^53": (_with()[:-1] + b',"x":9007199254740993}', "ING-NUMBER", ""),
    "lone surrogate": (_with()[:-1] + b',"x":"\\ud800"}', "ING-SURROGATE", ""),
    "depth": (_with()[:-1] + b',"x":' + b"[" * 99 + b"]" * 99 + b"}", "ING-DEPTH", ""),
    "invalid UTF-8": (_with()[:-1] + b',"x":"\xff"}', "ING-ENCODING", ""),
    "NUL": (_with() + b"\x00", "ING-BINARY", ""),
    "control character": (_with()[:-1] + b',"x":"\x02"}', "ING-JSON", ""),
    "corrects itself": (_with(corrects="e-2"), "ING-CORRECTS", "corrects"),
    "CloudEvents 0.3": (line({"specversion": "0.3", "id": "x"}), "ING-CLOUDEVENT", "specversion"),
    "CloudEvents without object": (
        line({"specversion": "1.0", "id": "x", "type": "notice.received", "data": "text"}),
        "ING-CLOUDEVENT",
        "data",
    ),
}
LEFT_TO_THE_STORE = {
    "trailing comma",
    "duplicate key",
    "duplicate escaped key",
    "duplicate unknown key",
    "NaN",
    "minus infinity",
    "integer beyond 2^53",
    "depth",
    "corrects itself",
}


@pytest.fixture(scope="module")
def bad_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One log with a good line before every bad one, and one at its end."""
    lines = []
    for number, (bad, _, _) in enumerate(BAD_LINES.values()):
        lines += [line(event(1000 + number)), bad.replace(b'"e-2"', f'"b-{number}"'.encode())]
    return write(tmp_path_factory.mktemp("bad") / "bad.ndjson", [*lines, GOOD])


def test_each_bad_line_is_refused_with_its_code_line_and_field(bad_log: Path, tmp_path: Path) -> None:
    """The store keeps every good line, and refuses every bad one for its own reason."""
    _, report = kept(tmp_path / "store", bad_log)
    wanted = [(2 * number + 2, code, field) for number, (_, code, field) in enumerate(BAD_LINES.values())]
    assert codes(report) == wanted
    assert report.files[0].accepted == len(BAD_LINES) + 1
    assert adds_up(report.files[0])


def test_refused_lines_are_kept_verbatim(bad_log: Path, tmp_path: Path) -> None:
    """rejects.ndjson holds the bytes of every refused line, whatever they are."""
    _, report = kept(tmp_path / "store", bad_log)
    source = bad_log.read_bytes().split(b"\n")
    assert [entry.refused.raw for entry in report.rejects] == [
        source[entry.refused.line - 1] for entry in report.rejects
    ]
    for record in map(json.loads, report.reject_files[0].read_bytes().splitlines()):
        raw = record["raw"].encode() if "raw" in record else __import__("base64").b64decode(record["raw_base64"])
        assert raw == source[record["line"] - 1]


def test_without_a_store_the_same_lines_are_refused_but_for_those_the_documentation_names(bad_log: Path) -> None:
    """A load of all fields refuses what the store refuses, except oddities it does not look for."""
    dataset = load_logs([bad_log], requirement=None, project=PROJECT)
    refused = {hole.line for hole in dataset.holes}
    names = list(BAD_LINES)
    assert {names[number // 2 - 1] for number in refused} >= set(names) - LEFT_TO_THE_STORE
    assert not any(number % 2 for number in refused)
    assert adds_up(dataset.files[0])


def test_without_a_store_only_required_fields_are_judged(tmp_path: Path) -> None:
    """A wrong value in a field that no rule reads does not cost the event."""
    log = write(tmp_path / "a.ndjson", [_with(member_state="XX")])
    assert (
        load_logs([log], requirement=Requirement(frozenset(), frozenset({"item_count"})), project=PROJECT)
        .files[0]
        .accepted
        == 1
    )
    assert (
        load_logs([log], requirement=Requirement(frozenset(), frozenset({"member_state"})), project=PROJECT)
        .files[0]
        .rejected
        == 1
    )


def test_hints_name_the_nearest_type_and_the_successor(tmp_path: Path) -> None:
    """A misspelled type is met with the right one, a renamed one with its present name."""
    _, report = kept(tmp_path / "store", write(tmp_path / "a.ndjson", [_with(type="notice.recieved"), GOOD]))
    assert "notice.received" in report.rejects[0].refused.why.hint


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_mark_blank_lines_and_line_ends_change_no_event(tmp_path: Path, end: bytes) -> None:
    """Blank lines are counted apart, line numbers stay those of the file, and the verbatim bytes come back."""
    lines = [GOOD, b"", b"  \t", line(event(3)), b" " + line(event(4)) + b" ", line(event(5, notice_id="ö\u2028"))]
    log = tmp_path / "a.ndjson"
    log.write_bytes(b"\xef\xbb\xbf" + end.join(lines))
    store, report = kept(tmp_path / "store", log)
    counts = report.files[0]
    assert (counts.lines, counts.accepted, counts.blank) == (4, 4, 2)
    raw = log.read_bytes().split(b"\n")
    found = store.verbatim(range(4))
    assert [entry.line for entry in found.values()] == [1, 4, 5, 6]
    assert [entry.raw for entry in found.values()] == [raw[0], raw[3], raw[4], raw[5]]
    assert [
        place.line
        for place in load_logs([log], requirement=None, project=PROJECT).locator.places([0, 3, 4, 5]).values()
    ] == [1, 4, 5, 6]


def test_a_lone_carriage_return_ends_no_line(tmp_path: Path) -> None:
    """A carriage return inside a line is white space to JSON, and stays in the verbatim bytes."""
    first = GOOD[:-1] + b"\r}"
    store, report = kept(tmp_path / "store", write(tmp_path / "a.ndjson", [first, line(event(2))]))
    assert report.files[0].accepted == 2
    assert store.verbatim([0])[0].raw == first


def test_a_truncated_last_line_is_told_from_a_malformed_one(tmp_path: Path) -> None:
    """A file that ends in the middle of a line says so; a whole last line without line feed is an event."""
    whole, cut = tmp_path / "whole.ndjson", tmp_path / "cut.ndjson"
    whole.write_bytes(GOOD + b"\n" + line(event(2)))
    cut.write_bytes(line(event(3)) + b"\n" + line(event(4))[:40])
    _, report = kept(tmp_path / "store", whole, cut)
    assert codes(report) == [(2, "ING-TRUNCATED", "")]
    assert [counts.accepted for counts in report.files] == [2, 1]


def test_a_giant_line_costs_one_refusal_and_no_memory(tmp_path: Path) -> None:
    """A line of 100 MB is read past; its head, length and digest are kept; the lines around it are events."""
    log = tmp_path / "a.ndjson"
    with log.open("wb") as file:
        file.write(GOOD + b"\n" + b'{"x":"')
        for _ in range(100):
            file.write(b"y" * 1024 * 1024)
        file.write(b'"}\n' + line(event(2)) + b"\n")
    _, report = kept(tmp_path / "store", log)
    assert codes(report) == [(2, "ING-LINE-LENGTH", "")]
    refused = report.rejects[0].refused
    assert (refused.length, len(refused.raw)) == (100 * 1024 * 1024 + 8, 64 * 1024)
    assert report.files[0].accepted == 2
    assert load_logs([log], requirement=None, project=PROJECT).files[0].accepted == 2


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_compressed_logs_are_read_and_a_broken_stream_is_counted(tmp_path: Path, pack: Any) -> None:
    """Compression is told by content; where the stream ends early, what came before is read and the loss is one refused line."""
    lines = [line(event(number, text=str(hash(str(number))) * 20)) for number in range(400)]
    whole, cut = tmp_path / "whole.log", tmp_path / "cut.log"
    content = b"".join(entry + b"\n" for entry in lines)
    whole.write_bytes(pack(content))
    cut.write_bytes(b"".join(pack(content[at : at + 20_000]) for at in range(0, len(content), 20_000))[:-30])
    _, report = kept(tmp_path / "one", whole)
    assert report.files[0].accepted == 400
    _, report = kept(tmp_path / "two", cut)
    assert [code for _, code, _ in codes(report)] == ["ING-COMPRESSED"]
    assert 0 < report.files[0].accepted < 400
    assert adds_up(report.files[0])


def test_a_binary_file_loses_nothing_and_kills_nothing(tmp_path: Path) -> None:
    """Every line of a binary file is refused and kept."""
    log = tmp_path / "a.ndjson"
    log.write_bytes(bytes(range(256)) * 40)
    _, report = kept(tmp_path / "store", log)
    assert report.files[0].rejected == report.files[0].lines > 0


@pytest.mark.parametrize(("name", "code"), [("none.ndjson", "ING-FILE-MISSING"), ("folder", "ING-FILE-FOLDER")])
def test_what_is_no_file_is_refused_before_anything_is_written(tmp_path: Path, name: str, code: str) -> None:
    """A missing file or a folder stops the run, and the good file beside it is not read either."""
    (tmp_path / "folder").mkdir()
    store = Store.create(tmp_path / "store")
    with pytest.raises(InputError) as caught:
        store.ingest([write(tmp_path / "a.ndjson", [GOOD]), tmp_path / name], project=PROJECT, clock=clock)
    assert caught.value.code == code
    assert store.checkpoint().size == 0
    with pytest.raises(InputError) as caught:
        load_logs([tmp_path / name], requirement=None, project=PROJECT)
    assert caught.value.code == code


def test_an_empty_file_is_a_file_with_no_lines(tmp_path: Path) -> None:
    """Nothing to read is no error, and is said."""
    log = write(tmp_path / "a.ndjson", [])
    _, report = kept(tmp_path / "store", log)
    assert report.files[0].lines == 0
    assert "holds no lines" in load_logs([log], requirement=None, project=PROJECT).warnings[0]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that shrinks or grows under the reader leaves the store as it was."""
    import compliance.events.ingest as module

    log = write(tmp_path / "a.ndjson", [GOOD, line(event(2))])
    real = module.line_file

    def shrinking(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        log.write_bytes(GOOD[:10])
        return found

    monkeypatch.setattr(module, "line_file", shrinking)
    store = Store.create(tmp_path / "store")
    with pytest.raises((InputError, StoreError)) as caught:
        store.ingest([log], project=PROJECT, clock=clock)
    assert caught.value.code == "ING-FILE-CHANGED"
    assert Store.open(tmp_path / "store").checkpoint().size == 0


def test_file_names_are_data(tmp_path: Path) -> None:
    """Stars, brackets and quotes in a name are read as that one file."""
    first = write(tmp_path / "a*[1]'\".ndjson", [GOOD])
    write(tmp_path / "a-other[1]'\".ndjson", [line(event(2))])
    _, report = kept(tmp_path / "store", first)
    assert report.files[0].accepted == 1
    assert load_logs([first], requirement=None, project=PROJECT).files[0].accepted == 1


@pytest.mark.parametrize("limit", ["many", "1 parsec", "2GB'; SET x"])
def test_a_memory_limit_that_is_none_is_a_usage_error(tmp_path: Path, limit: str) -> None:
    """The limit is checked before it reaches the engine."""
    with pytest.raises(UsageError):
        load_logs([write(tmp_path / "a.ndjson", [GOOD])], requirement=None, project=PROJECT, memory=limit)


def test_after_loading_nothing_outside_can_be_read(tmp_path: Path) -> None:
    """The dataset's connection opens no file and cannot be reconfigured."""
    import duckdb

    log = write(tmp_path / "a.ndjson", [GOOD])
    dataset = load_logs([log], requirement=None, project=PROJECT)
    for statement in (
        f"SELECT * FROM read_text('{log}')",
        "SET enable_external_access = true",
        f"COPY (SELECT 1) TO '{tmp_path}/x'",
    ):
        with pytest.raises(duckdb.Error):
            dataset.con.execute(statement)


def test_the_documentation_lists_exactly_the_reason_codes() -> None:
    """docs/store.md and the closed list agree."""
    page = (Path(__file__).parents[2] / "docs" / "store.md").read_text("utf-8")
    assert {part.split("`")[1] for part in page.splitlines() if part.startswith("| `ING-")} == set(REASONS)
