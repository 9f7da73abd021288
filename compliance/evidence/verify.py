"""Verifies a bundle offline, layer by layer; says what holds, what does not, and what was not checked."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature

from compliance.errors import InputError, IntegrityError, Place
from compliance.evidence.bag import TAG_MANIFEST
from compliance.evidence.bagcheck import Bag, Failure, check_bag
from compliance.evidence.contentcheck import check_answer, check_crate, check_exhibits, check_structure
from compliance.evidence.logcheck import check_log
from compliance.evidence.seal import SIGNATURE, SealCheck, check_signature

LAYERS = {
    "links": "no link, device or pipe anywhere",
    "paths": "no path leads out of the bundle",
    "structure": "the frame is complete, and nothing else lies in the folder",
    "manifest": "every payload file has the bytes the manifests say",
    "tagmanifest": "the manifests and the frame have the bytes the tag manifest says",
    "signature": "the seal fits the tag manifest",
    "signer": "the seal is by the pinned signer",
    "checkpoint": "the log head is well formed",
    "proofs": "every disclosed event is included under the log head",
    "leaves": "every disclosed event has the content its leaf commits to",
    "lines": "the verbatim lines are those of the disclosed events",
    "exhibits": "the exhibits are those the index describes, and cite disclosed events",
    "answer": "every question has its entry, reason and exhibits",
    "crate": "the crate describes every file",
}
"""Name of each layer and what it says when it holds."""

ALWAYS_UNCHECKED = (
    "whether a certificate was revoked, or is on a trusted list: a test key has neither",
    "when the bundle was sealed: it carries no time stamp by an independent authority",
    "whether the log was complete or true when it was written; only declared gaps are known",
    "whether the log head is the one given away earlier: compare data/log/checkpoint.txt with an earlier copy",
    "whether figures over the whole population are right: the events behind them are not in the bundle",
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's outcome: `ok`, `failed`, or `absent` where the bundle holds nothing of the kind."""

    name: str
    outcome: str
    says: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of all layers. `headline` never says a bare OK."""

    bundle: str
    bundle_id: str
    headline: str
    signer: str
    layers: tuple[Layer, ...]
    failures: tuple[Failure, ...]
    not_checked: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """True where no layer failed."""
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """Plain object with every field, and `intact`."""
        return {"intact": self.intact, **asdict(self)}

    def require_intact(self) -> None:
        """IntegrityError `VRF-FAILED` (exit code 5) naming the first file and layer, where any layer failed."""
        if self.failures:
            first = self.failures[0]
            raise IntegrityError(
                "VRF-FAILED",
                f"{len(self.failures)} failure(s); first, layer {first.layer}: {first.cause}",
                place=Place(first.file),
                layer=first.layer,
                hint="do not rely on this copy; ask the sender for the original and compare the bundle id",
            )


def verify_bundle(root: Path, *, signer: str | None = None) -> Verification:
    """Check every layer of the bundle at `root`; `signer` pins the SHA-256 fingerprint of the seal's certificate.

    InputError `VRF-NOT-A-FOLDER` where `root` is no folder (an archive must be unpacked first).
    """
    _folder(root)
    bag = check_bag(root)
    absent: set[str] = set() if signer else {"signer"}
    seal: SealCheck | None = None
    if not any(failure.layer == "links" for failure in bag.failures):
        check_structure(bag)
        seal = _check_seal(bag, signer, absent)
        events = check_log(bag, absent)
        check_answer(bag, check_exhibits(bag, events))
        check_crate(bag)
    return _verification(bag, seal, signer, absent)


def _folder(root: Path) -> None:
    if root.is_symlink() or not root.is_dir():
        kind = "an archive is not read: unpack it into an empty folder first, refusing links and paths with '..'"
        raise InputError(
            "VRF-NOT-A-FOLDER",
            "there is no bundle folder here",
            place=Place(str(root)),
            hint=kind if root.is_file() else "name the folder that holds bagit.txt",
        )


def _check_seal(bag: Bag, pinned: str | None, absent: set[str]) -> SealCheck | None:
    raw, content = bag.read(SIGNATURE), bag.read(TAG_MANIFEST)
    if raw is None or content is None:
        absent.add("signature")
        if pinned:
            bag.fail("signer", SIGNATURE, "a signer is pinned, but the bundle is unsigned")
        return None
    try:
        seal = check_signature(raw, content)
    except InvalidSignature:
        bag.fail("signature", SIGNATURE, "the signature does not fit the certificate and the signed attributes")
        return None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        bag.fail("signature", SIGNATURE, f"no valid signature: {error}")
        return None
    if pinned and normal_fingerprint(pinned) != seal.fingerprint:
        bag.fail("signer", SIGNATURE, f"sealed by {seal.fingerprint}, which is not the pinned signer")
    return seal


def normal_fingerprint(text: str) -> str:
    """Fingerprint in lower-case hex without colons. InputError `VRF-FINGERPRINT` where it is no SHA-256 fingerprint."""
    plain = text.strip().replace(":", "").lower().removeprefix("sha256")
    if len(plain) != 64 or any(char not in "0123456789abcdef" for char in plain):
        raise InputError(
            "VRF-FINGERPRINT",
            "this is no SHA-256 fingerprint",
            place=Place("--signer"),
            hint="give the 64 hexadecimal digits printed when the bundle was made",
        )
    return plain


def _verification(bag: Bag, seal: SealCheck | None, pinned: str | None, absent: set[str]) -> Verification:
    order = {name: number for number, name in enumerate(LAYERS)}
    failures = tuple(sorted(set(bag.failures), key=lambda each: (order[each.layer], each.file, each.cause)))
    failed = {failure.layer for failure in failures}
    layers = tuple(
        Layer(name, "failed" if name in failed else "absent" if name in absent else "ok", says)
        for name, says in LAYERS.items()
    )
    content = bag.read(TAG_MANIFEST)
    unchecked = (
        ALWAYS_UNCHECKED
        if pinned or seal is None
        else ("who sealed it: no signer was pinned (--signer FINGERPRINT, obtained by another way)", *ALWAYS_UNCHECKED)
    )
    return Verification(
        bag.root.name,
        hashlib.sha512(content).hexdigest() if content else "",
        _headline(failures, seal, pinned),
        seal.fingerprint if seal else "",
        layers,
        failures,
        unchecked,
    )


def _headline(failures: tuple[Failure, ...], seal: SealCheck | None, pinned: str | None) -> str:
    if failures:
        return f"NOT intact: {', '.join(dict.fromkeys(failure.layer for failure in failures))}"
    if seal is None:
        return "intact, unsigned"
    kind = "a TEST key" if seal.test else "a key whose standing is not known here"
    return f"intact, signed with {kind}{' that you pinned' if pinned else ''}"
