"""A dump's CSV counted as it streams: one pattern takes the cells that matter from whole blocks of rows, odd rows are read closely.

Every row that can be told apart counts, valid or not: a summary says what was published, `sor validate` what is wrong with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Final

from compliance.errors import InputError, Place
from compliance.events.readers.csv_file import php_record
from compliance.events.readers.lines import BOM, Chunked, Giant, blocks
from compliance.events.readers.source import BrokenStreamError
from compliance.events.reasons import Refusal, refusal
from compliance.sor.dimension import COLUMNS, DIMENSIONS, values_of
from compliance.sor.dump import DATES, LISTS, Layout, layout_of
from compliance.sor.judged import Refused
from compliance.sor.scan import _is_utf8

KEPT: Final = 1000
"""Refused lines of a file that are kept with their place and reason; counts are exact."""
_MOST: Final = 50_000
"""Different rows (their cells of `COLUMNS`), or cells of one dimension, that are held before they are folded into values."""
_QUICK: Final = rb'"[^"]*+(?:""[^"]*+)*+"'
_STRICT: Final = rb'"[^"\\\n]*+(?:(?:""|\\(?!"))[^"\\\n]*+)*+"'
_BARE: Final = rb'[^,"\\\r\n]*+'
_LIST: Final = rb'"\[[^\]]*+\]"'
"""What begins and ends as a list; the quick pattern takes it unread, and each one that is new is then held against `_SOUND`."""
_SOUND: Final = re.compile(rb'"[^"\n]*+(?:""[^"\n]*+)*+"')
_SOONER: Final = {
    "uuid": rb"[0-9a-f-]{36}",
    "automated_detection": rb"Yes|No",
    "platform_uid": rb"[a-zA-Z0-9_-]*+(?=,)",
    **dict.fromkeys(sorted(DATES), rb"(?=,)|\"[^\"]*+\""),
    **dict.fromkeys(
        ("decision_ground", "category", "source_type", "automated_decision", "content_language"), rb"[A-Z_]*+(?=,)"
    ),
}
"""How cells of a column nearly always read: tried before the general pattern, of which each is a special case."""
Counts = dict[str, Counter[tuple[str, str]]]
"""Statements by dimension, then by (value, platform)."""
Cells = tuple[bytes | None, ...]


@dataclass(slots=True)
class Counted:
    """What one file holds: `read` lines below headers are `statements`, `refused` or `blank`."""

    file: str
    statements: int = 0
    light: int = 0
    blank: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    """The first `KEPT` refused lines."""
    counts: Counts = field(default_factory=lambda: {dimension.name: Counter() for dimension in DIMENSIONS})

    @property
    def read(self) -> int:
        """Lines that were read, headers aside."""
        return self.statements + self.blank + sum(self.reasons.values())

    def refuse(self, entry: Refused) -> None:
        """Counts a refused line, and keeps it where there is room."""
        self.reasons[entry.why.code] += entry.rows
        if len(self.refused) < KEPT:
            self.refused.append(entry)


class Count:
    """Counts one CSV file; rows stand one to a line, as PHP's fputcsv writes them."""

    def __init__(self, name: str) -> None:
        self._found = Counted(name)
        self._layout: Layout | None = None
        self._unfit: Refusal | None = None
        self._line = 0
        self._sound: set[bytes] = set()
        self._alike: Counter[tuple[bytes, ...]] = Counter()
        """Plain rows of the layout, by what the pattern finds in them."""
        self._raw: dict[str, Counter[Cells]] = {dimension.name: Counter() for dimension in DIMENSIONS}

    def of(self, content: Chunked) -> Counted:
        """The counts. A stream that breaks off counts as one refused line."""
        try:
            for block in blocks(content):
                if isinstance(block, Giant):
                    self._line += 1
                    self._refuse(refusal("ING-LINE-LENGTH", message=f"a row of {block.length:,} bytes"))
                else:
                    self._block(block.removesuffix(b"\n"))
        except BrokenStreamError as error:
            self._line += 1
            self._refuse(refusal("ING-COMPRESSED", message=f"the file cannot be read further: {error}"))
        if self._layout:
            self._spread(self._layout)
        for name in self._raw:
            self._fold(name)
        return self._found

    def _refuse(self, why: Refusal) -> None:
        self._found.refuse(Refused(self._line, why))

    def _block(self, block: bytes) -> None:
        """Counts whole lines; those that are no text are kept away from the pattern."""
        if b"\x00" not in block and _is_utf8(block):
            self._lines(block)
            return
        held: list[bytes] = []
        for line in block.split(b"\n"):
            if b"\x00" not in line and _is_utf8(line):
                held.append(line)
                continue
            if held:
                self._lines(b"\n".join(held))
                held = []
            self._line += 1
            binary = b"\x00" in line
            self._refuse(self._unfit or refusal("ING-BINARY" if binary else "ING-ENCODING"))
        if held:
            self._lines(b"\n".join(held))

    def _lines(self, text: bytes) -> None:
        """Counts lines of text; a header among them changes what those behind it mean."""
        left: bytes | None = text
        while left is not None and not self._unfit:
            left = self._rows(left, self._layout) if self._layout else self._head(left)
        if left is not None and self._unfit:
            rows = left.count(b"\n") + 1
            self._found.refuse(Refused(self._line + 1, self._unfit, rows))
            self._line += rows

    def _head(self, text: bytes) -> bytes | None:
        """Reads lines up to the first header; the text behind it, or None where there is no more."""
        lines = text.split(b"\n")
        for number, line in enumerate(lines, 1):
            self._line += 1
            self._closely(line)
            if self._layout or self._unfit:
                return b"\n".join(lines[number:]) if number < len(lines) else None
        return None

    def _rows(self, text: bytes, layout: Layout) -> bytes | None:
        """Counts rows up to a header; the text behind it, or None where there is no more."""
        found = self._read(text, layout)
        order = _order(layout)
        if all(map(itemgetter(order["created_at"]), found)):
            self._line += len(found)
            self._take(found, layout)
            return None
        plain, start = [], self._line
        for number, row in enumerate(found, 1):
            if row[order["created_at"]]:
                plain.append(row)
                continue
            self._line = start + number
            self._closely(row[-1])
            if self._layout != layout or self._unfit:
                self._take(plain, layout)
                behind = text.split(b"\n", number)
                return behind[number] if len(behind) > number else None
        self._line = start + len(found)
        self._take(plain, layout)
        return None

    def _read(self, text: bytes, layout: Layout) -> list[tuple[bytes, ...]]:
        """The cells of each line, or the line itself as the last of them where it is no plain row.

        The quick pattern lets a quoted cell run over the end of its line, and a list hold what it likes. It then finds fewer rows
        than there are lines, or a list that is not sound; the strict one, which takes twice as long, has the say. A row with a quote
        behind a backslash has two readings and is no plain one.
        """
        if b"\\" not in text or b'\\"' not in text:  # the first question is the cheaper one, and nearly always enough
            found = _pattern(layout, quick=True).findall(text)
            if len(found) == text.count(b"\n") + 1 and all(map(self._sound_lists, _lists(found, layout))):
                return found
        return _pattern(layout, quick=False).findall(text)

    def _sound_lists(self, cells: set[bytes]) -> bool:
        """Whether all these cells are quoted as they should be; each is looked at once."""
        for cell in cells - self._sound:
            if cell[:1] == b'"' and not _SOUND.fullmatch(cell):
                return False
            if len(self._sound) < _MOST:
                self._sound.add(cell)
        return True

    def _take(self, rows: list[tuple[bytes, ...]], layout: Layout) -> None:
        """Counts rows whose cells stand in the order of the layout's pattern: rows alike are one until they are spread out."""
        self._alike.update(rows)
        self._found.statements += len(rows)
        self._found.light += len(rows) * layout.light
        if len(self._alike) > _MOST:
            self._spread(layout)

    def _spread(self, layout: Layout) -> None:
        """Turns rows counted so far into cells of each dimension."""
        columns = tuple(zip(*self._alike, strict=True))
        if columns:
            order = _order(layout)
            nothing = (None,) * len(self._alike)
            self._count([columns[order[name]] if name in order else nothing for name in COLUMNS], self._alike.values())
        self._alike.clear()

    def _count(self, columns: list[tuple[bytes | None, ...]], counts: Iterable[int]) -> None:
        """Counts cells given column by column, in the order of `COLUMNS`, and how many rows each place stands for."""
        named = dict(zip(COLUMNS, columns, strict=True))
        for dimension in DIMENSIONS:
            raw = self._raw[dimension.name]
            cells = zip(named["platform_name"], *(named[name] for name in dimension.columns), strict=True)
            for key, count in zip(cells, counts, strict=True):
                raw[key] += count
            if len(raw) > _MOST:
                self._fold(dimension.name)

    def _fold(self, name: str) -> None:
        """Turns the cells counted so far into values."""
        dimension = next(entry for entry in DIMENSIONS if entry.name == name)
        counts = self._found.counts[name]
        for (platform, *cells), count in self._raw[name].items():
            (sender,) = values_of(_PLATFORM, (platform,))
            for value in values_of(dimension, tuple(cells)):
                counts[value, sender] += count
        self._raw[name].clear()

    def _closely(self, line: bytes) -> None:
        """Counts one line that the pattern does not know: an odd row, a header, a blank line, or none of them."""
        text = line.decode("utf-8").removesuffix("\r")
        if not text.strip():
            self._found.blank += 1
            return
        if self._layout is None:
            text = text.removeprefix(BOM.decode())
        width = len(self._layout.columns) if self._layout else text.count(",") + 1
        cells = php_record(text, width)
        if cells is None and not text.startswith("uuid,"):
            self._refuse(
                refusal("ING-CSV-FIELDS", message=f"not {width} cells, however quotes and backslashes are read")
            )
        elif cells is None or self._layout is None or cells[0] == "uuid":
            self._header(cells or text.split(","))
        else:
            named = dict(zip(self._layout.columns, map(_quoted, cells), strict=True))
            self._count([(named.get(name),) for name in COLUMNS], (1,))
            self._found.statements += 1
            self._found.light += self._layout.light

    def _header(self, columns: list[str]) -> None:
        if self._layout:
            self._spread(self._layout)
        try:
            self._layout = layout_of(columns, Place(self._found.file, self._line))
        except InputError as error:
            self._unfit = Refusal(error.code, error.message, hint=error.hint)


_PLATFORM: Final = next(dimension for dimension in DIMENSIONS if dimension.name == "platform")


def _quoted(cell: str) -> bytes:
    return ('"' + cell.replace('"', '""') + '"').encode() if cell else b""


@cache
def _order(layout: Layout) -> dict[str, int]:
    """Where the cells of a column stand in what the pattern finds."""
    return {name: place for place, name in enumerate(name for name in layout.columns if name in COLUMNS)}


def _lists(rows: list[tuple[bytes, ...]], layout: Layout) -> Iterator[set[bytes]]:
    """The different cells of each list column."""
    for name, place in _order(layout).items():
        if name in LISTS:
            yield set(map(itemgetter(place), rows))


@cache
def _pattern(layout: Layout, *, quick: bool) -> re.Pattern[bytes]:
    """A row, its cells of `COLUMNS` as groups in the file's order, or any other line as the last group."""
    row = b",".join(_cell(name, quick=quick) for name in layout.columns)
    return re.compile(rb"^(?:" + row + rb"\r?|([^\n]*+))(?:\n|\Z)", re.MULTILINE)


def _cell(column: str, *, quick: bool) -> bytes:
    if column == "created_at":
        return rb'"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d"'
    parts = [_QUICK if quick else _STRICT, _BARE]
    if quick and column in _SOONER:
        parts.insert(0, _SOONER[column])
    if quick and column in LISTS and column in COLUMNS:
        parts.insert(0, _LIST)
    return (rb"(" if column in COLUMNS else rb"(?:") + b"|".join(parts) + rb")"
