"""What statements are counted by: the columns of a dump that each dimension is read from, and how their cells become values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final

from compliance.sor.dump import LISTS
from compliance.sor.schema import NAMES, load_schema

NONE: Final = "(none)"
OTHER: Final = "(not a known value)"
ABSENT: Final = "(not in a light dump)"
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to count: each statement stands under one value, or, where `many`, under each of its values."""

    name: str
    title: str
    columns: tuple[str, ...]
    many: bool = False


DIMENSIONS: Final = (
    Dimension("day", "Day of reception", ("created_at",)),
    Dimension("platform", "Platform", ("platform_name",)),
    Dimension("category", "Category", ("category",)),
    Dimension("ground", "Ground", ("decision_ground",)),
    Dimension(
        "restriction",
        "Restriction",
        ("decision_visibility", "decision_monetary", "decision_provision", "decision_account"),
        many=True,
    ),
    Dimension("automated_detection", "Automated detection", ("automated_detection",)),
    Dimension("automated_decision", "Automated decision", ("automated_decision",)),
    Dimension("source", "Source", ("source_type",)),
    Dimension("territory", "Territory", ("territorial_scope",), many=True),
    Dimension("content_type", "Content type", ("content_type",), many=True),
)
COLUMNS: Final = tuple(dict.fromkeys(name for dimension in DIMENSIONS for name in dimension.columns))
"""Columns that a summary reads; all others are only told apart."""
_CODES: Final = {"automated_detection": "yes_no", "source_type": "source_type", "territorial_scope": "country"}


def values_of(dimension: Dimension, cells: tuple[bytes | None, ...]) -> frozenset[str]:
    """The values that a statement with these cells (as they stand in the file) counts under: one or more.

    Values outside the code lists of both schemas count together, so that a spoilt column cannot grow the summary; a column
    that the file lacks (None) counts as `ABSENT`.
    """
    if None in cells:
        return frozenset({ABSENT})
    found = frozenset(
        value
        for column, cell in zip(dimension.columns, cells, strict=True)
        if cell and cell != b'""'
        for value in _values(column, plain(cell))
    )
    return found or frozenset({NONE})


def plain(cell: bytes) -> str:
    """The text of a cell, its quotes taken off."""
    return (cell[1:-1].replace(b'""', b'"') if cell[:1] == b'"' else cell).decode("utf-8")


def _values(column: str, text: str) -> Iterator[str]:
    if column == "created_at":
        yield _day(text)
    elif column == "platform_name":
        name = text.strip()
        if name:
            yield name if len(name) <= _LONGEST else f"{name[:_LONGEST]}… ({len(name):,} characters)"
    else:
        known = _known(column)
        for code in _items(text) if column in LISTS else (text,):
            yield code if code in known else OTHER


@cache
def _known(column: str) -> frozenset[str]:
    return frozenset(code for name in NAMES for code in load_schema(name).codes[_CODES.get(column, column)])


@lru_cache(maxsize=8192)
def _items(text: str) -> tuple[str, ...]:
    """Codes of a list cell, each once; a cell that is no list of texts is one unknown code."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return (OTHER,)
    if not isinstance(found, list):
        return (OTHER,)
    return tuple(dict.fromkeys(item if isinstance(item, str) else OTHER for item in found))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return OTHER
