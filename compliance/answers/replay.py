"""Replay: the method inside a bundle, run again on the events inside, by people who have nothing but the bundle.

Tables of events are drawn up again from the events; figures are counted again by the shipped definitions. What the events inside
cannot give, because the population was not disclosed, is named, and held to the bound that the events inside set.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliance.answers.cited import CASES, COVERAGE
from compliance.answers.desk import Desk
from compliance.answers.inside import (
    Rows,
    Setting,
    counted_inside,
    events_inside,
    holding_of,
    inside_desk,
    recount_of,
    table_inside,
    value_inside,
)
from compliance.answers.model import Recount
from compliance.answers.recipe import REPLAY
from compliance.answers.whole import QUERIES, broken_cases, broken_horizon, broken_queries
from compliance.assess.figures import Figure, Holding
from compliance.clock import parse_instant
from compliance.errors import ComplianceError, Place
from compliance.evidence.bagcheck import Failure
from compliance.evidence.contentcheck import ANSWER, EXHIBITS
from compliance.evidence.disclosure import EVENTS, LINES, PROOFS
from compliance.evidence.papercheck import figures_in_paper
from compliance.evidence.verify import Verification

EVENT_TABLES = frozenset({"timeline", "extract", "sample"})
_BOUNDED = frozenset({"count", "share"})
"""Kinds of figures that events inside bound from below: they are some of the events counted."""
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError, ComplianceError)


@dataclass(slots=True)
class Replayed:
    """What a replay found: differences, how many figures and tables were drawn up again, and what could not be."""

    failures: list[Failure] = field(default_factory=list)
    again: int = 0
    not_replayable: list[str] = field(default_factory=list)
    covered: bool = True
    """Whether the bundle says when its log is complete; without that nothing can be held against it."""

    def differs(self, file: str, cause: str) -> None:
        """Note a difference: the file, the place in it, both values."""
        self.failures.append(Failure("replay", file, cause))


@dataclass(frozen=True, slots=True)
class _Inside:
    """What was read of a bundle's payload."""

    root: Path
    answer: Mapping[str, Any]
    recipe: Mapping[str, Any]
    events: Mapping[int, Mapping[str, Any]]
    rows: Mapping[str, int]
    lines: Mapping[int, Place]

    def read(self, name: str) -> Any:
        """JSON of a payload file."""
        return json.loads((self.root / "data" / name).read_bytes())


def replay_bundle(root: Path) -> Replayed:
    """Run the method of an intact bundle again. A bundle without a recipe, or a broken one, is a difference too."""
    out = Replayed()
    try:
        inside = _read(root)
        if not (root / "data" / COVERAGE).exists():
            out.covered = False
            out.not_replayable.append("how far the log is held: no coverage is inside")
        desk = _desk(inside)
        _figures(inside, desk, out)
        _tables(inside, desk, out)
        _log(inside, out)
        _papers(inside, out)
    except _MALFORMED as error:
        out.differs(f"data/{REPLAY}", f"the method cannot be run again: {type(error).__name__}: {error}")
    return out


def replayed(found: Verification, root: Path) -> Verification:
    """A verification with the layer `replay`. What is not intact is not run again."""
    if not found.intact:
        return found.with_replay((), 0, ["the bundle: it is not intact, so nothing of it was run again"])
    out = replay_bundle(root)
    return found.with_replay(out.failures, out.again, out.not_replayable)


def _read(root: Path) -> _Inside:
    data = root / "data"
    answer = json.loads((root / ANSWER).read_bytes())
    recipe = json.loads((data / REPLAY).read_bytes())
    if not (data / EVENTS).exists():
        return _Inside(root, answer, recipe, {}, {}, {})
    proofs = json.loads((data / PROOFS).read_bytes())["proofs"]
    rows = {entry["event"]: int(entry["index"]) for entry in proofs}
    events = {rows[event["id"]]: event for event in map(json.loads, (data / EVENTS).read_bytes().splitlines())}
    given = json.loads((data / LINES).read_bytes())["lines"]
    lines = {rows[entry["event"]]: Place(entry["log_file"], entry["log_line"]) for entry in given}
    return _Inside(root, answer, recipe, events, rows, lines)


def _desk(inside: _Inside) -> Desk:
    recipe = inside.recipe
    windows: dict[str, list[tuple[int, int]]] = {}
    if (inside.root / "data" / COVERAGE).exists():
        for name, parts in inside.read(COVERAGE)["complete"].items():
            windows[name] = [(parse_instant(first), parse_instant(last)) for first, last in parts]
    recounts = [recount_of(entry) for entry in (*recipe["figures"], *recipe["tables"])]
    setting = Setting(recipe["service"], recipe["zone"], inside.answer["language"], recipe["known_to_us"])
    return inside_desk(setting, inside.events, recounts, lines=inside.lines, complete=windows)


def _figures(inside: _Inside, desk: Desk, out: Replayed) -> None:
    """Every figure stated has its recipe; what the events inside give is the value stated, or does not exceed it."""
    recipes = {(entry["question"], entry["position"]): entry for entry in inside.recipe["figures"]}
    for listed in inside.answer["questions"]:
        question = inside.read(listed["file"])
        for position, stated in enumerate(question["figures"]):
            where = f"data/{listed['file']}"
            entry = recipes.pop((question["number"], position), None)
            if entry is None or entry["figure"] != stated["id"]:
                out.differs(where, f"figure {position + 1} ({stated['id']}) has no recipe in {REPLAY}")
                continue
            _figure(desk, (where, question["number"]), stated, entry, out)
    for number, position in recipes:
        out.differs(
            f"data/{REPLAY}", f"it has a recipe for figure {position + 1} of question {number}, which is not stated"
        )


def _figure(
    desk: Desk, at: tuple[str, str], stated: Mapping[str, Any], entry: Mapping[str, Any], out: Replayed
) -> None:
    where, number = at
    _, found = counted_inside(desk, recount_of(entry))
    name = f"figure {stated['id']} of question {number}"
    if found.query and stated["query"] and found.query != stated["query"]:
        out.differs(where, f"{name}: the query inside is not the one that the definition gives")
    value = value_inside(desk, found, stated["holding"])
    _held(where, name, stated["holding"], found, out)
    if entry["inside"]:
        out.again += 1
        if value != stated["value"] or stated["amount"] != _amount(found):
            out.differs(where, f"{name} says {stated['value']!r}, the events inside give {value!r}")
        return
    if stated["value"]:
        out.not_replayable.append(f"{name}: it counts a population that is not inside")
    least = found.measure.value or 0
    if stated["amount"] is not None and found.kind in _BOUNDED and least > stated["amount"]:
        out.differs(where, f"{name} says {stated['value']!r}, but the events inside alone give {value!r}")
    if stated["amount"] is not None and str(stated["amount"]) not in _digits(stated["value"]):
        out.differs(where, f"{name} says {stated['value']!r}, and as a number {stated['amount']}")


def _held(where: str, name: str, holding: str, found: Figure, out: Replayed) -> None:
    """No figure is said to be complete where the coverage inside does not say so of its period."""
    if out.covered and holding == Holding.COMPLETE.value and found.measure.holding is not Holding.COMPLETE:
        said = found.measure.holding.value
        out.differs(where, f"{name} is stated as complete, but by {COVERAGE} the log is {said} over its period")


def _amount(found: Figure) -> int | None:
    return None if found.measure.times is not None else found.measure.value


def _digits(text: str) -> Iterator[str]:
    """Whole numbers in a text, whatever groups their thousands."""
    number = ""
    for char in f"{text} |":
        if char.isdigit():
            number += char
        elif number and char not in " .,\u00a0\u202f'\u2019":
            yield number
            number = ""
        elif number and char == " ":
            yield number


def _tables(inside: _Inside, desk: Desk, out: Replayed) -> None:
    recipes = {entry["exhibit"]: entry for entry in inside.recipe["tables"]}
    for exhibit in inside.read(EXHIBITS.removeprefix("data/"))["exhibits"]:
        where, kind = f"data/{exhibit['file']}", exhibit["kind"]
        if exhibit["file"].endswith(".csv") and kind != "document":
            _row_count(inside, where, exhibit, out)
        if kind in EVENT_TABLES:
            _event_table(inside, desk, exhibit, out)
        elif kind == "table" and exhibit["id"] in recipes:
            entry = recipes[exhibit["id"]]
            if entry["inside"]:
                _figure_table(inside, desk, where, exhibit["id"], recount_of(entry), out)
            else:
                out.not_replayable.append(f"exhibit {exhibit['id']}: it counts a population that is not inside")
        elif kind == "table":
            out.differs(where, f"exhibit {exhibit['id']} is a table of a figure, and has no recipe in {REPLAY}")
        else:
            what = "a document added as it is" if kind == "document" else "it counts a population that is not inside"
            out.not_replayable.append(f"exhibit {exhibit['id']}: {what}")


def _figure_table(inside: _Inside, desk: Desk, where: str, name: str, recount: Recount, out: Replayed) -> None:
    out.again += 1
    definition, found = counted_inside(desk, recount)
    rows = _csv(inside.root / where)
    holding = holding_of(rows)
    _held(where, f"exhibit {name}", holding, found, out)
    again = table_inside(desk, definition, found, recount, holding)
    _compare(where, name, tuple(row[:-1] for row in rows), again, out)


def _event_table(inside: _Inside, desk: Desk, exhibit: Mapping[str, Any], out: Replayed) -> None:
    """A table of events: the events it cites, in the order its kind prescribes, as they are told inside."""
    out.again += 1
    where, name = f"data/{exhibit['file']}", exhibit["id"]
    chosen = [(inside.rows[cited], inside.events[inside.rows[cited]]) for cited in exhibit["events"]]
    chosen.sort(key=lambda pair: (parse_instant(pair[1]["time"]), pair[1]["id"]))
    if exhibit["kind"] == "sample" and chosen:
        drawn_by = f"{inside.answer['reference']}\n{exhibit['questions'][0]}\n{chosen[0][1]['type']}"
        seed = hashlib.sha256(drawn_by.encode()).hexdigest()[:16]
        chosen.sort(key=lambda pair: (hashlib.sha256(f"{seed}\n{pair[1]['id']}".encode()).hexdigest(), pair[1]["id"]))
    shown = _csv(inside.root / where)
    known = {inside.events[row]["id"] for row in inside.lines}
    _compare(where, name, shown, _placed(events_inside(desk, chosen), shown, known), out)


def _placed(drawn: Rows, shown: Rows, known: set[str]) -> Rows:
    """Rows with the log file and line that are shown, for events whose lines are not inside: nothing there tells them."""
    places = {row[4]: row[5:] for row in shown if len(row) > 4}
    return tuple(row if row[4] in known else (*row[:5], *places.get(row[4], row[5:])) for row in drawn)


def _csv(path: Path) -> Rows:
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    return tuple(map(tuple, rows[1:]))


def _row_count(inside: _Inside, where: str, exhibit: Mapping[str, Any], out: Replayed) -> None:
    rows = len(_csv(inside.root / where))
    if exhibit["rows"] != rows:
        out.differs(where, f"exhibit {exhibit['id']} has {rows} rows, the index says {exhibit['rows']}")


def _compare(where: str, name: str, shown: Rows, again: Rows, out: Replayed) -> None:
    """Name the first cell that differs, or the number of rows."""
    for number, (left, right) in enumerate(zip(shown, again, strict=False), start=1):
        for column, (said, given) in enumerate(zip(left, right, strict=False), start=1):
            if said != given:
                out.differs(
                    where,
                    f"exhibit {name}, row {number}, column {column} says {said!r}, the events inside give {given!r}",
                )
                return
        if len(left) < len(right):
            out.differs(
                where, f"exhibit {name}, row {number} has {len(left)} cells, the events inside give {len(right)}"
            )
            return
    if len(shown) != len(again):
        out.differs(where, f"exhibit {name} has {len(shown)} rows, the events inside give {len(again)}")


def _log(inside: _Inside, out: Replayed) -> None:
    """Cases, horizon and queries as the bundle lists them agree with its events and figures."""
    data, index = inside.root / "data", inside.read(EXHIBITS.removeprefix("data/"))
    coverage = inside.read(COVERAGE) if (data / COVERAGE).exists() else None
    found = [*broken_horizon(inside.answer, inside.recipe, coverage)]
    if (data / CASES).exists():
        cited = {name for exhibit in index["exhibits"] for name in exhibit["events"]}
        found += broken_cases(inside.read(CASES)["cases"], list(inside.events.values()), cited)
    questions = [inside.read(listed["file"]) for listed in inside.answer["questions"]]
    stated = [(question["number"], each) for question in questions for each in question["figures"]]
    if stated:
        found += broken_queries(inside.read(QUERIES.removeprefix("data/"))["figures"], stated)
    for where, cause in found:
        out.differs(where, cause)


def _papers(inside: _Inside, out: Replayed) -> None:
    """The figures that the answer's PDF carries as an attachment are those of the questions."""
    stated = [
        (question["number"], each["id"], each["value"])
        for question in (inside.read(listed["file"]) for listed in inside.answer["questions"])
        for each in question["figures"]
    ]
    carried = figures_in_paper(inside.root / "data" / "answer" / "answer.pdf")
    if stated != carried and (stated or carried):
        first = next((pair for pair in zip(stated, carried, strict=False) if pair[0] != pair[1]), None)
        what = f"{first[1][1]} says {first[1][2]!r} there, {first[0][2]!r} here" if first else "their numbers differ"
        out.differs("data/answer/answer.pdf", f"the figures inside the paper are not those of the questions: {what}")
    out.not_replayable.append(
        "the printed pages and the workbook: only the figures attached to the answer's PDF were compared"
    )
