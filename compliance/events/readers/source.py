"""One log file as bytes: what it is, its digest, and its content with compression taken off."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

import zstandard

from compliance.errors import InputError, Place
from compliance.events.readers.archive import Member, is_archive, list_archive, lost, unpacked
from compliance.events.readers.stream import BrokenStreamError as BrokenStreamError  # noqa: PLC0414 - what Content raises
from compliance.progress import tell

CHUNK = 4 * 1024 * 1024
Format = Literal["ndjson", "csv", "parquet"]
Compression = Literal["none", "gzip", "zstd", "zip"]
_GZIP, _ZSTD, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"
_SUFFIXES: dict[str, Format] = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A log file as found: its path, its name in receipts, its size, format, compression and state on disk.

    A `member` is a file inside the archive at `path`; its size and digest are those of its own bytes.
    """

    path: Path
    name: str
    size: int
    format: Format
    compression: Compression
    stamp: tuple[int, int, int]
    member: Member | None = None

    def unchanged(self) -> None:
        """Nothing, or InputError `ING-FILE-CHANGED` where the file is not what it was when it was opened."""
        try:
            now = _stamp(self.path.stat())
        except OSError:
            now = (0, 0, 0)
        if now != self.stamp:
            raise InputError(
                "ING-FILE-CHANGED",
                "the file changed while it was read; nothing of it was kept",
                place=Place(self.name),
                hint="copy a log that is still being written, then read the copy",
            )


def open_sources(paths: Sequence[Path], *, wanted: Format | None = None) -> list[SourceFile]:
    """The files behind paths, archives opened up: their members count as files. InputError `ING-FILE-*` or `ARC-*`.

    An archive that is cut off has a last member that breaks where it begins, so that the loss is counted.
    """
    found: list[SourceFile] = []
    for path in paths:
        source = open_source(path, wanted=wanted)
        if source.compression != "zip":
            found.append(source)
            continue
        listing = list_archive(path, suffixes=(".csv", ".ndjson", ".jsonl"))
        members = listing.members if not listing.broken else (*listing.members, lost(path, source.size))
        if not members:
            raise InputError(
                "ARC-EMPTY",
                "the archive holds no log",
                place=Place(source.name),
                hint="a log is a .csv, .ndjson or .jsonl file, in the archive or in an archive inside it",
            )
        found += [
            replace(source, name=entry.name, size=entry.size, format=_inside(entry, wanted), member=entry)
            for entry in members
        ]
    return found


def _inside(member: Member, wanted: Format | None) -> Format:
    return wanted or _format_of(Path(member.name), b"")


def open_source(path: Path, *, wanted: Format | None = None) -> SourceFile:
    """The file behind a path. InputError `ING-FILE-*` where it is missing, a folder, or cannot be read."""
    try:
        if path.is_dir():
            raise InputError(
                "ING-FILE-FOLDER",
                "this is a folder",
                place=Place(str(path)),
                hint="name the log files in it, e.g. FOLDER/*.ndjson",
            )
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            head = file.read(4)
    except FileNotFoundError as error:
        raise InputError(
            "ING-FILE-MISSING", "there is no such file", place=Place(str(path)), hint="check the path"
        ) from error
    except OSError as error:
        raise InputError(
            "ING-FILE-UNREADABLE",
            f"the file cannot be read: {error.strerror}",
            place=Place(str(path)),
            hint="check its permissions",
        ) from error
    compression: Compression = "gzip" if head[:2] == _GZIP else "zstd" if head == _ZSTD else "none"
    if is_archive(head):
        compression = "zip"
    return SourceFile(
        path.resolve(), str(path), status.st_size, wanted or _format_of(path, head), compression, _stamp(status)
    )


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _format_of(path: Path, head: bytes) -> Format:
    if head == _PARQUET:
        return "parquet"
    suffixes = [suffix for suffix in path.suffixes if suffix.lower() not in {".gz", ".zst"}]
    return _SUFFIXES.get(suffixes[-1].lower(), "ndjson") if suffixes else "ndjson"


class Content:
    """Chunks of a file's decompressed bytes; `digest` is the SHA-256 of the file itself once all chunks were read.

    A member of an archive has the digest of its own bytes, unpacked.
    """

    __slots__ = ("_hash", "_source")

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes as they lie on disk."""
        return self._hash.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """Decompressed bytes in order. BrokenStreamError at the place where a compressed stream fails."""
        if self._source.member:
            for piece in unpacked(self._source.member):
                self._hash.update(piece)
                yield piece
            return
        with self._source.path.open("rb") as file:
            if self._source.compression in {"none", "zip"}:
                yield from self._raw(file)
                return
            pieces = self._raw(file)
            decoded = _gunzip(pieces) if self._source.compression == "gzip" else _unzstd(pieces)
            try:
                yield from decoded
            except BrokenStreamError:
                _drain(pieces)
                raise
            _drain(pieces)

    def _raw(self, file: BinaryIO) -> Iterator[bytes]:
        done = 0
        while chunk := file.read(CHUNK):
            self._hash.update(chunk)
            done += len(chunk)
            tell(f"reading {self._source.path.name}", done, self._source.size, "bytes")
            yield chunk


def _drain(pieces: Iterator[bytes]) -> None:
    """Reads on to the end, so that the digest is that of the whole file."""
    for _ in pieces:
        pass


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits=31)
    for piece in pieces:
        data = piece
        while data:
            if decoder.eof:
                if not data.strip(b"\x00"):
                    break
                decoder = zlib.decompressobj(wbits=31)
            try:
                yield decoder.decompress(data, CHUNK)
                while decoder.unconsumed_tail:
                    yield decoder.decompress(decoder.unconsumed_tail, CHUNK)
            except zlib.error as error:
                raise BrokenStreamError(str(error)) from error
            data = decoder.unused_data
    if not decoder.eof:
        yield decoder.flush()
        raise BrokenStreamError("the stream ends early")


def _unzstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    context = zstandard.ZstdDecompressor(max_window_size=2**27)
    decoder = context.decompressobj()
    for piece in pieces:
        data = piece
        while data:
            if decoder.eof:
                decoder = context.decompressobj()
            try:
                yield decoder.decompress(data)
            except zstandard.ZstdError as error:
                raise BrokenStreamError(str(error)) from error
            data = decoder.unused_data if decoder.eof else b""
    if not decoder.eof:
        raise BrokenStreamError("the stream ends early")
