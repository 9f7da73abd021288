"""Plans of one shape put together: every row keeps its lane, and a constant that differs becomes a choice by lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from compliance.engine.plan import (
    Aggregate,
    Apply,
    Case,
    Column,
    Expr,
    Filter,
    Join,
    Literal,
    Project,
    Relation,
    Running,
    Scan,
    Top,
    Union,
    both,
    call,
    col,
    keep,
    lit,
)

LANE = "lane"
"""First column of every joint table: the number of the run that the row belongs to."""
_COUNTS = frozenset({"count", "count_if"})


@dataclass(frozen=True, slots=True)
class Lanes:
    """The runs whose plans are put together, the table that lists all runs, and what their tables are called."""

    numbers: tuple[int, ...]
    table: str
    names: Mapping[str, str]

    def chosen(self, values: Sequence[Literal], side: str) -> Expr:
        """The constant of the row's lane."""
        by_value: dict[tuple[type, Any], list[int]] = {}
        for number, literal in zip(self.numbers, values, strict=True):
            by_value.setdefault((type(literal.value), literal.value), []).append(number)
        if len(by_value) == 1:
            return values[0]
        lane = col(LANE, side)
        branches = [(call("in", lane, *map(lit, numbers)), Literal(value)) for (_, value), numbers in by_value.items()]
        return Case(tuple(branches), lit(None))


def shape(part: object, names: Mapping[str, str]) -> object:
    """What two plans must have in common to be put together: all but their constants."""
    match part:
        case Literal():
            return "?"
        case Scan(table):
            return ("scan", names.get(table, table))
        case Column(name, side):
            return (side, name)
        case Apply(op, args):
            return (op, *(shape(arg, names) for arg in args))
        case tuple():
            return tuple(shape(entry, names) for entry in part)
        case str() | int() | None:
            return part
    return (type(part).__name__, *(shape(getattr(part, name), names) for name in part.__slots__))  # type: ignore[attr-defined]


def joint(plans: Sequence[Relation], lanes: Lanes) -> Relation:
    """One plan for the lanes' plans, which have one shape; its first column is the lane."""
    first = plans[0]
    match first:
        case Scan(table):
            return Scan(lanes.names.get(table, table))
        case Union(parts):
            return Union(tuple(joint([_at(plan, "parts", i) for plan in plans], lanes) for i in range(len(parts))))
        case Join():
            return _join(cast("Sequence[Join]", plans), lanes)
    source = joint([plan.source for plan in cast("Sequence[Any]", plans)], lanes)
    match first:
        case Filter():
            return Filter(source, _expr([plan.where for plan in cast("Sequence[Filter]", plans)], lanes))
        case Project():
            return Project(source, (*keep(LANE), *_columns(plans, "columns", lanes)))
        case Top(_, order, limit):
            # the rows of all lanes are few; each lane stays below the limit, so that it cuts nothing off
            return Top(source, (LANE, *order), limit * len(lanes.numbers))
    return _aggregate(source, cast("Sequence[Aggregate]", plans), lanes)


def _join(plans: Sequence[Join], lanes: Lanes) -> Join:
    left, right = joint([plan.left for plan in plans], lanes), joint([plan.right for plan in plans], lanes)
    same = call("=", col(LANE, "l"), col(LANE, "r"))
    on = both(same, _expr([plan.on for plan in plans], lanes, "l"))
    return Join(left, right, on, (*keep(LANE, side="l"), *_columns(plans, "columns", lanes, "l")), plans[0].kind)


def _aggregate(source: Relation, plans: Sequence[Aggregate], lanes: Lanes) -> Relation:
    keys, values = _columns(plans, "keys", lanes), _columns(plans, "values", lanes)
    found = Aggregate(source, (*keep(LANE), *keys), values)
    if keys:
        return found
    # without keys there is one row even where nothing was selected: counts of 0, NULL for the rest
    columns = [(name, _or_nothing(name, expr)) for name, expr in values]
    same = call("=", col(LANE, "l"), col(LANE, "r"))
    return Join(Scan(lanes.table), found, same, (*keep(LANE, side="l"), *columns), kind="left")


def _or_nothing(name: str, expr: Expr) -> Expr:
    value = col(name, "r")
    counted = isinstance(expr, Apply) and expr.op in _COUNTS
    return call("coalesce", value, lit(0)) if counted else value


def _columns(plans: Sequence[Any], name: str, lanes: Lanes, side: str = "") -> tuple[tuple[str, Expr], ...]:
    found = []
    for index, (label, _) in enumerate(getattr(plans[0], name)):
        found.append((label, _expr([getattr(plan, name)[index][1] for plan in plans], lanes, side)))
    return tuple(found)


def _at(part: Any, name: str, index: int) -> Any:
    return getattr(part, name)[index]


def _expr(exprs: Sequence[Expr], lanes: Lanes, side: str = "") -> Expr:
    first = exprs[0]
    parts = cast("Sequence[Any]", exprs)
    match first:
        case Column():
            return first
        case Literal():
            return lanes.chosen(cast("Sequence[Literal]", exprs), side)
        case Apply(op, args):
            return Apply(op, tuple(_expr([part.args[i] for part in parts], lanes, side) for i in range(len(args))))
        case Case(branches):
            chosen = [
                tuple(_expr([part.branches[i][j] for part in parts], lanes, side) for j in (0, 1))
                for i in range(len(branches))
            ]
            otherwise = _expr([part.otherwise for part in parts], lanes, side)
            return Case(cast("tuple[tuple[Expr, Expr], ...]", tuple(chosen)), otherwise)
        case Running(op, args, keys, _, span):
            return Running(
                op,
                tuple(_expr([part.args[i] for part in parts], lanes, side) for i in range(len(args))),
                (col(LANE, side), *(_expr([part.keys[i] for part in parts], lanes, side) for i in range(len(keys)))),
                None if first.order is None else _expr([part.order for part in parts], lanes, side),
                span,
            )
