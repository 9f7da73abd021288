"""Writes the BagIt 1.0 frame (RFC 8493) around a folder of files; the digest of its tag manifest names the bundle."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from compliance.evidence.manifest import Entry, cores, digests_of, render
from compliance.evidence.staging import write_new

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD_ALGORITHMS = ("sha512", "sha256")
TAG_MANIFEST = "tagmanifest-sha512.txt"
_SPACE = re.compile(r"\s+")


def files_below(root: Path, folder: str = "") -> tuple[str, ...]:
    """Relative POSIX paths of all files below `root/folder`, sorted. Links are listed, never followed."""
    found = [
        (Path(at) / name).relative_to(root).as_posix()
        for at, _, names in os.walk(root / folder if folder else root)
        for name in names
    ]
    return tuple(sorted(found))


def bag_info(fields: Sequence[tuple[str, str]]) -> bytes:
    """Bytes of `bag-info.txt`: one label and value per line, in the order given, values on a single line."""
    return "".join(f"{label}: {_SPACE.sub(' ', value).strip()}\n" for label, value in fields).encode("utf-8")


def close_bag(root: Path, info: Sequence[tuple[str, str]]) -> str:
    """Write declaration, info and manifests around `root/data` and the tag files in `root`; gives the bundle id.

    The id is the SHA-512 of the tag manifest, in hex. Every file of `root` outside `data/` at this time is a tag file.
    """
    payload = files_below(root, "data")
    with ThreadPoolExecutor(cores()) as threads:
        found = threads.map(lambda path: digests_of(root / path, PAYLOAD_ALGORITHMS), payload)
        sums = dict(zip(payload, found, strict=True))
    octets = sum((root / path).stat().st_size for path in payload)
    write_new(root / "bagit.txt", DECLARATION)
    write_new(root / "bag-info.txt", bag_info([*info, ("Payload-Oxum", f"{octets}.{len(payload)}")]))
    for algorithm in PAYLOAD_ALGORITHMS:
        write_new(root / f"manifest-{algorithm}.txt", render(Entry(path, sums[path][algorithm]) for path in payload))
    tags = [path for path in files_below(root) if not path.startswith("data/")]
    content = render(Entry(path, digests_of(root / path, ("sha512",))["sha512"]) for path in tags)
    write_new(root / TAG_MANIFEST, content)
    return hashlib.sha512(content).hexdigest()
