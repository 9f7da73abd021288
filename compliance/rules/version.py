"""Two versions of the rules to compare: folders or files of rules, or locks that hold their words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compliance.errors import InputError, Place
from compliance.rules.difference import Change, differences
from compliance.rules.loader import load_rules
from compliance.rules.lock import PROOFS, read_lock
from compliance.rules.model import Rule

_UNPROVED: Mapping[str, Any] = {
    "tests": [{"name": "left out", "as_of": "2000-01-01T00:00:00Z", "events": "", "expect": {}}] * 2
}
"""Stands for the tests, which a lock leaves out."""


@dataclass(frozen=True, slots=True)
class Version:
    """Rules at one time: what they say where that is known, and the revision and digest of each."""

    name: str
    rules: Mapping[str, Rule]
    marks: Mapping[str, tuple[int, str]]

    @property
    def spoken(self) -> bool:
        """True where it is known what each rule says."""
        return set(self.rules) == set(self.marks)


def version_at(path: Path) -> Version:
    """The version that a rule file, a folder of rules, or a lock (also an assessment in JSON) holds.

    RuleErrors where a rule is malformed, InputError `LCK-FILE` where a file is neither rule nor lock.
    """
    if path.is_dir() or path.suffix in {".yaml", ".yml"} or not path.exists():
        loaded = load_rules([path], to_judge=False)
        marks = {one.rule.id: (one.rule.revision, one.digest) for one in loaded}
        return Version(str(path), {one.rule.id: one.rule for one in loaded}, marks)
    lock = read_lock(path)
    if not lock.rules:
        raise InputError(
            "LCK-FILE",
            "the lock holds one digest over all rules and names none of them",
            place=Place(str(path)),
            hint="give a lock of `compliance rules lock --words`, or the folder of that time",
        )
    entries = json.loads(path.read_text("utf-8"))["rules"]
    said = (
        {name: entry["words"] for name, entry in entries.items() if "words" in entry}
        if isinstance(entries, dict)
        else {}
    )
    return Version(str(path), {name: _rule(path, words) for name, words in said.items()}, lock.rules)


def _rule(path: Path, words: Mapping[str, Any]) -> Rule:
    content = {**{key: value for key, value in words.items() if key not in PROOFS}, **_UNPROVED}
    try:
        return Rule.model_validate_json(json.dumps(content), strict=True)
    except ValidationError as error:
        raise InputError(
            "LCK-FILE",
            f"the words of {words.get('id')} are no rule: {error.errors()[0]['msg']}",
            place=Place(str(path)),
            hint="write the lock again with `compliance rules lock --words`",
        ) from error


def compare(before: Version, after: Version) -> list[Change]:
    """Every change between two versions; where one of them has no words, only which rules are other ones."""
    if before.spoken and after.spoken:
        return differences(before.rules.values(), after.rules.values())
    found = []
    for name in sorted({*before.marks, *after.marks}):
        old, new = before.marks.get(name), after.marks.get(name)
        if old is None or new is None:
            found.append(Change(name, "new" if old is None else "gone", f"revision {(new or old or (0,))[0]}"))
        elif old != new:
            words = f"revision {old[0]} is now {new[0]}; the lock does not hold what it said"
            found.append(Change(name, "other", words))
    return found
