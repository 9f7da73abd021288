"""CSV files of any publisher: other encodings and separators are read, and remarked on."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from compliance.errors import InputError, Place
from compliance.transparency.grid import MAX_COLUMNS, MAX_ROWS, Grid
from compliance.transparency.label import all_headers, plain
from compliance.transparency.remark import Remark, shown

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE = 65536
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def csv_grid(content: bytes, source: str, name: str) -> Grid:
    """Grid of a CSV file. InputError `TRP-NOT-TEXT` where the bytes are no text at all."""
    text, remarks = _decoded(content, source)
    separator = _separator(text)
    if text[:4].lower() == "sep=":
        first, _, text = text.partition("\n")
        separator = first.rstrip("\r")[4:5] or separator
        remarks.append(Remark("TRL-FILE-SEPARATOR", shown(first), "a first line with the headers", row=0))
    if separator != ",":
        remarks.append(Remark("TRL-FILE-SEPARATOR", f"fields separated by {_named(separator)}", "commas"))
    rows, lines, fault = _rows(text, separator, strict=True)
    if fault:
        rows, lines, _ = _rows(text, separator, strict=False)
        remarks.append(Remark("TRL-FILE-QUOTES", fault, 'quotes around a cell with a comma, inner quotes written ""'))
    if len(rows) >= MAX_ROWS:
        remarks.append(Remark("TRL-FILE-LARGE", f"more than {MAX_ROWS} rows", "a report; the rest was not read"))
    return Grid(source, name, rows, lines, tuple(remarks))


def _decoded(content: bytes, source: str) -> tuple[str, list[Remark]]:
    remarks: list[Remark] = []
    for mark, encoding in _UTF16.items():
        if content.startswith(mark):
            remarks.append(Remark("TRL-FILE-ENCODING", "UTF-16", "UTF-8"))
            return content.decode(encoding, errors="replace"), remarks
    if b"\x00" in content[:_SAMPLE]:
        raise InputError(
            "TRP-NOT-TEXT",
            "the file is not a CSV file: it holds binary data",
            hint="name the CSV or XLSX files of a transparency report",
            place=Place(source),
        )
    if content.startswith(codecs.BOM_UTF8):
        remarks.append(Remark("TRL-FILE-BOM", "a byte order mark before the first header", "the first header"))
        content = content[len(codecs.BOM_UTF8) :]
    try:
        return content.decode("utf-8"), remarks
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remarks.append(Remark("TRL-FILE-ENCODING", f"bytes that are no UTF-8, first in line {line}", "UTF-8"))
        return content.decode("cp1252", errors="replace"), remarks


def _separator(text: str) -> str:
    """The separator under which the first rows show most headers of the template; else the one that splits them evenly."""
    best, most = ",", (0, 0.0, 0)
    for separator in _SEPARATORS:
        rows, _, _ = _rows(text[:_SAMPLE], separator, strict=False, at_most=12)
        known = sum(1 for row in rows for cell in row if plain(cell) in all_headers())
        widths = Counter(len(row) for row in rows if any(row))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        even = count / widths.total() if width > 2 else 0.0
        if (known, even, width) > most:
            best, most = separator, (known, even, width)
    return best


def _rows(
    text: str, separator: str, *, strict: bool, at_most: int = MAX_ROWS
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...], str]:
    """Rows, the line each begins at, and the fault at which strict reading stopped."""
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    limit = csv.field_size_limit(max(len(text) + 1, 131072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    start = 1
    try:
        for row in reader:
            rows.append(tuple(row[:MAX_COLUMNS]))
            lines.append(start)
            start = reader.line_num + 1
            if len(rows) >= at_most:
                break
    except csv.Error as error:
        return tuple(rows), tuple(lines), f"line {start}: {error}"
    finally:
        csv.field_size_limit(limit)
    return tuple(rows), tuple(lines), ""


def _named(separator: str) -> str:
    return {";": "semicolons", "\t": "tabs", "|": "bars"}.get(separator, repr(separator))
