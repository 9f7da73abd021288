"""Strict JSON: what it refuses, with which reason, and the public parsing suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compliance.events.strict_json import StrictJsonError, parse

CORPORA = Path(os.environ.get("COMPLIANCE_CORPORA", ""))
needs_corpora = pytest.mark.skipif("COMPLIANCE_CORPORA" not in os.environ, reason="COMPLIANCE_CORPORA names no folder")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":1}', "ING-DUPLICATE-KEY"),
        (b'{"b":{"a":1,"\\u0061":2}}', "ING-DUPLICATE-KEY"),
        (b'{"a":NaN}', "ING-NUMBER"),
        (b'{"a":-Infinity}', "ING-NUMBER"),
        (b'{"a":1e999}', "ING-NUMBER"),
        (b'{"a":9007199254740993}', "ING-NUMBER"),
        (b'{"a":' + b"9" * 5000 + b"}", "ING-NUMBER"),
        (b"[" * 65 + b"]" * 65, "ING-DEPTH"),
        (b"[" * 100_000, "ING-DEPTH"),
        (b'{"a":"\\ud800"}', "ING-SURROGATE"),
        (b'{"a":"\xff"}', "ING-ENCODING"),
        (b"\xef\xbb\xbf{}", "ING-JSON"),
        (b'{"a":1,}', "ING-JSON"),
        (b"{'a':1}", "ING-JSON"),
        (b'{"a":1', "ING-JSON"),
        (b'{"a":"\x01"}', "ING-JSON"),
        (b"", "ING-JSON"),
        (b'{"a":01}', "ING-JSON"),
    ],
)
def test_ambiguous_or_broken_json_is_refused_with_its_reason(raw: bytes, code: str) -> None:
    """Each kind of fault has its own reason code."""
    with pytest.raises(StrictJsonError) as caught:
        parse(raw)
    assert caught.value.code == code


def test_brackets_inside_strings_are_not_depth() -> None:
    """A long text of brackets is a text."""
    assert parse(b'{"a":"' + b"[" * 200 + b'"}') == {"a": "[" * 200}


def test_the_largest_exact_integer_is_taken() -> None:
    """2^53 itself is exact in a double."""
    assert parse(b'{"a":9007199254740992,"b":-9007199254740992,"c":"\\ud83d\\ude00"}') == {
        "a": 2**53,
        "b": -(2**53),
        "c": "\U0001f600",
    }


@pytest.mark.corpora
@needs_corpora
def test_the_public_suite_is_parsed_as_it_demands() -> None:
    """`y_` parses (but for duplicate keys and lone surrogates, which I-JSON refuses), `n_` never; nothing crashes."""
    ours = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
    paths = sorted((CORPORA / "json" / "test_parsing").glob("*.json"))
    assert paths
    for path in paths:
        try:
            parse(path.read_bytes())
            taken = True
        except StrictJsonError:
            taken = False
        if path.name.startswith("y_"):
            assert taken == (path.name not in ours), path.name
        elif path.name.startswith("n_"):
            assert not taken, path.name
