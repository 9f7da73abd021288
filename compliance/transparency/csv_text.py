"""A part as CSV text: RFC 4180, UTF-8, with quotes only where a cell needs them, as the official files have it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]], *, line_end: str = "\r\n") -> str:
    """Header row and rows as CSV; lines end with CRLF (RFC 4180 section 2) unless told otherwise."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=line_end)
    writer.writerow(headers)
    writer.writerows(rows)
    return stream.getvalue()
