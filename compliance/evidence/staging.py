"""A folder that appears whole under its name, or not at all: written beside its place, synced, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compliance.errors import EvidenceError, Place


def sync_folder(folder: Path) -> None:
    """Flush a folder's own entries to disk, so that a rename in it survives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file that must not exist yet, and flush it. EvidenceError `EVD-WRITE` where that fails; then no part of it stays."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritable(path, error) from error


def write_over(path: Path, content: bytes) -> None:
    """Write a file, in place of one of that name, at once or not at all. EvidenceError `EVD-WRITE` where that fails."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        write_new(part, content)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def room_for(path: Path) -> Iterator[None]:
    """Names a disk that refuses while files are drawn up at `path`: EvidenceError `EVD-WRITE` instead of an OSError."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


def bring_new(source: Path, path: Path) -> None:
    """Give a finished file of ours its place: a link to it where both lie on one disk, else a copy. Fails as `write_new` does."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, path, follow_symlinks=False)
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP):
                raise
            with source.open("rb") as there, path.open("xb") as here:
                shutil.copyfileobj(there, here, 1 << 20)
        path.chmod(0o644)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> EvidenceError:
    """The failure a person can act on for a path that cannot be written (full disk, no permission, in the way)."""
    return EvidenceError(
        "EVD-WRITE",
        f"cannot be written: {error.strerror or error}",
        place=Place(str(path)),
        hint="free space or choose another --out folder; nothing half-written was left under the name",
    )


def refuse_existing(target: Path) -> None:
    """EvidenceError `EVD-EXISTS` where something already stands at `target`: evidence is never overwritten."""
    if os.path.lexists(target):
        raise EvidenceError(
            "EVD-EXISTS",
            "something is already there, and evidence is never overwritten",
            place=Place(str(target)),
            hint="choose another --out folder, or move the earlier answer away",
        )


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside `target` that takes its name when the block ends well, and is removed otherwise."""
    refuse_existing(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
    except OSError as error:
        raise unwritable(target, error) from error
    try:
        yield staging
        for folder, _, _ in os.walk(staging, topdown=False):
            sync_folder(Path(folder))
        staging.chmod(0o755)
        refuse_existing(target)
        staging.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
