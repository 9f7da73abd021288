"""Long lists of a bundle read one entry at a time, and verbatim lines by their place, so that a large bundle needs little memory."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from typing import IO, Any

from compliance.evidence.bagcheck import Bag
from compliance.evidence.contentcheck import checked_json, parsed_json

_MOST_OPEN = 64


def opened(bag: Bag, path: str) -> IO[bytes] | None:
    """A plain file of the bag, open for reading, no link followed; None where it is none."""
    try:
        handle = os.open(bag.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    stream = os.fdopen(handle, "rb")
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return stream
    stream.close()
    return None


class Listing:
    """A JSON object whose last member is a list. Written one entry a line it is read so, else as a whole.

    Iterating gives the entries; what is no JSON, and bytes that are not those of the manifest, are noted as failures. `head` holds the
    other members once the first entry is asked for.
    """

    def __init__(self, bag: Bag, path: str, name: str, layer: str) -> None:
        self.head: dict[str, Any] = {}
        self.found = False
        self._bag, self._path, self._name, self._layer = bag, path, name, layer
        self._entries = self._read()
        self._ahead: list[Any] = []
        for entry in self._entries:
            self._ahead.append(entry)
            break

    def __iter__(self) -> Iterator[Any]:
        while self._ahead:
            yield self._ahead.pop()
        yield from self._entries

    def _read(self) -> Iterator[Any]:
        stream = opened(self._bag, self._path)
        if stream is None:
            self._bag.fail(self._layer, self._path, "the file is missing")
            return
        with stream:
            first = stream.readline()
            if first.endswith(f'"{self._name}":[\n'.encode()):
                yield from self._by_line(stream, first)
                return
        document = checked_json(self._bag, self._path, self._layer)
        if document is None:
            return
        if not isinstance(document, dict) or not isinstance(document.get(self._name), list):
            self._bag.fail(
                self._layer, self._path, f"an entry is incomplete or malformed: there is no list {self._name!r}"
            )
            return
        self.head = {name: value for name, value in document.items() if name != self._name}
        self.found = True
        yield from document[self._name]

    def _by_line(self, stream: IO[bytes], first: bytes) -> Iterator[Any]:
        digest = hashlib.sha512(first)
        try:
            told = parsed_json(first + b"]}")
            self.head = {name: value for name, value in told.items() if name != self._name}
            self.found, more, ended, begun = True, True, False, False
            for line in stream:
                digest.update(line)
                if ended or not (more or line == b"]}\n"):
                    raise ValueError("something stands behind the list")
                if line == b"]}\n":
                    if begun and more:
                        raise ValueError("a comma stands before the end")
                    ended = True
                    continue
                begun = True
                text = line.rstrip(b"\n")
                more = text.endswith(b",")
                yield parsed_json(text[:-1] if more else text)
            if not ended:
                raise ValueError("the list breaks off")
        except (ValueError, RecursionError) as error:
            self._bag.fail(self._layer, self._path, f"not valid JSON: {error}")
            return
        if digest.hexdigest() != self._bag.payload.get("sha512", {}).get(self._path):
            self._bag.fail("manifest", self._path, "its SHA512 differs from the manifest")


class Slices:
    """Bytes of payload files by place, through a few open files."""

    def __init__(self, bag: Bag) -> None:
        self._bag = bag
        self._open: dict[str, IO[bytes]] = {}

    def at(self, path: str, offset: int, length: int) -> bytes:
        """Bytes of a file from an offset; fewer, or none, where it does not have them."""
        if path not in self._open:
            if len(self._open) >= _MOST_OPEN:
                self.close()
            stream = opened(self._bag, path)
            if stream is None:
                return b""
            self._open[path] = stream
        return os.pread(self._open[path].fileno(), max(length, 0), max(offset, 0))

    def size(self, path: str) -> int:
        """Length of a file; 0 where there is none."""
        stream = opened(self._bag, path)
        if stream is None:
            return 0
        with stream:
            return os.fstat(stream.fileno()).st_size

    def close(self) -> None:
        """Close the files."""
        for stream in self._open.values():
            stream.close()
        self._open.clear()
