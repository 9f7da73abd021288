"""Writes an evidence bundle: payload, crate, guide, BagIt frame, seal - all of it, or nothing under the name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from compliance.errors import EvidenceError, Place
from compliance.evidence.bag import close_bag
from compliance.evidence.crate import METADATA, CrateInfo, DataFile, crate_metadata
from compliance.evidence.guide import verify_guide
from compliance.evidence.seal import write_beside, write_seal
from compliance.evidence.signedpdf import sign_papers
from compliance.evidence.signer import Signer
from compliance.evidence.staging import bring_new, staged_folder, write_new
from compliance.evidence.timestamp import Tsa

EVENTS = "events/events.jsonl"
_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_SAFE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into a bundle: the letter's reference, dates as given, the crate's description and the files."""

    reference: str
    organisation: str
    bagging_date: dt.date
    description: str
    crate: CrateInfo
    files: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A bundle on disk: where, its id (SHA-512 of the tag manifest), and the seal's fingerprint ('' if unsigned)."""

    path: Path
    bundle_id: str
    fingerprint: str


def write_bundle(
    target: Path,
    bundle: Bundle,
    *,
    signer: Signer | None,
    signed_at: dt.datetime,
    tsa: Tsa | None = None,
    beside: Mapping[str, bytes] = _NOTHING,
) -> Sealed:
    """Write `bundle` as the new folder `target`. The same bundle gives the same id; the seal is made anew each time.

    `beside` are further files of `seal/`: the time stamp that the log's head was given before the letter.
    EvidenceError `EVD-EXISTS`, `EVD-WRITE`, `EVD-NAME` or `EVD-TSA`; whatever fails, nothing stands under `target`.
    """
    _check_names(bundle.files)
    with staged_folder(target) as root:
        for file in bundle.files:
            if file.source is None:
                write_new(root / "data" / file.path, file.content)
            else:
                bring_new(file.source.path, root / "data" / file.path)
        write_new(root / "data" / METADATA, crate_metadata(bundle.crate, bundle.files))
        write_new(root / "VERIFY.md", verify_guide(with_events=any(file.path == EVENTS for file in bundle.files)))
        bundle_id = close_bag(
            root,
            (
                ("Source-Organization", bundle.organisation),
                ("External-Identifier", bundle.reference),
                ("External-Description", bundle.description),
                ("Bagging-Date", bundle.bagging_date.isoformat()),
                ("Bag-Software-Agent", f"{bundle.crate.software} {bundle.crate.version}"),
            ),
        )
        fingerprint = write_seal(root, signer, signed_at, tsa) if signer else ""
        write_beside(root, beside)
        if signer:
            sign_papers(root, signer, signed_at, tsa)
    return Sealed(target, bundle_id, fingerprint)


def _check_names(files: tuple[DataFile, ...]) -> None:
    """Names come from counters; this is the last gate before they reach a disk of a case-blind kind."""
    seen: set[str] = {METADATA}
    for file in files:
        if not _SAFE.match(file.path) or file.path.lower() in seen:
            raise EvidenceError(
                "EVD-NAME",
                f"{file.path!r} is not a name that may stand in a bundle, or stands there twice",
                hint="names are given by counters; report this as a fault",
                place=Place(file.path),
            )
        seen.add(file.path.lower())
