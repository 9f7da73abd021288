"""Files of payloads: lines, documents, calls, and everything that is none of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compliance.sor.judged import Portion
from compliance.sor.payload_scan import PayloadScan
from compliance.sor.schema import Endpoint
from tests.sor.samples import statement
from tests.sor.test_scan import Pieces, findings


def scanned(data: bytes | str, endpoint: Endpoint | None = None, broken: str = "") -> list[Portion]:
    """What a scan of payloads finds."""
    raw = data.encode() if isinstance(data, str) else data
    return list(PayloadScan("p.json", "2025-07", endpoint).portions(Pieces(raw, 1000, broken)))


def lines(*values: Any) -> bytes:
    """NDJSON; bytes as they are."""
    return b"\n".join(value if isinstance(value, bytes) else json.dumps(value).encode() for value in values)


def test_each_line_is_a_statement() -> None:
    """Line numbers are those of the file; blank lines are none."""
    data = lines(statement(), b"", statement(puid="p-2", category="X"), statement(puid="p-3"))
    portions = scanned(data + b"\n")
    assert findings(portions) == {3: {"category": ["in"]}}
    assert (portions[0].valid, portions[0].blank, portions[0].read) == (2, 1, 4)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_is_one_statement_a_list_or_a_call(indent: int | None) -> None:
    """Written on one line or on many, each statement has the line it begins on."""
    bad = statement(puid="p-2", category="X")
    single = scanned(json.dumps(bad, indent=indent))
    assert findings(single) == {1: {"category": ["in"]}}
    call = scanned(json.dumps({"meta": {"a": [1]}, "statements": [statement(), bad]}, indent=indent))
    assert list(findings(call).values()) == [{"category": ["in"]}]
    assert (call[0].made, len(call[0].calls), call[0].valid) == (1, 1, 1)


def test_items_of_a_document_know_their_lines() -> None:
    """Also inside a call, and with keys before the list."""
    first, second = json.dumps(statement(puid="a b")), json.dumps(statement(category="X"))
    text = f'{{\n "note": {{"statements": []}},\n "statements": [\n  {first},\n\n  {second} ]\n}}'
    assert findings(scanned(text)) == {4: {"puid": ["regex"]}, 6: {"category": ["in"]}}
    listed = json.dumps([statement(puid=f"p-{n}", category="X") for n in range(3)], indent=1)
    begins = [number for number, text in enumerate(listed.splitlines(), 1) if text == " {"]
    assert list(findings(scanned(listed))) == begins


def test_calls_are_told_with_their_failures() -> None:
    """Size, identifiers within the call, and a statement that is invalid each refuse the call; the statements are judged anyway."""
    many = {"statements": [statement(puid=f"p-{n}") for n in range(101)]}
    twice = {"statements": [statement(puid="q"), statement(puid="q")]}
    portions = scanned(lines(many, twice, {"statements": [statement(puid="ok")]}))
    assert [(call.line, list(call.errors), call.existing) for call in portions[0].calls] == [
        (1, ["statements"], ()),
        (2, ["puid"], ("q",)),
    ]
    assert findings(portions) == {2: {"puid": ["unique"]}}
    assert portions[0].identities == b",ok"


def test_the_endpoint_decides_over_the_field_for_one_statement() -> None:
    """Alone a statement goes to the single endpoint unless told otherwise."""
    data = lines(statement(content_id_ean="12"))
    assert findings(scanned(data)) == {1: {"content_id_ean": ["regex"]}}
    assert findings(scanned(data, "multiple")) == {}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b'{"puid": "x"', "ING-JSON"),
        (b"not json", "ING-JSON"),
        (b'{"puid": NaN}', "ING-JSON"),
        (b'{"puid": "a", "puid": "b"}', "ING-DUPLICATE-KEY"),
        (b'{"content_id": {"a": 1, "a": 1}}', "ING-DUPLICATE-KEY"),
        (b'{"puid": "\xff"}', "ING-ENCODING"),
        (b'{"puid": "\x00"}', "ING-BINARY"),
        (b'{"puid": "\\ud800"}', "ING-SURROGATE"),
        (b"[" * 100_000, "ING-DEPTH"),
        (b"[1]", "ING-NOT-OBJECT"),
        (b"7", "ING-NOT-OBJECT"),
        (b'"text"', "ING-NOT-OBJECT"),
    ],
)
def test_a_line_that_is_no_statement_has_its_reason(bad: bytes, code: str) -> None:
    """The lines around it are judged, wherever it stands."""
    good = statement()
    assert findings(scanned(lines(good, bad, statement(puid="p-2")))) == {2: code}
    assert findings(scanned(lines(bad, good))) == {1: code}


def test_a_cut_first_line_does_not_hide_the_others() -> None:
    """A first line that looks like the beginning of a document, above lines that are statements, is one refused line."""
    assert findings(scanned(lines(b'{"puid": "x",', statement(), statement(puid="p-2")))) == {1: "ING-JSON"}


def test_a_document_that_is_no_json_is_refused_once() -> None:
    """There is no telling its statements apart."""
    text = json.dumps([statement(), statement()], indent=1)
    assert findings(scanned(text[:-20])) == {1: "ING-JSON"}
    assert findings(scanned(text.encode()[:-20] + b"\xff")) == {1: "ING-ENCODING"}


def test_huge_integers_are_what_they_become_there() -> None:
    """Beyond 64 bits a number is a float, and as an identifier no longer digits."""
    assert findings(scanned(lines(statement(puid=2**63 - 1)))) == {}
    assert findings(scanned(lines(statement(puid=2**63)))) == {1: {"puid": ["regex"]}}
    assert findings(scanned(lines(statement(puid=10**30)))) == {1: {"puid": ["regex"]}}


def test_a_text_of_five_megabytes_is_judged() -> None:
    """It fails its limit and nothing else."""
    assert findings(scanned(lines(statement(decision_facts="x" * 5_000_000)))) == {1: {"decision_facts": ["max"]}}


def test_a_stream_that_breaks_off_is_told() -> None:
    """In lines and in a document alike."""
    assert findings(scanned(lines(statement()) + b"\n", broken="cut")) == {2: "ING-COMPRESSED"}
    assert list(findings(scanned(b"[\n1,\n", broken="cut")).values()) == ["ING-COMPRESSED"]


def test_findings_come_while_a_long_file_is_read() -> None:
    """Some hundred entries at a time, with lines that go on."""
    data = lines(
        *[statement(puid=f"p-{n}", category="X" if n == 450 else "STATEMENT_CATEGORY_VIOLENCE") for n in range(500)]
    )
    portions = scanned(data)
    assert len(portions) == 3
    assert findings(portions) == {451: {"category": ["in"]}}
