"""Checks what a bundle says about itself: strict frame, crate, exhibits index, question entries."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import Any

from compliance.evidence.bag import PAYLOAD_ALGORITHMS, TAG_MANIFEST, files_below
from compliance.evidence.bagcheck import Bag
from compliance.evidence.crate import METADATA, listed_files
from compliance.evidence.parquet import difference
from compliance.evidence.seal import SEAL_FILE

STATUSES = ("answered", "partly", "not_held", "withheld")
ANSWER = "data/answer/answer.json"
EXHIBITS = "data/exhibits/index.json"


def checked_json(bag: Bag, path: str, layer: str) -> Any:
    """Parsed JSON of a payload file whose bytes are, once more, those of the manifest; None (and a failure) otherwise."""
    raw = bag.read(path)
    if raw is None:
        bag.fail(layer, path, "the file is missing")
        return None
    if hashlib.sha512(raw).hexdigest() != bag.payload.get("sha512", {}).get(path):
        bag.fail("manifest", path, "its SHA512 differs from the manifest")
        return None
    try:
        return parsed_json(raw)
    except (ValueError, RecursionError) as error:
        bag.fail(layer, path, f"not valid JSON: {error}")
        return None


def parsed_json(raw: bytes) -> Any:
    """Value of strict JSON: no key twice, no NaN. ValueError otherwise."""
    return json.loads(raw, object_pairs_hook=_no_doubles, parse_constant=_no_constant)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands there twice")
    return result


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def check_structure(bag: Bag) -> None:
    """A bundle is a BagIt 1.0 bag in UTF-8 with the two payload manifests and nothing that no manifest lists."""
    if (bag.version, bag.encoding.upper()) != ("1.0", "UTF-8"):
        bag.fail("structure", "bagit.txt", "a bundle is BagIt 1.0 in UTF-8")
    for algorithm in PAYLOAD_ALGORITHMS:
        if algorithm not in bag.payload:
            bag.fail("structure", f"manifest-{algorithm}.txt", "the manifest is missing")
    tags = bag.tags.get("sha512", {})
    for required in (
        "bagit.txt",
        "bag-info.txt",
        "VERIFY.md",
        *(f"manifest-{name}.txt" for name in PAYLOAD_ALGORITHMS),
    ):
        if required not in tags:
            bag.fail("tagmanifest", required, "the tag manifest does not list it")
    for path in files_below(bag.root):
        if not path.startswith("data/") and path not in tags and path != TAG_MANIFEST and not SEAL_FILE.match(path):
            bag.fail("structure", path, "the file does not belong here: no manifest lists it")
    _check_folders(bag)


def _check_folders(bag: Bag) -> None:
    """Folders hold files: an empty one hides nothing, but it is not what was sent."""
    files = {PurePosixPath(path) for path in files_below(bag.root)}
    wanted = {parent for path in files for parent in path.parents}
    for folder in sorted(bag.root.rglob("*")):
        if folder.is_dir() and PurePosixPath(folder.relative_to(bag.root).as_posix()) not in wanted:
            bag.fail("structure", folder.relative_to(bag.root).as_posix(), "an empty folder that was not sent")


def check_crate(bag: Bag) -> None:
    """The crate lists every payload file, and no other."""
    name = f"data/{METADATA}"
    document = checked_json(bag, name, "crate")
    if document is None:
        return
    try:
        listed = {f"data/{path}" for path in listed_files(json.dumps(document).encode())}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        bag.fail("crate", name, f"not a usable crate: {error}")
        return
    there = set(files_below(bag.root, "data")) - {name}
    for path in sorted(there - listed):
        bag.fail("crate", path, "the crate does not describe the file")
    for path in sorted(listed - there):
        bag.fail("crate", path, "the crate describes a file that is not there")


def check_exhibits(bag: Bag, events: set[str] | None) -> set[str]:
    """The exhibits index fits the exhibits: continuous numbers, digests, sizes, cited events. Gives the exhibit ids.

    `events`: ids of the disclosed events; None where they could not be read.
    """
    index = checked_json(bag, EXHIBITS, "exhibits")
    try:
        entries = list(index["exhibits"]) if index is not None else []
        named = {f"data/{each['file']}" for entry in entries for each in (entry, entry.get("parquet")) if each}
        for number, entry in enumerate(entries, start=1):
            if entry["id"] != f"E-{number:03d}":
                bag.fail("exhibits", EXHIBITS, f"number {number} is called {entry['id']}: numbers run without a gap")
            _check_exhibit(bag, entry, events)
    except (KeyError, TypeError, AttributeError) as error:
        bag.fail("exhibits", EXHIBITS, f"an entry is incomplete: {error}")
        return set()
    for path in sorted(set(files_below(bag.root, "data/exhibits")) - named - {EXHIBITS}):
        bag.fail("exhibits", path, "the index does not list the exhibit")
    return {entry["id"] for entry in entries}


def _check_exhibit(bag: Bag, entry: dict[str, Any], events: set[str] | None) -> None:
    path = f"data/{entry['file']}"
    whole = _is_described(bag, entry, entry["id"])
    typed = entry.get("parquet")
    if typed is not None and _is_described(bag, typed, entry["id"]) and whole:
        differs = difference(bag.root / path, bag.root / f"data/{typed['file']}")
        if differs:
            bag.fail("exhibits", f"data/{typed['file']}", f"the typed copy of exhibit {entry['id']}: {differs}")
    missing = sorted(set(entry["events"]) - events) if events is not None else []
    if missing:
        bag.fail(
            "exhibits", path, f"exhibit {entry['id']} cites {len(missing)} event(s) not disclosed, e.g. {missing[0]!r}"
        )


def _is_described(bag: Bag, described: dict[str, Any], name: str) -> bool:
    """True where the file that the index describes is there with these bytes; a failure otherwise."""
    path = f"data/{described['file']}"
    if path not in bag.payload.get("sha256", {}):
        bag.fail("exhibits", path, f"exhibit {name} is not in the bundle")
    elif described["sha256"] != bag.payload["sha256"][path]:
        bag.fail("exhibits", path, f"exhibit {name} is not the file the index describes")
    elif (bag.root / path).is_file() and described["bytes"] != (bag.root / path).stat().st_size:
        bag.fail("exhibits", path, f"exhibit {name} has another size than the index says")
    else:
        return (bag.root / path).is_file()
    return False


def check_answer(bag: Bag, exhibits: set[str], events: set[str] | None) -> None:
    """Every question has one entry with a status, a reason where it is not answered, and exhibits that exist; gaps are declared."""
    document = checked_json(bag, ANSWER, "answer")
    try:
        listed = list(document["questions"]) if document is not None else []
        gaps: list[Any] = []
        for entry in listed:
            question = checked_json(bag, f"data/{entry['file']}", "answer")
            if question is not None:
                _check_question(bag, entry, question, exhibits)
                gaps += question["gaps"]
        files = {f"data/{entry['file']}" for entry in listed}
        for gap in document["gaps"] if document is not None else []:
            if not gap["what"] or not gap["supply_by"]:
                bag.fail("answer", ANSWER, "a declared gap lacks its subject or its supply date")
        if document is not None and any(gap not in document["gaps"] for gap in gaps):
            bag.fail("answer", ANSWER, "a gap that a question declares is not among those of the answer")
        if document is not None and events is not None and document["disclosed_events"] != len(events):
            bag.fail(
                "answer", ANSWER, f"it says that {document['disclosed_events']} events are disclosed, not {len(events)}"
            )
    except (KeyError, TypeError, AttributeError) as error:
        bag.fail("answer", ANSWER, f"an entry is incomplete: {error}")
        return
    for path in sorted(set(files_below(bag.root, "data/answer/questions")) - files):
        bag.fail("answer", path, "the answer does not list the question")


def _check_question(bag: Bag, entry: dict[str, Any], question: dict[str, Any], exhibits: set[str]) -> None:
    path = f"data/{entry['file']}"
    if (question["number"], question["status"]) != (entry["number"], entry["status"]):
        bag.fail("answer", path, "number or status differ from the answer's own table")
    if question["status"] not in STATUSES:
        bag.fail("answer", path, f"unknown status {question['status']!r}")
    elif question["status"] != "answered" and not question["reason"]:
        bag.fail("answer", path, f"the status {question['status']} needs a reason")
    for exhibit in sorted(set(question["exhibits"]) - exhibits):
        bag.fail("answer", path, f"it names exhibit {exhibit}, which does not exist")
