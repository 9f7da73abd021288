"""Evidence gates (register §3): what must hold of a log before anything in it is called met. docs/semantics.md, section 7.

Gates E3, E6 and E8 take knowledge of absence away where they fail (*silences*); E1, E4, E5 and E7 turn what was met into
`undetermined` for the rules they bear on (*doubts*); E2 is coverage itself, which every pattern asks for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.clock import format_second
from compliance.events.dataset import Interval
from compliance.patterns.coverage import Knowns
from compliance.patterns.needs import types_read
from compliance.patterns.verdict import Verdict
from compliance.rules.model import Rule

MET = frozenset({Verdict.COMPLIANT, Verdict.WITHIN_TARGET})
JUDGED = MET | {Verdict.NON_COMPLIANT, Verdict.OVER_TARGET, Verdict.ATTESTED}
SILENCES, DOUBTS = ("E3", "E6", "E8"), ("E1", "E4", "E5", "E7")
TITLES = {
    "E1": "Clocks",
    "E2": "Coverage",
    "E3": "Completeness",
    "E4": "Integrity",
    "E5": "Identity",
    "E6": "Watermark",
    "E7": "Profile facts",
    "E8": "Sampling",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: `passed`, `failed` or `unknown`, what was seen, and what a failure is about."""

    id: str
    state: str
    seen: str
    types: frozenset[str] | None = frozenset()
    """Event types for which it failed; None: all of them."""
    pairs: tuple[frozenset[str], ...] = ()
    """Pairs of event types of which the links failed (E5)."""
    silences: tuple[tuple[frozenset[str] | None, Interval], ...] = ()
    """Windows in which the absence of events of the types (None: all) is not known."""

    @property
    def title(self) -> str:
        """Its name."""
        return TITLES[self.id]

    def bears_on(self, rule: Rule) -> bool:
        """Whether its failure matters to a rule."""
        if self.state != "failed" or self.id == "E2" or (self.id == "E1" and not compares_instants(rule)):
            return False
        read = types_read(rule)
        return self.types is None or bool(self.types & read) or any(pair <= read for pair in self.pairs)

    def words(self) -> str:
        """The failure in a sentence."""
        return f"gate {self.id} ({self.title}) failed: {self.seen}"

    def document(self) -> dict[str, Any]:
        """As the assessment publishes it."""
        kinds = ["*"] if self.types is None else sorted(self.types.union(*self.pairs))
        return {"id": self.id, "title": self.title, "state": self.state, "seen": self.seen, "event_types": kinds}


def compares_instants(rule: Rule) -> bool:
    """Whether a rule compares the instants of two events."""
    expect = rule.expect
    if expect.reconcile is not None:
        return expect.reconcile.within is not None
    return expect.pattern in {"response", "precedence", "never", "recurring", "throughout"}


def turned_by(gates: Iterable[Gate]) -> frozenset[Verdict]:
    """Verdicts that these failed gates turn into `undetermined`; with broken integrity also what was missed."""
    ids = {gate.id for gate in gates}
    return JUDGED if "E4" in ids else MET if ids & set(DOUBTS) else frozenset()


def coverage_gate(knowns: Knowns, span: Interval, *, required: bool) -> Gate:
    """E2: how many of the event types that sources speak of are complete over the period."""
    speaking = knowns.types
    short = [kind for kind in speaking if not knowns.of(kind).covered(span.start, span.end)]
    if not speaking:
        return Gate("E2", "failed" if required else "unknown", "no source says from when to when it is complete", None)
    seen = (
        f"{len(speaking) - len(short)} of {len(speaking)} event types complete from {format_second(span.start)} "
        f"to {format_second(span.end)}"
    )
    return Gate("E2", "failed" if short else "passed", seen, frozenset(short))


def silences_of(gates: Iterable[Gate], types: Iterable[str]) -> dict[str, tuple[Interval, ...]]:
    """Event type to the windows in which the gates leave its absence unknown."""
    said = [silence for gate in gates if gate.state == "failed" or gate.id == "E6" for silence in gate.silences]
    if not said:
        return {}
    return {kind: tuple(window for about, window in said if about is None or kind in about) for kind in types}


def estimate(counts: Mapping[Verdict, int]) -> dict[str, float | int] | None:
    """Share of a sample that met the rule, with its 95 % interval (Wilson 1927); None where nothing was judged."""
    met = sum(counts.get(verdict, 0) for verdict in MET)
    n = met + counts.get(Verdict.NON_COMPLIANT, 0) + counts.get(Verdict.OVER_TARGET, 0)
    if not n:
        return None
    z, share = 1.959964, met / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return {"met": round(share, 6), "low": round(low, 6), "high": round(high, 6), "n": n, "confidence": 0.95}
