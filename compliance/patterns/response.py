"""response: a linked event follows in time (bounded response; DECLARE). Also the wait between recurrences."""

from __future__ import annotations

from functools import partial

from compliance.engine.plan import (
    Aggregate,
    Expr,
    Join,
    Relation,
    Scan,
    both,
    call,
    col,
    either,
    keep,
    lit,
)
from compliance.patterns.absence import Rest, uncovered, with_absence
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.exception import excepted, no_doubt, with_exceptions
from compliance.patterns.frame import Frame, Plainly, Row
from compliance.patterns.nearest import ANY, DISPUTED, with_nearest
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import Link


def judge(frame: Frame) -> None:
    """Judges every trigger by its earliest response."""
    rule = frame.rule
    link = rule.expect.response
    assert link is not None
    closing = rule.closed_when.match if rule.closed_when is not None else {}
    wanted = (*link.match.values(), *frame.exception_fields(), *closing.values(), link.due_field, rule.outer_field)
    fields = tuple(dict.fromkeys(name for name in wanted if name is not None))
    names = frame.names(fields)
    base = frame.triggers(fields)
    count = frame.count(base)
    if not count:
        return
    dated = frame.due(base, names, link.within, link.due_field)
    names = (*names, "due", "due_late")
    facts, names = _earliest(frame, dated, names, link)
    unlimited = link.within is None and link.due_field is None
    plain = _plain(frame, link, unlimited=unlimited)
    ok = frame.ok(statutory=_statutory(frame, link))
    rest = frame.split(count, facts, names, plain, ok)
    if rest is None:
        return
    source, names = with_exceptions(frame, rest, names)
    source, names = _closings(frame, source, names)
    known = rest if source is rest else frame.keep(source)
    others = _set_aside(frame, Rest(known, names), link, unlimited=unlimited)
    source, names = _again(frame, others, names, link)
    for row in frame.rows(source, names):
        frame.tally.add(_decide(frame, link, row, unlimited=unlimited))


def _statutory(frame: Frame, link: Link) -> bool:
    limit = frame.limit(link.within)
    return limit is not None and limit.statutory


def _skew(frame: Frame) -> int:
    return frame.scope.skew


def _earliest(frame: Frame, source: Relation, names: tuple[str, ...], link: Link) -> tuple[Relation, tuple[str, ...]]:
    """Adds `r`, the earliest linked event of the same keys at any time, and `rc`, the earliest one in conflict."""
    keys = tuple(f"k{i}" for i in range(len(link.match)))
    values: tuple[tuple[str, Expr], ...] = (("r", call("min", col("t"))),)
    values += (
        (("rc", call("min_if", col("t"), col("conf"))),) if frame.conflicts else (("rc", call("null_int", lit(None))),)
    )
    earliest = Aggregate(frame.linked(link, tuple(link.match)), keep(*keys), values)
    on = [call("=", col(f"x_{name}", "l"), col(f"k{i}", "r")) for i, name in enumerate(link.match.values())]
    return (
        Join(source, earliest, both(*on), (*keep(*names, side="l"), *keep("r", "rc", side="r")), kind="left"),
        (*names, "r", "rc"),
    )


def _plain(frame: Frame, link: Link, *, unlimited: bool) -> Expr:
    skew = lit(_skew(frame))
    r, rc = col("r"), col("rc")
    parts: list[Expr] = [call("is_not_null", r), either(call("is_null", rc), call(">", rc, r))]
    if link.order != "any":
        parts.append(call(">=", r, call("-", col("t"), skew)))
    if not unlimited:
        parts.append(call("<=", r, call("-", col("due"), skew)))
    return both(*parts)


def _set_aside(frame: Frame, rest: Rest, link: Link, *, unlimited: bool) -> Relation:
    """Open waits without any linked event, many at the end of a log, and plain misses, never done or late: counted in the engine."""
    plain: list[Plainly] = []
    keyed = [call("is_not_null", col(f"x_{name}")) for name in link.match.values()]
    waits = _not_ended(frame) if unlimited else call(">=", col("due_late"), lit(frame.scope.as_of))
    plain.append(Plainly(both(call("is_null", col("r")), waits, *keyed), Verdict.PENDING))
    if not unlimited and not frame.uncaptured(link):
        rest, missed, unknown = _plainly_missed(frame, rest, link)
        verdict = frame.missed(statutory=_statutory(frame, link))
        plain += [Plainly(both(missed, call(said, col("r")), *keyed), verdict) for said in ("is_null", "is_not_null")]
        plain.append(Plainly(both(unknown, *keyed), Verdict.UNDETERMINED))
    return frame.set_aside(rest, plain, partial(_decide, frame, link, unlimited=unlimited))


def _plainly_missed(frame: Frame, rest: Rest, link: Link) -> tuple[Rest, Expr, Expr]:
    """Conditions on rows whose linked event is not there in time: nothing else explains it; a gap in the log might."""
    started = frame.scope.started
    t, r, rc, late, skew = col("t"), col("r"), col("rc"), col("due_late"), lit(_skew(frame))
    never = both(call("is_null", r), call("<", late, lit(frame.scope.as_of)))
    after = [call(">", r, call("+", late, skew)), either(call("is_null", rc), call(">", rc, r))]
    if link.order != "any":
        after.append(call(">=", r, call("-", t, skew)))
    not_there = both(_not_ended(frame), call("is_not_null", late), either(never, both(*after)))
    if link.order == "any" and started is None:
        return rest, lit(False), not_there
    start = call("least", lit(started), t) if link.order == "any" else t
    gap = uncovered(frame, link.event, start, late)
    doubtless = no_doubt(frame, rest)
    known = None if doubtless is None else with_absence(frame, doubtless[0], link.event, link.match, start, late)
    if doubtless is None or known is None:
        return rest, lit(False), both(gap, not_there)
    _, clear, unseen = doubtless
    rest, absent = known
    return rest, both(absent, clear, not_there), both(either(gap, both(absent, unseen)), not_there)


def _not_ended(frame: Frame) -> Expr:
    """Condition that neither a closing event nor an outer limit ends the case (`_closed`)."""
    ends = [] if frame.rule.closed_when is None else ["closed"]
    ends += [] if frame.rule.outer_field is None else [f"x_{frame.rule.outer_field}"]
    return both(*(call("is_null", col(name)) for name in ends))


def _again(frame: Frame, source: Relation, names: tuple[str, ...], link: Link) -> tuple[Relation, tuple[str, ...]]:
    """Where the earliest linked event came before the trigger, looks for the earliest one from the trigger on."""
    if link.order == "any":
        return source, names
    start = call("-", col("t"), lit(_skew(frame)))
    early = call("is_true", call("<", col("r"), start))
    columns = {"r2": ANY, "rc2": DISPUTED}
    return with_nearest(frame, frame.keep(source), names, (link, link.match), start, columns, later=True, only=early)


def _closings(frame: Frame, source: Relation, names: tuple[str, ...]) -> tuple[Relation, tuple[str, ...]]:
    """Adds `closed`, the earliest closing event at or after the trigger."""
    link = frame.rule.closed_when
    if link is None:
        return source, names
    held = source if isinstance(source, Scan) else frame.keep(source)
    return with_nearest(frame, held, names, (link, link.match), col("t"), {"closed": ANY}, later=True)


def _candidate(frame: Frame, link: Link, row: Row) -> tuple[int | None, bool]:
    """The deciding linked event's instant, and whether it is in conflict."""
    r, rc = row["r"], row["rc"]
    if link.order != "any" and r is not None and r < row["t"] - _skew(frame):
        r, rc = row["r2"], row["rc2"]
    return r, r is not None and rc is not None and rc <= r


def _decide(frame: Frame, link: Link, row: Row, *, unlimited: bool) -> Outcome:
    r, conflicting = _candidate(frame, link, row)
    said = _say(frame, link, row, r, conflicting=conflicting, unlimited=unlimited)
    limit = frame.limit(link.within)
    duration = limit.duration_at(row["t"]) if limit else None
    return frame.outcome(
        row, said, due=row["due"], due_late=row["due_late"], observed=r, limit=str(duration) if duration else None
    )


def _say(
    frame: Frame, link: Link, row: Row, r: int | None, *, conflicting: bool, unlimited: bool
) -> tuple[Verdict, Reason]:
    as_of, skew, statutory = frame.scope.as_of, _skew(frame), _statutory(frame, link)
    due, late = row["due"], row["due_late"]
    if row["conf"] or conflicting:
        return Verdict.UNDETERMINED, Reason.CONFLICT
    if r is not None and (unlimited or (due is not None and r <= due - skew)):
        return frame.ok(statutory=statutory), Reason.NONE
    if excepted(frame, row):
        return Verdict.EXCEPTED, Reason.NONE
    if frame.null_key(link.match, row) or (not unlimited and due is None):
        return Verdict.UNDETERMINED, Reason.FIELD_MISSING
    if r is not None and skew and (abs(r - due) <= skew or abs(r - late) <= skew):
        return Verdict.UNDETERMINED, Reason.CLOCK_SKEW
    if r is not None and due < r <= late:
        return Verdict.UNDETERMINED, Reason.DEADLINE_READINGS
    closed = _closed(frame, link, row, r, late)
    if closed is not None:
        return closed
    if unlimited or (r is None and late >= as_of):
        return Verdict.PENDING, Reason.OPEN
    return _absent(frame, link, row, r, late, statutory=statutory)


def _closed(frame: Frame, link: Link, row: Row, r: int | None, late: int | None) -> tuple[Verdict, Reason] | None:
    """Never done although the case is closed, or an outer limit has passed."""
    rule, as_of = frame.rule, frame.scope.as_of
    ends = [row.get("closed"), row.get(f"x_{rule.outer_field}") if rule.outer_field else None]
    known = [end for end in ends if end is not None]
    if not known:
        return None
    closed = min(known)
    end = closed if late is None else max(closed, late)
    if closed > as_of or end >= as_of or (r is not None and r <= end):
        return None
    if frame.uncaptured(link):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    if _knowledge(frame, link, row, end) is not Knowledge.COVERED:
        return None
    return frame.miss(row, Reason.NEVER_DONE, verdict=Verdict.NON_COMPLIANT)


def _knowledge(frame: Frame, link: Link, row: Row, end: int) -> Knowledge:
    start: int | None = row["t"]
    if link.order == "any":
        start = None if frame.scope.started is None else min(frame.scope.started, row["t"])
    return frame.know(link.event).knows(start, end, frame.case_key(link.event, link.match, row))


def _absent(frame: Frame, link: Link, row: Row, r: int | None, late: int, *, statutory: bool) -> tuple[Verdict, Reason]:
    if frame.uncaptured(link):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    knowledge = _knowledge(frame, link, row, late)
    if knowledge is not Knowledge.COVERED:
        return Verdict.UNDETERMINED, reason_of(knowledge)
    reason = Reason.NEVER_DONE if r is None else Reason.LATE
    return frame.miss(row, reason, verdict=frame.missed(statutory=statutory))
