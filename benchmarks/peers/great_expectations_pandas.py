"""Peer: Great Expectations over pandas frames. `python great_expectations_pandas.py LOG`.

An expectation looks at one frame at a time: what joins or groups is pandas', what is demanded of the result is an
expectation's. The log is read by orjson, as pandas stops at a line that is no JSON.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import orjson
import pandas as pd
from equal import AFTER, CLAUSE, FIELDS, HALF, LONG, ONCE, RECEIPT, SHARE, TYPES, WITHIN, report
from great_expectations import expectations as gxe


def counts(log: Path) -> dict[str, int]:
    """How often each rule was not met."""
    events = _read(log)
    of = {name: events[events["type"] == name] for name in TYPES}
    receipts = of["notice.receipt_confirmed"][["notice_id", "time"]].rename(columns={"time": "sent"})
    received = _delays(of["notice.received"], receipts, strictly=False)
    notified = _delays(of["notice.decision_notified"], receipts, strictly=True)
    decided = of["notice.decided"]
    shares = decided.groupby(["member_state", decided["time"].dt.date])["automated_processing"].mean()
    judge = _Judge()
    return {
        RECEIPT: judge.missed(received.fillna(pd.Timedelta.max.total_seconds()), highest=WITHIN.total_seconds()),
        ONCE: judge.again(of["sor.tdb_submitted"][["puid"]]),
        CLAUSE: judge.null(of["restriction.applied"][["clause_id"]]),
        AFTER: judge.missed(notified.dropna(), lowest=LONG.total_seconds()),
        SHARE: judge.missed(shares.astype(float).rename("value").reset_index(drop=True).to_frame(), highest=HALF),
    }


def _read(log: Path) -> pd.DataFrame:
    rows = []
    with log.open("rb") as lines:
        for line in lines:
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            rows.append([event.get(name) for name in FIELDS])
    frame = pd.DataFrame(rows, columns=list(FIELDS))
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame


def _delays(triggers: pd.DataFrame, receipts: pd.DataFrame, *, strictly: bool) -> pd.DataFrame:
    """Per trigger the seconds to the earliest receipt after it; null where there is none."""
    numbered = triggers[["notice_id", "time"]].reset_index(drop=True).rename_axis("trigger").reset_index()
    pairs = numbered.merge(receipts, on="notice_id")
    later = pairs[pairs["sent"] > pairs["time"] if strictly else pairs["sent"] >= pairs["time"]]
    first = later.groupby("trigger")["sent"].min()
    return (numbered["trigger"].map(first) - numbered["time"]).dt.total_seconds().rename("value").to_frame()


class _Judge:
    """Runs expectations on frames and counts what they did not expect."""

    def __init__(self) -> None:
        source = gx.get_context(mode="ephemeral").data_sources.add_pandas("events")
        self._batch = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")

    def missed(self, frame: pd.DataFrame, *, lowest: float | None = None, highest: float | None = None) -> int:
        """Rows outside the bounds; the lowest itself is outside."""
        wanted = gxe.ExpectColumnValuesToBeBetween(column="value", min_value=lowest, max_value=highest, strict_min=True)
        return self._refused(frame, wanted)["unexpected_count"]

    def null(self, frame: pd.DataFrame) -> int:
        """Rows without a value."""
        return self._refused(frame, gxe.ExpectColumnValuesToNotBeNull(column=frame.columns[0]))["unexpected_count"]

    def again(self, frame: pd.DataFrame) -> int:
        """Values that occur more than once."""
        return len(set(self._refused(frame, gxe.ExpectColumnValuesToBeUnique(column="puid"))["unexpected_list"]))

    def _refused(self, frame: pd.DataFrame, wanted: gxe.Expectation) -> dict[str, object]:
        batch = self._batch.get_batch(batch_parameters={"dataframe": frame})
        return batch.validate(wanted, result_format="COMPLETE").result


if __name__ == "__main__":
    report(("great-expectations", "pandas"), counts(Path(sys.argv[1])))
