"""docs/write-a-rule.md names what there is: every pattern, every test of conditions, every fault."""

from __future__ import annotations

import re
from pathlib import Path

from compliance.rules.condition import OPS
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Expect
from compliance.rules.soundness import PLACEHOLDERS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "write-a-rule.md").read_text("utf-8")


def test_every_pattern_and_every_test_is_named() -> None:
    """Patterns, tests of conditions and placeholders stand on the page."""
    for word in (*Expect.model_fields, *OPS, *(f"{{{name}}}" for name in PLACEHOLDERS)):
        assert f"`{word}`" in PAGE


def test_every_fault_code_is_explained() -> None:
    """Each code that loading, lint or test can give is in the table, and none that they cannot."""
    used = set()
    for path in (ROOT / "compliance" / "rules").glob("*.py"):
        used |= set(re.findall(r'"(RUL-[A-Z-]+)"', path.read_text("utf-8")))
    assert used - {"RUL-MISSING", "RUL-NAME", "RUL-ID", "RUL-EXISTS", "RUL-PATTERN"} == set(
        re.findall(r"`(RUL-[A-Z-]+)`", PAGE)
    )


def test_rules_named_as_examples_exist(shipped: tuple[LoadedRule, ...]) -> None:
    """Every rule that the page points to ships."""
    known = {one.rule.id for one in shipped}
    assert set(re.findall(r"`((?:DSA|TCO|NIS2)-[0-9][^`]*)`", PAGE)) <= known
