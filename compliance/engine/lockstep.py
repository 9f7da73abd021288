"""Many small runs as one: lanes ask for plans of one shape, which are put together and asked once.

An engine spends milliseconds on understanding a plan and microseconds on a handful of rows, so that the tests inside
rule files would be all planning. Each run goes in a lane of its own: its rows carry the lane's number, joins and groups
stay inside it, and a constant that differs from lane to lane becomes a choice by lane. What a lane is told is what the
engine would tell it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from compliance.engine.interface import Engine
from compliance.engine.joint import LANE, Lanes, joint, shape
from compliance.engine.plan import Relation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Ask:
    """One question of one lane."""

    lane: int
    kind: str
    key: Any
    payload: Any


@dataclass(frozen=True, slots=True)
class _Done:
    lane: int
    result: Any
    error: BaseException | None


class Lane:
    """The engine as one lane sees it."""

    __slots__ = ("_answers", "_made", "_questions", "number", "tables")

    def __init__(self, number: int, questions: SimpleQueue[_Ask | _Done]) -> None:
        self.number, self._questions = number, questions
        self.tables: dict[str, str] = {}
        """What the lane calls a table, and what it is called."""
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._made = 0

    def answer(self, value: Any) -> None:
        """Gives the lane what it waits for; an error is raised there."""
        self._answers.put(value)

    def rows(self, plan: Relation) -> Iterator[tuple[Any, ...]]:
        """Rows of a plan."""
        return iter(self._ask("rows", shape(plan, self.tables), plan))

    def keep(self, plan: Relation) -> str:
        """Name of a temporary table that holds the plan's rows."""
        return self._named(self._ask("keep", shape(plan, self.tables), plan))

    def table(self, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> str:
        """Name of a temporary table with these columns and rows."""
        return self._named(self._ask("table", tuple(columns), rows))

    def drop(self, name: str) -> None:
        """Forgets a name; the joint table goes with the last lane."""
        self.tables.pop(name, None)

    @property
    def trace(self) -> tuple[str, ...]:
        """Nothing: a joint text is not what the lane asked."""
        return ()

    def begin(self) -> None:
        """Nothing to do: names are never used twice."""

    def end(self) -> None:
        """Nothing to do: joint tables go when all lanes are done."""

    def _ask(self, kind: str, key: object, payload: Any) -> Any:
        self._questions.put(_Ask(self.number, kind, key, payload))
        value = self._answers.get()
        if isinstance(value, BaseException):
            raise value
        return value

    def _named(self, actual: str) -> str:
        self._made += 1
        name = f"kept_{self._made}"
        self.tables[name] = actual
        return name


def in_lockstep(engine: Engine, runs: Mapping[int, Callable[[Engine], T]]) -> dict[int, T | BaseException]:
    """Result of the run of each lane, or what it raised. The tables that runs read carry a column `lane`, the first."""
    questions: SimpleQueue[_Ask | _Done] = SimpleQueue()
    lanes = {number: Lane(number, questions) for number in runs}
    results: dict[int, Any] = {}
    engine.begin()
    listed = engine.table(((LANE, "BIGINT"),), [(number,) for number in sorted(runs)])
    waiting: dict[int, _Ask] = {}

    def listen() -> None:
        """Waits for the one lane that runs: at any time only one does, as threads that compete cost more than they do."""
        said = questions.get()
        if isinstance(said, _Done):
            results[said.lane] = said.error or said.result
        else:
            waiting[said.lane] = said

    for number, run in runs.items():
        Thread(target=_go, args=(lanes[number], run, questions), daemon=True).start()
        listen()
    while waiting:
        groups = _alike(waiting)
        waiting.clear()
        for asked in groups:
            group = Lanes(tuple(ask.lane for ask in asked), listed, lanes[asked[0].lane].tables)
            for number, value in _answers(engine, asked, group).items():
                lanes[number].answer(value)
                listen()
    engine.end()
    return results


def _go(lane: Lane, run: Callable[[Engine], Any], questions: SimpleQueue[_Ask | _Done]) -> None:
    try:
        questions.put(_Done(lane.number, run(lane), None))
    except BaseException as error:  # noqa: BLE001 - handed over to whoever asked for the run
        questions.put(_Done(lane.number, None, error))


def _alike(waiting: dict[int, _Ask]) -> list[list[_Ask]]:
    """Questions that can be asked together, in the order of their first lane."""
    groups: dict[tuple[str, object], list[_Ask]] = {}
    for number in sorted(waiting):
        asked = waiting[number]
        groups.setdefault((asked.kind, asked.key), []).append(asked)
    return list(groups.values())


def _answers(engine: Engine, asked: Sequence[_Ask], lanes: Lanes) -> dict[int, Any]:
    """What each lane of a group is told."""
    try:
        match asked[0].kind:
            case "table":
                rows = [(ask.lane, *row) for ask in asked for row in ask.payload]
                return dict.fromkeys(lanes.numbers, engine.table(((LANE, "BIGINT"), *asked[0].key), rows))
            case "keep":
                return dict.fromkeys(lanes.numbers, engine.keep(joint([ask.payload for ask in asked], lanes)))
        found: dict[int, Any] = {number: [] for number in lanes.numbers}
        for lane, *row in engine.rows(joint([ask.payload for ask in asked], lanes)):
            if lane in found:
                found[lane].append(tuple(row))
        return found
    except Exception as error:  # noqa: BLE001 - each lane of the group gets it, as it would alone
        return dict.fromkeys(lanes.numbers, error)
