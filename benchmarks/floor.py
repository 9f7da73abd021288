"""The floor: one bare typed read, by the embedded engine, of the columns that the shipped rules need. A process of its own.

    python benchmarks/floor.py LOG COLUMNS.json

Nothing is checked, kept or judged; every column is parsed to its type and counted. Broken lines are skipped.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def read(log: Path, columns: dict[str, str]) -> int:
    """Number of lines read, all `columns` (name to SQL type) parsed."""
    counted = ", ".join(f'count("{name}")' for name in columns)
    row = (
        duckdb.connect()
        .execute(
            f"SELECT count(*), {counted} FROM read_json(?, format = 'newline_delimited', columns = ?, ignore_errors = true)",
            [str(log), columns],
        )
        .fetchone()
    )
    return int(row[0]) if row else 0


if __name__ == "__main__":
    print(read(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))))
