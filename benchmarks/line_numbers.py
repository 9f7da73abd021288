"""Looks up every line that a check and an ingest named, in the log itself, and prints how many are wrong.

    python -m benchmarks.line_numbers LOG.ndjson ASSESSMENT.json STORE

An event of a finding must stand on its line by its id, wherever in the line: a key that stands twice may come before it. The
refused lines must be those that were spoiled, which LOG.faults lists, and those that the generator cut short: no more and no
fewer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.spoiled import EMPTY, SOUND

_CUT = b'{"id":"e-\n'
"""What the generator leaves of a line that it breaks."""


def named(assessment: Mapping[str, object]) -> dict[int, set[str]]:
    """Line to the ids of the events that findings place there."""
    places: dict[int, set[str]] = {}
    for finding in assessment["findings"]:  # type: ignore[attr-defined]
        for event in finding["events"]:
            places.setdefault(event["line"], set()).add(event["id"])
    return places


def refused_in(store: Path) -> set[int]:
    """Lines that an ingest refused."""
    files = store.glob("segments/*/rejects.ndjson")
    return {json.loads(line)["line"] for file in files for line in file.read_bytes().splitlines()}


def wrong(
    lines: Iterable[bytes], places: Mapping[int, set[str]], refused: set[int], expected: set[int]
) -> tuple[int, int]:
    """Number of lines named wrongly, and of lines that should be refused. `expected` lists the spoiled ones."""
    cut, missed = set(), 0
    for number, line in enumerate(lines, start=1):
        if line == _CUT:
            cut.add(number)
        missed += sum(f'"id":"{name}"'.encode() not in line for name in places.get(number, ()))
    return missed + len((expected | cut) ^ refused), len(expected | cut)


def main() -> None:
    """Command line."""
    log, told, store = map(Path, sys.argv[1:4])
    faults = json.loads(log.with_suffix(".faults").read_text("utf-8"))
    expected = {line for line, name in faults if name not in SOUND | EMPTY}
    places, refused = named(json.loads(told.read_text("utf-8"))), refused_in(store)
    with log.open("rb") as lines:
        found, count = wrong(lines, places, refused, expected)
    looked = sum(len(ids) for ids in places.values())
    print(json.dumps({"wrong": found, "refused": len(refused), "refused_expected": count, "events_looked_up": looked}))


if __name__ == "__main__":
    main()
