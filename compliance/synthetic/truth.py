"""What a right check must find in the generated log, written down while it is made; knows verdicts, no rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from compliance.synthetic.timeline import AS_OF, SKEW, iso

LISTED = ("non_compliant", "attestation_expired", "not_attested", "over_target", "undetermined", "pending")
"""Verdicts whose instances are listed one by one; the others are counted."""


@dataclass(slots=True)
class Truth:
    """Verdict of every instance, per rule id: a key of the register may have several rules."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    findings: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def say(self, rule: str, trigger: str, verdict: str, reason: str = "") -> None:
        """Record one instance; `trigger` is the id of its trigger event or of the synthetic instance."""
        self.counts[rule][verdict] += 1
        if verdict in LISTED:
            self.findings[rule].append({"trigger": trigger, "verdict": verdict, "reason": reason})

    def response(self, rule: str, trigger: str, due: int, done: int | None, *, soft: bool = False) -> None:
        """Record a bounded duty with one reading and full coverage: done by `due`, late, never, or still running."""
        if done is not None and done > AS_OF:
            done = None
        if done is not None and abs(done - due) <= SKEW:
            self.say(rule, trigger, "undetermined", "clock_skew")
        elif done is not None and done < due:
            self.say(rule, trigger, "within_target" if soft else "compliant")
        elif done is None and due >= AS_OF:
            self.say(rule, trigger, "pending", "open")
        else:
            self.say(
                rule, trigger, "over_target" if soft else "non_compliant", "never_done" if done is None else "late"
            )

    def document(self, *, seed: int, scale: float, lines: dict[str, dict[str, int]]) -> dict[str, Any]:
        """The truth file: per rule the counts of all verdicts and the findings, and what every file holds."""
        rules: dict[str, Any] = {
            rule: {
                "counts": dict(sorted(self.counts[rule].items())),
                "findings": sorted(self.findings[rule], key=lambda finding: (finding["trigger"], finding["verdict"])),
            }
            for rule in sorted(self.counts)
        }
        return {
            "format": "truth/1",
            "seed": seed,
            "scale": scale,
            "as_of": iso(AS_OF),
            "period": None,
            "rules": rules,
            "lines": lines,
        }
