"""The last gate before anything leaves: no word of a verdict or disposition in a file we wrote, unless released."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from compliance.answers.model import Answer, ExhibitDraft
from compliance.assess.model import INSTANCE_VERDICTS, Verdict
from compliance.errors import EvidenceError, Place
from compliance.events.detectors import scan
from compliance.evidence.crate import DataFile
from compliance.evidence.redaction import Held

DISPOSITIONS = ("under_review", "data_error", "risk_accepted")
"""Dispositions that no record uses as a word of its own; `false_positive` is also a count of labelled samples."""
_WORDS = sorted(
    {
        str(verdict)
        for verdict in (*INSTANCE_VERDICTS, Verdict.NO_INSTANCES, Verdict.NOT_APPLICABLE)
        if "_" in str(verdict)
    }
    | {str(Verdict.UNDETERMINED)}
    | set(DISPOSITIONS)
)
VERDICT_WORDS = re.compile(rb"(?<![A-Za-z_])(" + "|".join(_WORDS).encode() + rb")(?![A-Za-z_])")
_OURS = re.compile(r"^(answer/.*\.json|exhibits/index\.json|method/.*\.json|redactions\.json)$")


def refuse_verdicts(files: Iterable[DataFile], released: frozenset[str]) -> None:
    """EvidenceError `EVD-VERDICT` where a file of ours holds a verdict although none was released for it.

    `released`: paths of question entries (and of the index that repeats them) whose verdicts a role has released.
    """
    for file in files:
        match = VERDICT_WORDS.search(file.content) if _OURS.match(file.path) and file.path not in released else None
        if match:
            raise EvidenceError(
                "EVD-VERDICT",
                f"the word {match[1].decode()!r} belongs into the internal file",
                place=Place(file.path),
                hint="reword the officer's text, or release the verdict for this question in --approvals",
            )


def held_cells(answers: Sequence[Answer], released: frozenset[tuple[str, str]]) -> tuple[Held, ...]:
    """Detectors' hits in table exhibits that cite no event: totals are open, but their keys may be free text."""
    drafts = (draft for answer in answers for draft in answer.exhibits if draft.kind in {"table", "minutes"})
    return tuple(dict.fromkeys(held for draft in drafts for held in _hits(draft, released)))


def _hits(draft: ExhibitDraft, released: frozenset[tuple[str, str]]) -> Iterable[Held]:
    for row in draft.rows:
        for column, cell in zip(draft.columns, row, strict=False):
            for name in sorted({hit.detector for hit in scan(cell)}) if isinstance(cell, str) else ():
                if (name, column) not in released:
                    yield Held("", column, name)


__all__ = ["DISPOSITIONS", "VERDICT_WORDS", "held_cells", "refuse_verdicts"]
