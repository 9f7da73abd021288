"""The bag layer against the public BagIt conformance suite, where its folder is known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compliance.evidence.bagcheck import check_bag

pytestmark = pytest.mark.corpora
FOLDER = Path(os.environ.get("COMPLIANCE_CORPORA", "/nonexistent")) / "bagit"
WRONG = ("v0.97/invalid", "v1.0/invalid", "v0.97/linux-only", "v0.97/windows-only")
RIGHT = ("v0.97/valid", "v1.0/valid")
NOT_APPLICABLE = {
    "bag-in-a-bag": "",
    "out-of-scope-file-paths-using-shortcut": "",
}


def _cases(groups: tuple[str, ...]) -> list[str]:
    found = [
        f"{group}/{case.name}"
        for group in groups
        if (FOLDER / group).is_dir()
        for case in sorted((FOLDER / group).iterdir())
        if case.is_dir()
    ]
    return found or ["corpus missing"]


@pytest.mark.parametrize("case", _cases(RIGHT))
def test_valid_bag_holds(case: str) -> None:
    """A bag that the suite calls valid has no failure in our frame check."""
    if not FOLDER.is_dir():
        pytest.skip("COMPLIANCE_CORPORA names no folder with the BagIt suite")
    assert check_bag(FOLDER / case).failures == []


@pytest.mark.parametrize("case", _cases(WRONG))
def test_invalid_bag_fails(case: str) -> None:
    """A bag that the suite calls invalid has at least one failure in our frame check."""
    if not FOLDER.is_dir():
        pytest.skip("COMPLIANCE_CORPORA names no folder with the BagIt suite")
    assert check_bag(FOLDER / case).failures
