"""A first look at logs: which event types may be in them, so that no more columns are read than matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from compliance.errors import ComplianceError
from compliance.events.catalogue import catalogue
from compliance.events.readers.source import CHUNK, BrokenStreamError, Content, SourceFile, open_sources

_MEMBER = re.compile(rb'"type"\s*:\s*"([^"\\]{1,128})"')
_NAME = re.compile(rb"[a-z_0-9]{2,}\.[a-z_0-9]{2,}")
_OVERLAP = 256
"""Bytes of one piece that are looked at again with the next, since a member may lie across the two."""


def types_in_logs(paths: Sequence[Path]) -> frozenset[str] | None:
    """Event types that native logs seem to hold (NDJSON or CSV, compressed or not); None where nothing can be said.

    A look at the bytes, not a reading: it finds types that are no event's, and may miss one that is written oddly.
    """
    try:
        found = [_types(source) for source in open_sources(paths)]
    except (OSError, ComplianceError, BrokenStreamError):
        return None
    known = frozenset(name.encode() for name in catalogue().types)
    if None in found:
        return None
    return frozenset(name.decode() for names in found if names is not None for name in names & known)


def _types(source: SourceFile) -> set[bytes] | None:
    if source.format == "parquet":
        return None
    pattern = _MEMBER if source.format == "ndjson" else _NAME
    names: set[bytes] = set()
    for piece in _pieces(source):
        names.update(pattern.findall(piece))
    return names


def _pieces(source: SourceFile) -> Iterator[bytes]:
    tail = b""
    for chunk in _plain(source) if source.compression == "none" else Content(source).chunks():
        piece = tail + chunk
        yield piece
        tail = piece[-_OVERLAP:]


def _plain(source: SourceFile) -> Iterator[bytes]:
    """The bytes of a file that is not compressed, without the digest that a reading takes."""
    with source.path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk
