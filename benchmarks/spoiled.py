"""Writes bad logs: what a check must survive, with time and memory of a good one.

    python -m benchmarks.spoiled GOOD BAD KIND

KIND: dirty (thirteen kinds of faults spread over the log, their lines listed in BAD.faults), garbage (every second line is
none), one-case (all notices are one), one-second (all events at one instant), backwards (the last line first), small-files
(BAD is a folder of ten thousand files). All but backwards take one line
at a time.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

EVERY = 997
"""Lines from one fault to the next."""
FILES = 10_000
_TIME = re.compile(rb'"time":"[^"]*"')
_CASE = re.compile(rb'"notice_id":"[^"]*"')

FAULTS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("cut short", lambda line: line[:40] + b"\n"),
    ("no JSON", lambda _line: b"Traceback (most recent call last):\n"),
    ("blank", lambda _line: b"\n"),
    ("spaces", lambda _line: b"   \t \n"),
    ("not UTF-8", lambda line: line.replace(b'"source":"', b'"source":"\xff', 1)),
    ("an array", lambda line: b"[" + line.rstrip(b"\n") + b"]\n"),
    ("number for text", lambda line: line.replace(b'"service":"benchmark"', b'"service":7', 1)),
    ("no time zone", lambda line: _TIME.sub(b'"time":"2026-01-01T00:00:00"', line)),
    ("no id", lambda line: b'{"' + line[line.index(b'"type"') + 1 :]),
    ("unknown type", lambda line: re.sub(rb'"type":"[^"]*"', b'"type":"no.such_type"', line, count=1)),
    ("key twice", lambda line: b'{"source":"other",' + line[1:]),
    ("two on a line", lambda line: line.rstrip(b"\n") + line),
    ("carriage return", lambda line: line.rstrip(b"\n") + b"\r\n"),
)
"""Faults in turn. The last is none: a line that ends in CR LF is an event."""
SOUND = frozenset({"carriage return"})
EMPTY = frozenset({"blank", "spaces"})
"""Lines that are counted as blank and refused by nobody."""


def dirty(lines: Iterator[bytes], faults: list[tuple[int, str]]) -> Iterator[bytes]:
    """The lines with a fault in each so-manieth; `faults` gets the line numbers, from 1."""
    for number, line in enumerate(lines, start=1):
        if number % EVERY or not line.startswith(b'{"id":"') or not line.endswith(b"}\n"):
            yield line
            continue
        name, spoil = FAULTS[number // EVERY % len(FAULTS)]
        faults.append((number, name))
        yield spoil(line)


def garbage(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Every second line is none."""
    for number, line in enumerate(lines):
        yield line if number % 2 else b"%PDF-1.4 \x00 not a log " + line[:200].replace(b"\n", b"") + b"\n"


def one_case(lines: Iterator[bytes]) -> Iterator[bytes]:
    """All notices are the same one."""
    return (_CASE.sub(b'"notice_id":"N-1"', line) for line in lines)


def one_second(lines: Iterator[bytes]) -> Iterator[bytes]:
    """All events happen at once, but heartbeats, which must not lie before what they speak of."""
    same = b'"time":"2026-03-01T12:00:00Z"'
    return (line if b"log.heartbeat" in line else _TIME.sub(same, line, count=1) for line in lines)


def write(good: Path, bad: Path, kind: str) -> None:
    """Writes the log of a kind. KeyError for an unknown one."""
    with good.open("rb") as lines:
        if kind == "small-files":
            _small_files(lines, bad)
        elif kind == "backwards":
            bad.write_bytes(b"".join(reversed(lines.readlines())))
        else:
            faults: list[tuple[int, str]] = []
            make = {
                "dirty": lambda found: dirty(found, faults),
                "garbage": garbage,
                "one-case": one_case,
                "one-second": one_second,
            }[kind]
            with bad.open("wb") as out:
                out.writelines(make(lines))
            if kind == "dirty":
                bad.with_suffix(".faults").write_text(json.dumps(faults), "utf-8")


def _small_files(lines: BinaryIO, folder: Path) -> None:
    """The lines in order, evenly over so many files, or fewer where there are fewer lines."""
    folder.mkdir()
    each = -(-sum(1 for _ in lines) // FILES) or 1
    lines.seek(0)
    for number, held in enumerate(iter(lambda: b"".join(islice(lines, each)), b"")):
        (folder / f"{number:05d}.ndjson").write_bytes(held)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
