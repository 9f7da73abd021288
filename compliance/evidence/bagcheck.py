"""Checks the frame of any bag, BagIt 0.97 or 1.0 (RFC 8493): declaration, files, manifests, tag manifests."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from compliance.errors import IntegrityError
from compliance.evidence.bag import files_below
from compliance.evidence.manifest import ALGORITHMS, Entry, digests_of, parse, unsafe_reason

VERSIONS = ("0.97", "1.0")
_DECLARATION = re.compile(rb"BagIt-Version: (\d+\.\d+)\r?\nTag-File-Character-Encoding: ([A-Za-z0-9._-]+)\r?\n?")
_OXUM = re.compile(r"^Payload-Oxum\s*:\s*(\d+)\.(\d+)\s*$", re.MULTILINE | re.IGNORECASE)
_MANIFEST = re.compile(r"^(tag)?manifest-([a-z0-9]+)\.txt$")
_FETCH = re.compile(r"^(\S+)[ \t]+(\d+|-)[ \t]+(.+)$")


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that does not hold: the layer, the file as named in the bundle, and the cause."""

    layer: str
    file: str
    cause: str


@dataclass(slots=True)
class Bag:
    """What was read of a bag: version, encoding, the manifests by algorithm, and everything that does not hold."""

    root: Path
    version: str = ""
    encoding: str = "utf-8"
    payload: dict[str, dict[str, str]] = field(default_factory=dict)
    """Algorithm to path to digest."""
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def fail(self, layer: str, file: str, cause: str) -> None:
        """Note something that does not hold."""
        self.failures.append(Failure(layer, file, cause))

    def read(self, name: str) -> bytes | None:
        """Bytes of a regular file, following no link; None where it is missing or unreadable."""
        try:
            handle = os.open(self.root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (OSError, ValueError):
            return None
        with os.fdopen(handle, "rb") as stream:
            return stream.read() if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None


def check_bag(root: Path) -> Bag:
    """Read and check a bag's frame. Failures are collected, none stops the rest where it can go on."""
    bag = Bag(root)
    if not _links_refused(bag) or not _declaration(bag):
        return bag
    for name in sorted(entry.name for entry in os.scandir(root)):
        if match := _MANIFEST.match(name):
            _read_manifest(bag, name, is_tag=bool(match[1]), algorithm=match[2])
    _fetch_list(bag)
    if not bag.payload:
        bag.fail("structure", "manifest-sha512.txt", "the bag has no payload manifest")
    _compare_payload(bag)
    _compare_tags(bag)
    _oxum(bag)
    return bag


def _links_refused(bag: Bag) -> bool:
    """No link, no device, no pipe anywhere: a check must not leave the folder nor wait for a pipe."""
    for entry in _walk(bag.root):
        kind = entry.stat(follow_symlinks=False).st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            bag.fail(
                "links", os.path.relpath(entry.path, bag.root), "this is a link or a special file, not a plain one"
            )
    return not bag.failures


def _walk(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)


def _declaration(bag: Bag) -> bool:
    raw = bag.read("bagit.txt")
    match = _DECLARATION.fullmatch(raw) if raw is not None else None
    if raw is None or match is None:
        bag.fail("structure", "bagit.txt", "the declaration is missing" if raw is None else "not a BagIt declaration")
        return False
    bag.version, bag.encoding = match[1].decode(), match[2].decode()
    try:
        codecs.lookup(bag.encoding)
    except LookupError:
        bag.fail("structure", "bagit.txt", f"unknown encoding {bag.encoding}")
    if bag.version not in VERSIONS:
        bag.fail("structure", "bagit.txt", f"BagIt version {bag.version} is not one of {', '.join(VERSIONS)}")
    if not (bag.root / "data").is_dir():
        bag.fail("structure", "data", "the payload folder is missing")
    return not bag.failures


def _read_manifest(bag: Bag, name: str, *, is_tag: bool, algorithm: str) -> None:
    layer = "tagmanifest" if is_tag else "manifest"
    if algorithm not in ALGORITHMS:
        bag.fail(layer, name, f"the digest {algorithm} is not supported")
        return
    try:
        entries = parse(bag.read(name) or b"", name=name, encoding=bag.encoding, strict=bag.version != "0.97")
    except IntegrityError as error:
        where = f"{name}:{error.place.line}" if error.place and error.place.line else name
        bag.fail("paths" if error.layer == "paths" else layer, where, error.message)
        return
    _misplaced(bag, name, layer, entries, is_tag=is_tag)
    (bag.tags if is_tag else bag.payload)[algorithm] = {entry.path: entry.digest for entry in entries}


def _misplaced(bag: Bag, name: str, layer: str, entries: tuple[Entry, ...], *, is_tag: bool) -> None:
    for entry in entries:
        if entry.path.startswith("data/") == is_tag:
            bag.fail(layer, name, f"{entry.path!r} does not belong into this manifest")


def _fetch_list(bag: Bag) -> None:
    """`fetch.txt` is read for its paths only: nothing is ever fetched."""
    raw = bag.read("fetch.txt")
    for number, line in enumerate((raw or b"").decode(bag.encoding, errors="replace").splitlines(), start=1):
        match = _FETCH.match(line)
        reason = unsafe_reason(match[3]) if match else "the line is not a location, a length and a path"
        if reason or (match and not match[3].startswith("data/")):
            bag.fail("paths", f"fetch.txt:{number}", reason or "it leads out of the payload")


def _compare_payload(bag: Bag) -> None:
    there = set(files_below(bag.root, "data"))
    listed = set().union(*bag.payload.values()) if bag.payload else set()
    for algorithm, entries in sorted(bag.payload.items()):
        name = f"manifest-{algorithm}.txt"
        for path in sorted(there - entries.keys()):
            bag.fail("manifest", path, f"the file is not listed in {name}")
    for path in sorted(listed - there):
        bag.fail("manifest", path, "the file is listed but missing")
    for path in sorted(listed & there):
        _compare(bag, path, {name: sums[path] for name, sums in bag.payload.items() if path in sums}, "manifest")


def _compare_tags(bag: Bag) -> None:
    listed = set().union(*bag.tags.values()) if bag.tags else set()
    for path in sorted(listed):
        wanted = {name: sums[path] for name, sums in bag.tags.items() if path in sums}
        if (bag.root / path).is_file():
            _compare(bag, path, wanted, "tagmanifest")
        else:
            bag.fail("tagmanifest", path, "the file is listed but missing")


def _compare(bag: Bag, path: str, wanted: dict[str, str], layer: str) -> None:
    try:
        found = digests_of(bag.root / path, wanted)
    except OSError as error:
        bag.fail(layer, path, f"cannot be read: {error.strerror}")
        return
    for algorithm, digest in sorted(wanted.items()):
        if found[algorithm] != digest:
            bag.fail(layer, path, f"its {algorithm.upper()} differs from the manifest")


def _oxum(bag: Bag) -> None:
    """Compare number and bytes of the payload with `bag-info.txt`, where the manifests have not said more precisely what is wrong."""
    raw = bag.read("bag-info.txt")
    match = _OXUM.search(raw.decode(bag.encoding, errors="replace")) if raw else None
    if not match or any(failure.layer == "manifest" for failure in bag.failures):
        return
    paths = files_below(bag.root, "data")
    found = (sum((bag.root / path).lstat().st_size for path in paths), len(paths))
    if found != (int(match[1]), int(match[2])):
        bag.fail("manifest", "bag-info.txt", f"Payload-Oxum says {match[1]}.{match[2]}, found {found[0]}.{found[1]}")
