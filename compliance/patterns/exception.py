"""Exceptions: recorded grounds on which a duty does not bind in an instance (docs/semantics.md, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.engine.plan import Aggregate, Expr, Filter, Join, Project, Relation, both, call, col, either, keep, lit
from compliance.patterns.absence import Rest, uncovered, with_absence
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.limit import with_due
from compliance.patterns.nearest import ANY, with_nearest
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
        relation = _with_hit(frame, relation, columns, exception, f"e{index}")
        columns = (*columns, f"e{index}")
    return relation, columns


def _with_hit(
    frame: Frame, source: Relation, columns: tuple[str, ...], exception: ExceptionCase, name: str
) -> Relation:
    """Adds the column `name`: TRUE where an event of the exception stands where it must."""
    when = exception.when
    assert when.event is not None
    assert when.match is not None
    selector, order = Selector(event=when.event, where=when.where), exception_order(exception)
    if order == "any":
        keys = tuple(f"k{i}" for i in range(len(when.match)))
        present = Aggregate(frame.linked(selector, tuple(when.match)), keep(*keys), (("c", call("count")),))
        on = (
            call("=", col(f"x_{field}", "l"), col(key, "r"))
            for key, field in zip(keys, when.match.values(), strict=True)
        )
        hit = (name, call("is_not_null", col("c", "r")))
        return Join(source, present, both(*on), (*keep(*columns, side="l"), hit), kind="left")
    found, _ = with_nearest(
        frame, frame.keep(source), columns, (selector, when.match), col("t"), {"near": ANY}, later=order == "after"
    )
    limit = frame.limit(when.within)
    if limit is None or order != "after":
        return Project(found, (*keep(*columns), (name, call("is_not_null", col("near")))))
    held = frame.keep(found)
    dated = with_due(frame.engine, Project(held, keep("n", "t", "near")), ("n", "near"), limit)
    inside = Project(Filter(dated, call("<=", col("near"), col("due_late"))), keep("n"))
    same = call("=", col("n", "l"), col("n", "r"))
    return Join(
        held, inside, same, (*keep(*columns, side="l"), (name, call("is_not_null", col("n", "r")))), kind="left"
    )


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


def no_doubt(frame: Frame, rest: Rest) -> tuple[Rest, Expr, Expr] | None:
    """The rows, the condition that no exception might hold unseen, and that one might as its log has gaps (`exception_doubt`).

    None where Python must say. An exception within a limit is looked for up to the present: what is known of more is known of
    less, and whether less is known is left to Python.
    """
    tests: list[Expr] = []
    gaps: list[Expr] = []
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
        end = col("t") if order == "before" else now
        known = with_absence(frame, rest, when.event, when.match or {}, start, end)
        if when.within is None:
            gaps.append(both(*tests, uncovered(frame, when.event, start, end)))
        if known is None:
            return rest, lit(False), either(*gaps)
        rest, test = known
        tests.append(test)
    return rest, both(*tests), either(*gaps)


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
