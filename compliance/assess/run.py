"""One run over one dataset: what is the same for all its rules, and one rule after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from compliance.assess.affected import JUDGED_AGAIN
from compliance.assess.again import Again, prepared
from compliance.assess.applied import Applied, applied
from compliance.assess.chapter import chapter_of
from compliance.assess.finding import Draft, draft_of
from compliance.assess.gate import DOUBTS, Gate, coverage_gate, estimate, silences_of, turned_by
from compliance.assess.gate_facts import Log
from compliance.assess.gate_review import examine
from compliance.assess.memory import Memory, Said
from compliance.assess.model import INSTANCE_VERDICTS, Limit, Reason, RuleResult, TypeCoverage, Verdict
from compliance.clock import format_us, local_date, midnight_us
from compliance.engine.interface import Engine, EngineError
from compliance.engine.plan import Aggregate, Scan, call, keep
from compliance.events.catalogue import Catalogue, catalogue
from compliance.events.dataset import Dataset, Interval
from compliance.patterns import PATTERNS
from compliance.patterns.coverage import Knowledge, Knowns, reason_of
from compliance.patterns.frame import Frame
from compliance.patterns.limit import Days
from compliance.patterns.needs import may_have_instances, types_read
from compliance.patterns.outcome import Outcome, Tally
from compliance.patterns.scope import Scope
from compliance.project import Project
from compliance.rules.applicability import State
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule, RuleClass
from compliance.rules.parameters import value_at

DEFAULT_TOLERANCE = 0.001
"""Share of unreadable lines above which absence is unknown."""


class Run:
    """One run over one dataset: what is the same for all its rules."""

    def __init__(
        self,
        dataset: Dataset,
        project: Project,
        as_of: int,
        period: tuple[date, date] | None,
        listing: int,
        engine: Engine,
        rules: Sequence[Rule],
        *,
        digests: Mapping[str, str] | None = None,
        memory: Memory | None = None,
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
        self.conflicts = (
            engine.table((("id", "VARCHAR"),), [(i,) for i in sorted(dataset.conflicts)]) if dataset.conflicts else None
        )
        seen = self._seen()
        self.only_service, others = self._services(sorted({name for _, name in seen}))
        own = {kind for kind, name in seen if not self.only_service or name == service.id}
        self.seen = frozenset(own)
        self.span = Interval(self.start, min(self.end - 1, as_of))
        gates = examine(self._log(), dataset, project, rules, self.span)
        lines = sum(counts.lines for counts in dataset.files)
        self.knowns = Knowns(
            dataset.statements,
            dataset.holes,
            as_of,
            self.shapes,
            lines,
            tolerance,
            silences_of(gates, self.shapes.types),
        )
        coverage = coverage_gate(self.knowns, self.span, required="E2" in project.gates.require)
        self.gates = tuple(sorted((*gates, coverage), key=lambda gate: gate.id))
        self.warnings = (*others, *self._silence())
        self._digests = digests or {}
        self._said: dict[str, Said] = {}
        self.again = None if memory is None else self._prepared(memory, rules)

    def _prepared(self, memory: Memory, rules: Sequence[Rule]) -> Again | None:
        """What is needed to go on from a memory; None where everything has to be judged anew."""
        if memory.only_service != self.only_service:
            return None
        return prepared(
            memory,
            self.dataset,
            self.engine,
            self.knowns,
            self.shapes,
            {rule.id: (rule, self._digests.get(rule.id, "")) for rule in rules},
            Days(self.project.service.zone, self.project.service.calendar),
            self.as_of,
            (self.start, self.end),
            self.project.skew_us,
            self.listing,
        )

    def memory(self) -> Memory:
        """What this run leaves for the next one."""
        everything = self.dataset.con.execute(f"SELECT max(n) FROM {self.dataset.everything}").fetchone()
        known = {name: self.knowns.of(name).windows for name in self.shapes.types}
        return Memory(
            1 + (everything[0] if everything and everything[0] is not None else -1),
            self.as_of,
            self.start,
            self.only_service,
            self.seen,
            {name: tuple((window.start, window.end) for window in windows) for name, windows in known.items()},
            self.dataset.holes,
            self.knowns.too_many_unreadable,
            self.dataset.conflicts,
            self.dataset.gone,
            self.dataset.captures,
            rules=self._said,
            again=(len(self.again.rules), self.again.delta.events) if self.again is not None else (0, 0),
        )

    def _log(self) -> Log:
        service = self.project.service.id if self.only_service else None
        return Log(self.engine, self.shapes, self.as_of, service, self.seen, self.dataset.statements)

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
            return self._result(rule, verdict, binding.because, Tally(self.listing), (), binding=False), None
        frame = self._frame(rule, binding)
        self.engine.begin()
        try:
            asked = may_have_instances(rule, self.seen)
            known = self.again.judge(frame, binding.windows) if asked and self.again is not None else None
            if asked and known is None:
                PATTERNS[rule.expect.pattern](frame)
            counts, outcomes = dict(frame.tally.counts), tuple(frame.tally.listed())
            failed = self._apply_gates(frame)
            verdict, reason = self._verdict(frame, binding, failed)
            draft = draft_of(frame if known is None or self.again is None else self.again.placed(frame), known)
            if rule.expect.pattern in JUDGED_AGAIN and not failed:
                digest = self._digests.get(rule.id, "")
                self._said[rule.id] = Said(digest, asked, binding.windows, counts, outcomes, draft.linked)
            return self._result(rule, verdict, reason, frame.tally, self.engine.trace), draft
        except EngineError as error:
            sql = self.engine.trace
            return self._result(rule, Verdict.ERROR, str(error), Tally(self.listing), sql), None
        finally:
            self.engine.end()

    def _apply_gates(self, frame: Frame) -> tuple[Gate, ...]:
        """Makes undetermined what a failed gate leaves in doubt; the failed gates that bear on the rule."""
        failed = tuple(gate for gate in self.gates if gate.bears_on(frame.rule))
        turned = turned_by(failed)
        if turned:
            doubts = "+".join(gate.id for gate in failed if gate.id in DOUBTS)
            stand_in = Outcome(f"gate:{doubts}", self.span.end, Verdict.UNDETERMINED, Reason.GATE_FAILED)
            frame.tally.turn(turned, stand_in)
        return failed

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

    def _verdict(self, frame: Frame, binding: Applied, failed: Sequence[Gate]) -> tuple[Verdict, str]:
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
        if worst is None and any(gate.id in {"E4", "E7"} for gate in failed):
            return Verdict.UNDETERMINED, Reason.GATE_FAILED
        if known is Knowledge.COVERED or (worst is not None and unbounded):
            return worst or Verdict.NO_INSTANCES, ""
        return Verdict.UNDETERMINED, reason_of(known)

    def _result(
        self, rule: Rule, verdict: Verdict, reason: str, tally: Tally, sql: tuple[str, ...], *, binding: bool = True
    ) -> RuleResult:
        day = local_date(min(self.as_of, self.end - 1), self.project.service.zone)
        limits = tuple(
            Limit(str(dated.value), str(parameter.origin))
            for parameter in rule.parameters.values()
            if (dated := value_at(parameter, day)) is not None
        )
        counts = {verdict: tally.counts.get(verdict, 0) for verdict in INSTANCE_VERDICTS}
        value: dict[str, Any] = {}
        if tally.values and rule.rule_class in {RuleClass.METRIC, RuleClass.INDICATOR}:
            value["instances"] = tally.values
        failed = tuple(gate for gate in self.gates if binding and gate.bears_on(rule))
        if any(gate.id == "E8" for gate in failed) and (guess := estimate(counts)):
            value["estimate"] = guess
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
            value=value or None,
            sql=sql,
            gates=tuple(gate.id for gate in failed),
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
