"""Heads of the log given away: written with a time stamp for somebody else to keep, and held against the log ever after.

An insider with every key can make a new log with a new head; only a head that others already hold shows it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.clock import Clock, format_us, to_us
from compliance.errors import EvidenceError, InputError, IntegrityError, Place
from compliance.events.durable import locked, write_failures
from compliance.events.ledger import Ledger
from compliance.events.merkle import verify_consistency
from compliance.events.store import LEDGER, LOCK, Store
from compliance.evidence.crate import DataFile
from compliance.evidence.logcheck import read_head
from compliance.evidence.pages import CUSTODIAN
from compliance.evidence.seal import EARLIER, EARLIER_STAMP, HEAD_STAMP, chain_files
from compliance.evidence.signer import ordered_chain
from compliance.evidence.staging import write_over
from compliance.evidence.timestamp import NO_STAMP, Tsa, check_stamp, stamped

PUBLISHED = "published"
"""Kind of the ledger's entries, and folder of the stamps in the store."""
HEADS = "log/published.json"


@dataclass(frozen=True, slots=True)
class Head:
    """A head as given away: number of leaves, root, its text, its stamp (empty if none), the consistency path to the log's head now."""

    size: int
    root: bytes
    text: str
    stamp: bytes
    path: tuple[bytes, ...]


def publish_head(store: Store, folder: Path, *, role: str, clock: Clock, tsa: Tsa | None = None) -> Path:
    """Write the log's head (and its time stamp) into `folder`, and record that in the ledger; gives the head's file.

    A head that lies there already is not written again; one that was given away without a stamp is stamped where `tsa` is given,
    and a stamp that the store holds is used again: it is the earlier proof. EvidenceError `PUB-EMPTY` where the log holds nothing,
    `PUB-OTHER` where another head lies under the name, `EVD-TSA`, `EVD-WRITE`; then the head is not given away, and a next run does it.
    """
    head = store.checkpoint()
    if not head.size:
        raise EvidenceError(
            "PUB-EMPTY", "the log holds no event yet", place=Place(str(store.path)), hint="ingest a log first"
        )
    name = f"checkpoint-{head.size:012d}"
    target, beside = folder / f"{name}.txt", folder / f"{name}.txt.tsr"
    own = store.path / PUBLISHED / f"{name}.tsr"
    text = head.text.encode()
    given = target.is_file() and _is_this(target, text) and _recorded(store, head.size)
    if given and (tsa is None or _holds(beside, text)):
        return target
    kept = own.read_bytes() if _holds(own, text) else b""
    stamp = kept or (stamped(text, tsa) if tsa else b"")
    with write_failures(store.path), locked(store.path / LOCK):
        if stamp and not kept:
            write_over(own, stamp)
        if stamp:
            write_over(beside, stamp)
        if not target.exists():
            write_over(target, text)
        body: dict[str, Any] = {"at": format_us(to_us(clock())), "role": role, "size": head.size}
        body |= {"root": head.root.hex(), "stamp": own.name if stamp else ""}
        Ledger(store.path / LEDGER).append(PUBLISHED, body)
    return target


def _is_this(target: Path, text: bytes) -> bool:
    if target.read_bytes() == text:
        return True
    raise EvidenceError(
        "PUB-OTHER",
        "another head lies here under the name of this one",
        place=Place(str(target)),
        hint="name a folder for this store alone; if it was this store's, stop: `ledger check` says what does not fit",
    )


def _recorded(store: Store, size: int) -> bool:
    return any(int(entry["size"]) == size for entry in store.ledger.of(PUBLISHED))


def _holds(path: Path, text: bytes) -> bool:
    """True where a time stamp over a head lies at `path` and holds."""
    try:
        check_stamp(path.read_bytes(), text)
    except (OSError, *NO_STAMP):
        return False
    return True


def heads_of(store: Store) -> tuple[Head, ...]:
    """Every head that was given away, oldest first, once, with its stamp if it has one, and its proof against the log's head now."""
    found: dict[int, Head] = {}
    for entry in store.ledger.of(PUBLISHED):
        size, root = int(entry["size"]), bytes.fromhex(entry["root"])
        text = f"{store.origin}\n{size}\n{base64.b64encode(root).decode('ascii')}\n"
        stamp = _own_stamp(store.path / PUBLISHED / entry["stamp"], text.encode()) if entry["stamp"] else b""
        if size not in found or not found[size].stamp:
            found[size] = Head(size, root, text, stamp, store.consistency_proof(size))
    return tuple(found.values())


def _own_stamp(path: Path, text: bytes) -> bytes:
    """The store's copy of a head's time stamp. IntegrityError `PUB-HEAD` where it is gone or does not hold."""
    if not _holds(path, text):
        raise _broken(path, "the time stamp that this head was given is gone, or does not hold")
    return path.read_bytes()


def head_stamp(heads: Sequence[Head], checkpoint: bytes) -> dict[str, bytes]:
    """Files of a bundle's `seal/` with the latest time stamp that a head of this log was given; none where none was stamped.

    Over `data/log/checkpoint.txt` where the log has not grown since; else over the text of the earlier head, which goes along.
    """
    latest = next((each for each in reversed(heads) if each.stamp), None)
    if latest is None:
        return {}
    text = latest.text.encode()
    found = check_stamp(latest.stamp, text)
    chain = (found.certificate, *ordered_chain(found.certificate, found.others)[0])
    files = {HEAD_STAMP: latest.stamp} if text == checkpoint else {EARLIER: text, EARLIER_STAMP: latest.stamp}
    return files | chain_files("head", chain)


def check_heads(store: Store, folder: Path) -> tuple[str, ...]:
    """Hold every `checkpoint-*.txt` of a folder against the log as it is now; one line each that holds.

    InputError `PUB-NONE` where the folder has none; IntegrityError `PUB-HEAD` (exit 5) at the first that does not hold.
    """
    paths = sorted(folder.glob("checkpoint-*.txt"))
    if not paths:
        raise InputError(
            "PUB-NONE",
            "no head lies here",
            place=Place(str(folder)),
            hint="name the folder that `ledger publish` wrote",
        )
    return tuple(_checked(store, path) for path in paths)


def _checked(store: Store, path: Path) -> str:
    now = store.checkpoint()
    raw = path.read_bytes()
    try:
        origin, size, root = read_head(raw)
    except ValueError as error:
        raise _broken(path, "this is no head of a log") from error
    if origin != store.origin:
        raise _broken(path, f"it is the head of another log: {origin}")
    if size > now.size:
        raise _broken(path, f"it has {size:,} leaves, the log has {now.size:,}: events were taken out")
    if not verify_consistency(size, now.size, store.consistency_proof(size), root, now.root):
        raise _broken(path, "the log as it is now does not continue the log of this head: it was made anew or changed")
    return f"{path.name}: {size:,} leaves, continued by the log's {now.size:,}{_stamp_words(path, raw)}"


def _stamp_words(path: Path, raw: bytes) -> str:
    beside = path.with_name(f"{path.name}.tsr")
    if not beside.exists():
        return "; no time stamp"
    try:
        return f"; time stamped {check_stamp(beside.read_bytes(), raw).at}"
    except NO_STAMP as error:
        raise _broken(beside, f"the time stamp does not hold: {error}") from error


def _broken(path: Path, cause: str) -> IntegrityError:
    return IntegrityError(
        "PUB-HEAD",
        cause,
        place=Place(str(path)),
        layer="checkpoint",
        hint="stop and keep both as they are; find out who could write to the store since this head was given away",
    )


def heads_file(heads: Sequence[Head]) -> Iterator[DataFile]:
    """`data/log/published.json` of a bundle, where heads were given away."""
    if not heads:
        return
    entries = [
        {
            "size": each.size,
            "root": each.root.hex(),
            "checkpoint": each.text,
            "stamp": base64.b64encode(each.stamp).decode("ascii"),
            "path": [node.hex() for node in each.path],
        }
        for each in heads
    ]
    content = json.dumps({"format": "heads/1", "heads": entries}, indent=1, sort_keys=True).encode() + b"\n"
    yield DataFile(
        HEADS,
        content,
        "Heads of the log given away earlier, each with a proof that this log continues it",
        "application/json",
        CUSTODIAN,
        "ledger of the store; consistency proofs (RFC 9162 section 2.1.4)",
    )
