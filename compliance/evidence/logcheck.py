"""Checks the disclosed events against the log's head: checkpoint, leaves, inclusion proofs, verbatim lines, redactions."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from compliance.events.canonical import canonical_json
from compliance.events.merkle import verify_consistency, verify_inclusion
from compliance.evidence.bagcheck import Bag
from compliance.evidence.contentcheck import checked_json
from compliance.evidence.listing import Listing, Slices, opened
from compliance.evidence.opening import leaf_hash_of
from compliance.evidence.pseudonym import PREFIX
from compliance.evidence.timestamp import NO_STAMP, check_stamp

CHECKPOINT, EVENTS = "data/log/checkpoint.txt", "data/events/events.jsonl"
PROOFS, LINES, REDACTIONS = "data/log/proofs.json", "data/events/lines/index.json", "data/redactions.json"
HEADS = "data/log/published.json"
LAYERS = ("proofs", "leaves", "lines")
_ONE_TO_ONE = "proofs and events do not stand one to one, in the same order"


def check_log(bag: Bag, absent: set[str], earlier: bytes | None = None) -> set[str] | None:
    """Check what the bundle says about the log; gives the ids of the disclosed events, None where they cannot be read.

    A bundle without events (a short reply) holds the head only; its other layers are noted in `absent`.
    """
    head = _head(bag)
    _check_heads(bag, absent, head, earlier)
    if bag.read(EVENTS) is None and bag.read(PROOFS) is None:
        absent.update(LAYERS)
        return set()
    return Walk(bag, head).ids()


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
        except NO_STAMP as error:
            bag.fail("heads", where, f"its time stamp does not hold: {error}")
    return root


def published_texts(bag: Bag) -> set[bytes]:
    """Texts of the heads that the bundle says were given away; none where the list cannot be read, which its own check says."""
    document = checked_json(bag, HEADS, "heads") if bag.read(HEADS) is not None else None
    try:
        return {entry["checkpoint"].encode() for entry in (document or {"heads": []})["heads"]}
    except (KeyError, TypeError, AttributeError):
        return set()


def read_head(raw: bytes) -> tuple[str, int, bytes]:
    """Origin, number of leaves and root of a checkpoint's text. ValueError where it is none."""
    origin, size, root = raw.decode("utf-8").split("\n")[:3]
    decoded = base64.b64decode(root, validate=True)
    if not origin or not size.isdigit() or len(decoded) != 32:
        raise ValueError("no head of a log")
    return origin, int(size), decoded


class Walk:
    """One pass over the disclosed events with their proofs, verbatim lines and redactions, which stand in the same order."""

    def __init__(self, bag: Bag, head: tuple[int, bytes] | None) -> None:
        self._bag, self._head = bag, head
        self._slices = Slices(bag)
        self._lines = self._line_index()
        self._proofs = Listing(bag, PROOFS, "proofs", "proofs")
        self._redactions = Listing(bag, REDACTIONS, "redactions", "leaves")

    def ids(self) -> set[str] | None:
        """Ids of the disclosed events; None where one cannot be read."""
        bag, found, indexes = self._bag, set[str](), set[int]()
        proofs, redactions = self._guarded(self._proofs, PROOFS, "proofs"), Pending(self._redactions)
        aligned = self._same_head()
        for number, event in enumerate(self._events(), start=1):
            if event is None:
                return None
            if event["id"] in found:
                bag.fail("leaves", EVENTS, "an event stands there twice")
            found.add(event["id"])
            line = self._line_of(event)
            aligned = aligned and self._proof(next(proofs, None), number, event, line, indexes)
            self._redacted(redactions, event)
        if aligned and next(proofs, None) is not None:
            bag.fail("proofs", PROOFS, _ONE_TO_ONE)
        for name in sorted(self._lines):
            bag.fail("lines", LINES, f"the line does not say what event {name!r} says")
        if (entry := redactions.ahead()) is not None:
            bag.fail("leaves", REDACTIONS, f"an entry fits no event, or stands out of order: {str(entry)[:120]}")
        self._slices.close()
        return found

    def _same_head(self) -> bool:
        """Whether there are proofs to walk along; a size or root that is not the checkpoint's is noted."""
        told = self._proofs.head
        if not self._proofs.found:
            return False
        if self._head and (told.get("size"), told.get("root")) != (self._head[0], self._head[1].hex()):
            self._bag.fail("proofs", PROOFS, "size or root are not those of the checkpoint")
        return True

    def _guarded(self, entries: Iterable[Any], path: str, layer: str) -> Iterator[Any]:
        try:
            yield from entries
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._bag.fail(layer, path, f"an entry is incomplete or malformed: {error}")

    def _events(self) -> Iterator[dict[str, Any] | None]:
        """The events, one canonical JSON object a line; None, and an end, at the first line that is none."""
        stream = opened(self._bag, EVENTS)
        if stream is None:
            self._bag.fail("leaves", EVENTS, "the disclosed events are missing")
            yield None
            return
        with stream:
            for number, line in enumerate(stream, start=1):
                try:
                    event = json.loads(line)
                    if not isinstance(event, dict) or not isinstance(event.get("id"), str):
                        raise ValueError  # noqa: TRY004 - one kind of failure for the caller
                    if canonical_json(event) + b"\n" != line:
                        raise ValueError
                except (ValueError, RecursionError):
                    self._bag.fail("leaves", f"{EVENTS}:{number}", "the line is not one canonical JSON event")
                    yield None
                    return
                yield event

    def _proof(self, entry: Any, number: int, event: dict[str, Any], line: bytes | None, indexes: set[int]) -> bool:
        """Check one proof; False where it is not the event's, after which none can be matched."""
        bag, where = self._bag, f"{EVENTS}:{number}"
        try:
            if entry is None or (entry["line"], entry["event"]) != (number, event["id"]):
                bag.fail("proofs", PROOFS, _ONE_TO_ONE)
                return False
            if entry["index"] in indexes:
                bag.fail("proofs", PROOFS, "two events claim one leaf")
            indexes.add(entry["index"])
            try:
                leaf = leaf_hash_of(entry["leaf"], event, line)
            except ValueError as error:
                bag.fail("leaves", where, f"event {event['id']!r}: {error}")
                return True
            path = [bytes.fromhex(node) for node in entry["path"]]
            if self._head and not verify_inclusion(leaf, entry["index"], self._head[0], path, self._head[1]):
                bag.fail("proofs", where, f"event {event['id']!r} is not included under the log head")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            bag.fail("proofs", PROOFS, f"an entry is incomplete or malformed: {error}")
            return False
        return True

    def _line_index(self) -> dict[str, tuple[str, int, int, str]]:
        """Event to file, offset, length and digest of its verbatim line. Files hold the lines described, and nothing else."""
        found: dict[str, tuple[str, int, int, str]] = {}
        used: dict[str, int] = {}
        try:
            for entry in Listing(self._bag, LINES, "lines", "lines"):
                path, offset, length = f"data/{entry['file']}", int(entry["offset"]), int(entry["length"])
                if entry["event"] in found:
                    self._bag.fail("lines", LINES, f"event {entry['event']!r} has two lines")
                found[str(entry["event"])] = (path, offset, length, str(entry["sha256"]))
                used[path] = max(used.get(path, 0), offset + length + 1)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._bag.fail("lines", LINES, f"an entry is incomplete: {error}")
        for path, end in used.items():
            if self._slices.size(path) != end:
                self._bag.fail("lines", path, "it holds bytes that the index does not describe")
        return found

    def _line_of(self, event: dict[str, Any]) -> bytes | None:
        """The verbatim line of an event, checked; None where none is given."""
        told = self._lines.pop(event["id"], None)
        if told is None:
            return None
        path, offset, length, digest = told
        raw = self._slices.at(path, offset, length)
        if hashlib.sha256(raw).hexdigest() != digest:
            self._bag.fail("lines", path, f"the line of event {event['id']!r} is not the one the index describes")
        elif not _same(raw, event):
            self._bag.fail("lines", path, f"the line does not say what event {event['id']!r} says")
        return raw

    def _redacted(self, redactions: Pending, event: dict[str, Any]) -> None:
        """A field that is listed as withheld is not there, one that is listed as replaced holds a pseudonym, and no other does."""
        left = {name for name, value in event.items() if isinstance(value, str) and value.startswith(PREFIX)}
        try:
            while (entry := redactions.ahead()) is not None and entry["event"] == event["id"]:
                redactions.take()
                value = event.get(entry["field"])
                replaced = entry["field"] in left
                left.discard(entry["field"])
                if not entry["ground"] or (value is not None if entry["action"] == "withheld" else not replaced):
                    cause = f"the entry for {entry['field']!r} of {event['id']!r} does not fit the event"
                    self._bag.fail("leaves", REDACTIONS, cause)
        except (KeyError, TypeError, AttributeError) as error:
            self._bag.fail("leaves", REDACTIONS, f"an entry is incomplete: {error}")
            redactions.take()
            return
        if left:
            cause = f"field {min(left)!r} of event {event['id']!r} holds a pseudonym that no entry explains"
            self._bag.fail("leaves", REDACTIONS, cause)


class Pending:
    """Entries with a look at the next one."""

    def __init__(self, entries: Iterable[Any]) -> None:
        self._entries = iter(entries)
        self._next: list[Any] = []

    def ahead(self) -> Any:
        """The next entry, which stays; None at the end."""
        if not self._next:
            self._next = [next(self._entries, None)]
        return self._next[0]

    def take(self) -> None:
        """Pass over the next entry."""
        self._next = []


def _same(raw: bytes, event: dict[str, Any]) -> bool:
    """True where a verbatim line is the JSON of the event: same keys and values, up to how a value may be written."""
    try:
        content = json.loads(raw)
        return isinstance(content, dict) and canonical_json(content) == canonical_json(event)
    except (ValueError, RecursionError):
        return False
