"""Exceptions: recorded grounds on which a duty does not bind in an instance (docs/semantics.md, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.engine.plan import Aggregate, Expr, Join, Project, Relation, both, call, col, keep, lit
from compliance.patterns.absence import Rest, with_absence
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.limit import with_due
from compliance.patterns.verdict import Reason
from compliance.rules.condition import mentions_uncaptured, parse_condition
from compliance.rules.model import ExceptionCase, Selector

if TYPE_CHECKING:
    from compliance.patterns.frame import Frame, Row


def with_exceptions(frame: Frame, source: Relation, columns: tuple[str, ...]) -> tuple[Relation, tuple[str, ...]]:
    """`source` with one column `e<i>` per exception: TRUE where it holds."""
    relation = source
    for index, exception in enumerate(frame.rule.exceptions):
        if exception.when.trigger is not None:
            continue
        held = frame.keep(_hits(frame, source, exception))
        relation = Join(
            relation,
            held,
            call("=", col("n", "l"), col("n", "r")),
            (*keep(*columns, side="l"), (f"e{index}", call("is_not_null", col("n", "r")))),
            kind="left",
        )
        columns = (*columns, f"e{index}")
    return relation, columns


def _hits(frame: Frame, source: Relation, exception: ExceptionCase) -> Relation:
    when = exception.when
    assert when.event is not None
    assert when.match is not None
    linked = frame.linked(Selector(event=when.event, where=when.where), tuple(when.match))
    keys = tuple(when.match.values())
    left: Relation = source
    limit = frame.limit(when.within)
    names = ("n", "t", *(f"x_{name}" for name in dict.fromkeys(keys)))
    left = Project(source, keep(*names))
    if limit is not None:
        left = with_due(frame.engine, left, names, limit)
    on = [call("=", col(f"x_{key}", "l"), col(f"k{i}", "r")) for i, key in enumerate(keys)]
    order = exception_order(exception)
    if order == "after":
        on.append(call(">=", col("t", "r"), col("t", "l")))
        if limit is not None:
            on.append(call("<=", col("t", "r"), col("due_late", "l")))
    elif order == "before":
        on.append(call("<=", col("t", "r"), col("t", "l")))
    joined = Join(left, linked, both(*on), keep("n", side="l"))
    return Aggregate(joined, keep("n"), (("c", call("count")),))


def excepted(frame: Frame, row: Row) -> bool:
    """True where one of the exceptions holds for the row."""
    return any(row[f"e{index}"] for index in range(len(frame.rule.exceptions)))


def trigger_unseen(frame: Frame) -> bool:
    """True where an exception on the trigger reads a field that its sources do not record."""
    selector = frame.rule.for_each
    tests = [case.when.trigger for case in frame.rule.exceptions if case.when.trigger is not None]
    captured = None if selector is None else frame.captures.get(selector.event)
    return any(mentions_uncaptured(parse_condition(test), captured) for test in tests)


def exception_doubt(frame: Frame, row: Row) -> Reason | None:
    """Why an exception might hold unseen, or None."""
    for exception in frame.rule.exceptions:
        when = exception.when
        if when.event is None:
            selector = frame.rule.for_each
            assert selector is not None
            if when.trigger and mentions_uncaptured(parse_condition(when.trigger), frame.captures.get(selector.event)):
                return Reason.FIELD_NOT_CAPTURED
            continue
        if frame.uncaptured(Selector(event=when.event, where=when.where)):
            return Reason.FIELD_NOT_CAPTURED
        start, end = _interval(frame, exception, row["t"])
        case = frame.case_key(when.event, when.match or {}, row)
        knowledge = frame.know(when.event).knows(start, end, case)
        if knowledge is not Knowledge.COVERED:
            return reason_of(knowledge)
    return None


def no_doubt(frame: Frame, rest: Rest) -> tuple[Rest, Expr] | None:
    """The rows, and the condition that no exception might hold unseen (`exception_doubt`); None where Python must say.

    An exception within a limit is looked for up to the present: what is known of more is known of less.
    """
    tests: list[Expr] = []
    started, now = frame.scope.started, lit(frame.scope.as_of)
    if trigger_unseen(frame):
        return None
    for exception in frame.rule.exceptions:
        when = exception.when
        if when.event is None:
            continue
        order = exception_order(exception)
        if frame.uncaptured(Selector(event=when.event, where=when.where)) or (order != "after" and started is None):
            return None
        start = col("t") if started is None or order == "after" else call("least", lit(started), col("t"))
        known = with_absence(frame, rest, when.event, when.match or {}, start, col("t") if order == "before" else now)
        if known is None:
            return None
        rest, test = known
        tests.append(test)
    return rest, both(*tests)


def _interval(frame: Frame, exception: ExceptionCase, t: int) -> tuple[int | None, int]:
    order = exception_order(exception)
    limit = frame.limit(exception.when.within)
    if order == "after":
        due = limit.due(t) if limit is not None else None
        return t, min(due[1], frame.scope.as_of) if due else frame.scope.as_of
    assert exception.when.event is not None
    end = t if order == "before" else frame.scope.as_of
    return frame.since_start(exception.when.event, t), end


def exception_order(exception: ExceptionCase) -> str:
    """Order of an exception's event: as written, else `after` with a limit and `any` without."""
    return exception.when.order or ("after" if exception.when.within else "any")
