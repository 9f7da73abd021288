"""SQL text made of parts: identifiers and constants are quoted here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable


def ident(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string constant. ValueError where it holds a NUL, which SQL text cannot."""
    if "\x00" in value:
        raise ValueError("NUL in a constant")
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """A list constant of strings."""
    return "[" + ", ".join(text(value) for value in values) + "]"


def any_of(column: str, values: Iterable[str]) -> str:
    """True where `column` equals one of the constants; an OR chain, since a long IN list would reorder rows."""
    return "(" + (" OR ".join(f"{column} = {text(value)}" for value in values) or "FALSE") + ")"
