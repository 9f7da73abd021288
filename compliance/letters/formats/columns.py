"""Words on a page as rows in reading order: ruled tables row by row, two columns one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_GAP = 9.0
"""Points of white that may be a gutter between columns."""
_CELL = 24.0
"""Points of white that separate two cells of a row without rules."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of words on a page, in points from the upper left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    words: tuple[tuple[str, float, float], ...] = ()
    table: bool = False
    column: int = 0


def rows_of(words: Sequence[dict[str, Any]], tables: Sequence[tuple[Any, list[list[str | None]]]]) -> list[Row]:
    """Rows of words from top to bottom; words inside a ruled table are read by the table's own rows."""
    outside = [word for word in words if not any(_inside(word, box) for box, _ in tables)]
    rows = [_row(group) for group in _grouped(outside)]
    for box, cells in tables:
        step = (box[3] - box[1]) / max(len(cells), 1)
        for index, row in enumerate(cells):
            text = " | ".join(" ".join((cell or "").split()) for cell in row)
            if text.strip(" |"):
                rows.append(Row(text, box[0], box[2], box[1] + index * step, box[1] + (index + 1) * step, table=True))
    return sorted(rows, key=lambda row: (row.top, row.x0))


def _inside(word: dict[str, Any], box: Any) -> bool:
    middle = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= middle[0] <= box[2] and box[1] <= middle[1] <= box[3])


def _grouped(words: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    groups: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda each: (each["bottom"], each["x0"])):
        if groups and abs(word["bottom"] - groups[-1][0]["bottom"]) <= 3:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [sorted(group, key=lambda each: each["x0"]) for group in groups]


def _row(group: list[dict[str, Any]]) -> Row:
    words = tuple((str(word["text"]), float(word["x0"]), float(word["x1"])) for word in group)
    return _of_words(words, min(float(word["top"]) for word in group), max(float(word["bottom"]) for word in group))


def _of_words(words: tuple[tuple[str, float, float], ...], top: float, bottom: float, column: int = 0) -> Row:
    text = words[0][0]
    for before, word in pairwise(words):
        wide = (word[1] - before[2] > _CELL and before is not words[0]) or word[1] - before[2] > _CELL * 2
        text += (" | " if wide else " ") + word[0]
    return Row(text, words[0][1], words[-1][2], top, bottom, words, column=column)


def unfolded(rows: list[Row]) -> list[Row]:
    """The same rows with each stretch of two columns read column by column."""
    found: list[Row] = []
    index = 0
    while index < len(rows):
        length, gutter = _stretch(rows, index)
        if length:
            stretch = rows[index : index + length]
            found += [part for row in stretch if (part := _side(row, gutter, 1))]
            found += [part for row in stretch if (part := _side(row, gutter, 2))]
            index += length
        else:
            found.append(rows[index])
            index += 1
    return found


def _side(row: Row, gutter: float, column: int) -> Row | None:
    words = tuple(word for word in row.words if ((word[1] + word[2]) / 2 < gutter) == (column == 1))
    return _of_words(words, row.top, row.bottom, column) if words else None


def _stretch(rows: list[Row], begin: int) -> tuple[int, float]:
    """Length and gutter of the two-column stretch that begins at a row; (0, 0) where there is none."""
    best = (0, 0.0)
    for gutter in _gutters(rows[begin]):
        length = both = shared = 0
        for row in rows[begin:]:
            if row.table or _crosses(row, gutter):
                break
            length += 1
            if row.x0 < gutter - _GAP < gutter + _GAP < row.x1:
                both, shared = both + 1, length
        if both >= 6 and both >= shared * 0.3 and _is_running_text(rows[begin : begin + length], gutter):
            best = max(best, (length, gutter))
    return best


def _gutters(row: Row) -> list[float]:
    """Where a gutter may run: amid each wide gap, and just before the words behind it, as its left side may be ragged."""
    gaps = [(before[2], after[1]) for before, after in pairwise(row.words) if after[1] - before[2] >= _GAP]
    return [x for left, right in gaps for x in ((left + right) / 2, right - _GAP / 2)]


def _crosses(row: Row, gutter: float) -> bool:
    return any(word[1] < gutter < word[2] for word in row.words) or any(
        before[2] <= gutter <= after[1] and after[1] - before[2] < _GAP * 0.7 for before, after in pairwise(row.words)
    )


def _is_running_text(rows: list[Row], gutter: float) -> bool:
    """True where both sides hold sentences that fill their column and run on, rather than labels and entries."""
    for column in (1, 2):
        sides = [part for row in rows if (part := _side(row, gutter, column))]
        left, right = min(part.x0 for part in sides), max(part.x1 for part in sides)
        wide = [part.x1 - part.x0 > (right - left) * 0.7 for part in sides]
        run_on = sum(above and part.text[0].islower() for above, part in zip(wide, sides[1:], strict=False))
        running = sum(wide) >= max(5, len(sides) * 0.3) and run_on >= 2
        if not (running or sum(wide) >= len(sides) * 0.5) or sum(len(part.words) for part in sides) < len(sides) * 3:
            return False
    return True
