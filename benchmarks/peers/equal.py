"""The five rules that the tools are compared by, as each of them states them itself; `rules/` holds them in our format.

| rule | meaning | counted |
|---|---|---|
| BENCH-1-RECEIPT | a receipt follows each notice within 24 hours (same notice) | notices without |
| BENCH-2-ONCE | a platform's identifier is submitted once | identifiers submitted again |
| BENCH-3-CLAUSE | each restriction names its clause | restrictions without |
| BENCH-4-AFTER | no receipt within 30 days after the decision was notified (same notice) | decisions with one |
| BENCH-5-SHARE | at most half of a day's and Member State's decisions used automated means | days and states above |

A line that is no JSON is passed over. Times carry `Z`; days are those of UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from importlib.metadata import version

RECEIPT, ONCE, CLAUSE, AFTER, SHARE = RULES = (
    "BENCH-1-RECEIPT",
    "BENCH-2-ONCE",
    "BENCH-3-CLAUSE",
    "BENCH-4-AFTER",
    "BENCH-5-SHARE",
)
WITHIN = timedelta(hours=24)
LONG = timedelta(days=30)
HALF = 0.5
TYPES = (
    "notice.received",
    "notice.receipt_confirmed",
    "notice.decided",
    "notice.decision_notified",
    "restriction.applied",
    "sor.tdb_submitted",
)
"""Event types that the rules read."""
FIELDS = ("type", "time", "notice_id", "member_state", "automated_processing", "clause_id", "puid")
"""Members of an event that the rules read."""


def report(packages: tuple[str, ...], counts: Mapping[str, int]) -> None:
    """Prints what a peer counted, by rule, and the versions that it counted with."""
    print(json.dumps({"versions": {name: version(name) for name in packages}, "counts": dict(counts)}))
