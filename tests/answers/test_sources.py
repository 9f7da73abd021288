"""Nil and figures lean on sources: without one of them, what leaned on it is partly or not held, and nothing else changes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compliance.clock import parse_instant
from compliance.events.dataset import CoverageStatement, Dataset, Interval, Requirement
from compliance.project import Project
from tests.answers.small_store import SmallStore
from tests.answers.test_answer import answered

WINDOW = Interval(parse_instant("2026-07-01T00:00:00Z"), parse_instant("2026-09-30T00:00:00Z"))
SOURCES = {
    "live": ("livestream.*", "incident.*", "statement.*", "availability.*", "impact.*", "status*.*"),
    "desk": ("notice.*",),
    "appeals": ("complaint.*", "ods.*"),
    "orders": ("order.*", "removal_order.*"),
}
QUESTIONS: list[dict[str, Any]] = [
    {"number": "1", "text": "Provide a chronology of the livestream.", "type": "timeline", "leaf": True},
    {"number": "2", "text": "State the number of notices received.", "type": "figures", "leaf": True},
    {"number": "3", "text": "State the median time to decide on notices.", "type": "figures", "leaf": True},
    {"number": "4", "text": "Provide a random sample of 5 notices decided.", "type": "decision_sample", "leaf": True},
    {"number": "5", "text": "State how many complaints were received.", "type": "figures", "leaf": True},
    {"number": "6", "text": "Provide the log of complaints received.", "type": "log_extract", "leaf": True},
    {
        "number": "7",
        "text": "State the number of orders to act against content received.",
        "type": "figures",
        "leaf": True,
    },
]
LEANS = {"live": {"1"}, "desk": {"2", "3", "4"}, "appeals": {"5", "6"}, "orders": {"7"}}
"""Questions whose answer leans on each source."""


class Sources(SmallStore):
    """The small store, vouched for by some sources only."""

    def __init__(self, *present: str) -> None:
        super().__init__()
        self.present = present

    def dataset(self, requirement: Requirement | None, *, project: Project) -> Dataset:
        """All events, with the statements of the sources that are present."""
        said = tuple(CoverageStatement(name, SOURCES[name], WINDOW) for name in self.present)
        return replace(super().dataset(requirement, project=project), statements=said)


def outcome(folder: Path, *present: str) -> dict[str, dict[str, Any]]:
    """Each question's entry, where some sources vouch."""
    result = answered(folder, Sources(*present), request={"questions": QUESTIONS, "cited_articles": []})
    entries = [json.loads(path.read_text()) for path in sorted((result.bundle / "data/answer/questions").iterdir())]
    return {each["number"]: each for each in entries}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The answers where every source vouches."""
    return outcome(tmp_path_factory.mktemp("whole"), *SOURCES)


def test_all_sources_answer_everything(whole: dict[str, dict[str, Any]]) -> None:
    """With every source the questions are answered, nils among them as zeros."""
    assert {number: each["status"] for number, each in whole.items()} == dict.fromkeys(whole, "answered")
    assert [figure["amount"] for number in ("5", "7") for figure in whole[number]["figures"]] == [0, 0]
    assert whole["6"]["exhibits"] == []


@pytest.mark.parametrize("gone", list(SOURCES))
def test_without_a_source(gone: str, whole: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    """What leaned on the source is partly or not held with a declared gap, no nil among it; the rest says what it said."""
    left = outcome(tmp_path, *(name for name in SOURCES if name != gone))
    for number, entry in left.items():
        if number in LEANS[gone]:
            assert entry["status"] in {"partly", "not_held"}, number
            assert entry["gaps"], number
            assert entry["reason"], number
            assert all(figure["holding"] != "complete" for figure in entry["figures"]), number
            assert not any(figure["amount"] == 0 for figure in entry["figures"]), number
        else:
            assert (entry["status"], entry["figures"]) == (whole[number]["status"], whole[number]["figures"]), number
