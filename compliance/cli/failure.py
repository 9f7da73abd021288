"""Turns any failure into calm words on stderr and an exit code; never a traceback unless asked for."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from compliance import __version__
from compliance.cli.exit_code import ExitCode
from compliance.errors import ComplianceError, InputError, Place, RuleErrors, StoreError

if TYPE_CHECKING:
    from typer.exceptions import TyperException

DEBUG = "COMPLIANCE_DEBUG"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_TOO_MANY = {errno.EMFILE, errno.ENFILE}
_PATH = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTEMPTY}


def report(error: BaseException) -> int:
    """Print the failure to stderr and return the exit code for it."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, KeyboardInterrupt) or _interrupted_in_the_engine(error):
        return _say(("Stopped. Nothing half-written was kept; run the same command to go on.",), ExitCode.INTERRUPTED)
    if isinstance(error, BrokenPipeError):
        return _hush_pipe()
    known = error if isinstance(error, ComplianceError) else _environment_failure(error)
    if known is None:
        return _say(_bug_lines(error), ExitCode.BUG)
    return _say(_lines(known), known.exit_code)


def _interrupted_in_the_engine(error: BaseException) -> bool:
    """DuckDB answers Ctrl-C in the middle of a query with a RuntimeError of its own."""
    return type(error) is RuntimeError and str(error) == "Query interrupted"


def report_usage(error: TyperException) -> int:
    """Print what was wrong with the words of the command, and where its help is; exit code 2."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "compliance"
    return _say((f"USE-ARGS {command}: {error.format_message()}", f"next: see `{command} --help`"), ExitCode.USAGE)


def _say(lines: Iterator[str] | tuple[str, ...], code: int) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return int(code)


def _lines(error: ComplianceError) -> Iterator[str]:
    if isinstance(error, RuleErrors):
        for fault in error.faults:
            yield from _lines(fault)
        yield f"{len(error.faults)} fault(s) in the rules; nothing was evaluated."
        return
    where = f" {error.place}" if error.place else ""
    yield f"{error.code}{where}: {error.message}"
    yield f"next: {error.hint}"


def _environment_failure(error: BaseException) -> ComplianceError | None:
    """A coded error where the machine, not the code, is at fault: memory, disk, permissions, open files."""
    if isinstance(error, MemoryError):
        return _no_memory()
    if isinstance(error, OSError):
        return _os_failure(error)
    return _database_failure(error)


def _no_memory() -> ComplianceError:
    return InputError(
        "SYS-MEMORY",
        "the machine has not enough free memory for this",
        hint="close other programs, or work on a shorter period or fewer rules",
    )


def _os_failure(error: OSError) -> ComplianceError | None:
    place = Place(str(error.filename)) if error.filename else None
    if error.errno in _FULL:
        return StoreError(
            "SYS-FULL",
            "the disk is full; nothing half-written was kept",
            place=place,
            hint="free some space, then run the same command again",
        )
    if error.errno in _DENIED:
        return StoreError(
            "SYS-DENIED",
            "this may not be read or written here",
            place=place,
            hint="check owner and permissions, or choose another folder",
        )
    if error.errno in _TOO_MANY:
        return StoreError(
            "SYS-OPEN-FILES",
            "too many files are open",
            place=place,
            hint="raise the limit (`ulimit -n`), or pass fewer files at a time",
        )
    if error.errno in _PATH and place:
        return InputError(
            "SYS-PATH",
            f"this path cannot be used: {error.strerror}",
            place=place,
            hint="check the spelling, and whether a file stands where a folder should",
        )
    return None


def _database_failure(error: BaseException) -> ComplianceError | None:
    """The same for failures that reach us through the query engine, which names them in words only."""
    duckdb = sys.modules.get("duckdb")
    if duckdb is None or not isinstance(error, duckdb.Error):
        return None
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException) and "max_temp_directory_size" not in text:
        return _no_memory()
    for number, words in (
        (errno.ENOSPC, ("No space left", "max_temp_directory_size")),
        (errno.EACCES, ("Permission denied",)),
    ):
        if any(word in text for word in words):
            return _os_failure(OSError(number, text))
    return None


def _hush_pipe() -> int:
    """The reader of our output went away (`| head`): say nothing, also not when Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.BROKEN_PIPE


def _bug_lines(error: BaseException) -> tuple[str, ...]:
    frames = traceback.extract_tb(error.__traceback__)
    steps = [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames]
    digest = hashlib.sha256("\n".join([__version__, type(error).__name__, *steps]).encode()).hexdigest()[:12]
    where = steps[-1] if steps else "unknown place"
    return (
        f"BUG-{digest} {where}: our bug, not your data or your command ({type(error).__name__})",
        f"next: {_written(error, digest)}",
    )


def _written(error: BaseException, digest: str) -> str:
    """Advice that names the file with the details, or says how to see them where none can be written."""
    try:
        handle, name = tempfile.mkstemp(prefix=f"compliance-bug-{digest}-", suffix=".txt", text=True)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"compliance {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n")
            file.writelines(traceback.format_exception(error))
    except OSError:
        return f"run it again with {DEBUG}=1 and report what it prints"
    return f"report it with {name}; read that file first, it may quote your data"
