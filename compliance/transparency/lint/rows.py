"""Rows: missing, doubled, out of order, left as placeholders, or wider than the headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compliance.transparency.figures import Figures
from compliance.transparency.model import OTHER, TOTAL, RowKey
from compliance.transparency.remark import Remark, shown
from compliance.transparency.template import template

_NAMED = 10
"""Missing rows of one scope that are named one by one; more are counted."""


def row_remarks(figures: Figures) -> Iterator[Remark]:
    """Remarks on the rows of a sheet as a whole."""
    yield from _missing(figures)
    yield from _twice(figures)
    yield from _order(figures)
    yield from _placeholders(figures)
    yield from _width(figures)


def _missing(figures: Figures) -> Iterator[Remark]:
    sheet = figures.sheet
    present = {key for key in sheet.keys if key is not None}
    for scope, keys in expected_rows(figures).items():
        absent = [key for key in keys if key not in present]
        if not absent:
            continue
        expanded = scope in template().languages
        severity = "warning" if expanded else ""
        if len(absent) > _NAMED:
            named = ", ".join(_name(key) for key in absent[:3])
            where = f" for {scope}" if scope else ""
            yield Remark(
                "TRL-ROW-MISSING", f"{len(absent)} rows missing{where}", f"{named} and others", severity=severity
            )
            continue
        for key in absent:
            yield Remark("TRL-ROW-MISSING", "no such row", _name(key), key=key, severity=severity)


def expected_rows(figures: Figures) -> dict[str, list[RowKey]]:
    """Rows that the template wants, by scope: its own, and those of each Member State or language that is due."""
    part, shipped = figures.sheet.part, template()
    fixed = [row for row in part.rows if not row.placeholder]
    if part.shape == "categories":
        scopes = dict.fromkeys(key[0] for key in figures.sheet.keys if key is not None)
        known = [scope for scope in scopes if scope in {"", TOTAL} or scope in shipped.member_states]
        first = TOTAL if part.expands else ""
        return {scope: [(scope, *row.key[1:]) for row in fixed] for scope in dict.fromkeys((first, *known))}
    wanted = {"": [row.key for row in fixed]}
    if part.expansion and _expansion_filled(figures):
        scopes_due = shipped.languages if part.expands == "languages" else tuple(shipped.member_states)
        for scope in scopes_due:
            wanted[scope] = [(row.key[0], scope) for row in part.expansion]
    return wanted


def _expansion_filled(figures: Figures) -> bool:
    sheet = figures.sheet
    return any(
        key is not None and key[1] not in sheet.part.scopes and text.strip()
        for key, text in zip(sheet.keys, sheet.values("value"), strict=True)
    )


def _name(key: RowKey) -> str:
    return " / ".join(piece for piece in key if piece)


def _twice(figures: Figures) -> Iterator[Remark]:
    """Rows given twice in one period. Rows of `Other` differ by description, rates of part 8 by their system."""
    sheet = figures.sheet
    others = sheet.values("other") if "other" in sheet.where else ()
    contexts = sheet.values("context") if "context" in sheet.where else ()
    for _, group in figures.each():
        for key, rows in group.items():
            if len(rows) < 2 or (
                sheet.part.shape == "categories" and key[2] == OTHER and any(others[at] for at in rows)
            ):
                continue
            texts = {contexts[at] for at in rows} if sheet.types[rows[0]] == "share" and contexts else set()
            if len(texts) == len(rows) or _placeholder_rows(sheet.part.rows, key, len(rows)):
                continue
            yield Remark(
                "TRL-ROW-TWICE",
                f"{_name(key)} stands in {len(rows)} rows",
                "one row",
                row=sheet.body[rows[1]],
                key=key,
            )


def _placeholder_rows(rows: Sequence[object], key: RowKey, count: int) -> bool:
    """Whether the official file itself has the row so often, as a placeholder."""
    return sum(1 for row in rows if getattr(row, "key", None) == key and getattr(row, "placeholder", False)) >= count


def _order(figures: Figures) -> Iterator[Remark]:
    sheet = figures.sheet
    scoped = sheet.part.shape == "categories"
    rank = {
        row.key[1:] if scoped else row.key: place for place, row in enumerate(sheet.part.rows) if not row.placeholder
    }
    before: dict[str, int] = {}
    wrong: list[int] = []
    for at, key in enumerate(sheet.keys):
        if key is None:
            continue
        place = rank.get(key[1:] if scoped else key)
        block = key[0] if scoped else ""
        if place is None:
            continue
        if place < before.get(block, -1) and not (place == 0 and scoped):
            wrong.append(at)
        before[block] = place
    if wrong:
        yield Remark(
            "TRL-ROW-ORDER",
            f"{_name(sheet.keys[wrong[0]] or ())} stands after a later row"
            + (f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""),
            "the official order",
            row=sheet.body[wrong[0]],
            key=sheet.keys[wrong[0]],
        )


def _placeholders(figures: Figures) -> Iterator[Remark]:
    """Rows of `[...]` that were left in. Where the part is blank they harm nobody."""
    sheet = figures.sheet
    if "scope" not in sheet.where:
        return
    left = [at for at, text in enumerate(sheet.values("scope")) if any(dots in text for dots in ("...", "\u2026"))]
    if not left:
        return
    filled = any(figures.filled(column) for column, _ in figures.columns)
    scope = sheet.values("scope")[left[0]]
    yield Remark(
        "TRL-ROW-PLACEHOLDER",
        f"{shown(scope)} in {len(left)} row(s)",
        f"one row for each of the {sheet.part.expands.replace('_', ' ')}",
        row=sheet.body[left[0]],
        column=sheet.where["scope"],
        key=sheet.keys[left[0]],
        figure="scope",
        severity="" if filled else "note",
    )


def _width(figures: Figures) -> Iterator[Remark]:
    sheet = figures.sheet
    if sheet.header < 0:
        return
    width = len(sheet.grid.rows[sheet.header])
    for number in sheet.body:
        row = sheet.grid.rows[number]
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            yield Remark(
                "TRL-ROW-WIDTH", f"{len(row)} cells under {width} headers", "as many cells as headers", row=number
            )
