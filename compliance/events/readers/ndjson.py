"""NDJSON in columns: named members of every line as JSON text, or the lines themselves, row k being line k."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import ComplianceError
from compliance.events.readers.lines import MAX_LINE
from compliance.events.sql import ident, text, texts

if TYPE_CHECKING:
    import duckdb

_OBJECT_SIZE = 2 * MAX_LINE


def members(paths: Sequence[Path], names: Sequence[str]) -> str:
    """A relation of JSON texts, one column per member, from line files read one after another; broken lines are NULLs."""
    columns = ", ".join(f"{text(name)}: 'JSON'" for name in names)
    listed = ", ".join(f"{ident(name)}::VARCHAR AS {ident(name)}" for name in names)
    return (
        f"SELECT {listed} FROM read_json({texts(map(str, paths))}, format = 'newline_delimited', compression = 'none', "
        f"ignore_errors = true, maximum_object_size = {_OBJECT_SIZE}, columns = {{{columns}}})"
    )


def whole_lines(path: Path) -> str:
    """A relation with one column `raw`: the lines of a line file."""
    return (
        f"SELECT raw FROM read_csv({text(str(path))}, auto_detect = false, header = false, delim = '\x01', quote = '', "
        f"escape = '', compression = 'none', max_line_size = {_OBJECT_SIZE}, columns = {{'raw': 'VARCHAR'}})"
    )


def create_in_order(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Makes a temporary table whose `rowid` is the row's place in the files. ComplianceError `ING-ORDER` where it would not be."""
    _run_in_order(con, f"CREATE TEMP TABLE {ident(table)} AS {query}", "Create Table As")


def insert_in_order(con: duckdb.DuckDBPyConnection, table: str, columns: str, query: str) -> None:
    """Fills an empty temporary table so that `rowid` is the row's place in the files. ComplianceError as `create_in_order`."""
    _run_in_order(con, f"INSERT INTO {ident(table)} ({columns}) {query}", "Insert")


def _run_in_order(con: duckdb.DuckDBPyConnection, statement: str, step: str) -> None:
    """Runs the statement if its plan is a batch step, or runs on one thread: else rows come out of order.

    Out of order every count stays right and every line number is wrong: a fault of this program, not of the log.
    """
    plan = con.execute(f"EXPLAIN {statement}").fetchall()[0][1]
    single = con.execute("SELECT current_setting('threads')").fetchall()[0][0] == 1
    if (f"Batch {step}" not in plan and not single) or step not in plan or "Join" in plan:
        raise _out_of_order("the plan does not keep the order of rows")
    con.execute(statement)


def check_order(con: duckdb.DuckDBPyConnection, table: str, lines: int) -> None:
    """Nothing, where the table has one row per line as counted in the bytes; else ComplianceError `ING-ORDER`."""
    found = con.execute(f"SELECT count(*) FROM {ident(table)}").fetchall()[0][0]
    if found != lines:
        raise _out_of_order(f"{found} rows for {lines} lines")


def _out_of_order(cause: str) -> ComplianceError:
    return ComplianceError(
        "ING-ORDER",
        f"lines cannot be told apart safely: {cause}",
        hint="please report this with the version of DuckDB; no result was written",
    )
