"""A bundle laid out for a way of handing it over: loose files with flat names, in transmissions within its limits, with an index.

The transfer services of authorities take no archive and no folders. A file larger than they take is cut into parts. The index says
which file is which, and how the bundle is put together again; nothing in the bundle is changed by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compliance.errors import EvidenceError, InputError, Place
from compliance.evidence.bag import files_below
from compliance.evidence.manifest import digests_of
from compliance.evidence.packinglist import (
    INDEX,
    OWN,
    RESTORE,
    SUMS,
    WORKBOOK,
    Sent,
    index_csv,
    index_workbook,
    restore_page,
    sums_list,
)
from compliance.evidence.staging import staged_folder, write_new
from compliance.evidence.verify import verify_bundle
from compliance.resources import data_dir
from compliance.yaml_source import load_yaml

_CHUNK = 1 << 20


class Profile(BaseModel):
    """Limits of one way of delivery: bytes of a file, files and bytes of one transmission, endings that are refused.

    A file over the limit is cut into parts, unless `split_files` is false: then it cannot be sent this way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    source: str
    max_file_bytes: Annotated[int, Field(gt=0)]
    max_files: Annotated[int, Field(gt=len(OWN))]
    max_bytes: Annotated[int, Field(gt=0)]
    split_files: bool = True
    refused_suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was laid out: the folder, the files, and how many transmissions they take."""

    folder: Path
    files: tuple[Sent, ...]
    transmissions: int


def profile_names() -> tuple[str, ...]:
    """Names of the shipped profiles."""
    return tuple(sorted(path.stem for path in (data_dir("schemas") / "delivery").glob("*.yaml")))


def load_profile(name: str) -> Profile:
    """A shipped profile by its name, or a profile of a YAML file. InputError `DLV-PROFILE` where there is none, or it is invalid."""
    shipped = data_dir("schemas") / "delivery" / f"{name}.yaml"
    path = shipped if name in profile_names() else Path(name)
    if not path.is_file():
        raise InputError(
            "DLV-PROFILE",
            f"there is no delivery profile {name!r}",
            hint=f"take one of {', '.join(profile_names())}, or name a YAML file of that shape",
        )
    try:
        return Profile.model_validate(load_yaml(path)[0])
    except ValidationError as error:
        raise InputError(
            "DLV-PROFILE",
            f"the profile is invalid: {error.errors()[0]['msg']}",
            place=Place(str(path), field=".".join(map(str, error.errors()[0]["loc"]))),
            hint="compare with schemas/delivery/eu-send.yaml",
        ) from error


def deliver(bundle: Path, target: Path, profile: Profile) -> Delivery:
    """Lay a bundle out as the new folder `target`: `transmission-1/` ... with flat names and an index in the first.

    IntegrityError `VRF-FAILED` where the bundle is not intact; EvidenceError `DLV-SIZE`, `DLV-SUFFIX` where a file cannot be
    sent this way, `EVD-EXISTS` where something stands at `target`. All of it is written, or nothing.
    """
    verify_bundle(bundle).require_intact()
    pieces = tuple(_pieces(bundle, files_below(bundle), profile))
    files, own = _within(pieces, profile)
    with staged_folder(target) as root:
        _copy(bundle, root, files)
        for name, content in own.items():
            write_new(root / "transmission-1" / name, content)
    return Delivery(target, files, max(each.transmission for each in files))


def _pieces(bundle: Path, paths: Sequence[str], profile: Profile) -> Iterator[Sent]:
    """Every file of the bundle, whole or in parts of the largest size that may be sent; transmissions are given out later."""
    room = min(profile.max_file_bytes, profile.max_bytes)
    for number, path in enumerate(paths, start=1):
        size = (bundle / path).stat().st_size
        _allowed(path, size, room, profile)
        name = f"{number:04d}_{path.replace('/', '__')}"
        whole = digests_of(bundle / path, ("sha256",))["sha256"]
        if size <= room:
            yield Sent(number, name, path, 1, 1, 1, size, whole, whole)
            continue
        parts = -(-size // room)
        width = max(4, len(str(parts)))
        with (bundle / path).open("rb") as stream:
            for part in range(1, parts + 1):
                length = min(room, size - room * (part - 1))
                digest = hashlib.sha256()
                for chunk in _next(stream, length):
                    digest.update(chunk)
                part_name = f"{name}.part-{part:0{width}d}"
                yield Sent(number, part_name, path, part, parts, 1, length, digest.hexdigest(), whole)


def _next(stream: BinaryIO, length: int) -> Iterator[bytes]:
    """The next `length` bytes of a file by chunks; fewer where it ends before."""
    while length and (chunk := stream.read(min(length, _CHUNK))):
        length -= len(chunk)
        yield chunk


def _within(pieces: Sequence[Sent], profile: Profile) -> tuple[tuple[Sent, ...], dict[str, bytes]]:
    """The files by transmission, and the delivery's own files, whose bytes count for the first transmission as well."""
    taken = 0
    while True:
        files = tuple(_placed(pieces, taken, profile))
        own = {
            INDEX: index_csv(files),
            WORKBOOK: index_workbook(files, _facts(profile)),
            RESTORE: restore_page(files),
        }
        own[SUMS] = sums_list(files, own)
        needed = sum(map(len, own.values()))
        if needed <= taken:
            return files, own
        if needed > profile.max_bytes:
            raise _too_large(INDEX, needed, profile.max_bytes, profile)
        taken = needed


def _placed(pieces: Sequence[Sent], taken: int, profile: Profile) -> Iterator[Sent]:
    transmission, count, total = 1, len(OWN), taken
    for each in pieces:
        if count + 1 > profile.max_files or total + each.size > profile.max_bytes:
            transmission, count, total = transmission + 1, 0, 0
        count, total = count + 1, total + each.size
        yield replace(each, transmission=transmission)


def _copy(bundle: Path, root: Path, files: Sequence[Sent]) -> None:
    """Write each delivered file; EvidenceError `DLV-COPY` where what was written is not what the index says."""
    offsets: dict[str, int] = {}
    for each in files:
        place = root / f"transmission-{each.transmission}" / each.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with (bundle / each.path).open("rb") as source, place.open("xb") as copy:
            source.seek(offsets.get(each.path, 0))
            for chunk in _next(source, each.size):
                copy.write(chunk)
        offsets[each.path] = offsets.get(each.path, 0) + each.size
        if digests_of(place, ("sha256",))["sha256"] != each.sha256:
            raise EvidenceError(
                "DLV-COPY",
                "the copy differs from the bundle",
                place=Place(each.path),
                hint="check the disk, run it again",
            )


def _allowed(path: str, size: int, room: int, profile: Profile) -> None:
    suffix = path.rsplit(".", 1)[-1].lower() if "." in path else ""
    if suffix in profile.refused_suffixes:
        raise EvidenceError(
            "DLV-SUFFIX",
            f"{profile.title} takes no .{suffix} file",
            place=Place(path),
            hint="ask the authority for another way, or answer with this document in another format",
        )
    if size > room and not profile.split_files:
        raise _too_large(path, size, room, profile)


def _too_large(path: str, size: int, limit: int, profile: Profile) -> EvidenceError:
    return EvidenceError(
        "DLV-SIZE",
        f"{size:,} bytes are more than the {limit:,} that {profile.title} takes",
        place=Place(path),
        hint="ask the authority for another way, or disclose in parts: a narrower period or fewer events per answer",
    )


def _facts(profile: Profile) -> list[tuple[str, str]]:
    limits = f"{profile.max_file_bytes:,} bytes a file; {profile.max_files:,} files and {profile.max_bytes:,} bytes a transmission"
    return [("Profile", profile.title), ("Limits", limits), ("Source of the limits", profile.source)]
