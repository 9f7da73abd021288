"""Everything a quarterly report is made from: two checks of one store, two sets of figures, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.assess.figures import FigureSet
from compliance.assess.figures.episode import Livestream, OpenLetter, Outage
from compliance.assess.model import Assessment, Finding, RuleResult
from compliance.clock import parse_instant
from compliance.period import Period
from compliance.project import Project
from compliance.reports.layout import Layout
from compliance.rules.model import Rule

DAY_US = 86_400_000_000
HORIZON_DAYS = 90
"""Deadlines that page one looks ahead to."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is known when the report is written. `before`: the period just before, judged on the same store."""

    project: Project
    period: Period
    layout: Layout
    rules: Mapping[str, Rule]
    now: Assessment
    figures: FigureSet
    before: Assessment | None = None
    figures_before: FigureSet | None = None
    livestreams: tuple[Livestream, ...] = ()
    outages: tuple[Outage, ...] = ()
    letters: tuple[OpenLetter, ...] = ()
    expiring: tuple[tuple[str, int], ...] = ()
    earlier: Mapping[str, Any] = field(default_factory=dict)
    """The `report.json` of the period before as it was given then; empty where none was handed in."""
    signed_off: tuple[str, ...] = ()

    @property
    def as_of(self) -> int:
        """Instant up to which the log is known, UTC µs."""
        return parse_instant(self.now.as_of)

    @property
    def horizon(self) -> int:
        """Last instant of the deadlines looked at, UTC µs."""
        return self.as_of + HORIZON_DAYS * DAY_US

    def owner(self, rule: RuleResult) -> str:
        """Role that owns findings about a rule: named for the rule, its key or an event family; else for the profile."""
        owners = self.project.owners
        families = dict.fromkeys(event.split(".")[0] for event in self._own_events(rule))
        for name in (rule.id, rule.key, *families):
            if name in owners:
                return owners[name]
        return self.project.profile.owner or "not assigned"

    def _own_events(self, rule: RuleResult) -> tuple[str, ...]:
        """The rule's trigger first, then the other event types it looks at."""
        known = self.rules.get(rule.id)
        trigger = known.for_each.event if known is not None and known.for_each is not None else None
        return tuple(dict.fromkeys((*([trigger] if trigger else []), *rule.needs)))

    def pattern(self, rule_id: str) -> str:
        """Name of a rule's pattern, empty where the rule is not at hand."""
        known = self.rules.get(rule_id)
        return known.expect.pattern if known is not None else ""

    def findings_of(self, rule_id: str) -> tuple[Finding, ...]:
        """Findings of one rule, in the assessment's order."""
        return tuple(finding for finding in self.now.findings if finding.rule == rule_id)
