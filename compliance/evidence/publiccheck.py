"""Checks the non-confidential version of a bundle: no event, no pseudonym, no small number."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from compliance.evidence.bag import files_below
from compliance.evidence.bagcheck import Bag
from compliance.evidence.contentcheck import ANSWER, EXHIBITS, checked_json
from compliance.evidence.pseudonym import PREFIX

REDACTIONS = "data/redactions.json"
VERSION = "non_confidential"
MARK = "c"
"""What stands in a cell that is not shown."""
WORKBOOK = "data/answer/workbook.xlsx"
_MOST_BYTES = 1 << 28
_FIGURES, _VALUE = 2, 2
"""The sheet of figures, and its column of values, counted from 0."""
_COUNTS = ("value", "of", "n", "still_open")


def check_public(bag: Bag, absent: set[str]) -> None:
    """A bundle that calls itself non-confidential shows nothing that makes it otherwise; else the layer is absent."""
    document = checked_json(bag, REDACTIONS, "suppression") if bag.read(REDACTIONS) is not None else None
    if not isinstance(document, dict) or "version" not in document:
        if _says_public(bag):
            bag.fail(
                "suppression", REDACTIONS, "the answer calls itself non-confidential, the list of redactions does not"
            )
        else:
            absent.add("suppression")
        return
    try:
        if document["version"] != VERSION or int(document["least"]) < 1:
            bag.fail("suppression", REDACTIONS, "the version or its smallest number shown is unknown")
            return
        _no_events(bag)
        _no_small_figures(bag, int(document["least"]))
        _no_small_cells(bag, int(document["least"]))
        _workbook(bag, int(document["least"]))
        for entry in document["redactions"]:
            if not (entry["what"] and entry["ground"] and entry["role"] and entry["time"]):
                bag.fail(
                    "suppression", REDACTIONS, f"an entry of question {entry['question']} lacks ground, role or time"
                )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        bag.fail("suppression", REDACTIONS, f"an entry is incomplete or malformed: {error}")


def _says_public(bag: Bag) -> bool:
    answer = checked_json(bag, ANSWER, "suppression") if bag.read(ANSWER) is not None else None
    return isinstance(answer, dict) and answer.get("content") == VERSION


def _no_events(bag: Bag) -> None:
    for path in files_below(bag.root, "data"):
        if path.startswith("data/events/") or path == "data/log/proofs.json":
            bag.fail("suppression", path, "an event stands in a non-confidential version")
        elif path.endswith((".json", ".csv", ".md")) and PREFIX.encode() in (bag.read(path) or b""):
            bag.fail("suppression", path, "a pseudonym stands in a non-confidential version")


def _no_small_figures(bag: Bag, least: int) -> None:
    answer = checked_json(bag, ANSWER, "suppression") or {"questions": []}
    for listed in answer["questions"]:
        path = f"data/{listed['file']}"
        question: dict[str, Any] = checked_json(bag, path, "suppression") or {"figures": []}
        for figure in question["figures"]:
            shown = (figure["amount"], int(figure["value"]) if str(figure["value"]).isdigit() else None)
            if any(number is not None and 0 < number < least for number in shown):
                bag.fail("suppression", path, f"figure {figure['id']} shows a number below {least}")


def _no_small_cells(bag: Bag, least: int) -> None:
    index = checked_json(bag, EXHIBITS, "suppression") or {"exhibits": []}
    for exhibit in index["exhibits"]:
        path = f"data/{exhibit['file']}"
        if exhibit["kind"] not in {"table", "withheld"}:
            bag.fail("suppression", path, f"exhibit {exhibit['id']} is neither a table of figures nor withheld")
        elif exhibit["kind"] == "table":
            text = (bag.read(path) or b"").decode("utf-8")
            for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), start=1):
                small = [name for name in _COUNTS if (row.get(name) or "").isdigit() and 0 < int(row[name]) < least]
                if small:
                    bag.fail("suppression", path, f"exhibit {exhibit['id']}, row {number}, {small[0]} is below {least}")


def _workbook(bag: Bag, least: int) -> None:
    """The workbook shows no pseudonym anywhere, and no small number among its figures and in the sheets of the exhibits."""
    from openpyxl import load_workbook

    raw = bag.read(WORKBOOK)
    if raw is None:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_BYTES:
                raise ValueError("it holds more than a workbook of figures can")
        book = load_workbook(io.BytesIO(raw), read_only=True)
        for number, sheet in enumerate(book.worksheets):
            counted = _counted_columns(bag, sheet.title) if number != _FIGURES else {_VALUE}
            for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                small = [at for at, cell in enumerate(row) if at in counted and _is_small(cell, least)]
                if small:
                    bag.fail("suppression", WORKBOOK, f"sheet {number + 1}, row {line} shows a number below {least}")
                if any(PREFIX in cell for cell in row if isinstance(cell, str)):
                    bag.fail("suppression", WORKBOOK, f"sheet {number + 1}, row {line} shows a pseudonym")
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        bag.fail("suppression", WORKBOOK, f"the workbook cannot be read: {error}")


def _counted_columns(bag: Bag, exhibit: str) -> set[int]:
    """Places of the columns that hold counts, as in the exhibit of that sheet's name; none for other sheets."""
    text = (bag.read(f"data/exhibits/{exhibit}.csv") or b"").decode("utf-8")
    headings = next(csv.reader(io.StringIO(text, newline="")), [])
    return {number for number, name in enumerate(headings) if name in _COUNTS}


def _is_small(cell: object, least: int) -> bool:
    number = int(cell) if isinstance(cell, str) and cell.isdigit() else cell
    return isinstance(number, int | float) and 0 < number < least
