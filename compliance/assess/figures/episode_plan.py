"""Plans of what happened when, a row each: the streams, incidents and letters of a period, as `assess.figures.episode` tells them."""

from __future__ import annotations

from compliance.assess.figures.plan import NO_INT, Named, instant, known, of_service
from compliance.assess.figures.query import Scope
from compliance.engine.plan import (
    Aggregate,
    Case,
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
    either,
    given,
    keep,
    lit,
)

_OF_STREAMS = (
    "livestream.audio_started",
    "livestream.speech_started",
    "livestream.ended",
    "livestream.listeners_sampled",
    "livestream.join_attempted",
)


def streams(scope: Scope, most: int) -> Relation:
    """At most so many streams of the period, those that an incident touched and the largest first: two ranks, then their facts."""
    event = "livestream.scheduled"
    start = call("min", call("coalesce", col("scheduled_at"), col("t")))
    announced = _in_period(
        scope, _by(scope, event, "stream_id", (("title", _first("title")), ("start", start))), "start"
    )
    moments = (
        ("audio", _only("min", "t", "livestream.audio_started")),
        ("speech", _only("min", "t", "livestream.speech_started")),
        ("ended", _only("min", "t", "livestream.ended")),
        ("listeners", _only("max", "listeners", "livestream.listeners_sampled")),
        ("attempts", _only("sum_wide", "attempts", "livestream.join_attempted")),
        ("failures", _only("sum_wide", "failures", "livestream.join_attempted")),
    )
    seen = Filter(
        Scan("ev"),
        both(
            call("<=", col("t"), given(scope.as_of)),
            *of_service(scope),
            call("is_not_null", col("stream_id")),
            call("among", col("type"), *map(given, _OF_STREAMS)),
        ),
    )
    facts = tuple(name for name, _ in moments)
    own = Join(
        announced,
        Aggregate(seen, keep("stream_id"), moments),
        call("=", col("stream_id", "l"), col("stream_id", "r")),
        (*keep("stream_id", "title", "start", side="l"), *keep(*facts, side="r")),
        kind="left",
    )
    meets = both(
        call("<", col("a", "r"), call("coalesce", col("ended", "l"), given(scope.as_of))),
        call(">", col("z", "r"), col("start", "l")),
    )
    shown = ("stream_id", "title", "start", *facts)
    touched = Join(own, incidents(scope), meets, (*keep(*shown, side="l"), ("hit", col("a", "r"))), kind="left")
    one = Aggregate(touched, keep(*shown), (("hits", call("count", col("hit"))),))
    ranks = (
        ("calm", Case(((call("=", col("hits"), lit(0)), lit(1)),), lit(0))),
        ("fewer", call("-", lit(0), col("listeners"))),
    )
    return Top(Project(one, (*ranks, *keep(*shown))), ("calm", "fewer", "stream_id"), most)


def incidents(scope: Scope) -> Relation:
    """The incidents known: `incident_id, a, z`, from detection to the first resolution, or to what is known."""
    detected = known("incident.detected", scope)
    resolved = both(call("=", col("type"), given("incident.resolved")), call("<=", col("t"), given(scope.as_of)))
    both_kinds = Filter(Scan("ev"), both(call("is_not_null", col("incident_id")), either(detected, resolved)))
    ends = Aggregate(
        both_kinds,
        keep("incident_id"),
        (
            ("a", call("min_if", instant("detected_at"), detected)),
            ("z", call("coalesce", call("min_if", col("t"), resolved), given(scope.as_of))),
        ),
    )
    return Filter(ends, call("is_not_null", col("a")))


def outages(scope: Scope) -> Relation:
    """The incidents detected in the period: `detected, incident_id, functionality, resolved, cause, evidence, users`."""
    told = (("functionality", _first("functionality")), ("detected", call("min", instant("detected_at"))))
    detected = _in_period(scope, _by(scope, "incident.detected", "incident_id", told), "detected")
    later = both(call("<=", col("t"), given(scope.as_of)), call("is_not_null", col("incident_id")))
    facts = Aggregate(
        Filter(Scan("ev"), later),
        keep("incident_id"),
        (
            ("resolved", _only("min", "t", "incident.resolved")),
            ("cause", _last("cause_asserted")),
            ("evidence", _last("cause_evidence")),
            ("users", _only("max", "eu_users_affected", "impact.sampled")),
        ),
    )
    return Join(
        detected,
        facts,
        call("=", col("incident_id", "l"), col("incident_id", "r")),
        (
            *keep("detected", "incident_id", "functionality", side="l"),
            *keep("resolved", "cause", "evidence", "users", side="r"),
        ),
    )


def letters(scope: Scope) -> Relation:
    """Letters delivered in the period or still open: `delivered, request_id, kind, authority, due, answered`."""
    delivered = call("min", instant("delivered_at"))
    told = (
        ("kind", _first("request_kind")),
        ("authority", _first("authority")),
        ("delivered", delivered),
        ("due", _first("due_at")),
    )
    asked = _by(scope, "authority.request_received", "request_id", told)
    sent = both(
        call("=", col("type"), given("authority.response_sent")),
        call("<=", col("t"), given(scope.as_of)),
        call("is_not_null", col("request_id")),
    )
    answers = Aggregate(Filter(Scan("ev"), sent), keep("request_id"), (("answered", call("min", col("t"))),))
    whole = Join(
        asked,
        answers,
        call("=", col("request_id", "l"), col("request_id", "r")),
        (*keep("delivered", "request_id", "kind", "authority", "due", side="l"), *keep("answered", side="r")),
        kind="left",
    )
    due_now = both(
        call("<", col("delivered"), given(scope.end)),
        either(call(">=", col("delivered"), given(scope.start)), call("is_null", col("answered"))),
    )
    return Filter(whole, due_now)


def expiring(scope: Scope, until: int) -> Relation:
    """Statements whose latest attestation expires after what is known and before `until`: `ends, statement`."""
    made = _by(scope, "attestation.made", "statement", (("ends", _last("expires_at")),))
    soon = both(call(">", col("ends"), given(scope.as_of)), call("<", col("ends"), given(until)))
    return Project(Filter(made, soon), keep("ends", "statement"))


def _by(scope: Scope, event: str, key: str, values: tuple[Named, ...]) -> Relation:
    """One row per key of the events of a type; those without a key are left out."""
    where = both(known(event, scope), call("is_not_null", col(key)))
    return Aggregate(Filter(Scan("ev"), where), keep(key), values)


def _in_period(scope: Scope, found: Relation, column: str) -> Relation:
    return Filter(found, both(call(">=", col(column), given(scope.start)), call("<", col(column), given(scope.end))))


def _only(op: str, field: str, event: str) -> Expr:
    """An aggregate over the events of one type."""
    return call(op, Case(((call("=", col("type"), given(event)), col(field)),), NO_INT))


def _first(field: str) -> Expr:
    """What the earliest accepted event says that has the field."""
    return call("min_by", col(field), col("n"))


def _last(field: str) -> Expr:
    """What the latest event says that has the field."""
    return call("max_by", col(field), call("pair", col("t"), col("n")))
