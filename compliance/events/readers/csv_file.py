"""CSV as records with their line numbers: rewritten so that a strict reader finds line, verbatim record and cells in one row.

RFC 4180, or what PHP's fputcsv writes, where a quote after a backslash is not doubled: such a record has two readings, and the one with
as many cells as the header holds.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from compliance.errors import InputError, Place
from compliance.events.readers.lines import BOM, MAX_LINE, Giant, LineFile, blocks, refused_line
from compliance.events.readers.source import BrokenStreamError, Content, SourceFile
from compliance.events.reasons import REASONS, Refusal, refusal
from compliance.events.sql import ident, text, texts

Dialect = Literal["rfc4180", "php"]
_CELL = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r\n]*+)'


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A rewritten CSV: counts and refused records as in a line file, and the names of its columns."""

    file: LineFile
    header: tuple[str, ...]
    written: array[int]
    """Lines on which the rewritten records begin."""
    again: _Rewrite

    def missing(self, found: set[int]) -> Iterator[tuple[int, bytes]]:
        """Line and bytes of records that were rewritten but not found by the reader: their cells do not fit the header."""
        lost = set(self.written) - found
        return self.again.unread(lost) if lost else iter(())

    def query(self) -> str:
        """A relation of `line`, `raw` (the record verbatim) and the cells `c0`, `c1`, ...; broken records are left out."""
        columns = {"line": "BIGINT", "raw": "VARCHAR"} | {f"c{index}": "VARCHAR" for index in range(len(self.header))}
        spec = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in columns.items())
        return (
            f"SELECT {', '.join(map(ident, columns))} FROM read_csv({texts([str(self.file.path)])}, auto_detect = false, header = false, "
            f"delim = ',', quote = '\"', escape = '\"', compression = 'none', max_line_size = {4 * MAX_LINE}, ignore_errors = true, "
            f"null_padding = false, columns = {{{spec}}})"
        )


def csv_file(source: SourceFile, folder: Path, *, dialect: Dialect = "rfc4180", separator: str = ",") -> CsvFile:
    """The rewritten file in `folder`. InputError `ING-CSV-HEADER` where the first record cannot name columns."""
    name = hashlib.sha256(source.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return _Rewrite(source, folder / f"{name}.rows", dialect, separator).write()


class _Rewrite:
    """Carries one rewrite: records out of lines, cells checked only where quoting is odd."""

    def __init__(self, source: SourceFile, path: Path, dialect: Dialect, separator: str) -> None:
        self._found = LineFile(source, path, copied=True)
        self._php = dialect == "php"
        self._separator = separator
        self._shape: re.Pattern[str] | None = None
        self._header: tuple[str, ...] = ()
        self._line = 0
        self._written = array("L")

    def write(self) -> CsvFile:
        """The finished rewrite."""
        content = Content(self._found.source)
        with self._found.path.open("wb") as out:
            try:
                for line, record in self._records(content):
                    self._record(line, record, out)
            except BrokenStreamError as error:
                why = refusal("ING-COMPRESSED", message=f"the compressed stream cannot be read further: {error}")
                self._refuse(self._line + 1, error.tail, why)
        self._found.sha256 = content.digest
        self._found.span = self._line
        return CsvFile(self._found, self._header, self._written, self)

    def unread(self, lines: set[int]) -> Iterator[tuple[int, bytes]]:
        """The records that begin on these lines, read once more."""
        self._line = 0
        for line, record in self._records(Content(self._found.source)):
            if line in lines:
                yield line, record

    def _records(self, content: Content) -> Iterator[tuple[int, bytes]]:
        """Records with the line each begins on; outside PHP's dialect a record ends where its quotes are even."""
        held: list[bytes] = []
        quotes = begun = 0
        for block in blocks(content):
            if isinstance(block, Giant):
                self._line += 1
                if self._found.sha256:
                    continue
                why = refusal(
                    "ING-LINE-LENGTH", message=f"a record of {block.length:,} bytes; at most {MAX_LINE:,} are read"
                )
                self._refuse(self._line, block.head, why)
                continue
            lines = block.split(b"\n")
            if not lines[-1]:
                lines.pop()
            for line in lines:
                self._line += 1
                if self._php:
                    yield self._line, line
                    continue
                begun = begun if held else self._line
                held.append(line)
                quotes += line.count(b'"')
                if quotes % 2 == 0 or sum(map(len, held)) > MAX_LINE:
                    yield begun, b"\n".join(held)
                    held, quotes = [], 0
        if held:
            yield begun, b"\n".join(held)

    def _record(self, line: int, record: bytes, out: BinaryIO) -> None:
        if not self._header:
            self._header = self._names(line, record)
            if self._separator == ",":
                self._shape = re.compile(_CELL + f"(?:,{_CELL})" + f"{{{len(self._header) - 1}}}")
            return
        self._found.lines += 1
        if not record.strip():
            self._found.blank.append(line)
            return
        cells = self._cells(record)
        if isinstance(cells, Refusal):
            self._found.refused.append(refused_line(line, record, cells))
            return
        self._written.append(line)
        out.write(b'%d,"%s",%s\n' % (line, record.replace(b'"', b'""'), cells))

    def _refuse(self, line: int, raw: bytes, why: Refusal) -> None:
        self._found.lines += 1
        self._found.refused.append(refused_line(line, raw, why))

    def _names(self, line: int, record: bytes) -> tuple[str, ...]:
        place = Place(self._found.source.name, line)
        try:
            plain = record.removeprefix(BOM).removesuffix(b"\r").decode("utf-8")
            names = tuple(next(csv.reader(io.StringIO(plain), delimiter=self._separator, strict=True)))
        except (UnicodeDecodeError, csv.Error, StopIteration) as error:
            raise InputError(
                "ING-CSV-HEADER",
                "the first line does not name columns",
                place=place,
                hint="a CSV log begins with one line of column names, in UTF-8",
            ) from error
        if len(set(names)) != len(names) or not all(names):
            raise InputError(
                "ING-CSV-HEADER",
                "a column name is empty or stands twice",
                place=place,
                hint="give each column its own name",
            )
        return names

    def _cells(self, record: bytes) -> bytes | Refusal:
        """The record's cells in RFC 4180 with commas, or why it is refused."""
        if b"\x00" in record:
            return refusal("ING-BINARY")
        try:
            plain = record.decode("utf-8")
        except UnicodeDecodeError:
            return refusal("ING-ENCODING")
        if self._php and '\\"' in plain:
            return self._backslashed(plain)
        if plain.count('"') % 2:
            return refusal("ING-CSV-QUOTE")
        plain = plain.removesuffix("\r")
        if self._shape and self._shape.fullmatch(plain):
            return plain.encode()
        return self._read_again(plain)

    def _read_again(self, plain: str) -> bytes | Refusal:
        """Cells of a record that does not look as it should: the reader in columns would lose its place there, and all that follows."""
        if self._php:
            cells = php_record(plain, len(self._header), self._separator)
            return refusal("ING-CSV-FIELDS") if cells is None else _joined(cells)
        try:
            cells = next(csv.reader(io.StringIO(plain, newline=""), delimiter=self._separator, strict=True))
        except (csv.Error, StopIteration):
            return refusal("ING-CSV-QUOTE")
        return _joined(cells) if len(cells) == len(self._header) else refusal("ING-CSV-FIELDS")

    def _backslashed(self, plain: str) -> bytes | Refusal:
        cells = php_record(plain, len(self._header), self._separator)
        if cells is not None:
            return _joined(cells)
        meaning, step = REASONS["ING-CSV-FIELDS"]
        return refusal("ING-CSV-FIELDS", message=f"{meaning}, however its backslashes are read", hint=step)


def php_record(line: str, width: int, separator: str = ",") -> list[str] | None:
    """Cells of a line that PHP's fputcsv wrote, or None where no reading of its backslashes gives `width` cells."""
    if '\\"' not in line:
        try:
            cells = next(csv.reader((line,), delimiter=separator, strict=True), [])
        except csv.Error:  # a cell beyond the module's limit, a carriage return, or quotes that do not close
            pass
        else:
            return cells if len(cells) == width else None
    for literal in (True, False):
        found = _php_cells(line, separator, literal=literal)
        if found is not None and len(found) == width:
            return found
    return None


def _joined(cells: list[str]) -> bytes:
    return ",".join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in cells).encode()


def _php_cells(line: str, separator: str, *, literal: bool) -> list[str] | None:
    """Cells of a PHP line, or None where quotes do not close. With `literal` a quote after a backslash never ends a cell."""
    cells: list[str] = []
    at = 0
    while True:
        if line[at : at + 1] != '"':
            end = line.find(separator, at)
            cells.append(line[at:] if end < 0 else line[at:end])
            if end < 0:
                return cells
            at = end + 1
            continue
        cell, at = _quoted(line, at + 1, separator, literal=literal)
        if at < 0:
            return None
        cells.append(cell)
        if at == len(line):
            return cells
        at += 1


def _quoted(line: str, at: int, separator: str, *, literal: bool) -> tuple[str, int]:
    """Text of a quoted cell that begins at `at`, and the place of the separator behind it; -1 where it does not end well."""
    parts: list[str] = []
    while (quote := line.find('"', at)) >= 0:
        after = line[quote + 1 : quote + 2]
        parts.append(line[at:quote])
        if line[quote - 1 : quote] == "\\" and (literal or after not in (separator, "")):
            parts.append('"')
            at = quote + 1
        elif after == '"':
            parts.append('"')
            at = quote + 2
        else:
            return "".join(parts), quote + 1 if after in (separator, "") else -1
    return "", -1
