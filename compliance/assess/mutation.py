"""Which changes of a rule do its own tests not notice? Every mutant is judged on the real engine until a test fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from compliance.assess.applied import applied
from compliance.assess.ruletest import binding_of, binding_results, problems_of
from compliance.assess.spread import spread
from compliance.assess.testbed import Bed, bench, make_bed
from compliance.clock import midnight_us, to_us
from compliance.errors import ComplianceError, Place
from compliance.events.catalogue import catalogue
from compliance.rules.equivalence import says_the_same
from compliance.rules.loader import LoadedRule
from compliance.rules.mutant import Mutant, mutants
from compliance.rules.proof_model import Binding

SCOPE = frozenset({"in_force", "applies_to"})
"""Parts of a rule that say whom it binds; a row of `binds` proves them without the engine."""

WAVES = (2, 3)
"""How many tests are asked first, and next, before all others: most mutants are noticed by the first ones."""
TOGETHER = 150
"""Most runs that go to the engine at once."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that every test of the rule lets pass, and where it was made."""

    place: Place
    change: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """What came of the mutants of one rule; `broken` says why they could not be judged."""

    rule: str
    made: int
    survivors: tuple[Survivor, ...]
    same: int = 0
    """Mutants that provably say what the rule says, so that no test can tell them apart."""
    broken: str = ""


def mutate(loaded: Sequence[LoadedRule], workers: int | None = None) -> Iterator[Mutation]:
    """What the tests of each rule prove, in the order given; over so many processes (None: one per core)."""
    yield from spread(mutate_rule, loaded, workers)


def mutate_rule(one: LoadedRule) -> Mutation:
    """Every mutant of one rule, judged by the rule's own tests until the first one fails."""
    with bench() as con:
        try:
            beds = {index: make_bed(con, one, index) for index in range(len(one.rule.tests))}
        except ComplianceError as error:
            return Mutation(one.rule.id, 0, (), broken=str(error))
        failed = [row.name for row in binding_results(one) if not row.passed]
        failed += [beds[index].test.name for index, said in problems_of(con, beds).items() if said]
        if failed:
            return Mutation(one.rule.id, 0, (), broken=f"its own tests fail: {'; '.join(failed)}")
        return _judged(con, one, beds)


def _judged(con: duckdb.DuckDBPyConnection, one: LoadedRule, beds: Mapping[int, Bed]) -> Mutation:
    made = list(mutants(one.rule))
    alive = [n for n, mutant in enumerate(made) if not any(_answers_otherwise(mutant, row) for row in one.rule.binds)]
    noticed = Counter({index: len(bed.test.expect) for index, bed in beds.items()})
    asked = dict.fromkeys(beds, False)
    for size in (*WAVES, len(beds)):
        # the tests that noticed most so far are asked first, of all mutants that are left together
        wave = sorted((index for index in beds if not asked[index]), key=lambda index: -noticed[index])[:size]
        asked |= dict.fromkeys(wave, True)
        runs = [(n, index) for n in alive for index in wave if _can_tell(beds[index], made[n])]
        killed = _failing(con, [(n, index, replace(beds[index], judged=made[n].rule)) for n, index in runs])
        noticed.update(index for _, index in killed)
        alive = [n for n in alive if n not in {n for n, _ in killed}]
    left = [made[n] for n in alive]
    survivors = [mutant for mutant in left if not says_the_same(one.rule, mutant, catalogue())]
    return Mutation(
        one.rule.id,
        len(made),
        tuple(Survivor(_place(one, mutant), mutant.change) for mutant in survivors),
        len(left) - len(survivors),
    )


def _failing(con: duckdb.DuckDBPyConnection, runs: Sequence[tuple[int, int, Bed]]) -> list[tuple[int, int]]:
    """Mutant and test of each run in which the test fails."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(runs), TOGETHER):
        lanes = dict(enumerate(runs[start : start + TOGETHER]))
        said = problems_of(con, {lane: bed for lane, (_, _, bed) in lanes.items()})
        found += [(n, index) for lane, (n, index, _) in lanes.items() if said[lane]]
    return found


def _answers_otherwise(mutant: Mutant, row: Binding) -> bool:
    return mutant.path[0] in SCOPE and binding_of(mutant.rule, row).state != row.expect


def _can_tell(bed: Bed, mutant: Mutant) -> bool:
    """False where a test cannot fail: the mutant binds the test's service just as the rule does."""
    return mutant.path[0] not in SCOPE or _binds(bed, mutant) != _binds(bed, None)


def _binds(bed: Bed, mutant: Mutant | None) -> object:
    """How the rule or its mutant binds the service of a test: the same answer gives the same assessment."""
    zone, period, as_of = bed.project.service.zone, bed.test.period, to_us(bed.test.as_of)
    started = period[0] if period else bed.project.service.started
    start = midnight_us(started, zone) if started else bed.dataset.first or as_of
    end = midnight_us(period[1], zone) if period else as_of + 1
    found = applied(mutant.rule if mutant else bed.loaded.rule, bed.project, start, end)
    return found.state, found.windows, found.doubtful


def _place(one: LoadedRule, mutant: Mutant) -> Place:
    where = mutant.path
    while where and where not in one.marks:
        where = where[:-1]
    line, column = one.marks.get(where, (1, 1))
    return Place(str(one.path), line, column, ".".join(map(str, mutant.path)))
