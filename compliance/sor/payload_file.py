"""Files of statements as they are sent: NDJSON of statements or calls, or one JSON document with a statement, a list, or a call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from compliance.events.readers.lines import BOM, Chunked, Giant, blocks
from compliance.events.readers.source import BrokenStreamError
from compliance.events.reasons import Refusal, refusal
from compliance.sor.php import LARGEST_INTEGER

MAX_DOCUMENT: Final = 256 * 1024 * 1024
"""Bytes of a JSON document that is read whole; statements beyond that belong on lines of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement, or one call with its statements, or a line that is neither and why. `line` is where it begins."""

    line: int
    statement: dict[str, Any] | None = None
    call: tuple[tuple[int, Any], ...] | None = None
    """Line and value of each statement of a call."""
    why: Refusal | None = None
    blank: bool = False


class _RepeatedKeyError(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedKeyError(next(name for name in names if names.count(name) > 1)[:64])
    return found


def _integer(text: str) -> int | float:
    """Numbers beyond 64 bits are floats to the service."""
    if len(text) > 20:
        return float(text)
    value = int(text)
    return value if abs(value) <= LARGEST_INTEGER else float(value)


def _constant(text: str) -> Any:
    raise json.JSONDecodeError(f"{text} is not JSON", text, 0)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)


def entries(content: Chunked) -> Iterator[Entry]:
    """Entries of a file in their order. The first line decides: JSON by itself, each line is one; else the file is one document."""
    lines = _lines(content)
    held: list[Entry | bytes] = []
    for line in lines:
        held.append(line)
        if isinstance(line, Entry) or not line.strip(b" \t\r\xef\xbb\xbf"):
            continue
        if not _goes_on(line):
            break
        yield from _document(held, lines)
        return
    for number, line in enumerate(held, 1):
        yield _entry(number, line)
    for number, line in enumerate(lines, len(held) + 1):
        yield _entry(number, line)


def _lines(content: Chunked) -> Iterator[Entry | bytes]:
    """Lines, or what stands for one that cannot be read."""
    try:
        for block in blocks(content):
            if isinstance(block, Giant):
                yield Entry(0, why=refusal("ING-LINE-LENGTH", message=f"a line of {block.length:,} bytes"))
                continue
            parts = block.split(b"\n")
            if not parts[-1]:
                parts.pop()
            yield from parts
    except BrokenStreamError as error:
        yield Entry(0, why=refusal("ING-COMPRESSED", message=f"the file cannot be read further: {error}"))


def _goes_on(line: bytes) -> bool:
    """True where a line begins a JSON document that ends on a later line."""
    return line.rstrip()[-1:] in {b"[", b"{", b",", b":"} and not _is_value(line)


def _is_value(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _entry(number: int, line: Entry | bytes) -> Entry:
    if isinstance(line, Entry):
        return Entry(number, why=line.why)
    if not line.strip():
        return Entry(number, blank=True)
    text = _decoded(line.removeprefix(BOM) if number == 1 else line)
    value = text if isinstance(text, Refusal) else _value(text)
    return _of(number, value, lambda _index: number)


def _of(number: int, value: Any, line_of: Any) -> Entry:
    if isinstance(value, Refusal):
        return Entry(number, why=value)
    if isinstance(value, dict) and "statements" in value:
        listed = value["statements"]
        items = listed if isinstance(listed, list) else [listed]
        return Entry(number, call=tuple((line_of(index), item) for index, item in enumerate(items)))
    if isinstance(value, dict):
        return Entry(number, statement=value)
    return Entry(number, why=refusal("ING-NOT-OBJECT", hint="a statement is an object; a call holds `statements`"))


def _decoded(raw: bytes) -> str | Refusal:
    if b"\x00" in raw:
        return refusal("ING-BINARY")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return refusal("ING-ENCODING")


def _value(text: str) -> Any:
    """The JSON value of a text, or why it is none."""
    try:
        value = _DECODER.decode(text.strip())
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except _RepeatedKeyError as error:
        return refusal("ING-DUPLICATE-KEY", field=str(error), message=f"the key {str(error)!r} stands twice")
    except UnicodeEncodeError:
        return refusal("ING-SURROGATE")
    except RecursionError:
        return refusal("ING-DEPTH")
    except json.JSONDecodeError as error:
        return refusal("ING-JSON", message=f"not JSON: {error.msg.lower()} (column {error.colno})")
    except (ValueError, OverflowError):
        return refusal("ING-NUMBER")
    return value


def _document(held: list[Entry | bytes], lines: Iterator[Entry | bytes]) -> Iterator[Entry]:
    """Entries of a document that spans lines. One that is no JSON, but whose second line is, was lines all along."""
    size = 0
    parts: list[bytes] = []
    for line in (*held, *lines):
        if isinstance(line, Entry):
            yield Entry(len(parts) + 1, why=line.why)
            return
        size += len(line) + 1
        if size > MAX_DOCUMENT:
            why = refusal("ING-LINE-LENGTH", message="a JSON document beyond 256 MB", hint="write one statement a line")
            yield Entry(1, why=why)
            return
        parts.append(line)
    text = _decoded(b"\n".join(parts).removeprefix(BOM))
    value = text if isinstance(text, Refusal) else _value(text)
    if isinstance(value, Refusal) and len(parts) > len(held) and _is_value(parts[len(held)]):
        for number, line in enumerate(parts, 1):
            yield _entry(number, line)
        return
    yield from _values(text if isinstance(text, str) else "", value)


def _values(text: str, value: Any) -> Iterator[Entry]:
    """Entries of a document's value, each with the line it begins on."""
    starts = _starts(text) if not isinstance(value, Refusal) else []
    first = text.count("\n", 0, len(text) - len(text.lstrip())) + 1
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield _of(starts[index], item, lambda _index, line=starts[index]: line)
        return
    yield _of(first, value, lambda index: starts[index] if index < len(starts) else first)


def _starts(text: str) -> list[int]:
    """Lines on which the items of the document's list begin: of the list itself, or of the one under `statements`."""
    at, scan = _past_space(text, 0), json.JSONDecoder().raw_decode
    if text[at] == "{":
        at += 1
        while text[at := _past_space(text, at)] != "}":
            name, at = scan(text, at)
            at = _past_space(text, text.index(":", at) + 1)
            if name == "statements" and text[at] == "[":
                break
            _, at = scan(text, at)
            at = _past_space(text, at)
            at += text[at] == ","
    if text[at] != "[":
        return []
    found: list[int] = []
    line, counted, at = 1, 0, at + 1
    while text[at := _past_space(text, at)] != "]":
        line, counted = line + text.count("\n", counted, at), at
        found.append(line)
        _, at = scan(text, at)
        at = _past_space(text, at)
        at += text[at] == ","
    return found


def _past_space(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
