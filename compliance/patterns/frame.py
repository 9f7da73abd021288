"""What all patterns share: the triggers of a rule, their keys, exceptions, and the words ok and missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.engine.interface import Engine
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
    either,
    keep,
    lit,
)
from compliance.events.catalogue import Catalogue
from compliance.patterns.absence import MANY_WINDOWS, Rest
from compliance.patterns.coverage import Knowing, TypeKnowledge
from compliance.patterns.exception import exception_doubt
from compliance.patterns.expression import Compiler
from compliance.patterns.limit import LimitRule, with_due
from compliance.patterns.outcome import Outcome, Tally
from compliance.patterns.scope import Scope
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.condition import mentions_uncaptured, parse_condition
from compliance.rules.model import Rule, RuleClass, Selector

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plainly:
    """A condition under which a row is of a verdict, whatever else is known of it."""

    where: Expr
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Frame:
    """One rule on one dataset."""

    engine: Engine
    rule: Rule
    scope: Scope
    knowns: Knowing
    catalogue: Catalogue
    captures: Mapping[str, frozenset[str]]
    conflicts: str | None
    """Table of conflicting event ids; None where there are none."""
    tally: Tally

    # ---- words -------------------------------------------------------------------------------------------------

    def ok(self, *, statutory: bool = False) -> Verdict:
        """The word for a met instance of this rule's class."""
        if self.rule.rule_class is RuleClass.HARD or (statutory and self.rule.rule_class is not RuleClass.SOFT):
            return Verdict.COMPLIANT
        return Verdict.WITHIN_TARGET

    def missed(self, *, statutory: bool = False) -> Verdict:
        """The word for a missed instance of this rule's class."""
        return Verdict.NON_COMPLIANT if self.ok(statutory=statutory) is Verdict.COMPLIANT else Verdict.OVER_TARGET

    def limit(self, reference: str | None) -> LimitRule | None:
        """The limit behind a `$parameter`."""
        if reference is None:
            return None
        return LimitRule.of(reference[1:], self.rule.parameters[reference[1:]], self.scope.days)

    def know(self, event_type: str) -> TypeKnowledge:
        """Coverage and holes of an event type."""
        return self.knowns.of(event_type)

    # ---- relations ---------------------------------------------------------------------------------------------

    def compiler(self, event_type: str, instant: Expr | None = None) -> Compiler:
        """Compiles conditions on events of a type; `instant` dates their parameters (None: column `t`)."""
        captured = self.captures.get(event_type)
        return Compiler(
            self.catalogue, event_type, captured, self.rule.parameters, self.scope.days.zone, instant or col("t")
        )

    def selected(self, selector: Selector) -> Expr:
        """Condition on `ev`: visible events of the selector's type for which its `where` is true."""
        parts: list[Expr] = [call("=", col("type"), lit(selector.event)), call("<=", col("t"), lit(self.scope.as_of))]
        if self.scope.only_service:
            parts.append(call("=", col("service"), lit(self.scope.service)))
        if selector.where is not None:
            parts.append(self.chosen(selector))
        return both(*parts)

    def chosen(self, selector: Selector) -> Expr:
        """The selector's `where` on `ev`: TRUE, FALSE, or NULL where it cannot be known; TRUE where there is none."""
        if selector.where is None:
            return lit(True)
        instant = self.clock() if selector is self.rule.for_each else col("t")
        return self.compiler(selector.event, instant).condition(parse_condition(selector.where))

    def clock(self) -> Expr:
        """A trigger's instant on `ev`: the field of `clock_from` where it is not null, else the event's own time."""
        selector, field = self.rule.for_each, self.rule.clock_from
        if selector is None or field is None:
            return col("t")
        return call("coalesce", self.compiler(selector.event).column(field), col("t"))

    def unknown_triggers(self) -> bool:
        """True where events in the period may be triggers, and nobody recorded what would tell."""
        selector = self.rule.for_each
        if selector is None or not self.uncaptured(selector) or not self.scope.may_hold(selector.event):
            return False
        seen = Filter(
            Scan("ev"), both(self.selected(selector.model_copy(update={"where": None})), self.in_period(self.clock()))
        )
        return self.count_where(seen, call("is_null", self.chosen(selector))) > 0

    def uncaptured(self, selector: Selector) -> bool:
        """True where the selector's `where` reads a field that its sources do not record."""
        if selector.where is None:
            return False
        return mentions_uncaptured(parse_condition(selector.where), self.captures.get(selector.event))

    def records(self, event_type: str, field: str) -> bool:
        """False where the sources of the type say that they do not record the field."""
        captured = self.captures.get(event_type)
        return captured is None or field in captured

    def linked(self, selector: Selector, fields: tuple[str, ...]) -> Relation:
        """Visible events of a selector: `n, id, t, conf`, and the fields as `k0, k1, ...`."""
        compiler = self.compiler(selector.event)
        keys = tuple((f"k{i}", compiler.column(name)) for i, name in enumerate(fields))
        return self._flag(Filter(Scan("ev"), self.selected(selector)), keys)

    def _flag(self, source: Relation, columns: tuple[tuple[str, Expr], ...]) -> Relation:
        """`source` as `n, id, t, conf` and the given columns; `conf` tells an event in conflict."""
        if self.conflicts is None:
            return Project(source, (*keep("n", "id", "t"), ("conf", lit(False)), *columns))
        flat = Project(source, (*keep("n", "id", "t"), *columns))
        names = tuple(name for name, _ in columns)
        return Join(
            flat,
            Scan(self.conflicts),
            call("=", col("id", "l"), col("id", "r")),
            (*keep("n", "id", "t", side="l"), ("conf", call("is_not_null", col("id", "r"))), *keep(*names, side="l")),
            kind="left",
        )

    def triggers(
        self, fields: tuple[str, ...], *, anytime: bool = False, extra: tuple[tuple[str, Expr], ...] = ()
    ) -> Relation:
        """Triggers in the period: `n, id, t, conf, kase`, fields as `x_<name>`, exceptions as `e<i>`, then `extra`."""
        selector = self.rule.for_each
        assert selector is not None
        compiler = self.compiler(selector.event)
        case = compiler.column(self.catalogue.types[selector.event].case_field)
        columns: list[tuple[str, Expr]] = [("kase", call("text", case))]
        columns += [(f"x_{name}", compiler.column(name)) for name in dict.fromkeys(fields)]
        columns += extra
        for index, exception in enumerate(self.rule.exceptions):
            if exception.when.trigger is not None:
                test = compiler.condition(parse_condition(exception.when.trigger))
                columns.append((f"e{index}", call("is_true", test)))
        source: Relation = Filter(Scan("ev"), self.selected(selector))
        if self.rule.clock_from is not None:
            names = tuple(dict.fromkeys(("n", "id", "type", "service", *self.catalogue.types[selector.event].fields)))
            needed = tuple(name for name in names if name in self._columns_read() or name in {"n", "id"})
            # what is visible was decided by the event's own time; from here on `t` is the clock's start
            source = Project(source, (*keep(*(name for name in needed if name != "t")), ("t", self.clock())))
        if not anytime:
            source = Filter(source, self.in_period(col("t")))
        return self._flag(source, tuple(columns))

    def _columns_read(self) -> frozenset[str]:
        from compliance.patterns.needs import fields_read

        return fields_read(self.rule, self.catalogue)

    def in_period(self, t: Expr) -> Expr:
        """Condition that an instant lies in the period and where the rule applies."""
        parts: list[Expr] = []
        if not self.scope.open_start:
            parts += [call(">=", t, lit(self.scope.start)), call("<", t, lit(self.scope.end))]
        parts.append(either(*(both(call(">=", t, lit(a)), call("<", t, lit(b))) for a, b in self.scope.windows)))
        return both(*parts)

    def in_scope(self, t: int) -> bool:
        """The same for one instant."""
        inside = self.scope.open_start or self.scope.start <= t < self.scope.end
        return inside and any(a <= t < b for a, b in self.scope.windows)

    def keep(self, relation: Relation) -> Scan:
        """A relation worked out once, as a temporary table."""
        return Scan(self.engine.keep(relation))

    def due(self, source: Relation, columns: tuple[str, ...], reference: str | None, due_field: str | None) -> Relation:
        """`source` with `due` and `due_late`: from a limit, from a field of the trigger, or NULL."""
        limit = self.limit(reference)
        if limit is not None:
            return with_due(self.engine, source, columns, limit)
        value: Expr = col(f"x_{due_field}") if due_field is not None else call("null_int", lit(None))
        return Project(source, (*keep(*columns), ("due", value), ("due_late", value)))

    def trigger_exceptions(self) -> tuple[str, ...]:
        """Columns of exceptions that are conditions on the trigger; `triggers` works them out."""
        return tuple(f"e{i}" for i, exception in enumerate(self.rule.exceptions) if exception.when.trigger is not None)

    def names(self, fields: tuple[str, ...], *more: str) -> tuple[str, ...]:
        """Columns of `triggers` with these fields, then `more`."""
        return (
            "n",
            "id",
            "t",
            "conf",
            "kase",
            *(f"x_{name}" for name in dict.fromkeys(fields)),
            *self.trigger_exceptions(),
            *more,
        )

    def count_where(self, relation: Relation, condition: Expr) -> int:
        """Number of rows for which the condition is true."""
        counted = Aggregate(relation, (), (("c", call("count_if", condition)),))
        return int(next(iter(list(self.engine.rows(counted))))[0])

    def count(self, relation: Relation) -> int:
        """Number of rows."""
        return self.count_where(relation, lit(True))

    def split(self, count: int, facts: Relation, names: tuple[str, ...], plain: Expr, ok: Verdict) -> Scan | None:
        """Counts those of `count` triggers that are plainly met and not in conflict; the others as a table, None for none."""
        met = call("and", call("is_true", plain), call("not", col("conf")))
        rest = self.keep(Project(Filter(facts, call("not", met)), keep(*names)))
        left = self.count(rest)
        self.tally.count(ok, count - left)
        return rest if left else None

    def with_hole(
        self, source: Relation, names: tuple[str, ...], event_type: str, match: Mapping[str, str]
    ) -> tuple[Relation, tuple[str, ...]]:
        """Adds `hole`: TRUE where a refused line of the type might belong to the row, whatever its instant."""
        known = self.know(event_type)
        case_field = known.case_field
        if known.unreadable or (known.holes and (case_field not in match or any(h.case is None for h in known.holes))):
            return Project(source, (*keep(*names), ("hole", lit(True)))), (*names, "hole")
        if not known.holes:
            return Project(source, (*keep(*names), ("hole", lit(False)))), (*names, "hole")
        cases = sorted({hole.case for hole in known.holes if hole.case is not None})
        table = self.engine.table((("case_key", "VARCHAR"),), [(case,) for case in cases])
        key = call("text", col(f"x_{match[case_field]}", "l"))
        return (
            Join(
                source,
                Scan(table),
                call("=", key, col("case_key", "r")),
                (*keep(*names, side="l"), ("hole", call("is_not_null", col("case_key", "r")))),
                kind="left",
            ),
            (*names, "hole"),
        )

    def covered(self, event_type: str, start: Expr, end: Expr) -> Expr:
        """Condition that `[start, end]` lies in one covered window; FALSE where there are too many windows to write."""
        windows = self.know(event_type).windows
        if len(windows) > MANY_WINDOWS:
            return lit(False)
        as_of = self.scope.as_of
        last = call("least", end, lit(as_of))
        tests = []
        for window in windows:
            inside = both(call(">=", start, lit(window.start)), call("<", start, lit(window.end)))
            tests.append(inside if window.end >= as_of else both(inside, call("<", last, lit(window.end))))
        return either(*tests)

    def set_aside(self, rest: Rest, plain: Sequence[Plainly], decide: Callable[[Row], Outcome]) -> Relation:
        """Counts rows that are plainly of one verdict, and decides only the first of each; returns the other rows.

        Not where the column of an exception is lacking. The conditions of `plain` are taken in order: a row is of the first
        it meets.
        """
        exceptions = tuple(f"e{index}" for index in range(len(self.rule.exceptions)))
        if not plain or not set(exceptions) <= set(rest.names):
            return rest.table
        free = [call("not", col("conf")), *(call("not", col(name)) for name in exceptions)]
        tests: list[Expr] = []
        for entry in plain:
            tests.append(both(call("is_true", entry.where), *free, *(call("not", earlier) for earlier in tests)))
        counted = Aggregate(rest.table, (), tuple((f"c{i}", call("count_if", test)) for i, test in enumerate(tests)))
        counts = next(iter(list(self.engine.rows(counted))))
        for entry, test, count in zip(plain, tests, counts, strict=True):
            self.tally.count(entry.verdict, int(count))
            if count:
                first = Top(Project(Filter(rest.table, test), keep(*rest.names)), ("t", "id"), self.scope.listing)
                for row in list(self.rows(first, rest.names)):
                    self.tally.list_only(decide(row))
        return Filter(rest.table, call("not", either(*tests))) if any(counts) else rest.table

    # ---- exceptions --------------------------------------------------------------------------------------------

    def exception_fields(self) -> tuple[str, ...]:
        """Trigger fields that the exceptions' keys need."""
        return tuple(
            dict.fromkeys(name for exception in self.rule.exceptions for name in (exception.when.match or {}).values())
        )

    def since_start(self, event_type: str, t: int) -> int | None:
        """Start of the service's logs; where it is not known, of the covered window around `t`."""
        if self.scope.started is not None:
            return min(self.scope.started, t)
        return next(
            (
                window.start
                for window in self.know(event_type).windows
                if window.start <= t and (t < window.end or window.end >= self.scope.as_of)
            ),
            None,
        )

    def case_key(self, event_type: str, match: Mapping[str, str], row: Row) -> str | None:
        """The row's key where the link goes through the linked type's case field: holes of other cases do not touch."""
        case_field = self.catalogue.types[event_type].case_field
        if case_field not in match:
            return None
        value = row.get(f"x_{match[case_field]}")
        return None if value is None else str(value)

    def null_key(self, match: Mapping[str, str], row: Row) -> bool:
        """True where a key field of the trigger is null."""
        return any(row[f"x_{name}"] is None for name in match.values())

    # ---- outcomes ----------------------------------------------------------------------------------------------

    def miss(self, row: Row, reason: Reason, *, verdict: Verdict | None = None) -> tuple[Verdict, Reason]:
        """A missed instance, unless an exception might hold unseen."""
        doubt = exception_doubt(self, row)
        if doubt is not None:
            return Verdict.UNDETERMINED, doubt
        return verdict or self.missed(), reason

    def outcome(self, row: Row, said: tuple[Verdict, Reason], **more: Any) -> Outcome:
        """Outcome of a trigger's row."""
        keys = tuple(row[name] for name in row if name.startswith("x_"))
        return Outcome(row["id"], row["t"], said[0], said[1], row["n"], row["kase"], keys=keys, **more)

    def rows(self, relation: Relation, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """Rows as mappings."""
        for values in self.engine.rows(Project(relation, keep(*columns))):
            yield dict(zip(columns, values, strict=True))
