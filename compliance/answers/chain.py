"""Append-only logs in which every line holds the digest of the line before: what was done, when, by which role."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.clock import Clock, format_us, to_us
from compliance.errors import InputError, IntegrityError, Place
from compliance.evidence.staging import sync_folder, unwritable

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log: what was done, when, by which role, about what."""

    seq: int
    at: str
    action: str
    role: str
    detail: Mapping[str, Any]
    previous: str
    digest: str


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _line(content: Mapping[str, Any], path: Path) -> bytes:
    try:
        return _canonical(content)
    except UnicodeEncodeError as error:
        raise InputError(
            "MAT-TEXT",
            "a role, note or file name is not UTF-8 text, and a log can hold no other",
            place=Place(str(path)),
            hint="type the text again, or give the file or folder another name",
        ) from error


def append_to(path: Path, clock: Clock, action: str, role: str, detail: Mapping[str, Any]) -> Entry:
    """Add a line to a log and flush it. One process at a time; the chain is checked first.

    A line that cannot be written whole is taken out again. InputError `MAT-TEXT` for text that is not UTF-8.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "rb+", 0) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            entries = _parse(stream.read(), path)
            body = {
                "seq": len(entries) + 1,
                "at": format_us(to_us(clock())),
                "action": action,
                "role": role,
                "detail": dict(detail),
                "previous": entries[-1].digest if entries else _START,
            }
            digest = hashlib.sha256(_line(body, path)).hexdigest()
            _write_whole(stream.fileno(), _canonical({**body, "digest": digest}) + b"\n")
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    return _entry({**body, "digest": digest})


def _write_whole(number: int, line: bytes) -> None:
    """Write and flush a line at the end of an open file, or leave the file as it was: half a line would break the chain."""
    end = os.fstat(number).st_size
    try:
        left = memoryview(line)
        while left:
            left = left[os.write(number, left) :]
        os.fsync(number)
    except OSError:
        os.ftruncate(number, end)
        raise


def read_chain(path: Path) -> tuple[Entry, ...]:
    """Entries of a log whose chain holds. IntegrityError `MAT-CHAIN` with the line where it does not."""
    return _parse(path.read_bytes(), path)


def _entry(line: Mapping[str, Any]) -> Entry:
    return Entry(
        line["seq"], line["at"], line["action"], line["role"], line["detail"], line["previous"], line["digest"]
    )


def _parse(raw: bytes, path: Path) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    *lines, rest = raw.decode("utf-8", errors="replace").split("\n")  # a note may hold other ends of line than ours
    for number, line in enumerate([*lines, rest] if rest else lines, start=1):
        try:
            content = json.loads(line)
            entry = _entry(content)
            body = {name: value for name, value in content.items() if name != "digest"}
            holds = entry.digest == hashlib.sha256(_canonical(body)).hexdigest() and entry.seq == number
            holds = holds and entry.previous == (entries[-1].digest if entries else _START)
        except (ValueError, KeyError, TypeError):
            holds = False
        if not holds:
            raise IntegrityError(
                "MAT-CHAIN",
                "the log was changed or cut here",
                layer="matter",
                place=Place(str(path), number),
                hint="restore the log from a copy; steps recorded after this line cannot be relied on",
            )
        entries.append(entry)
    return tuple(entries)
