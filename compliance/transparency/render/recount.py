"""A recount as text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from compliance.transparency.recount.cells import Recounted, State

FORMAT: Final = "transparency-recount/1"
_SHOWN: Final = 20
_WORDS: Final = {
    State.EQUAL: "equal",
    State.DIFFERS: "differ",
    State.UNKNOWN: "cannot be known from the log",
    State.DECLARED: "are declared, not counted",
}


def document(found: Recounted) -> dict[str, Any]:
    """The recount for JSON: counts by group of figures, and every cell that is not equal."""
    return {
        "format": FORMAT,
        "report": found.name,
        "service": found.service,
        "period": list(found.period),
        "counts": {
            group: {state.value: counts[state] for state in State} for group, counts in sorted(found.counts.items())
        },
        "cells": [{**asdict(cell), "state": cell.state.value} for cell in found.cells],
        "notes": list(found.notes),
    }


def table(found: Recounted) -> str:
    """Counts by group of figures, then the cells that differ."""
    lines = [f"{found.name}: {found.period[0]} to {found.period[1]}", ""]
    head = "".join(f"{state.value:>10}" for state in State)
    lines.append(f"{'':24}{head}")
    for group, counts in sorted(found.counts.items()):
        lines.append(f"{group.replace('_', ' '):24}" + "".join(f"{counts[state]:>10,}" for state in State))
    for state in (State.DIFFERS, State.UNKNOWN):
        listed = [cell for cell in found.cells if cell.state is state]
        if listed:
            lines += ["", f"{len(listed):,} cell(s) {_WORDS[state]}"]
            for cell in listed[:_SHOWN]:
                why = f"  ({cell.note})" if cell.note else ""
                lines.append(
                    f"  {cell.cell}: published {cell.published or 'blank'}, counted {cell.counted or 'nothing'} "
                    f"of {cell.records:,} record(s){why}"
                )
            if len(listed) > _SHOWN:
                lines.append(f"  and {len(listed) - _SHOWN:,} more; --format csv lists them")
    lines += [f"note: {note}" for note in found.notes]
    return "\n".join(lines) + "\n"


def _json(found: Recounted) -> str:
    return json.dumps(document(found), ensure_ascii=False, indent=1) + "\n"


def _csv(found: Recounted) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("cell", "part", "figures", "state", "published", "counted", "records", "note"))
    for cell in found.cells:
        writer.writerow(
            (cell.cell, cell.part, cell.group, cell.state.value, cell.published, cell.counted, cell.records, cell.note)
        )
    return text.getvalue()


FORMATS: Final[dict[str, Callable[[Recounted], str]]] = {"table": table, "json": _json, "csv": _csv}
"""Format name to the function that writes it."""


def summary(found: Recounted) -> str:
    """One line: how many cells are equal, differ, and cannot be known."""
    return ", ".join(f"{found.count(state):,} {_WORDS[state]}" for state in State)
