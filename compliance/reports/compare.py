"""This period beside the one before: counts, rates, and what a change is made of, as far as it can be computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.assess.model import Assessment, RuleResult, Verdict

MISSED = (Verdict.NON_COMPLIANT, Verdict.OVER_TARGET, Verdict.NOT_ATTESTED, Verdict.ATTESTATION_EXPIRED)
"""Verdicts that mean: this record did not meet the rule."""


def missed(rule: RuleResult) -> int:
    """Records that did not meet a rule (N of *N of M*)."""
    return sum(rule.counts.get(verdict, 0) for verdict in MISSED)


def judged(rule: RuleResult) -> int:
    """Records of which something could be said: all but the undetermined."""
    return rule.population - rule.counts.get(Verdict.UNDETERMINED, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """How N changed for one rule. The four parts add up to `total`; `late` stands apart: it moved the earlier N itself."""

    rule: str
    now: tuple[int, int]
    before: tuple[int, int] | None
    """N and M; None where the rule was not judged in the period before."""
    volume: int = 0
    coverage: int = 0
    revision: int = 0
    conduct: int = 0
    late: int | None = None
    """By how much the earlier N moved since it was reported; None where no earlier report is at hand."""

    @property
    def total(self) -> int | None:
        """Change of N."""
        return None if self.before is None else self.now[0] - self.before[0]

    @property
    def direction(self) -> int:
        """1 where the rate rose, -1 where it fell, 0 where it stayed or cannot be compared."""
        if self.before is None or not self.now[1] or not self.before[1]:
            return 0
        left, right = self.now[0] * self.before[1], self.before[0] * self.now[1]
        return (left > right) - (left < right)


def changes(now: Assessment, before: Assessment | None, earlier: Mapping[str, Any]) -> dict[str, Change]:
    """Change of every rule by its id. `earlier`: the report of the period before as given then, or empty."""
    old = {rule.id: rule for rule in before.rules} if before is not None else {}
    reported = {row["rule"]: row for row in earlier.get("results", ())}
    return {rule.id: _change(rule, old.get(rule.id), reported.get(rule.id)) for rule in now.rules}


def _change(now: RuleResult, before: RuleResult | None, reported: Mapping[str, Any] | None) -> Change:
    counted = (missed(now), now.population)
    if before is None or before.verdict is Verdict.NOT_APPLICABLE or (not before.population and not now.population):
        return Change(now.id, counted, None)
    n, m, j = missed(before), before.population, judged(before)
    by_volume = _scaled(n, now.population, m) if m else counted[0]
    by_coverage = _scaled(n, judged(now), j) if j else by_volume
    rest = counted[0] - by_coverage
    revised = before.revision != now.revision or before.limits != now.limits
    if reported is not None and reported["revision"] != now.revision:
        revised = True
    return Change(
        now.id,
        counted,
        (n, m),
        volume=by_volume - n,
        coverage=by_coverage - by_volume,
        revision=rest if revised else 0,
        conduct=0 if revised else rest,
        late=None if reported is None else n - int(reported["missed"]),
    )


def _scaled(value: int, top: int, bottom: int) -> int:
    """`value * top / bottom`, rounded half up, in integers."""
    return (2 * value * top + bottom) // (2 * bottom)


def restated(changed: Mapping[str, Change]) -> tuple[str, ...]:
    """Rules of which the earlier number has moved since it was reported."""
    return tuple(sorted(rule for rule, change in changed.items() if change.late))
