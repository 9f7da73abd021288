"""The floor: one bare typed read, by the embedded engine, of the columns that the shipped rules need.

    python -m benchmarks.floor LOG COLUMNS.json [--table]

A process of its own. Nothing is checked or judged; every column is parsed to its type and counted, or with `--table` kept
in a table in memory. Broken lines are skipped.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

_READ = "read_json(?, format = 'newline_delimited', columns = ?, ignore_errors = true)"


def read(log: Path, columns: dict[str, str], *, keep: bool = False) -> int:
    """Number of lines read, all `columns` (name to SQL type) parsed; with `keep` into a table in memory."""
    counted = ", ".join(f'count("{name}")' for name in columns)
    given = [str(log), columns]
    con = duckdb.connect()
    if keep:
        row = con.execute(f"CREATE TABLE read AS SELECT * FROM {_READ}", given).fetchone()
    else:
        row = con.execute(f"SELECT count(*), {counted} FROM {_READ}", given).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    print(read(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8")), keep="--table" in sys.argv[3:]))
