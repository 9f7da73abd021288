"""Where a store keeps what its last checks said, so that the next one judges only what can have changed.

What is kept is bound to the code that judges, the configuration, the period and the listing, to every rule by its digest, and
to the segments of the store. Whatever does not fit is not used: the check is then slower, never different.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from compliance.assess.memory import MANY_HOLES, Memory, UnfitError, code_digest, dump, load
from compliance.events.store import Store
from compliance.project import Project

FOLDER = "memory"
MOST_FILES = 12
"""Memories kept in one store: one for each configuration, period and listing that was asked for of late."""


@dataclass(slots=True)
class Recall:
    """The memory of one store for one kind of check."""

    path: Path
    bound: Mapping[str, Any]
    segments: tuple[str, ...]
    memory: Memory | None = None
    unfit: str = ""
    """Why what there is cannot be gone on from, in words; empty where it can, or where there is nothing."""
    again: tuple[int, int] = field(default=(0, 0))
    """Rules that were judged again in part, and the events that this took."""
    unkept: str = ""
    """Why this check could not be remembered although the store can be written: a full disk; else empty."""

    def keep(self, memory: Memory) -> None:
        """Keeps what this check said, unless it was of fewer rules; where nothing can be written, nothing is kept."""
        self.again = memory.again
        if self.memory is not None and not memory.rules.keys() >= self.memory.rules.keys():
            return
        if len(memory.holes) > MANY_HOLES:
            return
        text = dump(replace(memory, segments=self.segments), self.bound)
        try:
            self.path.parent.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(name).replace(self.path)
            except BaseException:
                Path(name).unlink()
                raise
            _tidy(self.path.parent)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                self.unkept = error.strerror or str(error)


def recall(store: Path, project: Project, period: str | None, listing: int) -> Recall:
    """What the store remembers of the last check of this kind."""
    segments = Store.open(store).sealed()
    asked = {
        "project": hashlib.sha256(project.model_dump_json().encode()).hexdigest(),
        "period": period,
        "listing": listing,
    }
    name = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:20]
    found = Recall(store / FOLDER / f"{name}.json", {"code": code_digest(), **asked}, segments)
    try:
        memory = load(found.path.read_text("utf-8"), found.bound)
    except FileNotFoundError:
        return found
    except UnfitError as error:
        found.unfit = str(error)
    except (OSError, ValueError, KeyError, TypeError):
        found.unfit = "it cannot be read"
    else:
        if _continues(memory.segments, segments):
            found.memory = memory
        else:
            found.unfit = "the store does not hold the segments that it was made of"
    return found


def _continues(before: Sequence[str], now: Sequence[str]) -> bool:
    """True where the store holds all segments that were read then, in the same order, and perhaps more."""
    return bool(before) and tuple(now[: len(before)]) == tuple(before)


def _tidy(folder: Path) -> None:
    kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in (*kept[MOST_FILES:], *folder.glob("*.part")):
        path.unlink(missing_ok=True)
