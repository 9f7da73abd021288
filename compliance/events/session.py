"""DuckDB connections: bounded in memory, spilling where told, and closed to the outside once the data is in."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import tempfile
import weakref
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import UsageError
from compliance.events.sql import text, texts

if TYPE_CHECKING:
    import duckdb


_PREFIX = "compliance-"
_STALE = 3600
"""Seconds after which a scratch folder that nobody holds is taken for one that a killed process left."""


class Scratch:
    """A folder for copies and spilled data that goes away with its last user, held by a lock as long as it is used."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        held = os.open(self.path, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_SH)
        _sweep(self.path.parent, self.path.stat().st_mtime)
        self.remove = weakref.finalize(self, _let_go, self.path, held)

    @property
    def spill(self) -> Path:
        """Where DuckDB may spill."""
        return self.path / "spill"


def _let_go(path: Path, held: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(held)


_swept: set[Path] = set()


def _sweep(among: Path, now: float) -> None:
    """Removes, once in a process, what killed ones left: it may fill the disk of the next. A held folder is never touched."""
    if among in _swept:
        return
    _swept.add(among)
    for folder in among.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or now - found.st_mtime < _STALE:
                continue
            held = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


_MEMORY = re.compile(r"\d+(\.\d+)?\s?([KMGT]i?B)\Z")


_UNITS = {"K": 1, "M": 2, "G": 3, "T": 4}
_ENGINE = 0.85
"""Part of the memory a run may take that the engine gets; the interpreter, its buffers and what is being read need the rest."""


def for_engine(memory: str) -> str:
    """The engine's part of an amount such as `2GB`. UsageError `USE-MEMORY` where it is no amount."""
    found = _MEMORY.match(memory)
    if found is None:
        raise _no_memory(memory)
    base = 1024 if found[2].endswith("iB") else 1000
    amount = float(memory[: -len(found[2])]) * base ** _UNITS[found[2][0]]
    return f"{max(int(amount * _ENGINE / 1_000_000), 1)}MB"


def _no_memory(memory: str) -> UsageError:
    return UsageError("USE-MEMORY", f"{memory!r} is no amount of memory", hint="write e.g. 2GB or 512MB")


def connect(spill: Path, *, memory: str | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection in UTC that keeps row order, spills to `spill` and loads no extension. UsageError for bad limits."""
    import duckdb

    if memory is not None and not _MEMORY.match(memory):
        raise _no_memory(memory)
    if threads is not None and threads < 1:
        raise UsageError("USE-THREADS", f"{threads} threads cannot run", hint="write a whole number from 1")
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "true",
        "wal_autocheckpoint": "1000TB",  # nothing is kept in the engine's own files, and tidying up after each statement is dear
    }
    if memory:
        config["memory_limit"] = memory
    if threads:
        config["threads"] = threads
    con = duckdb.connect(config=config)
    con.execute("SET TimeZone = 'UTC'")
    return con


def close_off(con: duckdb.DuckDBPyConnection, folders: Iterable[Path] = (), *, lock: bool = True) -> None:
    """Lets the connection read `folders` and nothing else from now on, and locks its configuration unless `any_order` will."""
    con.execute(f"SET allowed_directories = {texts(str(folder) for folder in folders)}")
    con.execute("SET enable_external_access = false")
    if lock:
        con.execute("SET lock_configuration = true")


def any_order(con: duckdb.DuckDBPyConnection) -> None:
    """Lets rows come in any order where none is asked for, and locks the configuration: to keep it in little memory takes one thread."""
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET lock_configuration = true")


def create_types(con: duckdb.DuckDBPyConnection, types: Iterable[str]) -> None:
    """Makes the ENUM `event_type` of all event types, in their order."""
    con.execute(f"CREATE TYPE event_type AS ENUM ({', '.join(text(name) for name in types)})")
