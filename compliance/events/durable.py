"""Writing that survives a crash: a file is whole or not there, and what was acknowledged stays."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from compliance.errors import Place, StoreError


def write_file(path: Path, content: bytes) -> None:
    """Writes a new file and forces it to disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Forces a file that another program wrote to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Forces a folder's entries to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_folder(source: Path, target: Path) -> None:
    """Gives a finished folder its name, at once or not at all."""
    sync_folder(source)
    source.rename(target)
    sync_folder(target.parent)


def append_line(path: Path, line: bytes) -> None:
    """Appends one line and forces it to disk. A torn write leaves a last line without line feed."""
    with path.open("ab", buffering=0) as file:
        file.write(line + b"\n")
        os.fsync(file.fileno())


def remove_folder(path: Path) -> None:
    """Removes a folder that was never committed."""
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock file for one writer. StoreError `STO-LOCKED` names the process that holds it.

    The lock is the kernel's (flock): it ends with its process, however that ends, so there is no stale lock to clear.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                "STO-LOCKED",
                f"another process is writing to this store: {_holder(descriptor)}",
                place=Place(str(path.parent)),
                hint="wait until it has ended, or end it; then run again",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode(), 0)
        yield
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        entry = json.loads(os.pread(descriptor, 1024, 0))
        return f"process {int(entry['pid'])} on {entry['host']}"
    except (ValueError, KeyError, TypeError):
        return "process unknown"


@contextmanager
def write_failures(path: Path) -> Iterator[None]:
    """Turns what a disk can answer into StoreError `STO-FULL` or `STO-UNWRITABLE`; the store stays as it was."""
    import duckdb

    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(path) from error
        raise StoreError(
            "STO-UNWRITABLE",
            f"the store cannot be written: {error.strerror or error}",
            place=Place(str(path)),
            hint="check permissions and the disk; the store is as it was before",
        ) from error
    except duckdb.Error as error:
        if "No space left" in str(error) or "max_temp_directory_size" in str(error):
            raise _full(path) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise StoreError(
                "STO-MEMORY",
                "the memory limit is too low for this log",
                place=Place(str(path)),
                hint="give more memory, or ingest fewer files at once; the store is as it was before",
            ) from error
        if isinstance(error, duckdb.IOException):
            raise StoreError(
                "STO-UNWRITABLE",
                f"the store cannot be written: {str(error).splitlines()[0]}",
                place=Place(str(path)),
                hint="check permissions and the disk; the store is as it was before",
            ) from error
        raise


def _full(path: Path) -> StoreError:
    return StoreError(
        "STO-FULL",
        "the disk is full",
        place=Place(str(path)),
        hint="make room and run again; the store is as it was before",
    )
