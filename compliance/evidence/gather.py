"""A bundle put together again from a delivery: every file held against the index first, whatever lies beside it refused."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NoReturn

from compliance.errors import IntegrityError, Place
from compliance.events.session import Scratch
from compliance.evidence.manifest import digests_of, unsafe_reason
from compliance.evidence.packinglist import HEADINGS, INDEX, OWN, RESTORE, SUMS, Sent, restore_page, sums_list
from compliance.evidence.staging import refuse_existing, room_for

_CHUNK = 1 << 20


@contextmanager
def bundle_in(folder: Path) -> Iterator[Path]:
    """The bundle's folder: `folder` itself, or, where that is a delivery, the bundle put together for the time of the block.

    A delivery is the folder that `deliver` wrote, or one folder with the files of all transmissions. IntegrityError `DLV-GATHER`
    (layer `delivery`, exit 5) where a file is missing, changed, added or named so that it would lead out of the bundle.
    """
    if (folder / "bagit.txt").exists() or not is_delivery(folder):
        yield folder
        return
    scratch = Scratch()
    with room_for(scratch.path):
        gather(folder, scratch.path / "bundle")
    yield scratch.path / "bundle"


def is_delivery(folder: Path) -> bool:
    """True where the index of a delivery, or its page, lies in the folder or in its first transmission."""
    return any((at / name).is_file() for at in (folder, folder / "transmission-1") for name in (INDEX, RESTORE))


def gather(folder: Path, target: Path) -> tuple[Sent, ...]:
    """Put the bundle of a delivery together as the new folder `target`; gives what the index lists.

    Errors as `bundle_in`; EvidenceError `EVD-EXISTS` where something stands at `target`.
    """
    refuse_existing(target)
    there = _files_in(folder)
    raw = there[INDEX].read_bytes() if INDEX in there else _broken(INDEX, "the index is missing")
    listed = tuple(_listed(raw))
    _compare_names(listed, there)
    _compare_own(listed, there)
    for each in listed:
        if digests_of(there[each.name], ("sha256",))["sha256"] != each.sha256:
            _broken(each.name, "its SHA-256 differs from the index")
    whole: dict[str, list[Sent]] = {}
    for each in listed:
        whole.setdefault(each.path, []).append(each)
    for path, parts in whole.items():
        _together(target / path, parts, there)
    return listed


def _files_in(folder: Path) -> dict[str, Path]:
    """Plain files of the folder and of its transmissions, by name; links, further folders and a name in two places are refused."""
    found: dict[str, Path] = {}
    folders = [folder]
    for at in folders:
        for entry in sorted(os.scandir(at), key=lambda each: each.name):
            if at is folder and entry.name.startswith("transmission-") and entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif not entry.is_file(follow_symlinks=False):
                _broken(entry.name, "this is a link, a folder or a special file, not a plain one")
            elif entry.name in found:
                _broken(entry.name, "the name stands in two transmissions")
            else:
                found[entry.name] = Path(entry.path)
    return found


def _listed(raw: bytes) -> Iterator[Sent]:
    """Rows of the index as they may be followed."""
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        _broken(INDEX, f"it is no CSV file in UTF-8: {error}")
    if not rows or tuple(rows[0]) != HEADINGS:
        _broken(INDEX, f"its headings are not {', '.join(HEADINGS)}")
    for line, row in enumerate(rows[1:], start=2):
        try:
            number, name, path, part, parts, transmission, size, sha256, whole = row
            numbers = [int(text) for text in (number, part, parts, transmission, size)]
        except ValueError:
            _broken(INDEX, "this row is not one of an index", line)
        reason = unsafe_reason(path) or (
            "" if PurePosixPath(path).as_posix() == path else "it is not in its plain form"
        )
        if reason or not path.isprintable():
            _broken(INDEX, f"the path {path!r} is refused: {reason or 'it holds a control character'}", line)
        if unsafe_reason(name) or "/" in name or name in {".", *OWN} or not name.isprintable():
            _broken(INDEX, f"{name!r} is no name of a delivered file", line)
        yield Sent(numbers[0], name, path, numbers[1], numbers[2], numbers[3], numbers[4], sha256, whole)


def _compare_names(listed: Sequence[Sent], there: Mapping[str, Path]) -> None:
    names: set[str] = set()
    for each in listed:
        if each.name in names:
            _broken(INDEX, f"{each.name!r} is listed twice")
        if each.name not in there:
            _broken(each.name, f"the file of transmission {each.transmission} is listed but missing")
        names.add(each.name)
    for name in sorted(there.keys() - names - set(OWN)):
        _broken(name, "the file is not listed in the index")


def _compare_own(listed: Sequence[Sent], there: Mapping[str, Path]) -> None:
    """The page and the list of digests are what the index makes of them: nobody is led by others than the sender's."""
    for name in OWN:
        if name not in there:
            _broken(name, "this file of the delivery is missing")
    if there[RESTORE].read_bytes() != restore_page(listed):
        _broken(RESTORE, "it does not say what the index gives: do not follow it")
    if there[SUMS].read_bytes() != sums_list(listed, {name: there[name].read_bytes() for name in OWN}):
        _broken(SUMS, "its digests are not those of the index, or not those of the delivery's own files")


def _together(place: Path, parts: Sequence[Sent], there: Mapping[str, Path]) -> None:
    """Write one file of the bundle from its parts, in their order, and hold it against the digest of the whole."""
    first = parts[0]
    if [(each.part, each.parts) for each in parts] != [(part, first.parts) for part in range(1, first.parts + 1)]:
        _broken(INDEX, f"the parts of {first.path!r} are not those from 1 to {first.parts}")
    digest = hashlib.sha256()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as target:
            for each in parts:
                with there[each.name].open("rb") as source:
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        target.write(chunk)
    except (FileExistsError, NotADirectoryError):
        _broken(INDEX, f"{first.path!r} is a file and a folder at once")
    if {each.whole for each in parts} != {digest.hexdigest()}:
        _broken(first.path, "put together from its parts it is not the file that the index describes")


def _broken(file: str, cause: str, line: int | None = None) -> NoReturn:
    raise IntegrityError(
        "DLV-GATHER",
        f"the delivery is not whole: {cause}",
        place=Place(file, line),
        layer="delivery",
        hint="compare with what was sent, and ask the sender for this file again",
    )
