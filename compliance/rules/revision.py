"""Does a rule still say what its revision said? Each revision's meaning is recorded beside the pack, in `revisions.csv`."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from compliance.errors import InputError, Place, RuleError, RuleErrors
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule

FILE = "revisions.csv"
_COLUMNS = ("rule", "revision", "meaning")
_WORDS = frozenset(
    {
        *("format", "key", "revision", "status", "superseded_by", "title", "summary", "doubt", "message", "remedy"),
        *("evidence", "history", "binds", "tests"),
    }
)
_REASONS = frozenset({"because", "approved_by", "source"})
"""Keys that change what is read, and nothing that is judged or claimed of the law: of the rule, of its numbers."""

Recorded = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class RevisionNote:
    """What is wrong with a rule's revision: a fault where it says something else, a warning where it is not recorded."""

    fault: bool
    code: str
    place: Place
    message: str
    hint: str


def meaning_of(rule: Rule) -> str:
    """SHA-256 (hex) of what a rule judges and claims; words, proofs, layout and keys left at their default do not count."""
    content = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    judged = {key: value for key, value in content.items() if key not in _WORDS}
    judged["severity"] = rule.severity.level
    judged["parameters"] = {name: _without(part, _REASONS) for name, part in content.get("parameters", {}).items()}
    judged["exceptions"] = [_without(case, {"because", "provision"}) for case in content.get("exceptions", ())]
    text = json.dumps(judged, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without(part: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key not in names}


def revision_notes(one: LoadedRule) -> Iterator[RevisionNote]:
    """Notes on one rule, where a `revisions.csv` stands in its folder or above. InputError `REV-FILE` where it is broken."""
    file = record_of(one.path)
    if file is None:
        return
    known = recorded(file, file.stat().st_mtime_ns).get(one.rule.id, {})
    place = Place(str(one.path), *one.marks.get(("revision",), (1, 1)), one.rule.id)
    revision = one.rule.revision
    if revision < max(known, default=0):
        message = f"revision {revision} comes after revision {max(known)}"
        yield RevisionNote(True, "RUL-REVISION", place, message, f"raise it to {max(known) + 1} or more")
    elif revision not in known:
        message = f"revision {revision} is not recorded in {file.name}"
        yield RevisionNote(False, "LNT-REVISION", place, message, "run `compliance rules record`")
    elif known[revision] != meaning_of(one.rule):
        message = f"the rule says something else than revision {revision} did when it was recorded"
        hint = f"raise `revision` to {revision + 1} and say under `history` what changed; a new number is a new dated value"
        yield RevisionNote(True, "RUL-REVISION", place, message, hint)


def record_of(path: Path) -> Path | None:
    """The `revisions.csv` of the pack that a rule file belongs to: in its folder, or one or two above."""
    return next((folder / FILE for folder in list(path.resolve().parents)[:3] if (folder / FILE).is_file()), None)


@lru_cache(maxsize=16)
def recorded(file: Path, _changed: int) -> Recorded:
    """Per rule the meaning of each recorded revision. InputError `REV-FILE` with the line where a row is no record."""
    found: dict[str, dict[int, str]] = {}
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            try:
                found.setdefault(row["rule"], {})[int(row["revision"])] = row["meaning"]
            except (KeyError, TypeError, ValueError) as error:
                raise InputError(
                    "REV-FILE",
                    "not a record of a revision",
                    place=Place(str(file), reader.line_num),
                    hint=f"columns: {', '.join(_COLUMNS)}; `compliance rules record` writes them",
                ) from error
    return found


def record(loaded: Sequence[LoadedRule], folder: Path) -> Path:
    """Adds the present revision of each rule to `revisions.csv` in `folder`, and returns the file.

    RuleErrors where a rule says something else under a revision that is already recorded.
    """
    file = folder / FILE
    known = {
        name: dict(rows) for name, rows in (recorded(file, file.stat().st_mtime_ns) if file.is_file() else {}).items()
    }
    notes = [
        note for one in loaded if record_of(one.path) == file.resolve() for note in revision_notes(one) if note.fault
    ]
    if notes:
        raise RuleErrors(tuple(RuleError(n.code, n.message, hint=n.hint, place=n.place) for n in notes))
    for one in loaded:
        known.setdefault(one.rule.id, {})[one.rule.revision] = meaning_of(one.rule)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(
        (name, revision, known[name][revision]) for name in sorted(known) for revision in sorted(known[name])
    )
    file.write_text(stream.getvalue(), "utf-8")
    return file
