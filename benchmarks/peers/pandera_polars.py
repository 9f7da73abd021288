"""Peer: pandera schemas over polars frames. `python pandera_polars.py LOG`.

Polars stops at a line that is no JSON, also when told to ignore errors, so lines that do not end as an object are left out
before. Schemas look at one frame at a time: what joins or groups is polars', what is demanded of the result is pandera's.
"""

from __future__ import annotations

import io
import sys
from datetime import timedelta
from pathlib import Path

import pandera.polars as pa
import polars as pl
from equal import AFTER, CLAUSE, FIELDS, HALF, LONG, ONCE, RECEIPT, SHARE, TYPES, WITHIN, report
from pandera.errors import SchemaErrors

MICROSECOND = timedelta(microseconds=1)


def counts(log: Path) -> dict[str, int]:
    """How often each rule was not met."""
    events = _read(log)
    of = {name: events.filter(pl.col("type") == name) for name in TYPES}
    receipts = of["notice.receipt_confirmed"].select("notice_id", sent="time")
    return {
        RECEIPT: _missed(
            _delays(of["notice.received"], receipts, after=pl.col("sent") >= pl.col("time")),
            pa.Column(pl.Int64, pa.Check.le(WITHIN // MICROSECOND), nullable=False),
        ),
        ONCE: _again(of["sor.tdb_submitted"]),
        CLAUSE: _missed(of["restriction.applied"].select(value="clause_id"), pa.Column(pl.String, nullable=False)),
        AFTER: _missed(
            _delays(of["notice.decision_notified"], receipts, after=pl.col("sent") > pl.col("time")).drop_nulls(),
            pa.Column(pl.Int64, pa.Check.gt(LONG // MICROSECOND)),
        ),
        SHARE: _missed(
            of["notice.decided"]
            .group_by("member_state", pl.col("time").dt.date())
            .agg(value=pl.col("automated_processing").mean())
            .select("value"),
            pa.Column(pl.Float64, pa.Check.le(HALF)),
        ),
    }


def _read(log: Path) -> pl.DataFrame:
    with log.open("rb") as lines:
        sound = io.BytesIO(b"".join(line for line in lines if line.endswith(b"}\n")))
    kinds = dict.fromkeys(FIELDS, pl.String) | {"automated_processing": pl.Boolean}
    return pl.read_ndjson(sound, schema=kinds).with_columns(pl.col("time").str.to_datetime(time_zone="UTC"))


def _delays(triggers: pl.DataFrame, receipts: pl.DataFrame, *, after: pl.Expr) -> pl.DataFrame:
    """Per trigger the microseconds to the earliest receipt after it; null where there is none."""
    numbered = triggers.select("notice_id", "time").with_row_index("trigger")
    first = numbered.join(receipts, on="notice_id").filter(after).group_by("trigger").agg(sent=pl.col("sent").min())
    return numbered.join(first, on="trigger", how="left").select(
        value=(pl.col("sent") - pl.col("time")).dt.total_microseconds()
    )


def _missed(frame: pl.DataFrame, column: pa.Column) -> int:
    """Rows that the schema of the one column refuses."""
    try:
        pa.DataFrameSchema({"value": column}).validate(frame, lazy=True)
    except SchemaErrors as refused:
        return refused.failure_cases.height
    return 0


def _again(frame: pl.DataFrame) -> int:
    """Values that occur more than once."""
    try:
        pa.DataFrameSchema({"puid": pa.Column(pl.String, unique=True)}).validate(frame.select("puid"), lazy=True)
    except SchemaErrors as refused:
        return refused.failure_cases["failure_case"].n_unique()
    return 0


if __name__ == "__main__":
    report(("pandera", "polars"), counts(Path(sys.argv[1])))
