"""A dump's CSV, judged as it streams: sound rows by one pattern, all others cell by cell with the exact reason."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from compliance.errors import InputError, Place
from compliance.events.readers.csv_file import php_record
from compliance.events.readers.lines import BOM, Chunked, Giant, blocks
from compliance.events.readers.source import BrokenStreamError
from compliance.events.reasons import Refusal, refusal
from compliance.sor.dump import Layout, layout_of, payload_of
from compliance.sor.grammar import SHORT, Grammar, grammar_of
from compliance.sor.judged import Judged, Portion, Refused
from compliance.sor.php import normalised
from compliance.sor.validate import Verdict, validate_normalised

_SCOPES_KEPT: Final = 20_000
_PIECE: Final = 32 * 1024


class Scan:
    """Judges one CSV file; rows stand one to a line, as PHP's fputcsv writes them."""

    def __init__(self, name: str, schema: str | None = None) -> None:
        self._name = name
        self._schema = schema
        self._layout: Layout | None = None
        self._grammar: Grammar | None = None
        self._unfit: Refusal | None = None
        self._scopes: set[bytes] = {b"", b"[]"}
        self._line = 0
        self._valid = self._blank = self._begun = 0
        self._invalid: list[Judged] = []
        self._refused: list[Refused] = []
        self._identities: list[bytes] = []

    def portions(self, content: Chunked) -> Iterator[Portion]:
        """What is found, stretch by stretch. A stream that breaks off counts as one refused line."""
        try:
            for block in blocks(content):
                self._begin()
                if isinstance(block, Giant):
                    self._line += 1
                    why = refusal("ING-LINE-LENGTH", message=f"a row of {block.length:,} bytes")
                    self._refused.append(Refused(self._line, why))
                    self._identities.append(b"")
                else:
                    self._block(block)
                yield self._portion()
        except BrokenStreamError as error:
            self._begin()
            self._line += 1
            why = refusal("ING-COMPRESSED", message=f"the file cannot be read further: {error}")
            self._refused.append(Refused(self._line, why))
            yield self._portion()

    def _begin(self) -> None:
        self._begun, self._valid, self._blank = self._line + 1, 0, 0
        self._invalid, self._refused, self._identities = [], [], []

    def _portion(self) -> Portion:
        read = self._valid + len(self._invalid) + self._blank + sum(entry.rows for entry in self._refused)
        return Portion(
            self._name,
            self._begun,
            read,
            self._valid,
            tuple(self._invalid),
            tuple(self._refused),
            blank=self._blank,
            identities=b"\n".join(self._identities),
            partly=self._layout is not None and self._layout.light,
        )

    def _block(self, block: bytes) -> None:
        if self._unfit:
            self._skip(block, 0)
            return
        clean = b"\x00" not in block and _is_utf8(block)
        at, size = 0, len(block)
        while at < size:
            grammar = self._grammar if clean else None
            at = self._sound(block, at, grammar) if grammar else at
            if at >= size:
                return
            end = block.find(b"\n", at)
            end = size if end < 0 else end
            self._closely(block[at:end])
            at = end + 1
            if self._unfit:
                self._skip(block, at)
                return

    def _sound(self, block: bytes, at: int, grammar: Grammar) -> int:
        """Counts sound rows from a place on; the place of the first row that is not beyond doubt."""
        match, find, known = grammar.pattern.fullmatch, block.find, self._scopes
        keep = self._identities.append
        size, rows, identity, scoped = len(block), 0, grammar.identity, grammar.scoped
        while at < size:
            end = find(b"\n", at)
            end = size if end < 0 else end
            row = match(block, at, end)
            if (
                row is None
                or (scoped and row[scoped] not in known and not self._scope(row[scoped], grammar))
                or (end - at > SHORT and not grammar.within(row))
            ):
                break
            keep(row[identity])
            rows += 1
            at = end + 1
        self._line += rows
        self._valid += rows
        return at

    def _scope(self, cell: bytes, grammar: Grammar) -> bool:
        if not grammar.scope.fullmatch(cell):
            return False
        if len(self._scopes) < _SCOPES_KEPT:
            self._scopes.add(cell)
        return True

    def _closely(self, row: bytes) -> None:
        """Judges one row cell by cell."""
        self._line += 1
        identity = b""
        cells = self._cells(row)
        if isinstance(cells, Refusal):
            self._refused.append(Refused(self._line, cells))
        elif not cells or self._layout is None or cells[0] == "uuid":
            self._other(cells)
        else:
            identity = self._judge(cells, self._layout)
        self._identities.append(identity)

    def _cells(self, row: bytes) -> list[str] | Refusal:
        """The cells of a row, none for a blank line, or why they cannot be told apart."""
        if b"\x00" in row:
            return refusal("ING-BINARY")
        try:
            text = row.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            return refusal("ING-ENCODING")
        if not text.strip():
            return []
        if self._layout is None:
            text = text.removeprefix(BOM.decode())
        width = len(self._layout.columns) if self._layout else text.count(",") + 1
        cells = php_record(text, width)
        if cells is not None or text.startswith("uuid,"):
            return cells or text.split(",")
        return refusal("ING-CSV-FIELDS", message=f"not {width} cells, however quotes and backslashes are read")

    def _other(self, cells: list[str]) -> None:
        """Takes note of a line that is no statement: a blank one, or a header, also one in the middle of a file."""
        if not cells:
            self._blank += 1
            return
        try:
            self._layout = layout_of(cells, Place(self._name, self._line), self._schema)
        except InputError as error:
            self._unfit = Refusal(error.code, error.message, hint=error.hint)
            return
        self._grammar = grammar_of(self._layout)

    def _judge(self, cells: list[str], layout: Layout) -> bytes:
        """Counts the row; platform and identifier where it is valid."""
        payload = normalised(payload_of(layout, cells))
        verdict = validate_normalised(payload, schema=layout.schema, endpoint="multiple")
        if layout.unjudged and not verdict.valid:
            verdict = Verdict({name: why for name, why in verdict.errors.items() if name not in layout.unjudged})
        puid = str(payload.get("puid") or "")
        if not verdict.valid:
            self._invalid.append(Judged(self._line, puid, verdict))
            return b""
        self._valid += 1
        return _cell(cells[layout.place_of("platform_name")]) + b"," + puid.encode()

    def _skip(self, block: bytes, at: int) -> None:
        """Counts rows below a header that is not a dump's as refused for it."""
        assert self._unfit
        rows = block.count(b"\n", at) + (at < len(block) and not block.endswith(b"\n"))
        if rows:
            self._refused.append(Refused(self._line + 1, self._unfit, rows))
            self._line += rows


def _cell(text: str) -> bytes:
    """A platform's name as the pattern sees it in the file, so that both paths name a statement alike."""
    quoted = set(text) & set(',"\\ \t\r\n')
    return f'"{text.replace(chr(34), chr(34) * 2)}"'.encode() if quoted else text.encode()


def _is_utf8(data: bytes) -> bool:
    """True for UTF-8, looked at in pieces that stay in the processor's cache."""
    if data.isascii():
        return True
    view, at, size = memoryview(data), 0, len(data)
    try:
        while at < size:
            _, read = codecs.utf_8_decode(view[at : at + _PIECE], "strict", at + _PIECE >= size)
            at += read
    except UnicodeDecodeError:
        return False
    return True
