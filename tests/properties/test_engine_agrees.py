"""The engine against a slow, obvious reading of docs/semantics.md, on random small worlds.

`make test` judges 300 of them, the same every time; `make fuzz` 5,000 new ones, `COMPLIANCE_FUZZ=n make fuzz` n.
A world is its seed: a failure names it, and prints the smallest world that still fails.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from compliance.assess.model import Finding
from compliance.engine import by_type
from compliance.patterns import absence
from tests.oracle.judge import judge
from tests.properties.disagreement import described, differences, minimal
from tests.properties.engine_run import run
from tests.properties.random_rule import PATTERNS
from tests.properties.random_world import random_world

AT_LENGTH = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" or "COMPLIANCE_FUZZ" in os.environ
WORLDS = int(os.environ.get("COMPLIANCE_FUZZ", "5000" if AT_LENGTH else "300"))
CORPUS = 1000
"""Worlds per pattern in the fixed corpus, in which every entry of REACHABLE must occur."""

DOUBTED = "undetermined gate_failed"
FINE = ("compliant", "within_target", "excepted")
UNKNOWN = ("undetermined no_coverage", "undetermined rejected_line", "undetermined conflicting_records", DOUBTED)
LINKED = (*FINE, *UNKNOWN, "undetermined field_missing", "undetermined field_not_captured", "pending open")
RESPONDED = tuple(f"{word} {why}" for word in ("non_compliant", "over_target") for why in ("late", "never_done"))
CLOCKS = ("undetermined clock_skew", "undetermined deadline_readings_differ")

REACHABLE: dict[str, tuple[str, ...]] = {
    "each": (*FINE, *UNKNOWN, "undetermined field_not_captured", "non_compliant condition_failed",
             "over_target condition_failed"),
    "response": (*LINKED, *CLOCKS, *RESPONDED),
    "precedence": (*LINKED, "undetermined ordering_unknown", "non_compliant not_preceded", "over_target not_preceded"),
    "never": (*LINKED, "non_compliant forbidden_event", "over_target forbidden_event"),
    "unique": (*FINE, *UNKNOWN, "undetermined field_not_captured", "non_compliant not_unique", "over_target not_unique"),
    "recurring": (*FINE, *UNKNOWN, *CLOCKS, *RESPONDED, "pending open", "undetermined field_not_captured"),
    "reconcile": (*LINKED, *(f"{word} {why}" for word in ("non_compliant", "over_target")
                             for why in ("late", "differs", "missing_counterpart", "extra_counterpart"))),
    "throughout": (*LINKED, *(f"{word} {why}" for word in ("non_compliant", "over_target")
                              for why in ("interrupted", "never_done"))),
    "threshold": ("compliant", "within_target", *UNKNOWN, "undetermined small_sample", "pending open",
                  "non_compliant limit_exceeded", "over_target limit_exceeded"),
    "attested": ("attested", "attestation_expired", "not_attested attestation_missing",
                 "undetermined conflicting_records", "non_compliant attestation_contradicted", DOUBTED),
}  # fmt: skip
"""Pattern to all that can be said of one of its instances: verdict and, where there is one, reason."""

OF_A_RULE = ("non_compliant", "over_target", "undetermined", "compliant", "within_target", "no_instances")
RULES_SAY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(PATTERNS, (*OF_A_RULE, "excepted", "pending")),
    "each": (*OF_A_RULE, "excepted"),
    "unique": (*OF_A_RULE, "excepted"),
    "threshold": (*OF_A_RULE, "pending"),
    "attested": ("non_compliant", "attestation_expired", "not_attested", "undetermined", "attested"),
}
"""Pattern to the verdicts that a rule of it can have."""


@settings(
    max_examples=WORLDS,
    derandomize=not AT_LENGTH,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # a seed does not shrink; `minimal` cuts the world down instead
)
@given(st.integers(min_value=0, max_value=2**48))
def test_the_engine_agrees_with_the_reference_evaluator(seed: int) -> None:
    """Every instance's verdict, reason and due, the counts, and the rule's verdict are the same."""
    world = random_world(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            by_type, "MANY", 0 if seed % 3 else by_type.MANY
        )  # from tables of single types, and from the whole
        patch.setattr(absence, "FEW_HOLES", 0 if seed % 2 else absence.FEW_HOLES)  # both ways to look for refused lines
        found = differences(world)
    if found:
        smallest = minimal(world, lambda candidate: bool(differences(candidate)))
        pytest.fail("\n".join([f"seed {seed}", *found, "smallest:", *differences(smallest), described(smallest)]))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_short_list_is_the_beginning_of_the_long_one(pattern: str) -> None:
    """Counts do not depend on how much is listed, and of each verdict and reason the earliest are listed."""
    for seed in range(40):
        world = random_world(seed, pattern)
        whole, short = run(world), run(world, listing=2)
        assert [rule.counts for rule in short.rules] == [rule.counts for rule in whole.rules], seed
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in whole.findings:
            groups.setdefault((finding.verdict, finding.reason), []).append(finding)
        first = {finding.id for listed in groups.values() for finding in listed[:2]}
        assert {finding.id for finding in short.findings} == first, f"seed {seed}\n{described(world)}"


def corpus(pattern: str) -> tuple[Counter[str], Counter[str]]:
    """How often the pattern says what of an instance, and of a rule, in the worlds of the fixed seeds."""
    instances: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for seed in range(CORPUS):
        judgement = judge(random_world(seed, pattern))
        rules[judgement.verdict] += 1
        instances.update(f"{outcome.verdict} {outcome.reason}".strip() for outcome in judgement.instances.values())
    return instances, rules


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_worlds_leave_nothing_out(pattern: str) -> None:
    """Every verdict and reason that the pattern can give occurs in the corpus, and no other does."""
    instances, rules = corpus(pattern)
    assert set(instances) == set(REACHABLE[pattern])
    assert set(rules) == set(RULES_SAY[pattern])


def test_a_world_is_its_seed() -> None:
    """The same seed gives the same events, rule and surroundings."""
    assert [random_world(seed) for seed in range(30)] == [random_world(seed) for seed in range(30)]
