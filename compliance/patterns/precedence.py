"""precedence: a linked event came before (Dwyer: precedence)."""

from __future__ import annotations

from compliance.engine.plan import Case, Expr, Project, Relation, both, call, col, keep, lit
from compliance.patterns.absence import Rest, with_absence
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.exception import excepted, trigger_unseen, with_exceptions
from compliance.patterns.frame import Frame, Plainly, Row
from compliance.patterns.limit import with_back
from compliance.patterns.nearest import ANY, CLEAR, DISPUTED, with_nearest
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import Link


def judge(frame: Frame) -> None:
    """Judges every trigger by the latest linked event before it."""
    link = frame.rule.expect.precedence
    assert link is not None
    fields = tuple(dict.fromkeys((*link.match.values(), *frame.exception_fields())))
    names = frame.names(fields)
    base = frame.triggers(fields)
    count = frame.count(base)
    if not count:
        return
    limit = frame.limit(link.within)
    source: Relation = base if limit is None else with_back(frame.engine, base, names, limit)
    names = names if limit is None else (*names, "since")
    facts, names = _latest(frame, source, names, link)
    plain = call("is_not_null", col("p"))
    rest = frame.split(count, facts, names, plain, frame.ok(statutory=bool(limit and limit.statutory)))
    if rest is None:
        return
    known, plain_misses = _plainly_missed(frame, Rest(rest, names), link)
    others = frame.set_aside(known, plain_misses, lambda row: _decide(frame, link, row))
    excepted, names = with_exceptions(frame, others, names)
    for row in frame.rows(excepted, names):
        frame.tally.add(_decide(frame, link, row))


def _latest(frame: Frame, source: Relation, names: tuple[str, ...], link: Link) -> tuple[Relation, tuple[str, ...]]:
    """Adds `p`: latest linked event before the trigger; `pc`: latest one in conflict; `tie`: one within the skew."""
    skew = frame.scope.skew
    linked = (link, link.match)
    before = call("-", col("t"), lit(skew + 1))
    earlier, wider = with_nearest(
        frame, frame.keep(source), names, linked, before, {"p": CLEAR, "pc": DISPUTED}, later=False
    )
    around = call("+", col("t"), lit(skew))
    found, _ = with_nearest(frame, frame.keep(earlier), wider, linked, around, {"tie": ANY}, later=False)
    close = call(">=", col("tie"), call("-", col("t"), lit(skew)))
    tests: dict[str, Expr] = {"p": lit(True), "pc": lit(True), "tie": close}
    if "since" in names:
        within = {name: call(">=", col(name), col("since")) for name in ("p", "pc")}
        tests = {**within, "tie": both(close, call(">=", call("+", col("tie"), lit(skew)), col("since")))}
    nothing = call("null_int", lit(None))
    values = tuple((name, Case(((test, col(name)),), nothing)) for name, test in tests.items())
    return Project(found, (*keep(*names), *values)), (*names, "p", "tie", "pc")


def _plainly_missed(frame: Frame, rest: Rest, link: Link) -> tuple[Rest, list[Plainly]]:
    """Rows without any linked event: those that lack a key, and those whose look-back is known in full."""
    limit, started = frame.limit(link.within), frame.scope.started
    keyed = both(*(call("is_not_null", col(f"x_{name}")) for name in link.match.values()))
    nothing = both(call("is_null", col("p")), call("is_null", col("pc")))
    found = [Plainly(both(nothing, call("not", keyed)), Verdict.UNDETERMINED)]
    if (limit is None and started is None) or frame.uncaptured(link) or trigger_unseen(frame):
        return rest, found
    start = col("since") if limit is not None else call("least", lit(started), col("t"))
    known = with_absence(frame, rest, link.event, link.match, start, col("t"))
    if known is not None:
        rest, absent = known
        alone = both(nothing, keyed, call("is_null", col("tie")), call("<=", col("t"), lit(frame.scope.as_of)))
        verdict = frame.missed(statutory=bool(limit and limit.statutory))
        found.append(Plainly(both(alone, absent), verdict))
    return rest, found


def _decide(frame: Frame, link: Link, row: Row) -> Outcome:
    return frame.outcome(
        row, _say(frame, link, row), observed=row["p"], due=row.get("since"), due_late=row.get("since")
    )


def _say(frame: Frame, link: Link, row: Row) -> tuple[Verdict, Reason]:
    limit = frame.limit(link.within)
    if row["conf"] or (row["p"] is None and row["pc"] is not None):
        return Verdict.UNDETERMINED, Reason.CONFLICT
    if row["p"] is not None:
        return frame.ok(statutory=bool(limit and limit.statutory)), Reason.NONE
    if excepted(frame, row):
        return Verdict.EXCEPTED, Reason.NONE
    if frame.null_key(link.match, row):
        return Verdict.UNDETERMINED, Reason.FIELD_MISSING
    if row["tie"] is not None:
        return Verdict.UNDETERMINED, Reason.ORDERING_UNKNOWN
    if row["t"] > frame.scope.as_of:
        return Verdict.PENDING, Reason.OPEN
    if frame.uncaptured(link):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    started = frame.scope.started
    start = row.get("since") if limit is not None else (None if started is None else min(started, row["t"]))
    knowledge = frame.know(link.event).knows(start, row["t"], frame.case_key(link.event, link.match, row))
    if knowledge is not Knowledge.COVERED:
        return Verdict.UNDETERMINED, reason_of(knowledge)
    return frame.miss(row, Reason.NOT_PRECEDED, verdict=frame.missed(statutory=bool(limit and limit.statutory)))
