"""Judges the events of a dataset by rules: the one door between logs and everything that reports on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance import __version__
from compliance.assess.applied import Applied, applied
from compliance.assess.chapter import chapter_of
from compliance.assess.finding import Draft, draft_of, findings_of
from compliance.assess.gate import gates_of
from compliance.assess.model import (
    INSTANCE_VERDICTS,
    Assessment,
    Limit,
    Reason,
    RuleResult,
    TypeCoverage,
    Verdict,
)
from compliance.clock import format_us, local_date, midnight_us
from compliance.engine.embedded import Embedded
from compliance.engine.interface import Engine, EngineError
from compliance.engine.plan import Aggregate, Scan, call, keep
from compliance.errors import InputError
from compliance.events.catalogue import ENVELOPE, Catalogue, catalogue
from compliance.events.dataset import Dataset, Requirement
from compliance.patterns import PATTERNS
from compliance.patterns.coverage import Knowledge, Knowns, reason_of
from compliance.patterns.frame import Frame
from compliance.patterns.limit import Days
from compliance.patterns.needs import fields_read, may_have_instances, types_read
from compliance.patterns.outcome import Tally
from compliance.patterns.scope import Scope
from compliance.project import Project
from compliance.rules.applicability import State
from compliance.rules.loader import LoadedRule
from compliance.rules.lock import rules_lock
from compliance.rules.model import Rule, RuleClass
from compliance.rules.parameters import value_at

DEFAULT_TOLERANCE = 0.001
"""Share of unreadable lines above which absence is unknown (DESIGN §4)."""


def requirement_of(rules: Sequence[LoadedRule]) -> Requirement:
    """Event types and fields that must be read to judge `rules`."""
    shapes = catalogue()
    types = frozenset[str]().union(*(types_read(loaded.rule) for loaded in rules))
    fields = frozenset[str]().union(*(fields_read(loaded.rule, shapes) for loaded in rules))
    return Requirement(types, fields - (set(ENVELOPE) - {"source", "corrects"}))


def check(
    dataset: Dataset,
    rules: Sequence[LoadedRule],
    project: Project,
    *,
    period: tuple[date, date] | None = None,
    as_of: int | None = None,
    listing: int = 1000,
    engine: Engine | None = None,
) -> Assessment:
    """Assessment of a dataset. `period` is [first day, first day after) in the service's zone; `as_of` in UTC µs.

    Without `as_of` the log is taken as known up to its latest accepted event. At most `listing` findings are listed per
    rule, verdict and reason; counts are always exact. InputError `CHK-EMPTY` where nothing was accepted and no `as_of`
    is given.
    """
    known_to = dataset.watermark if as_of is None else as_of
    if known_to is None:
        raise InputError(
            "CHK-EMPTY",
            "; ".join(
                (
                    "no event was accepted, so there is nothing to judge and no date to judge it by",
                    *dataset.warnings[:3],
                )
            ),
            hint="mend the lines named, or name a date with --as-of",
        )
    run = _Run(dataset, project, known_to, period, listing, engine or Embedded(dataset.con))
    try:
        results = [run.judge(loaded.rule) for loaded in sorted(rules, key=lambda loaded: loaded.rule.id)]
    finally:
        run.close()
    findings = findings_of([draft for _, draft in results if draft is not None], dataset, project)
    return Assessment(
        service=project.service.id,
        tool_version=__version__,
        as_of=format_us(known_to),
        period=(format_us(run.start), format_us(run.end)),
        zone=project.service.zone,
        rules=tuple(result for result, _ in results),
        findings=findings,
        coverage=run.coverage(rules),
        ingest=_ingest(dataset),
        rules_lock=rules_lock(rules),
        rules_digests={loaded.rule.id: loaded.digest for loaded in sorted(rules, key=lambda loaded: loaded.rule.id)},
        gates=gates_of(dataset, project, run.knowns, run.start, min(run.end - 1, known_to)),
        warnings=(*dataset.warnings, *run.warnings),
    )


class _Run:
    """One run over one dataset: what is the same for all its rules."""

    def __init__(
        self,
        dataset: Dataset,
        project: Project,
        as_of: int,
        period: tuple[date, date] | None,
        listing: int,
        engine: Engine,
    ) -> None:
        self.dataset, self.project, self.as_of, self.listing, self.engine = dataset, project, as_of, listing, engine
        self.shapes: Catalogue = catalogue()
        service = project.service
        self.started = midnight_us(service.started, service.zone) if service.started else None
        first = self.started if self.started is not None else dataset.first
        self.open_start = period is None
        self.start = midnight_us(period[0], service.zone) if period else (first if first is not None else as_of)
        self.end = midnight_us(period[1], service.zone) if period else as_of + 1
        tolerance = min((source.tolerance for source in project.sources), default=DEFAULT_TOLERANCE)
        lines = sum(counts.lines for counts in dataset.files)
        self.knowns = Knowns(dataset.statements, dataset.holes, as_of, self.shapes, lines, tolerance)
        self.conflicts = (
            engine.table((("id", "VARCHAR"),), [(i,) for i in sorted(dataset.conflicts)]) if dataset.conflicts else None
        )
        seen = self._seen()
        self.only_service, others = self._services(sorted({name for _, name in seen}))
        own = {kind for kind, name in seen if not self.only_service or name == service.id}
        self.seen = frozenset(own)
        self.warnings = (*others, *self._silence())

    def _silence(self) -> tuple[str, ...]:
        """A loud word where so many lines could not be read that nothing's absence is known."""
        if not self.knowns.too_many_unreadable:
            return ()
        return (
            f"{self.knowns.unreadable_lines:,} of {self.knowns.lines:,} lines could not be read at all, more than the "
            f"tolerance of {self.knowns.tolerance:.2%}: nothing that is absent can be judged until they are mended",
        )

    def _seen(self) -> list[tuple[str, str]]:
        """Event types of the log, each with the services that have events of it."""
        plan = Aggregate(Scan("ev"), keep("type", "service"), (("c", call("count")),))
        return [(str(row[0]), str(row[1])) for row in self.engine.rows(plan)]

    def _services(self, found: Sequence[str]) -> tuple[bool, tuple[str, ...]]:
        """Whether events of other services must be left out, and what to say about them."""
        others = [name for name in found if name != self.project.service.id]
        if not others:
            return False, ()
        if len(found) == 1 and self.project.service.id == "service":
            return False, ()
        return True, (
            f"the log also holds events of {', '.join(others[:5])}; only {self.project.service.id} is judged",
        )

    def judge(self, rule: Rule) -> tuple[RuleResult, Draft | None]:
        """One rule's result, and the draft of its findings."""
        binding = applied(rule, self.project, self.start, self.end)
        if binding.state is not State.APPLIES:
            verdict = Verdict.NOT_APPLICABLE if binding.state is State.NOT_APPLICABLE else Verdict.UNDETERMINED
            return self._result(rule, verdict, binding.because, Tally(self.listing), ""), None
        frame = self._frame(rule, binding)
        self.engine.begin()
        try:
            if may_have_instances(rule, self.seen):
                PATTERNS[rule.expect.pattern](frame)
            sql = ";\n\n".join(self.engine.trace)
            verdict, reason = self._verdict(frame, binding)
            result = self._result(rule, verdict, reason, frame.tally, sql)
            return result, draft_of(frame)
        except EngineError as error:
            sql = ";\n\n".join(self.engine.trace)
            return self._result(rule, Verdict.ERROR, str(error), Tally(self.listing), sql), None
        finally:
            self.engine.end()

    def _frame(self, rule: Rule, binding: Applied) -> Frame:
        service = self.project.service
        scope = Scope(
            as_of=self.as_of,
            start=self.start,
            end=self.end,
            open_start=self.open_start,
            windows=binding.windows,
            started=self.started,
            skew=self.project.skew_us,
            days=Days(service.zone, service.calendar),
            service=service.id,
            only_service=self.only_service,
            listing=self.listing,
            seen=self.seen,
        )
        return Frame(
            self.engine,
            rule,
            scope,
            self.knowns,
            self.shapes,
            self.dataset.captures,
            self.conflicts,
            Tally(self.listing),
        )

    def _verdict(self, frame: Frame, binding: Applied) -> tuple[Verdict, str]:
        """The rule's verdict (docs/semantics.md, section 6)."""
        rule, counts = frame.rule, frame.tally.counts
        worst = next((verdict for verdict in INSTANCE_VERDICTS if counts[verdict]), None)
        if rule.expect.attested is not None:
            return worst or Verdict.UNDETERMINED, ""
        assert rule.for_each is not None
        known = frame.know(rule.for_each.event).knows(self.start, frame.scope.last, None)
        fine = worst is None or worst in {Verdict.COMPLIANT, Verdict.WITHIN_TARGET, Verdict.EXCEPTED}
        if worst is Verdict.PENDING and frame.unknown_triggers():
            return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
        if not fine:
            return worst or Verdict.UNDETERMINED, ""
        if binding.doubtful:
            return Verdict.UNDETERMINED, Reason.PROFILE_FACT
        if frame.unknown_triggers():
            return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
        unbounded = rule.expect.threshold is not None and rule.expect.threshold.bound is None
        if known is Knowledge.COVERED or (worst is not None and unbounded):
            return worst or Verdict.NO_INSTANCES, ""
        return Verdict.UNDETERMINED, reason_of(known)

    def _result(self, rule: Rule, verdict: Verdict, reason: str, tally: Tally, sql: str) -> RuleResult:
        day = local_date(min(self.as_of, self.end - 1), self.project.service.zone)
        limits = tuple(
            Limit(str(dated.value), str(parameter.origin))
            for parameter in rule.parameters.values()
            if (dated := value_at(parameter, day)) is not None
        )
        counts = {verdict: tally.counts.get(verdict, 0) for verdict in INSTANCE_VERDICTS}
        value = (
            {"instances": tally.values}
            if tally.values and rule.rule_class in {RuleClass.METRIC, RuleClass.INDICATOR}
            else None
        )
        return RuleResult(
            id=rule.id,
            key=rule.key,
            revision=rule.revision,
            title=rule.title,
            rule_class=str(rule.rule_class),
            severity=rule.severity.level,
            provisions=tuple(legal.provision for legal in rule.legal),
            chapter=chapter_of(rule.id),
            verdict=verdict,
            reason=str(reason),
            counts=counts,
            limits=limits,
            needs=tuple(sorted(types_read(rule))),
            omitted=tally.omitted,
            value=value,
            sql=sql,
        )

    def coverage(self, rules: Sequence[LoadedRule]) -> tuple[TypeCoverage, ...]:
        """Coverage of every event type that the rules look at."""
        found = []
        for event_type in sorted(frozenset[str]().union(*(types_read(loaded.rule) for loaded in rules))):
            speaking = self.knowns.speaking(event_type)
            windows = tuple((format_us(w.start), format_us(w.end)) for w in self.knowns.of(event_type).windows)
            found.append(
                TypeCoverage(
                    event_type,
                    windows,
                    tuple(sorted({s.source for s in speaking})),
                    any(s.declared_by for s in speaking),
                )
            )
        return tuple(found)

    def close(self) -> None:
        """Forgets what the run kept in the engine."""
        if self.conflicts is not None:
            self.engine.drop(self.conflicts)


def _ingest(dataset: Dataset) -> dict[str, Any]:
    files = [
        {
            "file": f.file,
            "sha256": f.sha256,
            "bytes": f.bytes,
            "lines": f.lines,
            "accepted": f.accepted,
            "duplicates": f.duplicates,
            "rejected": f.rejected,
            "blank": f.blank,
        }
        for f in dataset.files
    ]
    names = ("lines", "accepted", "duplicates", "rejected", "blank")
    return {"files": files, **{name: sum(int(str(entry[name])) for entry in files) for name in names}}


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """First day of a quarter and first day after it."""
    first = date(year, 3 * quarter - 2, 1)
    return first, date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
