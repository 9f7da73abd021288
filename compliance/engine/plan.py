"""The plan: a small relational language of our own that every engine prints in its dialect.

Only operators whose meaning is the same on DuckDB and Spark are in it: integer microseconds, equality and left joins,
aggregates, unions, windows for running counts. Values are literals printed by one function; nothing is pasted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the relation at hand; `side` is `l` or `r` inside a join."""

    name: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant. None is SQL's NULL: unknown."""

    value: Scalar
    given: bool = False
    """Given to the plan, as a period or a type is: a mark, with the value beside it, where the plan is shown (`Dialect.marked`)."""


@dataclass(frozen=True, slots=True)
class Apply:
    """A function or operator of the closed list in `engine.sql`."""

    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The first value whose condition is true, else `otherwise`."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Running:
    """An aggregate over the rows of the same `keys` whose `order` lies in (current - span, current].

    Without `span` all up to the current one and those that equal it; without `order` too, all rows of the keys.
    """

    op: str
    args: tuple[Expr, ...]
    keys: tuple[Expr, ...]
    order: Expr | None = None
    span: int | None = None


Expr = Column | Literal | Apply | Case | Running


@dataclass(frozen=True, slots=True)
class Scan:
    """A table by name."""

    table: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows for which the condition is true."""

    source: Relation
    where: Expr


@dataclass(frozen=True, slots=True)
class Project:
    """Named expressions, in order."""

    source: Relation
    columns: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Join:
    """`inner` or `left` join; `columns` are named expressions over sides `l` and `r`."""

    left: Relation
    right: Relation
    on: Expr
    columns: tuple[tuple[str, Expr], ...]
    kind: str = "inner"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row per combination of keys, with aggregates."""

    source: Relation
    keys: tuple[tuple[str, Expr], ...]
    values: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Union:
    """All rows of all parts; columns by position."""

    parts: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Top:
    """The first `limit` rows in ascending order of columns."""

    source: Relation
    order: tuple[str, ...]
    limit: int


Relation = Top | Scan | Filter | Project | Join | Aggregate | Union


def col(name: str, side: str = "") -> Column:
    """A column."""
    return Column(name, side)


def lit(value: Scalar) -> Literal:
    """A constant."""
    return Literal(value)


def given(value: Scalar) -> Literal:
    """A constant that is given to the plan."""
    return Literal(value, given=True)


def call(op: str, *args: Expr) -> Apply:
    """An operator applied to expressions."""
    return Apply(op, args)


def both(*parts: Expr) -> Expr:
    """True where all parts are; TRUE for none."""
    return _join("and", parts, empty=True)


def either(*parts: Expr) -> Expr:
    """True where one part is; FALSE for none."""
    return _join("or", parts, empty=False)


def _join(op: str, parts: tuple[Expr, ...], *, empty: bool) -> Expr:
    if not parts:
        return lit(empty)
    return parts[0] if len(parts) == 1 else Apply(op, parts)


def keep(*names: str, side: str = "") -> tuple[tuple[str, Expr], ...]:
    """Columns passed on under their own names."""
    return tuple((name, Column(name, side)) for name in names)


def renamed(relation: Relation, names: Mapping[str, str]) -> Relation:
    """The relation over other tables: those that `names` maps, the others as they are."""
    match relation:
        case Scan(table):
            return Scan(names.get(table, table))
        case Join(left, right, on, columns, kind):
            return Join(renamed(left, names), renamed(right, names), on, columns, kind)
        case Union(parts):
            return Union(tuple(renamed(part, names) for part in parts))
    return replace(relation, source=renamed(relation.source, names))
