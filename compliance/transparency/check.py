"""What the linter looks for, read from `reports/transparency/checks.yaml`: one entry per check, with words and weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from compliance.resources import data_dir

SEVERITIES = ("error", "warning", "note")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it finds, why it matters, what to do, and on whose word."""

    id: str
    group: str
    title: str
    severity: str
    basis: str
    """annex, template, rfc, arithmetic or practice."""
    why: str
    fix: str
    mends: bool
    """The corrected copy has it put right, where that is certain."""


@cache
def checks() -> Mapping[str, Check]:
    """Checks by id, in the order of the page that lists them."""
    groups = yaml.safe_load((data_dir("reports") / "transparency" / "checks.yaml").read_text("utf-8"))
    found = [
        Check(
            id=item["id"],
            group=group["group"],
            title=item["title"],
            severity=item["severity"],
            basis=item["basis"],
            why=item["why"],
            fix=item["fix"],
            mends=item.get("mends", False),
        )
        for group in groups
        for item in group["checks"]
    ]
    return {check.id: check for check in found}
