"""Blocks of the quarterly report that are made in code: scope, results, findings, what happened, quality, method."""

from __future__ import annotations

from collections.abc import Callable

from compliance.reports.content import Block
from compliance.reports.material import Material
from compliance.reports.parts.episode import letters, livestreams, outages
from compliance.reports.parts.outcome import (
    compared,
    findings,
    identification,
    missed_chart,
    not_applicable,
    reading,
    results,
)
from compliance.reports.parts.quality import (
    coverage,
    dispositions,
    figure_definitions,
    gates,
    intake,
    method,
    rules_applied,
)

PARTS: dict[str, Callable[[Material], tuple[Block, ...]]] = {
    "identification": identification,
    "not_applicable": not_applicable,
    "reading": reading,
    "missed_chart": missed_chart,
    "results": results,
    "changes": compared,
    "findings": findings,
    "outages": outages,
    "livestreams": livestreams,
    "letters": letters,
    "intake": intake,
    "gates": gates,
    "coverage": coverage,
    "dispositions": dispositions,
    "method": method,
    "rules": rules_applied,
    "definitions": figure_definitions,
}
"""Blocks made in code, by the name a layout calls them."""
