"""unique: at most so many events, or distinct values, per key."""

from __future__ import annotations

from compliance.engine.plan import Aggregate, Expr, Filter, Join, Project, Relation, both, call, col, keep, lit
from compliance.patterns.coverage import Knowledge
from compliance.patterns.frame import Frame, Row, reason_of
from compliance.patterns.verdict import Reason, Verdict


def judge(frame: Frame) -> None:
    """Judges every combination of the key fields, up to `as_of`."""
    rule, scope = frame.rule, frame.scope
    spec = rule.expect.unique
    assert spec is not None
    assert rule.for_each is not None
    extra = (spec.distinct,) if spec.distinct else ()
    fields = tuple(dict.fromkeys((*spec.by, *extra, *frame.exception_fields())))
    base = frame.triggers(fields, anytime=True)
    groups = _groups(frame, base, spec.by, spec.distinct)
    scoped = Filter(
        groups, both(frame.in_period(col("t")), *(call("is_not_null", col(f"x_{name}")) for name in spec.by))
    )
    group_names = (*(f"x_{name}" for name in spec.by), "t", "first", "many", "doubt")
    match = {name: name for name in spec.by}
    flagged, group_names = frame.with_hole(scoped, group_names, rule.for_each.event, match)
    covered = frame.know(rule.for_each.event).covered(scope.start, scope.last)
    plain = both(
        lit(covered),
        call("<=", col("many"), lit(spec.at_most)),
        call("=", col("doubt"), lit(0)),
        call("not", col("hole")),
    )
    rest = frame.keep(Project(Filter(flagged, call("not", plain)), keep(*group_names)))
    total = frame.count_where(scoped, lit(True))
    frame.tally.count(frame.ok(), total - frame.count_where(rest, lit(True)))
    names = frame.names(fields, "many")
    joined = Join(
        base,
        rest,
        call("=", col("n", "l"), col("first", "r")),
        (*keep(*frame.names(fields), side="l"), ("many", col("many", "r"))),
    )
    source, names = frame.with_exceptions(frame.keep(joined), names)
    for row in frame.rows(source, names):
        frame.tally.add(
            frame.outcome(row, _say(frame, row, spec.at_most, covered=covered, by=spec.by), value=row["many"])
        )


def _groups(frame: Frame, base: Relation, by: tuple[str, ...], distinct: str | None) -> Relation:
    many: Expr = call("count_distinct", col(f"x_{distinct}")) if distinct else call("count")
    keys = tuple((f"x_{name}", col(f"x_{name}")) for name in by)
    return Aggregate(
        base,
        keys,
        (
            ("t", call("min", col("t"))),
            ("first", call("min_by", col("n"), call("pair", col("t"), col("id")))),
            ("many", many),
            ("doubt", call("count_if", col("conf")) if frame.conflicts else call("max", lit(0))),
        ),
    )


def _say(frame: Frame, row: Row, at_most: int, *, covered: bool, by: tuple[str, ...]) -> tuple[Verdict, Reason]:
    rule = frame.rule
    assert rule.for_each is not None
    if row["conf"]:
        return Verdict.UNDETERMINED, Reason.CONFLICT
    if row["many"] > at_most:
        if frame.excepted(row):
            return Verdict.EXCEPTED, Reason.NONE
        return frame.miss(row, Reason.NOT_UNIQUE)
    case = frame.case_key(rule.for_each.event, {name: name for name in by}, row)
    known = frame.know(rule.for_each.event).knows(frame.scope.start, frame.scope.last, case)
    if covered and known is Knowledge.COVERED:
        return frame.ok(), Reason.NONE
    if frame.excepted(row):
        return Verdict.EXCEPTED, Reason.NONE
    return Verdict.UNDETERMINED, reason_of(known)
