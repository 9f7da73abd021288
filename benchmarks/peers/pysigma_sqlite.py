"""Peer: Sigma rules, turned by pySigma into SQL for SQLite. `python pysigma_sqlite.py LOG`.

The events are put into a table in memory with the columns that the rules read. Correlations run by the backend's own plan,
with its indexes. A share per calendar day has no counterpart in Sigma, whose windows slide: that rule is left out.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import orjson
import yaml
from equal import AFTER, CLAUSE, FIELDS, LONG, ONCE, RECEIPT, WITHIN, report
from sigma.backends.sqlite import sqliteBackend
from sigma.backends.sqlite.runtime import execute_plan
from sigma.collection import SigmaCollection

_COLUMNS = tuple(name for name in FIELDS if name != "time")


def counts(log: Path) -> dict[str, int]:
    """How often each rule was not met; Sigma's hits are the misses."""
    con = _loaded(log)
    clause = {"type": "restriction.applied", "clause_id": None}
    submitted = _event("submitted", {"type": "sor.tdb_submitted"})
    once = _correlation("event_count", ["submitted"], "puid", 400, {"gte": 2})
    received = _event("received", {"type": "notice.received"})
    receipt = _event("receipt", {"type": "notice.receipt_confirmed"})
    notified = _event("notified", {"type": "notice.decision_notified"})
    missing = _correlation("temporal", ["received", "receipt"], "notice_id", WITHIN.days, "received and not receipt")
    after = _correlation("temporal_ordered", ["notified", "receipt"], "notice_id", LONG.days, {"gte": 2})
    return {
        RECEIPT: _correlated(con, received, receipt, missing),
        ONCE: _correlated(con, submitted, once),
        CLAUSE: len(con.execute(_backend().convert(_collection(_event("without", clause)))[0]).fetchall()),
        AFTER: _correlated(con, notified, receipt, after),
    }


def _loaded(log: Path) -> sqlite3.Connection:
    con = sqlite3.connect(":memory:")
    con.execute(f"CREATE TABLE logs (timestamp REAL, {', '.join(_COLUMNS)})")
    marks = ", ".join("?" * (1 + len(_COLUMNS)))
    con.executemany(f"INSERT INTO logs VALUES ({marks})", _rows(log))
    con.execute("CREATE INDEX types ON logs (type)")
    return con


def _rows(log: Path) -> Iterator[list[object]]:
    with log.open("rb") as lines:
        for line in lines:
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            at = datetime.fromisoformat(event["time"]).timestamp()
            yield [at, *(event.get(name) for name in _COLUMNS)]


def _event(name: str, selection: dict[str, object]) -> dict[str, object]:
    detection = {"selection": selection, "condition": "selection"}
    return {"title": name, "name": name, "logsource": {"product": "platform"}, "detection": detection}


def _correlation(kind: str, rules: list[str], key: str, days: int, condition: object) -> dict[str, object]:
    correlation = {"type": kind, "rules": rules, "group-by": [key], "timespan": f"{days}d", "condition": condition}
    return {"title": kind, "correlation": correlation}


def _collection(*rules: dict[str, object]) -> SigmaCollection:
    return SigmaCollection.from_yaml(yaml.safe_dump_all(rules))


def _backend() -> sqliteBackend:
    return sqliteBackend(timestamp_format="unix")


def _correlated(con: sqlite3.Connection, *rules: dict[str, object]) -> int:
    """Keys for which the last of the rules, a correlation, fired."""
    converted = json.loads(_backend().convert(_collection(*rules), "zircolite"))
    plan = next(one["correlation_plan"] for one in converted if one.get("correlation"))
    fired, _ = execute_plan(con, plan, include_events=False)
    return len({tuple(one["group_keys"].values()) for one in fired})


if __name__ == "__main__":
    report(("pysigma", "pysigma-backend-sqlite"), counts(Path(sys.argv[1])))
