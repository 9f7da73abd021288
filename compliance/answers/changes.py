"""What a rebuilt answer says otherwise than the build before it. Internal: it stays in the matter's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from compliance.answers.model import Answer, ExhibitDraft
from compliance.evidence.exhibit import table_csv

BUILD = "build.json"
"""File of the internal folder that holds what the last build said."""


def build_of(answers: Sequence[Answer]) -> dict[str, Any]:
    """What a build says, question by question: status, reason, words, figures, exhibits, gaps."""
    return {
        "format": "build/1",
        "questions": {
            answer.question.number: {
                "status": answer.status.value,
                "reason": answer.reason,
                "words": list(answer.paragraphs),
                "figures": {f"{each.id} ({each.period})": each.value for each in answer.figures},
                "exhibits": {each.title: [len(each.rows), _digest(each)] for each in answer.exhibits},
                "gaps": [gap.what for gap in answer.gaps],
            }
            for answer in answers
        },
    }


def _digest(draft: ExhibitDraft) -> str:
    content = draft.document or table_csv(draft.columns, draft.rows)
    return hashlib.sha256(content).hexdigest()


def last_build(internal: Path) -> Mapping[str, Any] | None:
    """What the last build said; None where there was none, or its file cannot be read."""
    try:
        found = json.loads((internal / BUILD).read_text("utf-8"))
        return found if isinstance(found["questions"], dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """One sentence per difference between two builds, in the order of the letter; none where both say the same."""
    old, new = before["questions"], after["questions"]
    found = [
        f"question {number}: {line}" for number in new if number in old for line in _question(old[number], new[number])
    ]
    found += [f"question {number}: new" for number in new if number not in old]
    return found + [f"question {number}: no longer answered" for number in old if number not in new]


def _question(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for part in ("status", "reason"):
        if old[part] != new[part]:
            yield f"{part} was {old[part] or 'empty'!r}, is {new[part] or 'empty'!r}"
    if old["words"] != new["words"]:
        yield f"words changed ({len(old['words'])} paragraphs before, {len(new['words'])} now)"
    yield from _named("figure", old["figures"], new["figures"])
    yield from _named("exhibit", old["exhibits"], new["exhibits"])
    yield from (f"gap closed: {what}" for what in old["gaps"] if what not in new["gaps"])
    yield from (f"gap new: {what}" for what in new["gaps"] if what not in old["gaps"])


def _named(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield f"{kind} {name!r} left out"
        elif name not in old:
            yield f"{kind} {name!r} added"
        elif old[name] != new[name]:
            yield f"{kind} {name!r} {_difference(old[name], new[name])}"


def _difference(old: Any, new: Any) -> str:
    """How a figure's value, or an exhibit's rows and digest, differ."""
    if isinstance(old, list) and isinstance(new, list):
        return f"changed ({old[0]} rows before, {new[0]} now)"
    return f"was {old or 'not held'!r}, is {new or 'not held'!r}"
