"""RO-Crate 1.1 metadata: what each file is, who keeps its source, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.events.session import Scratch

METADATA = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on disk, and what keeps it there for as long as somebody refers to it."""

    path: Path
    by: Scratch


@dataclass(frozen=True, slots=True)
class DataFile:
    """One payload file: its path below `data/`, its bytes, and what the crate says about it.

    `custodian` is a role, never a person's name; `made` says in a sentence how the file came about. A large file lies on disk
    instead, at `source`, until the bundle is written.
    """

    path: str
    content: bytes
    title: str
    media_type: str
    custodian: str
    made: str
    source: Kept | None = None

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content) if self.source is None else self.source.path.stat().st_size

    def read(self) -> bytes:
        """The bytes, wherever they lie."""
        return self.content if self.source is None else self.source.path.read_bytes()


@dataclass(frozen=True, slots=True)
class CrateInfo:
    """What the crate as a whole is: its name, a description, its date (RFC 3339), publisher and terms of use."""

    name: str
    description: str
    published: str
    publisher: str
    terms: str
    software: str
    version: str


def crate_metadata(info: CrateInfo, files: Sequence[DataFile]) -> bytes:
    """Bytes of `ro-crate-metadata.json`: same files, same bytes."""
    ordered = sorted(files, key=lambda file: file.path)
    custodians = sorted({file.custodian for file in ordered})
    numbers = {role: f"#custodian-{number}" for number, role in enumerate(custodians, start=1)}
    graph: list[dict[str, Any]] = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": info.name,
            "description": info.description,
            "datePublished": info.published,
            "publisher": {"@id": "#publisher"},
            "license": {"@id": "#terms"},
            "hasPart": [{"@id": file.path} for file in ordered],
        },
        {"@id": "#publisher", "@type": "Organization", "name": info.publisher},
        {"@id": "#terms", "@type": "CreativeWork", "name": "Terms of use", "description": info.terms},
        {"@id": "#software", "@type": "SoftwareApplication", "name": info.software, "version": info.version},
        {
            "@id": "#preparation",
            "@type": "CreateAction",
            "name": "Preparation of the answer",
            "instrument": {"@id": "#software"},
            "result": [{"@id": file.path} for file in ordered],
        },
    ]
    graph += [
        {"@id": numbers[role], "@type": "Organization", "name": role, "description": "custodian (role)"}
        for role in custodians
    ]
    graph += [
        {
            "@id": file.path,
            "@type": "File",
            "name": file.title,
            "description": file.made,
            "encodingFormat": file.media_type,
            "contentSize": str(file.size),
            "accountablePerson": {"@id": numbers[file.custodian]},
        }
        for file in ordered
    ]
    return (json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def listed_files(raw: bytes) -> set[str]:
    """Paths (below `data/`) of the files a crate lists as its parts. ValueError where it is no such crate."""
    document = json.loads(raw)
    if not isinstance(document, dict) or not isinstance(document.get("@graph"), list):
        raise ValueError("it has no @graph")  # noqa: TRY004 - one kind of failure for the caller
    entities = {entity["@id"]: entity for entity in document["@graph"] if isinstance(entity, dict) and "@id" in entity}
    root = entities.get("./")
    if root is None:
        raise ValueError("it has no root data entity")
    parts = {str(part["@id"]) for part in root.get("hasPart", [])}
    described = {name for name, entity in entities.items() if entity.get("@type") == "File"}
    if parts != described:
        raise ValueError(f"parts and descriptions differ: {', '.join(sorted(parts ^ described)[:3])}")
    return parts
