"""BagIt manifests: a digest and a path per line (RFC 8493 §2.1.3), written sorted and read with suspicion."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from compliance.errors import IntegrityError, Place

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
_LINE = re.compile(r"^([0-9A-Fa-f]+)[ \t]+\*?(.+)$")
_ENCODED = re.compile(r"%(0[aAdD]|25)")
_CHUNK = 1 << 20


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a manifest: the path as decoded, and the lower-case hex digest."""

    path: str
    digest: str


def encode_path(path: str) -> str:
    """Path as a manifest writes it: CR, LF and the percent sign encoded."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def decode_path(text: str) -> str:
    """Path of a manifest line: only CR, LF and the percent sign are ever encoded."""
    return _ENCODED.sub(lambda match: chr(int(match[1], 16)), text)


def digests_of(path: Path, algorithms: Iterable[str]) -> dict[str, str]:
    """Hex digests of one regular file, read once from one descriptor that follows no link, each algorithm in a thread of its own.

    OSError where it cannot be read.
    """
    sums = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    first, *others = sums.values()
    with os.fdopen(handle, "rb") as stream, ThreadPoolExecutor(max(len(others), 1)) as threads:
        while chunk := stream.read(_CHUNK):
            beside = [threads.submit(each.update, chunk) for each in others] if len(chunk) == _CHUNK else []
            for each in (first,) if beside else sums.values():
                each.update(chunk)
            for done in beside:
                done.result()
    return {name: each.hexdigest() for name, each in sums.items()}


def render(entries: Iterable[Entry]) -> bytes:
    """Bytes of a manifest: sorted by path, two spaces, line feeds, UTF-8; `sha512sum -c` reads it."""
    lines = (f"{entry.digest}  {encode_path(entry.path)}\n" for entry in sorted(entries, key=lambda e: e.path))
    return "".join(lines).encode("utf-8")


def unsafe_reason(path: str) -> str | None:
    """Why a path from a manifest may not be followed: absolute, upward, home, drive, backslash or control character."""
    parts = path.split("/")
    if not path or path.startswith(("/", "~")) or re.match(r"^[A-Za-z]:", path):
        return "it is absolute or names a home folder or drive"
    if ".." in parts:
        return "it climbs out of the bag"
    if "\\" in path or "\x00" in path:
        return "it holds a backslash or a NUL"
    return None


def parse(raw: bytes, *, name: str, encoding: str = "utf-8", strict: bool = True) -> tuple[Entry, ...]:
    """Entries of a manifest file. `strict` refuses a path listed twice, even with equal digests (BagIt 1.0).

    IntegrityError `VRF-MANIFEST` (layer `manifest`) or `VRF-PATH` (layer `paths`) with the line.
    """
    entries: dict[str, Entry] = {}
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise _broken(name, None, f"not text in {encoding}: {error}") from error
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.match(line)
        if not match:
            raise _broken(name, number, "not a digest and a path")
        path = decode_path(match[2].rstrip("\r\n"))
        if reason := unsafe_reason(path):
            raise IntegrityError(
                "VRF-PATH",
                f"the path {path!r} is refused: {reason}",
                layer="paths",
                place=Place(name, number),
                hint="ask the sender for the original bundle",
            )
        path = PurePosixPath(path).as_posix()
        entry = Entry(path, match[1].lower())
        known = entries.get(path)
        if known is not None and (strict or known.digest != entry.digest):
            raise _broken(name, number, f"the path {path!r} is listed twice")
        entries[path] = entry
    return tuple(entries.values())


def _broken(name: str, line: int | None, message: str) -> IntegrityError:
    return IntegrityError(
        "VRF-MANIFEST",
        message,
        layer="manifest",
        place=Place(name, line),
        hint="ask the sender for the original bundle",
    )
