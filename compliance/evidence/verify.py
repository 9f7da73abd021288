"""Verifies a bundle offline, layer by layer; says what holds, what does not, and what was not checked."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cryptography import x509

from compliance.errors import InputError, IntegrityError, Place
from compliance.evidence.bag import TAG_MANIFEST
from compliance.evidence.bagcheck import Bag, Failure, check_bag
from compliance.evidence.contentcheck import check_answer, check_crate, check_exhibits, check_structure
from compliance.evidence.logcheck import CHECKPOINT, check_log, published_texts
from compliance.evidence.publiccheck import check_public
from compliance.evidence.seal import (
    EARLIER,
    EARLIER_STAMP,
    HEAD_STAMP,
    PAPERS,
    SIGNATURE,
    STAMP,
    SealCheck,
    check_signature,
    reaches,
)
from compliance.evidence.signedpdf import check_signed_pdf
from compliance.evidence.timestamp import NO_STAMP, Stamp, check_stamp

LAYERS = {
    "links": "no link, device or pipe anywhere",
    "paths": "no path leads out of the bundle",
    "structure": "the frame is complete, and nothing else lies in the folder",
    "manifest": "every payload file has the bytes the manifests say",
    "tagmanifest": "the manifests and the frame have the bytes the tag manifest says",
    "signature": "the seal fits the tag manifest, and signed copies are those of the papers",
    "signer": "the seal is by the pinned signer",
    "timestamp": "the time stamp is over this seal",
    "trust": "seal and time stamp lead to an authority you trust",
    "checkpoint": "the log head is well formed",
    "heads": "every head given away earlier is continued by this log, and its time stamp holds",
    "earlier": "the head you hold is continued by this log",
    "proofs": "every disclosed event is included under the log head",
    "leaves": "every disclosed event has the content its leaf commits to",
    "lines": "the verbatim lines are those of the disclosed events",
    "exhibits": "the exhibits are those the index describes, and cite disclosed events",
    "answer": "every question has its entry, reason and exhibits",
    "suppression": "the non-confidential version shows no event, no pseudonym and no small number",
    "crate": "the crate describes every file",
}
"""Name of each layer and what it says when it holds."""

ALWAYS_UNCHECKED = (
    "whether a certificate was revoked, or is on a trusted list of qualified providers",
    "whether the log was complete or true when it was written; only declared gaps are known",
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
    stamped_at: str
    layers: tuple[Layer, ...]
    failures: tuple[Failure, ...]
    not_checked: tuple[str, ...]
    head_stamped_at: str = ""
    """When the log's head, or the last one stamped before it, was time stamped; empty where none was."""

    @property
    def intact(self) -> bool:
        """True where no layer failed."""
        return not self.failures

    def with_replay(self, differences: Sequence[Failure], again: int, not_replayable: Sequence[str]) -> Verification:
        """The outcome with a further layer, `replay`: what came out otherwise, what was drawn up again, what could not be."""
        outcome = "failed" if differences else "ok" if again else "absent"
        says = f"{again} figure(s) and table(s), drawn up again from the events inside, say what the answer says"
        failures = (*self.failures, *differences)
        named = tuple(f"not replayable, {each}" for each in not_replayable)
        headline = (
            f"NOT intact: {', '.join(dict.fromkeys(each.layer for each in failures))}" if failures else self.headline
        )
        return replace(
            self,
            headline=headline,
            layers=(*self.layers, Layer("replay", outcome, says)),
            failures=failures,
            not_checked=(*named, *self.not_checked),
        )

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


@dataclass(frozen=True, slots=True)
class Expected:
    """What a recipient knows by another way: the signer's fingerprint (SHA-256), and certificates of authorities to trust."""

    signer: str | None = None
    anchors: tuple[x509.Certificate, ...] = ()
    head: bytes | None = None
    """An earlier head of the log, as the recipient holds it."""


def verify_bundle(
    root: Path, *, signer: str | None = None, anchors: tuple[x509.Certificate, ...] = (), head: bytes | None = None
) -> Verification:
    """Check every layer of the bundle at `root` against what is in it, and against what the recipient knows by another way.

    `signer` pins the fingerprint of the seal's certificate, `anchors` its authorities; `head` is an earlier head of the log.
    InputError `VRF-NOT-A-FOLDER` where `root` is no folder (an archive must be unpacked first).
    """
    _folder(root)
    bag = check_bag(root)
    expected = Expected(signer, anchors, head)
    absent = {name for name, given in (("signer", signer), ("trust", anchors), ("earlier", head)) if not given}
    seal: SealCheck | None = None
    head_stamp: Stamp | None = None
    if not any(failure.layer == "links" for failure in bag.failures):
        check_structure(bag)
        seal = _check_seal(bag, expected, absent)
        events = check_log(bag, absent, head)
        head_stamp = _check_head_stamp(bag, expected, absent)
        check_answer(bag, check_exhibits(bag, events), events)
        check_public(bag, absent)
        check_crate(bag)
    return _verification(bag, seal, head_stamp, expected, absent)


def _folder(root: Path) -> None:
    if root.is_symlink() or not root.is_dir():
        kind = "an archive is not read: unpack it into an empty folder first, refusing links and paths with '..'"
        raise InputError(
            "VRF-NOT-A-FOLDER",
            "there is no bundle folder here",
            place=Place(str(root)),
            hint=kind if root.is_file() else "name the folder that holds bagit.txt",
        )


def _check_seal(bag: Bag, expected: Expected, absent: set[str]) -> SealCheck | None:
    raw, content = bag.read(SIGNATURE), bag.read(TAG_MANIFEST)
    if raw is None or content is None:
        absent.update(("signature", "timestamp", "trust"))
        for name in PAPERS:
            if bag.read(f"seal/{name}.pdf") is not None:
                bag.fail("signature", f"seal/{name}.pdf", "a signed copy stands in a bundle that bears no seal")
        if expected.signer or expected.anchors:
            bag.fail(
                "signer" if expected.signer else "trust", SIGNATURE, "a signer is expected, but the bundle is unsigned"
            )
        return None
    try:
        seal = check_signature(raw, content)
    except NO_STAMP as error:
        bag.fail("signature", SIGNATURE, f"no valid signature: {error}")
        return None
    if expected.signer and normal_fingerprint(expected.signer) != seal.fingerprint:
        bag.fail("signer", SIGNATURE, f"sealed by {seal.fingerprint}, which is not the pinned signer")
    seal = replace(seal, stamp=_check_stamp(bag, raw, absent))
    _check_papers(bag, seal)
    if expected.anchors:
        _check_trust(bag, seal, expected.anchors)
    return seal


def _check_papers(bag: Bag, seal: SealCheck) -> None:
    """Signed copies of the papers: each the paper of the bundle, signed as a whole, by the signer of the seal."""
    for name in PAPERS:
        raw, core = bag.read(f"seal/{name}.pdf"), bag.read(f"data/answer/{name}.pdf")
        if raw is None:
            continue
        try:
            found = check_signed_pdf(raw, core or b"")
        except NO_STAMP as error:
            bag.fail("signature", f"seal/{name}.pdf", f"no valid signature: {error}")
            continue
        if core is None or found.fingerprint != seal.fingerprint:
            bag.fail(
                "signature",
                f"seal/{name}.pdf",
                "it is not signed by the signer of the seal, or not a paper of this bundle",
            )


def _check_stamp(bag: Bag, signature: bytes, absent: set[str]) -> Stamp | None:
    raw = bag.read(STAMP)
    if raw is None:
        absent.add("timestamp")
        return None
    try:
        return check_stamp(raw, signature)
    except NO_STAMP as error:
        bag.fail("timestamp", STAMP, f"no valid time stamp: {error}")
        return None


def _check_head_stamp(bag: Bag, expected: Expected, absent: set[str]) -> Stamp | None:
    """The time stamp that the log's head was given: over the checkpoint itself, or over an earlier head that is published within."""
    stamp, text, earlier = bag.read(HEAD_STAMP), bag.read(EARLIER), bag.read(EARLIER_STAMP)
    if stamp is None and text is None and earlier is None:
        return None
    absent.discard("heads")
    if stamp is not None:
        return _head_stamp(bag, HEAD_STAMP, stamp, bag.read(CHECKPOINT) or b"", expected)
    if text is None or earlier is None:
        bag.fail("heads", EARLIER, "an earlier head stands without its time stamp, or a time stamp without its head")
        return None
    if text not in published_texts(bag):
        bag.fail("heads", EARLIER, "this head is none of those that the log says were given away")
        return None
    return _head_stamp(bag, EARLIER_STAMP, earlier, text, expected)


def _head_stamp(bag: Bag, path: str, raw: bytes, content: bytes, expected: Expected) -> Stamp | None:
    try:
        stamp = check_stamp(raw, content)
    except NO_STAMP as error:
        bag.fail("heads", path, f"no valid time stamp: {error}")
        return None
    at = dt.datetime.fromisoformat(stamp.at)
    if expected.anchors and not reaches(stamp.certificate, stamp.others, expected.anchors, at):
        bag.fail("trust", path, "the time stamp's certificate leads to none of the trusted authorities")
    return stamp


def _check_trust(bag: Bag, seal: SealCheck, anchors: tuple[x509.Certificate, ...]) -> None:
    """Certificates lead to an anchor and were valid at the stamped time, else at the time the seal claims."""
    claimed = seal.stamp.at if seal.stamp else seal.claimed_time
    at = dt.datetime.fromisoformat(claimed) if claimed else None
    if not reaches(seal.certificate, seal.others, anchors, at):
        bag.fail(
            "trust", SIGNATURE, "the seal's certificate leads to none of the trusted authorities, or was not valid then"
        )
    if seal.stamp and not reaches(seal.stamp.certificate, seal.stamp.others, anchors, at):
        bag.fail("trust", STAMP, "the time stamp's certificate leads to none of the trusted authorities")


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


def _verification(
    bag: Bag, seal: SealCheck | None, head_stamp: Stamp | None, expected: Expected, absent: set[str]
) -> Verification:
    order = {name: number for number, name in enumerate(LAYERS)}
    failures = tuple(sorted(set(bag.failures), key=lambda each: (order[each.layer], each.file, each.cause)))
    failed = {failure.layer for failure in failures}
    layers = tuple(
        Layer(name, "failed" if name in failed else "absent" if name in absent else "ok", says)
        for name, says in LAYERS.items()
    )
    content = bag.read(TAG_MANIFEST)
    return Verification(
        bag.root.name,
        hashlib.sha512(content).hexdigest() if content else "",
        _headline(failures, seal, expected.signer),
        seal.fingerprint if seal else "",
        seal.stamp.at if seal and seal.stamp else "",
        layers,
        failures,
        (*_unchecked(seal, head_stamp, expected), *ALWAYS_UNCHECKED),
        head_stamp.at if head_stamp else "",
    )


def _unchecked(seal: SealCheck | None, head_stamp: Stamp | None, expected: Expected) -> Iterator[str]:
    """What stays open about the seal itself."""
    if expected.head is None:
        yield "whether the log is the one you were told of: no earlier head was given (--head FILE)"
    if head_stamp is None:
        yield "since when the log stands as it does: no head of it bears a time stamp"
    if seal is None:
        yield "who made the bundle and when: it is unsigned"
        return
    if not expected.signer:
        yield "who sealed it: no signer was pinned (--signer FINGERPRINT, obtained by another way)"
    if not expected.anchors:
        yield "whether the certificates lead to an authority you trust: none was named (--trust FILE)"
    if seal.stamp is None:
        yield "when the bundle was sealed: it carries no time stamp; the time in the seal is the signer's own word"


def _headline(failures: tuple[Failure, ...], seal: SealCheck | None, pinned: str | None) -> str:
    if failures:
        return f"NOT intact: {', '.join(dict.fromkeys(failure.layer for failure in failures))}"
    if seal is None:
        return "intact, unsigned"
    when = f", time stamped {seal.stamp.at}" if seal.stamp else ""
    return f"intact, signed with {seal.standing.words}{' that you pinned' if pinned else ''}{when}"
