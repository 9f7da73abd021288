"""Cells that should hold a number and do not hold it as the template wants it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.transparency.figures import NUMERIC, Figures
from compliance.transparency.label import leftovers, plain
from compliance.transparency.remark import Remark, shown

_ERROR = re.compile(
    r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)\Z|-?(?:nan|inf|infinity)\Z", re.IGNORECASE
)
_PROGRAM = {"null", "none", "undefined", "[object object]", "nil", "na!"}


def number_remarks(figures: Figures) -> Iterator[Remark]:
    """A remark for every cell of a figure that departs from its type or unit."""
    sheet = figures.sheet
    for column, kind in figures.columns:
        if not figures.faulty(column):
            continue
        numbers = figures.numbers(column)
        texts = sheet.values(column)
        at_column = sheet.where[column]
        for at, number in enumerate(numbers):
            if not number.check or (kind == "value" and sheet.types[at] not in NUMERIC):
                continue
            text = texts[at]
            check = _instead(text) if number.check == "TRL-NUMBER-WORDS" else number.check
            if check == "TRL-LEFT-TEMPLATE":
                continue  # said once for all texts of the template
            yield Remark(
                check,
                shown(text),
                number.wanted,
                number.fix,
                row=sheet.body[at],
                column=at_column,
                key=sheet.keys[at],
                figure=column,
                mended=number.mended,
            )


def _instead(text: str) -> str:
    """The check for words in a number's place that are an error value or a placeholder."""
    bare = text.strip()
    if is_error_value(bare):
        return "TRL-LEFT-ERROR"
    return "TRL-LEFT-TEMPLATE" if plain(bare) in leftovers() else "TRL-NUMBER-WORDS"


def is_error_value(text: str) -> bool:
    """Whether a whole cell is what a spreadsheet or script writes when it cannot compute a value."""
    return bool(_ERROR.match(text)) or text.lower() in _PROGRAM
