"""never: a forbidden event does not come in a window that the trigger opens (Dwyer: absence after or between)."""

from __future__ import annotations

from compliance.engine.plan import (
    Aggregate,
    Case,
    Expr,
    Join,
    Project,
    Relation,
    both,
    call,
    col,
    either,
    keep,
    lit,
)
from compliance.patterns.absence import Rest, uncovered
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.exception import excepted, with_exceptions
from compliance.patterns.frame import Frame, Plainly, Row
from compliance.patterns.nearest import ANY, DISPUTED, with_nearest
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import Link, Never


def judge(frame: Frame) -> None:
    """Judges every trigger by the earliest forbidden event in its window."""
    link = frame.rule.expect.never
    assert link is not None
    until = tuple(link.until.match.values()) if link.until else ()
    wanted = (*link.match.values(), *frame.exception_fields(), *until, link.until_field)
    fields = tuple(dict.fromkeys(name for name in wanted if name is not None))
    names = frame.names(fields)
    base = frame.triggers(fields)
    count = frame.count(base)
    if not count:
        return
    facts, names = _with_end(frame, base, names, link)
    facts, names = _with_bounds(frame, facts, names, link)
    facts, names = frame.with_hole(facts, names, link.event, link.match)
    none_seen = either(
        call("is_null", col("lo")), call("<=", col("hi"), col("t")), call("is_true", call(">", col("lo"), col("end")))
    )
    closed = both(call("is_not_null", col("end")), call("<", col("end"), lit(frame.scope.as_of)))
    known_keys = [call("is_not_null", col(f"x_{name}")) for name in (*link.match.values(), *until)]
    capable = lit(not frame.uncaptured(link))
    plain = both(
        none_seen,
        closed,
        *known_keys,
        capable,
        call("not", col("hole")),
        frame.covered(link.event, col("t"), col("end")),
    )
    rest = frame.split(count, facts, names, plain, frame.ok(statutory=_statutory(frame, link)))
    if rest is None:
        return
    waiting = both(none_seen, *known_keys, _open(frame, link))
    unknown = both(none_seen, closed, *known_keys, capable, uncovered(frame, link.event, col("t"), col("end")))
    source = frame.set_aside(
        Rest(rest, names),
        [Plainly(waiting, Verdict.PENDING), Plainly(unknown, Verdict.UNDETERMINED)],
        lambda row: _decide(frame, link, {**row, "r": None, "rc": None}),
    )
    source, names = _first_hit(frame, source, names, link)
    source, names = with_exceptions(frame, source, names)
    for row in frame.rows(source, names):
        frame.tally.add(_decide(frame, link, row))


def _statutory(frame: Frame, link: Never) -> bool:
    limit = frame.limit(link.within)
    return limit is not None and limit.statutory


def _open(frame: Frame, link: Never) -> Expr:
    reaches = call("is_true", call(">=", col("end"), lit(frame.scope.as_of)))
    return either(reaches, call("is_null", col("end"))) if link.until else reaches


def _with_end(frame: Frame, base: Relation, names: tuple[str, ...], link: Never) -> tuple[Relation, tuple[str, ...]]:
    """Adds `due`, `due_late` and `end`: the last instant of the window, NULL while nothing ends it."""
    if link.until is None:
        dated = frame.due(base, names, link.within, link.until_field)
        late = col("due_late")
        return Project(dated, (*keep(*names), ("due", late), ("due_late", late), ("end", late))), (
            *names,
            "due",
            "due_late",
            "end",
        )
    until = link.until
    after = call("+", col("t"), lit(1))
    ended, _ = with_nearest(frame, frame.keep(base), names, (until, until.match), after, {"u": ANY}, later=True)
    last = call("-", col("u"), lit(1))
    return (
        Project(ended, (*keep(*names), ("due", last), ("due_late", last), ("end", last))),
        (*names, "due", "due_late", "end"),
    )


def _on(link: Link) -> list[Expr]:
    return [call("=", col(f"x_{name}", "l"), col(f"k{i}", "r")) for i, name in enumerate(link.match.values())]


def _with_bounds(
    frame: Frame, source: Relation, names: tuple[str, ...], link: Never
) -> tuple[Relation, tuple[str, ...]]:
    """Adds `lo` and `hi`: earliest and latest forbidden event of the same keys, at any time."""
    keys = tuple(f"k{i}" for i in range(len(link.match)))
    bounds = Aggregate(
        frame.linked(link, tuple(link.match)),
        keep(*keys),
        (("lo", call("min", col("t"))), ("hi", call("max", col("t")))),
    )
    return (
        Join(source, bounds, both(*_on(link)), (*keep(*names, side="l"), *keep("lo", "hi", side="r")), kind="left"),
        (*names, "lo", "hi"),
    )


def _first_hit(frame: Frame, source: Relation, names: tuple[str, ...], link: Never) -> tuple[Relation, tuple[str, ...]]:
    """Adds `r`, the earliest forbidden event inside the window, and `rc`, the earliest one in conflict."""
    held = frame.keep(source)
    found, _ = with_nearest(
        frame,
        held,
        names,
        (link, link.match),
        call("+", col("t"), lit(1)),
        {"first": ANY, "first_disputed": DISPUTED},
        later=True,
        only=call("is_not_null", col("lo")),
    )
    inside = tuple((name, _within(col(first))) for name, first in (("r", "first"), ("rc", "first_disputed")))
    return Project(found, (*keep(*names), *inside)), (*names, "r", "rc")


def _within(instant: Expr) -> Expr:
    """The instant, where it does not lie behind the end of the window."""
    return Case(
        ((either(call("is_null", col("end")), call("<=", instant, col("end"))), instant),), call("null_int", lit(None))
    )


def _decide(frame: Frame, link: Never, row: Row) -> Outcome:
    limit = frame.limit(link.within)
    duration = limit.duration_at(row["t"]) if limit else None
    return frame.outcome(
        row,
        _say(frame, link, row),
        due=row["end"],
        due_late=row["end"],
        observed=row["r"],
        limit=str(duration) if duration else None,
    )


def _say(frame: Frame, link: Never, row: Row) -> tuple[Verdict, Reason]:
    statutory = _statutory(frame, link)
    end, r = row["end"], row["r"]
    missing = frame.null_key(link.match, row) or (end is None and link.until is None)
    missing = missing or (link.until is not None and frame.null_key(link.until.match, row))
    disputed = not missing and r is not None and row["rc"] is not None and row["rc"] <= r
    if row["conf"] or disputed:
        return Verdict.UNDETERMINED, Reason.CONFLICT
    is_open = end is None or end >= frame.scope.as_of
    knowledge = Knowledge.NO_COVERAGE
    if not missing and r is None and not is_open:
        knowledge = frame.know(link.event).knows(row["t"], end, frame.case_key(link.event, link.match, row))
        if knowledge is Knowledge.COVERED and not frame.uncaptured(link):
            return frame.ok(statutory=statutory), Reason.NONE
    if excepted(frame, row):
        return Verdict.EXCEPTED, Reason.NONE
    if missing:
        return Verdict.UNDETERMINED, Reason.FIELD_MISSING
    if r is not None:
        return frame.miss(row, Reason.FORBIDDEN, verdict=frame.missed(statutory=statutory))
    if is_open:
        return Verdict.PENDING, Reason.OPEN
    if frame.uncaptured(link):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    return Verdict.UNDETERMINED, reason_of(knowledge)
