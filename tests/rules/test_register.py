"""The register of obligations, and which of them the rules cover."""

from __future__ import annotations

import json

from compliance.resources import data_dir
from compliance.rules.loader import LoadedRule
from compliance.rules.register import coverage_of_register, obligation_ids, register, register_schema_text


def test_the_register_is_whole_and_has_no_doubles() -> None:
    """Every obligation stands in the register once, and every row is valid."""
    assert len(register()) == len(obligation_ids()) == 318


def test_each_obligation_is_covered_or_has_a_reason(shipped: tuple[LoadedRule, ...]) -> None:
    """Nothing is silently uncovered: rules, or the reason why there is none."""
    covered = coverage_of_register(shipped)
    assert len(covered) == len(register())
    assert all(bool(one.rules) != bool(one.reason) for one in covered)


def test_kinds_of_coverage(shipped: tuple[LoadedRule, ...]) -> None:
    """A log rule, a metric, an attestation and someone else's duty are told apart."""
    kinds = {one.obligation.id: one.kind for one in coverage_of_register(shipped)}
    assert kinds["DSA-16.4"] == "rule"
    assert kinds["NISX-13.a"] == "metric"
    assert kinds["DSA-11.1"] == "attestation"
    assert kinds["DSA-9.2.a"] == "none"


def test_every_obligation_that_a_rule_covers_can_be_reached_from_it(shipped: tuple[LoadedRule, ...]) -> None:
    """What the rules say they cover is what the register shows as covered."""
    claimed = {obligation for one in shipped for obligation in one.rule.obligations}
    assert claimed == {one.obligation.id for one in coverage_of_register(shipped) if one.rules}


def test_the_schema_of_the_register_has_not_drifted() -> None:
    """The published schema is the one that the model gives."""
    published = (data_dir("schemas") / "register.schema.json").read_text("utf-8")
    assert published == register_schema_text()
    assert json.loads(published)["title"] == "Obligation"
