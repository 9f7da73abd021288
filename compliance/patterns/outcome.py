"""What a pattern says of one instance, and the tally of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from compliance.patterns.verdict import FINDING_VERDICTS, Reason, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """One judged instance. Instants are UTC microseconds; `row` is None for synthetic instances."""

    instance: str
    t: int
    verdict: Verdict
    reason: Reason = Reason.NONE
    row: int | None = None
    case: str | None = None
    due: int | None = None
    due_late: int | None = None
    observed: int | None = None
    limit: str | None = None
    keys: tuple[Any, ...] = ()
    value: float | int | None = None


@dataclass(slots=True)
class Tally:
    """Counts of all outcomes and, per verdict and reason, the first `listing` of them by instant and id."""

    listing: int
    counts: Counter[Verdict] = field(default_factory=Counter)
    values: list[dict[str, Any]] = field(default_factory=list)
    """Values of metrics and indicators, at most `listing` of them: instance, value, number of values."""
    _kept: dict[tuple[Verdict, Reason], list[Outcome]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Counts one outcome and keeps it where it is to be listed."""
        self.counts[outcome.verdict] += 1
        self.list_only(outcome)

    def list_only(self, outcome: Outcome) -> None:
        """Keeps an outcome for listing that has been counted elsewhere."""
        if outcome.verdict not in FINDING_VERDICTS:
            return
        kept = self._kept.setdefault((outcome.verdict, outcome.reason), [])
        kept.append(outcome)
        if len(kept) > 2 * self.listing + 64:
            self._prune(kept)

    def count(self, verdict: Verdict, number: int) -> None:
        """Counts outcomes that were decided inside the engine."""
        if number:
            self.counts[verdict] += number

    def turn(self, verdicts: Collection[Verdict], stand_in: Outcome) -> int:
        """Makes instances of these verdicts undetermined for `stand_in`'s reason; the number of those turned.

        Listed ones stay listed; for those that were only counted `stand_in` is listed once.
        """
        taken = {verdict: self.counts.pop(verdict, 0) for verdict in verdicts}
        turned = sum(taken.values())
        self.count(Verdict.UNDETERMINED, turned)
        listed = [key for key in self._kept if key[0] in verdicts]
        for key in listed:
            for outcome in self._kept.pop(key):
                self.list_only(replace(outcome, verdict=Verdict.UNDETERMINED, reason=stand_in.reason))
        if any(number for verdict, number in taken.items() if verdict not in FINDING_VERDICTS):
            self.list_only(stand_in)
        return turned

    def _prune(self, kept: list[Outcome]) -> None:
        kept.sort(key=lambda outcome: (outcome.t, outcome.instance))
        del kept[self.listing :]

    def listed(self) -> list[Outcome]:
        """Outcomes to list: worst verdict first, then by reason, instant and id."""
        rank = {verdict: index for index, verdict in enumerate(FINDING_VERDICTS)}
        for kept in self._kept.values():
            self._prune(kept)
        found = [outcome for kept in self._kept.values() for outcome in kept]
        return sorted(found, key=lambda o: (rank[o.verdict], o.t, o.instance, o.reason))

    @property
    def omitted(self) -> int:
        """Findings counted but not listed."""
        return sum(self.counts[verdict] for verdict in FINDING_VERDICTS) - len(self.listed())
