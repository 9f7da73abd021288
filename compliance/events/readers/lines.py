"""Line-by-line text: proves that a file's rows are its lines, or writes a copy of which that is true.

A reader in columns must find one row per line. Carriage returns, byte order marks, blank lines, NULs, broken UTF-8 and
giant lines break that, so they are looked for in the bytes first. In the copy every line keeps its number: a line that cannot be
an event is replaced by a mark (`MARK`), a carriage return by `RETURN`; control characters like these never occur in valid JSON.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Protocol

from compliance.events.dataset import FileCounts
from compliance.events.readers.source import CHUNK, BrokenStreamError, Content, SourceFile
from compliance.events.reasons import Refusal, refusal
from compliance.progress import tell

MAX_LINE = 16 * 1024 * 1024
KEPT_OF_GIANT = 64 * 1024
MARK, RETURN, SEPARATOR = b"\x03", b"\x02", b"\x01"
BOM = b"\xef\xbb\xbf"
_MARKED = 1024
"""Lines from one mark to the next."""
_GLOB = set("*?[]{}")


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was refused before or after parsing: its number, bytes (the head of a giant), and why."""

    line: int
    raw: bytes
    why: Refusal
    length: int
    sha256: str


@dataclass(slots=True)
class LineFile:
    """A text file in which row k is line k. `path` is the file itself or the copy; `blank` lines are not events."""

    source: SourceFile
    path: Path
    sha256: str = ""
    lines: int = 0
    span: int = 0
    """Highest line number, where that is not the number of lines (CSV records may span lines; a header is no record)."""
    filtered: int = 0
    table: str = ""
    """Table that holds the lines already, for formats with a reader of their own."""
    blank: list[int] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)
    bom: bool = False
    copied: bool = False
    open_end: bool = False
    """True where the last line has no line feed: it may be truncated."""
    broken: bool = False
    marks: list[tuple[int, int]] = field(default_factory=list)
    """Lines before a byte offset where a line begins, in order: the way to a line that does not lead through all before it."""

    @property
    def rows(self) -> int:
        """Row numbers that the file takes up."""
        return max(self.span, self.lines)

    def mark(self, lines: Sequence[bytes], offset: int) -> None:
        """Counts lines that stand from `offset` on, and marks every so many of them."""
        for at in range(0, len(lines), _MARKED):
            group = lines[at : at + _MARKED]
            self.marks.append((self.lines, offset))
            self.lines += len(group)
            offset += sum(map(len, group)) + len(group)

    def as_duplicate(self) -> FileCounts:
        """Counts of a file whose bytes were read before: every line is a duplicate."""
        lines = self.lines - len(self.blank) - self.filtered
        return FileCounts(
            self.source.name, self.sha256, self.source.size, lines, 0, lines, 0, len(self.blank), self.filtered
        )


def refused_line(line: int, raw: bytes, why: Refusal) -> RefusedLine:
    """A refused line with its length and digest."""
    return RefusedLine(line, raw, why, len(raw), hashlib.sha256(raw).hexdigest())


def line_file(source: SourceFile, folder: Path, *, keep_returns: bool) -> LineFile:
    """A file whose rows are its lines: the source itself where its bytes prove it, else a copy in `folder`.

    With `keep_returns` carriage returns become `RETURN` in the copy, so that the bytes can be restored; else spaces.
    """
    return prove(source) or copy_lines(source, folder, keep_returns=keep_returns)


def copy_lines(source: SourceFile, folder: Path, *, keep_returns: bool) -> LineFile:
    """The copy in `folder` whose rows are the source's lines."""
    name = hashlib.sha256(source.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return _Copy(source, folder / f"{name}.lines", RETURN if keep_returns else b" ").write()


@dataclass(frozen=True, slots=True)
class Giant:
    """A line beyond `MAX_LINE`: its head, length and digest; the rest was read past."""

    head: bytes
    length: int
    sha256: str


class Chunked(Protocol):
    """Whatever hands out bytes in pieces: a file's content, or a member of an archive."""

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order."""
        ...


def blocks(content: Chunked) -> Iterator[bytes | Giant]:
    """Runs of whole lines, each ending in a line feed but perhaps the last; giants come alone.

    BrokenStreamError carries the unfinished line as its `tail`.
    """
    carry = b""
    chunks = content.chunks()
    try:
        for chunk in chunks:
            data = carry + chunk
            first = data.find(b"\n", len(carry))
            if first < 0 and len(data) > MAX_LINE:
                giant, carry = _skip(data, chunks)
                yield giant
                continue
            if first > MAX_LINE:
                yield _giant(data[:first])
                data = data[first + 1 :]
            end = data.rfind(b"\n") + 1
            if end:
                yield data[:end]
            carry = data[end:]
    except BrokenStreamError as error:
        error.tail = carry
        raise
    if carry:
        yield carry


def _giant(line: bytes) -> Giant:
    return Giant(line[:KEPT_OF_GIANT], len(line), hashlib.sha256(line).hexdigest())


def _skip(start: bytes, chunks: Iterator[bytes]) -> tuple[Giant, bytes]:
    """The giant that begins with `start`, and what follows its end in the same chunk."""
    digest, length = hashlib.sha256(start), len(start)
    for chunk in chunks:
        end = chunk.find(b"\n")
        part = chunk if end < 0 else chunk[:end]
        digest.update(part)
        length += len(part)
        if end >= 0:
            return Giant(start[:KEPT_OF_GIANT], length, digest.hexdigest()), chunk[end + 1 :]
    return Giant(start[:KEPT_OF_GIANT], length, digest.hexdigest()), b""


def _plain(block: bytes) -> bool:
    """True where every line of the block can be read as it is: UTF-8, not blank, no control characters that mislead."""
    if any(mark in block for mark in (b"\r", b"\x00", SEPARATOR, RETURN, MARK, b"\n\n", b"\n ", b"\n\t")):
        return False
    return block[:1] not in (b"\n", b" ", b"\t") and not block.startswith(BOM) and _is_utf8(block)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def prove(source: SourceFile) -> LineFile | None:
    """The source as a line file, with its digest, or None where some byte forbids to read it as it is.

    No line may be blank, begin with white space, exceed `MAX_LINE`, or hold a carriage return, a NUL, a separator or broken UTF-8.
    Every read begins where a line begins, so that nothing is copied; splitting is the fastest count there is.
    """
    if source.compression != "none" or _GLOB & set(str(source.path)):
        return None
    found, digest, start = LineFile(source, source.path), hashlib.sha256(), 0
    with source.path.open("rb", buffering=0) as file:
        size = CHUNK
        while chunk := file.read(size):
            end = chunk.rfind(b"\n") + 1
            if not end and start + len(chunk) < source.size:
                if len(chunk) > MAX_LINE:
                    return None
                size *= 2
                file.seek(start)
                continue
            lines = chunk.split(b"\n")
            unfinished = lines.pop()
            if not end or start + len(chunk) >= source.size:
                end = len(chunk)
                if unfinished:
                    lines.append(unfinished)
                    found.open_end = True
            if not _readable(chunk, end) or min(lines)[:1] <= b" ":
                return None
            digest.update(memoryview(chunk)[:end])
            found.mark(lines, start)
            start += end
            tell(f"reading {source.path.name}", start, source.size, "bytes")
            file.seek(start)
            size = CHUNK
    found.sha256 = digest.hexdigest()
    return found if start == source.size else None


def _readable(chunk: bytes, end: int) -> bool:
    if b"\r" in chunk or b"\x00" in chunk or SEPARATOR in chunk or chunk.startswith(BOM):
        return False
    return chunk.isascii() or _is_utf8(chunk[:end])


class _Copy:
    """Writes the copy in which row k is line k."""

    def __init__(self, source: SourceFile, path: Path, returns: bytes) -> None:
        self._found = LineFile(source, path, copied=True)
        self._returns = returns

    def write(self) -> LineFile:
        """The finished copy with what was refused on the way."""
        found = self._found
        content = Content(found.source)
        with found.path.open("wb") as out:
            try:
                for block in blocks(content):
                    self._block(block, out)
            except BrokenStreamError as error:
                self._broken(error, out)
        found.sha256 = content.digest
        return found

    def _block(self, block: bytes | Giant, out: BinaryIO) -> None:
        found = self._found
        if isinstance(block, Giant):
            found.lines += 1
            why = refusal("ING-LINE-LENGTH", message=f"a line of {block.length:,} bytes; at most {MAX_LINE:,} are read")
            found.refused.append(RefusedLine(found.lines, block.head, why, block.length, block.sha256))
            out.write(MARK + b"\n")
            return
        if found.lines == 0 and block.startswith(BOM):
            found.bom = True
            block = block[len(BOM) :]
        found.open_end = not block.endswith(b"\n")
        if _plain(block):
            found.lines += block.count(b"\n") + found.open_end
            out.write(block)
            return
        lines = block.split(b"\n")
        out.writelines(self._line(line) + b"\n" for line in (lines if found.open_end else lines[:-1]))

    def _line(self, line: bytes) -> bytes:
        found = self._found
        found.lines += 1
        if not line.strip():
            found.blank.append(found.lines)
            return MARK
        why = _unreadable(line)
        if why:
            found.refused.append(refused_line(found.lines, line, why))
            return MARK
        return line.replace(b"\r", self._returns)

    def _broken(self, cause: BrokenStreamError, out: BinaryIO) -> None:
        """Counts the place where the stream broke as one refused line, so that the loss is seen."""
        found = self._found
        found.lines += 1
        found.broken = True
        why = refusal("ING-COMPRESSED", message=f"the compressed stream cannot be read further: {cause}")
        found.refused.append(refused_line(found.lines, cause.tail, why))
        out.write(MARK + b"\n")


def _unreadable(line: bytes) -> Refusal | None:
    if b"\x00" in line:
        return refusal("ING-BINARY")
    if not _is_utf8(line):
        return refusal("ING-ENCODING")
    if SEPARATOR in line or RETURN in line or MARK in line:
        return refusal("ING-JSON", message="a control character stands in the line")
    return None


def read_lines(path: Path, wanted: Iterable[int], marks: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[int, bytes]]:
    """The wanted 1-based lines of a line file, in order, without their line feeds. `marks`: those of its LineFile, if it has some."""
    numbers = sorted(set(wanted))
    with path.open("rb") as file:
        yield from _marked_lines(file, numbers, marks) if marks else _lines_in_order(file, numbers)


def _marked_lines(
    file: BinaryIO, numbers: Sequence[int], marks: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(numbers):
        at = bisect_right(marks, numbers[position] - 1, key=itemgetter(0)) - 1
        before, offset = marks[at]
        after, end = marks[at + 1] if at + 1 < len(marks) else (numbers[-1], None)
        file.seek(offset)
        lines = (file.read() if end is None else file.read(end - offset)).split(b"\n")
        if not lines[-1]:
            lines.pop()
        while position < len(numbers) and numbers[position] <= after:
            if numbers[position] - before <= len(lines):
                yield numbers[position], lines[numbers[position] - before - 1]
            position += 1


def _lines_in_order(file: BinaryIO, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    position, before, rest = 0, 0, b""
    while position < len(numbers) and (chunk := file.read(CHUNK)):
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        count = data.count(b"\n", 0, end)
        if numbers[position] <= before + count:
            lines = data[:end].split(b"\n")
            while position < len(numbers) and numbers[position] <= before + count:
                yield numbers[position], lines[numbers[position] - before - 1]
                position += 1
        before += count
        rest = data[end:]
    if position < len(numbers) and numbers[position] == before + 1 and rest:
        yield numbers[position], rest


FEW_FILES = 32
"""Files from which on small ones are read together: for each one by itself the engine takes megabytes, however small it is."""
SMALL = 8 * 1024 * 1024
"""Bytes of a file up to which it is small."""
_TOGETHER = 128 * 1024 * 1024


def together(
    files: Sequence[Path], folder: Path, *, name: str = "together", most: int | None = _TOGETHER
) -> list[Path]:
    """The same lines in the same order in fewer files: runs of small ones copied one after another, up to `most` bytes each."""
    found: list[Path] = []
    copied: int | None = None
    for path in files:
        if path.stat().st_size > SMALL:
            found.append(path)
            copied = None
            continue
        if copied is None or (most is not None and copied > most):
            found.append(folder / f"{name}-{len(found)}.ndjson")
            found[-1].unlink(missing_ok=True)
            copied = 0
        content = path.read_bytes()
        with found[-1].open("ab") as out:
            out.write(content if content.endswith(b"\n") or not content else content + b"\n")
        copied += len(content)
    return found
