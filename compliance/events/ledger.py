"""The ledger: every act on the store, in order, each line chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from compliance.errors import IntegrityError, Place
from compliance.events.canonical import canonical_json
from compliance.events.durable import append_line

START = "0" * 64
"""`previous` of the first entry."""
Entry = dict[str, Any]


class Ledger:
    """Entries of `ledger.jsonl`, checked when read. A last line without line feed was never committed and is passed over."""

    __slots__ = ("_entries", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries = tuple(_checked(path))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def of(self, kind: str) -> tuple[Entry, ...]:
        """Entries of one kind: `created`, `segment`, `again`, `dismissal`."""
        return tuple(entry for entry in self._entries if entry["kind"] == kind)

    @property
    def head(self) -> str:
        """Hash of the last entry, which stands for all of them."""
        return str(self._entries[-1]["hash"]) if self._entries else START

    def append(self, kind: str, body: dict[str, Any]) -> Entry:
        """Adds an entry: the point at which an act counts as done. Only for the holder of the store's lock."""
        self._cut_torn_line()
        entry: Entry = {"seq": len(self._entries), "kind": kind, "previous": self.head, **body}
        entry["hash"] = entry_hash(entry)
        append_line(self.path, canonical_json(entry))
        self._entries = (*self._entries, entry)
        return entry

    def _cut_torn_line(self) -> None:
        if not self.path.exists():
            return
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.truncate(self.path, whole)


def entry_hash(entry: Entry) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of an entry without its own `hash`."""
    return hashlib.sha256(canonical_json({key: value for key, value in entry.items() if key != "hash"})).hexdigest()


def _checked(path: Path) -> Iterator[Entry]:
    if not path.exists():
        return
    content = path.read_bytes()
    previous = START
    for number, line in enumerate(content[: content.rfind(b"\n") + 1].splitlines()):
        try:
            entry = json.loads(line)
            sound = (
                entry["seq"] == number
                and entry["previous"] == previous
                and entry["hash"] == entry_hash(entry)
                and canonical_json(entry) == line
            )
        except (ValueError, KeyError, TypeError):
            sound = False
        if not sound:
            raise IntegrityError(
                "STO-LEDGER",
                "the ledger's chain is broken here",
                layer="ledger",
                place=Place(str(path), number + 1),
                hint="the ledger was changed or damaged; compare with a copy or an earlier published head",
            )
        previous = entry["hash"]
        yield entry
