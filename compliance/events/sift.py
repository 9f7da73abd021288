"""What becomes of lines the column checks could not pass: accepted after all, or refused with reason and hole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from compliance.events.canonical import canonical_json
from compliance.events.catalogue import Catalogue
from compliance.events.dataset import Hole
from compliance.events.holes import hole_of, hole_of_event
from compliance.events.judge import Event, Refused, judge_line, parse_line
from compliance.events.readers.lines import RefusedLine, refused_line
from compliance.events.reasons import REASONS, Refusal, refusal


@dataclass(frozen=True, slots=True)
class Reject:
    """A refused line of one file, and the hole it leaves."""

    file: str
    refused: RefusedLine
    hole: Hole
    event: str | None = None
    """Id of the event in conflict; None for every other reason."""


@dataclass(slots=True)
class Sieve:
    """Decides line by line; `mended` holds row number and canonical text of lines that are events after all.

    With `verbatim` refused lines keep their bytes and digests. Without, a log half of which is garbage takes a sixth of the memory.
    """

    catalogue: Catalogue
    verbatim: bool = True
    rejects: list[Reject] = field(default_factory=list)
    mended: list[tuple[int, str]] = field(default_factory=list)
    _reasons: dict[Refusal, Refusal] = field(default_factory=dict)

    def line(
        self,
        row: int,
        file: str,
        line: int,
        raw: bytes,
        *,
        text: bytes | None = None,
        last: bool = False,
        fault: str | None = None,
    ) -> None:
        """Judges one line. `text`: the native event a mapping made of it; `last`: an unfinished last line.

        `fault`: a field that the mapping cannot make, or `*` where the line's own JSON needs a closer look first.
        """
        try:
            if fault == "*":
                parse_line(raw)
            elif fault is not None:
                raise Refused(
                    refusal("ING-MAPPING", field=fault, message=f"`{fault}`: the mapping's codes do not list its value")
                )
            event = judge_line(raw if text is None else text, self.catalogue)
        except Refused as error:
            why = error.why
            if last and why.code in {"ING-JSON", "ING-NOT-OBJECT"}:
                why = refusal("ING-TRUNCATED")
            self.refuse(file, refused_line(line, raw, why), seen=text)
        else:
            self.mended.append((row, canonical_json(event).decode("utf-8")))

    def refuse(self, file: str, refused: RefusedLine, *, seen: bytes | None = None) -> None:
        """Keeps a refused line; its hole is read from the line, or from what a mapping made of it."""
        content = refused.raw if seen is None else seen
        self._keep(file, refused, hole_of(content, refused.why, self.catalogue, file=file, line=refused.line))

    def conflict(self, file: str, line: int, raw: bytes, event: Event) -> None:
        """Keeps an event whose id stands for other content already."""
        why = refusal(
            "ING-CONFLICT", field="id", message=f"the id {event['id'][:80]!r} stands for other content already"
        )
        hole = hole_of_event(event, why, self.catalogue, file=file, line=line)
        self._keep(file, refused_line(line, raw, why), hole, event["id"])

    def _keep(self, file: str, refused: RefusedLine, hole: Hole, event: str | None = None) -> None:
        if not self.verbatim:
            refused = RefusedLine(
                refused.line, b"", self._reasons.setdefault(refused.why, refused.why), refused.length, ""
            )
        self.rejects.append(Reject(file, refused, hole, event))

    def holes(self) -> tuple[Hole, ...]:
        """Holes of all refused lines, by file and line."""
        return tuple(reject.hole for reject in sorted(self.rejects, key=lambda r: (r.file, r.refused.line)))


def in_words(rejects: Iterable[Reject], limit: int = 8) -> tuple[str, ...]:
    """One sentence per reason and field, most frequent first, with the first place and the next step."""
    groups: dict[tuple[str, str], list[Reject]] = {}
    for reject in rejects:
        groups.setdefault((reject.refused.why.code, reject.refused.why.field), []).append(reject)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_sentence(found[0], len(found)) for _, found in ranked[:limit])


def _sentence(first: Reject, count: int) -> str:
    why: Refusal = first.refused.why
    field_ = f" [{why.field}]" if why.field else ""
    return f"{why.code} x {count}, first at {first.file}:{first.refused.line}{field_}: {why.message} - {why.hint}"


def by_code(rejects: Iterable[Reject]) -> dict[str, int]:
    """Number of refused lines per reason code."""
    counts = Counter(reject.refused.why.code for reject in rejects)
    return {code: counts[code] for code in REASONS if counts[code]}
