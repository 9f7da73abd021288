"""One scan of the columns of a sealed store that the rules need: every value is read and counted, nothing is judged.

python -m benchmarks.scan STORE COLUMNS.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def scan(store: Path, wanted: set[str]) -> int:
    """Number of events, with all columns that the store has of those wanted counted."""
    files = [str(path) for path in sorted(store.glob("segments/*/events.parquet"))]
    with duckdb.connect() as con:
        there = [
            row[0]
            for row in con.execute("DESCRIBE SELECT * FROM read_parquet(?, union_by_name = true)", [files]).fetchall()
        ]
        counted = ", ".join(f'count("{name}")' for name in there if name in wanted or name in {"n", "t"})
        row = con.execute(f"SELECT count(*), {counted} FROM read_parquet(?, union_by_name = true)", [files]).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    print(scan(Path(sys.argv[1]), set(json.loads(Path(sys.argv[2]).read_text("utf-8")))))
