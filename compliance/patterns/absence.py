"""Where the absence of a linked event is known, worked out in the engine for many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.engine.plan import Aggregate, Expr, Join, Project, Scan, both, call, col, either, keep, lit
from compliance.events.dataset import Hole

if TYPE_CHECKING:
    from compliance.patterns.frame import Frame

MANY_WINDOWS = 64
"""Windows of coverage beyond which a condition would be too long to write."""
FEW_HOLES = 16
"""Refused lines up to which each is a condition of its own; of more a table is made."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Rows that are still to be decided, as a kept table, and the names of its columns."""

    table: Scan
    names: tuple[str, ...]


def with_absence(
    frame: Frame, rest: Rest, event_type: str, match: Mapping[str, str], start: Expr, end: Expr
) -> tuple[Rest, Expr] | None:
    """The rows, and the condition that the absence of a linked event in `[start, end]` is known for a row's case.

    Exactly what `TypeKnowledge.knows` says, or less; None where nothing's absence is known.
    """
    known = frame.know(event_type)
    if known.unreadable:
        return None
    key = match.get(known.case_field)
    case = None if key is None else call("text", col(f"x_{key}"))
    last = call("least", end, lit(frame.scope.as_of))
    covered = frame.covered(event_type, start, end)
    if len(known.holes) <= FEW_HOLES:
        return rest, both(covered, *(call("not", _near(hole, start, last, case)) for hole in known.holes))
    table = frame.keep(_touched(frame, rest, known.holes, start, last, case))
    name = f"touched_{table.table}"
    joined = Join(
        rest.table,
        table,
        call("=", col("n", "l"), col("n", "r")),
        (*keep(*rest.names, side="l"), (name, call("is_not_null", col("n", "r")))),
        kind="left",
    )
    return Rest(frame.keep(joined), (*rest.names, name)), both(covered, call("not", col(name)))


def uncovered(frame: Frame, event_type: str, start: Expr, end: Expr) -> Expr:
    """Condition that no window of coverage holds `[start, end]`: `TypeKnowledge.knows` says `no_coverage`, or this says less."""
    if len(frame.know(event_type).windows) > MANY_WINDOWS:
        return lit(False)
    now = lit(frame.scope.as_of)
    inside = both(call("<=", start, call("least", end, now)), call("<", start, now))
    return both(inside, call("not", frame.covered(event_type, start, end)))


def _near(hole: Hole, start: Expr, last: Expr, case: Expr | None) -> Expr:
    """Condition that the refused line may have been such an event, of this case."""
    near = [call("<=", lit(hole.start), last), call(">=", lit(hole.end), start)]
    if hole.case is not None and case is not None:
        near.append(call("=", case, lit(hole.case)))
    return both(*near)


def _touched(frame: Frame, rest: Rest, holes: Iterable[Hole], start: Expr, last: Expr, case: Expr | None) -> Aggregate:
    """Row numbers of rows that some refused line may belong to."""
    spans = _merged(holes, by_case=case is not None)
    table = frame.engine.table((("lo", "BIGINT"), ("hi", "BIGINT"), ("of", "VARCHAR")), spans)
    rows = Project(
        rest.table,
        (*keep("n"), ("first", start), ("last", last), ("own", case or call("text", call("null_int", lit(None))))),
    )
    on: list[Expr] = [call("<=", col("lo", "r"), col("last", "l")), call(">=", col("hi", "r"), col("first", "l"))]
    on.append(
        either(
            call("is_null", col("of", "r")),
            call("is_null", col("own", "l")),
            call("=", col("of", "r"), col("own", "l")),
        )
    )
    return Aggregate(Join(rows, Scan(table), both(*on), keep("n", side="l")), keep("n"), (("c", call("count")),))


def _merged(holes: Iterable[Hole], *, by_case: bool) -> list[tuple[int, int, str | None]]:
    """Spans of holes, those that overlap put together; with `by_case` only those of the same case."""
    found: dict[str | None, list[tuple[int, int]]] = {}
    for hole in sorted(holes, key=lambda hole: (hole.start, hole.end)):
        spans = found.setdefault(hole.case if by_case else None, [])
        if spans and hole.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hole.end))
        else:
            spans.append((hole.start, hole.end))
    return [(start, end, case) for case, spans in found.items() for start, end in spans]
