"""Rows of old dumps written with the columns of today, in the dumps' own dialect of CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from compliance.events.reasons import Refusal
from compliance.sor.change import LIST_OF
from compliance.sor.choices import Choices
from compliance.sor.convert import Conversion, convert, set_aside, taken
from compliance.sor.dump import FULL, LISTS, NOT_IN_LIGHT
from compliance.sor.rows import Row, Unread

_QUOTED: Final = frozenset(',"\\ \t\r\n')
_NO_ROW: Final = Refusal(
    "SOR-NO-ROW", "a payload is no row of a dump", hint="name dumps (zip, CSV), or convert to payloads"
)
_OTHER: Final = Refusal(
    "SOR-VERSION", "a full and a light row do not fit into one file", hint="convert full and light dumps apart"
)


def column_rows(rows: Iterable[Row | Unread], choices: Choices, counts: Conversion) -> Iterator[str]:
    """Lines of a CSV with the current columns, its header first; the first row says whether it is a full or a light one.

    Cells are carried over as they are, save those whose codes changed. What cannot be converted is counted.
    """
    columns: tuple[str, ...] = ()
    for row in rows:
        if isinstance(row, Unread) or not row.cells:
            set_aside(row if isinstance(row, Unread) else Unread(row.file, row.line, _NO_ROW), counts)
            continue
        wanted = tuple(name for name in FULL if not (row.light and name in NOT_IN_LIGHT))
        if columns and columns != wanted:
            set_aside(Unread(row.file, row.line, _OTHER), counts)
            continue
        found = convert(row.payload, choices)
        if not taken(found, counts):
            continue
        if not columns:
            columns = wanted
            yield ",".join(columns) + "\n"
        changed = {name for name, _, _ in found.changes}
        cells = dict(row.cells) | {name: _cell(found.payload, name) for name in LIST_OF if name in changed}
        yield ",".join(php_cell(cells.get(name, "")) for name in columns) + "\n"


def php_cell(cell: str) -> str:
    """A cell as PHP's fputcsv writes it: a quote is doubled unless a backslash stands before it."""
    if not _QUOTED.intersection(cell):
        return cell
    if "\\" not in cell:
        return '"' + cell.replace('"', '""') + '"'
    signs: list[str] = []
    escaped = False
    for sign in cell:
        if sign == '"' and not escaped:
            signs.append(sign)
        escaped = sign == "\\"
        signs.append(sign)
    return '"' + "".join(signs) + '"'


def _cell(payload: Mapping[str, object], name: str) -> str:
    value = payload[name]
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) if name in LISTS else str(value)
