"""What was planted is what is found, no more and no less: the engine against the generator, which knows no rule."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.agreement import differences
from compliance.assess.check import check, requirement_of
from compliance.events.load import load_logs
from compliance.events.store import Store
from compliance.project import load_project
from compliance.rules.loader import load_rules
from compliance.synthetic.halcyon import generate, log_paths

SCALE = 0.03


def truth_of(folder: Path) -> dict[str, Any]:
    """The truth file of a generated folder."""
    document: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
    return document


def counts_of(files: Any) -> dict[str, dict[str, int]]:
    """Lines by fate of every file, as the truth has them."""
    return {
        Path(f.file).name: {
            "lines": f.lines,
            "accepted": f.accepted,
            "duplicates": f.duplicates,
            "rejected": f.rejected,
        }
        for f in files
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_planted_is_what_is_found(seed: int, tmp_path: Path) -> None:
    """On three seeds every verdict, reason and count of every rule equals the truth, and so do the lines of each file."""
    folder = generate(tmp_path, seed=seed, scale=SCALE)
    rules, project, truth = load_rules(), load_project(folder / "compliance.toml"), truth_of(folder)
    dataset = load_logs(log_paths(folder), requirement=requirement_of(rules, project), project=project)
    assert counts_of(dataset.files) == truth["lines"]
    assert not differences(check(dataset, rules, project, listing=10**6), truth)


def test_a_sealed_store_says_the_same(tmp_path: Path) -> None:
    """Ingested in two deliveries and read back with all fields, the log is judged exactly as the truth says."""
    folder = generate(tmp_path / "halcyon", seed=4, scale=SCALE)
    rules, project, truth = load_rules(), load_project(folder / "compliance.toml"), truth_of(folder)
    store = Store.create(tmp_path / "store")
    for delivery in (1, 2):
        store.ingest(log_paths(folder, delivery), project=project, clock=lambda: datetime(2026, 10, 1, 8, tzinfo=UTC))
    dataset = store.dataset(None, project=project)
    assert counts_of(dataset.files) == truth["lines"]
    assert not differences(check(dataset, rules, project, listing=10**6), truth)
