"""A check that goes on where the last one ended: only what can have changed is judged again.

What a rule says of a log is the sum over its instances. Of the events that can have changed a judgement, and all that share
a case with them, the rule judges two worlds: as they were known then, and as they are known now. What it said then of the
whole log, less the first, plus the second, is what it says now: instances in neither world's reach count in both and cancel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from compliance.assess.affected import (
    Change,
    bands,
    change,
    edges_of,
    linkable,
    may_be_judged_again,
    refills,
    types_of,
)
from compliance.assess.delta import NOW, PRESENT, THEN, WORLDS, Delta, find
from compliance.assess.memory import Linked, Memory, Said
from compliance.engine.embedded import Elsewhere
from compliance.engine.lockstep import in_lockstep
from compliance.events.dataset import Hole, Interval
from compliance.patterns import PATTERNS
from compliance.patterns.coverage import Knowns, TypeKnowledge
from compliance.patterns.frame import Frame
from compliance.patterns.needs import types_read
from compliance.patterns.outcome import Outcome, Tally
from compliance.patterns.verdict import Reason, Verdict

if TYPE_CHECKING:
    from compliance.engine.interface import Engine
    from compliance.events.catalogue import Catalogue
    from compliance.events.dataset import Dataset
    from compliance.patterns.limit import Days
    from compliance.rules.model import Rule

ALL = 2**60
"""Outcomes are listed without end where two worlds are compared."""
MOST = 0.08
"""Share of all events from which on judging some of them again is no gain."""
FEW = 2_000_000
"""Lines of a store below which finding what can have changed costs more than judging everything anew."""


class Then:
    """What was known of the log when the last check ended, in place of `Knowns`."""

    def __init__(self, memory: Memory, shapes: Catalogue) -> None:
        self._memory, self._shapes = memory, shapes
        self._known: dict[str, TypeKnowledge] = {}

    @property
    def unreadable_lines(self) -> int:
        """Zero: what is printed of them is what is known now."""
        return 0

    def of(self, event_type: str) -> TypeKnowledge:
        """Knowledge of one event type."""
        if event_type not in self._known:
            self._known[event_type] = self._knowledge(event_type)
        return self._known[event_type]

    def _knowledge(self, event_type: str) -> TypeKnowledge:
        spec = self._shapes.types.get(event_type)
        holes = tuple(hole for hole in self._memory.holes if hole.type == event_type)
        by_case: dict[str | None, list[Hole]] = {}
        for hole in holes:
            by_case.setdefault(hole.case, []).append(hole)
        windows = tuple(Interval(*window) for window in self._memory.known.get(event_type, ()))
        return TypeKnowledge(
            event_type,
            spec.case_field if spec else "",
            windows,
            holes,
            by_case,
            self._memory.as_of,
            self._memory.unreadable,
        )


class Again:
    """What the last check left, made ready for one that goes on from it."""

    def __init__(
        self,
        memory: Memory,
        dataset: Dataset,
        engine: Engine,
        knowns: Knowns,
        shapes: Catalogue,
        rules: Mapping[str, tuple[Rule, str]],
        days: Days,
        changed: Change,
        period: tuple[int, int],
        listing: int,
    ) -> None:
        self._memory, self._engine = memory, engine
        self._then = Then(memory, shapes)
        self._until = changed.until
        start, end = period
        span = (start, min(end - 1, memory.as_of), min(end - 1, changed.until))
        chosen = {
            name: rule
            for name, (rule, digest) in rules.items()
            if name in memory.rules
            and memory.rules[name].digest == digest
            and memory.rules[name].asked
            and may_be_judged_again(rule, self._then, knowns, changed, span)
        }
        listed: dict[str, list[tuple[str | None, object]]] = {}
        for rule in chosen.values():
            if rule.for_each is not None:
                next_ones = refills(memory.rules[rule.id].outcomes, listing).values()
                found = [*bands(rule, changed, days), *next_ones]
                listed.setdefault(rule.for_each.event, []).extend((rule.clock_from, band) for band in found)
        rows = sum(file.lines for file in dataset.files)
        self.delta: Delta = find(dataset, memory, changed, listed, edges_of(chosen.values()), rows)  # type: ignore[arg-type]
        self._rules = {name for name, rule in chosen.items() if linkable(rule, self.delta.narrow)}
        if self.delta.events > max(2000, rows * MOST):
            self._rules.clear()
        self._disputed = dataset.conflicts

    @property
    def rules(self) -> frozenset[str]:
        """Ids of the rules that are judged again, not anew."""
        return frozenset(self._rules)

    def judge(self, frame: Frame, windows: Sequence[tuple[int, int]]) -> Linked | None:
        """Fills the frame's tally as judging everything anew would; the linked events of outcomes that stand.

        None, with an empty tally, where the rule has to be judged anew.
        """
        rule, listing = frame.rule, frame.scope.listing
        if rule.id not in self._rules or self._memory.rules[rule.id].windows != tuple(windows):
            return None
        said = self._memory.rules[rule.id]
        if not types_read(rule) & self.delta.types:
            return _fill(frame.tally, said.tally(listing), said)
        worlds = {world: partial(self._judged, frame, world) for world in (THEN, NOW)}
        told = in_lockstep(Elsewhere(self._engine, {"ev": WORLDS}), worlds)
        tally = combined(said, _tally(told[THEN]), _tally(told[NOW]), listing, self._until)
        if tally is None:
            return None
        return _fill(frame.tally, tally, said)

    def placed(self, frame: Frame) -> Frame:
        """The frame over the events that are judged again, as they are known now."""
        return replace(frame, engine=Elsewhere(self._engine, {"ev": PRESENT}))

    def _judged(self, frame: Frame, world: int, engine: Engine) -> Tally:
        scope = replace(frame.scope, listing=ALL)
        memory = self._memory
        disputed = [(name,) for name in sorted(memory.conflicts if world == THEN else self._disputed)]
        conflicts = engine.table((("id", "VARCHAR"),), disputed) if disputed else None
        other = replace(frame, engine=engine, scope=scope, tally=Tally(ALL), conflicts=conflicts)
        if world == THEN:
            end = memory.as_of + 1 if scope.open_start else scope.end
            scope = replace(scope, as_of=memory.as_of, end=end, seen=memory.seen)
            other = replace(other, scope=scope, knowns=self._then, captures=memory.captures)
        PATTERNS[frame.rule.expect.pattern](other)
        return other.tally


def _tally(told: Tally | BaseException) -> Tally:
    """What was said of a world; what went wrong in it is raised."""
    if isinstance(told, BaseException):
        raise told
    return told


def _fill(tally: Tally, found: Tally, said: Said) -> Linked:
    tally.counts.update(found.counts)
    listed = found.listed()
    for outcome in listed:
        tally.list_only(outcome)
    stands = set(said.outcomes) & set(listed)
    return {outcome.row: said.linked.get(outcome.row, ()) for outcome in stands if outcome.row is not None}


def combined(said: Said, then: Tally, now: Tally, listing: int, until: int) -> Tally | None:
    """What was said, less `then`, plus `now`; None where the listing was too short to tell, or nothing adds up.

    A full list of open waits from which some went is filled up from `now`, which has all that come next (`refills`).
    No trigger is known after `until`.
    """
    counts: Counter[object] = Counter(said.counts)
    counts.subtract(then.counts)
    counts.update(now.counts)
    if any(number < 0 for number in counts.values()):
        return None
    kept: dict[tuple[Verdict, Reason], set[Outcome]] = {}
    for outcome in said.outcomes:
        kept.setdefault((outcome.verdict, outcome.reason), set()).add(outcome)
    full = {key for key, listed in kept.items() if len(listed) >= listing}
    reached = {(Verdict.PENDING, reason): band.end for reason, band in refills(said.outcomes, listing).items()}
    before, after = set(then.listed()), set(now.listed())
    gone, come = before - after, after - before
    for outcome in gone:
        key = (outcome.verdict, outcome.reason)
        listed = kept.get(key, set())
        if outcome not in listed:
            if key not in full:
                return None
        elif key in full and key not in reached:
            return None
        else:
            listed.remove(outcome)
    for key, end in reached.items():
        kept[key] |= {outcome for outcome in after if (outcome.verdict, outcome.reason) == key}
        if end < until and sum(outcome.t <= end for outcome in kept[key]) < listing:
            return None
    found = Tally(listing)
    found.counts.update({verdict: number for verdict, number in counts.items() if number})  # type: ignore[misc]
    for outcome in come.union(*kept.values()):
        found.list_only(outcome)
    return found


def prepared(
    memory: Memory,
    dataset: Dataset,
    engine: Engine,
    knowns: Knowns,
    shapes: Catalogue,
    rules: Mapping[str, tuple[Rule, str]],
    days: Days,
    as_of: int,
    period: tuple[int, int],
    skew: int,
    listing: int,
) -> Again | None:
    """What is needed to go on from a memory; None where the whole log has to be judged anew, or that is cheaper."""
    if sum(file.lines for file in dataset.files) < FEW:
        return None
    changed = change(memory, knowns, as_of, types_of([rule for rule, _ in rules.values()]), skew)
    if changed is None or memory.captures != dataset.captures or memory.start != period[0]:
        return None
    return Again(memory, dataset, engine, knowns, shapes, rules, days, changed, period, listing)
