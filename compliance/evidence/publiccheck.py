"""Checks the non-confidential version of a bundle: no event, no pseudonym, no small number."""

from __future__ import annotations

import csv
import io
from typing import Any

from compliance.evidence.bag import files_below
from compliance.evidence.bagcheck import Bag
from compliance.evidence.contentcheck import ANSWER, EXHIBITS, checked_json
from compliance.evidence.pseudonym import PREFIX

REDACTIONS = "data/redactions.json"
VERSION = "non_confidential"
MARK = "c"
"""What stands in a cell that is not shown."""
_COUNTS = ("value", "of", "n", "still_open")


def check_public(bag: Bag, absent: set[str]) -> None:
    """A bundle that calls itself non-confidential shows nothing that makes it otherwise; else the layer is absent."""
    document = checked_json(bag, REDACTIONS, "suppression") if bag.read(REDACTIONS) is not None else None
    if not isinstance(document, dict) or "version" not in document:
        absent.add("suppression")
        return
    try:
        if document["version"] != VERSION or int(document["least"]) < 1:
            bag.fail("suppression", REDACTIONS, "the version or its smallest number shown is unknown")
            return
        _no_events(bag)
        _no_small_figures(bag, int(document["least"]))
        _no_small_cells(bag, int(document["least"]))
        for entry in document["redactions"]:
            if not (entry["what"] and entry["ground"] and entry["role"] and entry["time"]):
                bag.fail(
                    "suppression", REDACTIONS, f"an entry of question {entry['question']} lacks ground, role or time"
                )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        bag.fail("suppression", REDACTIONS, f"an entry is incomplete or malformed: {error}")


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
            if figure["amount"] is not None and 0 < figure["amount"] < least:
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
