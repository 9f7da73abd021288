"""Writes a mixed, seeded log of any size as NDJSON: `python -m benchmarks.generate out.ndjson --events 1000000`.

Notices, receipts, decisions, statements, submissions, complaints, livestreams, advertisements, orders, incidents and
heartbeats of one synthetic service, about one line in ten thousand broken. DuckDB builds the lines, so that ten million
take a minute or two; the same seed and size give the same bytes on any number of threads.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from benchmarks.mixture import BLOCK, END, FILLER, RARE, ROTATING, SPAN, START, Slot, block, body, mixed

SERVICE = "benchmark"
BROKEN_ONE_IN = 10_000
RARE_ONE_IN = 300
_HEARTBEATS = 273
_TRACE = 'host":"node-17.eu-west.example","agent":"moderation-gateway/4.18.2 (linux; x86_64)","schema":"2026-01","trace":"00-'
"""Fields that the catalogue does not know, as real logs carry them; they bring a line to some 560 bytes."""


def generate(path: Path, *, events: int, seed: int) -> None:
    """Write `events` lines to `path`. DuckDB's own errors pass where the path cannot be written."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(
            f"COPY ({select(events, seed)}) TO $path (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x02')",
            {"path": str(path)},
        )


def select(events: int, seed: int) -> str:
    """SQL whose only column is the text of each line, in order."""
    blocks = -(-events // BLOCK)
    beats = min(_HEARTBEATS, blocks)
    fixed = block()
    lines = [f"WHEN {place} THEN {_line(slot)}" for place, slot in enumerate(fixed)]
    first = len(fixed)
    for side in (0, 1):
        turns = " ".join(f"WHEN {turn} THEN {_line(pair[side])}" for turn, pair in enumerate(ROTATING))
        lines.append(f"WHEN {first + side} THEN CASE b % {len(ROTATING)} {turns} END")
    lines.append(f"WHEN {first + 2} THEN {_heartbeat(beats, blocks)}")
    rare = " ".join(f"WHEN {turn} THEN {_line(slot)}" for turn, slot in enumerate(RARE))
    turn = f"CASE b // {RARE_ONE_IN} % {len(RARE)} {rare} END"
    lines.append(f"WHEN {first + 3} THEN CASE WHEN b % {RARE_ONE_IN} = 0 THEN {turn} ELSE {_line(FILLER)} END")
    whole = f"CASE s {' '.join(lines)} ELSE {_line(FILLER)} END"
    base = f"{START} + (range // {BLOCK}) * {SPAN} // {blocks} AS base"
    numbered = (
        f"SELECT range AS n, range // {BLOCK} AS b, range % {BLOCK} AS s, {seed} AS seed, {base} FROM range({events})"
    )
    broken = f"(n * 7919 + {seed}) % {BROKEN_ONE_IN} = 0"
    return (
        f"SELECT CASE WHEN {broken} THEN left(line, 9) ELSE line END FROM (SELECT n, {whole} AS line FROM ({numbered}))"
    )


def _line(slot: Slot) -> str:
    """SQL of one event as JSON; a filler where the slot is left out."""
    event = _event(slot.kind, f"base + {slot.delay}", body(slot.fields))
    return event if slot.unless == "false" else f"CASE WHEN {slot.unless} THEN {_line(FILLER)} ELSE {event} END"


def _event(kind: str, instant: str, fields: str) -> str:
    time = f"strftime(make_timestamp(({instant}) * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
    trace = f"CAST({mixed(9)} AS VARCHAR) || '-' || CAST(n AS VARCHAR)"
    head = (
        f"""'{{"id":"e-' || CAST(n AS VARCHAR) || '","type":"{kind}","time":"' || {time} || '","service":"{SERVICE}","""
    )
    return f"""{head}"source":"platform","{_TRACE}' || {trace} || '",' || {fields} || '}}'"""


def _heartbeat(beats: int, blocks: int) -> str:
    """SQL of the heartbeats' place: the stretch that ends here is complete; the last one lies beyond all delays."""
    number = f"(b * {beats} // {blocks})"
    last = f"{number} = {beats - 1}"
    until = f"(CASE WHEN {last} THEN {END} ELSE {START} + ({number} + 1) * {SPAN} // {beats} END)"
    since = f"({START} + {number} * {SPAN} // {beats})"
    due = f"(b + 1) * {beats} // {blocks} > {number}"
    instants = ' || \'","complete_until":"\' || '.join(
        f"strftime(make_timestamp({each} * 1000000), '%Y-%m-%dT%H:%M:%SZ')" for each in (since, until)
    )
    beat = _event("log.heartbeat", until, f"""'"complete_from":"' || {instants} || '","event_types":["*"]'""")
    return f"CASE WHEN {due} THEN {beat} ELSE {_line(FILLER)} END"


def main() -> None:
    """Command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("path", type=Path)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    generate(given.path, events=given.events, seed=given.seed)


if __name__ == "__main__":
    main()
