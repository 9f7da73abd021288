"""Peer: a plain loop over orjson dictionaries. `python orjson_loop.py LOG`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import orjson
from equal import report
from loop import Loop


def counts(log: Path) -> dict[str, int]:
    """How often each rule was not met."""
    loop = Loop()
    with log.open("rb") as lines:
        for line in lines:
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            match event["type"]:
                case "notice.received":
                    loop.received(event["notice_id"], datetime.fromisoformat(event["time"]))
                case "notice.receipt_confirmed":
                    loop.confirmed(event["notice_id"], datetime.fromisoformat(event["time"]))
                case "notice.decided":
                    at = datetime.fromisoformat(event["time"])
                    loop.decided(event["member_state"], at, automated=event["automated_processing"])
                case "notice.decision_notified":
                    loop.notified(event["notice_id"], datetime.fromisoformat(event["time"]))
                case "restriction.applied":
                    loop.restricted(event.get("clause_id"))
                case "sor.tdb_submitted":
                    loop.submitted(event["puid"])
    return loop.counts()


if __name__ == "__main__":
    report(("orjson",), counts(Path(sys.argv[1])))
