"""A first look at logs: which types may be in them, whatever their form; and what it misses is made good."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from compliance.assess import session
from compliance.assess.check import check
from compliance.assess.session import dataset_of
from compliance.events import preview
from compliance.events.catalogue import catalogue
from compliance.events.preview import types_in_logs
from compliance.project import Project, Service
from compliance.resources import data_dir
from compliance.rules.loader import load_rules
from tests.events.logs import event, line, write

LOG = data_dir("examples") / "first-look" / "log.ndjson"
RULES = load_rules()
PROJECT = Project(service=Service(id="halcyon-live"))
TYPES = {json.loads(text)["type"] for text in LOG.read_text("utf-8").splitlines()}


def test_types_are_found_in_every_form(tmp_path: Path) -> None:
    """Plain, gzip, zstd, with a byte order mark, with CRLF: the same types; nothing in an empty file."""
    data = LOG.read_bytes()
    forms = {
        "a.ndjson": data,
        "a.ndjson.gz": gzip.compress(data),
        "a.ndjson.zst": zstandard.ZstdCompressor().compress(data),
        "bom.ndjson": b"\xef\xbb\xbf" + data,
        "crlf.ndjson": data.replace(b"\n", b"\r\n"),
    }
    for name, content in forms.items():
        (tmp_path / name).write_bytes(content)
        assert types_in_logs([tmp_path / name]) == TYPES, name
    (tmp_path / "empty.ndjson").write_bytes(b"")
    assert types_in_logs([tmp_path / "empty.ndjson"]) == frozenset()


def test_types_of_csv_are_found_and_parquet_is_not_looked_at(tmp_path: Path) -> None:
    """A table is searched for names of types; of a binary file nothing is said."""
    (tmp_path / "a.csv").write_text("id,type,time\n1,notice.received,2026-01-01T00:00:00Z\n2,no.such_type,x\n", "utf-8")
    assert types_in_logs([tmp_path / "a.csv"]) == {"notice.received"}
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and more")
    assert types_in_logs([tmp_path / "a.parquet"]) is None
    assert types_in_logs([tmp_path / "none.ndjson"]) is None


def test_a_member_across_two_pieces_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a piece ends, no type is lost."""
    path = write(tmp_path / "a.ndjson", [line(event(1))])
    for size in range(1, 60):
        monkeypatch.setattr("compliance.events.readers.source.CHUNK", size)
        assert types_in_logs([path]) == {event(1)["type"]}, size


def test_a_type_that_was_overlooked_is_read_after_all(tmp_path: Path) -> None:
    """Written with an escape a type is not seen at first; the check says the same as of the plain log."""
    odd = LOG.read_bytes().replace(b'"type": "complaint.decided"', b'"ty\\u0070e": "complaint.decided"')
    path = tmp_path / "odd.ndjson"
    path.write_bytes(odd)
    assert types_in_logs([path]) == TYPES - {"complaint.decided"}
    plain, found = (check(dataset_of([p], None, None, PROJECT, RULES, None), RULES, PROJECT) for p in (LOG, path))
    assert [(rule.id, rule.verdict, rule.counts) for rule in plain.rules] == [
        (rule.id, rule.verdict, rule.counts) for rule in found.rules
    ]


def test_no_more_columns_are_read_than_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of rules without events in the log no field is read, and the check says what it says with all columns."""
    narrow = dataset_of([LOG], None, None, PROJECT, RULES, None)
    monkeypatch.setattr(session, "FEW_RULES", len(RULES) + 1)
    wide = dataset_of([LOG], None, None, PROJECT, RULES, None)
    fields = set(catalogue().fields)
    columns = [{row[0] for row in d.con.execute("DESCRIBE ev").fetchall()} & fields for d in (narrow, wide)]
    assert columns[0] < columns[1]
    said = [check(d, RULES, PROJECT) for d in (narrow, wide)]
    assert [(r.id, r.verdict, r.reason, r.counts) for r in said[0].rules] == [
        (r.id, r.verdict, r.reason, r.counts) for r in said[1].rules
    ]
    assert said[0].findings == said[1].findings


def test_what_cannot_be_looked_at_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a first look every column is there."""
    monkeypatch.setattr(preview, "types_in_logs", lambda _paths: None)
    held = dataset_of([LOG], None, None, PROJECT, RULES, None)
    assert {"trader_id", "notice_id"} <= {row[0] for row in held.con.execute("DESCRIBE ev").fetchall()}
