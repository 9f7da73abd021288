"""unique: at most so many events, or distinct values, per key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compliance.engine.plan import (
    Aggregate,
    Expr,
    Filter,
    Join,
    Project,
    Relation,
    Scan,
    Top,
    both,
    call,
    col,
    keep,
    lit,
)
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.exception import excepted, with_exceptions
from compliance.patterns.frame import Frame, Row
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import Unique


def judge(frame: Frame) -> None:
    """Judges every combination of the key fields, up to `as_of`."""
    rule, scope = frame.rule, frame.scope
    spec = rule.expect.unique
    assert spec is not None
    assert rule.for_each is not None
    extra = (spec.distinct,) if spec.distinct else ()
    fields = tuple(dict.fromkeys((*spec.by, *extra, *frame.exception_fields())))
    base = frame.triggers(fields, anytime=True)
    covered = frame.know(rule.for_each.event).covered(scope.start, scope.last)
    groups = _groups(frame, base, spec, covered=covered)
    if groups is None:
        return
    names = frame.names(fields, "many")

    def decided(keys: Relation) -> Iterator[Outcome]:
        source, listed = with_exceptions(frame, frame.keep(_first_of_each(frame, base, keys, spec, fields)), names)
        for row in frame.rows(source, listed):
            said = _say(frame, row, spec.at_most, covered=covered, by=spec.by)
            yield frame.outcome(row, said, value=row["many"])

    if groups.unseen is not None:
        for outcome in decided(groups.unseen):
            frame.tally.list_only(outcome)
    if groups.rest is not None:
        for outcome in decided(groups.rest):
            frame.tally.add(outcome)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Tables of keys of groups that were not plainly decided: the first of those nobody can vouch for, and all others."""

    unseen: Scan | None
    rest: Scan | None


def _keys(spec: Unique) -> tuple[str, ...]:
    return tuple(f"x_{name}" for name in spec.by)


def _groups(frame: Frame, base: Relation, spec: Unique, *, covered: bool) -> _Groups | None:
    """Counts the groups that are plainly unique, or plainly not to be known as the log has gaps; None where these are all.

    Of the latter so many are left for listing as the tally lists.
    """
    assert frame.rule.for_each is not None
    bulk = not covered and not frame.rule.exceptions
    order = call("pair", col("t"), col("id"))
    doubt = call("count_if", col("conf")) if frame.conflicts else call("max", lit(0))
    first = (("id", call("min_by", col("id"), order)),) if bulk else ()
    groups = Aggregate(
        base,
        keep(*_keys(spec)),
        (("t", call("min", col("t"))), ("doubt", doubt), ("crowded", _crowded(spec)), *first),
    )
    scoped = Filter(groups, both(frame.in_period(col("t")), *(call("is_not_null", col(key)) for key in _keys(spec))))
    names = (*_keys(spec), "t", "doubt", "crowded", *(name for name, _ in first))
    flagged, names = frame.with_hole(scoped, names, frame.rule.for_each.event, {name: name for name in spec.by})
    kept = frame.keep(Project(flagged, keep(*names))) if bulk else flagged
    alone = both(call("not", call("is_true", col("crowded"))), call("=", col("doubt"), lit(0)))
    plain = both(lit(covered), alone, call("not", col("hole")))
    unseen = both(lit(bulk), alone)
    tests = (("total", call("count")), ("plain", call("count_if", plain)), ("unseen", call("count_if", unseen)))
    total, fine, unknown = next(iter(list(frame.engine.rows(Aggregate(kept, (), tests)))))
    frame.tally.count(frame.ok(), fine)
    frame.tally.count(Verdict.UNDETERMINED, unknown)
    if fine == total:
        return None
    rest = Filter(kept, both(call("not", plain), call("not", unseen)))
    first_of = Top(Project(Filter(kept, unseen), keep(*names)), ("t", "id"), frame.scope.listing)
    return _Groups(
        frame.keep(Project(first_of, keep(*_keys(spec)))) if unknown else None,
        frame.keep(Project(rest, keep(*_keys(spec)))) if fine + unknown < total else None,
    )


def _crowded(spec: Unique) -> Expr:
    """Condition on a group that it holds too many events or distinct values; two extremes are cheaper than a set."""
    if spec.distinct is None:
        return call(">", call("count"), lit(spec.at_most))
    value = col(f"x_{spec.distinct}")
    if spec.at_most == 1:
        return call("<", call("min", value), call("max", value))
    return call(">", call("count_distinct", value), lit(spec.at_most))


def _first_of_each(frame: Frame, base: Relation, rest: Relation, spec: Unique, fields: tuple[str, ...]) -> Relation:
    """The earliest event of each group that is left, with the number of events or distinct values of its group."""
    on = both(*(call("=", col(key, "l"), col(key, "r")) for key in _keys(spec)))
    extra = (f"x_{spec.distinct}",) if spec.distinct else ()
    members = Join(base, rest, on, keep("n", "id", "t", *dict.fromkeys((*_keys(spec), *extra)), side="l"))
    many: Expr = call("count_distinct", col(f"x_{spec.distinct}")) if spec.distinct else call("count")
    first = call("min_by", col("n"), call("pair", col("t"), col("id")))
    groups = Aggregate(members, keep(*_keys(spec)), (("first", first), ("many", many)))
    columns = (*keep(*frame.names(fields), side="l"), ("many", col("many", "r")))
    return Join(base, groups, call("=", col("n", "l"), col("first", "r")), columns)


def _say(frame: Frame, row: Row, at_most: int, *, covered: bool, by: tuple[str, ...]) -> tuple[Verdict, Reason]:
    rule = frame.rule
    assert rule.for_each is not None
    if row["conf"]:
        return Verdict.UNDETERMINED, Reason.CONFLICT
    if row["many"] > at_most:
        if excepted(frame, row):
            return Verdict.EXCEPTED, Reason.NONE
        return frame.miss(row, Reason.NOT_UNIQUE)
    case = frame.case_key(rule.for_each.event, {name: name for name in by}, row)
    known = frame.know(rule.for_each.event).knows(frame.scope.start, frame.scope.last, case)
    if covered and known is Knowledge.COVERED:
        return frame.ok(), Reason.NONE
    if excepted(frame, row):
        return Verdict.EXCEPTED, Reason.NONE
    return Verdict.UNDETERMINED, reason_of(known)
