"""Which column of a published table is which: by header in any known language, by likeness, else by position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from compliance.transparency.label import ENGLISH, plain, wording
from compliance.transparency.model import Part
from compliance.transparency.remark import Remark, shown

_LIKE = 0.82
"""Share of text that a changed header must have in common with the official one."""
_SUFFIX = re.compile(r"\s*[\(\[][^()\[\]]{1,40}[\)\]]$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Column key to column of the grid, and what was tolerated to find it."""

    where: dict[str, int]
    remarks: tuple[Remark, ...]


def match_columns(part: Part, header: Sequence[str], language: str, row: int) -> Columns:
    """Columns of a header row. Remarks name every header that is changed, blank, moved, missing or too many."""
    found = [plain(text) for text in header]
    where = _by_text(part, found, language)
    remarks = _changed(part, header, where, row)
    for at, key in _by_likeness(part, found, where):
        where[key] = at
        official = part.columns[part.index(key)].header
        remarks.append(_remark("TRL-HEADER-TEXT", header[at], official, row, at, key))
    remarks += _by_position(part, header, where, row)
    remarks += _missing(part, where, row) + _extra(header, where, row)
    order = [where[column.key] for column in part.columns if column.key in where]
    if order != sorted(order):
        moved = next(key for key, at in where.items() if at != _rank(where, part, key))
        remarks.append(Remark("TRL-HEADER-ORDER", f"{shown(header[where[moved]])} in another place", row=row))
    return Columns(where, tuple(remarks))


def by_position(part: Part, row: int, found: str) -> Columns:
    """Columns in the official order, for a table whose headers are in a language nobody here reads, or are missing."""
    where = {column.key: at for at, column in enumerate(part.columns)}
    return Columns(where, (Remark("TRL-HEADER-UNREAD", shown(found), "the official headers", row=max(row, 0)),))


def _rank(where: dict[str, int], part: Part, key: str) -> int:
    ordered = [column.key for column in part.columns if column.key in where]
    return sorted(where.values())[ordered.index(key)]


def _by_text(part: Part, found: Sequence[str], language: str) -> dict[str, int]:
    """Columns whose plain header is the official one; of two with one text, the first takes the first."""
    where: dict[str, int] = {}
    for tongue in dict.fromkeys((language, ENGLISH)):
        known = wording(tongue).headers[part.number]
        for at, text in enumerate(found):
            for key in known.get(text, ()):
                if key not in where and at not in where.values():
                    where[key] = at
                    break
    return where


def _changed(part: Part, header: Sequence[str], where: dict[str, int], row: int) -> list[Remark]:
    """Headers that are right but for case and spaces, or are the official translation."""
    remarks = []
    translated = 0
    for column in part.columns:
        at = where.get(column.key)
        if at is None or header[at] == column.header:
            continue
        if plain(header[at]) == plain(column.header):
            remarks.append(_remark("TRL-HEADER-SPACES", header[at], column.header, row, at, column.key))
        else:
            translated += 1
    if translated:
        remarks.append(Remark("TRL-HEADER-LANGUAGE", f"{translated} header(s) in translation", "", row=row))
    return remarks


def _by_likeness(part: Part, found: Sequence[str], where: dict[str, int]) -> list[tuple[int, str]]:
    """Columns still unknown whose header is cut off, has something appended, or is much like the official one."""
    free = [at for at, text in enumerate(found) if text and at not in where.values()]
    pairs: list[tuple[float, int, str]] = []
    for position, column in enumerate(part.columns):
        if column.key in where:
            continue
        official = plain(column.header)
        for at in free:
            likeness = _likeness(found[at], official)
            if likeness >= _LIKE:
                pairs.append((likeness - abs(at - position) / 1000, at, column.key))
    taken: list[tuple[int, str]] = []
    for _, at, key in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if at not in {one for one, _ in taken} and key not in {one for _, one in taken}:
            taken.append((at, key))
    return taken


def _likeness(found: str, official: str) -> float:
    bare = _SUFFIX.sub("", found)
    if bare == official:
        return 0.99
    if len(found) >= 12 and official.startswith(found):
        return 0.9 + 0.09 * len(found) / len(official)
    if len(official) >= 5 and found.startswith(official):
        return 0.95
    return SequenceMatcher(None, found, official, autojunk=False).ratio()


def _by_position(part: Part, header: Sequence[str], where: dict[str, int], row: int) -> list[Remark]:
    """Columns whose header cell is blank, between neighbours that stand where the template has them."""
    remarks = []
    for position, column in enumerate(part.columns):
        if column.key in where:
            continue
        before = where.get(part.columns[position - 1].key, -1) if position else -1
        at = before + 1
        blank = at >= len(header) or not header[at].strip()
        if at not in where.values() and blank and at < len(header):
            where[column.key] = at
            remarks.append(_remark("TRL-HEADER-BLANK", header[at], column.header, row, at, column.key))
    return remarks


def _missing(part: Part, where: dict[str, int], row: int) -> list[Remark]:
    return [
        Remark("TRL-HEADER-MISSING", "no such column", column.header, row=row, figure=column.key)
        for column in part.columns
        if column.key not in where
    ]


def _extra(header: Sequence[str], where: dict[str, int], row: int) -> list[Remark]:
    known = set(where.values())
    named = [at for at, text in enumerate(header) if at not in known and text.strip()]
    blank = [at for at, text in enumerate(header) if at not in known and not text.strip()]
    remarks = [Remark("TRL-HEADER-EXTRA", shown(header[at]), "no such column", row=row, column=at) for at in named]
    if blank:
        remarks.append(
            Remark("TRL-COLUMN-EMPTY", f"{len(blank)} column(s) without header", "", row=row, column=blank[0])
        )
    return remarks


def _remark(check: str, found: str, official: str, row: int, at: int, key: str) -> Remark:
    return Remark(check, shown(found), official, official, row=row, column=at, figure=key, mended=True)
