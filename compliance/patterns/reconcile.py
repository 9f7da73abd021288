"""reconcile: two sets of records agree, key by key, on both sides."""

from __future__ import annotations

from compliance.engine.plan import Aggregate, Expr, Filter, Join, Project, Relation, both, call, col, either, keep, lit
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.exception import excepted, with_exceptions
from compliance.patterns.frame import Frame, Row
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import Reconcile, Selector


def judge(frame: Frame) -> None:
    """Judges every trigger by its counterpart, then every counterpart without a trigger."""
    spec = frame.rule.expect.reconcile
    assert spec is not None
    fields = tuple(dict.fromkeys((*spec.match.values(), *spec.compare.values(), *frame.exception_fields())))
    names = frame.names(fields)
    base = frame.triggers(fields)
    count = frame.count(base)
    if count:
        _own(frame, spec, base, names, count)
    if spec.both_sides and frame.scope.may_hold(spec.event):
        _extras(frame, spec)


def _own(frame: Frame, spec: Reconcile, base: Relation, names: tuple[str, ...], count: int) -> None:
    """Judges every trigger by its counterpart."""
    facts = frame.due(base, names, spec.within, None)
    facts, names = _counterpart(frame, facts, (*names, "due", "due_late"), spec)
    in_time = call("<=", col("r"), col("due_late")) if _bounded(frame, spec) else lit(True)
    plain = both(
        call("is_not_null", col("r")),
        in_time,
        call("is_true", col("agreed")),
        either(call("is_null", col("rc")), call(">", col("rc"), col("r"))),
        lit(not _blind(frame, spec)),
    )
    rest = frame.split(count, facts, names, plain, frame.ok())
    if rest is None:
        return
    source, names = _with_same(frame, rest, names, spec)
    source, names = with_exceptions(frame, source, names)
    for row in frame.rows(source, names):
        frame.tally.add(
            frame.outcome(row, _say(frame, spec, row), due=row["due"], due_late=row["due_late"], observed=row["r"])
        )


def _bounded(frame: Frame, spec: Reconcile) -> bool:
    """True where the law fixes by when the counterpart must exist; a target is only the time to settle."""
    limit = frame.limit(spec.within)
    return limit is not None and limit.statutory


def _blind(frame: Frame, spec: Reconcile) -> bool:
    """True where a compared field is not recorded on one side: then nobody can say that the two agree, or differ."""
    trigger = frame.rule.for_each
    assert trigger is not None
    return any(
        not (frame.records(spec.event, theirs) and frame.records(trigger.event, own))
        for theirs, own in spec.compare.items()
    )


def _selector(spec: Reconcile) -> Selector:
    return Selector(event=spec.event, where=spec.where)


def _on(spec: Reconcile) -> Expr:
    return both(*(call("=", col(f"x_{name}", "l"), col(f"k{i}", "r")) for i, name in enumerate(spec.match.values())))


def _counterpart(
    frame: Frame, source: Relation, names: tuple[str, ...], spec: Reconcile
) -> tuple[Relation, tuple[str, ...]]:
    """Adds `r`: earliest counterpart; `rc`: earliest in conflict; `agreed`: all of them hold the compared values."""
    linked = frame.linked(_selector(spec), (*spec.match, *spec.compare))
    offset = len(spec.match)
    doubtful = call("min_if", col("t"), col("conf")) if frame.conflicts else call("null_int", lit(None))
    values: list[tuple[str, Expr]] = [("r", call("min", col("t"))), ("rc", doubtful), ("many", call("count"))]
    for i in range(len(spec.compare)):
        compared = col(f"k{offset + i}")
        values += [
            (f"lo{i}", call("min", compared)),
            (f"hi{i}", call("max", compared)),
            (f"c{i}", call("count", compared)),
        ]
    counterparts = Aggregate(linked, keep(*(f"k{i}" for i in range(offset))), tuple(values))
    agreed = both(*(_agreed(i, name) for i, name in enumerate(spec.compare.values())))
    columns = (*keep(*names, side="l"), *keep("r", "rc", side="r"), ("agreed", agreed))
    return Join(source, counterparts, _on(spec), columns, kind="left"), (*names, "r", "rc", "agreed")


def _agreed(i: int, name: str) -> Expr:
    """All counterparts hold the trigger's value in the i-th compared field, or all and the trigger hold none."""
    held, mine = col(f"c{i}", "r"), col(f"x_{name}", "l")
    same = both(
        call("=", held, col("many", "r")), call("=", col(f"lo{i}", "r"), mine), call("=", col(f"hi{i}", "r"), mine)
    )
    return either(call("is_true", same), both(call("=", held, lit(0)), call("is_null", mine)))


def _with_same(
    frame: Frame, rest: Relation, names: tuple[str, ...], spec: Reconcile
) -> tuple[Relation, tuple[str, ...]]:
    """Adds `same`: the earliest counterpart agrees in what is compared. Only for the triggers that are left."""
    linked = frame.linked(_selector(spec), (*spec.match, *spec.compare))
    offset = len(spec.match)
    keys = tuple(f"k{i}" for i in range(offset))
    compared = tuple(f"k{offset + i}" for i in range(len(spec.compare)))
    earliest = Aggregate(
        linked, keep(*keys), (("first", call("min_by", col("id"), call("pair", col("t"), col("id")))),)
    )
    firsts = Join(linked, earliest, call("=", col("id", "l"), col("first", "r")), keep(*keys, *compared, side="l"))
    agrees = both(
        *(
            call("same", col(value, "r"), col(f"x_{name}", "l"))
            for value, name in zip(compared, spec.compare.values(), strict=True)
        )
    )
    columns = (*keep(*names, side="l"), ("same", agrees))
    return Join(rest, frame.keep(firsts), _on(spec), columns, kind="left"), (*names, "same")


def _say(frame: Frame, spec: Reconcile, row: Row) -> tuple[Verdict, Reason]:
    r, late, as_of = row["r"], row["due_late"], frame.scope.as_of
    limited = spec.within is not None
    if row["conf"] or (r is not None and row["rc"] is not None and row["rc"] <= r):
        return Verdict.UNDETERMINED, Reason.CONFLICT
    in_time = r is not None and (not _bounded(frame, spec) or (late is not None and r <= late))
    blind = _blind(frame, spec)
    if in_time and row["same"] and not blind:
        return frame.ok(), Reason.NONE
    if excepted(frame, row):
        return Verdict.EXCEPTED, Reason.NONE
    if frame.null_key(spec.match, row) or (limited and late is None):
        return Verdict.UNDETERMINED, Reason.FIELD_MISSING
    if in_time and blind:
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    if in_time:
        return frame.miss(row, Reason.DIFFERS)
    if r is None and limited and late >= as_of:
        return Verdict.PENDING, Reason.OPEN
    if frame.uncaptured(_selector(spec)):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    start = row["t"] if limited else frame.scope.started
    end = late if limited else as_of
    knowledge = frame.know(spec.event).knows(start, end, frame.case_key(spec.event, spec.match, row))
    if knowledge is not Knowledge.COVERED:
        return Verdict.UNDETERMINED, reason_of(knowledge)
    return frame.miss(row, Reason.MISSING_COUNTERPART if r is None else Reason.LATE)


def _extras(frame: Frame, spec: Reconcile) -> None:
    rule = frame.rule
    assert rule.for_each is not None
    case_field = frame.catalogue.types[spec.event].case_field
    count = len(spec.match)
    linked = frame.linked(_selector(spec), (*spec.match, case_field))
    scoped = Filter(linked, frame.in_period(col("t")))
    flat = Project(
        scoped,
        (
            *keep("n", "id", "t", "conf"),
            ("kase", call("text", col(f"k{count}"))),
            *keep(*(f"k{i}" for i in range(count))),
        ),
    )
    known = frame.linked(rule.for_each, tuple(spec.match.values()))
    present = Aggregate(known, keep(*(f"k{i}" for i in range(count))), (("c", call("count")),))
    on = both(*(call("=", col(f"k{i}", "l"), col(f"k{i}", "r")) for i in range(count)))
    columns = ("n", "id", "t", "conf", "kase", *(f"k{i}" for i in range(count)))
    joined = Join(flat, present, on, (*keep(*columns, side="l"), ("c", col("c", "r"))), kind="left")
    extras = Filter(joined, call("is_null", col("c")))
    for row in frame.rows(extras, columns):
        said = _say_extra(frame, spec, row)
        frame.tally.add(
            Outcome(
                row["id"],
                row["t"],
                said[0],
                said[1],
                row["n"],
                row["kase"],
                keys=tuple(row[f"k{i}"] for i in range(count)),
            )
        )


def _say_extra(frame: Frame, spec: Reconcile, row: Row) -> tuple[Verdict, Reason]:
    trigger = frame.rule.for_each
    assert trigger is not None
    if row["conf"]:
        return Verdict.UNDETERMINED, Reason.CONFLICT
    if any(row[f"k{i}"] is None for i in range(len(spec.match))):
        return Verdict.UNDETERMINED, Reason.FIELD_MISSING
    if frame.uncaptured(trigger):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    case_field = frame.catalogue.types[trigger.event].case_field
    position = list(spec.match.values()).index(case_field) if case_field in spec.match.values() else None
    case = None if position is None else str(row[f"k{position}"])
    knowledge = frame.know(trigger.event).knows(frame.scope.started, frame.scope.as_of, case)
    if knowledge is not Knowledge.COVERED:
        return Verdict.UNDETERMINED, reason_of(knowledge)
    return frame.missed(), Reason.EXTRA_COUNTERPART
