"""A bundle laid out for a way of handing it over: loose files with flat names, in transmissions within its limits, with an index.

The transfer services of authorities take no archive and no folders. The index says which file is which, and how the bundle is put
together again; nothing in the bundle is changed by it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compliance.errors import EvidenceError, InputError, Place
from compliance.evidence.bag import files_below
from compliance.evidence.staging import staged_folder, write_new
from compliance.evidence.verify import verify_bundle
from compliance.resources import data_dir
from compliance.yaml_source import load_yaml

INDEX, RESTORE = "INDEX.csv", "RESTORE.md"
_OWN = 3
"""Files of the delivery itself that go into the first transmission: INDEX.csv, INDEX.xlsx, RESTORE.md."""


class Profile(BaseModel):
    """Limits of one way of delivery: bytes of a file, files and bytes of one transmission, endings that are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    source: str
    max_file_bytes: Annotated[int, Field(gt=0)]
    max_files: Annotated[int, Field(gt=_OWN)]
    max_bytes: Annotated[int, Field(gt=0)]
    refused_suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it is delivered: its number and name, where it stands in the bundle, its transmission, size and SHA-256."""

    number: int
    name: str
    path: str
    transmission: int
    size: int
    sha256: str


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
    paths = files_below(bundle)
    files = tuple(_placed(bundle, paths, profile))
    with staged_folder(target) as root:
        for each in files:
            place = root / f"transmission-{each.transmission}" / each.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(bundle / each.path, place)
            if hashlib.sha256(place.read_bytes()).hexdigest() != each.sha256:
                raise EvidenceError(
                    "DLV-COPY",
                    "the copy differs from the bundle",
                    place=Place(each.path),
                    hint="check the disk, run it again",
                )
        first = root / "transmission-1"
        write_new(first / INDEX, _index_csv(files))
        write_new(first / "INDEX.xlsx", _index_xlsx(files, profile))
        write_new(first / RESTORE, _restore_page())
    return Delivery(target, files, max(each.transmission for each in files))


def _placed(bundle: Path, paths: Sequence[str], profile: Profile) -> Iterator[Sent]:
    transmission, count, total = 1, _OWN, 0
    for number, path in enumerate(paths, start=1):
        size = (bundle / path).stat().st_size
        _allowed(path, size, profile)
        if count + 1 > profile.max_files or total + size > profile.max_bytes:
            transmission, count, total = transmission + 1, 0, 0
        count, total = count + 1, total + size
        digest = hashlib.sha256((bundle / path).read_bytes()).hexdigest()
        yield Sent(number, f"{number:04d}_{path.replace('/', '__')}", path, transmission, size, digest)


def _allowed(path: str, size: int, profile: Profile) -> None:
    suffix = path.rsplit(".", 1)[-1].lower() if "." in path else ""
    if suffix in profile.refused_suffixes:
        raise EvidenceError(
            "DLV-SUFFIX",
            f"{profile.title} takes no .{suffix} file",
            place=Place(path),
            hint="ask the authority for another way, or answer with this document in another format",
        )
    if size > profile.max_file_bytes:
        raise EvidenceError(
            "DLV-SIZE",
            f"{size:,} bytes are more than the {profile.max_file_bytes:,} that {profile.title} takes",
            place=Place(path),
            hint="ask the authority for another way, or disclose in parts: a narrower period or fewer events per answer",
        )


_HEADINGS = ("number", "delivered_name", "bundle_path", "transmission", "bytes", "sha256")


def _rows(files: Sequence[Sent]) -> list[tuple[int | str, ...]]:
    return [(each.number, each.name, each.path, each.transmission, each.size, each.sha256) for each in files]


def _index_csv(files: Sequence[Sent]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    writer.writerows(_rows(files))
    return text.getvalue().encode("utf-8")


def _index_xlsx(files: Sequence[Sent], profile: Profile) -> bytes:
    """The index for people: read-me first, then one table; fixed times, so that the same bundle gives the same bytes."""
    from compliance.evidence.tablebook import tablebook

    facts = [
        ("Profile", profile.title),
        (
            "Limits",
            f"{profile.max_file_bytes:,} bytes a file; {profile.max_files:,} files and {profile.max_bytes:,} bytes a transmission",
        ),
        ("Source of the limits", profile.source),
        ("Putting it together again", "see RESTORE.md; the bundle itself is checked as its VERIFY.md says"),
    ]
    return tablebook({"Read me": (("item", "content"), facts), "Files": (_HEADINGS, _rows(files))})


def _restore_page() -> bytes:
    return b"""# How to put the bundle together again

Save the files of all transmissions in one folder and run there, with Python 3 and nothing else:

    python3 - <<'END'
    import csv, pathlib, shutil
    for row in csv.DictReader(open("INDEX.csv", newline="", encoding="utf-8")):
        place = pathlib.Path("bundle") / row["bundle_path"]
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(row["delivered_name"], place)
    END

Then check `bundle/` as its own `VERIFY.md` says. `INDEX.csv` gives the SHA-256 of every file.
"""
