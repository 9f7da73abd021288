"""Checks the disclosed events against the log's head: checkpoint, leaves, inclusion proofs, verbatim lines, redactions."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from compliance.events.canonical import canonical_json
from compliance.events.merkle import verify_consistency, verify_inclusion
from compliance.evidence.bagcheck import Bag
from compliance.evidence.contentcheck import checked_json
from compliance.evidence.opening import leaf_hash_of
from compliance.evidence.timestamp import check_stamp

CHECKPOINT, EVENTS = "data/log/checkpoint.txt", "data/events/events.jsonl"
PROOFS, LINES, REDACTIONS = "data/log/proofs.json", "data/events/lines/index.json", "data/redactions.json"
HEADS = "data/log/published.json"
LAYERS = ("proofs", "leaves", "lines")


def check_log(bag: Bag, absent: set[str], earlier: bytes | None = None) -> set[str] | None:
    """Check what the bundle says about the log; gives the ids of the disclosed events, None where they cannot be read.

    A bundle without events (a short reply) holds the head only; its other layers are noted in `absent`.
    """
    head = _head(bag)
    _check_heads(bag, absent, head, earlier)
    if bag.read(EVENTS) is None and bag.read(PROOFS) is None:
        absent.update(LAYERS)
        return set()
    events = _events(bag)
    if events is None:
        return None
    _check_proofs(bag, events, head, _check_lines(bag, events))
    _check_redactions(bag, events)
    return {str(event["id"]) for event in events}


def _head(bag: Bag) -> tuple[int, bytes] | None:
    """Size and root of the checkpoint: origin, size and base64 root on its first three lines."""
    try:
        return read_head(bag.read(CHECKPOINT) or b"")[1:]
    except ValueError:
        bag.fail("checkpoint", CHECKPOINT, "the log head is missing or malformed")
        return None


def _check_heads(bag: Bag, absent: set[str], head: tuple[int, bytes] | None, earlier: bytes | None) -> None:
    """Heads given away earlier are prefixes of this log; the one the recipient holds is among them, or is this log's own."""
    known: dict[int, bytes] = {head[0]: head[1]} if head else {}
    if bag.read(HEADS) is None:
        absent.add("heads")
    elif (document := checked_json(bag, HEADS, "heads")) is not None:
        try:
            for entry in document["heads"]:
                known[entry["size"]] = _continued(bag, entry, head)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            bag.fail("heads", HEADS, f"an entry is incomplete or malformed: {error}")
    if earlier is None:
        return
    try:
        _, size, root = read_head(earlier)
    except ValueError:
        bag.fail("earlier", CHECKPOINT, "the head you hold is not a checkpoint's text")
        return
    if size not in known:
        bag.fail("earlier", HEADS, f"the bundle has no proof for the head you hold ({size:,} leaves): ask for one")
    elif known[size] != root:
        bag.fail("earlier", HEADS, f"the log had another root at {size:,} leaves than the head you hold")


def _continued(bag: Bag, entry: dict[str, Any], head: tuple[int, bytes] | None) -> bytes:
    """Root of one head, checked: its text, its place before the log's head, its time stamp."""
    root, path = bytes.fromhex(entry["root"]), [bytes.fromhex(node) for node in entry["path"]]
    where = f"{HEADS} ({entry['size']} leaves)"
    if read_head(entry["checkpoint"].encode())[1:] != (entry["size"], root):
        bag.fail("heads", where, "its text names another size or root")
    if head and not verify_consistency(entry["size"], head[0], path, root, head[1]):
        bag.fail("heads", where, "this log does not continue the log of that head")
    if entry["stamp"]:
        try:
            check_stamp(base64.b64decode(entry["stamp"], validate=True), entry["checkpoint"].encode())
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            bag.fail("heads", where, f"its time stamp does not hold: {error}")
    return root


def read_head(raw: bytes) -> tuple[str, int, bytes]:
    """Origin, number of leaves and root of a checkpoint's text. ValueError where it is none."""
    origin, size, root = raw.decode("utf-8").split("\n")[:3]
    decoded = base64.b64decode(root, validate=True)
    if not origin or not size.isdigit() or len(decoded) != 32:
        raise ValueError("no head of a log")
    return origin, int(size), decoded


def _events(bag: Bag) -> list[dict[str, Any]] | None:
    raw = bag.read(EVENTS)
    if raw is None:
        bag.fail("leaves", EVENTS, "the disclosed events are missing")
        return None
    found: list[dict[str, Any]] = []
    for number, line in enumerate(raw.split(b"\n")[:-1], start=1):
        try:
            event = json.loads(line)
            if not isinstance(event, dict) or not isinstance(event.get("id"), str) or canonical_json(event) != line:
                raise ValueError
        except (ValueError, RecursionError):
            bag.fail("leaves", f"{EVENTS}:{number}", "the line is not one canonical JSON event")
            return None
        found.append(event)
    if len({event["id"] for event in found}) != len(found):
        bag.fail("leaves", EVENTS, "an event stands there twice")
    return found


def _check_proofs(
    bag: Bag, events: list[dict[str, Any]], head: tuple[int, bytes] | None, lines: dict[str, bytes]
) -> None:
    document = checked_json(bag, PROOFS, "proofs")
    try:
        entries = list(document["proofs"]) if document is not None else []
        if document is not None and head and (document["size"], document["root"]) != (head[0], head[1].hex()):
            bag.fail("proofs", PROOFS, "size or root are not those of the checkpoint")
        if [(entry["line"], entry["event"]) for entry in entries] != [
            (n, event["id"]) for n, event in enumerate(events, start=1)
        ]:
            bag.fail("proofs", PROOFS, "proofs and events do not stand one to one, in the same order")
            return
        if len({entry["index"] for entry in entries}) != len(entries):
            bag.fail("proofs", PROOFS, "two events claim one leaf")
        for entry, event in zip(entries, events, strict=True):
            _check_proof(bag, entry, event, head, lines.get(event["id"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        bag.fail("proofs", PROOFS, f"an entry is incomplete or malformed: {error}")


def _check_proof(
    bag: Bag, entry: dict[str, Any], event: dict[str, Any], head: tuple[int, bytes] | None, line: bytes | None
) -> None:
    where = f"{EVENTS}:{entry['line']}"
    try:
        leaf = leaf_hash_of(entry["leaf"], event, line)
    except ValueError as error:
        bag.fail("leaves", where, f"event {event['id']!r}: {error}")
        return
    path = [bytes.fromhex(node) for node in entry["path"]]
    if head and not verify_inclusion(leaf, entry["index"], head[0], path, head[1]):
        bag.fail("proofs", where, f"event {event['id']!r} is not included under the log head")


def _check_lines(bag: Bag, events: list[dict[str, Any]]) -> dict[str, bytes]:
    """Check the verbatim lines; gives each event's line, whose commitment its leaf holds."""
    document = checked_json(bag, LINES, "lines")
    known = {event["id"]: event for event in events}
    used: dict[str, int] = {}
    given: dict[str, bytes] = {}
    try:
        for entry in document["lines"] if document is not None else []:
            path = f"data/{entry['file']}"
            content = bag.read(path) or b""
            raw = content[entry["offset"] : entry["offset"] + entry["length"]]
            given[entry["event"]] = raw
            used[path] = max(used.get(path, 0), entry["offset"] + entry["length"] + 1)
            if hashlib.sha256(raw).hexdigest() != entry["sha256"]:
                bag.fail("lines", path, f"the line of event {entry['event']!r} is not the one the index describes")
            elif entry["event"] not in known or not _same(raw, known[entry["event"]]):
                bag.fail("lines", path, f"the line does not say what event {entry['event']!r} says")
        for path, end in used.items():
            if len(bag.read(path) or b"") != end:
                bag.fail("lines", path, "it holds bytes that the index does not describe")
    except (KeyError, TypeError) as error:
        bag.fail("lines", LINES, f"an entry is incomplete: {error}")
    return given


def _same(raw: bytes, event: dict[str, Any]) -> bool:
    """True where a verbatim line is the JSON of the event: same keys and values, up to how a value may be written."""
    try:
        content = json.loads(raw)
        return isinstance(content, dict) and canonical_json(content) == canonical_json(event)
    except (ValueError, RecursionError):
        return False


def _check_redactions(bag: Bag, events: list[dict[str, Any]]) -> None:
    """A field that is listed as withheld is not there, and one that is listed as replaced holds a pseudonym."""
    document = checked_json(bag, REDACTIONS, "leaves")
    known = {event["id"]: event for event in events}
    try:
        for entry in document["redactions"] if document is not None else []:
            value = known[entry["event"]].get(entry["field"])
            replaced = isinstance(value, str) and value.startswith("psn:")
            if not entry["ground"] or (value is not None if entry["action"] == "withheld" else not replaced):
                bag.fail(
                    "leaves",
                    REDACTIONS,
                    f"the entry for {entry['field']!r} of {entry['event']!r} does not fit the event",
                )
    except (KeyError, TypeError, AttributeError) as error:
        bag.fail("leaves", REDACTIONS, f"an entry is incomplete: {error}")
