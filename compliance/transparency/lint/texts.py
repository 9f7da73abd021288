"""Texts: placeholders and drafts left in, error values, control characters, lengths, words about the whole world."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.transparency.label import leftovers, plain
from compliance.transparency.lint.numbers import is_error_value
from compliance.transparency.remark import Remark, shown
from compliance.transparency.sheet import Sheet
from compliance.transparency.template import template

_LIMIT = 32767
"""Characters that a cell of a workbook can hold."""
_DRAFT = re.compile(
    r"\b(?:TODO|TBC|TBD|FIXME|XXX+|lorem ipsum|to be (?:completed|confirmed|added|filled)|insert (?:here|text|number)"
    r"|draft only|internal use)\b",
    re.IGNORECASE,
)
_MEANT = r"(?:figures?|numbers?|data|totals?|counts?|volumes?|users|recipients|moderators|values?|basis|level|scale)"
_WORLD = re.compile(
    rf"\b(?:global|globally|worldwide|world-wide)\b[^.;]{{0,60}}\b{_MEANT}\b|\b{_MEANT}\b[^.;]{{0,60}}\b(?:global|globally|worldwide|world-wide)\b",
    re.IGNORECASE,
)
_DRAFT_WORDS = ("todo", "tbc", "tbd", "fixme", "xxx", "lorem", "to be ", "insert ", "draft", "internal use")
_WORLD_WORDS = ("global", "worldwide", "world-wide")
"""Looked for first, since most texts are long and have none of them."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\u200e\u200f\u202a-\u202e\ufffd]")
_FREE = {"context", "other", "service", "value", "period"}


def text_remarks(sheet: Sheet) -> Iterator[Remark]:
    """Remarks on the texts of a sheet; one text that stands in many cells is remarked on once, with their number."""
    for column in sheet.part.columns:
        if column.role not in {*_FREE, "figure"} or column.key not in sheet.where:
            continue
        texts = sheet.values(column.key)
        for text in dict.fromkeys(texts):
            if not text:
                continue
            for check, found, fix, mended in _faults(text, column.role, sheet.part.shape):
                rows = [at for at, one in enumerate(texts) if one == text]
                many = f" in {len(rows)} rows" if len(rows) > 1 else ""
                yield Remark(
                    check,
                    found + many,
                    "" if check != "TRL-LEFT-TEMPLATE" else _wanted(column.role),
                    fix,
                    row=sheet.body[rows[0]],
                    column=sheet.where[column.key],
                    key=sheet.keys[rows[0]],
                    figure=column.key,
                    mended=mended,
                )


def _faults(text: str, role: str, shape: str) -> Iterator[tuple[str, str, str, bool]]:
    """Checks a text fails: (check, found, fix, mended)."""
    if plain(text) in leftovers():
        yield "TRL-LEFT-TEMPLATE", shown(text), "", False
        return
    if role == "figure":
        return
    if is_error_value(text.strip()) and not (role == "value" and shape == "indicators"):
        yield "TRL-LEFT-ERROR", shown(text), "", False
        return
    if not text.isprintable() and (control := _CONTROL.search(text)):
        yield "TRL-CELL-CONTROL", f"{control[0]!r} in {shown(text, 40)}", without_control(text), True
    lower = text.lower()
    if any(word in lower for word in _DRAFT_WORDS) and (draft := _DRAFT.search(text)):
        yield "TRL-LEFT-DRAFT", shown(text[max(0, draft.start() - 20) : draft.end() + 20]), "", False
    if role == "value" and shape == "texts" and len(text) > template().text_at_most:
        yield "TRL-TEXT-LONG", f"{len(text)} characters", f"at most {template().text_at_most} characters", False
    if len(text) > _LIMIT:
        yield "TRL-CELL-LONG", f"{len(text)} characters", "", False
    if role == "context" and any(word in lower for word in _WORLD_WORDS) and (world := _WORLD.search(text)):
        yield "TRL-SCOPE-WORLD", shown(world[0]), "", False


def without_control(text: str) -> str:
    """The text without characters that cannot be seen and mean nothing."""
    return _CONTROL.sub("", text)


def _wanted(role: str) -> str:
    return {
        "period": "the days of the period",
        "other": "what the row holds",
        "service": "the name of the service",
        "figure": "a number, or nothing",
    }.get(role, "the value, or nothing")
