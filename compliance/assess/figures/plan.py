"""Plans of figures over the table `ev`, which every engine runs: what is selected, how it is grouped, what is made of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from compliance.assess.figures.definition import (
    Count,
    Definition,
    Highest,
    Latest,
    Overlap,
    Paired,
    Ratio,
    Selection,
    Share,
    Sum,
    Times,
    condition_of,
)
from compliance.assess.figures.model import BUCKETS
from compliance.assess.figures.query import Part, Scope
from compliance.engine.plan import (
    Aggregate,
    Apply,
    Case,
    Expr,
    Filter,
    Join,
    Literal,
    Project,
    Relation,
    Running,
    Scan,
    Union,
    both,
    call,
    col,
    either,
    given,
    keep,
    lit,
)
from compliance.events.catalogue import catalogue
from compliance.patterns.expression import Compiler
from compliance.rules.condition import Node

Named = tuple[str, Expr]
NO_INT, NO_TEXT = call("null_int", lit(None)), call("null_text", lit(None))


def figure_plan(
    definition: Definition,
    scope: Scope,
    *,
    by: str | None = None,
    parts: tuple[Part, ...] = (),
    extra: Node | None = None,
) -> Aggregate:
    """Plan of one figure, a row per group in no order: `g, value, of` (denominator).

    For times: `g, n, open, total, median, p90, maximum` and a column per bucket.
    """
    measure = definition.measure

    def chosen(*columns: Named) -> Relation:
        return _chosen(measure, scope, by, parts, extra, columns)

    match measure:
        case Times():
            return _times(measure, scope, chosen(("k", col(measure.match))))
        case Overlap():
            return _overlap(measure, scope, chosen(("k", col(measure.match))))
        case Paired():
            shown = tuple((f"x{at}", col(name)) for at, name in enumerate(measure.differs))
            return _paired(measure, scope, chosen(("k", col(measure.match)), *shown))
        case _:
            columns, value, of = _counted(measure)
            return Aggregate(chosen(*columns), keep("g"), (("value", value), ("of", of)))


def known(event: str, scope: Scope) -> Expr:
    """Events of a type, up to what is known, of the service that is asked about."""
    parts: list[Expr] = [call("=", col("type"), given(event)), call("<=", col("t"), given(scope.as_of))]
    return both(*parts, *of_service(scope))


def of_service(scope: Scope) -> tuple[Expr, ...]:
    """The condition that an event is of the service asked about; none where the log holds one alone."""
    return () if scope.service is None else (call("=", col("service"), given(scope.service)),)


def instant(field: str | None) -> Expr:
    """When an event counts as having happened: the field's instant where it has one, else its own time."""
    return call("coalesce", col(field), col("t")) if field else col("t")


def condition(node: Node | None, event: str) -> Expr:
    """A condition on events of a type, never unknown: an empty field fails all but `present: false` and the negations."""
    if node is None:
        return lit(True)
    return _given(Compiler(catalogue(), event, None, {}, "UTC", col("t")).condition(node))


def _given(expr: Expr) -> Expr:
    """The expression with its constants given from outside; long lists of them stay one operator."""
    match expr:
        case Literal(value) if value is not None:
            return replace(expr, given=True)
        case Apply(op, args):
            return Apply("among" if op == "in" else op, tuple(_given(arg) for arg in args))
    return expr


def _chosen(
    selection: Selection,
    scope: Scope,
    by: str | None,
    parts: tuple[Part, ...],
    extra: Node | None,
    columns: tuple[Named, ...],
) -> Relation:
    """The selected events of the period: `n, moment, g` (group) and the columns asked for."""
    moment = instant(selection.at)
    group: Expr = call("text", col(by)) if by else NO_TEXT
    if parts:
        group = Case(tuple((call("<", moment, given(part.end)), given(part.label)) for part in parts), NO_TEXT)
    where = both(
        known(selection.event, scope),
        call(">=", moment, given(scope.start)),
        call("<", moment, given(scope.end)),
        *(condition(node, selection.event) for node in (condition_of(selection.where), extra) if node is not None),
    )
    return Project(Filter(Scan("ev"), where), (("n", col("n")), ("moment", moment), ("g", group), *columns))


def _counted(measure: Count | Sum | Highest | Latest | Share | Ratio) -> tuple[tuple[Named, ...], Expr, Expr]:
    """The columns a figure is made from, its value in a group and its denominator."""
    x = col("x")
    match measure:
        case Share():
            return (("x", condition(condition_of(measure.part), measure.event)),), call("count_if", x), call("count")
        case Sum():
            filled = call("coalesce", col(measure.field), lit(measure.missing))
            return (("x", filled),), call("sum_wide", x), NO_INT
        case Highest():
            return (("x", col(measure.field)),), call("max", x), NO_INT
        case Latest():
            return (("x", col(measure.field)),), call("max_by", x, call("pair", col("moment"), col("n"))), NO_INT
        case Ratio():
            top, bottom = (
                call("+", *(call("coalesce", col(name), lit(0)) for name in names))
                for names in (measure.top, measure.bottom)
            )
            return (("x", top), ("y", bottom)), call("sum_wide", x), call("sum_wide", col("y"))
        case Count(distinct=str() as name):
            return (("x", col(name)),), call("count_distinct", x), NO_INT
        case Count():
            return (), call("count"), NO_INT


def _followed(starts: Relation, ends: Relation) -> Relation:
    """Starts (`n, moment, g, k`) as `g, moment, next`: the earliest end (`k, moment`) of their case at or after them.

    By one window a case, so that a case with a million of both costs no more than a million cases.
    """
    marked = Project(starts, (*keep("n", "g", "k", "moment"), ("ended", NO_INT)))
    closing = Filter(ends, call("is_not_null", col("k")))
    told = Project(closing, (("n", NO_INT), ("g", NO_TEXT), *keep("k", "moment"), ("ended", col("moment"))))
    backwards = call("-", lit(0), col("moment"))
    following = Running("min", (col("ended"),), (col("k"),), backwards)
    seen = Project(Union((marked, told)), (*keep("n", "g", "moment"), ("next", following)))
    return Project(Filter(seen, call("is_not_null", col("n"))), keep("g", "moment", "next"))


def _times(measure: Times, scope: Scope, chosen: Relation) -> Aggregate:
    where = both(known(measure.to, scope), condition(condition_of(measure.to_where), measure.to))
    ends = Project(Filter(Scan("ev"), where), (("k", col(measure.match)), ("moment", instant(measure.to_at))))
    d, upto, c = col("d"), col("upto"), col("c")
    timed = Project(_followed(chosen, ends), (("g", col("g")), ("d", call("-", col("next"), col("moment")))))
    ranked = Project(
        timed,
        (
            *keep("g", "d"),
            # an open case has no time and counts in no rank, wherever an engine puts it
            ("upto", Running("count", (d,), (col("g"),), call("coalesce", d, lit(-1)))),
            ("c", Running("count", (d,), (col("g"),))),
        ),
    )

    def ranking(rank: Expr) -> Expr:
        """The smallest time that so many do not exceed."""
        return call("min_if", d, call(">=", upto, rank))

    def half(more: int) -> Expr:
        return ranking(call("//", call("+", c, lit(more)), lit(2)))

    ninetieth = ranking(call("//", call("+", call("*", c, lit(9)), lit(9)), lit(10)))
    values: tuple[Named, ...] = (
        ("n", call("count", d)),
        ("open", call("count_if", call("is_null", d))),
        ("total", call("coalesce", call("sum_wide", d), lit(0))),
        ("median", call("//", call("+", half(1), half(2)), lit(2))),
        ("p90", ninetieth),
        ("maximum", call("max", d)),
        *_buckets(d),
    )
    return Aggregate(ranked, keep("g"), values)


def _buckets(d: Expr) -> tuple[Named, ...]:
    limits = [-1, *(high for _, high in BUCKETS)]
    within = [both(call(">", d, lit(low)), call("<=", d, lit(high))) for low, high in pairwise(limits)]
    return tuple(
        (f"bucket_{at}", call("count_if", test)) for at, test in enumerate([*within, call(">", d, lit(limits[-1]))])
    )


def _paired(measure: Paired, scope: Scope, chosen: Relation) -> Aggregate:
    names = [f"x{at}" for at in range(len(measure.differs))]
    others = Aggregate(
        Filter(Scan("ev"), both(known(measure.other, scope), call("is_not_null", col(measure.match)))),
        (("k", col(measure.match)), *((name, col(field)) for name, field in zip(names, measure.differs, strict=True))),
        (),
    )
    same_case = call("=", col("k", "l"), col("k", "r"))
    differs = either(*(call("not", call("same", col(name, "l"), col(name, "r"))) for name in names))
    found: Relation = Join(
        chosen,
        others,
        both(same_case, differs) if names else same_case,
        (*keep("n", "g", side="l"), ("hit", col("k", "r"))),
        kind="left",
    )
    if names:
        found = Aggregate(found, keep("n", "g"), (("hit", call("min", col("hit"))),))
    value = call("count_if", call("is_not_null" if measure.found else "is_null", col("hit")))
    return Aggregate(found, keep("g"), (("value", value), ("of", call("count"))))


def _overlap(measure: Overlap, scope: Scope, chosen: Relation) -> Aggregate:
    def states(starts: Relation, event: str, match: str) -> Relation:
        ends = Project(Filter(Scan("ev"), known(event, scope)), (("k", col(match)), ("moment", col("t"))))
        until = call("coalesce", col("next"), given(scope.as_of))
        return Project(_followed(starts, ends), (("g", col("g")), ("a", col("moment")), ("z", until)))

    others = Project(
        Filter(Scan("ev"), known(measure.with_event, scope)),
        (("n", col("n")), ("moment", instant(measure.with_at)), ("g", NO_TEXT), ("k", col(measure.with_match))),
    )
    one, two = states(chosen, measure.end, measure.match), states(others, measure.with_end, measure.with_match)
    meet = both(call("<", col("a", "l"), col("z", "r")), call("<", col("a", "r"), col("z", "l")))
    shared = call("-", call("least", col("z", "l"), col("z", "r")), call("greatest", col("a", "l"), col("a", "r")))
    met = Join(one, two, meet, (("g", col("g", "l")), ("d", shared)))
    return Aggregate(met, keep("g"), (("value", call("sum_wide", col("d"))), ("of", call("count"))))
