"""The linked event nearest to each row in time, in one pass over both however many share a key: no row is paired with every event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from compliance.engine.plan import (
    Aggregate,
    Case,
    Expr,
    Filter,
    Join,
    Project,
    Relation,
    Running,
    Scan,
    Union,
    both,
    call,
    col,
    keep,
    lit,
)
from compliance.rules.model import Selector

if TYPE_CHECKING:
    from compliance.patterns.frame import Frame

ANY, CLEAR, DISPUTED = "any", "clear", "disputed"
"""Which linked events count: all, those not in conflict, those in conflict."""


def with_nearest(
    frame: Frame,
    source: Scan,
    names: tuple[str, ...],
    linked: tuple[Selector, Mapping[str, str]],
    at: Expr,
    columns: Mapping[str, str],
    *,
    later: bool,
    only: Expr | None = None,
) -> tuple[Relation, tuple[str, ...]]:
    """The rows with instants of linked events of the same keys: the first at or after `at` (`later`), or the last at or before it.

    `linked`: the selector, and its keys as linked field to trigger field. `columns`: name to ANY, CLEAR or DISPUTED.
    `only`: rows for which it is looked at all. NULL where there is none, or a key is.
    """
    selector, match = linked
    keys = tuple(f"k{i}" for i in range(len(match)))
    wanted = Project(
        source if only is None else Filter(source, only),
        (*keep("n"), *((key, col(f"x_{name}")) for key, name in zip(keys, match.values(), strict=True)), ("at", at)),
    )
    present = Aggregate(wanted, keep(*keys), (("c", call("count")),))
    same = both(*(call("=", col(key, "l"), col(key, "r")) for key in keys))
    events = Join(
        frame.linked(selector, tuple(match)), present, same, (*keep(*keys, side="l"), *keep("t", "conf", side="l"))
    )
    line = Union(
        (
            Project(wanted, (*keep("n", *keys, "at"), *((name, _nothing()) for name in columns))),
            Project(
                events,
                (
                    ("n", _nothing()),
                    *keep(*keys),
                    ("at", col("t")),
                    *((name, _counted(columns[name])) for name in columns),
                ),
            ),
        )
    )
    order = call("-", lit(0), col("at")) if later else col("at")
    partition = tuple(col(key) for key in keys)
    found = Project(
        line,
        (*keep("n"), *((name, Running("min" if later else "max", (col(name),), partition, order)) for name in columns)),
    )
    near = frame.keep(Filter(found, call("is_not_null", col("n"))))
    joined = Join(
        source,
        near,
        call("=", col("n", "l"), col("n", "r")),
        (*keep(*names, side="l"), *keep(*columns, side="r")),
        kind="left",
    )
    return joined, (*names, *columns)


def _nothing() -> Expr:
    return call("null_int", lit(None))


def _counted(which: str) -> Expr:
    """The event's instant where it counts."""
    if which == ANY:
        return col("t")
    test = col("conf") if which == DISPUTED else call("not", col("conf"))
    return Case(((test, col("t")),), _nothing())
