"""A report made by one engine throughout."""

from __future__ import annotations

from compliance.clock import parse_instant
from compliance.engine.embedded import Embedded
from compliance.reports.session import material_of
from compliance.rules.loader import load_rules
from tests.reports.quarter import PERIOD, PROJECT, small_log


def test_one_engine_judges_both_periods() -> None:
    """The period before is judged by an engine that has judged already as by a fresh one."""
    rules = [one for one in load_rules() if one.rule.id in {"DSA-16.4-RECEIPT", "DSA-16.6-DECIDE", "DSA-24.5-RECON"}]
    log, as_of = small_log(), parse_instant("2026-10-01T00:00:00Z")
    fresh = material_of(log, rules, PROJECT, PERIOD, as_of=as_of)
    shared = material_of(log, rules, PROJECT, PERIOD, as_of=as_of, engine=Embedded(log.con))
    assert fresh.before is not None
    assert shared.before is not None
    assert fresh.before.findings
    assert shared.before.findings == fresh.before.findings
    assert [rule.counts for rule in shared.before.rules] == [rule.counts for rule in fresh.before.rules]
    assert (shared.figures, shared.figures_before) == (fresh.figures, fresh.figures_before)
