"""DuckDB connections: bounded in memory, spilling where told, and closed to the outside once the data is in."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import UsageError
from compliance.events.sql import text, texts

if TYPE_CHECKING:
    import duckdb


class Scratch:
    """A folder for copies and spilled data that goes away with its last user."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="compliance-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, True)

    @property
    def spill(self) -> Path:
        """Where DuckDB may spill."""
        return self.path / "spill"


_MEMORY = re.compile(r"\d+(\.\d+)?\s?([KMGT]i?B)\Z")


def connect(spill: Path, *, memory: str | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection in UTC that keeps row order, spills to `spill` and loads no extension. UsageError for bad limits."""
    import duckdb

    if memory is not None and not _MEMORY.match(memory):
        raise UsageError("USE-MEMORY", f"{memory!r} is no amount of memory", hint="write e.g. 2GB or 512MB")
    if threads is not None and threads < 1:
        raise UsageError("USE-THREADS", f"{threads} threads cannot run", hint="write a whole number from 1")
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "true",
    }
    if memory:
        config["memory_limit"] = memory
    if threads:
        config["threads"] = threads
    con = duckdb.connect(config=config)
    con.execute("SET TimeZone = 'UTC'")
    return con


def close_off(con: duckdb.DuckDBPyConnection, folders: Iterable[Path] = ()) -> None:
    """Lets the connection read `folders` and nothing else from now on, and locks its configuration."""
    con.execute(f"SET allowed_directories = {texts(str(folder) for folder in folders)}")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def create_types(con: duckdb.DuckDBPyConnection, types: Iterable[str]) -> None:
    """Makes the ENUM `event_type` of all event types, in their order."""
    con.execute(f"CREATE TYPE event_type AS ENUM ({', '.join(text(name) for name in types)})")
