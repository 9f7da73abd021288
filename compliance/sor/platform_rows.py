"""One platform's rows of a dump of all platforms, taken out before they are mapped: of a day, mostly a few in a hundred.

Only plain rows that name another platform are left aside; whatever else a file holds goes on as it stands, so that a line that is no
statement is still seen as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compliance.errors import InputError, Place
from compliance.events.readers.archive import list_archive
from compliance.events.readers.lines import BOM, Giant, blocks
from compliance.events.readers.source import BrokenStreamError, open_source
from compliance.sor.count import _BARE, _QUICK, _SOONER
from compliance.sor.dimension import plain
from compliance.sor.dump import Layout, layout_of
from compliance.sor.scan import _is_utf8
from compliance.sor.sweep import Part, _Bytes


@dataclass(frozen=True, slots=True)
class PlatformRows:
    """CSV files with what was kept, and how many plain rows of other platforms were left aside."""

    files: tuple[Path, ...]
    others: int


def platform_rows(dump: Path, platform: str, folder: Path) -> PlatformRows | None:
    """The rows written into `folder`; None where the dump has to be read as it is: cut, or with a file that is no dump's."""
    files: list[Path] = []
    others = 0
    try:
        for number, part in enumerate(_parts(dump)):
            sieve = _Sieve(part, platform)
            target = folder / f"{number:06}.csv"
            with target.open("wb") as file:
                file.writelines(sieve.kept())
            others += sieve.others
            files.append(target)
    except (BrokenStreamError, InputError):
        return None
    return PlatformRows(tuple(files), others) if files else None


def _parts(dump: Path) -> Iterator[Part]:
    source = open_source(dump)
    if source.compression != "zip":
        yield Part(source.name, "dump", dump)
        return
    listing = list_archive(dump)
    if listing.broken:
        raise BrokenStreamError(listing.broken)
    for member in listing.members:
        yield Part(member.name, "dump", dump, member)


class _Sieve:
    def __init__(self, part: Part, platform: str) -> None:
        self._part, self._platform = part, _form(platform)
        self._ours: dict[bytes, bool] = {}
        self.others = 0

    def kept(self) -> Iterator[bytes]:
        """The header, and the lines that may be the platform's."""
        layout: Layout | None = None
        for block in blocks(_Bytes(self._part)):
            if isinstance(block, Giant):
                raise BrokenStreamError("a row is too long")
            text = block.removesuffix(b"\n")
            if layout is None:
                head, _, text = text.partition(b"\n")
                columns = head.removeprefix(BOM).removesuffix(b"\r").decode("utf-8", "replace").split(",")
                layout = layout_of(columns, Place(self._part.name, 1))
                yield ",".join(columns).encode() + b"\n"
            if text:
                yield from self._lines(text, layout)

    def _lines(self, text: bytes, layout: Layout) -> Iterator[bytes]:
        found = _pattern(layout).findall(text) if _is_simple(text) else ()
        if len(found) != text.count(b"\n") + 1:
            yield text + b"\n"
            return
        for line, (name, time) in zip(text.split(b"\n"), found, strict=True):
            if not time or self._is_ours(name):
                yield line + b"\n"
            else:
                self.others += 1

    def _is_ours(self, cell: bytes) -> bool:
        if cell not in self._ours:
            self._ours[cell] = _form(plain(cell)) == self._platform
        return self._ours[cell]


def _is_simple(text: bytes) -> bool:
    """No quote behind a backslash, which has two readings, and nothing that is no text."""
    return b'\\"' not in text and b"\x00" not in text and _is_utf8(text)


def _form(name: str) -> str:
    """A platform's name as it is compared here: wider than it is compared later."""
    return "".join(name.split()).casefold()


@cache
def _pattern(layout: Layout) -> re.Pattern[bytes]:
    """A plain row with the platform's cell and its moment as groups, or any other line with neither."""
    row = b",".join(map(_cell, layout.columns))
    return re.compile(rb"^(?:" + row + rb"\r?|[^\n]*+)(?:\n|\Z)", re.MULTILINE)


def _cell(column: str) -> bytes:
    if column == "created_at":
        return rb'("\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")'
    parts = b"|".join([*([_SOONER[column]] if column in _SOONER else []), _QUICK, _BARE])
    return (rb"(" if column == "platform_name" else rb"(?:") + parts + rb")"
