"""Every statement of any file, one by one, as the payload it was or would be sent as: the slow, plain reader.

Judging a day of dumps goes by `sweep`, which looks closely only at rows that may be wrong. Whoever needs each statement's values
(to convert, remark on or batch them) takes them from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from compliance.errors import InputError, Place
from compliance.events.readers.archive import Member, is_archive, list_archive, unpacked
from compliance.events.readers.csv_file import php_record
from compliance.events.readers.lines import BOM, Chunked, Giant, blocks
from compliance.events.readers.source import BrokenStreamError, Content, open_source
from compliance.events.reasons import Refusal, refusal
from compliance.sor.dump import Layout, layout_of, payload_of
from compliance.sor.payload_file import entries

_FIRST_COLUMN: Final = "uuid"


@dataclass(frozen=True, slots=True)
class Row:
    """One statement: where it stands, its payload, and what a dump tells beside it (empty for payloads)."""

    file: str
    line: int
    payload: dict[str, Any]
    schema: str = ""
    """Schema of the dump's columns; empty for a payload, which does not say."""
    light: bool = False
    uuid: str = ""
    platform: str = ""
    received: str = ""
    """Day on which the service took it, `YYYY-MM-DD`."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """Cells of a dump's row by column, as they stand there."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is no statement (or `rows` lines from there on), and why."""

    file: str
    line: int
    why: Refusal
    rows: int = 1


def require_some(read: int) -> None:
    """Nothing, or InputError `SOR-NOTHING` where a run met neither statements nor lines that could be some."""
    if not read:
        raise InputError(
            "SOR-NOTHING",
            "not one statement was found",
            hint="name payloads (JSON, NDJSON) or dumps (zip, CSV)",
        )


def read_rows(paths: Sequence[Path]) -> Iterator[Row | Unread]:
    """Statements of dumps (zip as published, CSV) and payload files, in the order of files and lines.

    InputError `ING-FILE-*` or `ARC-*` where a file cannot be opened at all; whatever else is wrong comes as `Unread`.
    """
    for path in paths:
        source = open_source(path)
        with path.open("rb") as file:
            head = file.read(4)
        if is_archive(head):
            yield from _archive(path)
        elif source.format == "csv":
            yield from _Dump(source.name).rows(Content(source))
        else:
            yield from _payloads(source.name, Content(source))


def _archive(path: Path) -> Iterator[Row | Unread]:
    listing = list_archive(path)
    for member in listing.members:
        yield from _Dump(member.name).rows(_Unpacked(member))
    if listing.broken:
        yield Unread(str(path), 0, refusal("ING-COMPRESSED", message=listing.broken))


@dataclass(frozen=True, slots=True)
class _Unpacked:
    member: Member

    def chunks(self) -> Iterator[bytes]:
        """The member's bytes in order."""
        return unpacked(self.member)


def _payloads(name: str, content: Chunked) -> Iterator[Row | Unread]:
    for entry in entries(content):
        if entry.why:
            yield Unread(name, entry.line, entry.why)
        elif entry.statement is not None:
            yield Row(name, entry.line, entry.statement)
        for line, value in entry.call or ():
            yield Row(name, line, value) if isinstance(value, dict) else Unread(name, line, refusal("ING-NOT-OBJECT"))


class _Dump:
    """Rows of one CSV file, which stand one to a line, as PHP's fputcsv writes them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._layout: Layout | None = None
        self._line = 0
        self._unfit: Refusal | None = None

    def rows(self, content: Chunked) -> Iterator[Row | Unread]:
        """Its rows; a stream that breaks off is the last line unread."""
        try:
            for block in blocks(content):
                if isinstance(block, Giant):
                    self._line += 1
                    yield self._unread(refusal("ING-LINE-LENGTH", message=f"a row of {block.length:,} bytes"))
                    continue
                lines = block.split(b"\n")
                if not lines[-1]:
                    lines.pop()
                for line in lines:
                    self._line += 1
                    found = self._row(line)
                    if found:
                        yield found
        except BrokenStreamError as error:
            self._line += 1
            yield self._unread(refusal("ING-COMPRESSED", message=f"the file cannot be read further: {error}"))

    def _unread(self, why: Refusal) -> Unread:
        return Unread(self._name, self._line, why)

    def _row(self, line: bytes) -> Row | Unread | None:
        """The row of a line, why it is none, or None for a blank line and a header."""
        if self._unfit:
            return self._unread(self._unfit)
        if b"\x00" in line:
            return self._unread(refusal("ING-BINARY"))
        try:
            text = line.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            return self._unread(refusal("ING-ENCODING"))
        if not text.strip():
            return None
        plain = text.removeprefix(BOM.decode())
        if self._layout is None or plain.startswith(f"{_FIRST_COLUMN},"):
            self._header(plain)
            return None
        return self._statement(text, self._layout)

    def _header(self, text: str) -> None:
        """Takes the columns of a header; those of no dump refuse all rows below."""
        try:
            self._layout = layout_of(text.split(","), Place(self._name, self._line))
        except InputError as error:
            self._unfit = Refusal(error.code, error.message, hint=error.hint)

    def _statement(self, text: str, layout: Layout) -> Row | Unread:
        width = len(layout.columns)
        cells = php_record(text, width)
        if cells is None:
            return self._unread(
                refusal("ING-CSV-FIELDS", message=f"not {width} cells, however quotes and backslashes are read")
            )
        named = dict(zip(layout.columns, cells, strict=True))
        return Row(
            self._name,
            self._line,
            payload_of(layout, cells),
            layout.schema,
            layout.light,
            named["uuid"],
            named["platform_name"],
            named["created_at"][:10],
            named,
        )
