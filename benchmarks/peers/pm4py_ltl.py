"""Peer: pm4py's temporal checks on an event log of cases. `python pm4py_ltl.py LOG`.

A notice is a case, and so is a platform's identifier. That a field is filled, and a share per day, are no questions about the
order of a case's events: these rules are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson
import pandas as pd
from equal import AFTER, LONG, ONCE, RECEIPT, WITHIN, report
from pm4py import format_dataframe, get_rework_cases_per_activity
from pm4py.algo.filtering.pandas.ltl.ltl_checker import Parameters, eventually_follows

_ACTIVITY, _CASE = "concept:name", "case:concept:name"


def counts(log: Path) -> dict[str, int]:
    """How often each rule was not met, in cases: each has one trigger in this log."""
    events = _read(log)
    notices = _log(events[events["notice_id"].notna()], "notice_id")
    triggers = notices.loc[notices[_ACTIVITY] == "notice.received", _CASE].nunique()
    confirmed = _following(notices, ["notice.received", "notice.receipt_confirmed"], 0, WITHIN.total_seconds())
    late = _following(
        notices, ["notice.decision_notified", "notice.receipt_confirmed"], sys.float_info.min, LONG.total_seconds()
    )
    submitted = get_rework_cases_per_activity(_log(events[events["puid"].notna()], "puid"))
    return {RECEIPT: triggers - confirmed, ONCE: submitted.get("sor.tdb_submitted", 0), AFTER: late}


def _following(log: pd.DataFrame, activities: list[str], lowest: float, highest: float) -> int:
    """Cases in which the second activity follows the first after so many seconds."""
    asked = {Parameters.POSITIVE: True, Parameters.ENABLE_TIMESTAMP: True}
    bounds = {Parameters.TIMESTAMP_DIFF_BOUNDARIES: [[lowest, highest]]}
    return eventually_follows(log, activities, parameters={**asked, **bounds})[_CASE].nunique()


def _log(events: pd.DataFrame, case: str) -> pd.DataFrame:
    return format_dataframe(
        events[[case, "type", "time"]].copy(), case_id=case, activity_key="type", timestamp_key="time"
    )


def _read(log: Path) -> pd.DataFrame:
    rows = []
    with log.open("rb") as lines:
        for line in lines:
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            rows.append([event["type"], event["time"], event.get("notice_id"), event.get("puid")])
    frame = pd.DataFrame(rows, columns=["type", "time", "notice_id", "puid"])
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame


if __name__ == "__main__":
    found = counts(Path(sys.argv[1]))
    report(("pm4py", "pandas"), found)
