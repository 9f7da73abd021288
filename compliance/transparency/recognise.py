"""Which part of the template a grid is, and which row of it each row is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.transparency.columns import Columns, by_position, match_columns
from compliance.transparency.grid import Grid
from compliance.transparency.label import categories_by_description, keys_of, languages, plain, wording
from compliance.transparency.model import TOTAL, Part
from compliance.transparency.remark import Remark, shown
from compliance.transparency.row_key import KeyReader
from compliance.transparency.sheet import Sheet
from compliance.transparency.template import template

_NUMBER = re.compile(r"(?<![A-Za-z0-9])0*(1[01]|[1-9])(?![0-9])(?P<word>[_ .-]*[A-Za-z])?")
_HEADER_WITHIN = 15
"""Rows at the top among which the headers are looked for."""
_SAMPLE = 300


@dataclass(frozen=True, slots=True)
class _Guess:
    part: Part
    language: str
    header: int
    matched: float
    """Share of the part's headers that were found."""
    rank: float


def recognise(grid: Grid) -> Sheet | None:
    """The part a grid is; None where it is none."""
    hint = number_in(grid.name)
    guess = _best(grid, hint)
    if guess is None:
        return None
    header = grid.rows[guess.header] if guess.header >= 0 else ()
    if guess.matched >= 0.35:
        columns = match_columns(guess.part, header, guess.language, guess.header)
    else:
        columns = by_position(guess.part, guess.header, " | ".join(header[:4]))
    remarks = list(columns.remarks)
    if hint is not None and hint != guess.part.number:
        remarks.append(Remark("TRL-FILE-NAME", f"{shown(grid.name)} holds part {guess.part.number}", guess.part.sheet))
    return _sheet(grid, guess, columns, remarks)


def number_in(name: str) -> int | None:
    """Number of the part that a file name or sheet title gives: `4_notices`, `report - 04`, `..._Part_4_notices`."""
    tail = re.split(r"part[_ -]?(?=\d)", name, flags=re.IGNORECASE)[-1].rsplit(" - ", 1)[-1]
    found = list(_NUMBER.finditer(tail))
    named = [match for match in found if match["word"]]
    return int((named or found[::-1])[0][1]) if found else None


def _best(grid: Grid, hint: int | None) -> _Guess | None:
    guesses = []
    top = [[plain(text) for text in row] for row in grid.rows[:_HEADER_WITHIN]]
    seen = _texts(grid)
    for part in template().parts.values():
        language, header, matched = _headers(part, top)
        content = _content(part, seen)
        rank = matched + content + (0.3 if hint == part.number else 0)
        if _plausible(part, grid, matched, content, hint):
            guesses.append(_Guess(part, language, header, matched, rank))
    return max(guesses, key=lambda guess: (guess.rank, -guess.part.number), default=None)


def _plausible(part: Part, grid: Grid, matched: float, content: float, hint: int | None) -> bool:
    if matched >= 0.8 and part.number != 1:
        return True
    if matched >= 0.35 or (hint == part.number and _as_wide(part, grid)):
        return content >= 0.3 or (hint == part.number and (matched >= 0.35 or content > 0))
    return hint == part.number and _as_wide(part, grid) and _as_long(part, grid)


def _as_wide(part: Part, grid: Grid) -> bool:
    widths = [len([cell for cell in row if cell.strip()]) for row in grid.rows[:_HEADER_WITHIN]]
    return len(part.columns) - 1 <= max(widths, default=0) <= len(part.columns) + 3


def _as_long(part: Part, grid: Grid) -> bool:
    return len(grid.rows) >= len(part.rows) * 0.8


def _headers(part: Part, top: Sequence[Sequence[str]]) -> tuple[str, int, float]:
    """Language, row and share of the headers found, where most are found."""
    best = (languages()[0], -1, 0.0)
    for language in languages():
        known = wording(language).headers[part.number]
        for row, texts in enumerate(top):
            matched = len({text for text in texts if text in known}) / len(known)
            if matched > best[2]:
                best = (language, row, matched)
    if best[1] < 0:
        wide = [row for row, texts in enumerate(top) if sum(map(bool, texts)) >= len(part.columns) * 0.7]
        best = (best[0], wide[0] if wide else -1, 0.0)
    return best


def _texts(grid: Grid) -> list[set[str]]:
    """Plain texts of the label columns of the first rows."""
    return [{plain(cell) for cell in row[:7] if cell} for row in grid.rows[:_SAMPLE]]


def _content(part: Part, seen: Sequence[set[str]]) -> float:
    """Share of rows that bear a label or code of the part; for parts of categories, with the codes only it has."""
    if part.shape == "categories":
        known = {plain(row.key[2] or row.key[1]) for row in part.rows} - {plain(TOTAL)}
        own = {plain(code) for code in _own_codes(part)}
        share = _share(seen, known)
        return share * 0.5 + (0.2 if any(own & texts for texts in seen) else 0)
    if part.shape == "codebook":
        return _share(seen, {text for text in categories_by_description() if text.startswith("category")})
    return _share(seen, set(keys_of(part.number, "indicator")))


def _own_codes(part: Part) -> set[str]:
    return {row.key[1] for row in part.rows} - {
        row.key[1]
        for other in template().parts.values()
        if other.shape == "categories" and other is not part
        for row in other.rows
    }


def _share(seen: Sequence[set[str]], known: set[str]) -> float:
    filled = [texts for texts in seen if texts]
    return sum(1 for texts in filled if texts & known) / max(len(filled), 1)


def _sheet(grid: Grid, guess: _Guess, columns: Columns, remarks: list[Remark]) -> Sheet:
    part = guess.part
    reader = KeyReader(part, columns.where)
    body: list[int] = []
    keys = []
    empty: list[int] = []
    for number in range(guess.header + 1, len(grid.rows)):
        row = grid.rows[number]
        if not "".join(row).strip():
            empty.append(number)
            continue
        body.append(number)
        keys.append(reader.key(row))
    feet = _footnotes(grid, body, keys)
    remarks += [
        Remark("TRL-ROW-FOOTNOTE", shown(" ".join(filter(None, grid.rows[body[at]])).strip()), row=body[at])
        for at in feet
    ]
    inner = [number for number in empty if body and number < body[-1]]
    if inner:
        remarks.append(Remark("TRL-ROW-EMPTY", f"{len(inner)} empty row(s)", row=inner[0]))
    if guess.header > 0:
        remarks.append(Remark("TRL-ROW-BEFORE", f"{guess.header} row(s) above the headers", row=0))
    if feet:
        keep = [at for at in range(len(body)) if at not in feet]
        body, keys = [body[at] for at in keep], [keys[at] for at in keep]
    types = _types(part)
    return Sheet(
        part,
        grid,
        guess.language,
        guess.header,
        columns.where,
        tuple(body),
        tuple(keys),
        ("",) * len(body) if part.shape == "categories" else tuple(_type(types, part, key) for key in keys),
        (*grid.remarks, *remarks),
    )


def _footnotes(grid: Grid, body: Sequence[int], keys: Sequence[object]) -> set[int]:
    """Rows that are no rows of the table but words beneath it: unknown, and with hardly a cell filled."""
    last = max((at for at, key in enumerate(keys) if key is not None), default=-1)
    feet = set()
    for at, key in enumerate(keys):
        if key is None:
            filled = sum(1 for cell in grid.rows[body[at]] if cell.strip())
            if filled <= 2 and (at > last or filled == 1):
                feet.add(at)
    return feet


def _types(part: Part) -> dict[object, str]:
    types: dict[object, str] = {row.key: row.type for row in part.rows}
    types.update({row.key[0]: row.type for row in part.expansion})
    return types


def _type(types: dict[object, str], part: Part, key: tuple[str, ...] | None) -> str:
    if key is None:
        return ""
    return types.get(key) or (types.get(key[0], "") if part.shape == "indicators" else "")
