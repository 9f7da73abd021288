"""A check that goes on from an earlier one says what a check of everything says, on random small worlds.

The earlier world is the later one before some of its lines were read, before it was known so far, with other coverage, other
refused lines and other conflicts; events come late and out of order. `make fuzz` takes more of them.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from compliance.assess import again
from compliance.assess.again import Again
from compliance.assess.memory import Memory, dump, load
from compliance.assess.model import Assessment
from compliance.events.dataset import CoverageStatement, Interval
from tests.oracle.world import World, instant
from tests.properties.engine_run import run
from tests.properties.random_world import random_world

AT_LENGTH = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" or "COMPLIANCE_FUZZ" in os.environ
WORLDS = int(os.environ.get("COMPLIANCE_FUZZ", "2000" if AT_LENGTH else "12"))


@pytest.fixture(autouse=True)
def _however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check goes on, however few events there are."""
    monkeypatch.setattr(again, "FEW", 0)


PATTERNS = (
    "response",
    "precedence",
    "never",
    "each",
    "unique",
    "reconcile",
    "threshold",
    "throughout",
    "recurring",
    "attested",
)


def _earlier(world: World, rng: Random) -> World:
    """The world before its last lines were read."""
    some = world.events[: rng.choice((len(world.events), rng.randrange(len(world.events) + 1)))] or world.events[:1]
    times = [instant(event["time"]) for event in some]
    as_of = min(world.as_of, rng.choice((world.as_of, max(times), rng.choice(times), world.as_of - 86_400_000_000)))
    return replace(
        world,
        events=some,
        as_of=as_of,
        statements=tuple(_shortened(one, as_of, rng) for one in world.statements if rng.random() < 0.95),
        holes=tuple(hole for hole in world.holes if rng.random() < 0.7),
        conflicts=frozenset(name for name in sorted(world.conflicts) if rng.random() < 0.7),
    )


def _shortened(said: CoverageStatement, as_of: int, rng: Random) -> CoverageStatement:
    if rng.random() < 0.5:
        return said
    end = max(said.window.start, min(said.window.end, as_of + rng.choice((0, 1, 3_600_000_000, -3_600_000_000))))
    return replace(said, window=Interval(said.window.start, end))


def _but_sql(assessment: Assessment) -> Assessment:
    return replace(assessment, rules=tuple(replace(rule, sql=()) for rule in assessment.rules))


@pytest.fixture
def went_on(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a pattern was not judged anew."""
    counted: Counter[str] = Counter()
    judge = Again.judge

    def counting(again: Again, frame: Any, windows: Any) -> Any:
        known = judge(again, frame, windows)
        counted[frame.rule.expect.pattern] += known is not None
        return known

    monkeypatch.setattr(Again, "judge", counting)
    return counted


@pytest.mark.parametrize("pattern", PATTERNS)
def test_going_on_is_judging_everything(pattern: str, went_on: Counter[str]) -> None:
    """Same verdicts, reasons, counts, findings and linked events; a failure names the seed of its world."""
    for seed in range(WORLDS):
        rng = Random(f"{pattern} {seed}")
        world = random_world(seed if not AT_LENGTH else rng.randrange(2**32), pattern)
        kept: list[Memory] = []
        before = _earlier(world, rng)
        listing = rng.choice((1, 2, 3, 1000))
        run(before, remember=kept.append, listing=listing)
        memory = load(dump(kept[0], {"n": 1}), {"n": 1})
        assert memory == kept[0], seed
        again, whole = run(world, memory=memory, listing=listing), run(world, listing=listing)
        assert _but_sql(again) == _but_sql(whole), (pattern, seed)
    if pattern in {"response", "precedence", "never", "each", "unique", "reconcile"}:
        assert went_on[pattern] > WORLDS / 20, went_on
