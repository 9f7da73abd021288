"""The digests that the Commission publishes beside its archives, and whether the archive at hand is the one they were taken of."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from compliance.errors import IntegrityError

_PIECE: Final = 1024 * 1024


def published_digest(path: Path) -> str:
    """The SHA-1 that lies beside an archive, in lower case; empty where there is none."""
    beside = path.with_name(path.name + ".sha1")
    if not beside.is_file():
        return ""
    return next(iter(beside.read_text("utf-8", "replace").split()), "").lower()


def sha1_of(path: Path) -> str:
    """The SHA-1 of a file."""
    digest = hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def is_altered(path: Path) -> bool:
    """True where a digest lies beside the file and is not its own."""
    published = published_digest(path)
    return bool(published) and sha1_of(path) != published


def altered() -> IntegrityError:
    """What ends a run over archives of which one is not what was published: after its findings, not instead of them."""
    return IntegrityError(
        "SOR-SHA1",
        "an archive is not the one whose digest lies beside it",
        hint="download it again; the findings above are about the file that lies here",
        layer="download",
    )
