"""The mixed log of the benchmarks: any size, always the same bytes, and nearly all of it sound."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from compliance.events.catalogue import Kind, catalogue
from compliance.rules.loader import load_rules

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from generate import generate

EVENTS = 60_000
FOREIGN = {"host", "agent", "schema", "trace"}
_PYTHON = {Kind.INTEGER: int, Kind.NUMBER: (int, float), Kind.BOOLEAN: bool, Kind.LIST: list}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mixed log of 60,000 lines."""
    path = tmp_path_factory.mktemp("mixed") / "log.ndjson"
    generate(path, events=EVENTS, seed=1)
    return path


@pytest.fixture(scope="module")
def events(log: Path) -> list[dict[str, Any]]:
    """Its events, without the broken lines."""
    found = []
    for line in log.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def test_the_log_has_the_size_asked_for_and_few_broken_lines(log: Path, events: list[dict[str, Any]]) -> None:
    """Exactly as many lines as asked for, about 560 bytes each, one in ten thousand of them broken."""
    lines = log.read_bytes().split(b"\n")[:-1]
    assert len(lines) == EVENTS
    assert len(lines) - len(events) == EVENTS // 10_000
    assert 500 < log.stat().st_size / EVENTS < 620


def test_every_event_fits_the_catalogue(events: list[dict[str, Any]]) -> None:
    """Apart from the four foreign fields, every event has only known fields with values of their kind (or null), and its own id."""
    shapes = catalogue()
    faults: Counter[str] = Counter()
    for event in events:
        spec = shapes.types[event["type"]]
        faults.update(f"{spec.name} lacks {name}" for name in spec.required if name not in event)
        for name in {name for name, value in event.items() if value is not None} - FOREIGN - {"type"}:
            field = spec.fields.get(name)
            fits = field and isinstance(event[name], _PYTHON.get(field.kind, str))
            if not fits or (field and field.codes and event[name] not in field.codes):
                faults[f"{spec.name}.{name}"] += 1
    assert not faults
    assert len({event["id"] for event in events}) == len(events)


def test_every_pattern_finds_something_to_judge(events: list[dict[str, Any]]) -> None:
    """Each pattern has a shipped rule whose trigger occurs in the log; only attestations have none."""
    present = {event["type"] for event in events}
    rules = [loaded.rule for loaded in load_rules() if loaded.rule.for_each is not None]
    judged = {rule.expect.pattern for rule in rules if rule.for_each and rule.for_each.event in present}
    assert judged == {rule.expect.pattern for rule in rules}


def test_the_same_seed_gives_the_same_bytes(log: Path, tmp_path: Path) -> None:
    """Generated again the file is identical; another seed gives another."""
    for seed, same in ((1, True), (2, False)):
        generate(tmp_path / "again", events=EVENTS, seed=seed)
        assert ((tmp_path / "again").read_bytes() == log.read_bytes()) is same


def test_heartbeats_cover_the_whole_span(events: list[dict[str, Any]]) -> None:
    """The heartbeats adjoin, and the last one lies beyond every other event."""
    beats = sorted((e["complete_from"], e["complete_until"]) for e in events if e["type"] == "log.heartbeat")
    assert all(earlier[1] == later[0] for earlier, later in pairwise(beats))
    assert max(e["time"] for e in events) == beats[-1][1]
