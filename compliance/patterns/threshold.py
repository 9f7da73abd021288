"""threshold: a number over many triggers, against a bound, per bucket or over a sliding window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from compliance.clock import local_date, midnight_us
from compliance.engine.plan import (
    Aggregate,
    Apply,
    Case,
    Expr,
    Filter,
    Join,
    Project,
    Relation,
    Running,
    Scan,
    both,
    call,
    col,
    keep,
    lit,
)
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.frame import Frame
from compliance.patterns.limit import BUCKET_US, LimitRule, elapsed_us
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.condition import parse_condition
from compliance.rules.model import Origin, Threshold

_STANDING = frozenset({"count", "sum", "max"})
"""Metrics that unseen events can only raise: above a bound they stand even where the log is partial."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """One bucket's or window's value."""

    instance: str
    t: int
    start: int
    end: int
    value: float | int | None
    n: int
    group: tuple[Any, ...]
    row: int | None = None
    case: str | None = None
    conflict: bool = False


def judge(frame: Frame) -> None:
    """Judges every bucket and group, or every trigger's window."""
    spec = frame.rule.expect.threshold
    assert spec is not None
    measured = _buckets(frame, spec) if spec.per is not None else _windows(frame, spec)
    for item in measured:
        verdict, reason = _say(frame, spec, item)
        if spec.per is not None and len(frame.tally.values) < frame.scope.listing:
            frame.tally.values.append({"instance": item.instance, "value": item.value, "n": item.n})
        frame.tally.add(
            Outcome(
                item.instance,
                item.t,
                verdict,
                reason,
                item.row,
                item.case,
                value=item.value,
                observed=None,
                keys=item.group,
                limit=_bound_text(frame, spec, item.t),
            )
        )


def _fields(spec: Threshold) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*spec.by, *((spec.field,) if spec.field else ()))))


def _triggers(frame: Frame, spec: Threshold, *, anytime: bool) -> Relation:
    assert frame.rule.for_each is not None
    extra: tuple[tuple[str, Expr], ...] = ()
    if spec.where is not None:
        extra = (
            ("hit", call("is_true", frame.compiler(frame.rule.for_each.event).condition(parse_condition(spec.where)))),
        )
    base = frame.triggers(_fields(spec), anytime=anytime, extra=extra)
    return Filter(base, both(*(call("is_not_null", col(f"x_{name}")) for name in spec.by))) if spec.by else base


def _metric(spec: Threshold) -> tuple[Expr, Expr]:
    """Expressions for the value and for the number of values it rests on."""
    if spec.metric == "count":
        return call("count"), call("count")
    if spec.metric == "share":
        return call("share", col("hit")), call("count")
    value = col(f"x_{spec.field}")
    return call(spec.metric if spec.metric != "sum" else "sum_double", value), call("count", value)


def _buckets(frame: Frame, spec: Threshold) -> list[_Measured]:
    base = _triggers(frame, spec, anytime=False)
    table = _bucket_table(frame, spec, base)
    names = tuple(f"x_{name}" for name in _fields(spec)) + (("hit",) if spec.where is not None else ())
    bucket = call("//", col("t", "l"), lit(BUCKET_US))
    placed = Join(
        base, table, call("=", bucket, col("quarter", "r")), (*keep(*names, side="l"), *keep("a", "b", side="r"))
    )
    value, n = _metric(spec)
    keys = (*keep("a", "b"), *keep(*(f"x_{name}" for name in spec.by)))
    found: list[_Measured] = []
    days: dict[int, date] = {}
    for a, b, *rest in frame.engine.rows(Aggregate(placed, keys, (("value", value), ("values", n)))):
        group, number, count = tuple(rest[:-2]), rest[-2], rest[-1]
        label = ",".join(str(part) for part in group)
        day = days.get(a) or days.setdefault(a, local_date(a, frame.scope.days.zone))
        found.append(_Measured(f"{label}@{day}", a, a, b, number, count, group, case=label or None))
    return sorted(found, key=lambda item: (item.t, item.instance))


def _bucket_table(frame: Frame, spec: Threshold, base: Relation) -> Scan:
    scope = frame.scope
    quarters = Aggregate(base, (("quarter", call("//", col("t"), lit(BUCKET_US))),), (("c", call("count")),))
    rows: list[tuple[int, int, int]] = []
    begins, ends = 0, 0
    for quarter in sorted(quarter for quarter, _ in frame.engine.rows(quarters)):
        if not rows or quarter * BUCKET_US >= ends:
            begins, ends = _bucket(quarter * BUCKET_US, spec.per or "period", frame)
        if scope.open_start:
            rows.append((quarter, begins, ends))
        else:
            rows.append((quarter, max(begins, scope.start), min(ends, scope.end)))
    name = frame.engine.table((("quarter", "BIGINT"), ("a", "BIGINT"), ("b", "BIGINT")), rows)
    return Scan(name)


def _bucket(t: int, per: str, frame: Frame) -> tuple[int, int]:
    zone = frame.scope.days.zone
    if per == "period":
        return frame.scope.start, frame.scope.end
    day = local_date(t, zone)
    if per == "day":
        first, after = day, day + timedelta(days=1)
    elif per == "week":
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
    else:
        months = 3 if per == "quarter" else 1
        month = day.month - (day.month - 1) % months
        first = date(day.year, month, 1)
        after = date(day.year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
    return midnight_us(first, zone), midnight_us(after, zone)


def _windows(frame: Frame, spec: Threshold) -> list[_Measured]:
    limit = frame.limit(spec.window)
    assert limit is not None
    base = _triggers(frame, spec, anytime=True)
    keys = tuple(col(f"x_{name}") for name in spec.by)
    value, n = _metric(spec)
    columns = (
        *keep("n", "id", "t", "conf", "kase"),
        *keep(*(f"x_{name}" for name in spec.by)),
        ("value", _running(limit, value, keys)),
        ("values", _running(limit, n, keys)),
    )
    scoped = Filter(Project(base, columns), frame.in_period(col("t")))
    names = ("n", "id", "t", "conf", "kase", "value", "values", *(f"x_{name}" for name in spec.by))
    found = []
    for row in frame.rows(scoped, names):
        span = _span(limit, row["t"])
        group = tuple(row[f"x_{name}"] for name in spec.by)
        found.append(
            _Measured(
                row["id"],
                row["t"],
                row["t"] - span + 1,
                row["t"] + 1,
                row["value"],
                row["values"],
                group,
                row["n"],
                row["kase"],
                bool(row["conf"]),
            )
        )
    return found


def _span(limit: LimitRule, t: int) -> int:
    duration = limit.duration_at(t) or limit.segments[0].duration
    return elapsed_us(duration) or 1


def _running(limit: LimitRule, value: Expr, keys: tuple[Expr, ...]) -> Expr:
    assert isinstance(value, Apply)
    op, args = value.op, value.args
    branches = tuple(
        (call(">=", col("t"), lit(segment.start)), Running(op, args, keys, col("t"), elapsed_us(segment.duration) or 1))
        for segment in reversed(limit.segments)
    )
    first = Running(op, args, keys, col("t"), elapsed_us(limit.segments[0].duration) or 1)
    return branches[0][1] if len(branches) == 1 else Case(branches, first)


def _bound(frame: Frame, spec: Threshold, t: int) -> tuple[str, float] | None:
    if spec.bound is None:
        return None
    ((op, reference),) = spec.bound.items()
    parameter = frame.rule.parameters[reference[1:]]
    day = local_date(t, frame.scope.days.zone)
    found = [entry.value for entry in parameter.values if entry.since <= day]
    return (op, found[-1]) if found else None


def _bound_text(frame: Frame, spec: Threshold, t: int) -> str | None:
    bound = _bound(frame, spec, t)
    words = {"le": "at most", "lt": "below", "ge": "at least", "gt": "above"}
    return None if bound is None else f"{words[bound[0]]} {bound[1]}"


def _meets(value: float, bound: tuple[str, float]) -> bool:
    op, limit = bound
    return bool({"le": value <= limit, "lt": value < limit, "ge": value >= limit, "gt": value > limit}[op])


def _say(frame: Frame, spec: Threshold, item: _Measured) -> tuple[Verdict, Reason]:
    bound = _bound(frame, spec, item.t)
    if bound is None:
        return (
            (Verdict.WITHIN_TARGET, Reason.NONE) if spec.bound is None else (Verdict.UNDETERMINED, Reason.FIELD_MISSING)
        )
    assert spec.bound is not None
    (reference,) = spec.bound.values()
    statutory = frame.rule.parameters[reference[1:]].origin is Origin.STATUTORY
    if item.conflict:
        return Verdict.UNDETERMINED, Reason.CONFLICT
    met = item.value is not None and item.n > 0 and _meets(item.value, bound)
    standing = item.value is not None and spec.metric in _STANDING and item.n >= spec.min_n
    if standing and not met and bound[0] in {"le", "lt"}:
        return frame.missed(statutory=statutory), Reason.LIMIT_EXCEEDED
    if standing and met and bound[0] in {"ge", "gt"}:
        return frame.ok(statutory=statutory), Reason.NONE
    if item.end - 1 > frame.scope.as_of:
        return Verdict.PENDING, Reason.OPEN
    knowledge = _knowledge(frame, spec, item)
    if knowledge is not Knowledge.COVERED:
        return Verdict.UNDETERMINED, reason_of(knowledge)
    if item.n < spec.min_n or item.value is None:
        return Verdict.UNDETERMINED, Reason.SMALL_SAMPLE
    return (
        (frame.ok(statutory=statutory), Reason.NONE)
        if met
        else (frame.missed(statutory=statutory), Reason.LIMIT_EXCEEDED)
    )


def _knowledge(frame: Frame, spec: Threshold, item: _Measured) -> Knowledge:
    assert frame.rule.for_each is not None
    event = frame.rule.for_each.event
    case_field = frame.catalogue.types[event].case_field
    case = str(item.group[spec.by.index(case_field)]) if case_field in spec.by else None
    return frame.know(event).knows(item.start, item.end - 1, case)
