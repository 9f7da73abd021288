"""What a report is made under, and what it is made of: rows, figures by address, problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from compliance.transparency.generate.declared import Declared
from compliance.transparency.generate.measure import Figure


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rows need beside the figures."""

    service: str
    provider: str
    tier: str
    hosting: bool
    first: str
    last: str
    declared: Declared
    choices: Mapping[str, str]
    as_of: int
    """UTC µs up to which the log counts as known."""


@dataclass(slots=True)
class Report:
    """The rows of all parts in order of the template, the figures that fill their cells, and problems in words."""

    rows: dict[int, list[list[str]]] = field(default_factory=dict)
    filled: dict[str, Figure | None] = field(default_factory=dict)
    """Address of each filled figure; None where it was declared."""
    problems: list[str] = field(default_factory=list)
    leaned: set[str] = field(default_factory=set)
    """Relations whose figures fill cells, or would if the log held them."""
