"""Archives as their members' bytes: a ZIP of CSV files, or of ZIPs of CSV files, read where it lies and never unpacked.

The Transparency Database's dumps are archives of archives whose outer one is stored, not compressed: every inner member is then a
stretch of the outer file. An archive that is cut off has lost its directory, which stands at its end; its members are then found by
their own headers, one after another, so that what is there can still be read.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from compliance.errors import InputError, Place
from compliance.events.readers.inflate import DAMAGED, crc32, decoder
from compliance.events.readers.stream import BrokenStreamError

PIECE: Final = 16 * 1024
"""Compressed bytes taken at a time: small enough that what they become stays in the cache, and that its memory is used again."""
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_LOCAL_MARK, _END_MARK, _END = b"PK\x03\x04", b"PK\x05\x06", 22
_ENCRYPTED, _SIZES_AFTER = 0x1, 0x8
_WIDE: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside an archive: where its bytes begin in the outer file, how many they are, and how they are packed."""

    archive: Path
    name: str
    """Path through the archives, e.g. `dumps/day.zip!part.csv.zip!part.csv`."""
    start: int
    packed: int
    size: int
    """Bytes once unpacked; 0 where the archive does not say."""
    method: int
    crc: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """Members of an archive in their order; `broken` says where the archive ends too early, else it is empty."""

    members: tuple[Member, ...]
    broken: str = ""


def is_archive(head: bytes) -> bool:
    """True where a file begins as a ZIP does."""
    return head[:4] in {_LOCAL_MARK, _END_MARK}


def list_archive(path: Path, *, suffixes: tuple[str, ...] = (".csv",)) -> Listing:
    """The members with these suffixes, inside inner archives too. InputError `ARC-*` where it is no archive or packed in a way not read."""
    with path.open("rb") as file:
        end = file.seek(0, io.SEEK_END)
        return _Lister(path, file, suffixes).all(str(path), 0, end)


def lost(path: Path, size: int) -> Member:
    """What stands for the members that a cut archive no longer has: reading it breaks off at once."""
    return Member(path, f"{path}!", size, 1, 0, _STORED, None)


def unpacked(member: Member) -> Iterator[bytes]:
    """Bytes of a member in pieces. BrokenStreamError where they end early, are damaged, or are not those the archive lists."""
    with member.archive.open("rb") as file:
        file.seek(member.start)
        crc = 0
        for piece in _plain(file, member) if member.method == _STORED else _inflated(file, member):
            crc = crc32(piece, crc)
            yield piece
    if member.crc is not None and crc != member.crc:
        raise BrokenStreamError("its checksum is not the one that the archive lists")


def _plain(file: BinaryIO, member: Member) -> Iterator[bytes]:
    left = member.packed
    while left and (piece := file.read(min(4 * PIECE, left))):
        left -= len(piece)
        yield piece
    if left:
        raise BrokenStreamError("the archive ends early")


def _inflated(file: BinaryIO, member: Member) -> Iterator[bytes]:
    stream, left = decoder(), member.packed
    while left and not stream.eof and (piece := file.read(min(PIECE, left))):
        left -= len(piece)
        try:
            yield stream.decompress(piece)
        except DAMAGED as error:
            raise BrokenStreamError("its packed bytes are damaged") from error
    yield stream.flush()
    if not stream.eof:
        raise BrokenStreamError("the archive ends early")


class _Stretch(io.RawIOBase):
    """A stretch of a file as a file of its own: what an inner archive is in an outer one."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._size, self._at = file, start, end - start, 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """The new place, counted from the stretch's beginning. OSError before it, as files do."""
        place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if place < 0:
            raise OSError("a place before the beginning")
        self._at = place
        return self._at

    def tell(self) -> int:
        """The place, counted from the stretch's beginning."""
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; no fewer unless the stretch ends."""
        left = max(self._size - self._at, 0)
        self._file.seek(self._start + self._at)
        data = self._file.read(left if size < 0 else min(size, left))
        self._at += len(data)
        return data


def _require_begin(listed: Sequence[zipfile.ZipInfo]) -> None:
    """BadZipFile where nothing listed begins the archive: cut right behind an inner archive, it ends with that one's directory."""
    if min((entry.header_offset for entry in listed), default=0):
        raise zipfile.BadZipFile("the directory is not of this archive")


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    start: int
    packed: int
    size: int
    method: int
    crc: int | None
    encrypted: bool


class _Lister:
    """Walks an archive and its inner archives."""

    def __init__(self, path: Path, file: BinaryIO, suffixes: tuple[str, ...]) -> None:
        self._path, self._file, self._suffixes = path, file, suffixes

    def all(self, name: str, start: int, end: int, depth: int = 0) -> Listing:
        """Members of the archive that lies between two places of the file."""
        members: list[Member] = []
        entries, broken = self._entries(name, start, end)
        for entry in entries:
            inside = f"{name}!{entry.name}"
            if entry.name.lower().endswith(".zip") and depth < 2:
                self._refuse(entry, inside, stored=True)
                inner = self.all(inside, entry.start, min(entry.start + entry.packed, end), depth + 1)
                members += inner.members
                broken = broken or inner.broken
            elif entry.name.lower().endswith(self._suffixes):
                self._refuse(entry, inside, stored=False)
                members.append(
                    Member(self._path, inside, entry.start, entry.packed, entry.size, entry.method, entry.crc)
                )
        return Listing(tuple(members), broken)

    def _refuse(self, entry: _Entry, inside: str, *, stored: bool) -> None:
        if entry.encrypted:
            raise InputError(
                "ARC-ENCRYPTED",
                "this member is encrypted",
                place=Place(inside),
                hint="unpack it with its password, then name the files",
            )
        allowed = {_STORED} if stored else {_STORED, _DEFLATED}
        if entry.method not in allowed:
            what = "an archive that is compressed once more" if stored else "packed by a method that is not read"
            raise InputError(
                "ARC-METHOD", f"this member is {what}", place=Place(inside), hint="unpack the outer archive first"
            )

    def _entries(self, name: str, start: int, end: int) -> tuple[list[_Entry], str]:
        try:
            with zipfile.ZipFile(_Stretch(self._file, start, end)) as archive:
                listed = archive.infolist()
                self._require_end(end - _END - len(archive.comment))
                _require_begin(listed)
        except (zipfile.BadZipFile, struct.error, ValueError, EOFError):
            found = list(self._by_headers(start, end))
            if not found:
                raise InputError(
                    "ARC-DAMAGED",
                    "not a readable ZIP archive",
                    place=Place(name),
                    hint="copy or download it again; compare it with its .sha1",
                ) from None
            return found, f"{name} ends early: its directory is missing"
        return [self._of_directory(entry, start) for entry in listed if not entry.is_dir()], ""

    def _require_end(self, at: int) -> None:
        """BadZipFile where the directory's end is not the archive's: an inner archive's was found in a cut outer one."""
        self._file.seek(max(at, 0))
        if self._file.read(4) != _END_MARK:
            raise zipfile.BadZipFile("the directory does not end the archive")

    def _of_directory(self, entry: zipfile.ZipInfo, start: int) -> _Entry:
        self._file.seek(start + entry.header_offset)
        head = self._file.read(_LOCAL.size)
        data = start + entry.header_offset + _LOCAL.size
        if len(head) == _LOCAL.size:
            data += sum(_LOCAL.unpack(head)[-2:])
        encrypted = bool(entry.flag_bits & _ENCRYPTED)
        return _Entry(
            entry.filename, data, entry.compress_size, entry.file_size, entry.compress_type, entry.CRC, encrypted
        )

    def _by_headers(self, start: int, end: int) -> Iterator[_Entry]:
        """Members by the headers before them, as far as they tell their sizes."""
        at = start
        while at + _LOCAL.size <= end:
            self._file.seek(at)
            mark, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack(self._file.read(_LOCAL.size))
            if mark != _LOCAL_MARK:
                return
            data = at + _LOCAL.size + name + extra
            told = not flags & _SIZES_AFTER and packed != _WIDE
            named = self._file.read(name).decode("utf-8", "replace")
            whole = told and data + packed <= end
            yield _Entry(
                named,
                data,
                packed if told else end - data,
                size,
                method,
                crc if whole else None,
                bool(flags & _ENCRYPTED),
            )
            if not whole:
                return
            at = data + packed
